"""What the public strategies promise: schemas that hold together, rows that are taken in, things that collide."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from indicator_engine.engine.packs import load_pack
from indicator_engine.engine.rows import evaluate
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.schema import ATTRIBUTE_TYPES
from indicator_engine.problems import errors_in
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.testing.domains import FIRST_DAY, LAST_DAY, ORGANISATIONS
from indicator_engine.testing.strategies import (
    as_of_dates,
    histories,
    monotone_pairs,
    packs,
    registers,
    rich_schema,
    schemas,
)

pytestmark = pytest.mark.generative

UNHURRIED = settings(deadline=None)
RICH = rich_schema()


def drawn(strategy, examples=150):
    """Many values of a strategy, the same ones each time."""
    found = []

    @seed(20100331)
    @settings(UNHURRIED, max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(value):
        found.append(value)

    collect()
    return found


@UNHURRIED
@given(schemas())
def test_schemas(schema):
    """Every population and every macro of a generated schema means something."""
    assert all(population.where is not None for population in schema.populations.values())
    assert () == tuple(problem for name in schema.defines for problem in elaborate(name, schema).problems)


def test_schemas_have_everything():
    """The rich schema has attributes of every type, things that end in both ways, and deemed sizes."""
    attributes = [each for event in RICH.events.values() for each in event.attributes.values()]
    assert set(ATTRIBUTE_TYPES) == {each.type for each in attributes}
    assert any(event.ends_on for event in RICH.events.values())
    assert any(ending.match for event in RICH.events.values() for ending in event.ended_by)
    assert any(population.deemed for population in RICH.populations.values())


@UNHURRIED
@given(schemas().flatmap(lambda schema: st.tuples(st.just(schema), histories(schema), registers(schema))))
def test_rows_are_taken_in(case):
    """Generated rows are read without a fault, in any variant of the schema."""
    schema, events, register = case
    intake = take_in(rows_of(events, "events"), rows_of(register, "register"), schema)
    assert not errors_in(intake.problems)
    assert len(events) == len(intake.records.versions)
    odd = {"IE306", "IE307", "IE312", "IE313", "IE315", "IE316"}
    assert odd >= {problem.code for problem in intake.problems}, intake.problems


@UNHURRIED
@given(histories(RICH, max_events=4))
def test_length_of_histories(rows):
    """A history has no more rows than asked for, and each version of an event is recorded later than the one before."""
    assert len(rows) <= 4
    recorded = Counter((row["event_id"], row["recorded_at"]) for row in rows)
    assert set(recorded.values()) <= {1}


def test_what_befalls_records():
    """Histories have corrections, retractions, repetitions, late recordings, blanks, and records that meet."""
    found = drawn(histories(RICH))
    rows = [row for history in found for row in history]
    versions = [Counter(row["event_id"] for row in history) for history in found]
    assert any(count > 1 for counted in versions for count in counted.values())
    assert any(row.get("retracted") for row in rows)
    assert any(row["recorded_at"].date() - row["occurred_on"] > timedelta(days=100) for row in rows)
    assert any(None in row.values() for row in rows)
    assert set(RICH.events) == {row["type"] for row in rows}
    assert set(ORGANISATIONS) == {row["organisation"] for row in rows}


def test_repetitions():
    """Some events say the same of the same day as another, under another id."""

    def contents(history):
        told = ({k: v for k, v in row.items() if k not in ("event_id", "recorded_at")} for row in history)
        return Counter(zip(map(repr, told), (row["event_id"] for row in history), strict=True))

    repeated = [Counter(content for content, _ in contents(history)) for history in drawn(histories(RICH))]
    assert any(count > 1 for counted in repeated for count in counted.values())


@UNHURRIED
@given(registers(RICH))
def test_spells(rows):
    """No two rows of one subject hold on the same day."""
    for subject in ORGANISATIONS:
        spells = [(row["row_from"], row["row_to"]) for row in rows if row["organisation"] == subject]
        for (_, end), (start, _) in pairwise(spells):
            assert end < start


def test_registers_have_several_rows():
    """Registers list several subjects, some of them twice, with blank cells."""
    found = drawn(registers(RICH))
    assert any(len({row["organisation"] for row in rows}) == len(ORGANISATIONS) for rows in found)
    assert any(2 in Counter(row["organisation"] for row in rows).values() for rows in found)
    assert any(row["row_to"] is None for rows in found for row in rows)


@UNHURRIED
@given(as_of_dates())
def test_as_of_dates(day):
    """As-of dates lie within a day of the days on which records fall."""
    assert FIRST_DAY - timedelta(days=1) <= day <= LAST_DAY + timedelta(days=1)


# ── packs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

COUNTY = load_pack("indicators/derbyshire/2008-09.toml")


def test_generated_packs_are_evaluated():
    """Each answers for each of its indicators, on its own histories, and prints to text that reads back."""
    verdicts: Counter[str] = Counter()
    for pack in drawn(packs(), 25):
        for _, indicator in pack.indicators():
            again = elaborate(indicator.measure.text, pack.schema)
            assert ((), indicator.measure.node) == (again.problems, again.node)
        for history in drawn(histories(pack), 2):
            found = evaluate(pack, history.events, history.register, as_of=pack.period.end)
            verdicts.update(one.verdict for one in found.results)

    assert {"met", "missed", "undecided"} <= set(verdicts)


def test_histories_of_a_pack_are_about_it():
    """They can be read, and what they tell makes a difference to its figures."""
    told = set()
    for history in drawn(histories(COUNTY), 60):
        found = evaluate(COUNTY, history.events, history.register, as_of="2009-03-31")
        told |= {(one.id, one.value) for one in found.results if one.value}

    assert len({name for name, _ in told}) > 5


def test_monotone_pairs():
    """The second has every event of the first, and the register is one."""
    pairs = drawn(monotone_pairs(COUNTY), 40)

    assert all(fewer.register == more.register for fewer, more in pairs)
    assert all({one["event_id"] for one in fewer.events} <= {one["event_id"] for one in more.events}
               for fewer, more in pairs)  # fmt: skip
    assert any(len(fewer.events) < len(more.events) for fewer, more in pairs)


def test_days_of_a_pack():
    """Deadlines and decisions are among them, and the days beside them."""
    days = set(drawn(as_of_dates(COUNTY), 300))

    assert {COUNTY.period.end, COUNTY.period.end + timedelta(days=1)} <= days
