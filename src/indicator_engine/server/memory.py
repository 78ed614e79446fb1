"""What was worked out before: the answers used last, each worked out once however many ask for it at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class _Running:
    """An answer that a thread is working out while others wait."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: Any = None
        self.fault: BaseException | None = None


class Memory:
    """Answers by key, at most so many and of at most so much weight; the ones longest unused go first."""

    def __init__(self, most: int, most_weight: int = 0) -> None:
        self.most, self.most_weight, self.weight = most, most_weight, 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._running: dict[Hashable, _Running] = {}
        self._lock = threading.Lock()

    def peek(self, key: Hashable) -> Any:
        """The answer, if it is known; else None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return None

    def get(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """The answer; the first to ask works it out in its own thread, and what that raises all get."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            running = self._running.get(key)
            mine = running is None
            if running is None:
                running = self._running[key] = _Running()
        if mine:
            self._work(key, running, work)
        else:
            running.done.wait()
        if running.fault:
            raise running.fault
        return running.value

    def _work(self, key: Hashable, running: _Running, work: Callable[[], Any]) -> None:
        try:
            running.value = work()
        except BaseException as fault:  # noqa: BLE001  # it is raised in every thread that waits
            running.fault = fault
        with self._lock:
            del self._running[key]
            if running.fault is None:
                self._keep(key, running.value)
        running.done.set()

    def _keep(self, key: Hashable, value: Any) -> None:
        self._kept[key] = value
        self.weight += _weight(value)
        while len(self._kept) > self.most or (self.most_weight and self.weight > self.most_weight):
            _, gone = self._kept.popitem(last=False)
            self.weight -= _weight(gone)

    def __len__(self) -> int:
        return len(self._kept)


def _weight(value: Any) -> int:
    return len(value) if isinstance(value, bytes) else 0
