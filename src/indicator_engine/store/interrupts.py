"""An interrupt ends a statement in all the database's threads at once.

DuckDB notices Python's signals in the thread that asked, and then waits for its other threads, which know of none and
go on for as long as the statement takes. Python's own handler runs only after that. So the signal is written to a
socket as it arrives, and a thread that reads from it tells the database.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DONE = b"\0"
"""What ends the thread; no signal has this number."""
_INTERRUPT = bytes([signal.SIGINT])
_AGAIN = 0.05
"""Seconds until it is told again."""


@contextmanager
def told_at_once(interrupt: Callable[[], None]) -> Iterator[None]:
    """While this lasts, an interrupt of the process calls `interrupt`, from a thread of its own.

    Does nothing where an interrupt would not raise KeyboardInterrupt here: outside the main thread, or where the
    program has its own way with interrupts.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    reading, writing = socket.socketpair()
    writing.settimeout(0)  # a signal's handler may not wait
    watcher = threading.Thread(target=_watch, args=(reading, interrupt), name="interrupts", daemon=True)
    watcher.start()
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.send(_DONE)
        watcher.join()
        reading.close()
        writing.close()


def _watch(reading: socket.socket, interrupt: Callable[[], None]) -> None:
    """Wait for an interrupt; then go on interrupting: what comes before a statement has begun is lost on it."""
    interrupted = False
    while True:
        try:
            arrived = reading.recv(1)
        except TimeoutError:
            arrived = b""
        if arrived == _DONE:
            return
        if interrupted or arrived == _INTERRUPT:
            interrupted = True
            reading.settimeout(_AGAIN)
            interrupt()
