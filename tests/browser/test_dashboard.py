"""The dashboard in a browser: every control with and without scripts, for every reader, with nothing from elsewhere."""

from __future__ import annotations

import csv

import pytest
from tests.browser.readers import violations
from tests.browser.test_page import LOOKS, seen
from tests.serving import app_over, filled_store, listening

pytestmark = pytest.mark.slow

PACK = "/packs/nottinghamshire-2009-10"
ONE = f"{PACK}/indicators/pledge-commitment"
DAY = "as_of=2010-01-31"
VIEWS = {
    "overview": f"{PACK}?{DAY}",
    "filtered": f"{PACK}?{DAY}&verdict=met",
    "empty": f"{PACK}?{DAY}&verdict=missed",
    "indicator": f"{ONE}?{DAY}",
    "groups": f"{ONE}?{DAY}&by=sector",
    "groups-over-time": f"{ONE}?{DAY}&by=sector&every=quarter",
    "parts": f"{PACK}/indicators/employment-matrix?{DAY}",
    "evidence": f"{ONE}/evidence?{DAY}",
    "explained": f"{ONE}/explain?{DAY}",
    "story": f"{ONE}/explain?{DAY}&subject=N18",
    "compared": f"{PACK}/compare?{DAY}&before=2009-10-31",
    "editions": f"{PACK}/editions?{DAY}",
    "api": "/api",
    "error": f"{PACK}?as_of=tomorrow",
    "sign-in": "/login",
}
TOKEN = "a-token-of-32-letters-0123456789"  # noqa: S105  # of nothing


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A county's store, made once and only read."""
    return filled_store(tmp_path_factory.mktemp("store") / "county.store")


@pytest.fixture(scope="module")
def dashboard(store):
    """A dashboard that listens; its address."""
    with listening(app_over(store, every=1000.0)) as address:
        yield address


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_for_every_reader(view, dashboard, shown, keep):
    """Axe finds nothing, nothing is wider than the screen or from elsewhere; pictures are kept."""
    page = shown(dashboard + VIEWS[view])
    for name in ("light", "dark", "phone"):
        found = violations(seen(page, name))
        width = page.evaluate("document.documentElement.scrollWidth")
        keep(page, f"dashboard-{view}-{name}", full_page=name != "phone")
        said = [one for one in page.said if "status of 422" not in one and "Password forms" not in one]

        assert ([], []) == (found, said), name
        assert LOOKS[name].get("width", 1280) == width
        assert {dashboard} == {one[: len(dashboard)] for one in page.asked if not one.startswith("data:")}


@pytest.mark.parametrize("scripts", [True, False])
def test_every_control_works(scripts, dashboard, shown):
    """A reader finds the way from the overview to an organisation and back by the controls alone."""
    page = shown(f"{dashboard}/", scripts=scripts)
    assert DAY in page.url
    page.locator(".tile a", has_text="Met").first.click()
    assert "verdict=met" in page.url
    page.get_by_text("Clear the filters").first.click()
    page.get_by_label("Priority", exact=True).select_option("skills-pledge")
    page.get_by_label("As of", exact=True).fill("2010-02-28")
    page.get_by_role("button", name="Show").click()
    assert "5 of 27 indicators" in page.locator(".count-line").inner_text()
    page.get_by_text("20 Compact member organisations to commit").first.click()
    assert "28 February 2010" in page.locator(".dates").first.inner_text()
    page.get_by_text("The numbers of this chart").click()
    page.locator(".numbers table").wait_for()
    page.get_by_label("Column of the register").select_option("sector")
    page.get_by_label("Over time").select_option("quarter")
    page.get_by_role("button", name="Break down").click()
    page.get_by_role("table", name="by sector").wait_for()
    page.get_by_text("Who counts, who does not, and why").click()
    page.get_by_text("Not counted (").click()
    page.get_by_role("row", name="Skills Pledge stage only on").first.get_by_role("link").click()
    assert "It did not count" in page.locator("main").inner_text()
    page.get_by_text("Compare two dates").click()
    page.get_by_label("From", exact=True).fill("2009-12-31")
    page.get_by_role("button", name="Compare").click()
    assert "From 31 December 2009 to 28 February 2010" in page.locator(".dates").inner_text()
    page.get_by_role("link", name="Editions").click()
    assert "Nothing was published yet." in page.locator("main").inner_text()


