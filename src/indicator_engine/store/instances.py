"""DuckDB itself, started and hardened once in a process for what is opened in it one after the other.

To start it takes 11 to 13 milliseconds, a hundredth of that to open a file in one that runs. Databases in memory share
one, as many as there are. A file that is read has one of its own while it is open, which waits for the next opening
afterwards; only a few wait. Files that are written start their own, which ends with them.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    Settings = tuple[str, ...]

WAITING = 4
"""So many instances wait for the file that they have read to be opened again."""

NO_EXTENSIONS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
)
"""Set before a file is looked at: one of another kind would have DuckDB fetch what reads it from the network."""


class Instance:
    """DuckDB with its settings, which cannot be changed any more; everything is asked through connections to it."""

    def __init__(self, settings: Settings, *, alone: bool) -> None:
        """`alone`: whether it is for one database at a time."""
        import duckdb

        self.settings, self._alone, self._process = settings, alone, os.getpid()
        self.root = duckdb.connect(":memory:")
        try:
            for statement in (*NO_EXTENSIONS, *settings):
                self.root.execute(statement)
        except BaseException:
            self.root.close()
            raise

    def opened(self, name: str, attached: str) -> duckdb.DuckDBPyConnection:
        """A connection in which a database has this name; `attached` says where and how it is."""
        connection = self.root.cursor()
        try:
            for statement in (f"ATTACH {attached}", f"USE {name}"):
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def left(self, names: Sequence[str], spill: str) -> None:
        """Close the databases of these names.

        One for one database at a time waits for the next, unless it has failed or has made the folder to spill to,
        which goes with it.
        """
        if self._process != os.getpid():
            return
        with suppress(Exception), self.root.cursor() as connection:
            for name in names:
                connection.execute(f"DETACH DATABASE IF EXISTS {name}")
            if self._alone and not Path(spill).exists():
                _waiting.append(self)


_shared: dict[Settings, Instance] = {}
"""What databases in memory share, by their settings."""

_waiting: deque[Instance] = deque(maxlen=WAITING)
_making = Lock()


def shared(settings: Settings) -> Instance:
    """The one of all databases with these settings."""
    with _making:
        if settings not in _shared:
            _shared[settings] = Instance(settings, alone=False)
        return _shared[settings]


def taken(settings: Settings) -> Instance:
    """One for nobody else until it is left: one that waits, or a new one."""
    for one in tuple(_waiting):
        if one.settings == settings:
            with suppress(ValueError):  # another thread was faster
                _waiting.remove(one)
                return one
    return Instance(settings, alone=True)


def keep_for_ever(connection: duckdb.DuckDBPyConnection | None) -> None:
    """Never close it, in a process that only has it because it was forked: DuckDB would bring that process down."""
    if connection is not None and hasattr(ctypes, "pythonapi"):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def abandon_all() -> None:
    """Leave everything behind, in a process that was forked."""
    global _making  # noqa: PLW0603  # another thread of the parent may have held it
    for one in (*_shared.values(), *_waiting):
        keep_for_ever(one.root)
    _shared.clear()
    _waiting.clear()
    _making = Lock()
