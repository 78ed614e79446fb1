"""The page in a browser: for every reader, on every screen, on paper, and with nothing but itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.readers import violations

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("county", ["nottinghamshire", "derbyshire"])
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"width": 375, "height": 812},
    "phone-dark": {"width": 375, "height": 812, "color_scheme": "dark"},
}
WIDTHS = (320, 375, 768, 1280, 1920)
PAIRED = {"nottinghamshire": ("light", "phone-dark"), "derbyshire": ("dark", "phone")}
"""Each county in either colours and on either screen, and either colours on either screen."""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


def seen(page, look):
    """The page as it looks to a reader: on which screen and in which colours."""
    told = LOOKS[look]
    page.set_viewport_size({"width": told.get("width", 1280), "height": told.get("height", 900)})
    page.emulate_media(color_scheme=told.get("color_scheme", "light"))
    return page


def on_screens(page, widths, asked):
    """What a script answers on screens of these widths."""
    told = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        told[width] = page.evaluate(asked)
    return told


@BOTH
def test_axe_finds_nothing(county, county_page, opened):
    """Nothing stands in the way of a reader, with everything open."""
    page = opened(county_page(county))
    page.evaluate(OPEN_ALL)

    assert {look: [] for look in PAIRED[county]} == {look: violations(seen(page, look)) for look in PAIRED[county]}


def test_page_for_the_public_is_as_good(county_page, opened):
    """Axe finds nothing in the edition for the public either, with everything closed."""
    page = opened(county_page("nottinghamshire", "public"))

    assert [] == violations(page)


@BOTH
def test_page_asks_for_nothing(county, county_page, opened):
    """The one request is the file itself, and the browser has nothing to complain of."""
    path = county_page(county)
    page = opened(path)
    page.evaluate(OPEN_ALL)

    assert ([path.as_uri()], []) == (page.asked, page.said)


@BOTH
def test_nothing_is_wider_than_the_screen(county, county_page, opened):
    """No screen has to be moved sideways."""
    page = opened(county_page(county))
    page.evaluate(OPEN_ALL)

    assert {one: one for one in WIDTHS} == on_screens(page, WIDTHS, "document.documentElement.scrollWidth")


@BOTH
def test_details_open_without_scripts(county, county_page, opened):
    """What stands behind an indicator opens in a browser that runs nothing."""
    page = opened(county_page(county), scripts=False)
    panel = page.locator(".panel").first
    before = panel.is_visible()
    page.locator("summary").first.click()

    assert (False, True) == (before, panel.is_visible())


def test_keyboard_alone_is_enough(county_page, opened):
    """The first stop is a visible link past the head; a summary opens by the keyboard and shows where one is."""
    page = opened(county_page("derbyshire"))
    page.keyboard.press("Tab")
    first = page.locator(":focus")
    assert ("#main", True) == (first.get_attribute("href"), first.bounding_box()["y"] >= 0)

    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    outlined = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert (True, "solid") == (page.locator(".panel").first.is_visible(), outlined)


@BOTH
def test_letters_of_charts_can_be_read(county, county_page, opened):
    """No letter of a chart is smaller than eleven pixels on any screen."""
    page = opened(county_page(county))
    page.evaluate(OPEN_ALL)
    sizes = on_screens(
        page,
        (320, 375, 1280),
        """[...document.querySelectorAll('svg.chart')].filter(one => one.getClientRects().length).map(
            one => 13 * one.getBoundingClientRect().width / one.viewBox.baseVal.width)""",
    )

    assert all(sizes.values())
    assert 11 <= min(min(own) for own in sizes.values())


@BOTH
def test_paper_shows_what_stands_behind(county, county_page, opened):
    """Printed, every chart is there although nothing was opened, and nothing is there that only a screen needs."""
    page = opened(county_page(county))
    page.emulate_media(media="print")

    assert page.locator("svg.chart.narrow").first.is_visible()
    assert not page.locator("summary").first.is_visible()


@BOTH
def test_prints_on_few_leaves_of_a4(county, county_page, opened):
    """The whole statement is a PDF of no more than sixteen leaves."""
    page = opened(county_page(county))
    printed = page.pdf(prefer_css_page_size=True, print_background=True)

    assert 1 < printed.count(b"/Type /Page\n") <= 16


@BOTH
def test_pictures(county, county_page, opened, keep):
    """A picture of the head and one of an opened indicator are kept for people to look at."""
    page = opened(county_page(county))
    for look in ("light", "dark", "phone"):
        page.evaluate("scrollTo(0, 0)")
        head = keep(seen(page, look), f"{county}-{look}")
        page.locator("summary").first.click()
        page.locator(".priority").first.scroll_into_view_if_needed()
        panel = keep(page, f"{county}-{look}-opened")
        page.locator("summary").first.click()

        assert head != panel


@BOTH
def test_pictures_of_paper(county, county_page, opened, keep):
    """A picture of the printed page is kept as well."""
    page = opened(county_page(county), width=688, height=980)
    page.emulate_media(media="print")

    assert keep(page, f"{county}-a4")
