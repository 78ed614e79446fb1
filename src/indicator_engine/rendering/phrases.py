"""The words that pages put around what others wrote: one English phrase a key, which a county may give in its language.

A convention's `Vocabulary.words` overrides phrases by key; `{value}` and the like are filled in. What the engine itself
says about records (why somebody does not count, what a measure counts) is English in every language.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.problems import did_you_mean
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from indicator_engine.conventions import Convention

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        # the frame of the page
        "skip": "Skip to the results",
        "contents": "Contents",
        "calculated": "{day}, {known}",
        "how_many": "Where the {count} indicators stand",
        "glance": "At a glance",
        "results": "Results",
        "public": "This edition is for the public: it names no {subjects}, and counts from 1 to {most} are not told.",
        # columns
        "status": "Status",
        "value": "Value against target",
        "trend": "Trend",
        "target": "Target",
        "due": "Due",
        "day": "Day",
        "figure": "Figure",
        "caption": "{heading}: results as of {day}",
        # beside a figure
        "needed": "{needed} needed",
        "higher": "Higher is better",
        "lower": "Lower is better",
        "part": "Part",
        "required": "Parts",
        # the details of an indicator
        "more": "Chart, reasons and sources",
        "more_no_chart": "Reasons and sources",
        "numbers": "The numbers of this chart",
        "numbers_caption": "{name}: the figure day by day",
        "why": "Why “{status}”",
        "measures": "What is measured",
        "expression": "As written in the pack",
        "source": "Where the target comes from",
        "history": "How the target changed",
        "flags": "Flags",
        "counted": "Counted ({count})",
        "not_counted": "Not counted, and why ({count})",
        "undecided": "Not decided yet ({count})",
        "none_arose": "None arose for ({count})",
        "assumptions": "Assumptions",
        "notes": "Notes",
        "defined": "Defined at {place}",
        "and_more": "and {count} more",
        "none": "none",
        "not_known": "not known",
        "yes": "yes",
        "no": "no",
        "version": "Version {number}: {told}",
        "stands": "the one in force",
        "since": "from {day}",
        # charts
        "chart_target": "Target {value}",
        "chart_path": "Path",
        "chart_due": "Due {day}",
        "chart_revised": "revised {day}",
        "chart_described": "{count} figures from {first} to {last}.",
        "chart_described_target": "The target is {target}.",
        "chart_described_due": "It is due on {day}.",
        "chart_described_path": "A dashed line shows the path to it.",
        "chart_described_revised": "It was revised on {day}.",
        "legend_actual": "the figure",
        "legend_path": "path to the target",
        "legend_tolerance": "tolerance",
        "strip_delivered": "Delivered by {day}",
        "strip_open": "Not delivered by {day}",
        # messages over a chart
        "message_reached": "{value}: the target is reached",
        "message_short": "{value}: {needed} needed",
        "message_short_by": "{value}: {needed} needed by {day}",
        "message_missed": "{value}: {needed} were needed by {day}",
        "message_path": "{value}; {expected}",
        "message_trend": "{value}, {trend}",
        # why
        "why_means": "{status}: {meaning}.",
        "why_value": "On {day} the figure is {value}.",
        "why_could_be": "What is not decided could make it anything {bounds}.",
        "why_target": "The target is {target}.",
        "why_due": "Due: {due}.",
        "why_expected": "On its path, {expected}.",
        "why_needed": "{needed} needed.",
        "why_tolerance": "It is {share} short of its path; up to {tolerance} is shown amber.",
        "why_nothing": "No target is set, so nothing is judged.",
        # the foot of the page
        "aims": "{aim}s, and what serves them",
        "aims_caption": "Each {aim} and the indicators that refer to it",
        "served_by": "Served by",
        "unserved": "nothing refers to it",
        "data": "About the data",
        "data_clean": "Nothing was odd about the data.",
        "data_undecided": "{count} records or subjects could not be decided; each is listed with its indicator.",
        "meanings": "What the words mean",
        "meanings_caption": "The statuses and flags on this page",
        "word": "Word",
        "means": "Means",
        "statement_notes": "Notes of the statement",
        "provenance": "What this page rests on",
        "digest_pack": "Pack",
        "digest_data": "Data",
        "digest_store": "Store",
        "digest_engine": "Engine",
        "digest_plugins": "Plugins",
        "provenance_told": "The same pack, data and program give this page again, byte for byte.",
        # calendars
        "months": "January February March April May June July August September October November December",
        "months_short": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "date": "{day} {month} {year}",
    }
)
"""Every phrase by its key."""


@dataclass(frozen=True)
class Phrases:
    """The phrases of one county: its own where it has them, English where it has none."""

    own: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, /, **values: object) -> str:
        """A phrase with these values in it."""
        return self.own.get(key, ENGLISH[key]).format_map(values)

    def day(self, day: date) -> str:
        """A day for people: `31 March 2010`."""
        return self("date", day=day.day, month=self("months").split()[day.month - 1], year=day.year)


def phrases_of(convention: Convention) -> Phrases:
    """The phrases of a county, safe to show."""
    return Phrases({key: clean(text) for key, text in convention.vocabulary.words.items() if key in ENGLISH})


def fault(words: Mapping[str, str]) -> str:
    """What is wrong with a county's words: a key there is not, a place there is nothing for; "" when nothing is."""
    for key, text in words.items():
        if key not in ENGLISH:
            hint = did_you_mean(key, ENGLISH)
            return f"vocabulary.words has no phrase `{key}`" + (f"; {hint}" if hint else "")
        strange = _places(text) - _places(ENGLISH[key])
        if strange:
            return f"vocabulary.words[{key!r}] has a place for {', '.join(sorted(strange))}, which is not given"
        if key.startswith("months") and len(text.split()) != len(periods.MONTH_NAMES):
            return f"vocabulary.words[{key!r}] is not twelve names parted by spaces"
    return ""


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
