"""Runs the `[[test]]`s of a pack: the same evaluation, on the events given, compared field by field.

An outcome tells what was expected, what was computed, where the expectation stands in the file, and the calculation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from indicator_engine import amounts
from indicator_engine.definitions.model import Check, Indicator, Statement
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.results import Result
from indicator_engine.problems import Location, Problem, did_you_mean, errors_in
from indicator_engine.rendering.text import safe_text
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER, end_of


@dataclass(frozen=True)
class Failure:
    """One field of one indicator that is not as the test expects."""

    indicator: str
    field: str
    expected: str
    computed: str
    where: Location | None
    calculation: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one test came to: passed when there are neither failures nor problems with what it gives or expects."""

    name: str
    where: Location | None
    failures: tuple[Failure, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.failures and not errors_in(self.problems)


def run_checks(statement: Statement) -> list[Outcome]:
    """The outcome of every test of a pack, in the order of its files."""
    return [run_check(statement, check) for check in statement.checks]


def run_check(statement: Statement, check: Check) -> Outcome:
    """The outcome of one test."""
    events = rows_of(_with_ids(check.events), "given.events")
    taken = take_in(events, rows_of(check.register, "given.register"), statement.schema)
    if errors_in(taken.problems):
        return Outcome(check.name, check.where, problems=taken.problems)
    known_at = end_of(check.known_at) if check.known_at else FOREVER
    question = Question(statement, taken.records, check.as_of, known_at)
    failures: list[Failure] = []
    problems: list[Problem] = []
    for key, wanted in check.expect.items():
        where = check.expect_where.get(key, check.where)
        found = _find(statement, key)
        if found is None:
            problems.append(_unknown_indicator(statement, key, where))
            continue
        answered = _answer(question, *found)
        failures += _compare(key, answered, wanted, where, question, problems)
    return Outcome(check.name, check.where, tuple(failures), tuple(problems))


def _with_ids(events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Rows of a test may leave out their id; only those that have versions need one."""
    for number, row in enumerate(events, 1):
        yield row if row.get("event_id") else {**row, "event_id": f"given-{number}"}


def told(outcome: Outcome) -> Iterator[str]:
    """A failed test line by line: what is wrong, where it stands, expected, computed, and the calculation."""
    yield f"FAILED: {safe_text(outcome.name, 500)}{_place(outcome.where)}"
    for problem in outcome.problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        yield safe_text(f"  {problem.severity} {problem.code}: {problem.message}{hint}", 1000) + _place(problem.where)
    for failure in outcome.failures:
        yield f"  {failure.indicator}, {failure.field}{_place(failure.where)}"
        yield f"    expected {safe_text(failure.expected, 500)}"
        yield f"    computed {safe_text(failure.computed, 500)}"
        yield from (f"      {safe_text(line, 500)}" for line in failure.calculation)


def _place(where: Location | None) -> str:
    return f"  ({safe_text(str(where))})" if where else ""


def _find(statement: Statement, key: str) -> tuple[str, Indicator, str] | None:
    name, _, part = key.partition("/")
    for priority, indicator in statement.indicators():
        if indicator.id == name and (not part or any(one.id == part for one in indicator.parts) or part.startswith("stage-")):
            return priority.id, indicator, part
    return None


def _unknown_indicator(statement: Statement, key: str, where: Location | None) -> Problem:
    known = [indicator.id for _, indicator in statement.indicators()]
    return Problem("IE320", f"there is no indicator `{key}`", did_you_mean(key, known), where=where)


def _answer(question: Question, priority: str, indicator: Indicator, part: str) -> Result | None:
    result = question.answer(indicator, priority)
    return next((one for one in result.parts if one.id == part), None) if part else result


def _compare(
    key: str, result: Result | None, wanted: Mapping[str, Any], where: Location | None, question: Question, problems: list[Problem]
) -> Iterator[Failure]:
    if result is None:
        problems.append(Problem("IE320", f"there is no part `{key}`", where=where))
        return
    margin = amounts.read(wanted.get("within", 0))
    for name, expected in wanted.items():
        if name == "within":
            continue
        if name not in FIELDS:
            problems.append(Problem("IE321", f"a result has no field `{name}` to test", did_you_mean(name, FIELDS), where=where))
            continue
        computed = FIELDS[name](result)
        if not _agrees(name, expected, computed, margin.value if margin else Fraction(0)):
            lines = tuple(_calculation(question, key))
            yield Failure(key, name, _told(expected), _told(computed), where, lines)


def _calculation(question: Question, key: str) -> list[str]:
    from indicator_engine.evaluation.answer import calculation_of

    found = _find(question.statement, key)
    return calculation_of(question, found[1], found[2]) if found else []


def _value(result: Result) -> Any:
    return result.value if result.value is not None else "unknown"


FIELDS = {
    "value": _value,
    "verdict": lambda result: result.verdict,
    "numerator": lambda result: result.numerator,
    "denominator": lambda result: result.denominator,
    "needed": lambda result: result.needed,
    "baseline": lambda result: result.baseline,
    "expected": lambda result: result.expected,
    "bounds": lambda result: result.bounds,
    "unknown": lambda result: result.unknown,
    "flags": lambda result: result.flags,
    "who": lambda result: result.who,
    "why_not": lambda result: result.why_not,
    "events": lambda result: result.events,
    "undecided": lambda result: tuple(dict.fromkeys(one.event_id or one.subject for one in result.undecided)),
    "none_arose": lambda result: result.none_arose,
    "due": lambda result: result.due.day if result.due else "none",
    "target": lambda result: result.target_value,
}
"""What a test may expect of an indicator, and where it is found in a result."""

# Lists of these must be there, others may be, too; every other list is compared whole, whatever its order.
CONTAINED = frozenset({"flags"})


def _agrees(name: str, expected: Any, computed: Any, margin: Fraction) -> bool:
    if isinstance(expected, Mapping):
        return all(str(text) in str(computed.get(key, "")) for key, text in expected.items())
    if name == "why_not":
        return sorted(expected) == sorted(computed)
    if isinstance(expected, list | tuple) and name != "bounds":
        return set(expected) <= set(computed) if name in CONTAINED else sorted(expected) == sorted(computed)
    if name == "bounds":
        return len(expected) == 2 and computed is not None and all(
            _agrees("", one, other, margin) for one, other in zip(expected, computed, strict=True)
        )  # fmt: skip
    return _equal(expected, computed, margin)


def _equal(expected: Any, computed: Any, margin: Fraction) -> bool:
    if isinstance(expected, bool) or isinstance(computed, bool):
        return expected is computed
    if isinstance(computed, Fraction | int | float):
        wanted = amounts.read(expected)
        return wanted is not None and abs(wanted.value - computed) <= margin
    return str(expected) == str(computed)


def _told(value: Any) -> str:
    if isinstance(value, Fraction):
        exact = str(amounts.exact(value))
        return f"{value} ({exact[:8]}…)" if value.denominator != 1 and len(exact) > 8 else exact
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text}" for key, text in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_told(one) for one in value) or "nothing"
    return {True: "true", False: "false", None: "unknown"}.get(value, str(value)) if not isinstance(value, float | int) or isinstance(value, bool) else str(value)
