"""Every case of `messy/` is imported, and what is told and stored must be what a good importer says of it.

A large file is read in another way than a small one; so each case is read in both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import pack
from tests.spec.messy.case import AT, PACK, Case, Refused, Taken
from tests.spec.messy.cases import CASES

from indicator_engine import plugins
from indicator_engine.definitions.mapping_files import MappingError, load_mappings
from indicator_engine.engine.importing import import_rows
from indicator_engine.problems import DataError
from indicator_engine.store import bulk_import
from indicator_engine.store.catalog import columns_told
from indicator_engine.store.codes import CODES, QUARANTINE_REASONS
from indicator_engine.store.layout import reading_of
from indicator_engine.store.records import in_version_order
from indicator_engine.store.registers import standing_rows
from indicator_engine.store.requeue import as_csv, retry
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, Store, memory_store, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.problems import Problem
    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.tables import Table

pytestmark = pytest.mark.slow

STATEMENT = pack(PACK)
REGISTERED = plugins.load(installed=False)
TAKEN = [case for case in CASES if isinstance(case.expected, Taken)]
REFUSED = [case for case in CASES if isinstance(case.expected, Refused)]
LARGE = "stray-cell-below"
"""The case with a million lines, which is read once and no more."""


ASIDE = [case for case in TAKEN if isinstance(case.expected, Taken) and case.expected.aside and case.name != LARGE]


def ids(cases: Iterable[Case]) -> list[str]:
    """Cases as pytest names them."""
    return [case.name for case in cases]


def ways(cases: Iterable[Case]) -> list[Any]:
    """Each case with each way in which its file can be read."""
    found = []
    for case in cases:
        found.append(pytest.param(case, "carefully", id=case.name))
        if not case.register and case.file.endswith((".csv", ".tsv", ".parquet")) and not case.is_about_its_mapping:
            found.append(pytest.param(case, "in bulk", id=f"{case.name} in bulk"))
    return found


@pytest.fixture
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way in which files are read."""
    monkeypatch.setattr(bulk_import, "WORTHWHILE", 0 if request.param == "in bulk" else 10**9)


class World:
    """A store in memory, and the file of a case on its way into it."""

    def __init__(self, case: Case, folder: Path, store: Store) -> None:
        self.case, self.folder, self.store = case, folder, store
        self.path = folder / case.file
        for minute, (name, content) in enumerate(case.before, -len(case.before)):
            (folder / name).write_bytes(content)
            plain = PLAIN_REGISTER if name.startswith("register") else PLAIN_EVENTS
            self.take_in(folder / name, plain, minute)
        self.path.write_bytes(case.bytes)

    def mapping(self) -> SourceMapping:
        """What the case declares."""
        if not self.case.source:
            return PLAIN_REGISTER if self.case.register else PLAIN_EVENTS
        path = self.folder / "mapping.toml"
        kind = '\nkind = "register"' if self.case.register else ""
        path.write_text(f"[source.returns]\n{self.case.source}{kind}\n", encoding="utf-8")
        (found,) = load_mappings(path, STATEMENT.schema)
        return found

    def take_in(self, data: Path | Table, mapping: SourceMapping, minute: int = 0) -> Receipt:
        """Import something, so many minutes after the case's own file."""
        at = AT + timedelta(minutes=minute)
        register = mapping.kind == "register"
        return import_rows(
            self.store, STATEMENT, data, register=register, mapping=mapping, registered=REGISTERED, at=at, by="tests"
        )

    def opened(self) -> Table:
        """The file of the case, as its reader hands it over."""
        source, address = REGISTERED.source(str(self.path))
        return source.open(address, reading_of(self.mapping()))

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the store holds."""
        return {
            table: sorted(self.store.database.rows(f'SELECT * FROM "{table}"'), key=repr)  # noqa: S608  # names of ours
            for table in self.store.database.tables()
        }

    def standing(self) -> dict[str, dict[str, Any]]:
        """What the events that stand say, by their ids."""
        found: dict[str, dict[str, Any]] = {}
        for version in in_version_order(self.store.intake(STATEMENT.schema).records.versions):
            if version.retracted:
                found.pop(version.event_id, None)
            else:
                own = {"occurred_on": version.occurred_on, "organisation": version.subject}
                found[version.event_id] = {**version.attributes, **own}
        return found

    def registered(self) -> dict[str, list[dict[str, Any]]]:
        """What the register says, by organisation."""
        rows = standing_rows(self.store.database, columns_told(STATEMENT.schema.subject))
        return {subject: [dict(row.attributes) for row in own] for subject, own in rows.items()}


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The case that the test is about, in a store of its own."""
    with memory_store() as store:
        yield World(request.getfixturevalue("case"), tmp_path, store)


