"""An event store: append-only, in two times, one import a transaction and a line of its ledger.

    with open_store("compact.store", writable=True) as store:
        receipt = store.take_in(table, schema, mapping)

`open_store` opens a file, `memory_store` makes one in memory that answers the same. Everything a store does is a few
lines that hand on to the module that knows.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import uuid
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.store import aliases, catalog, changes, editions, journal, quarantine, recall
from indicator_engine.store.accounts import Terms
from indicator_engine.store.aliases import Alias
from indicator_engine.store.catalog import FIXED, FORMAT
from indicator_engine.store.database import CommittedError, Database, discard
from indicator_engine.store.event_import import EventImport
from indicator_engine.store.findings import Findings, path_beside
from indicator_engine.store.ledger import Entry, Ledger
from indicator_engine.store.locks import StoreLock
from indicator_engine.store.receipts import Receipt
from indicator_engine.store.records import Version, in_version_order
from indicator_engine.store.register_import import RegisterImport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.ledger import Kind
    from indicator_engine.store.recall import Wanted
    from indicator_engine.store.tables import Table

PLAIN_EVENTS = SourceMapping()
PLAIN_REGISTER = SourceMapping(kind="register")
"""How files are read whose columns are called as in the pack."""


def open_store(path: str | Path, *, writable: bool = False) -> Store:
    """The store in a file; a writable one is made where there is none. Raises StoreError.

    A store open for writing is alone; any number may read one that nobody writes.
    """
    path = Path(path)
    if not writable and not path.exists():
        raise StoreError(f"there is no store {path}: `indicators import` makes one")
    if writable and not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent} to keep the store {path.name} in")
    lock = StoreLock(path, exclusive=writable)
    try:
        if not path.exists():
            _make(path)
        database = Database(path, read_only=not writable, beside=path_beside(path))
        return Store(database, Ledger.beside(path), lock)
    except BaseException:
        lock.release()
        raise


def _make(path: Path) -> None:
    """Make an empty store under another name, and give it its own when it is whole."""
    half = path.with_name(path.name + ".new")
    try:
        discard(half)
        database = Database(half, read_only=False)
        try:
            database.create(uuid.uuid4().hex)
        finally:
            database.close()
        half.rename(path)
    except OSError as fault:
        raise StoreError(f"{path} cannot be written: {fault.strerror}") from fault
    finally:
        discard(half)


def require_store(database: Database) -> None:
    """Raise StoreError for a database that is no store, or one of another layout."""
    known = database.tables().get("meta") == FIXED["meta"]
    found = dict(database.rows("SELECT key, value FROM meta")).get("format", "") if known else ""
    if not found.isdecimal():
        raise StoreError(f"{database.path} is a database, but no event store")
    if int(found) > FORMAT:
        raise StoreError(
            f"{database.path} was written by a later release (layout {found}, and this one knows {FORMAT})"
        )


def memory_store() -> Store:
    """A store in memory, for tests and for tools that keep nothing."""
    database = Database(None, read_only=False)
    database.create(uuid.uuid4().hex)
    return Store(database, Ledger(None), None)


class Store:
    """An open store. Use it as a context; what is asked of it after it is closed raises StoreError."""

    def __init__(self, database: Database, ledger: Ledger, lock: StoreLock | None) -> None:
        self.database, self.ledger, self._lock = database, ledger, lock
        self.loans = 0
        """How often it was given back by who had borrowed it; who has it next is not to be troubled by them."""
        self._pending: Entry | None = None
        self._recorded: list[Entry] | None = None
        """The imports, of a file that does not change while it is open."""
        try:
            require_store(database)
            self._last = journal.reconciled(database, ledger, self.imports())
        except BaseException:
            database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it and let others in."""
        self.database.close()
        if self._lock:
            self._lock.release()

    @property
    def is_open(self) -> bool:
        """Whether it can still be asked."""
        return self.database.is_open

    @property
    def path(self) -> Path | None:
        """Its file; None in memory."""
        return self.database.path

    @property
    def meta(self) -> dict[str, str]:
        """What the store says of itself: its layout, its identity."""
        return dict(self.database.rows("SELECT key, value FROM meta"))

    # ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(
        self, table: Table, schema: Schema, mapping: SourceMapping | None = None, terms: Terms | None = None
    ) -> Receipt:
        """Import a file of events, or of a register where its mapping says so.

        Raises DataError when the table does not fit its mapping, RefusedImportError when the terms are not met, and
        StoreError; nothing is stored then, unless it is a CommittedError, which says that it is.
        """
        mapping = mapping or PLAIN_EVENTS
        terms = terms or terms_of()
        dated = mapping.kind == "register" and (terms.complete or terms.recorded_at)
        if not dated and (earlier := self._identical(table, mapping, schema)):
            return self._again(table, earlier)
        try:
            return self._taken_in(table, schema, mapping, terms)
        except _NothingNewError as nothing:
            return replace(nothing.receipt, number=0)

    def _taken_in(self, table: Table, schema: Schema, mapping: SourceMapping, terms: Terms) -> Receipt:
        with self._import() as number:
            self._grow(schema, number)
            work: EventImport | RegisterImport = (RegisterImport if mapping.kind == "register" else EventImport)(
                self.database, number, table, mapping, schema, terms
            )
            receipt = work.receipt()
            if not (receipt.stored or receipt.quarantined or receipt.resolved or receipt.removed):
                raise _NothingNewError(receipt)
            header = json.dumps(work.rows.layout.header, ensure_ascii=False)
            self._record(_entry(receipt, table, mapping, terms), header, mapping)
        return receipt

    def _identical(self, table: Table, mapping: SourceMapping, schema: Schema) -> Entry | None:
        """An earlier import of the very same bytes, read in the same way into the same vocabulary."""
        since, spec = self._spec()
        if not table.digest or spec != catalog.spec_of(schema):
            return None
        asked = (table.digest, table.sheet, mapping.digest)
        same = [one for one in self.imports() if (one.sha256, one.sheet, one.mapping) == asked and one.number >= since]
        return same[-1] if same else None

    def _again(self, table: Table, earlier: Entry) -> Receipt:
        """The receipt of a file that was imported before: what was stored then is here now."""
        return Receipt(
            0, table.place, earlier.kind, earlier.read, 0, earlier.stored + earlier.duplicate, earlier.quarantined,
            earlier.blank, already=earlier.number,
        )  # fmt: skip

    def _grow(self, schema: Schema, number: int) -> None:
        self.database.grow(schema)
        if (spec := catalog.spec_of(schema)) != self._spec()[1]:
            self.database.run("INSERT INTO vocabulary VALUES (?, ?)", [number, spec])

    def _spec(self) -> tuple[int, str]:
        """The vocabulary of the pack imported last, and the first import by it."""
        found = self.database.rows("SELECT _import, spec FROM vocabulary ORDER BY _import DESC LIMIT 1")
        return found[0] if found else (0, "")

    @contextmanager
    def _import(self) -> Iterator[int]:
        """One import: a transaction, and after it the line of the ledger that says so.

        Raises StoreError where nothing was stored, and CommittedError where all was, but not all after it was done.
        """
        if self.database.read_only:
            raise StoreError(f"the store {self.path} is open for reading only")
        self._catch_up()
        try:
            with self.database.transaction():
                yield self._next
        except CommittedError as fault:
            told = f"import {self._next} is stored, but {fault}"
            self._acknowledge()
            raise CommittedError(told) from fault
        self._acknowledge()

    def _catch_up(self) -> None:
        """Find out how the import before this one ended, where nobody saw it."""
        if self._pending and not self.database.inside:
            self._last = journal.reconciled(self.database, self.ledger, self.imports())
            self._pending = None

    def _acknowledge(self) -> None:
        """Write the line of the ledger, unless it is all to be undone."""
        entry = self._pending
        if entry is None:
            return
        if not self.database.inside:
            try:
                self.ledger.append(entry)
            except StoreError as fault:
                raise CommittedError(f"import {entry.number} is stored, but {fault}") from fault
        self._last, self._pending = entry, None

    @property
    def _next(self) -> int:
        return self._last.number + 1 if self._last else 1

    def _record(self, entry: Entry, header: str = "[]", mapping: SourceMapping | None = None) -> Entry:
        """Write an import's row; its line of the ledger follows when the transaction is committed."""
        digest = digest_of_import(self.database, entry.number)
        entry = replace(entry, digest=digest).after(self._last.running if self._last else "")
        journal.record(self.database, entry, header, mapping.as_json() if mapping else "")
        self._pending = entry
        return entry

    def imports(self) -> list[Entry]:
        """Every import, oldest first."""
        if self._recorded is not None:
            return list(self._recorded)
        found = journal.recorded(self.database)
        self._recorded = found if self.database.read_only else None
        return list(found)

    @contextmanager
    def rehearsal(self) -> Iterator[Self]:
        """What is done within is undone at the end: to see what an import would change."""
        self._catch_up()
        last = self._last
        with suppress(_UndoneError), self.database.transaction():
            try:
                yield self
            finally:
                self._last = last
            raise _UndoneError

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def vocabulary(self) -> Schema:
        """The types and attributes of the pack imported last. Raises StoreError where nothing was imported yet."""
        if not (spec := self._spec()[1]):
            raise StoreError(f"nothing was imported into {self.path or 'this store'} yet")
        return catalog.schema_of(spec)

    def correct(self, event_id: str, values: Mapping[str, str], terms: Terms) -> Version:
        """A newer version of an event, with other values for some of its attributes, or another day or subject.

        Raises IndicatorEngineError, or DataError with every value that cannot be read.
        """
        schema = self.vocabulary()
        version = changes.corrected(self._standing(event_id, schema), values, schema, terms)
        with self._import() as number:
            changes.write(self.database, number, version, schema)
            self._record(_change(number, "correction", event_id, terms))
        return replace(version, position=number)

    def retract(self, event_id: str, terms: Terms) -> None:
        """Take an event back. Raises IndicatorEngineError where it does not stand."""
        version = self._standing(event_id, self.vocabulary())
        with self._import() as number:
            changes.take_back(self.database, number, version, terms)
            self._record(_change(number, "retraction", event_id, terms))

    def _standing(self, event_id: str, schema: Schema) -> Version:
        found = self.history(event_id, schema)
        if not found:
            raise IndicatorEngineError(
                f"the store has no event `{event_id}`" + changes.near_ids(self.database, event_id)
            )
        if found[-1].retracted:
            raise IndicatorEngineError(f"event `{event_id}` was retracted on {found[-1].recorded_at:%-d %B %Y}")
        return found[-1]

    def history(self, event_id: str, schema: Schema | None = None) -> list[Version]:
        """Every version of an event, the one that stands last."""
        known = schema or self.vocabulary()
        return in_version_order(recall.versions(self.database, known, event_id=event_id))

    def alias(self, name: str, means: str, terms: Terms, since: date | None = None) -> None:
        """Record that a name means a subject, from a day on or always. Raises IndicatorEngineError."""
        name, means = name.strip(), means.strip()
        new = Alias(name, means, since, terms.recorded_at or terms.at, self._next)
        if reason := aliases.fault(self.database, new):
            raise IndicatorEngineError(reason)
        with self._import() as number:
            self.database.run(
                "INSERT INTO alias VALUES (?, 1, ?, ?, ?, ?)", [number, name, means, since, new.recorded_at]
            )
            self._record(_change(number, "alias", name, terms))

    def doubts_of_alias(self, name: str, means: str) -> list[str]:
        """What is odd about an alias that was recorded, in sentences: names that nothing stored has."""
        spec = self._spec()[1]
        return aliases.doubts(self.database, catalog.schema_of(spec) if spec else None, name.strip(), means.strip())

    def aliases(self) -> list[Alias]:
        """The aliases that stand."""
        return aliases.standing(self.database)

    # ── editions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def publish(self, name: str, document: str, terms: Terms) -> Entry:
        """Keep a document as an edition, for ever. Raises IndicatorEngineError for a name that is taken."""
        editions.refuse(name, self.imports())
        with self._import() as number:
            editions.write(self.database, number, name, document)
            return self._record(replace(_change(number, "edition", name, terms), sha256=editions.digest_of(document)))

    def edition(self, name: str) -> editions.Kept:
        """An edition. Raises IndicatorEngineError, or StoreError where it is not what was published."""
        return editions.read(self.database, name, self.imports())

    # ── the quarantine ───────────────────────────────────────────────────────────────────────────────────────────────

    def quarantine(self, *, resolved: bool = False) -> list[quarantine.Entry]:
        """The rows in quarantine; with `resolved`, also those that have left it."""
        return quarantine.entries(self.database, resolved=resolved)

    def dismiss(self, marks: Sequence[tuple[int, int]], terms: Terms) -> int:
        """Take rows out of the quarantine by a decision: they will never be used."""
        known = {(one.number, one.line) for one in self.quarantine()}
        if unknown := [f"{a}:{b}" for a, b in marks if (a, b) not in known]:
            raise IndicatorEngineError(f"there is no row {', '.join(unknown)} in quarantine")
        with self._import() as number:
            count = quarantine.resolve(self.database, number, marks, f"dismissed: {terms.reason}")
            self._record(_change(number, "retry", " ".join(f"{a}:{b}" for a, b in marks), terms))
        return count

    def findings(self, schema: Schema, release: str = "") -> Findings | None:
        """What a release found out before about the store, in a vocabulary; None where it is not kept."""
        if self.path is None or any(one.kind == "alias" for one in self.imports()):
            return None  # with other names, what says the same depends on when somebody asks
        told = hashlib.sha256(f"{release}\n{catalog.spec_of(schema)}".encode()).hexdigest()
        return Findings.beside(self.path, told, {one.number: one.running for one in self.imports()})

    def events(self) -> int:
        """How many versions of events it has."""
        tables = [kept.table for kept in self.database.kept() if kept.table.startswith("event_")]
        return sum(self.database.value(f"SELECT count(*) FROM {catalog.quoted(one)}") for one in tables)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def intake(
        self,
        schema: Schema,
        *,
        known_at: datetime | None = None,
        at_import: int | None = None,
        covered: Iterable[str] | None = None,
        wanted: Wanted | None = None,
        said: Mapping[str, str] | None = None,
    ) -> Intake:
        """Everything a pack can ask of the store, or what is wanted of it, with what is odd about that.

        `said` is what events of one version say that are not wanted, but told of where they are odd.
        """
        return recall.intake(
            self.database, schema, known_at=known_at, at_import=at_import, covered=covered, wanted=wanted, said=said
        )


