"""Counts and durations of requests, as OpenMetrics text."""

from __future__ import annotations

import threading
from collections import Counter

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which requests are counted together."""


class Requests:
    """How many requests there were of each kind of page, how they ended, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: Counter[tuple[str, int]] = Counter()
        self._within: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()

    def count(self, route: str, status: int, seconds: float) -> None:
        """One more."""
        with self._lock:
            self._ended[route, status] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]  # a counter adds up what it is given
            for bound in BOUNDS:
                if seconds <= bound:
                    self._within[route, bound] += 1

    def lines(self) -> list[str]:
        """The text, without the mark of its end."""
        with self._lock:
            ended, within, seconds = dict(self._ended), dict(self._within), dict(self._seconds)
        lines = ["# TYPE indicators_requests counter", "# HELP indicators_requests Requests by route and status."]
        lines += [
            f'indicators_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in sorted(ended.items())
        ]
        name = "indicators_request_seconds"
        lines += [f"# TYPE {name} histogram", f"# UNIT {name} seconds", f"# HELP {name} How long requests took."]
        for route in sorted(seconds):
            total = sum(count for (one, _), count in ended.items() if one == route)
            lines += [f'{name}_bucket{{route="{route}",le="{le}"}} {within.get((route, le), 0)}' for le in BOUNDS]
            lines += [
                f'{name}_bucket{{route="{route}",le="+Inf"}} {total}',
                f'{name}_count{{route="{route}"}} {total}',
                f'{name}_sum{{route="{route}"}} {seconds[route]:.6f}',
            ]
        return lines