def words(problems: Iterable[Problem]) -> str:
    """All that problems say, on one line."""
    return " ".join(f"{problem.message} {problem.hint}" for problem in problems)


def placed(problems: Iterable[Problem]) -> list[tuple[str, int]]:
    """Problems by their code and line."""
    return [(problem.code, problem.where.line if problem.where else 0) for problem in problems]


# ── files that are taken in ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("case", "way"), ways(TAKEN), indirect=["way"])
def test_every_row_becomes_what_the_case_says(case: Case, way: None, world: World):
    """The counts, the rows in quarantine with their reasons, what is told beside them, and the values that stand.

    Then the same file comes again, to the store that has taken it in with care.
    """
    expected = case.expected
    assert isinstance(expected, Taken)
    receipt = world.take_in(world.path, world.mapping())
    found = [one for one in world.store.quarantine() if one.file == str(world.path)]
    told = [one for one in receipt.notes if one.severity != "error"]

    assert list(expected.aside) == [(one.line, one.code, one.column) for one in found], words(receipt.notes)
    assert (expected.read, expected.stored, expected.duplicate, len(expected.aside), expected.blank) == (
        receipt.read, receipt.stored, receipt.duplicate, receipt.quarantined, receipt.blank
    )  # fmt: skip
    assert receipt.balanced
    assert Counter(code for _, code, _ in expected.aside) == receipt.reasons
    assert sorted(expected.told) == sorted(placed(told)), words(told)
    assert not [one for one in case.says if one not in words(receipt.notes)], words(receipt.notes)
    assert {} == missing(expected, world)
    if case.name == LARGE:
        return
    assert [] == altered(world)
    if bulk_import.WORTHWHILE:
        changes_nothing(world, receipt)


def missing(expected: Taken, world: World) -> dict[str, Any]:
    """What ought to stand and does not, with what stands in its place; what ought to be gone and is not."""
    if world.case.register:
        rows = world.registered()
        return {
            subject: rows.get(subject) for subject, said in expected.holds.items() if not any(
                said.items() <= row.items() for row in rows.get(subject, [])
            )
        }  # fmt: skip
    standing = world.standing()
    wrong: dict[str, Any] = {}
    for event, said in expected.holds.items():
        own = {key: standing.get(event, {}).get(key, "nothing") for key in said}
        if {key: exact(value) for key, value in said.items()} != own:
            wrong[event] = own
    return wrong | {event: standing[event] for event in expected.gone if event in standing}


def exact(value: Any) -> Any:
    """A value as the store has it."""
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def altered(world: World) -> list[tuple[Any, ...]]:
    """Rows in quarantine that have not their file, sheet and line, a reason of the closed list and every raw cell."""
    table = world.opened()
    lines = {line.number: line for line in table.lines}
    found = []
    for entry in (one for one in world.store.quarantine() if one.file == str(world.path)):
        kept = [raw(cell) for cell in entry.cells] == [raw(cell) for cell in lines[entry.line].cells]
        told = entry.code in QUARANTINE_REASONS and entry.column in ("", *entry.header) and entry.fact
        if not (kept and told and (table.sheet, table.digest) == (entry.sheet, entry.sha256)):
            found.append((entry.line, entry.code, entry.column, entry.cells))
    return found


def raw(cell: Any) -> str:
    """A raw cell as text; a number that is not one is equal to itself so."""
    return str(list(cell)) if isinstance(cell, tuple) else str(cell)


