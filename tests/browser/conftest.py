"""A browser for the tests: Debian's Chromium, driven by Playwright. `.ci/install-browser` installs it.

Where there is none the tests are skipped and say so, unless REQUIRE_BROWSER is set, as CI does: there they fail.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from indicator_engine import evaluate, load_pack, plugins, published
from indicator_engine.hookspecs import Page

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
COUNTIES = {
    "nottinghamshire": ("nottinghamshire/2009-10", "2010-01-31"),
    "derbyshire": ("derbyshire/2008-09", "2008-12-31"),
}


@pytest.fixture(scope="session")
def browser():
    """The browser, started once."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        told = f"no browser is installed (looked for {', '.join(NAMES)}); run .ci/install-browser"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def county_results():
    """The results of a shipped statement."""
    registered = plugins.load()
    read = registered.sources["csv"].read

    @cache
    def results(county):
        name, day = COUNTIES[county]
        place = ROOT / "indicators" / name
        events, register = (read(f"{place}.{kind}.csv") for kind in ("events", "register"))
        pack = load_pack(f"{place}.toml", registered=registered)
        return evaluate(pack, events, register, as_of=day, series=True, registered=registered)

    return results


@pytest.fixture(scope="session")
def county_page(county_results, tmp_path_factory):
    """The file of a county's page, for one audience."""
    made = {}
    html = plugins.load().outputs["html"]

    def page(county, audience="internal"):
        if (county, audience) not in made:
            results = county_results(county)
            chosen = published(results) if audience == "public" else results
            path = tmp_path_factory.mktemp("pages") / f"{county}.html"
            path.write_bytes(html.render(chosen, Page()))
            made[county, audience] = path
        return made[county, audience]

    return page


@pytest.fixture(scope="session")
def windows(browser):
    """A window in which scripts run and one in which they do not: a new one costs more than a page."""
    return cache(lambda scripts: browser.new_context(java_script_enabled=scripts))


@pytest.fixture
def shown(windows):
    """Open an address in a page of its own; what it asks for and complains of is kept in `asked` and `said`."""
    pages = []

    def show(address, *, width=1280, height=900, scripts=True):
        page = windows(scripts).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(120_000)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda fault: page.said.append(str(fault)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return page

    yield show
    for page in pages:
        page.context.clear_cookies()
        page.close()


@pytest.fixture
def opened(shown):
    """Open a file in a page of its own."""
    return lambda path, **options: shown(path.as_uri(), **options)


@pytest.fixture
def keep():
    """Keep a picture of a page in build/screenshots."""

    def picture(page, name, **options):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        return page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)

    return picture
