"""The conformance cases: what each construct of the language means, as a table that people and programs can read.

A row has a group, an expression, bindings and the answer, worked out by hand from the language's description. Bindings
name a data set (`none` where nothing is named) and what else is fixed: `as_of`, `known_at`, `due`, `baseline_date`,
`target_set_on`, `basis`, `covered`. Whatever claims to evaluate the language must give every answer. The data sets are
CSV files beside a `pack.toml`.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.engine.packs import load_pack
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.memory import ground_of
from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.evaluation.values import Bound, Members, NoneArose, Number, Selection, Unknown, selection
from indicator_engine.frozen import dataclass
from indicator_engine.language.elaborate import elaborate
from indicator_engine.problems import errors_in
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER, Records, end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.ground import Ground
    from indicator_engine.language.nodes import Node

COLUMNS = ("group", "expression", "bindings", "answer")
AS_OF = "2010-03-31"
"""The day of rows that name none."""


LEGEND = """| an answer | means |
|---|---|
| `3`, `0.5`, `1/3` | a number, exactly |
| `3 in 3..4` | 3 so far; once everything is known, a number between 3 and 4 (`∞`: no bound) |
| `0.5 (2 of 4)` | a share, with its numerator and denominator |
| `true`, `false`, `none arose` | a truth value |
| `unknown: tbc, undecided` | no value, with the reasons |
| `{A, B?, +1}` | a set: A is in it, B may be, and one more may be that nobody can name |
| `<e1, e2?>` | records in order, by their ids; e2 may not belong |
| `refused: IE107` | not an expression; the first problem's code |"""
"""How answers are written."""


@dataclass(frozen=True)
class Row:
    """One case, and the line it stands on."""

    group: str
    expression: str
    bindings: str
    answer: str
    line: int = 0

    @property
    def data_set(self) -> str:
        """The name of the records it is about."""
        first = self.bindings.split(" ")[0]
        return first if first and "=" not in first else "none"

    @property
    def fixed(self) -> Mapping[str, str]:
        """What the bindings fix, as written: {"as_of": "2009-12-31"}."""
        return dict(word.split("=", 1) for word in self.bindings.split(" ") if "=" in word)


