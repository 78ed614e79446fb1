"""A whole store as Parquet files, for the archive and for other tools; and back.

Every table is a file; a manifest has the SHA-256 of each, the store's identity and the ledger. Restoring makes a new
store that is the old one, import by import, after every file was found to be as the manifest says.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine.problems import StoreError
from indicator_engine.store import catalog, journal
from indicator_engine.store.catalog import FORMAT, quoted
from indicator_engine.store.database import Database, discard
from indicator_engine.store.ledger import Entry, Ledger
from indicator_engine.store.locks import StoreLock
from indicator_engine.store.sandbox import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.store.store import Store

MANIFEST = "manifest.json"


def export(store: Store, folder: Path) -> list[str]:
    """Write every table of a store into an empty folder; the names of the files. Raises StoreError."""
    _make(folder)
    files = {}
    with _faults(f"{folder} cannot be written"), sandbox(folders=[folder]) as writer:
        for table in sorted(store.database.tables()):
            name = f"{table}.parquet"
            relation = store.database.relation(f"SELECT * FROM {quoted(table)}")
            writer.register("outgoing", relation)
            writer.execute(f"COPY outgoing TO '{_escaped(folder / name)}' (FORMAT parquet, COMPRESSION zstd)")
            writer.unregister("outgoing")
            files[name] = {"sha256": _digest(folder / name), "rows": _count(store, table)}
        _write_manifest(store, folder, files)
    return [*files, MANIFEST]


@contextmanager
def _faults(what: str) -> Iterator[None]:
    """Faults of files, and of the database that reads or writes them, as ours."""
    import duckdb

    try:
        yield
    except OSError as fault:
        raise StoreError(f"{what}: {fault.strerror or fault}") from fault
    except duckdb.Error as fault:
        raise StoreError(f"{what}: {' '.join(str(fault).split())[:300]}") from fault


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as fault:
        raise StoreError(f"{folder} cannot be written: {fault.strerror}") from fault
    if taken:
        raise StoreError(f"{folder} is not empty: name a new folder")


def _count(store: Store, table: str) -> int:
    return int(store.database.value(f"SELECT count(*) FROM {quoted(table)}"))


def _write_manifest(store: Store, folder: Path, files: dict[str, dict[str, Any]]) -> None:
    manifest = {
        "format": FORMAT,
        "store": store.meta["store"],
        "files": files,
        "ledger": [vars(entry) for entry in store.ledger.entries()],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


# ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def restore(folder: Path, path: Path) -> list[Entry]:
    """Make a new store of an export; its imports. Raises StoreError where anything is not as the manifest says."""
    manifest = _manifest(folder)
    _check_files(folder, manifest)
    ledger = Ledger.beside(path)
    if path.exists() or ledger.entries():
        raise StoreError(f"{path} or its ledger is there already: name a new file to restore to")
    lock = StoreLock(path, exclusive=True)
    half = path.with_name(path.name + ".restoring")
    discard(half)
    try:
        with _faults(f"{folder} cannot be restored"):
            _fill(folder, half, manifest)
            half.rename(path)
        for line in manifest["ledger"]:
            ledger.append(Entry(**line))
        return ledger.entries()
    finally:
        discard(half)
        lock.release()


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise StoreError(f"{path} cannot be read: {fault.strerror}") from fault
    except ValueError as fault:
        raise StoreError(f"{path} is damaged: {fault}") from fault
    manifest: dict[str, Any] = found if isinstance(found, dict) else {}
    if not {"format", "files", "ledger", "store"} <= set(manifest):
        raise StoreError(f"{path} is no manifest of an exported store")
    if manifest["format"] > FORMAT:
        raise StoreError(f"{folder} was written by a later release")
    return manifest


def _check_files(folder: Path, manifest: dict[str, Any]) -> None:
    wrong = []
    for name, said in manifest["files"].items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            wrong.append(f"{name} is missing")
        elif _digest(path) != said["sha256"]:
            wrong.append(f"{name} is not the file that was exported")
    if wrong:
        raise StoreError(f"{folder} cannot be restored: {'; '.join(wrong)}")


def _fill(folder: Path, path: Path, manifest: dict[str, Any]) -> None:
    database = Database(path, read_only=False)
    try:
        with sandbox(folders=[folder]) as reader, database.transaction():
            for name in manifest["files"]:
                relation = reader.sql("SELECT * FROM read_parquet(?)", params=[str(folder / name)])
                columns = dict(zip(relation.columns, map(str, relation.types), strict=True))
                table = name.removesuffix(".parquet")
                database.run(catalog.created(table, columns))
                with database.stream("incoming", relation):
                    database.run(f"INSERT INTO {quoted(table)} SELECT * FROM incoming")
        fault = journal.disagreement(journal.recorded(database), [Entry(**line) for line in manifest["ledger"]])
        if fault:
            raise StoreError(f"{folder} cannot be restored: {fault}")
    finally:
        database.close()
