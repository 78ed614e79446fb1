"""The PDF: a view laid out by typst, which knows only what it is handed and asks for nothing.

What is said comes from `view.py` and the county's columns from `county_table.py`; how it is laid out is in
`templates/report.typ`. Texts reach typst as values of JSON, so that none of them is markup. Typefaces are those that
typst brings and those of the county: the same results give the same bytes on every machine.
"""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering import county_table
from indicator_engine.rendering.county_table import with_parts
from indicator_engine.rendering.drawings import bullet_of
from indicator_engine.rendering.page import DASHED, chart_file
from indicator_engine.rendering.text import for_xml
from indicator_engine.rendering.view import view_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from indicator_engine.conventions import Look, Status
    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.differences import Changes
    from indicator_engine.rendering.view import Line, Section, Tally, View

FACES = ("Libertinus Serif", "DejaVu Sans Mono")
"""The typefaces that typst brings: the second has the shapes that the first lacks."""
CHART = (330, 210)
"""How large charts are drawn."""
ROUNDS = 3
"""So often what no typeface has is written out, and the whole laid out anew."""


def pdf(results: Results, *, details: bool = False) -> bytes:
    """The whole file; `details` lists who counted, who did not and why."""
    view, look = view_of(results), results.convention.look
    told = _told(view, look, results.as_of, details=details)
    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        for number, font in enumerate(look.fonts.values()):
            (Path(folder) / f"{number:03}.otf").write_bytes(font)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        _require_fonts(look.fonts, fonts.families())
        compiler = typst.Compiler(root=folder, font_paths=fonts)
        return _laid_out(compiler, json.dumps(told, ensure_ascii=False), results.as_of)


# ── typst ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_NO_GLYPH = re.compile(r'the text `"((?:[^"`\\]|\\.)+)"` could not be displayed')


def _laid_out(compiler: typst.Compiler, told: str, day: date) -> bytes:
    """The file; characters that no typeface has are written out, since PDF/UA allows no empty boxes."""
    for _ in range(ROUNDS):
        try:
            return _compiled(compiler, told, day)
        except typst.TypstError as fault:
            unshown = {character for found in _NO_GLYPH.findall(fault.diagnostic) for character in _unescaped(found)}
            if not unshown:
                raise IndicatorEngineError(f"the PDF could not be laid out: {fault.message}") from fault
            told = "".join(_written_out(one) if one in unshown else one for one in told)
    raise IndicatorEngineError("the PDF could not be laid out: no typeface has all of its characters")


def _compiled(compiler: typst.Compiler, told: str, day: date) -> bytes:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = compiler.compile(
        _template(), format="pdf", pdf_standards="ua-1", sys_inputs={"told": told}, timestamp=moment
    )
    return found if isinstance(found, bytes) else b""


def _require_fonts(fonts: Iterable[str], there: Collection[str]) -> None:
    """Each of the county's typefaces has to be in one of its files."""
    if missing := [name for name in fonts if name not in there]:
        raise IndicatorEngineError(
            f"look.fonts of the convention has no `{missing[0]}` in its files; there is {', '.join(there)}"
        )


@cache
def _template() -> bytes:
    return (resources.files("indicator_engine.rendering") / "templates" / "report.typ").read_bytes()


def _unescaped(found: str) -> str:
    r"""A text as typst tells it in a message: `\u{e000}` for what has no shape."""
    return re.sub(r"\\u\{([0-9a-f]+)\}|\\(.)", lambda one: chr(int(one[1], 16)) if one[1] else one[2], found)


def _written_out(character: str) -> str:
    """A character's number, as JSON has a backslash."""
    code = ord(character)
    return f"\\\\u{code:04x}" if code < 0x10000 else f"\\\\U{code:08x}"


# ── what typst is told ───────────────────────────────────────────────────────────────────────────────────────────────


def _told(view: View, look: Look, day: date, *, details: bool) -> dict[str, Any]:
    say = view.say
    return {
        "title": view.title,
        "county": view.county,
        "document": view.document,
        "dates": view.dates,
        "public": say("public", subjects=view.subjects, most=view.smallest - 1) if view.public else "",
        "headline": view.headline,
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "fonts": [*look.fonts, *FACES],
        "accent": look.accent,
        **_language(view),
        "say": _labels(view),
        "tally": _tally(view.tally),
        "changed": _changes(view.changes) if view.changes else None,
        "sections": [_section(section, view, look, details=details) for section in view.sections],
        "aims": [
            {"id": aim.id, "text": aim.text, "served": _served(aim.served_by, aim.tally) or [say("unserved")]}
            for aim in view.aims
        ],
        "notes": view.notes,
        "data": list(_data(view)),
        "assumptions": [f"{text} ({', '.join(names)})" if names else text for text, names in view.assumptions],
        "meanings": [
            {"status": _status(status, verdict), "means": meaning} for verdict, status, meaning in view.meanings
        ],
        "flags": [{"word": flag, "means": meaning} for flag, meaning in view.flags],
        "provenance": [{"name": say(f"digest_{name}"), "value": value} for name, value in view.provenance],
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "title": changes.title,
        "headings": changes.headings,
        "rows": [{"cells": row.cells[:-1], "causes": row.causes} for row in changes.rows],
        "quiet": changes.quiet,
    }


