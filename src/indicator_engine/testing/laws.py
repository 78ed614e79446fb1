"""Laws that a pack's author calls in one line: each is tried on histories drawn for the pack, and a breach is shrunk.

    from indicator_engine.testing import laws
    laws.check_order_independent(pack)
    laws.check_monotone(pack, "sfl-participants")

Without names a law is put to every indicator that is measured. A breach raises LawBrokenError, an AssertionError, with
the smallest history that was found and what the engine said of it. The histories are the same in every run. This
module needs Hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from indicator_engine import periods
from indicator_engine.evaluation import verdicts
from indicator_engine.evaluation.answer import Question
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, did_you_mean, errors_in
from indicator_engine.rendering import words
from indicator_engine.rendering.text import safe_text
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER
from indicator_engine.testing.drawing import scenes
from indicator_engine.testing.grounds import grounds_of
from indicator_engine.testing.pack_histories import last_day

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.evaluation.results import Result
    from indicator_engine.language.schema import Attribute
    from indicator_engine.store.records import Records
    from indicator_engine.testing.scenes import Rows

EXAMPLES = 50
"""Histories that a law is tried on, for each indicator."""

MOST_ROWS = 200
"""Rows of a history beyond which a law is not tried on it."""

MOST_LEFT_OUT = 12
"""Events of a history of which each is left out in turn."""

LATER = (1, 30)
"""Days after the deadline on which its figure is asked for again."""


class LawBrokenError(AssertionError):
    """A law that does not hold of an indicator, with a history that shows it."""


def check_monotone(statement: Statement, *names: str, examples: int = EXAMPLES) -> None:
    """One more event never lowers the figure: true of what only counts what has happened, whoever else did it.

    It does not hold of everything: a withdrawal ends a pledge, a meeting not attended lowers a share. Name the
    indicators of which it should.
    """

    def law(there: _There, _data: DataObject) -> str:
        whole = there.answer(there.events)
        for left_out in there.events[:MOST_LEFT_OUT]:
            fewer = there.answer([one for one in there.events if one is not left_out])
            one, other = (found.value if found else None for found in (fewer, whole))
            if isinstance(one, Fraction) and isinstance(other, Fraction) and other < one:
                return f"with event {left_out['event_id']} it is {_said(whole)}, and without it {_said(fewer)}"
        return ""

    _try("one more event never lowers the figure", statement, names, law, examples)


def check_order_independent(statement: Statement, *names: str, examples: int = EXAMPLES) -> None:
    """The order in which events and the register are told makes no difference to anything a result says."""

    def law(there: _There, data: DataObject) -> str:
        events, register = (data.draw(st.permutations(rows)) for rows in (there.events, there.register))
        one, other = there.answer(there.events), there.answer(events, register=register)
        return "" if _whole(one) == _whole(other) else f"in another order it is {_said(other)}, and not {_said(one)}"

    _try("the order of rows makes no difference", statement, names, law, examples)


def check_idempotent(statement: Statement, *names: str, examples: int = EXAMPLES) -> None:
    """An event told twice counts once, under the same id or under another."""

    def law(there: _There, data: DataObject) -> str:
        if not there.events:
            return ""
        again = data.draw(st.sampled_from(there.events))
        other_id = {**again, "event_id": f"{again['event_id']}-again"}
        one = there.answer(there.events)
        for more, how in ((again, "again"), (other_id, "under another id")):
            other = there.answer([*there.events, dict(more)])
            if _figure(one) != _figure(other):
                return f"with event {again['event_id']} told {how} it is {_said(other)}, and not {_said(one)}"
        return ""

    _try("an event told twice counts once", statement, names, law, examples)


def check_deadline_edge(statement: Statement, *names: str, examples: int = EXAMPLES) -> None:
    """What happens after the deadline changes nothing, and asking later changes nothing either."""

    def law(there: _There, _data: DataObject) -> str:
        late = {id(one) for one in there.events if _when(one, there.indicator) > there.last}
        on_time = there.answer([one for one in there.events if id(one) not in late])
        for days in (0, *LATER):
            found = there.answer(there.events, there.last + timedelta(days=days))
            if _figure(on_time) != _figure(found):
                day = periods.shown(there.last + timedelta(days=days))
                return f"asked on {day} it is {_said(found)}; by what happened in time it is {_said(on_time)}"
        return ""

    _try("what happens after the deadline changes nothing", statement, names, law, examples)


def check_unknown_refines(statement: Statement, *names: str, examples: int = EXAMPLES) -> None:
    """A verdict that is decided stays, whatever the values turn out to be that are not known."""

    def law(there: _There, data: DataObject) -> str:
        events = [there.known(one, data) for one in there.events]
        one, other = there.answer(there.events), there.answer(events)
        if not _stands_alike(there.records(there.events), there.records(events)):
            return ""
        if _side(one) in ("", _side(other)):
            return ""
        return f"it is {_said(one)}, and with everything known it is {_said(other)}"

    _try("a verdict that is decided stays when more is known", statement, names, law, examples)


# ── trying ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _There:
    """One indicator, and one history of it."""

    statement: Statement
    indicator: Indicator
    priority: str
    last: date
    events: Rows
    register: Rows

    def records(self, events: Rows, register: Rows | None = None) -> Records | None:
        """Rows as records; None where they cannot be read."""
        rows = self.register if register is None else register
        taken = take_in(rows_of(events, "events"), rows_of(rows, "register"), self.statement.schema)
        return None if errors_in(taken.problems) else taken.records

    def answer(self, events: Rows, as_of: date | None = None, *, register: Rows | None = None) -> Result | None:
        """What the engine says of these events."""
        records = self.records(events, register)
        if records is None:
            return None
        return Question(self.statement, records, as_of or self.last).answer(self.indicator, self.priority)

    def known(self, event: dict[str, Any], data: DataObject) -> dict[str, Any]:
        """An event of which every attribute is known; one that says until when something runs may stay blank."""
        about = self.statement.schema.events[event["type"]]
        missing = [
            one for name, one in about.attributes.items()
            if event.get(name) is None and name != about.ends_on and one.type != "list"
        ]  # fmt: skip
        return {**event, **{one.name: data.draw(_values(one, self.last)) for one in missing}}


Law = Callable[[_There, Any], str]


def _try(title: str, statement: Statement, names: tuple[str, ...], law: Law, examples: int) -> None:
    for priority, indicator in _chosen(statement, names):
        _try_one(title, statement, priority, indicator, law, examples)


def _chosen(statement: Statement, names: tuple[str, ...]) -> list[tuple[str, Indicator]]:
    """The indicators named, or all that are measured. Raises IndicatorEngineError for a name that there is not."""
    known = {one.id: (priority.id, one) for priority, one in statement.indicators() if one.measure or one.parts}
    for name in names:
        if name not in known:
            raise IndicatorEngineError(
                f"there is no measured indicator `{name}`; {did_you_mean(name, known)}".rstrip("; ")
            )
    return [known[name] for name in names or known]


def _try_one(  # from one place
    title: str, statement: Statement, priority: str, indicator: Indicator, law: Law, examples: int
) -> None:
    last = last_day(statement, indicator)
    histories = scenes(grounds_of(statement, indicator, last), enders=True)

    @settings(
        max_examples=examples, database=None, deadline=None, derandomize=True, report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @given(histories, st.data())
    def tried(scene: Any, data: DataObject) -> None:
        events, register = scene.rows(statement.schema)
        if len(events) + len(register) > MOST_ROWS:
            return
        if breach := law(_There(statement, indicator, priority, last, events, register), data):
            raise LawBrokenError(f"{indicator.id}: {title}; but {breach}\n{_table(events, register)}")

    tried()


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _whole(result: Result | None) -> dict[str, Any] | None:
    return result.to_dict() if result else None


def _figure(result: Result | None) -> object:
    """What a result says, but for who counted and which events did."""
    if result is None:
        return None
    parts = tuple(map(_figure, result.parts))
    return (result.verdict, result.value, result.bounds, result.numerator, result.denominator, result.unknown, parts)


def _side(result: Result | None) -> str:
    """Whether a verdict is a pass or a fail; "" where it is neither."""
    verdict = result.verdict if result else ""
    return "pass" if verdict in verdicts.DONE else "fail" if verdict in verdicts.LOST else ""


def _stands_alike(one: Records | None, other: Records | None) -> bool:
    """Whether the same events stand in both: filling in a value can make two events say the same."""
    return _standing(one) == _standing(other)


def _standing(records: Records | None) -> set[str] | None:
    return {one.event_id for found in records.standing(FOREVER).values() for one in found} if records else None


def _when(event: dict[str, Any], indicator: Indicator) -> date:
    """The day that counts of an event."""
    recorded = event.get("recorded_at") if indicator.basis == "recorded" else None
    found: date = recorded or event["occurred_on"]
    return found


def _values(attribute: Attribute, last: date) -> st.SearchStrategy[Any]:
    low = int(attribute.minimum or 0)
    high = low + 3 if attribute.maximum is None else int(attribute.maximum)
    others: dict[str, st.SearchStrategy[Any]] = {
        "date": st.sampled_from((last, last + timedelta(days=1), last - timedelta(days=100))),
        "truth": st.booleans(),
        "choice": st.sampled_from(attribute.choices or ("one", "other")),
        "text": st.sampled_from(("one", "other")),
        "subject": st.sampled_from(("A", "B")),
        "evidence": st.just("minutes.pdf"),
    }
    return others.get(attribute.type, st.integers(low, high))


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(result: Result | None) -> str:
    if result is None:
        return "refused"
    return ", ".join(filter(None, (words.value(result), words.bounds(result), result.verdict)))


def _table(events: Rows, register: Rows) -> str:
    lines = [f"    register: {_row(row)}" for row in register] + [f"    event: {_row(row)}" for row in events]
    return "\n".join(lines) or "    (nothing happens)"


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {safe_text(str(value), 60)}" for name, value in row.items() if value is not None)
