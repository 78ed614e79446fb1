"""What every request comes to: the packs and the snapshot that stand, a pool of threads, answers kept as bytes.

An answer is named by everything it rests on (pack, position of the store, engine and plugins, audience, what was
asked), and that name is its ETag. What is not known yet is worked out in a thread, once for all who wait; who waits too
long, or comes when too many wait, is told to come back.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from indicator_engine import plugins
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.server.answers import Answers, Limits, NotFoundError, Place
from indicator_engine.server.memory import Memory
from indicator_engine.server.metrics import Requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from starlette.requests import Request

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.results import Audience
    from indicator_engine.server.shelf import Shelf, Standing
    from indicator_engine.server.snapshots import Snapshot, Snapshots


class BusyError(IndicatorEngineError):
    """Too much is asked at a time, or it takes too long; it may be asked again."""


@dataclass(frozen=True)
class State:
    """What stood when a request came."""

    standing: Standing
    snapshot: Snapshot

    def statement(self, name: str) -> Statement:
        """The statement of that id. Raises NotFoundError."""
        if name not in self.standing.statements:
            raise NotFoundError(f"there is no pack `{name}`; there are {', '.join(self.standing.statements)}")
        return self.standing.statements[name]


class Desk:
    """Everything an app shares."""

    def __init__(
        self, snapshots: Snapshots, shelf: Shelf, audience: Audience, limits: Limits, today: Callable[[], date]
    ) -> None:
        self.snapshots, self.shelf, self.limits, self.today = snapshots, shelf, limits, today
        self.answers = Answers(shelf.registered, audience, limits)
        self.requests = Requests()
        self.token = ""
        self._pages = Memory(2_000, 64 << 20)
        self._pending: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(limits.workers, "indicators")
        self._keeper = ThreadPoolExecutor(1, "indicators-keeper")
        self._programs = [plugins.own_version(), *(f"{one.name} {one.version}" for one in shelf.registered.names)]

    # ── what stands ──────────────────────────────────────────────────────────────────────────────────────────────────

    def now(self) -> State:
        """What stands now; where the store or the packs have moved on, they are looked after meanwhile."""
        if self.snapshots.is_due() or self.shelf.is_due():
            self._keeper.submit(self.refresh)
        return State(self.shelf.standing, self.snapshots.current)

    def refresh(self) -> None:
        """Bring packs and snapshot up to date, at once."""
        self.shelf.refresh() if self.shelf.watch else None
        self.snapshots.refresh(self.prepare)

    def warm(self) -> None:
        """Prepare the first answers without making anybody wait."""
        self._keeper.submit(self.prepare, self.snapshots.current)

    def prepare(self, snapshot: Snapshot) -> None:
        """Work out how each statement stands on its standing day, before anybody asks."""
        for statement in self.shelf.standing.statements.values():
            with suppress(IndicatorEngineError):  # whoever asks is told
                self.answers.results(Place(statement, snapshot, self.day(statement)))

    def day(self, statement: Statement) -> date:
        """The day that is shown where none is asked for: today, within the statement's period."""
        return min(max(self.today(), statement.period.start), statement.period.end)

    def mark(self, state: State) -> str:
        """What an open page looks at to see whether anything has moved."""
        packs = [one.digest for one in state.standing.statements.values()]
        faults = [str(problem) for problem in state.standing.problems]
        return _hash([state.snapshot.position, *packs, *faults, *self._programs])

    # ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def respond(
        self,
        request: Request,
        state: State,
        asked: Mapping[str, Any],
        make: Callable[[], bytes],
        *,
        media: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to a request, from memory where it is known, or only that it has not changed."""
        told = {name: str(value) for name, value in asked.items()}
        root = request.scope.get("root_path", "")
        name = _hash([self.mark(state), self.answers.audience, root, request.url.path, media, json.dumps(told)])
        tag = f'"{name[:32]}"'
        keep = {"ETag": tag, "Cache-Control": "no-store" if self.token else "private, no-cache", **(headers or {})}
        if tag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=keep)
        body = self._pages.peek(name)
        if body is None:
            body = await self._worked_out(name, make)
        return Response(body, headers=keep, media_type=media)

    async def _worked_out(self, name: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            running = self._pending.get(name)
            if running is None:
                if len(self._pending) >= self.limits.waiting:
                    raise BusyError("many people ask at the moment: ask again in a few seconds")
                running = self._pool.submit(self._pages.get, name, make)
                self._pending[name] = running
                running.add_done_callback(lambda _: self._pending.pop(name, None))
                if running.done():
                    self._pending.pop(name, None)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(running)), self.limits.seconds)
        except TimeoutError:
            raise BusyError(
                f"this takes more than {self.limits.seconds:g} seconds to work out: it goes on, ask again in a while"
            ) from None

    def close(self) -> None:
        """Stop working and take the snapshot away."""
        self._keeper.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.snapshots.close()


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