def _language(view: View) -> Mapping[str, str | None]:
    """The language, its region and which way it is read, as typst takes them; what is no code is English."""
    found = re.fullmatch(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{2}))?(?:-.*)?", view.language)
    language, region = found.groups() if found else ("en", None)
    return {"language": language.lower(), "region": region and region.upper(), "direction": view.direction}


def _labels(view: View) -> dict[str, Any]:
    say = view.say
    names = (
        "contents", "source", "history", "statement_notes", "data", "assumptions", "meanings", "word", "means",
        "provenance", "provenance_told",
    )  # fmt: skip
    aim = view.vocabulary.aim
    return {
        **{name: say(name) for name in names},
        "aims": say("aims", aim=aim),
        "aims_columns": [aim, say("said"), say("served_by")],
    }


def _status(status: Status, verdict: str) -> dict[str, Any]:
    return {
        "light": status.light, "dashed": verdict in DASHED, "word": f"{status.symbol} {status.word}".strip(),
    }  # fmt: skip


def _tally(tally: Tally) -> list[dict[str, Any]]:
    return [{**_status(status, verdict), "count": count} for verdict, status, count in tally]


def _served(served: Iterable[tuple[int, str]], tally: Tally) -> list[str]:
    counts = "   ".join(f"{status.symbol} {count} {status.word}" for _, status, count in tally)
    return [*(title for _, title in served), *filter(None, [counts])]


def _data(view: View) -> Iterator[str]:
    if view.undecided:
        yield view.say.plural("data_undecided", view.undecided)
    if view.set_aside:
        yield view.say.plural("data_set_aside", view.set_aside)
    yield from view.data_notes
    if not (view.undecided or view.set_aside or view.data_notes):
        yield view.say("data_clean")


# ── a priority ───────────────────────────────────────────────────────────────────────────────────────────────────────

_SHARES: Mapping[str, float] = {"priority": 3, "outcome": 4, "aim": 2, "indicator": 7, "target": 4}


def _section(section: Section, view: View, look: Look, *, details: bool) -> dict[str, Any]:
    """The county's columns, those of the priority as a whole once for all its rows, then the results."""
    around = [column for column in view.columns if column[0] in county_table.AROUND]
    inside = [column for column in view.columns if column[0] not in county_table.AROUND]
    return {
        "heading": section.heading,
        "notes": section.notes,
        "tally": _tally(section.tally),
        "columns": [*(heading for _, heading in (*around, *inside)), view.say("status"), view.say("value")],
        "shares": [*(_SHARES[kind] for kind, _ in (*around, *inside)), 3, 5],
        "around": [county_table.around(kind, section).split("\n") for kind, _ in around],
        "rows": [
            _row(line, [kind for kind, _ in inside], view, part="/" in name) for name, line in with_parts(section.lines)
        ],
        "details": [_detail(line, view, look, details=details) for _, line in with_parts(section.lines)],
    }


def _row(line: Line, kinds: Iterable[str], view: View, *, part: bool) -> dict[str, Any]:
    return {
        "part": part,
        "inside": [county_table.inside(kind, line, view) for kind in kinds],
        "status": _status(line.status, line.detail.verdict),
        "value": line.value,
        "bullet": _bullet(line),
        "remarks": county_table.remarks(line, view),
    }


def _bullet(line: Line) -> dict[str, float] | None:
    detail = line.detail
    found = None if detail.amount is None or detail.goal is None else bullet_of(detail.amount, detail.goal)
    return {"value": float(found.value), "goal": float(found.goal)} if found else None


def _detail(line: Line, view: View, look: Look, *, details: bool) -> dict[str, Any]:
    detail, say = line.detail, view.say
    told = for_xml(detail.message), for_xml(detail.described)
    chart = chart_file(detail.plot, say, CHART, look, told) if detail.plot else None
    return {
        "title": line.name,
        "message": detail.message,
        "chart": chart.decode() if chart else None,
        "described": f"{detail.message}. {detail.described}",
        "legend": list(_legend(line, view)),
        "why_title": say("why", status=line.status.word),
        "why": detail.why,
        "source": detail.source,
        "quote": detail.quote,
        "history": detail.history,
        "facts": list(_facts(line, view)) if details else (),
    }


def _facts(line: Line, view: View) -> Iterator[str]:
    """Who counted, who did not and why, and where the figure is defined."""
    detail, say = line.detail, view.say
    groups = [
        (say("counted", count=len(detail.counted)), detail.counted),
        *((f"{say('standing_not')}, {reason} ({len(names)})", names) for reason, names in detail.left_out),
        (say("undecided", count=len(line.undecided)), line.undecided),
        (say("none_arose", count=len(detail.not_arisen)), detail.not_arisen),
        *((f"{label} ({len(events)})", events) for label, events in line.listed),
        (say("measures"), (line.says,) if line.says else ()),
    ]
    yield from (f"{title}: {', '.join(names)}" for title, names in groups if names)
    if line.defined_at:
        yield say("defined", place=line.defined_at)


def _legend(line: Line, view: View) -> Iterator[str]:
    """What the lines of a chart are, where there are several."""
    plot = line.detail.plot
    if plot and plot.path:
        yield f"━ {view.say('legend_actual')}"
        yield f"┅ {view.say('legend_path')}"
        if plot.tolerance:
            yield f"▒ {view.say('legend_tolerance')}"
