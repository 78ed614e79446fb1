"""Care of a store: whether it holds what its ledger says, what is wrong where it cannot be opened, and what to do.

`verify` recounts and rehashes what each import stored. `diagnose` looks at a store that may not open: it reports, and
repairs only what it is told to, keeping whatever it moves out of the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import StoreError
from indicator_engine.store import editions, journal
from indicator_engine.store.database import Database
from indicator_engine.store.findings import leftovers, remove_leftovers
from indicator_engine.store.ledger import Entry, Ledger, broken_chain
from indicator_engine.store.locks import StoreLock
from indicator_engine.store.store import Store, digests_of_imports, now, require_store, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was found."""

    well: bool
    what: str
    remedy: str = ""


def _well(what: str) -> Finding:
    return Finding(well=True, what=what)


def _fault(what: str, remedy: str = "") -> Finding:
    return Finding(well=False, what=what, remedy=remedy)


def verify(store: Store) -> list[Finding]:
    """Whether the store holds what the ledger says: chain, counts, and the digest of each import's rows."""
    inside, outside = store.imports(), store.ledger.entries()
    digests = digests_of_imports(store.database)
    waiting = dict(store.database.rows("SELECT _import, count(*) FROM quarantine GROUP BY _import"))
    return [
        _chain(outside),
        _agreement(inside, outside),
        *_balances(inside),
        *(_contents(entry, digests.get(entry.number, ""), waiting.get(entry.number, 0)) for entry in inside),
        _strays(store.database, inside),
        _names(store.database),
        *_editions(store.database, inside),
    ]


def _chain(outside: Sequence[Entry]) -> Finding:
    broken = broken_chain(outside)
    if broken:
        fact = f"line {broken.number} of the ledger does not follow from the line before: the ledger was changed"
        return _fault(fact, "compare the ledger with a copy of it")
    return _well(f"the {len(outside)} lines of the ledger follow from each other")


def _agreement(inside: Sequence[Entry], outside: Sequence[Entry]) -> Finding:
    if fault := journal.disagreement(inside, outside):
        return _fault(fault, "run `indicators doctor`")
    if ahead := journal.unwritten(inside, outside):
        return _well(f"import {journal.named(ahead)} has no line in the ledger yet: the next one who writes adds it")
    return _well("store and ledger name the same imports")


def _balances(inside: Sequence[Entry]) -> Iterator[Finding]:
    for entry in inside:
        if entry.read != entry.stored + entry.duplicate + entry.quarantined + entry.blank:
            yield _fault(f"import {entry.number} does not account for each of the {entry.read} rows it read")


def _contents(entry: Entry, digest: str, quarantined: int) -> Finding:
    if digest != entry.digest:
        fact = f"the rows of import {entry.number} ({entry.file}) are not those that it stored"
        return _fault(fact, "restore the store from an export, or import into a new one")
    if quarantined != entry.quarantined:
        return _fault(
            f"import {entry.number} put {entry.quarantined} rows into quarantine, and {quarantined} are there"
        )
    return _well(
        f"import {entry.number}: {entry.stored} stored and {entry.quarantined} in quarantine, as the ledger says"
    )


def _strays(database: Database, inside: Sequence[Entry]) -> Finding:
    """Rows of imports that there are none of."""
    known = [entry.number for entry in inside]
    for kept in database.kept():
        query = f'SELECT count(*) FROM "{kept.table}" WHERE NOT list_contains(?, _import)'
        if count := database.value(query, [known]):
            return _fault(f"{count} rows of {kept.table} belong to no import")
    return _well("every row belongs to an import")


def _names(database: Database) -> Finding:
    twice = database.value("SELECT count(*) - count(DISTINCT number) + count(*) - count(DISTINCT name) FROM subject")
    return Finding(not twice, f"{twice} subjects are numbered twice" if twice else "every subject has one number")


def _editions(database: Database, inside: Sequence[Entry]) -> Iterator[Finding]:
    """Whether each edition is, letter for letter, what was published."""
    for fault in (wrong := editions.faults(database, inside)):
        yield _fault(fault, "restore the store from an export")
    if not wrong and (count := len(editions.published(inside))):
        yield _well(
            "the one edition is what was published" if count == 1 else f"the {count} editions are what was published"
        )


# ── a store that may not open ────────────────────────────────────────────────────────────────────────────────────────


def diagnose(path: Path, *, repair: bool = False) -> list[Finding]:
    """What is wrong with a store, whether or not it opens; with `repair`, what can be mended is.

    A log of changes that cannot be replayed is put aside under another name, never deleted; imports that are gone for
    good are written off in the ledger, so that their files can be imported again. What a program that was stopped left
    half-written beside the store is removed. Raises StoreError where somebody else has the store.
    """
    if not path.exists():
        return [_absent(path)]
    lock = StoreLock(path, exclusive=True)
    try:
        findings = list(_opening(path, repair=repair))
        if all(one.well for one in findings):
            findings += _imports(path, repair=repair)
        return [*findings, *_left_behind(path, repair=repair)]
    finally:
        lock.release()


