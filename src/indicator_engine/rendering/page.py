"""The page: a view written as one self-contained HTML file, by templates that a county may replace block by block.

Everything is escaped where it is placed; the file asks for nothing, runs nothing and allows nothing to run. What it
says is decided in `view.py`, where marks lie in `drawings.py`; here the two meet the templates.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
)
from markupsafe import Markup, escape

from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering import drawings
from indicator_engine.rendering.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.conventions import Look
    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.details import Detail
    from indicator_engine.rendering.phrases import Phrases
    from indicator_engine.rendering.plots import Plot
    from indicator_engine.rendering.view import AimLine, Section, Tally, View

MOST_LISTED, LEAST_LISTED, LISTED_IN_ALL = 100, 15, 12_000
"""So many names are listed in one place at most, and at least; how many more there are is said. The fewer the places,
the more have room in each."""

DASHED = frozenset({"no_target_yet", "not_set_yet", "not_established", "no_baseline", "withheld"})
"""Verdicts that judge nothing because something is still to come: drawn dashed, never in the colour of a failure."""

POLICY = "default-src 'none'; style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'"


def page(results: Results) -> bytes:
    """The whole file, in UTF-8. The same results give the same bytes."""
    look = results.convention.look
    style = _style(look)
    view = view_of(results)
    told = {
        "view": view,
        "style": Markup(style),  # noqa: S704  # our own sheet
        "policy": _policy(style),
        "named": functools.partial(_named, say=view.say, most=_room(view)),
    }
    return _written(look, "page.html", told).encode("utf-8", "backslashreplace")


def fragment(view: View, look: Look) -> str:
    """A view as a piece of a page, with the styles of its own: what a notebook shows."""
    style = f".indicators{{--accent-light:{look.accent};--accent-dark:{look.accent_dark}}}\n{_file('fragment.css')}"
    return _written(look, "fragment.html", {"view": view, "style": Markup(style)})  # noqa: S704  # our own sheet


def chart_file(plot: Plot, say: Phrases, size: tuple[int, int], look: Look, told: tuple[str, str]) -> bytes:
    """A chart as an SVG file of its own, in the colours of paper; `told` are its message and its description."""
    sheet = Markup(_file("drawing.css").replace("ACCENT", look.accent))  # noqa: S704  # our own sheet
    message, described = told
    seen = {"plot": plot, "say": say, "size": size, "message": message, "described": described, "sheet": sheet}
    return _written(look, "shipped/drawing.svg", seen).strip().encode("utf-8", "backslashreplace")


def _written(look: Look, name: str, told: dict[str, Any]) -> str:
    try:
        text = _environment(look).get_template(name).render(told)
    except TemplateError as fault:
        raise IndicatorEngineError(f"a template of the page does not work: {_told(fault)}") from fault
    return re.sub(r"\n\s*\n+", "\n", text)


def _told(fault: TemplateError) -> str:
    line = getattr(fault, "lineno", None)
    where = f"{getattr(fault, 'name', None) or 'page.html'}, line {line}: " if line else ""
    return f"{where}{type(fault).__name__}: {fault.message or fault}"


def _environment(look: Look) -> Environment:
    """The templates: the county's own first; `shipped/` always means the engine's."""
    return _environment_of(tuple(sorted(look.templates.items())))


@functools.lru_cache(maxsize=16)
def _environment_of(templates: tuple[tuple[str, str], ...]) -> Environment:
    """Templates are compiled once, which takes longer than to fill them."""
    shipped = PackageLoader("indicator_engine.rendering", "templates")
    environment = Environment(
        loader=ChoiceLoader([DictLoader(dict(templates)), PrefixLoader({"shipped": shipped}), shipped]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "anchors": Anchors,
        "bullet": _bullet,
        "drawing": drawings.drawing_of,
        "sizes": {"wide": drawings.WIDE, "narrow": drawings.NARROW},
        "small": drawings.small_of,
        "spark": _spark,
        "strip": drawings.strip_drawing_of,
        "shares": _shares,
        "dashed": lambda verdict: verdict in DASHED,
        "height": _height,
        "most_listed": MOST_LISTED,
        "own": _own,
        "places": _places,
    }
    return environment


# ── the sheet of styles ──────────────────────────────────────────────────────────────────────────────────────────────


def _style(look: Look) -> str:
    """The engine's sheet with the county's accents, then the county's `county.css`; nothing in it ends the sheet."""
    accents = f":root{{--accent-light:{look.accent};--accent-dark:{look.accent_dark}}}"
    own = look.templates.get("county.css", "")
    lines = "\n".join([accents, _file("page.css"), own]).splitlines()  # a browser reads every end of a line as one
    return "\n".join(lines).replace("</", "<\\/")


@functools.cache
def _file(name: str) -> str:
    text = (resources.files("indicator_engine.rendering") / "templates" / name).read_text("utf-8")
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()


def _policy(style: str) -> str:
    """What a browser may load: this very sheet of styles, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return POLICY.format(style=f"sha256-{digest}")


# ── what templates ask ───────────────────────────────────────────────────────────────────────────────────────────────


class Anchors:
    """Names for places of the page, made of ids: letters, digits and hyphens, none twice."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def __call__(self, *parts: str) -> str:
        """A new name like the parts."""
        plain = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).casefold())[:80].strip("-") or "x"
        name, number = plain, 2
        while name in self._given:
            name, number = f"{plain}-{number}", number + 1
        self._given.add(name)
        return name


def _places(aims: Iterable[AimLine], anchor: Anchors) -> dict[str, str]:
    """Where each aim is told."""
    return {aim.id: anchor("aim", aim.id) for aim in aims}


_OWN = Markup("<bdi>{}</bdi>")


def _own(text: str) -> Markup:
    """A text that others wrote: escaped and, where it may read from right to left, set apart from what is around it."""
    return escape(text) if text.isascii() else _OWN.format(text)


def _room(view: View) -> int:
    """How many names each of the page's lists has room for."""
    lines = [one for section in view.sections for line in section.lines for one in (line, *line.parts)]
    lists = sum(2 + len(line.detail.left_out) + len(line.listed) for line in lines)
    return min(max(LISTED_IN_ALL // max(lists, 1), LEAST_LISTED), MOST_LISTED)


def _named(names: Sequence[str], say: Phrases, most: int) -> Markup:
    """The first names of a list, and how many more there are."""
    shown = Markup(", ").join(map(_own, names[:most]))
    return shown if len(names) <= most else shown + " " + say("and_more", count=len(names) - most)


def _bullet(detail: Detail) -> drawings.Bullet | None:
    if detail.amount is None or detail.goal is None:
        return None
    return drawings.bullet_of(detail.amount, detail.goal)


def _spark(plot: Plot) -> drawings.Spark:
    return drawings.spark_of(plot)


def _shares(tally: Tally) -> tuple[drawings.Share, ...]:
    return drawings.shares_of([(status.light, verdict in DASHED, count) for verdict, status, count in tally])


def _height(section: Section) -> int:
    """How many rows of the county's table a priority takes: two an indicator, and two a part."""
    return sum(2 * (1 + len(line.parts)) for line in section.lines)


# ── for the dashboard, whose pages are made of the same ──────────────────────────────────────────────────────────────


def sheet(look: Look) -> str:
    """The sheet of styles in a county's colours."""
    return _style(look)


def environment(look: Look, more: BaseLoader) -> Environment:
    """The templates of the page, the county's own first, and some more beside them."""
    found = _environment(look)
    found.loader = ChoiceLoader([*filter(None, [found.loader]), more])
    return found


own = _own
"""A text of others as HTML, set apart where it may read from right to left."""
