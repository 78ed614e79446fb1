"""Who is let in, what a browser may do, and what one request may cost."""

from __future__ import annotations

import threading

import pytest

from indicator_engine.cli.serve import hosts_of, token_of
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.server.answers import Limits
from indicator_engine.server.guard import COOKIE, session_of

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-32-letters-0123456789"  # noqa: S105  # of nothing
PACK = "/packs/nottinghamshire-2009-10"
API = f"/api/v1{PACK}"
DAY = "as_of=2010-01-31"


@pytest.fixture(scope="module")
def locked(first_store):
    """A client of an app that wants a token."""
    from starlette.testclient import TestClient
    from tests.serving import app_over

    app = app_over(first_store, token=TOKEN)
    yield TestClient(app)
    app.state.desk.close()


@pytest.mark.parametrize(
    "address", ["/", f"{PACK}?{DAY}", "/login", "/nothing", f"{API}/results", "/metrics", "/version"]
)
def test_every_answer_has_its_headers(address, shared):
    """No script but our own, no frame, nothing guessed, nothing told to others."""
    headers = shared.get(address).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    expected = ["nosniff", "no-referrer", "DENY"]
    assert expected == [headers[one] for one in ("x-content-type-options", "referrer-policy", "x-frame-options")]


def test_pages_have_no_inline_code(shared):
    """Neither scripts nor styles stand in the page itself."""
    page = shared.get(f"{PACK}?{DAY}").text

    assert " style=" not in page
    assert "<style" not in page
    assert ["<script src="] == [one[:12] for one in page.split("\n") if "<script" in one]


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "", "testserver.evil.test:80"])
def test_other_hosts_are_not_served(host, shared):
    """Who comes by another name, as by rebinding one, gets nothing."""
    assert 421 == shared.get("/healthz", headers={"host": host}).status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_written(method, shared):
    """Only asking is let in."""
    answer = shared.request(method, f"{API}/results")

    assert (405, "GET, HEAD") == (answer.status_code, answer.headers["allow"])


def test_long_addresses_are_refused(shared):
    """An address has an end."""
    assert 414 == shared.get(f"{PACK}?{DAY}&aim={'1' * 3000}").status_code


def test_expressions_are_not_evaluated(shared):
    """What looks like a measure is the name of nothing."""
    expression = "count(members)"

    assert 422 == shared.get(f"{API}/indicators/pledge-commitment/breakdown", params={"by": expression}).status_code
    assert 404 == shared.get(f"{API}/indicators/{expression}").status_code


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_programs_need_the_token(locked):
    """Without it, or with another, a program is told what is needed."""
    without = locked.get(f"{API}/results")
    wrong = locked.get("/metrics", headers={"authorization": "Bearer wrong"})
    right = locked.get("/version", headers={"authorization": f"Bearer {TOKEN}"})

    assert (401, 401, 200) == (without.status_code, wrong.status_code, right.status_code)
    assert "Bearer" == without.headers["www-authenticate"]
    assert {"ok": True} == locked.get("/healthz").json()


def test_browsers_sign_in(locked):
    """The form gives a cookie that no script can read, leads to where one wanted to go, and can be given back."""
    wanted = locked.get(f"{PACK}?{DAY}", follow_redirects=False)
    assert (303, "/login?to=") == (wanted.status_code, wanted.headers["location"][:10])

    wrong = locked.post("/login", data={"token": "wrong", "to": "/"}, follow_redirects=False)
    right = locked.post("/login", data={"token": f" {TOKEN} ", "to": f"{PACK}?{DAY}"}, follow_redirects=False)
    cookie = right.headers["set-cookie"]
    seen = locked.get(right.headers["location"], headers={"cookie": f"{COOKIE}={session_of(TOKEN)}"})
    locked.cookies.clear()

    assert (401, 303, 200) == (wrong.status_code, right.status_code, seen.status_code)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    assert "Sign out" in seen.text
    assert "no-store" == seen.headers["cache-control"]


