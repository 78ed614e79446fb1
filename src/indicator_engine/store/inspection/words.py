"""Words where something else is expected: for yes and no, and for what nobody knows.

Only words that can hardly mean anything else are proposed. A dash among numbers may be nought or not known, and a
cross may be yes or no: that is left to whoever knows the file.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from indicator_engine.store.cells import FALSE_WORDS, TRUE_WORDS, UNKNOWN_WORDS, cut
from indicator_engine.store.inspection.columns import NO_WORDS, YES_WORDS
from indicator_engine.store.inspection.writing import writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.store.inspection.columns import Cells, Seen
    from indicator_engine.store.inspection.proposal import Findings

_MAY_BE_NOUGHT = frozenset({"-", "--", "–", "—", ".", "nil", "none"})
_MOST_LISTED = 8


def propose_missing(
    findings: Findings, typed: Sequence[Cells], numbers: frozenset[int], truths: frozenset[int]
) -> None:
    """Propose the words for what is not known, from columns of days, numbers, and yes or no."""
    certain: dict[str, list[Seen]] = {}
    unsure: dict[str, list[Seen]] = {}
    for column in typed:
        for one in column.of("missing"):
            word = one.text.casefold()
            if column.index in truths and word in UNKNOWN_WORDS:
                continue
            found = unsure if column.index in numbers and word in _MAY_BE_NOUGHT else certain
            found.setdefault(word, []).append(one)
    sure = {word: seen for word, seen in certain.items() if word not in unsure}
    if sure:
        says = f"they stand where days, numbers, or yes or no are expected: {_counted(sure)}"
        findings.decide("missing", _spelt(sure), "likely", says, [seen[0].example for seen in sure.values()])
    if unsure:
        says = f"among numbers these may mean nought or not known: {_counted(unsure)}"
        ways = {"missing": [*_spelt(sure), *_spelt(unsure)]}
        why = "they may mean nought as well"
        findings.leave("missing", says, ways, why=why, examples=[seen[0].example for seen in unsure.values()])


def _spelt(found: dict[str, list[Seen]]) -> tuple[str, ...]:
    return tuple(seen[0].text for seen in found.values())


def _counted(found: dict[str, list[Seen]]) -> str:
    parts = [f"{cut(seen[0].text)} {sum(one.count for one in seen)} ×" for seen in found.values()]
    return ", ".join(parts[:_MOST_LISTED]) + (" …" if len(parts) > _MOST_LISTED else "")


def propose_truth(findings: Findings, columns: Iterable[Cells], wanted: frozenset[int]) -> None:
    """Propose the words for yes and no; `wanted` are the columns that the pack says hold them."""
    yes: dict[str, list[Seen]] = {}
    no: dict[str, list[Seen]] = {}
    strange: dict[str, list[Seen]] = {}
    for column in columns:
        _tell_words(findings, column)
        for one in column.seen:
            word = one.text.casefold()
            if isinstance(one.cell, bool) or one.kind == "missing" or word in TRUE_WORDS | FALSE_WORDS | UNKNOWN_WORDS:
                continue
            found = yes if word in YES_WORDS else no if word in NO_WORDS else strange
            if found is not strange or column.index in wanted:
                found.setdefault(word, []).append(one)
    for key, words in (("yes", yes), ("no", no)):
        if words:
            says = f"they can hardly mean anything else: {_counted(words)}"
            findings.decide(key, _spelt(words), "likely", says, [seen[0].example for seen in words.values()])
    if strange:
        _leave_strange(findings, strange, _spelt(yes), _spelt(no))


def _tell_words(findings: Findings, column: Cells) -> None:
    words: Counter[str] = Counter()
    for one in column.seen:
        words[one.text.casefold()] += one.count
    shown = ", ".join(f"{cut(word)} {count} ×" for word, count in words.most_common(_MOST_LISTED))
    shown += " …" if len(words) > _MOST_LISTED else ""
    shown += f", {column.blank} blank" if column.blank else ""
    findings.tell("yes", f"its words are {shown}", [one.example for one in column.seen], column=column.name)


def _leave_strange(
    findings: Findings, strange: dict[str, list[Seen]], yes: tuple[str, ...], no: tuple[str, ...]
) -> None:
    says = f"nothing says whether these mean yes or no: {_counted(strange)}"
    words = [word for word in _spelt(strange) if writable(word)][:_MOST_LISTED]
    ways = ({"yes": [*yes, *words]}, {"no": [*no, *words]}) if words else ()
    why = "nothing says whether they mean yes or no"
    findings.leave("yes", says, *ways, why=why, examples=[seen[0].example for seen in strange.values()])
