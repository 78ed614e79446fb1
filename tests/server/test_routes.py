"""Every address: what it answers, in the shape that is published, and what is said where something is wrong."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tests.markup import Elements

from indicator_engine.server import models

pytestmark = pytest.mark.slow

PACK = "/packs/nottinghamshire-2009-10"
API = f"/api/v1{PACK}"
ONE = "/indicators/pledge-commitment"
DAY = "as_of=2010-01-31"

ANSWERS: dict[str, type[models.Model]] = {
    "/api/v1/packs": models.Packs,
    API: models.Pack,
    f"{API}/indicators": models.Definitions,
    f"{API}/results?{DAY}": models.Results,
    f"{API}{ONE}?{DAY}": models.OneResult,
    f"{API}{ONE}/series?{DAY}": models.Series,
    f"{API}{ONE}/breakdown?by=sector&by=kind&every=quarter": models.Breakdown,
    f"{API}{ONE}/evidence?{DAY}": models.Evidence,
    f"{API}{ONE}/target": models.TargetHistory,
    f"{API}/indicators/employment-matrix/target": models.TargetHistory,
    f"{API}{ONE}/explanation?subject=N18": models.Explanation,
    f"{API}/compare?before=2009-12-31&after=2010-01-31": models.Comparison,
    f"{API}/editions": models.Editions,
}
VIEWS = [
    "/", PACK, f"{PACK}?{DAY}&verdict=met", f"{PACK}?{DAY}&priority=skills-pledge&aim=", f"{PACK}{ONE}",
    f"{PACK}{ONE}?{DAY}&by=sector", f"{PACK}{ONE}?{DAY}&by=kind&every=quarter", f"{PACK}{ONE}/evidence?{DAY}&offset=50",
    f"{PACK}{ONE}/explain?{DAY}", f"{PACK}{ONE}/explain?{DAY}&subject=N18", f"{PACK}/compare?{DAY}&before=2009-12-31",
    f"{PACK}/editions", "/api", "/login",
]  # fmt: skip
WRONG = [
    ("/nothing", 404, "nothing at this address"),
    ("/packs/other", 404, "there is no pack `other`; there are nottinghamshire-2009-10"),
    (f"{PACK}/indicators/pledge-comitment", 404, "did you mean `pledge-commitment`"),
    (f"{PACK}?as_of=31/01/2010", 422, "is not a day; write it year first, like 2010-03-31"),
    (f"{PACK}?{DAY}&known_at=yesterday", 422, '"yesterday" is not a day'),
    (f"{API}/results?known_at=9999-12-31T23:59:59-14:00", 422, '"9999-12-31" is outside 1900-01-01'),
    (f"{API}/results?known_at=00010101T000000%2B1400", 422, "cannot be brought to UTC"),
    (f"{PACK}?{DAY}&verdict=mett", 422, "did you mean `met`?"),
    (f"{PACK}{ONE}?{DAY}&by=sektor", 422, "did you mean `sector`?"),
    (f"{PACK}{ONE}?{DAY}&every=week", 422, "month, quarter or year"),
    (f"{PACK}{ONE}/evidence?{DAY}&offset=-1", 422, "write a number like 50"),
    (f"{PACK}{ONE}/evidence?{DAY}&outcome=all", 422, "counted, not_counted, undecided, none_arose"),
    (f"{PACK}{ONE}/explain?{DAY}&subject=N999", 422, "there is no organisation `N999`"),
    (f"{PACK}/compare?{DAY}&before=2010-03-31", 422, "name the earlier one first"),
    (f"{PACK}/download/exe?{DAY}", 404, "there is no format `exe`"),
    (f"{API}/editions/annual", 404, "there is no edition `annual`"),
    (f"{API}/results?as_of=2010-02-30", 422, "February 2010 ends on 2010-02-28"),
    (f"{API}{ONE}/evidence?limit=5000", 422, "limit: "),
    (f"{API}{ONE}/breakdown?every=week", 422, "every: "),
    (f"{API}/compare?before=2010-01-31", 422, "after: "),
    (f"{API}{ONE}/explanation?subject=__import__('os')", 422, "there is no organisation"),
]


@pytest.mark.parametrize("address", ANSWERS)
def test_answers_are_as_published(address, shared):
    """Every answer of the API reads back by the model that OpenAPI describes, with nothing left over."""
    answer = shared.get(address)

    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])
    ANSWERS[address].model_validate_json(answer.content)


def test_openapi_describes_every_route(shared):
    """Each address of the API has its model, and each model's parts are there."""
    found = shared.get("/api/v1/openapi.json").json()
    told = {path.replace("{pack}", "nottinghamshire-2009-10").replace("{indicator}", "pledge-commitment") for path in
            found["paths"]}  # fmt: skip

    assert {address.partition("?")[0] for address in ANSWERS if "employment" not in address} <= told
    for path, one in found["paths"].items():
        assert "content" in one["get"]["responses"]["200"] or path.endswith("{edition}")


