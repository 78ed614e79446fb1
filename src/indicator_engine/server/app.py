"""The app: pages and API over packs and a snapshot, with a guard before them, ready to run or to mount."""

from __future__ import annotations

import weakref
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from indicator_engine import plugins
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.rendering.text import clean
from indicator_engine.server import api, frames, pages
from indicator_engine.server.answers import Limits, NotForPublicError, NotFoundError
from indicator_engine.server.desk import BusyError, Desk
from indicator_engine.server.guard import LOCAL, Guard, path_of, problem
from indicator_engine.server.shelf import Shelf
from indicator_engine.server.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Sequence

    from starlette.requests import Request

    from indicator_engine.evaluation.results import Audience
    from indicator_engine.plugins import Plugins

RETRY_AFTER = "5"
STATUSES = {NotFoundError: 404, NotForPublicError: 403, BusyError: 503}
DESCRIPTION = (
    "Results of indicators with all that stands behind them. Read-only. Numbers are exact: an integer, or a decimal as "
    "text, as `indicators run --format json` writes them. Every answer has an ETag: it names the pack, the position of "
    "the store, the program and what was asked."
)


def create_app(  # noqa: PLR0913  # keywords with defaults
    packs: Sequence[str | Path] | str | Path,
    store: str | Path,
    *,
    audience: Audience = "internal",
    token: str = "",
    hosts: Collection[str] = LOCAL,
    watch: bool = False,
    limits: Limits | None = None,
    registered: Plugins | None = None,
    today: Callable[[], date] = date.today,
    every: float = 1.0,
) -> FastAPI:
    """The app over packs (files or folders) and one event store.

    `hosts` are the names it answers to ("*": any, where what it is mounted in looks). With a `token` nobody reads
    without it. `today` tells the day that is shown where none is asked for. `every` is how many seconds it waits before
    it looks again whether the store, or with `watch` the packs, have changed. Raises PackError and StoreError.
    """
    registered = registered or plugins.load()
    limits = limits or Limits()
    paths = [Path(one) for one in ([packs] if isinstance(packs, str | Path) else packs)]
    shelf = Shelf(paths, registered, watch=watch, every=every)
    desk = Desk(Snapshots(Path(store), every=every), shelf, audience, limits, today)
    desk.token = token

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        desk.warm()
        yield
        desk.close()

    app = FastAPI(**described(), lifespan=lifespan)
    app.state.desk = desk
    app.include_router(api.router)
    app.include_router(pages.router)
    for fault in (IndicatorEngineError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(fault, _refused)
    app.add_middleware(Guard, desk=desk, hosts=hosts)
    weakref.finalize(app, desk.snapshots.close)
    return app


def described() -> dict[str, Any]:
    """What the app says of itself; its documentation is a page of our own, which asks for nothing elsewhere."""
    return {
        "title": "indicator_engine",
        "version": plugins.own_version() or "0",
        "description": DESCRIPTION,
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": "/api/v1/openapi.json",
    }


async def _refused(request: Request, fault: Exception) -> Response:
    """What is wrong, and what to write, for people or for programs."""
    status, told = _told(fault)
    headers = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER
    path = path_of(request.scope)
    if path.startswith(("/api/", "/metrics", "/version")):
        return problem(status, told, headers)
    desk: Desk = request.app.state.desk
    frame = frames.Frame(str(request.scope.get("root_path", "")), public=desk.answers.is_public,
                         signed_in=bool(desk.token))  # fmt: skip
    if status == 503:
        headers["Refresh"] = RETRY_AFTER  # the page asks again by itself, also without scripts
    head = {404: "There is no such page", 503: "One moment", 403: "Not for the public"}.get(
        status, "That cannot be shown"
    )
    if status == 500:
        head = "Something went wrong here"
    page = frames.written(frame, "error.html", head=head, told=told, status=status)
    return Response(page, status, headers, "text/html")


def _told(fault: Exception) -> tuple[int, str]:
    """The status of a fault, and what may be said of it."""
    if isinstance(fault, RequestValidationError):
        first = fault.errors()[0]
        where = ".".join(str(one) for one in first["loc"][1:])
        return 422, clean(f"{where}: {first['msg']}")[:500]
    if isinstance(fault, HTTPException):
        return fault.status_code, "there is nothing at this address" if fault.status_code == 404 else fault.detail
    if isinstance(fault, StoreError):
        return 503, "the store cannot be read at the moment"
    if isinstance(fault, IndicatorEngineError):
        return STATUSES.get(type(fault), 422), clean(str(fault))[:1000]
    return 500, "an error of the program; its log has the details"
