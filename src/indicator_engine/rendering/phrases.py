"""The words that pages put around what others wrote: one English phrase a key, which a county may give in its language.

A convention's `Vocabulary.words` overrides phrases by key; `{value}` and the like are filled in. What the engine itself
says about records (why somebody does not count, what a measure counts) is English in every language.
"""

from __future__ import annotations

import string
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.frozen import dataclass
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
        "glance": "At a glance",
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
        # the details of an indicator
        "more": "Chart, reasons and sources",
        "more_no_chart": "Reasons and sources",
        "numbers": "The numbers of this chart",
        "numbers_caption": "{name}: the figure day by day",
        "why": "Why “{status}”",
        "measures": "What is measured",
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
        # charts
        "chart_target": "Target {value}",
        "chart_due": "Due {day}",
        "chart_revised": "revised {day}",
        "chart_described": "{count} figures from {first} to {last}.",
        "chart_described_target": "The target is {target}.",
        "chart_described_due": "It is due on {day}.",
        "chart_described_path": "A dashed line shows the path to it.",
        "chart_described_revised": "It was revised on {day}.",
        "chart_described_restated": "The figure of {day} had been told as {before} and is {value}.",
        "restated_from": "{value} (first told as {before})",
        "legend_restated": "as first told",
        "groups": "By {column}",
        "groups_scale": "All on one scale, from {first} to {last}.",
        "groups_without": "At 0 throughout: {names}.",
        "groups_without_many": "{count} more were at 0 throughout.",
        "legend_actual": "the figure",
        "legend_path": "path to the target",
        "legend_tolerance": "tolerance",
        # messages over a chart
        "message_reached": "{value}: the target is reached",
        "message_short_by": "{value}: {needed} needed by {day}",
        "message_missed": "{value}: {needed} was needed by {day} | {value}: {needed} were needed by {day}",
        "message_path": "{value}; {expected}",
        "message_trend": "{value}, {trend}",
        # why
        "why_means": "{status}: {meaning}.",
        "why_value": "On {day} the figure is {value}.",
        "why_could_be": "What is not decided could make it anything {bounds}.",
        "why_could_be_anything": "What is not decided could make it anything.",
        "why_target": "The target is {target}.",
        "why_due": "Due: {due}.",
        "why_expected": "On its path, {expected}.",
        "why_needed": "{needed} needed.",
        "why_tolerance": "It is {share} short of its path; up to {tolerance} is shown amber.",
        # the foot of the page
        "aims": "{aim}s, and what serves them",
        "aims_caption": "Each {aim} and the indicators that refer to it",
        "served_by": "Served by",
        "unserved": "nothing refers to it",
        "data": "About the data",
        "data_clean": "Nothing was odd about the data.",
        "data_set_aside": "{count} row of the event store waits in quarantine and is in no figure."
        " | {count} rows of the event store wait in quarantine and are in no figure.",
        "data_undecided": "{count} record or subject could not be decided; it is listed with its indicator."
        " | {count} records or subjects could not be decided; each is listed with its indicator.",
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
        # what has changed since an edition
        "changed_since": "Changed since edition “{edition}” ({day})",
        "changed_since_day": "Changed since {day}",
        "then": "Then",
        "now": "Now",
        "change": "Change",
        "absent": "not in the pack",
        "nothing_changed": "No figure has changed.",
        "unchanged_figures": "{count} other figure is as it was. | {count} other figures are as they were.",
        "cause_definition_changed": "definition changed",
        "cause_membership": "membership",
        "cause_late_events": "late events",
        "cause_corrections": "corrections",
        "cause_retractions": "retractions",
        "cause_time_passed": "time passed",
        "cause_new_events": "new events",
        "cause_target_revised": "target revised",
        "cause_deadline_passed": "deadline passed",
        # workbooks and documents
        "sheet_changes": "Changes",
        "sheet_summary": "Summary",
        "sheet_course": "Course",
        "sheet_evidence": "Evidence",
        "sheet_data": "Data quality",
        "sheet_provenance": "Provenance",
        "count": "Count",
        "value_told": "Value",
        "flags_mean": "What the flags mean",
        "id": "Id",
        "name": "Name",
        "goal": "Target as a number",
        "goal_upper": "Upper end of the target",
        "path": "Path to the target",
        "remarks": "Remarks",
        "light": "Light",
        "title": "Title",
        "standing": "Standing",
        "subject": "Subject",
        "reason": "Why",
        "topic": "Topic",
        "said": "What there is to say",
        "standing_counted": "counted",
        "standing_not": "not counted",
        "standing_undecided": "undecided",
        "standing_none_arose": "none arose",
        "left_off": "{count} more do not fit on this sheet; CSV and JSON have all of them.",
        # how many have each verdict: one | several
        "counted_on_track": "{count} is on track | {count} are on track",
        "counted_behind": "{count} is behind | {count} are behind",
        "counted_not_yet_due": "{count} is not yet due | {count} are not yet due",
        "counted_missed": "{count} missed | {count} missed",
        "counted_met_then_lost": "{count} was met, then lost | {count} were met, then lost",
        "counted_monitored": "{count} is monitored | {count} are monitored",
        "counted_narrative": "{count} is narrative | {count} are narrative",
        "counted_no_target_yet": "{count} has no target yet | {count} have no target yet",
        "counted_not_set_yet": "{count} has a target not set yet | {count} have targets not set yet",
        "counted_not_established": "{count} is not established | {count} are not established",
        "counted_no_baseline": "{count} has no baseline | {count} have no baseline",
        "counted_no_data": "{count} has no data | {count} have no data",
        "counted_none_arose": "{count} had no case arise | {count} had no case arise",
        "counted_undecided": "{count} is undecided | {count} are undecided",
        "counted_withheld": "{count} is not published | {count} are not published",
        "counted_met": "{count} of {total} met",
        "counted_late": " ({count} of them known late)",
        "counted_none": "There are no indicators.",
        # what each verdict means, and each flag
        "means_met": "the target is reached; a limit, or a duty that recurs, is met only at its deadline",
        "means_met_known_late": "it was reached in time, which was recorded only after the deadline",
        "means_on_track": "not due yet, and as far as its path asks by now; "
        "a limit or a recurring duty has been kept so far",
        "means_behind": "not due yet, and short of its path; or a limit is broken, or a recurring duty was missed once",
        "means_not_yet_due": "not reached, not due, and no path says how far it should be",
        "means_missed": "the deadline has come and the target is not reached",
        "means_met_then_lost": "reached on an earlier day of the period, and not on the day it is judged",
        "means_monitored": "there is no target: the figure and its movement are reported",
        "means_narrative": "told, never scored",
        "means_no_target_yet": "the target is TBC: the figure is reported, and nothing is judged",
        "means_not_set_yet": "on this day the target had not been set; the figure is reported",
        "means_not_established": "whoever is to be counted is fixed on a day that has not come, "
        "or has not been recorded",
        "means_no_baseline": "an increase or decrease, and nothing to measure it from",
        "means_no_data": "nothing is recorded of this kind, which is not the same as none",
        "means_none_arose": "no case arose that could be judged: neither met nor missed",
        "means_undecided": "what is not known could turn it either way; the bounds say how far",
        "means_withheld": "in an edition for the public: the verdict would give away a number too small to publish",
        # why one of two verdicts was given, where that verdict has several grounds
        "ground_on_track_path": "not due yet, and as far as its path asks by now",
        "ground_on_track_limit": "not due yet, and the limit has been kept so far",
        "ground_on_track_duty": "not due yet, and the recurring duty has been kept so far",
        "ground_on_track_parts": "not due yet, and each of its parts is met or on track",
        "ground_behind_path": "not due yet, and short of its path",
        "ground_behind_limit": "not due yet, and the limit is broken",
        "ground_behind_duty": "not due yet, and the recurring duty was missed at least once",
        "ground_behind_parts": "not due yet, and a part of it is behind",
        "flag_provisional": "provisional",
        "flag_provisional_means": "the target is to be reviewed, or has not been ratified yet",
        "flag_to_be_reviewed": "to be reviewed",
        "flag_to_be_reviewed_means": "the document itself says that the target will be reviewed",
        "flag_review_overdue": "review overdue",
        "flag_review_overdue_means": "the day on which the target was to be reviewed has passed",
        "flag_unratified": "not ratified yet",
        "flag_unratified_means": "the target had been set by the as-of date, but not ratified",
        "flag_overdue_tbc": "TBC overdue",
        "flag_overdue_tbc_means": "the day by which the target was to be agreed has passed",
        "flag_target_set": "target set",
        "flag_target_set_means": "the target was TBC before and has been set since",
        "flag_target_revised": "target revised",
        "flag_target_revised_means": "another target was in force before this one",
        "flag_claimed": "claimed",
        "flag_claimed_means": "recorded as delivered, but the evidence is not recorded: it does not count yet",
        "flag_inherited_due": "inherited due date",
        "flag_inherited_due_means": "the indicator names no date, so the statement's own holds",
        "flag_inherited_comparator": "inherited comparator",
        "flag_inherited_comparator_means": "the target is a bare number, read the way the statement says",
        "flag_deemed_differs": "deemed ≠ registered",
        "flag_deemed_differs_means": "a population is deemed to have another size than the register counts",
        "flag_restated": "restated",
        "flag_restated_means": "later recordings changed the figure since the last edition",
        # why there is no value
        "unknown_tbc": "TBC",
        "unknown_not_established": "not established yet",
        "unknown_no_baseline": "no baseline",
        "unknown_no_data": "no data",
        "unknown_undecided": "undecided",
        "unknown_undefined": "nothing to divide by",
        "unknown_none_arose": "none arose",
        "unknown_small": "too small to publish",
        # a value
        "delivered": "delivered",
        "not_delivered": "not delivered",
        "claimed": "claimed, no evidence",
        "value_of": "{value} of {whole}",
        "value_share": "{value} ({part} of {whole})",
        "value_parts": "{value} of {count} parts",
        "bounds_between": "between {low} and {high}",
        "bounds_low": "{low} or more",
        "bounds_high": "{high} or less",
        "bounds_none": "could be anything",
        # a target
        "at_least": "at least {value}",
        "at_most": "at most {value}",
        "exactly": "exactly {value}",
        "more_than": "more than {value}",
        "less_than": "less than {value}",
        "between": "between {value} and {upper}",
        "in_numbers": "{target}: {part} of {whole}",
        "established": "established",
        "with_evidence": "{target}, with evidence",
        "all_parts": "all {count} parts met",
        "some_parts": "{required} of {count} parts met",
        "any_parts": "parts met",
        "tbc": "TBC",
        "tbc_owed_by_on": "TBC (owed by {who} by {day})",
        "tbc_owed_by": "TBC (owed by {who})",
        "tbc_owed_on": "TBC (owed by {day})",
        "additional": "{value} additional",
        "increase": "an increase",
        "decrease": "a decrease",
        "movement_on": "{movement} on {base}",
        "movement_day": "{movement} (on {day})",
        "more_than_base": "{value} more than {base}",
        "less_than_base": "{value} less than {base}",
        "more_by": "{value} more",
        "less_by": "{value} less",
        "comes_to": "{target}: {value}",
        # time, and what is lacking
        "inherited": "{day} (inherited)",
        "due_read": "{phrase} ({day})",
        "due_read_inherited": "{phrase} ({day}, inherited)",
        "needed_more": "{value} more",
        "needed_parts": "{value} more part | {value} more parts",
        "points": "{value} percentage point | {value} percentage points",
        "expected": "{value} expected by {day}",
        "unchanged": "unchanged since {day}",
        "up": "up {value} since {day}",
        "down": "down {value} since {day}",
        "as_of": "As of {day}, {known}",
        "known_all": "with everything recorded so far",
        "known_day": "as known on {day}",
        "known_time": "as known on {day} at {time}",
        "span": "{first} to {last}",
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

    def plural(self, key: str, count: object, /, **values: object) -> str:
        """The form of a phrase for so many: before its `|` the one for one, behind it the one for all others."""
        one, _, several = self.own.get(key, ENGLISH[key]).partition(" | ")
        return (one if count == 1 or not several else several).format_map({"count": count, **values})

    def day(self, day: date) -> str:
        """A day for people: `31 March 2010`."""
        return self("date", day=day.day, month=self("months").split()[day.month - 1], year=day.year)


IN_ENGLISH = Phrases()


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