def test_signing_in_without_scripts(store, shown):
    """The form is enough; the cookie lets in, and signing out takes it away."""
    with listening(app_over(store, token=TOKEN)) as address:
        page = shown(f"{address}{ONE}?{DAY}", scripts=False)
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        assert "That is not the token." in page.locator("main").inner_text()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        assert page.url.endswith(f"{ONE}?{DAY}")
        page.get_by_text("Sign out").click()
        page.goto(f"{address}/")
        assert "/login" in page.url


HOSTILE = (
    '</title></style></svg><script>window.owned = 1</script><img src="http://evil.test/x" onerror="window.owned = 2">'
)
HOSTILE_PACK = """
[statement]
id = "hostile"
title = '''{script}'''
period = "2009-10"

[[aim]]
id = "1"
text = '''{script}'''

[subject.attributes]
kind = {{ type = "text", label = '''{script}''' }}

[population.members]
label = '''{script}'''
where = "known(kind)"

[event.pledge]
label = '''{script}'''

[[priority]]
id = "first"
title = '''{script} {long}'''
aims = ["1"]

  [[priority.indicator]]
  id = "pledges"
  statement = '''{script} {{{{ 7 * 7 }}}}'''
  measure = "count(members & organisations(pledge))"
  better = "higher"
  target = {{ at_least = 20, set_by = '''{script}''' }}
  notes = ["{long}"]
"""


def test_hostile_pack_breaks_nothing(tmp_path, shown):
    """Its texts are shown as they are: nothing runs, nothing is asked for elsewhere, nothing is pushed out."""
    from indicator_engine import import_rows, load_pack, open_store

    path = tmp_path / "pack.toml"
    path.write_text(HOSTILE_PACK.format(script=HOSTILE, long="word" * 90), encoding="utf-8")
    names = [HOSTILE, "x" * 300, "שלום " * 9, "\u202eexe.txt", "{{ 7 * 7 }}", "a&subject=b#c?d/../e"]
    rows = [[f"N{at} {name}", name, name] for at, name in enumerate(names)]
    register = tmp_path / "register.csv"
    with register.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["organisation", "name", "kind"], *rows])
    pack, store = load_pack(path), tmp_path / "hostile.store"
    with open_store(store, writable=True) as writer:
        import_rows(writer, pack, register, register=True)
        import_rows(writer, pack, [{"event_id": "e1", "type": "pledge", "organisation": rows[0][0],
                                    "occurred_on": "2009-06-01"}])  # fmt: skip
    place, day = "/packs/hostile", "as_of=2010-03-31"
    views = [
        "", "/indicators/pledges", "/indicators/pledges?by=kind", "/indicators/pledges/evidence",
        "/indicators/pledges/explain", "/compare?before=2009-05-01",
    ]  # fmt: skip
    with listening(app_over(store, pack=path)) as address:
        for view in views:
            page = shown(f"{address}{place}{view}{'&' if '?' in view else '?'}{day}", width=375)
            assert ([], None, 375) == (
                page.said, page.evaluate("window.owned ?? null"),
                page.evaluate("document.documentElement.scrollWidth"),
            ), view  # fmt: skip
            assert {address} == {one[: len(address)] for one in page.asked if not one.startswith("data:")}
        page = shown(f"{address}{place}/indicators/pledges/evidence?{day}")
        page.get_by_role("link", name="a&subject=b#c?d/../e").first.click()
        assert "a&subject=b#c?d/../e" in page.locator("h1").inner_text()


def test_open_page_follows(tmp_path, shown):
    """After an import an open page shows the new figure by itself; without scripts a link does."""
    from tests.serving import ROOT

    from indicator_engine import import_rows, load_pack, open_store

    store = filled_store(tmp_path / "county.store")
    with listening(app_over(store)) as address:
        page = shown(f"{address}{ONE}?{DAY}")
        plain = shown(f"{address}{ONE}?{DAY}", scripts=False)
        assert "18 of 20" in page.locator(".lead").inner_text()
        with open_store(store, writable=True) as writer:
            import_rows(writer, load_pack(ROOT / "indicators/nottinghamshire/2009-10.toml"),
                        [{"event_id": "late-1", "type": "pledge_stage", "organisation": "N12",
                          "occurred_on": "2010-01-15", "stage": 1}])  # fmt: skip
        page.locator(".lead", has_text="19 of 20").wait_for()
        plain.get_by_text("Look for newer ones").click()
        assert "19 of 20" in plain.locator(".lead").inner_text()