UNMENDED = [case for case in ASIDE if case.name != "half-characters"]
"""Without the case whose fault no text file can have, so that an export cannot either."""


def changes_nothing(world: World, first: Receipt) -> None:
    """A file is known by its bytes, and under another name each of its rows; nothing leaves the quarantine unmended.

    Rows that are read once more, or exported and imported as they are, cannot be used any more than before.
    """
    before = world.standing(), world.registered(), open_rows(world)
    again = world.take_in(world.path, world.mapping(), 1)
    assert (0, first.stored + first.duplicate) == (again.stored, again.duplicate)
    assert before == (world.standing(), world.registered(), open_rows(world))

    unknown = world.take_in(replace(world.opened(), digest=""), world.mapping(), 2)
    assert (0, first.read, first.blank) == (unknown.stored, unknown.read, unknown.blank)
    assert before == (world.standing(), world.registered(), open_rows(world))
    if world.case not in UNMENDED:
        return

    left = *before[:2], len(before[2])
    retry(world.store, STATEMENT.schema, terms_of(at=AT + timedelta(minutes=3)))
    assert left == (world.standing(), world.registered(), len(world.store.quarantine()))
    exported = world.folder / "repair.csv"
    exported.write_bytes(as_csv([one for one in world.store.quarantine() if one.number == number_of(world)]))
    world.take_in(exported, replace(world.mapping(), sheet=""), 4)
    assert left == (world.standing(), world.registered(), len(world.store.quarantine()))


def number_of(world: World) -> int:
    """The import of the case's own file."""
    return max(one.number for one in world.store.imports() if one.file == str(world.path))


def open_rows(world: World) -> list[tuple[Any, ...]]:
    """The rows in quarantine, by what they are."""
    return sorted((one.file, one.line, one.code, repr(one.cells)) for one in world.store.quarantine())


# ── files that are refused ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", REFUSED, ids=ids(REFUSED))
def test_a_refused_file_leaves_no_trace(case: Case, world: World):
    """It is told why, with the line; and the store is as it was."""
    expected = case.expected
    assert isinstance(expected, Refused)
    before = world.everything()
    problems = refusal(world)

    assert list(expected.told) == placed(problems), words(problems)
    assert not [one for one in case.says if one not in words(problems)], words(problems)
    assert expected.column in (0, problems[0].where.column if problems[0].where else 0)
    assert before == world.everything()
    assert [] == world.store.quarantine()


def refusal(world: World) -> Sequence[Problem]:
    """Why the file of a case is refused, or its mapping."""
    try:
        world.take_in(world.path, world.mapping())
    except MappingError as fault:
        assert world.case.is_about_its_mapping
        return fault.problems
    except DataError as fault:
        assert not world.case.is_about_its_mapping
        return fault.problems
    return ()


# ── the corpus itself ────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_two_cases_have_one_name():
    """So that a failure names one case."""
    assert [] == [name for name, count in Counter(case.name for case in CASES).items() if count > 1]


def test_what_cases_expect_adds_up():
    """Each row that is expected to be read is expected to become something."""
    for case in TAKEN:
        assert isinstance(case.expected, Taken)
        told = case.expected
        assert told.read == told.stored + told.duplicate + len(told.aside) + told.blank, case.name


def test_every_reason_has_a_case():
    """No reason for which a row is in quarantine goes without one, nor does any for which a file is refused."""
    met = {code for case in TAKEN if isinstance(case.expected, Taken) for _, code, _ in case.expected.aside}
    met |= {code for case in REFUSED if isinstance(case.expected, Refused) for code, _ in case.expected.told}
    elsewhere = {code for code in CODES if code < "IE340"} | {"IE340", "IE375"}
    elsewhere |= {"IE380", "IE381", "IE382"}  # of databases: see tests/databases
    elsewhere.add("IE383")  # of the command line: see tests/cli/test_import.py
    told = {code for case in TAKEN if isinstance(case.expected, Taken) for code, _ in case.expected.told}
    assert set() == QUARANTINE_REASONS - met
    assert set() == set(CODES) - met - told - elsewhere
