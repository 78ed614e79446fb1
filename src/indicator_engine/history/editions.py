"""Editions: results frozen with all they rest on, and worked out anew to see whether they are still the same.

    published = publish(store, "indicators/derbyshire/2008-09.toml", "annual", as_of="2009-03-31")
    assert reproduce(store, "annual").same

An edition is a document of JSON in the store: the results as published, the pack's own text, the import that the
store stood at, the dates, and which programs made it. Files are called as in the pack's folder, so that neither the
current folder nor the machine is in it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine import plugins
from indicator_engine.definitions.files import PackFile, PackFiles, find_packs, without_strays
from indicator_engine.engine.answering import is_small
from indicator_engine.engine.asked import day_of, instant_of
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, PackError, StoreError, errors_in
from indicator_engine.rendering.data import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.ledger import Entry
    from indicator_engine.store.store import Store

SCHEMA = "indicator-engine/edition/v1"


@dataclass(frozen=True)
class FrozenPack:
    """The text of a pack: its TOML files, the one with the statement first, and the data files its tests name."""

    files: Mapping[str, str]
    data: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What was asked of the store."""

    as_of: str
    known_at: str | None
    at_import: int
    evidence: bool


@dataclass(frozen=True)
class Edition:
    """One published edition: what was asked, of which pack, what came out, and by which programs."""

    name: str
    asked: Asked
    pack: FrozenPack
    pack_digest: str
    ledger: str
    engine: str
    plugins: Mapping[str, str]
    results: str
    """The JSON as it was published."""
    published_at: str = ""
    by: str = ""
    reason: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Change:
    """Something of the results that is not what it was: where in the JSON, then and now."""

    place: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.place} was {_shown(self.before)} and is {_shown(self.after)}"


@dataclass(frozen=True)
class Reproduction:
    """An edition worked out anew. It is the `same` when not one byte differs; `programs` names other versions."""

    edition: Edition
    results: str
    programs: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def same(self) -> bool:
        """Whether not one byte differs."""
        return self.results == self.edition.results


def publish(
    store: Store,
    path: str | Path,
    name: str,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    registered: Plugins | None = None,
    terms: Terms | None = None,
) -> Edition:
    """Evaluate the pack at a path and freeze the results, with all they rest on, as an edition of the store.

    Raises PackError for a pack with errors, IndicatorEngineError for a name that is taken and where nothing can be
    evaluated, and StoreError; nothing is kept then.
    """
    from indicator_engine.store import editions
    from indicator_engine.store.store import terms_of

    editions.refuse(name, store.imports())
    registered = registered or plugins.load()
    frozen = frozen_pack(path, registered)
    evidence = is_small(store.events())
    number = at_import if at_import is not None else max((one.number for one in store.imports()), default=0)
    if not number:
        raise IndicatorEngineError("nothing was imported into the store yet: there is nothing to publish")
    known = instant_of(known_at)
    asked = Asked(day_of(as_of).isoformat(), known.isoformat() if known else None, number, evidence)
    statement = thawed(frozen, registered)
    document = _document(name, asked, frozen, statement, results_of(store, statement, asked, registered))
    kept = store.publish(name, json_text(document), terms or terms_of())
    return _edition(document, kept)


def editions_of(store: Store) -> list[Edition]:
    """The editions of a store, oldest first. Raises StoreError where one is not what was published."""
    from indicator_engine.store import editions

    return [edition_of(store, entry.file) for entry in editions.published(store.imports())]


def edition_of(store: Store, name: str) -> Edition:
    """One edition by its name; raises as `Store.edition` does."""
    kept = store.edition(name)
    document = json.loads(kept.document)
    if document["schema"] != SCHEMA:
        raise StoreError(f"edition `{name}` was published by a later release, as {document['schema']}")
    return _edition(document, kept.entry)


def reproduce(store: Store, name: str, *, registered: Plugins | None = None) -> Reproduction:
    """Work an edition out anew, from the store as it stood and the pack as it read. Raises as `edition_of` does."""
    edition = edition_of(store, name)
    registered = registered or plugins.load()
    results = results_of(store, thawed(edition.pack, registered), edition.asked, registered)
    before, after = json.loads(edition.results), json.loads(results)
    return Reproduction(edition, results, tuple(_programs(before, after)), tuple(_changes(before, after)))


