"""How a file writes its numbers: what parts thousands, what is the decimal point, and which cells prove it.

A cell such as `1,204` may be a thousand or little more than one. A way of writing is proposed only when it reads every
number of the file, and no other way does that with another outcome.
"""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.language.schema import Attribute
from indicator_engine.store.cells import CellError, Formats, read_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.store.inspection.columns import Cells, Seen
    from indicator_engine.store.inspection.proposal import Findings

_NUMBER = Attribute("number", "decimal")


class Style(NamedTuple):
    """A way of writing numbers."""

    thousands: str
    decimal: str

    @property
    def keys(self) -> dict[str, str]:
        """What has to be declared for it."""
        return {key: value for key, value in self._asdict().items() if value and value != "."} | (
            {"thousands": "."} if self.thousands == "." else {}
        )

    def value(self, text: str) -> Fraction | None:
        """The number that a text means; None when it is not written so."""
        if self.thousands and text.lstrip("+-").startswith(f"0{self.thousands}"):
            return None
        try:
            found = read_value(text, _NUMBER, Formats(decimal=self.decimal, thousands=self.thousands))
        except CellError:
            return None
        return found if isinstance(found, Fraction) else None


PLAIN = Style("", ".")
STYLES = (
    PLAIN, Style(",", "."), Style("", ","), Style(".", ","), Style(" ", "."), Style(" ", ","), Style("'", "."),
    Style("'", ","),
)  # fmt: skip

_LONGEST = 60
_DIGIT, _ANY_DIGIT = re.compile("[1-9]"), re.compile("[0-9]")
_STARTS = frozenset("+-.0123456789")


def _shape(text: str) -> str:
    """How a number is written: every digit stands for any other, but for a nought in front."""
    return _DIGIT.sub("1", text[:2]) + _ANY_DIGIT.sub("1", text[2:])


@lru_cache(maxsize=4096)
def _values(shape: str) -> tuple[Fraction | None, ...]:
    """What numbers of a shape mean in each style."""
    return tuple(style.value(shape) for style in STYLES)


def is_number(text: str) -> bool:
    """Whether a text is a number in any style."""
    return len(text) <= _LONGEST and text[:1] in _STARTS and _is_any(_shape(text))


@lru_cache(maxsize=4096)
def _is_any(shape: str) -> bool:
    return any(value is not None for value in _values(shape))


def propose(findings: Findings, columns: Iterable[Cells]) -> None:
    """Propose how numbers are read, from the columns that are to hold some."""
    seen = [one for column in columns for one in column.of("number") if isinstance(one.cell, str)]
    marked = [one for one in seen if not one.text.lstrip("+-").isdigit()]
    fitting = _fitting(seen, marked)
    if not marked:
        return
    if not fitting:
        _tell_mixed(findings, seen)
    elif len(fitting) == 1:
        _decide(findings, fitting[0], marked)
    else:
        _leave(findings, fitting, marked)


def _fitting(seen: Sequence[Seen], marked: Sequence[Seen]) -> list[Style]:
    """The styles that read every number and use no marks that do not occur; of several that agree, the first."""
    found: dict[tuple[Fraction | None, ...], Style] = {}
    ways = [_values(shape) for shape in dict.fromkeys(_shape(one.text) for one in seen)]
    for place, style in enumerate(STYLES):
        values = tuple(each[place] for each in ways)
        if None not in values and _is_used(style, marked):
            found.setdefault(values, style)
    return list(found.values())


def _is_used(style: Style, marked: Sequence[Seen]) -> bool:
    return not style.thousands or any(style.thousands in one.text for one in marked)


def _decide(findings: Findings, style: Style, marked: Sequence[Seen]) -> None:
    proofs = [one for one in marked if _proves(_shape(one.text))]
    either = [one for one in marked if not _proves(_shape(one.text))]
    says = f"{_count(proofs)} of {_count(marked)} numbers with marks in them can be read in no other way"
    says += f", {_count(either)} could be" if either else ""
    examples = [one.example for one in proofs or marked]
    if style == PLAIN:
        findings.tell("decimal", f"the point is the decimal point: {says}", examples)
    for key, value in style.keys.items():
        findings.decide(key, value, "proved", says, examples)


@lru_cache(maxsize=4096)
def _proves(shape: str) -> bool:
    """Whether numbers of a shape can be read in one way only."""
    return len({value for value in _values(shape) if value is not None}) == 1


def _leave(findings: Findings, fitting: Sequence[Style], marked: Sequence[Seen]) -> None:
    either = [one for one in marked if not _proves(_shape(one.text))]
    first = either[0]
    shown = " or ".join(_shown(style, first.text) for style in fitting)
    says = f"{_count(either)} of {_count(marked)} numbers with marks in them could be read in more than one way"
    ways = [style.keys for style in fitting if style != PLAIN]
    why = f"{first.text} could be {shown}"
    why += "; left out, the point is the decimal point" if PLAIN in fitting else ""
    findings.leave("thousands", f"{says}: {why}", *ways, why=why, examples=[one.example for one in either])


def _shown(style: Style, text: str) -> str:
    value = style.value(text)
    return f"{float(value):.15g}" if value is not None else "?"


def _tell_mixed(findings: Findings, seen: Sequence[Seen]) -> None:
    """No style reads all: tell which reads most, and where it does not."""
    reads: Counter[int] = Counter()
    for one in seen:
        reads.update({place: one.count for place, value in enumerate(_values(_shape(one.text))) if value is not None})
    ((place, count),) = reads.most_common(1)
    best, others = STYLES[place], [one for one in seen if _values(_shape(one.text))[place] is None]
    keys = ", ".join(f'`{key} = "{value}"`' for key, value in best.keys.items()) or "a decimal point alone"
    says = f"numbers are written in more than one way: {keys} reads {count} of {_count(seen)}, and not these"
    ways = [best.keys] if best.keys else []
    findings.leave("thousands", says, *ways, why="no one way reads all", examples=[one.example for one in others])


def _count(seen: Iterable[Seen]) -> int:
    return sum(one.count for one in seen)
