"""Pages, API and `indicators run --format json` say the same figures."""

from __future__ import annotations

import json
from functools import cache

import pytest
from click.testing import CliRunner
from tests.markup import Elements
from tests.serving import COUNTIES, ROOT, client_over, filled_store

from indicator_engine.cli import main

pytestmark = pytest.mark.slow

IDS = {"nottinghamshire": "nottinghamshire-2009-10", "derbyshire": "derbyshire-2008-09"}
EVIDENCE = {"who", "why_not", "events", "undecided", "none_arose", "listed"}


@pytest.fixture(scope="module", params=COUNTIES)
def county(request, tmp_path_factory):
    """A county with its store."""
    return request.param, filled_store(tmp_path_factory.mktemp("store") / "county.store", request.param)


@pytest.fixture(scope="module", params=["internal", "public"])
def client(request, county):
    """A client of the app over that store, for an audience."""
    name, store = county
    found = client_over(store, name, audience=request.param)
    yield found
    found.app.state.desk.close()


@cache
def run(county, store, *more):
    """What the command writes."""
    place, day = COUNTIES[county]
    pack = str(ROOT / f"{place}.toml")
    return CliRunner().invoke(main, ["run", pack, "--store", str(store), "--as-of", str(day), *more]).stdout_bytes


def test_figures_agree(county, client, request):
    """The API has each result as the command writes it, evidence apart; the page has each figure and status."""
    name, store = county
    audience = ("--audience", request.node.callspec.params["client"])
    written = json.loads(run(name, store, "--format", "json", *audience))
    found = client.get(f"/api/v1/packs/{IDS[name]}/results").json()["results"]
    cells = Elements(client.get(f"/packs/{IDS[name]}").text).all("td", of="status")
    report = Elements(run(name, store, "--format", "html", *audience).decode()).all("td", of="status")

    assert [without_evidence(one) for one in written["results"]] == found
    assert report == cells


def without_evidence(result):
    """A result without who counted."""
    kept = {key: value for key, value in result.items() if key not in EVIDENCE}
    return {**kept, "parts": [without_evidence(part) for part in result["parts"]]}


@pytest.mark.parametrize("form", ["json", "csv", "html"])
def test_downloads_are_what_the_command_writes(county, client, form, request):
    """Byte for byte."""
    name, store = county
    found = client.get(f"/packs/{IDS[name]}/download/{form}")

    assert "attachment" in found.headers["content-disposition"]
    audience = request.node.callspec.params["client"]
    assert run(name, store, "--format", form, "--audience", audience) == found.content


def test_large_stores_say_the_same(first_store, monkeypatch):
    """Where a store is large, evidence comes from its records beside figures that are known; it is the same."""
    from indicator_engine.server import answers
    from indicator_engine.server.memory import Memory

    client = client_over(first_store)
    address = "/api/v1/packs/nottinghamshire-2009-10/indicators/{}/evidence"
    names = ("employment-matrix", "pledge-commitment", "lep-agreements")
    expected = [client.get(address.format(name)).json() for name in names]
    results = client.app.state.desk.answers._kept
    monkeypatch.setattr(answers, "_is_plain", lambda _: False)
    monkeypatch.setattr(client.app.state.desk, "_pages", Memory(9))
    found = [client.get(address.format(name)).json() for name in names]
    client.app.state.desk.close()

    assert (expected, True) == (found, len(results) > len(names))
