"""Runs the `[[test]]`s of a pack: the same evaluation, on the events given, compared field by field.

An outcome tells what was expected, what was computed, where the expectation stands in the file, and the calculation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.evaluation.answer import Question, calculation_of
from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location, Problem, did_you_mean, errors_in
from indicator_engine.rendering.text import safe_text
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER, end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicator_engine.definitions.model import Check, Indicator, Statement
    from indicator_engine.evaluation.results import Result
    from indicator_engine.store.intake import Intake


@dataclass(frozen=True)
class Failure:
    """One field of one indicator that is not as the test expects; without an indicator, what is odd about the rows."""

    indicator: str
    field: str
    expected: str
    computed: str
    where: Location | None
    calculation: tuple[str, ...] = ()
    value: Any = None
    """What was computed, as a value."""

    @property
    def name(self) -> str:
        """What is not as expected."""
        return f"{self.indicator}, {self.field}" if self.indicator else self.field


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
    taken = _taken(statement, check)
    if errors_in(taken.problems):
        return Outcome(check.name, check.where(), problems=taken.problems)
    comparison = _Comparison(check, _question(statement, check, taken))
    comparison.compare_oddities(taken.problems)
    for key, wanted in check.expect.items():
        comparison.compare(key, wanted)
    failed = bool(comparison.failures or comparison.problems)
    where = check.where() if failed else None
    return Outcome(check.name, where, tuple(comparison.failures), tuple(comparison.problems))


def prepared(statement: Statement, check: Check) -> Question | None:
    """What a test asks about, its rows read; None where they cannot be read."""
    taken = _taken(statement, check)
    return None if errors_in(taken.problems) else _question(statement, check, taken)


def _taken(statement: Statement, check: Check) -> Intake:
    events = rows_of(_with_ids(check.events), "given.events")
    return take_in(events, rows_of(check.register, "given.register"), statement.schema)


def _question(statement: Statement, check: Check, taken: Intake) -> Question:
    return Question(statement, taken.records, check.as_of, end_of(check.known_at) if check.known_at else FOREVER)


def agrees(wanted: Mapping[str, Any], result: Result) -> bool:
    """Whether a result is in everything as a test expects it."""
    margin = _margin(wanted)
    return all(_agrees(name, value, FIELDS[name](result), margin) for name, value in wanted.items() if name in FIELDS)


def _margin(wanted: Mapping[str, Any]) -> Fraction:
    """By how much a value may differ."""
    found = amounts.read(wanted.get("within", 0))
    return found.value if found else Fraction(0)


def _with_ids(events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Rows of a test may leave out their id; only those that have versions need one."""
    for number, row in enumerate(events, 1):
        yield row if row.get("event_id") else {**row, "event_id": f"given-{number}"}


class _Comparison:
    """Collects what does not agree between one test's expectations and the answers."""

    def __init__(self, check: Check, question: Question) -> None:
        self.check = check
        self.question = question
        self.failures: list[Failure] = []
        self.problems: list[Problem] = []

    def compare(self, key: str, wanted: Mapping[str, Any]) -> None:
        """Compare what is expected of one indicator, or of a part written "indicator/part"."""
        found = find(self.question.statement, key)
        result = self._answer(*found) if found else None
        if result is None:
            known = [indicator.id for _, indicator in self.question.statement.indicators()]
            self._problem("IE320", f"there is no indicator `{key}`", did_you_mean(key, known), key)
            return
        margin = _margin(wanted)
        for name, expected in wanted.items():
            if name in FIELDS:
                self._field(key, name, expected, result, margin)
            elif name != "within":
                self._problem("IE321", f"a result has no field `{name}` to test", did_you_mean(name, FIELDS), key)

    def compare_oddities(self, found: Sequence[Problem]) -> None:
        """Compare what is odd about the rows, where the test says what is to be."""
        expected, computed = self.check.diagnostics, tuple(sorted({one.code for one in found}))
        if expected is None or sorted({*expected}) == [*computed]:
            return
        where = self.check.diagnosed_at() if self.check.diagnosed_at else None
        lines = tuple(f"{one.severity} {one.code}: {one.message}" for one in found)
        self.failures.append(Failure("", "diagnostics", _told(expected), _told(computed), where, lines, computed))

    def _answer(self, priority: str, indicator: Indicator, part: str) -> Result | None:
        result = self.question.answer(indicator, priority)
        return next((one for one in result.parts if one.id == part), None) if part else result

    def _field(self, key: str, name: str, expected: Any, result: Result, margin: Fraction) -> None:
        computed = FIELDS[name](result)
        if _agrees(name, expected, computed, margin):
            return
        found = find(self.question.statement, key)
        lines = calculation_of(self.question, found[1], found[2]) if found else []
        told_ = (_told(expected), _told(computed))
        self.failures.append(Failure(key, name, *told_, self.check.where(key), tuple(lines), computed))

    def _problem(self, code: str, fact: str, hint: str, key: str) -> None:
        self.problems.append(Problem(code, fact, hint, where=self.check.where(key)))


def told(outcome: Outcome) -> Iterator[str]:
    """A failed test line by line: what is wrong, where it stands, expected, computed, and the calculation."""
    yield f"FAILED: {safe_text(outcome.name, 500)}{_place(outcome.where)}"
    for problem in outcome.problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        yield safe_text(f"  {problem.severity} {problem.code}: {problem.message}{hint}", 1000) + _place(problem.where)
    for failure in outcome.failures:
        yield f"  {failure.name}{_place(failure.where)}"
        yield f"    expected {safe_text(failure.expected, 500)}"
        yield f"    computed {safe_text(failure.computed, 500)}"
        yield from (f"      {safe_text(line, 500)}" for line in failure.calculation)


def _place(where: Location | None) -> str:
    return f"  ({safe_text(str(where))})" if where else ""


def find(statement: Statement, key: str) -> tuple[str, Indicator, str] | None:
    """The priority's id, the indicator and the part (or stage) that "indicator" or "indicator/part" names."""
    name, _, part = key.partition("/")
    for priority, indicator in statement.indicators():
        parts = {one.id for one in indicator.parts} | {f"stage-{n + 1}" for n in range(len(indicator.stages))}
        if indicator.id == name and (not part or part in parts):
            return priority.id, indicator, part
    return None


def _value(result: Result) -> Any:
    return result.value if result.value is not None else "unknown"


FIELDS: dict[str, Callable[[Result], Any]] = {
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
    if isinstance(computed, Fraction):
        wanted = amounts.read(expected)
        return wanted is not None and abs(wanted.value - computed) <= margin
    return str(expected) == str(computed)


def _told(value: Any) -> str:
    """A field's value on one line."""
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "unknown"}[value]
    if isinstance(value, Fraction):
        exact = str(amounts.exact(value))
        return exact if value.denominator == 1 or len(exact) < SHORT else f"{value} ({exact[:SHORT]}…)"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text}" for key, text in value.items()) or "nothing"
    return (", ".join(map(_told, value)) or "nothing") if isinstance(value, list | tuple) else str(value)


SHORT = 8
"""Characters of a decimal that are shown before its fraction is more telling."""
