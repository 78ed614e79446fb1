"""Draw the growth that a run of the benchmarks found: `python -m benchmarks.plot FILE.json OUT.svg`."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.day import BY_HAND, FILTER, OURS
from benchmarks.growth import BY_CONDITIONS, BY_DAYS, figures
from benchmarks.told import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.timing import Taken

LOOKS = {OURS: ("#1b5e8c", "o"), BY_HAND: ("#3c7d3e", "s"), FILTER: ("#a8481f", "^")}
SETTINGS: Any = {"svg.hashsalt": "indicators", "svg.fonttype": "none", "font.size": 10, "font.family": "sans-serif"}


def draw(taken: Sequence[Taken], out: Path) -> None:
    """Both growths side by side: twice as many of something on one axis, twice as long on the other."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        _panel(left, figures(taken, BY_CONDITIONS), "conditions in a pack, as of one day")
        _panel(right, figures(taken, BY_DAYS), "days of a series of thirty indicators")
        left.set_ylabel("processor seconds")
        figure.savefig(out, metadata={"Date": None})


def _panel(axes: Any, found: Mapping[str, Sequence[tuple[int, float]]], what: str) -> None:
    for name, points in found.items():
        colour, mark = LOOKS[name]
        axes.plot(*zip(*points, strict=True), color=colour, marker=mark, markersize=4, linewidth=1.5)
        last = points[-1]
        is_over = name == FILTER
        axes.annotate(name, last, xytext=(-8, 0) if is_over else (6, 0), textcoords="offset points", va="center",
                      ha="right" if is_over else "left", color=colour)  # fmt: skip
    numbers = sorted({number for points in found.values() for number, _ in points})
    axes.set(xscale="log", yscale="log", xlabel=what)
    room = numbers[-1] / numbers[0] < 100
    shown = [one for one, after in zip(numbers, [*numbers[1:], math.inf], strict=True) if room or after > 2.5 * one]
    axes.set_xticks(shown, [f"{number:,}" for number in shown])
    axes.set_xlim(numbers[0] / 1.3, numbers[-1] * 5)
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    draw(read(Path(sys.argv[1])).taken, Path(sys.argv[2]))
