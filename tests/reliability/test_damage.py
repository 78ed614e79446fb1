"""Damage to a store's files: it is told plainly, or it changes nothing; no answer becomes another one."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.reliability import stores
from tests.reliability.stores import file_of, made, said, take

from indicator_engine.cli import main
from indicator_engine.problems import StoreError
from indicator_engine.store import care
from indicator_engine.store.database import Database
from indicator_engine.store.ledger import Entry, Ledger
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.reliability.stores import File

pytestmark = pytest.mark.slow

SEED = 2010
PAGE = 4096
HEADERS = 3 * PAGE
"""Bytes at the beginning of a store's file that are of the file as a whole."""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[File]:
    """Three files to import."""
    folder = tmp_path_factory.mktemp("files")
    return [file_of(folder, name, 900) for name in ("first", "second", "third")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, files) -> Path:
    """A store of three imports that nothing has happened to."""
    return made(tmp_path_factory.mktemp("whole") / "the.store", *files)


@pytest.fixture
def store(tmp_path, whole):
    """A copy of it."""
    for ending in ("", ".ledger"):
        shutil.copy(f"{whole}{ending}", tmp_path / f"the.store{ending}")
    return tmp_path / "the.store"


@pytest.fixture
def logged(tmp_path, files, monkeypatch):
    """A store whose second import is in its log of changes alone, as when the disk was full."""
    folder = tmp_path / "logged"
    folder.mkdir()
    with open_store(made(tmp_path / "the.store", files[0]), writable=True) as store, monkeypatch.context() as patch:
        patch.setattr(Database, "checkpoint", lambda self: None)
        take(store, files[1])
        for ending in ("", ".ledger", ".wal"):
            shutil.copy(tmp_path / f"the.store{ending}", folder)
    return folder / "the.store"


def told(path: Path) -> str:
    """What somebody is told who opens a store, checks it and asks it: "" when there is nothing to tell."""
    try:
        faults, _ = said(path)
    except StoreError as fault:
        return str(fault)
    return "; ".join(faults)


def doctored(path: Path, *, repair: bool = False) -> list[tuple[str, str]]:
    """What the doctor says, shortened to what is looked for: whether it is well, and the fact."""
    found = care.diagnose(path, repair=repair)
    return [("ok" if one.well else "FAULT", one.what.replace(str(path), "the store")) for one in found]


def lines_of(path: Path) -> list[str]:
    """The lines of a store's ledger."""
    return Ledger.beside(path)._bytes().decode().splitlines(keepends=True)


# ── the file itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def flipped(data: bytes, drawn: random.Random) -> Iterator[bytes]:
    """One bit flipped: every third time within the headers, else wherever there is something."""
    filled = [place for place in range(0, len(data), 7) if data[place]]
    for number in range(45):
        place = drawn.randrange(HEADERS) if number % 3 == 0 else drawn.choice(filled)
        yield data[:place] + bytes([data[place] ^ 1 << drawn.randrange(8)]) + data[place + 1 :]


def zeroed(data: bytes, drawn: random.Random) -> Iterator[bytes]:
    """A page of zeros where there was something."""
    filled = [place for place in range(0, len(data), PAGE) if any(data[place : place + PAGE])]
    for place in drawn.sample(filled, min(15, len(filled))):
        yield data[:place] + bytes(PAGE) + data[place + PAGE :]


def cut_short(data: bytes, drawn: random.Random) -> Iterator[bytes]:
    """Cut at any byte, and at the ends of the headers."""
    for place in (1, PAGE, 2 * PAGE, HEADERS, *(drawn.randrange(len(data)) for _ in range(11))):
        yield data[:place]


@pytest.mark.slow
@pytest.mark.parametrize("damage", [flipped, zeroed, cut_short])
def test_damaged_bytes(store, whole, damage: Callable[[bytes, random.Random], Iterator[bytes]]):
    """A store with damaged bytes says so, or answers as before because nothing stood there."""
    data, ledger, answers = whole.read_bytes(), lines_of(whole), said(whole)
    found = []
    for damaged in damage(data, random.Random(SEED)):  # noqa: S311  # chance, no secret
        store.write_bytes(damaged)
        message = told(store)
        found.append(bool(message))
        assert re.search("is damaged|is no event store", message) if message else answers == said(store)
        assert ledger == lines_of(store)
    assert len(found) < 2 * sum(found)


