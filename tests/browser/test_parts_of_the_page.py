"""What only some pages have, in a browser: what changed since an edition, groups, and reading from right to left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.browser.readers import violations
from tests.browser.test_page import OPEN_ALL, on_screens, seen

from indicator_engine import plugins
from indicator_engine.conventions import Vocabulary
from indicator_engine.evaluation.differences import Difference, Differences, Figure, Named, Step
from indicator_engine.hookspecs import Page

pytestmark = pytest.mark.slow

ARABIC = Vocabulary(
    "الأولوية",
    "النتيجة",
    "المؤشر",
    "الهدف",
    ("الأولوية", "النتيجة", "المؤشر"),
    {"status": "الحالة", "contents": "المحتويات", "target": "المستهدف", "due": "الموعد"},
)


def since(results):
    """The results beside those of an edition in which every number was one less."""
    moved = []
    for one in results:
        before = replace(one, value=one.value - 1 if one.kind == "measured" and one.value else one.value)
        steps = (Step("late_events", Figure.of(before), Figure.of(one)),) if before != one else ()
        moved.append(Difference(one.id, before, one, steps))
    side = Named(results.as_of, None, 1, "p", "autumn")
    return replace(results, since=Differences(side, side, tuple(moved)))


@pytest.fixture(scope="session")
def page_of(county_results, tmp_path_factory):
    """The file of a page that has every part, read from one side or the other."""
    found, made = since(county_results("derbyshire")), tmp_path_factory.mktemp("parts")
    turned = replace(found.convention, language="ar", vocabulary=ARABIC)
    editions = {"ltr": found, "rtl": replace(found, statement=replace(found.statement, convention=turned))}

    def page(direction):
        path = made / f"{direction}.html"
        if not path.exists():
            path.write_bytes(plugins.load().outputs["html"].render(editions[direction], Page()))
        return path

    return page


@pytest.mark.parametrize(("direction", "looks"), [("ltr", ("light", "phone-dark")), ("rtl", ("light",))])
def test_axe_finds_nothing(direction, looks, page_of, opened):
    """Nothing stands in the way of a reader, with everything open."""
    page = opened(page_of(direction))
    page.evaluate(OPEN_ALL)

    assert {look: [] for look in looks} == {look: violations(seen(page, look)) for look in looks}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_wider_than_the_screen(direction, page_of, opened):
    """No screen has to be moved sideways, whichever side one reads from."""
    page = opened(page_of(direction))
    page.evaluate(OPEN_ALL)

    assert {320: 320, 1280: 1280} == on_screens(page, (320, 1280), "document.documentElement.scrollWidth")


def test_page_is_mirrored(page_of, opened):
    """From right to left the first column is the rightmost, and time in charts still goes on to the right."""
    first = "document.querySelector('th.priority').getBoundingClientRect().left"
    last = "document.querySelector('th.trend').getBoundingClientRect().left"
    months = """[...document.querySelector('svg.chart.wide').querySelectorAll('.grid > text:not([text-anchor=end])')]
        .map(one => one.getBoundingClientRect().left)"""
    sides = {}
    for direction in ("ltr", "rtl"):
        page = opened(page_of(direction))
        page.evaluate(OPEN_ALL)
        sides[direction] = page.evaluate(first) < page.evaluate(last)
        places = page.evaluate(months)
        assert places == sorted(places)

    assert {"ltr": True, "rtl": False} == sides


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_pictures(direction, page_of, opened, keep):
    """Pictures of what changed and of groups are kept for people to look at."""
    page = opened(page_of(direction))
    page.locator(".changes").scroll_into_view_if_needed()
    changes = keep(page, f"changes-{direction}")
    page.evaluate(OPEN_ALL)
    page.locator(".groups").first.scroll_into_view_if_needed()

    assert changes != keep(page, f"groups-{direction}")