class _UndoneError(Exception):
    """Ends a rehearsal."""


class _NothingNewError(Exception):
    """Ends an import of which nothing came, so that it leaves no trace."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


def digest_of_import(database: Database, number: int) -> str:
    """The digest over the rows that an import stored."""
    tables = database.kept()
    counts = " UNION ALL ".join(
        f"SELECT {place} FROM {catalog.quoted(kept.table)} WHERE _import = $number HAVING count(*) > 0"
        for place, kept in enumerate(tables)
    )
    found = sorted(database.rows(counts, {"number": number}))
    digests = [(tables[place], *database.rows(tables[place].digest("_import = ?"), [number])[0]) for (place,) in found]
    return _joined(digests)


def digests_of_imports(database: Database) -> dict[int, str]:
    """The same of every import that there are rows of, in a query a table."""
    found: dict[int, list[tuple[catalog.Kept, int, int]]] = {}
    for kept in database.kept():
        for number, count, digest in database.rows(kept.digests()):
            found.setdefault(number, []).append((kept, count, digest))
    return {number: _joined(digests) for number, digests in found.items()}


def _joined(digests: Iterable[tuple[catalog.Kept, int, int]]) -> str:
    return " ".join(f"{kept.table}:{count}:{digest}" for kept, count, digest in digests)


def terms_of(**given: Any) -> Terms:
    """Terms of now, by whoever runs the program, unless something else is given."""
    return Terms(**{"at": now(), "by": _user(), **given})


def now() -> datetime:
    """The present instant, in UTC and without a zone, as the store keeps instants."""
    return datetime.now(UTC).replace(tzinfo=None)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _entry(receipt: Receipt, table: Table, mapping: SourceMapping, terms: Terms) -> Entry:
    return Entry(
        receipt.number, mapping.kind, terms.at.isoformat(), terms.by, table.name, table.sheet, table.digest,
        mapping.digest, terms.pack, terms.reason, receipt.read, receipt.stored, receipt.duplicate,
        receipt.quarantined, receipt.blank,
    )  # fmt: skip


def _change(number: int, kind: Kind, what: str, terms: Terms) -> Entry:
    """The entry of something that a person did by hand: one row told, one stored."""
    return Entry(
        number, kind, terms.at.isoformat(), terms.by, file=what, reason=terms.reason, pack=terms.pack, read=1, stored=1
    )
