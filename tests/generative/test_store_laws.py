"""Laws that any store must keep, whatever it is told: what it answers is what its rows answer, however they came.

The numbers are those of the design's list of 25 properties. Rows are those of the other laws: recorded early and late,
corrected, retracted, told twice.
"""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.generative.drawing import DAYS, ORGANISATIONS, YEAR, Rows, World, chance_of, law, wild_worlds, worlds

from indicator_engine import plugins
from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import Expression, Indicator, Priority, Statement, Target
from indicator_engine.engine.rows import evaluate
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.language import nodes
from indicator_engine.store import requeue
from indicator_engine.store.accounts import Terms
from indicator_engine.store.quarantine import cell_text
from indicator_engine.store.records import FOREVER, Records, end_of
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, Store, memory_store
from indicator_engine.store.tables import Reading, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indicator_engine.evaluation.results import Results
    from indicator_engine.language.schema import Attribute, Schema
    from indicator_engine.testing import strategies

pytestmark = pytest.mark.generative

CSV = plugins.load(installed=False).sources["csv"]
LONG_AGO, NOW = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2012-01-01")
INSTANTS = (FOREVER, *(end_of(day) for day in DAYS))
CHANCES = st.integers(0, 2**32 - 1)
ANY_WORLD = worlds() | wild_worlds()
MEASURES: tuple[strategies.KindName, ...] = ("number", "truth", "set", "events")
fewer = settings(law, max_examples=max(law.max_examples // 20, 5))
"""Each case fills a store or two."""


# ── stores of rows ───────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def stored(world: World, *files: Rows, registers: Iterable[Rows] | None = None) -> Iterator[Store]:
    """A store of the events of a world, or of these files of them, and of its register."""
    with memory_store() as store:
        for number, rows in enumerate(files or (world.events,), 1):
            take(store, world.schema, rows, f"events {number}")
        for number, rows in enumerate((world.register,) if registers is None else registers, 1):
            take_register(store, world.schema, rows, f"register {number}")
        yield store


def take(store: Store, schema: Schema, rows: Rows, name: str = "events") -> Any:
    """Import rows of events."""
    return store.take_in(table_of(rows, name), schema, PLAIN_EVENTS, Terms(NOW)) if rows else None


def take_register(store: Store, schema: Schema, rows: Rows, name: str = "register") -> Any:
    """Import rows of a register that was known all the time."""
    return (
        store.take_in(table_of(rows, name), schema, PLAIN_REGISTER, Terms(NOW, recorded_at=LONG_AGO)) if rows else None
    )


def told_once(rows: Rows) -> Rows:
    """The rows without those that contradict an earlier one: the same event at the same instant, told otherwise."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        first.setdefault((row["event_id"], row["recorded_at"]), row)
    return [row for row in rows if row == first[row["event_id"], row["recorded_at"]]]


def stands(found: Records) -> list[Any]:
    """What stands at each of several instants, and the register."""
    return [*(_standing(found, instant) for instant in INSTANTS), _register(found)]


def _standing(found: Records, instant: datetime) -> list[tuple[Any, ...]]:
    everything = (record for group in found.standing(instant).values() for record in group)
    return sorted((one.event_id, one.first_recorded, *map(repr, one.version.content)) for one in everything)


def _register(found: Records) -> list[tuple[Any, ...]]:
    return sorted((row.subject, repr(sorted(_given(row.attributes)))) for row in found.register)


def _given(attributes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in attributes.items() if value not in (None, ())]


def said(store: Store, schema: Schema) -> list[Any]:
    """What a store says stands."""
    return stands(store.intake(schema).records)


# ── the same answers ─────────────────────────────────────────────────────────────────────────────────────────────────


@fewer
@given(worlds(MEASURES) | wild_worlds(kinds=MEASURES), st.none() | st.sampled_from(DAYS))
def test_a_store_answers_as_its_rows_do(world: World, known_on: date | None):
    """Evaluating rows, and evaluating a store that they were imported into, come to the same results, then and now."""
    assume(world.register)
    statement = statement_of(world)
    known_at = known_on and end_of(known_on)
    of_rows = evaluate(statement, world.events, world.register, as_of=world.as_of, known_at=known_at)
    with stored(world) as store:
        of_store = evaluate_store(statement, store, as_of=world.as_of, known_at=known_at)
    assert told(of_rows) == told(of_store)


def statement_of(world: World) -> Statement:
    """A pack with a world's tree as its only measure."""
    target = Target(delivered=True) if world.tree.kind.name == "truth" else Target("at_least", Fraction(2))
    one = Indicator(
        "one", measure=Expression("", measured(world.tree)), better="higher", stages=((target,),),
        due=Due(YEAR.end),
    )  # fmt: skip
    return Statement(
        "sample", "Sample", YEAR, NEUTRAL, world.schema, priorities=(Priority("first", "First", indicators=(one,)),)
    )


def measured(tree: nodes.Node) -> nodes.Node:
    """A tree that can be a measure: what selects is counted."""
    match tree.kind.name:
        case "events":
            return nodes.CountRecords(tree)
        case "set":
            return nodes.CountMembers(tree)
    return tree


def told(results: Results) -> tuple[Any, ...]:
    """What results say, whatever they rest on."""
    return results.results


# ── importing ────────────────────────────────────────────────────────────────────────────────────────────────────────


@fewer
@given(ANY_WORLD)
def test_importing_twice_is_importing_once(world: World):
    """13: rows that come again in another file are duplicates, all of them, and nothing is recorded of it."""
    with stored(world) as store:
        before, imports = said(store, world.schema), store.imports()
        again = [
            (take, [*world.events, *([{"event_id": None}] if world.events else [])]),
            (take_register, [*world.register, *([{"kind": None}] if world.register else [])]),
        ]
        for import_, rows in again:
            receipt = import_(store, world.schema, rows, "once more")
            if receipt:
                assert (0, receipt.read - 1, 0) == (receipt.stored, receipt.duplicate, receipt.number)
        assert (before, imports) == (said(store, world.schema), store.imports())


@fewer
@given(ANY_WORLD, CHANCES)
def test_a_file_in_two_parts_is_the_whole(world: World, chance: int):
    """12, 13: a file may come in parts, and its rows and the parts in any order."""
    rows, draw = told_once(world.events), chance_of(chance)
    with stored(world, rows) as store:
        whole = said(store, world.schema)
    rows = draw.sample(rows, len(rows))
    half = draw.randint(0, len(rows))
    subjects = {name: draw.random() < 0.5 for name in ORGANISATIONS}
    key = world.schema.subject.singular
    registers = [[row for row in world.register if subjects[row[key]] is first] for first in (True, False)]
    with stored(world, rows[:half], rows[half:], registers=registers) as store:
        assert whole == said(store, world.schema)


@fewer
@given(ANY_WORLD, CHANCES)
def test_order_of_rows_means_nothing_to_what_stands(world: World, chance: int):
    """11: also where rows contradict each other, a rule decides and not their order."""
    draw = chance_of(chance)
    events, register = (draw.sample(rows, len(rows)) for rows in (world.events, world.register))
    with stored(world) as one, stored(replace(world, events=events, register=register)) as other:
        assert said(one, world.schema) == said(other, world.schema)


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@fewer
@given(ANY_WORLD, st.sets(st.sampled_from(ORGANISATIONS), min_size=1))
def test_a_name_that_means_another_is_that_name(world: World, old: set[str]):
    """17: other names recorded after the import are the same as other names in the files."""
    new = {name: f"{name} and partners" for name in old}
    renamed = replace(
        world, events=_renamed(world.events, world.schema, new), register=_renamed(world.register, world.schema, new)
    )
    with stored(renamed) as other:
        expected = said(other, world.schema)
    with stored(world) as store:
        for name, means in new.items():
            store.alias(name, means, Terms(NOW, recorded_at=LONG_AGO))
        assert expected == said(store, world.schema)


def _renamed(rows: Rows, schema: Schema, names: Mapping[str, str], since: date = date.min) -> Rows:
    """Rows with other names for subjects, wherever a cell names one, from a day on."""
    return [_named(row, schema, names) if _day(row) >= since else row for row in rows]


def _named(row: dict[str, Any], schema: Schema, names: Mapping[str, str]) -> dict[str, Any]:
    naming = _naming(schema)
    return {key: names.get(cell, cell) if key in naming else cell for key, cell in row.items()}


def _naming(schema: Schema) -> set[str]:
    attributes = [
        *schema.subject.attributes.values(),
        *(one for e in schema.events.values() for one in e.attributes.values()),
    ]
    return {schema.subject.singular, *(one.name for one in attributes if one.type == "subject")}


def _day(row: Mapping[str, Any]) -> date:
    day: date = row.get("occurred_on", date.max)
    return day


@fewer
@given(ANY_WORLD, st.permutations(ORGANISATIONS), st.sampled_from(DAYS))
def test_a_merger_is_another_name_from_its_day_on(world: World, names: Sequence[str], since: date):
    """18: A merged into B is B in what happened from the day on, and A until the day before, in the register too."""
    gone, into = names[:2]
    last = since - timedelta(days=1)
    key = world.schema.subject.singular
    ends = [one for one in ("row_to" if world.schema.subject.end else "", "left_on") if one]
    register = [
        {**row, **{end: min(row[end] or last, last) for end in ends}} if row[key] == gone else row
        for row in world.register
    ]
    merged = replace(world, events=_renamed(world.events, world.schema, {gone: into}, since), register=register)
    with stored(merged) as other:
        expected = said(other, world.schema)
    with stored(world) as store:
        store.alias(gone, into, Terms(NOW, recorded_at=LONG_AGO), since)
        assert expected == said(store, world.schema)


# ── the quarantine ───────────────────────────────────────────────────────────────────────────────────────────────────

SPOILT = {"occurred_on": "soon", "type": "a thing", "recorded_at": "yesterday", "subject": "", "event_id": ""}
NONSENSE = {
    "integer": "many", "decimal": "1,5", "money": "£ 5", "date": "31/12/2009", "truth": "perhaps", "choice": "another",
    "list": "#REF!", "text": "#N/A", "evidence": "#NAME?", "subject": "#NULL!",
}  # fmt: skip


def texts(rows: Rows) -> Rows:
    """Rows as a text file has them."""
    return [{name: _text(cell) for name, cell in row.items()} for row in rows]


def _text(cell: Any) -> str:
    return ("yes" if cell else "no") if isinstance(cell, bool) else cell_text(cell)


def spoilt(rows: Rows, attributes: Mapping[str, Attribute], subject: str, chance: int) -> Rows:
    """The rows, in many of which a cell cannot be read."""
    draw = chance_of(chance)
    found = []
    for row in rows:
        wrong = {name: SPOILT["subject" if name == subject else name] for name in row if name in (*SPOILT, subject)}
        wrong |= {
            name: NONSENSE[attributes[name].type]
            for name in row
            if name in attributes and not _is_open(attributes[name])
        }
        name = draw.choice(sorted(wrong))
        is_spoilt = draw.random() < 0.5 and row.get("retracted") != "yes"
        found.append({**row, name: wrong[name]} if is_spoilt else row)
    return found


def _is_open(attribute: Attribute) -> bool:
    """Whether any word will do."""
    return attribute.type == "choice" and (attribute.open or not attribute.choices)


@fewer
@given(world=ANY_WORLD, chance=CHANCES, exported=st.booleans())
def test_mended_and_imported_again_is_right_at_first(
    tmp_path_factory: pytest.TempPathFactory, world: World, chance: int, *, exported: bool
):
    """25: what could not be used, mended in the file or in an export of the quarantine, is as if it had been right."""
    schema, path = world.schema, tmp_path_factory.getbasetemp() / "mended.csv"
    events, register = texts(told_once(world.events)), texts(world.register)
    with stored(replace(world, events=events, register=register)) as right:
        expected = said(right, schema)
    attributes = {name: one for event in schema.events.values() for name, one in event.attributes.items()}
    with memory_store() as store:
        for import_, rows, typed in ((take, events, attributes), (take_register, register, schema.subject.attributes)):
            import_(store, schema, bad := spoilt(rows, typed, schema.subject.singular, chance))
            assert bool(store.quarantine()) == any(map(_differ, rows, bad))
            if exported:
                _mend(store, schema, path, rows)
            else:
                import_(store, schema, rows)
            assert store.quarantine() == []
        assert expected == said(store, schema)


def _differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one != other


def _mend(store: Store, schema: Schema, path: Path, rows: Rows) -> None:
    """Export the quarantine, write what is right into the file, import it."""
    if not (entries := store.quarantine()):
        return
    header, *exported = csv.reader(io.StringIO(requeue.as_csv(entries).decode(), newline=""))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for entry, cells in zip(entries, exported, strict=True):
            right = rows[entry.line - 1]
            writer.writerow([*cells[:2], *(right.get(name) or "" for name in header[2:])])
    mapping = PLAIN_REGISTER if entries[0].kind == "register" else PLAIN_EVENTS
    terms = Terms(NOW, recorded_at=LONG_AGO if mapping is PLAIN_REGISTER else None)
    table: Table = CSV.open(str(path), Reading())
    store.take_in(table, schema, mapping, terms)
