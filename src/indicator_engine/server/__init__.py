"""The dashboard and the JSON API over a published snapshot of an event store; takes the extra `serve`.

    from indicator_engine.server import create_app
    app = create_app(["indicators/derbyshire/2008-09.toml"], "derbyshire.store")

The app is FastAPI's and mounts in another. It reads and never writes: the store is copied, and only the copy is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

MISSING = "the dashboard needs packages that are not installed: pip install 'indicator-engine[serve]'"


def create_app(packs: list[str | Path] | str | Path, store: str | Path, **options: Any) -> FastAPI:
    """The app over packs (files or folders) and one event store; `options` are those of `server.app.create_app`.

    Raises IndicatorEngineError where FastAPI is not installed, PackError and StoreError.
    """
    try:
        from indicator_engine.server import app  # whoever has no extra is told what to install
    except ModuleNotFoundError as fault:
        if (fault.name or "").partition(".")[0] not in {"fastapi", "starlette"}:
            raise
        raise IndicatorEngineError(MISSING) from fault
    return app.create_app(packs, store, **options)
