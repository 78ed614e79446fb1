"""Small packs as text, loaded and evaluated through the public API: what tests of meaning start from."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from indicator_engine.engine.packs import load_packs
from indicator_engine.engine.rows import evaluate
from indicator_engine.problems import PackError, Problem, errors_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.results import Result, Results

VOCABULARY = """
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[subject.attributes]
kind = { type = "choice", choices = ["member", "public"] }
size = { type = "integer", minimum = 0 }
member_from = { type = "date" }
member_to = { type = "date" }

[population.members]
where = 'kind == "member"'
from = "member_from"
to = "member_to"

[event.pledge]
label = "pledge"
ended_by = ["withdrawal"]
attributes.stage = { type = "integer", minimum = 1, maximum = 3 }

[event.withdrawal]

[event.tender]
label = "tender"
attributes.viable = { type = "truth" }
attributes.code_included = { type = "truth", label = "code included" }

[event.training]
attributes.people = { type = "integer", minimum = 0 }
attributes.cost = { type = "money" }
attributes.score = { type = "decimal" }

[event.headcount]
attributes.people = { type = "integer", minimum = 0 }

[event.paper]
label = "paper"
attributes.item = { type = "text" }
attributes.evidence = { type = "evidence" }

[event.sighting]
attributes.other_org = { type = "subject" }
"""

PRIORITY = """
[[priority]]
id = "first"
title = "First"
"""


def completed(text: str) -> str:
    """A whole pack: one that begins with [statement] as it is; anything else as the keys of an indicator."""
    text = dedent(text).strip("\n")
    if re.search(r"^\[statement\]", text, re.MULTILINE):
        return text + "\n"
    keys, header, tables = re.split(r"^(?=\[)", text, maxsplit=1, flags=re.MULTILINE), "", ""
    if len(keys) == 2:
        header, tables = keys
    else:
        header = keys[0]
    identified = header if re.search(r"^id *=", header, re.MULTILINE) else f'id = "one"\n{header}'
    return f"{VOCABULARY}{PRIORITY}\n[[priority.indicator]]\n{identified}\n{tables}\n"


def check(text: str) -> list[Problem]:
    """Everything that is wrong or odd about a pack."""
    return list(_loaded(text)[1])


def codes(text: str, severity: str = "error") -> list[str]:
    """The codes of a pack's problems of one severity, in the order of the file."""
    return [problem.code for problem in check(text) if problem.severity == severity]


def pack(text: str) -> Statement:
    """The statement of a pack that has no errors."""
    statement, problems = _loaded(text)
    if statement is None or errors_in(problems):
        raise PackError(problems)
    return statement


def _loaded(text: str) -> tuple[Statement | None, tuple[Problem, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.toml"
        path.write_text(completed(text), encoding="utf-8")
        (loaded,) = load_packs([path])
    return loaded.statement, tuple(loaded.problems)


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def event(kind: str, organisation: str = "A", day: str = "2009-05-01", **cells: Any) -> dict[str, Any]:
    """A row of an event; its id is what it says unless one is given."""
    said = "-".join(str(cell) for cell in (kind, organisation, day, *cells.values()))
    return {"event_id": said, "type": kind, "organisation": organisation, "occurred_on": day, **cells}


def members(*names: str, **cells: Any) -> list[dict[str, Any]]:
    """Rows of a register: members."""
    return [{"organisation": name, "kind": "member", **cells} for name in names]


def everybody(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A register of everyone who has an event, as members."""
    return members(*dict.fromkeys(row["organisation"] for row in rows if row.get("organisation")))


def results(text: str, *events: dict[str, Any], as_of: str = "2010-03-31", **more: Any) -> Results:
    """The answers of a pack; the register has everyone who has an event unless one is given."""
    register = more.pop("register", None)
    return evaluate(pack(text), events, everybody(events) if register is None else register, as_of=as_of, **more)


def result(text: str, *events: dict[str, Any], as_of: str = "2010-03-31", **more: Any) -> Result:
    """The answer to a pack's only indicator."""
    (found,) = results(text, *events, as_of=as_of, **more)
    return found


def verdict(text: str, *events: dict[str, Any], as_of: str = "2010-03-31", **more: Any) -> str:
    """The verdict of a pack's only indicator."""
    return result(text, *events, as_of=as_of, **more).verdict