def rows(path: Path) -> list[Row]:
    """The cases of a file of tab-separated values, whose first line names the columns."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"{path} does not begin with the columns {', '.join(COLUMNS)}")
    return [Row(*_cells(line), line=number) for number, line in enumerate(lines[1:], 2) if line]


def _cells(line: str) -> tuple[str, str, str, str]:
    group, expression, bindings, answer_ = line.split("\t")
    return group, expression, bindings, answer_


def as_markdown(cases: Iterable[Row]) -> str:
    """The cases as tables for the language's reference, one a group, with their bindings where there are any."""
    groups: dict[str, list[Row]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    return "\n".join(_table(group, found) for group, found in groups.items())


def _table(group: str, cases: list[Row]) -> str:
    bound = any(case.bindings for case in cases)
    head = ("expression", "records and days", "answer") if bound else ("expression", "answer")
    lines = [[_code(case.expression), *([_code(case.bindings)] if bound else []), _code(case.answer)] for case in cases]
    body = [head, ["---"] * len(head), *lines]
    return f"### {group.capitalize()}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in body)


def _code(text: str) -> str:
    """Text as code in a cell of a table, where a bar needs a backslash."""
    return f"`{text}`".replace("|", "\\|") if text else ""


# ── evaluating ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DataSets:
    """A folder with a pack and the records that the cases are about."""

    folder: Path

    @cached_property
    def statement(self) -> Statement:
        """The pack, whose vocabulary the expressions use."""
        return load_pack(self.folder / "pack.toml")

    def records(self, name: str, covered: str = "") -> Records:
        """The records of a data set; `register.csv` is the register of those that have none of their own.

        `covered` names the event types that the data covers, parted by commas, where these are not all.
        """
        own = self.folder / f"{name}.register.csv"
        register = own if own.exists() else self.folder / "register.csv"
        events = rows_of(_read(self.folder / f"{name}.events.csv"), name)
        taken = take_in(
            events,
            rows_of(_read(register), register.name),
            self.statement.schema,
            covered=covered.split(",") if covered else None,
        )
        if errors_in(taken.problems):
            raise ValueError("; ".join(problem.message for problem in taken.problems))
        return taken.records

    def ground(self, name: str, covered: str = "") -> Ground:
        """The same as tables."""
        return _ground(self, name, covered)


@cache
def _ground(data: DataSets, name: str, covered: str) -> Ground:
    return ground_of(data.records(name, covered), data.statement.schema)


@cache
def _read(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def answer(case: Row, data: DataSets, *, compiled: bool = False) -> str:
    """What the reference evaluator, or the compiled one, makes of a case, written as answers are.

    The compiled one raises NotCompiledError for what it leaves to the reference.
    """
    schema, fixed = data.statement.schema, case.fixed
    found = elaborate(case.expression, schema)
    errors = [problem.code for problem in found.problems if problem.severity == "error"]
    if errors:
        return f"refused: {errors[0]}"
    records = data.records(case.data_set, fixed.get("covered", ""))
    known_at = end_of(date.fromisoformat(fixed["known_at"])) if "known_at" in fixed else FOREVER
    moment = Moment(date.fromisoformat(fixed.get("as_of", AS_OF)), known_at, data.statement.period)
    if compiled:
        return _compiled(
            found.node, records, data.ground(case.data_set, fixed.get("covered", "")), _frame(fixed), moment
        )
    return told(Reference(schema, records, _frame(fixed)).value(found.node, moment))


def _compiled(node: Node, records: Records, ground: Ground, frame: Frame, moment: Moment) -> str:
    evaluator = Compiled(Answers(ground), frame)
    if node.kind.name == "set":
        return told(evaluator.members_in(node, moment))
    if node.kind.name == "events":
        found = evaluator.events_in(node, moment)
        return told(found) if isinstance(found, Unknown) else told(_in_order(found, records, frame, moment))
    return told(evaluator.value(node, moment))


def _in_order(found: Mapping[str, bool], records: Records, frame: Frame, moment: Moment) -> Selection:
    """The records of these ids, as a selection lists them."""
    standing = records.standing(moment.known_at, frame.basis).values()
    known = {record.event_id: record for of_type in standing for record in of_type}
    return selection(
        (known[one] for one, sure in found.items() if sure), (known[one] for one, sure in found.items() if not sure)
    )


def _frame(fixed: Mapping[str, str]) -> Frame:
    days = {
        name: date.fromisoformat(fixed[name]) for name in ("due", "baseline_date", "target_set_on") if name in fixed
    }
    return Frame(basis="recorded" if fixed.get("basis") == "recorded" else "occurred", **days)


def told(value: Any) -> str:  # noqa: PLR0911  # one a kind
    """A value as answers write it."""
    match value:
        case Unknown(reasons):
            return f"unknown: {', '.join(reasons)}"
        case NoneArose():
            return "none arose"
        case bool():
            return str(value).lower()
        case Number():
            return _number(value)
        case Members():
            return _members(value)
        case Selection():
            return f"<{', '.join(record.event_id + ('' if sure else '?') for record, sure in value.all())}>"
        case str():
            return f'"{value}"'
        case tuple():
            return ";".join(value)
    return str(value)


def _number(value: Number) -> str:
    text = _exact(value.value)
    if not value.is_decided:
        text += f" in {_exact(value.low)}..{_exact(value.high)}"
    if value.numerator and value.denominator:
        text += f" ({_number(value.numerator)} of {_number(value.denominator)})"
    return text


def _exact(value: Bound) -> str:
    """An exact number: as decimals where they end, else as a fraction."""
    if isinstance(value, float):
        return "∞" if value > 0 else "-∞"
    decimals = str(amounts.exact(value))
    return decimals if Fraction(decimals) == value else str(value)


def _members(value: Members) -> str:
    named = {_key(key): "" if key in value.yes else "?" for key in value.possible}
    more = [f"+{value.unnamed}"] if value.unnamed else []
    return f"{{{', '.join([*(key + named[key] for key in sorted(named)), *more])}}}"


def _key(key: object) -> str:
    return _exact(key) if isinstance(key, Fraction) else str(key)


def main(path: str) -> None:
    """Print the reference page of a file of cases."""
    sys.stdout.write(
        "# The language by example\n\n*Generated from the conformance cases; do not edit. Each row is a test.*\n\n"
    )
    sys.stdout.write(LEGEND + "\n\n" + as_markdown(rows(Path(path))).rstrip() + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