@pytest.mark.parametrize("address", VIEWS)
def test_views_are_well_formed(address, shared):
    """Every view is whole HTML with one heading of the first level."""
    answer = shared.get(address)
    page = Elements(answer.text)

    assert (200, []) == (answer.status_code, page.faults)
    assert 1 == len(page.all("h1"))


@pytest.mark.parametrize(("address", "status", "told"), WRONG)
def test_what_is_wrong_is_said(address, status, told, shared):
    """For people on a page of the same looks, for programs as a problem."""
    answer = shared.get(address)

    assert status == answer.status_code
    if address.startswith("/api/v1"):
        assert "application/problem+json" == answer.headers["content-type"]
        assert told in models.Refusal.model_validate_json(answer.content).detail
    else:
        page = Elements(answer.text)
        assert ([], 1) == (page.faults, len(page.all("h1")))
        assert told.casefold() in " ".join(page.all("main")).casefold()


def test_address_says_its_day(shared):
    """A page without a day leads to the one that says it; what else was asked stays."""
    answer = shared.get(f"{PACK}?verdict=met&aim=", follow_redirects=False)

    assert (307, f"{PACK}?as_of=2010-01-31&verdict=met") == (answer.status_code, answer.headers["location"])


def test_filters_keep_what_is_asked_for(shared):
    """Tiles and forms show some indicators, and say how many of all."""
    page = Elements(shared.get(f"{PACK}?{DAY}&verdict=met").text)

    assert ["5 of 27 indicators"] == page.all("p", of="count-line")[:1]
    assert {"✔Met"} == {one.replace(" ", "") for one in page.all("td", of="status") if "track" not in one}


def test_empty_states_are_told(shared):
    """Nothing to show is said, with the way on."""
    nothing = shared.get(f"{PACK}?{DAY}&verdict=missed").text
    unpublished = shared.get(f"{PACK}/editions?{DAY}").text

    assert "No indicator is like that on 31 January 2010." in nothing
    assert "Nothing was published yet." in unpublished


def test_evidence_has_pages(shared):
    """`Link` leads through all rows, each once."""
    answer = shared.get(f"{API}{ONE}/evidence?{DAY}&limit=25")
    rows = answer.json()["subjects"]
    while "next" in answer.links:
        answer = shared.get(answer.links["next"]["url"])
        rows += answer.json()["subjects"]

    assert answer.json()["total"] == len(rows) == len({one["subject"] for one in rows})
    assert {"first", "prev"} == set(answer.links)


def test_metrics_are_open_metrics(shared):
    """Results and requests are read by another's parser."""
    shared.get(f"{PACK}?{DAY}")
    found = {one.name: one for one in text_string_to_metric_families(shared.get("/metrics").text)}

    values = {one.labels["indicator"]: one.value for one in found["indicators_value"].samples}
    assert 18 == values["pledge-commitment"]
    routes = {one.labels["route"] for one in found["indicators_requests"].samples}
    assert {"/packs/{pack}"} <= routes
    assert "indicators_request_seconds" in found


def test_several_packs_are_listed(served, first_store):
    """Where there are several, the first page lists them."""
    from tests.serving import ROOT

    client = served(pack=ROOT / "indicators")
    page = Elements(client.get("/").text)

    assert 2 == len(page.all("h2"))
    assert 2 == len(client.get("/api/v1/packs").json()["packs"])