def _absent(path: Path) -> Finding:
    if told := len(Ledger.beside(path).entries()):
        fact = f"there is no store {path}, but its ledger, which has {told} lines"
        return _fault(fact, "put the store back from a copy or an export, or begin a new one under another name")
    return _fault(f"there is no store {path}", "look at its name; `indicators import` makes a new one")


def _opening(path: Path, *, repair: bool) -> Iterator[Finding]:
    """Whether the database opens, with or without its log of changes."""
    log = _log_of(path)
    try:
        Database(path, read_only=False).close()
    except StoreError as fault:
        if not log.exists():
            yield _fault(str(fault), "restore it from an export: `indicators restore`")
            return
    else:
        yield _well(f"{path} opens")
        return
    if not repair:
        fact = f"the log of changes {log.name} cannot be replayed: what it holds was not put into the store"
        yield _fault(fact, "`indicators doctor --repair` puts it aside and opens the store without it")
        return
    aside = _put_aside(log)
    try:
        Database(path, read_only=False).close()
        yield _well(
            f"the log of changes could not be replayed; it is kept as {aside.name}, and {path} opens without it"
        )
    except StoreError as fault:
        aside.rename(log)
        yield _fault(str(fault), "restore it from an export: `indicators restore`")


def _left_behind(path: Path, *, repair: bool) -> Iterator[Finding]:
    """What was being found out about the store when a program was stopped: of no use to anybody, and large."""
    found = remove_leftovers(path) if repair else leftovers(path)
    if found:
        names = ", ".join(one.name for one in found)
        fact = (
            f"half-written findings of programs that were stopped {'were removed' if repair else 'are left'}: {names}"
        )
        yield Finding(repair, fact, "" if repair else "`indicators doctor --repair` removes them; nothing needs them")


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _put_aside(path: Path) -> Path:
    """Give a file a name under which it is in nobody's way."""
    names = (path.with_name(f"{path.name}.{number}.kept") for number in range(1, 1000))
    return path.rename(next(name for name in names if not name.exists()))


def _imports(path: Path, *, repair: bool) -> Iterator[Finding]:
    """Whether the imports of the database are those of the ledger."""
    ledger = Ledger.beside(path)
    if repair and _log_of(path).exists() and _lacks_imports(path, ledger):
        fact = f"the log of changes lacks what it should have; it is kept as {_put_aside(_log_of(path)).name}"
        yield _well(fact)
    database = Database(path, read_only=False)
    try:
        require_store(database)
        yield from _compared(database, ledger, repair=repair)
    finally:
        database.close()


def _lacks_imports(path: Path, ledger: Ledger) -> bool:
    database = Database(path, read_only=True)
    try:
        return bool(journal.missing(journal.recorded(database), ledger.entries()))
    except StoreError:  # told when the two are compared
        return False
    finally:
        database.close()


def _compared(database: Database, ledger: Ledger, *, repair: bool) -> Iterator[Finding]:
    inside = journal.recorded(database)
    try:
        outside = ledger.entries()
    except StoreError as fault:
        yield _fault(str(fault), _ANEW)
        return
    if broken_chain(outside):
        yield _fault(journal.disagreement(inside, outside), _ANEW)
        return
    missing, unwritten = journal.missing(inside, outside), journal.unwritten(inside, outside)
    for entry in missing:
        files = f"{entry.file} (SHA-256 {entry.sha256[:12]}…)" if entry.sha256 else f"{entry.kind} of {entry.file}"
        yield Finding(repair, f"import {entry.number} is gone from the store: {files}, {entry.stored} rows",
                      "" if repair else "`indicators doctor --repair`, then import that file again")  # fmt: skip
    if missing and repair:
        ledger.append(_written_off(missing, outside))
    yield from _written_now(unwritten, ledger, repair=repair or not journal.disagreement(inside, outside))
    if not missing and not unwritten:
        yield _well(f"the {len(inside)} imports of the store are those of its ledger")


_ANEW = "put the ledger back from a copy; or give it another name, and `--repair` writes it anew from the store"


def _written_off(missing: Sequence[Entry], outside: Sequence[Entry]) -> Entry:
    """The line of the ledger by which lost imports may be made again."""
    entry = Entry(
        outside[-1].number + 1,
        "lost",
        now().isoformat(),
        terms_of().by,
        reason=" ".join(str(one.number) for one in missing),
    )
    return entry.after(outside[-1].running)


def _written_now(unwritten: Sequence[Entry], ledger: Ledger, *, repair: bool) -> Iterator[Finding]:
    """Lines that the ledger lacks: the last one when the program was stopped before it could write it."""
    if not unwritten:
        return
    numbers = journal.named(unwritten)
    if not repair:
        fact = f"the ledger lacks import {numbers}, which the store has"
        yield _fault(fact, "put the ledger back from a copy, or `--repair` to write them anew")
        return
    last = ledger.entries()
    running = last[-1].running if last else ""
    for entry in unwritten:
        whole = entry.after(running)
        ledger.append(whole)
        running = whole.running
    yield _well(f"import {numbers} was not in the ledger, and is now")