@pytest.mark.parametrize("to", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:1"])
def test_signing_in_leads_nowhere_else(to, locked):
    """Only to addresses of the app."""
    answer = locked.post("/login", data={"token": TOKEN, "to": to}, follow_redirects=False)
    locked.cookies.clear()

    assert "/" == answer.headers["location"]


def test_token_file_is_looked_at(tmp_path):
    """It must be its owner's alone, and hold a token."""
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    assert TOKEN == token_of(path)

    path.chmod(0o640)
    with pytest.raises(IndicatorEngineError, match="chmod 600"):
        token_of(path)
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(IndicatorEngineError, match="at least 16 characters"):
        token_of(path)


def test_hosts_are_those_that_are_named():
    """Listening everywhere lets nobody in by any name."""
    expected = ("localhost", "127.0.0.1", "[::1]", "figures.council.test")
    assert expected == hosts_of("0.0.0.0", ("figures.council.test",))  # noqa: S104  # nothing listens


# ── what may be asked at a time ──────────────────────────────────────────────────────────────────────────────────────


def test_slow_answers_are_put_off_and_kept(served, monkeypatch):
    """Who waits too long is told to come back, and then it is there, worked out once."""
    client = served(limits=Limits(seconds=0.05))
    answers, go, asked = client.app.state.desk.answers, threading.Event(), []
    results = answers.results

    def slow(at):
        asked.append(at)
        go.wait(300)
        return results(at)

    monkeypatch.setattr(answers, "results", slow)
    put_off = [client.get(f"{API}/results") for _ in range(2)]
    go.set()
    client.app.state.desk.limits = Limits()
    found = client.get(f"{API}/results")

    assert [(503, "5")] * 2 == [(one.status_code, one.headers["retry-after"]) for one in put_off]
    assert (200, 1) == (found.status_code, len(asked))


def test_too_many_are_put_off(served):
    """Only so many different answers are waited for."""
    client = served(limits=Limits(waiting=0))

    assert (503, 200) == (client.get(f"{API}/results").status_code, client.get("/healthz").status_code)


def test_too_many_figures_are_refused(served):
    """Dates times groups have a limit, and so have days."""
    client = served(limits=Limits(figures=20, days=5, seconds=120))
    address = f"{API}/indicators/pledge-commitment/breakdown?by=sector"

    assert "at most 20" in client.get(address).json()["detail"]
    assert "at most 5 at once" in client.get(f"{address}&every=month").json()["detail"]


# ── for the public ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("more", ["evidence", "explanation", "explanation?subject=N18"])
def test_public_is_told_no_names(more, public):
    """Not by the API, and not on pages."""
    page = more.replace("explanation", "explain")

    assert 403 == public.get(f"{API}/indicators/pledge-commitment/{more}").status_code
    assert 403 == public.get(f"{PACK}/indicators/pledge-commitment/{page}", params={"as_of": "2010-01-31"}).status_code


def test_public_is_told_no_small_count(public, shared):
    """Not in results, series, groups, comparisons or metrics, and no group that the others give away."""
    addresses = [
        "results", "indicators/pledge-commitment", "indicators/pledge-commitment/series",
        "indicators/pledge-commitment/breakdown?by=kind&every=quarter",
    ]  # fmt: skip
    small = {1, 2, 3, 4}

    assert not {value for one in addresses for value in counts_in(public.get(f"{API}/{one}").json())} & small
    assert {value for one in addresses for value in counts_in(shared.get(f"{API}/{one}").json())} & small
    lines = public.get("/metrics").text.splitlines()
    values = {
        line.rpartition(" ")[2] for line in lines if line.startswith("indicators_value{") and 'unit="count"' in line
    }
    assert not values & {"1", "2", "3", "4"}
    names = {one for one in ("Thistlemere", "Quillingham") if one in "".join(lines) + public.get(f"{PACK}?{DAY}").text}
    assert set() == names


def counts_in(node):
    """The values of counts anywhere in an answer."""
    if isinstance(node, list):
        return [one for item in node for one in counts_in(item)]
    if not isinstance(node, dict):
        return []
    own = [node["value"]] if type(node.get("value")) is int and node.get("unit", "count") == "count" else []
    return own + [one for key, item in node.items() if key not in ("target", "due") for one in counts_in(item)]


def test_public_may_compare_without_causes(public):
    """Two published editions stand side by side."""
    found = public.get(f"{API}/compare?before=2009-12-31&after=2010-01-31").json()

    assert (False, {}) == (found["causes"], found["events"])
    assert all(one["steps"] == [] for one in found["differences"])