def test_the_doctor_of_a_damaged_file(store, whole):
    """There is nothing to repair, and so nothing is touched: the doctor says where to get the store from."""
    damaged = whole.read_bytes()[: HEADERS + PAGE]
    store.write_bytes(damaged)
    (found,) = care.diagnose(store, repair=True)
    assert (False, "restore it from an export: `indicators restore`") == (found.well, found.remedy)
    assert (damaged, lines_of(whole)) == (store.read_bytes(), lines_of(store))


# ── the log of changes ───────────────────────────────────────────────────────────────────────────────────────────────


def garbage(log: bytes) -> bytes:
    """Something else altogether."""
    return random.Random(SEED).randbytes(len(log))  # noqa: S311  # chance, no secret


def a_bit(log: bytes) -> bytes:
    """One bit in its middle flipped."""
    place = len(log) // 2
    return log[:place] + bytes([log[place] ^ 1]) + log[place + 1 :]


REPLAYED = "the store the.store has a log of changes that cannot be replayed: run `indicators doctor --store the.store`"
LACKING = "the store lacks import 2, which its ledger has; see `indicators doctor --store the.store`"
LOGS = {
    "a bit": (a_bit, REPLAYED),
    "garbage": (garbage, LACKING),
    "cut short": (lambda log: log[: len(log) // 2], LACKING),
    "cut by a byte": (lambda log: log[:-1], LACKING),
    "empty": (lambda log: b"", LACKING),
}
"""Ways in which a log of changes is damaged, and what is said then."""


@pytest.mark.parametrize(("damage", "message"), LOGS.values(), ids=LOGS)
def test_a_damaged_log_of_changes(logged, monkeypatch, damage, message):
    """An import that was acknowledged and is gone with the log is missed, by readers and by writers."""
    log = logged.with_name("the.store.wal")
    log.write_bytes(damage(log.read_bytes()))
    monkeypatch.chdir(logged.parent)
    for writable in (False, True):
        with pytest.raises(StoreError) as fault:
            open_store("the.store", writable=writable)
        assert (4, message) == (fault.value.exit_code, str(fault.value))


@pytest.mark.parametrize(("damage", "message"), LOGS.values(), ids=LOGS)
def test_the_doctor_of_a_damaged_log(logged, files, damage, message):
    """The doctor keeps the log, names the import that is gone, and lets its file be imported again."""
    log = logged.with_name("the.store.wal")
    damaged = damage(log.read_bytes())
    log.write_bytes(damaged)
    assert "FAULT" in dict(doctored(logged))

    *_, last = doctored(logged, repair=True)
    assert last[1].startswith(f"import 2 is gone from the store: {files[1].path} (SHA-256 ")
    assert [damaged] * bool(damaged) == [one.read_bytes() for one in logged.parent.glob("*.kept")]
    with open_store(logged, writable=True) as store:
        assert [0, 900] == [take(store, file).stored for file in files[:2]]
        assert [1, 4] == [entry.number for entry in store.imports()]
        assert [] == stores.faults(store)


def test_a_whole_log_of_changes(logged):
    """A log that is whole is replayed, and then it is gone."""
    assert (1800, "") == (len(said(logged)[1]), told(logged))
    open_store(logged, writable=True).close()
    assert {"", ".ledger", ".lock"} == stores.names_beside(logged)
    assert (1800, "") == (len(said(logged)[1]), told(logged))


def test_what_the_doctor_leaves_alone(logged):
    """Without being told to repair, the doctor repairs nothing."""
    log = logged.with_name("the.store.wal")
    log.write_bytes(a_bit(log.read_bytes()))
    before = {path.name: path.read_bytes() for path in logged.parent.iterdir()}
    assert ["FAULT"] == [well for well, _ in doctored(logged)]
    after = {path.name: path.read_bytes() for path in logged.parent.iterdir()}
    assert before == {name: data for name, data in after.items() if name in before}


# ── the ledger ───────────────────────────────────────────────────────────────────────────────────────────────────────


def changed(lines: list[str], place: int) -> list[str]:
    """A ledger with another number of rows in one line."""
    return [line.replace('"stored":900', '"stored":901') if at == place else line for at, line in enumerate(lines)]


def forged(lines: list[str]) -> list[str]:
    """A ledger with another number in one line, and every line hashed anew."""
    running, written = "", []
    for line in changed(lines, 1):
        entry = Entry(**json.loads(line)).after(running)
        running = entry.running
        written.append(json.dumps(asdict(entry)) + "\n")
    return written


BROKEN = "line {} of the ledger does not follow from the line before: the ledger was changed"
LEDGERS = {
    "another number": (lambda lines: changed(lines, 1), BROKEN.format(2)),
    "another number in the last line": (lambda lines: changed(lines, 2), BROKEN.format(3)),
    "hashed anew": (forged, "the store lacks import 2, which its ledger has"),
    "a line less": (lambda lines: [lines[0], lines[2]], BROKEN.format(3)),
    "without its first line": (lambda lines: lines[1:], BROKEN.format(2)),
    "in another order": (lambda lines: [lines[1], lines[0], lines[2]], BROKEN.format(2)),
    "a line twice": (lambda lines: [*lines, lines[2]], BROKEN.format(3)),
    "two lines less at its end": (lambda lines: lines[:1], "the ledger lacks import 2, 3, which the store has"),
    "no lines": (lambda lines: [], "the ledger lacks import 1, 2, 3, which the store has"),
    "no JSON": (lambda lines: [lines[0], "}\n", lines[2]], "line 2 of the ledger the.store.ledger is damaged"),
    "JSON of something else": (lambda lines: [*lines[:2], "[1]\n"], "line 3 of the ledger the.store.ledger is damaged"),
}
"""Ways in which a ledger is damaged, and what is said then."""


@pytest.mark.parametrize(("damage", "message"), LEDGERS.values(), ids=LEDGERS)
def test_a_damaged_ledger(store, monkeypatch, damage, message):
    """A store whose ledger says something else is not opened, and the ledger stays as it is."""
    monkeypatch.chdir(store.parent)
    damaged = damage(lines_of(store))
    store.with_name("the.store.ledger").write_text("".join(damaged), encoding="utf-8")
    for writable in (False, True):
        with pytest.raises(StoreError) as fault:
            open_store("the.store", writable=writable)
        assert (4, message) == (fault.value.exit_code, str(fault.value).partition(";")[0])
    assert ("FAULT", damaged) == (doctored(store)[-1][0], lines_of(store))


@pytest.mark.parametrize("damage", [damage for damage, _ in LEDGERS.values()], ids=LEDGERS)
def test_a_ledger_that_is_written_anew(store, files, damage):
    """Once a damaged ledger has another name, the doctor writes it anew from the store; nothing is imported twice."""
    ledger, before = store.with_name("the.store.ledger"), lines_of(store)
    ledger.write_text("".join(damage(before)), encoding="utf-8")
    ledger.rename(store.with_name("old.ledger"))

    assert ("ok", "import 1, 2, 3 was not in the ledger, and is now") == doctored(store, repair=True)[-1]
    assert before == lines_of(store)
    with open_store(store, writable=True) as opened:
        assert [0, 0, 0] == [take(opened, file).stored for file in files]
    assert "" == told(store)


@pytest.mark.parametrize("cut", [1, 10, 400, 0])
def test_a_last_line_cut_short(store, cut):
    """A last line that is not whole was being written when the program died: whoever writes next writes it anew."""
    before, ledger = lines_of(store), store.with_name("the.store.ledger")
    ledger.write_text("".join(before)[: -cut or -len(before[2])], encoding="utf-8")
    assert "" == told(store)
    with open_store(store) as opened:
        assert "import 3 has no line in the ledger yet: the next one who writes adds it" in [
            one.what for one in care.verify(opened)
        ]
    open_store(store, writable=True).close()
    assert before == lines_of(store)


def test_a_line_that_was_not_written_after_a_loss(store, files):
    """So it is where an import was written off before: the lines still follow from each other."""
    with_loss(store, files)
    ledger, before = store.with_name("the.store.ledger"), lines_of(store)
    ledger.write_text("".join(before[:-1]), encoding="utf-8")
    with open_store(store, writable=True) as opened:
        take(opened, file_of(store.parent, "fourth", 10))
    assert (before, "") == (lines_of(store)[:-1], told(store))


def test_a_ledger_that_is_written_anew_after_a_loss(store, files):
    """A ledger that is written anew does not know of an import that was written off, and need not."""
    with_loss(store, files)
    store.with_name("the.store.ledger").unlink()
    doctored(store, repair=True)
    with open_store(store, writable=True) as opened:
        take(opened, file_of(store.parent, "fourth", 10))
        assert [1, 5, 6, 7] == [entry.number for entry in opened.imports()]
    assert "" == told(store)


def with_loss(path: Path, files: list[File]) -> None:
    """Make a store that has lost its second and its third import, and has them again."""
    made(path.with_name("short.store"), files[0]).replace(path)
    care.diagnose(path, repair=True)
    with open_store(path, writable=True) as store:
        assert [0, 900, 900] == [take(store, file).stored for file in files]


# ── a file that is gone, or another one ──────────────────────────────────────────────────────────────────────────────


def test_a_store_that_is_gone(store, files):
    """Where a ledger has no store beside it, nobody takes an empty store for the one that is gone."""
    store.unlink()
    assert f"there is no store {store}: `indicators import` makes one" == told(store)
    assert [("FAULT", "there is no store the store, but its ledger, which has 3 lines")] == doctored(store)
    with pytest.raises(StoreError, match="the store lacks import 1, 2, 3, which its ledger has"):
        open_store(store, writable=True)
    doctored(store, repair=True)
    with open_store(store, writable=True) as opened:
        assert [900, 900, 900] == [take(opened, file).stored for file in files]
    assert "" == told(store)


def test_a_store_from_before(store, files, tmp_path):
    """A store that was put back from an old copy lacks what came since, and says so."""
    shutil.copy(made(tmp_path / "old.store", files[0]), store)
    assert told(store).startswith("the store lacks import 2, 3, which its ledger has")


def test_the_log_of_a_store_that_is_gone(logged, files):
    """A log of changes that another store has left is not replayed into a new one."""
    logged.unlink()
    logged.with_name("the.store.ledger").unlink()
    with pytest.raises(StoreError, match="a log of changes that cannot be replayed"):
        open_store(logged, writable=True)
    assert {"ok"} == dict(doctored(logged, repair=True)).keys()
    with open_store(logged, writable=True) as opened:
        assert 900 == take(opened, files[0]).stored
    assert "" == told(logged)


# ── as a command ─────────────────────────────────────────────────────────────────────────────────────────────────────

COMMANDS = [("verify",), ("doctor",), ("doctor", "--repair"), ("store", "info"), ("store", "log")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("damage", ["short", "zeroed", "text", "empty", "broken ledger", "no ledger"])
def test_commands(store, command, damage):
    """Every command tells a damaged store by exit code 4 and in words; the doctor alone may have mended it."""
    data, ledger = store.read_bytes(), store.with_name("the.store.ledger")
    if damage in {"broken ledger", "no ledger"}:
        ledger.write_text("".join(changed(lines_of(store), 1)) * (damage == "broken ledger"), encoding="utf-8")
    else:
        store.write_bytes(
            {"short": data[: HEADERS + PAGE], "zeroed": bytes(len(data)), "text": b"a,b\n1,2\n", "empty": b""}[damage]
        )
    found = CliRunner().invoke(main, [*command, "--store", str(store)])
    mended = damage == "no ledger" and "--repair" in command
    assert (0 if mended else 4, None if mended else "SystemExit") == (
        found.exit_code, found.exception and type(found.exception).__name__,
    )  # fmt: skip
    assert re.search("^(FAULT  |ok     |indicators: )", found.output)