def results_of(store: Store, statement: Statement, asked: Asked, registered: Plugins) -> str:
    """The results as JSON."""
    found = evaluate_store(
        statement, store, as_of=asked.as_of, known_at=asked.known_at, at_import=asked.at_import,
        registered=registered, evidence=asked.evidence,
    )  # fmt: skip
    return json_text(found.to_dict())


# ── the text of a pack ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Watched(PackFiles):
    """The files of a pack, which remember the data files that were asked for."""

    asked: dict[str, Path] = field(default_factory=dict, compare=False)

    def beside(self, name: str) -> Path | str:
        """As ever, and remembered where it is a file."""
        found = super().beside(name)
        if isinstance(found, Path):
            self.asked[name] = found
        return found


def frozen_pack(path: str | Path, registered: Plugins) -> FrozenPack:
    """The text of the one pack at a path. Raises PackError when it has errors, or when there are several."""
    path = Path(path)
    found = without_strays(find_packs([path], start=path.resolve() if path.is_dir() else path.resolve().parent))
    if len(found) > 1:
        names = ", ".join(one.files[0].name for one in found if one.files)
        raise IndicatorEngineError(f"{path} holds {len(found)} statements; name one of them: {names}")
    watched = _Watched(found[0].folder, found[0].files, found[0].problems)
    _loaded(watched, registered)
    return FrozenPack(
        {file.path.name: file.content.decode() for file in watched.files},
        {name: file.read_bytes().decode() for name, file in sorted(watched.asked.items())},
    )


def thawed(pack: FrozenPack, registered: Plugins) -> Statement:
    """The statement of a frozen pack. Raises PackError where this engine finds errors in it."""
    with tempfile.TemporaryDirectory(prefix="indicators-") as name:
        folder = Path(name).resolve()
        for file, text in pack.data.items():
            _put(folder, file, text)
        files = tuple(PackFile(folder / file, file, text.encode()) for file, text in pack.files.items())
        return _loaded(PackFiles(folder, files), registered)


def _put(folder: Path, name: str, text: str) -> None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise StoreError(f"the pack of the edition names {name}, which lies outside its folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _loaded(files: PackFiles, registered: Plugins) -> Statement:
    from indicator_engine.definitions.load import load

    loaded = load(files, registered.conventions)
    if loaded.statement is None or errors_in(loaded.problems):
        raise PackError(loaded.problems)
    return loaded.statement


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _document(name: str, asked: Asked, pack: FrozenPack, statement: Statement, results: str) -> dict[str, Any]:
    made = json.loads(results)["provenance"]
    return {
        "schema": SCHEMA,
        "name": name,
        "asked": {
            "as_of": asked.as_of, "known_at": asked.known_at, "at_import": asked.at_import,
            "evidence": asked.evidence,
        },
        "ledger": made["ledger"] or "",
        "engine": made["engine"],
        "plugins": made["plugins"],
        "pack": {"digest": statement.digest, "files": dict(pack.files), "data": dict(pack.data)},
        "results": results,
    }  # fmt: skip


def _edition(document: Mapping[str, Any], entry: Entry) -> Edition:
    pack = document["pack"]
    return Edition(
        document["name"], Asked(**document["asked"]), FrozenPack(pack["files"], pack["data"]), pack["digest"],
        document["ledger"], document["engine"], document["plugins"], document["results"], entry.at, entry.by,
        entry.reason, entry.sha256,
    )  # fmt: skip


# ── what differs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _programs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Programs of other versions."""
    then, now = before["provenance"], after["provenance"]
    if then["engine"] != now["engine"]:
        yield Change("the engine", then["engine"], now["engine"])
    for name in sorted({*then["plugins"], *now["plugins"]}):
        if then["plugins"].get(name) != now["plugins"].get(name):
            yield Change(f"the plugin {name}", then["plugins"].get(name), now["plugins"].get(name))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Everything else that is not the same, indicator by indicator, then what stands around them."""
    yield from _differing("", _by_id(before["results"]), _by_id(after["results"]))
    told = {"results", "provenance"}
    yield from _differing("", _without(before, told), _without(after, told))
    programs = {"engine", "plugins"}
    yield from _differing(
        "provenance", _without(before["provenance"], programs), _without(after["provenance"], programs)
    )


def _by_id(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["id"]: {**one, "parts": _by_id(one["parts"])} for one in results}


def _without(table: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in names}


def _differing(place: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _differing(f"{place}: {name}" if place else name, before.get(name), after.get(name))
    else:
        yield Change(place, before, after)


def _shown(value: Any) -> str:
    text = "nothing" if value in (None, [], {}, "") else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 120 else text[:119] + "…"
