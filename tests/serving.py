"""An app over a shipped statement and its example events, for tests: as an object, or as a server that listens."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from indicator_engine import import_rows, load_pack, open_store, plugins
from indicator_engine.server import create_app
from indicator_engine.server.answers import Limits

ROOT = Path(__file__).parents[1]
COUNTIES = {
    "nottinghamshire": ("indicators/nottinghamshire/2009-10", date(2010, 1, 31)),
    "derbyshire": ("indicators/derbyshire/2008-09", date(2008, 12, 31)),
}


def filled_store(path, county="nottinghamshire"):
    """A store at a path with a county's register and events; the path."""
    registered = plugins.load()
    place = ROOT / COUNTIES[county][0]
    pack = load_pack(f"{place}.toml", registered=registered)
    with open_store(path, writable=True) as store:
        import_rows(store, pack, f"{place}.register.csv", register=True, registered=registered, at=_at(1))
        import_rows(store, pack, f"{place}.events.csv", registered=registered, at=_at(2))
    return path


def _at(day):
    from datetime import datetime

    return datetime(2010, 4, day, 9, 30)  # noqa: DTZ001  # as stores keep it


def app_over(store, county="nottinghamshire", pack=None, **options):
    """The app over a county's statement, on its day."""
    place, day = COUNTIES[county]
    told = {
        "hosts": ("testserver", "127.0.0.1"),
        "today": lambda: day,
        "every": 0.0,
        "limits": Limits(seconds=120),
        **options,
    }
    return create_app(pack or ROOT / f"{place}.toml", store, **told)


def client_over(store, county="nottinghamshire", **options):
    """A client of that app."""
    from starlette.testclient import TestClient

    return TestClient(app_over(store, county, **options))


@contextmanager
def listening(app, **options):
    """A server of the app on a free port; its address."""
    import uvicorn

    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none", **options)
    begun = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            begun.set()

    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    begun.wait(30)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
