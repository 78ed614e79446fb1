"""A copy of the store is read, and made anew when the ledger has moved; packs are loaded anew when they change."""

from __future__ import annotations

import functools
import gc
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from tests.serving import ROOT, app_over

from indicator_engine import import_rows, load_pack, open_store
from indicator_engine.problems import PackError, StoreError
from indicator_engine.server.memory import Memory
from indicator_engine.server.snapshots import Snapshots

pytestmark = pytest.mark.slow

PACK = "/packs/nottinghamshire-2009-10"
API = f"/api/v1{PACK}"
DAY = "as_of=2010-01-31"
MORE = [{"event_id": "late-1", "type": "pledge_stage", "organisation": "N12", "occurred_on": "2010-01-15", "stage": 1}]


def figure(client):
    """The number of pledges."""
    return client.get(f"{API}/indicators/pledge-commitment").json()["result"]["value"]


def test_import_is_seen(served, store):
    """After an import the figures are the new ones, and answers get another name."""
    client = served(store)
    before, tag = figure(client), client.get(f"{API}/results").headers["etag"]
    statement = load_pack(ROOT / "indicators/nottinghamshire/2009-10.toml")
    with open_store(store, writable=True) as writer:
        import_rows(writer, statement, MORE)
    client.app.state.desk.refresh()

    assert before + 1 == figure(client)
    assert tag != client.get(f"{API}/results").headers["etag"]


def test_running_import_is_not_disturbed(served, store):
    """While the store is being written, answers come from the copy and the writer is alone with its file."""
    client = served(store)
    statement = load_pack(ROOT / "indicators/nottinghamshire/2009-10.toml")
    with open_store(store, writable=True) as writer:
        before = figure(client)
        import_rows(writer, statement, MORE)
        client.app.state.desk.refresh()
        during, banner = figure(client), client.get(f"{PACK}?{DAY}").text
    client.app.state.desk.refresh()
    after, page = figure(client), client.get(f"{PACK}?{DAY}").text

    assert (before, before + 1) == (during, after)
    assert ("is in use" in banner, "is in use" in page) == (True, False)


def test_import_waits_for_a_copy(store):
    """A writer that comes while the store is copied waits until that is done."""
    import threading

    from indicator_engine.store.locks import StoreLock

    copying = StoreLock(store, exclusive=False)
    threading.Timer(0.1, copying.release).start()
    with open_store(store, writable=True) as writer:
        assert 2 == len(writer.imports())


def test_old_snapshots_go(store):
    """A copy that nobody reads is taken away; one that is read stays until then."""
    snapshots = Snapshots(store, every=0)
    old = snapshots.current
    statement = load_pack(ROOT / "indicators/nottinghamshire/2009-10.toml")
    with old.lent() as reading:
        with open_store(store, writable=True) as writer:
            import_rows(writer, statement, MORE)
        assert snapshots.is_due()
        assert snapshots.refresh()
        assert (2, 3) == (len(reading.imports()), snapshots.current.number)
    folder = Path(snapshots._folder.name)

    assert (False, ["2"]) == (old.path.exists(), [one.name for one in folder.iterdir()])
    with pytest.raises(StoreError, match="gone"), old.lent():
        pass
    snapshots.close()
    gc.collect()
    assert not folder.exists()


def test_no_store_is_told(tmp_path):
    """What there is not cannot be served."""
    with pytest.raises(StoreError, match="`indicators import` makes one"):
        Snapshots(tmp_path / "none.store")


# ── names of answers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", [f"{PACK}?{DAY}", f"{API}/results?{DAY}", f"{API}/editions", "/version"])
def test_unchanged_answers_are_not_sent_again(address, shared):
    """Who names what they have is told that it still holds; other questions have other names."""
    first = shared.get(address)
    tag = first.headers["etag"]
    again = shared.get(address, headers={"if-none-match": tag if address == "/version" else f'"other", {tag}'})

    assert (304, b"") == (again.status_code, again.content)
    assert tag == again.headers["etag"]


def test_names_tell_questions_apart(shared, public):
    """Each day, filter and audience has its own."""
    asked = [f"{API}/results?{DAY}", f"{API}/results?as_of=2010-01-30", f"{API}/results?{DAY}&verdict=met"]
    tags = [client.get(one).headers["etag"] for client in (shared, public) for one in asked]

    assert len(tags) == len(set(tags))


def test_memory_is_bounded():
    """By number and by weight; what raises is not kept."""
    memory = Memory(3, 10)
    for number in range(6):
        memory.get(number, functools.partial(bytes, number))

    assert ([None] * 4 + [bytes(4), bytes(5)], 9) == ([memory.peek(one) for one in range(6)], memory.weight)
    with pytest.raises(ZeroDivisionError):
        memory.get("fault", lambda: 1 // 0)
    assert memory.peek("fault") is None


# ── packs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path):
    """A copy of the county's pack, to be changed."""
    made = tmp_path / "packs"
    shutil.copytree(ROOT / "indicators/nottinghamshire", made)
    return made


def test_changed_pack_is_loaded(served, folder):
    """With `watch`, a changed title shows; a pack with problems keeps the last good one and tells them."""
    client = served(pack=folder, watch=True)
    desk, path = client.app.state.desk, folder / "2009-10.toml"
    text, version = path.read_text("utf-8"), client.get("/version").json()
    path.write_text(text.replace('title = "', 'title = "Changed ', 1), "utf-8")
    desk.refresh()
    changed = client.get(f"{PACK}?{DAY}").text
    path.write_text(text.replace("members & pledged", "memmbers & pledged"), "utf-8")
    desk.refresh()
    broken = client.get(f"{PACK}?{DAY}").text
    problems = client.get("/api/v1/packs").json()["problems"]
    path.write_text(text, "utf-8")
    desk.refresh()

    assert "<h1>Changed " in changed
    assert "<h1>Changed " in broken
    assert "memmbers" in broken
    assert any("memmbers" in one for one in problems)
    assert ([], version) == (client.get("/api/v1/packs").json()["problems"], client.get("/version").json())


def test_public_is_not_told_problems(served, folder):
    """Only that there are some."""
    client = served(pack=folder, watch=True, audience="public")
    path = folder / "2009-10.toml"
    path.write_text(path.read_text("utf-8").replace("members & pledged", "memmbers & pledged"), "utf-8")
    client.app.state.desk.refresh()
    page = client.get(f"{PACK}?{DAY}").text

    assert ("has problems" in page, "memmbers" in page) == (True, False)


def test_pack_with_problems_is_not_served(folder, first_store):
    """At the beginning there is no last good one."""
    path = folder / "2009-10.toml"
    path.write_text(path.read_text("utf-8").replace("members & pledged", "memmbers & pledged"), "utf-8")
    with pytest.raises(PackError):
        app_over(first_store, pack=folder)


# ── mounted ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_app_mounts_in_another(first_store):
    """Below a prefix every link leads below it, and all of them lead somewhere."""
    import re

    app = app_over(first_store)
    client = TestClient(Starlette(routes=[Mount("/inner/place", app)]))
    page = client.get("/inner/place/").text
    links = set(re.findall(r'(?:href|src|action|data-poll)="([^"#]+)', page)) - {"data:,"}
    found = {one: client.get(one.replace("&amp;", "&")).status_code for one in sorted(links) if "download" not in one}
    app.state.desk.close()

    assert all(one.startswith("/inner/place") for one in links)
    assert {200} == set(found.values())
