"""Parts of packs made whole, loaded and checked: what every test of a check starts from."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from indicator_engine.conventions import NEUTRAL, Convention
from indicator_engine.definitions.checks import lints
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.problems import Location, Problem

SAMPLE = {
    r"\[statement\]": """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "09-10"
""",
    r"\[subject": """
[subject.attributes]
kind = { type = "choice", choices = ["member", "public_sector", "contractor"] }
""",
    r"\[event\.pledge[\].]": """
[event.pledge]
label = "Skills Pledge"
[event.pledge.attributes]
stage = { type = "integer", minimum = 1, maximum = 3 }
""",
    r"\[population\.members[\].]": """
[population.members]
where = 'kind == "member"'
deemed = 50
""",
    r"\[\[priority\]": """
[[priority]]
id = "skills-pledge"
title = "Support commitment to the Skills Pledge"
""",
}
"""A pack about Skills Pledges: for each of its tables, the header that a part of a pack replaces it with, and it."""

CONVENTIONS: dict[str, Convention] = {
    "nottinghamshire": replace(
        NEUTRAL,
        name="nottinghamshire",
        lints=(partial(lints.indicators_over_population_without_deemed_size, population="members"),),
    ),
    "derbyshire": replace(NEUTRAL, name="derbyshire", lints=(lints.measures_without_provenance,)),
}
"""Two conventions with the lints that the shipped ones of these names have."""


class Told(NamedTuple):
    """A problem as an author sees it: how bad, what, and the characters it points at."""

    severity: str
    message: str
    at: str


def completed(part: str) -> str:
    """A whole pack around a part of one: lines before the first header belong to an indicator."""
    part = dedent(part).strip("\n") + "\n"
    header = re.search(r"^\[", part, re.MULTILINE)
    keys, tables = (part[: header.start()], part[header.start() :]) if header else (part, "")
    rest = [table for header, table in SAMPLE.items() if not re.search(f"^{header}", tables, re.MULTILINE)]
    id_ = "" if re.search(r"^id =", keys, re.MULTILINE) else 'id = "pledge-commitment"\n'
    return "".join([*rest, f"[[priority.indicator]]\n{id_}{keys}" if keys.strip() else "", tables])


def loaded(part: str, **rules: Any) -> Loaded:
    """A part of a pack, made whole, loaded and checked; `rules` are what the neutral convention shall decide here."""
    files = PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", completed(part).encode()),))
    return load(files, {**CONVENTIONS, "neutral": replace(NEUTRAL, **rules)}, checks=())


@pytest.fixture(scope="session", name="load")
def load_fixture() -> Callable[..., Loaded]:
    """What comes of loading and checking a part of a pack."""
    return loaded


@pytest.fixture(scope="session")
def problems() -> Callable[..., tuple[Problem, ...]]:
    """Every problem of a part of a pack."""
    return lambda part, **rules: loaded(part, **rules).problems


@pytest.fixture(scope="session")
def told() -> Callable[[str, str], list[Told]]:
    """The problems with one code in a part of a pack that can be loaded; other warnings may be among them."""

    def of(code: str, part: str) -> list[Told]:
        found = loaded(part)
        assert [] == [problem for problem in found.problems if problem.code < "IE200"]
        (pack,) = found.sources.values()
        return [Told(p.severity, p.message, _at(pack, p.where)) for p in found.problems if p.code == code]

    return of


def _at(pack: str, where: Location | None) -> str:
    """The characters at a place, as far as its first line goes."""
    assert where
    line = pack.splitlines()[where.line - 1]
    return line[where.column - 1 : where.end_column - 1 if where.end_line == where.line else None]
