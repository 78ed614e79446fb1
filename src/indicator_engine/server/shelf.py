"""The packs that are served: loaded, and with `watch` loaded anew when their files change.

A pack that has got errors stays as it last was, and its problems are told beside it.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from indicator_engine.definitions.files import find_packs
from indicator_engine.engine.packs import load_packs
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, PackError, Problem, errors_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins


@dataclass(frozen=True)
class Standing:
    """The statements that are served by their ids, and what is wrong with the files since."""

    statements: Mapping[str, Statement]
    problems: tuple[Problem, ...] = ()


class Shelf:
    """The packs at some paths. Raises PackError where one has errors at the beginning."""

    def __init__(self, paths: Sequence[Path], registered: Plugins, *, watch: bool, every: float = 1.0) -> None:
        self.paths, self.registered, self.watch, self.every = tuple(paths), registered, watch, every
        self._looked = time.monotonic()
        self._busy = threading.Lock()
        self._mark = self._marked()
        loaded = load_packs(self.paths, registered=registered)
        if problems := _errors(loaded):
            raise PackError(problems)
        self.standing = Standing(_by_id(loaded))
        if not self.standing.statements:
            raise IndicatorEngineError(f"there is no statement in {', '.join(map(str, paths))}")

    def is_due(self) -> bool:
        """Whether files have changed; looked at once in a while only, and never without `watch`."""
        now = time.monotonic()
        if not self.watch or now - self._looked < self.every:
            return False
        self._looked = now
        return self._marked() != self._mark

    def refresh(self) -> None:
        """Load the packs anew; what has errors stays as it was."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            mark = self._marked()
            loaded = load_packs(self.paths, registered=self.registered)
            problems = tuple(_errors(loaded))
            try:
                fresh = _by_id([one for one in loaded if one.statement and not errors_in(one.problems)])
            except IndicatorEngineError as fault:
                fresh, problems = {}, (*problems, Problem("IE024", str(fault), "give each statement its own id"))
            kept = {**self.standing.statements, **fresh} if problems else fresh
            self.standing = Standing(kept or self.standing.statements, problems)
            self._mark = mark
        finally:
            self._busy.release()

    def _marked(self) -> tuple[str, ...]:
        found = find_packs(self.paths)
        return tuple(f"{one.digest} {'; '.join(map(str, one.problems))}" for one in found)


def _errors(loaded: Sequence[Loaded]) -> list[Problem]:
    return [one for pack in loaded for one in pack.problems if one.severity == "error"]


def _by_id(loaded: Sequence[Loaded]) -> dict[str, Statement]:
    found: dict[str, Statement] = {}
    for one in loaded:
        if one.statement is None:
            continue
        if one.statement.id in found:
            raise IndicatorEngineError(f"two statements are called `{one.statement.id}`: serve one of them")
        found[one.statement.id] = one.statement
    return found
