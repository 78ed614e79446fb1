"""What the problems of indicators and their targets mean.

The examples are keys of an indicator in a pack about Skills Pledges, or whole indicators where there are parts.
"""

from __future__ import annotations

from indicator_engine.definitions.codes import Code

_TARGETS: tuple[Code, ...] = (
    Code(
        "IE040",
        "target that says nothing to be reached",
        "The target is none of the forms there are: a comparison with a number, a movement, a deliverable, a figure to "
        'be established, or "TBC".',
        "A target decides the verdict. Words such as “a minimum of six” stand in `statement`; the target says the same "
        "so that it can be judged.",
        """
measure = "count(pledge)"
better = "higher"
target = "a minimum of six"
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 6 }
""",
    ),
    Code(
        "IE041",
        "target of two forms",
        "The target names several things to be reached at once.",
        "Whether one of them is enough, or all are needed, would have to be guessed. Parts say it.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20, increase = true }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE042",
        "bare number",
        "The target is a number and nothing else, and neither the statement nor its convention says what that means.",
        "“20” can mean at least 20, exactly 20 or no more than 20.",
        """
measure = "count(pledge)"
better = "higher"
target = 20
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE043",
        "number that cannot be read",
        "The number is written as a word, is no number, or is not one that this form can have: a range needs two, the "
        "smaller first; an increase is more than 0.",
        "Numbers are exact and never guessed.",
        """
measure = "count(pledge)"
target = { between = [30, 20] }
""",
        """
measure = "count(pledge)"
target = { between = [20, 30] }
""",
    ),
    Code(
        "IE044",
        "key that does not go with this form",
        "The key belongs to another form of target: a baseline to a movement, evidence to a deliverable, who owes the "
        "number to one that is still to be agreed.",
        "It would have no effect, and its author would believe it had one.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20, owed_by = "Steering Group" }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = "TBC", owed_by = "Steering Group", owed_on = 2009-09-30 }
""",
    ),
    Code(
        "IE045",
        "direction that is not said",
        "The target compares, and nothing says whether higher or lower figures are better.",
        "“At least 20” says when the target is met, not which way is forward. Trends, paths and colours go by the "
        "direction, so there is no default for it.",
        """
measure = "count(pledge)"
target = { at_least = 20 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE046",
        "direction against the target",
        "The target asks for more although lower is better, or for less although higher is.",
        "One of the two is a slip, and the indicator would be green for the wrong reason.",
        """
measure = "count(pledge)"
better = "lower"
target = { at_least = 20 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE047",
        "list of which nobody knows what holds when",
        "A list of targets holds stages, each with its own `due`, or versions, each later one with `known_from`. "
        "This one mixes the two or says neither. The same goes for lists of deemed sizes.",
        "A stage is judged on its day beside the others; a version replaces the one before it. The same numbers would "
        "give two quite different histories.",
        """
measure = "count(pledge)"
better = "higher"
target = [{ at_least = 20 }, { at_least = 22 }]
""",
        """
measure = "count(pledge)"
better = "higher"
target = [{ at_least = 20 }, { at_least = 22, known_from = 2009-11-01 }]
""",
    ),
    Code(
        "IE048",
        "same day twice",
        "Two versions were decided, two stages are due, or two points of a path lie on the same day.",
        "Which of them holds on that day would be left to chance.",
        """
measure = "count(pledge)"
better = "higher"
target = [{ at_least = 10, due = "by March 2010" }, { at_least = 20, due = "by March 2010" }]
""",
        """
measure = "count(pledge)"
better = "higher"
target = [{ at_least = 10, due = "by September 2009" }, { at_least = 20, due = "by March 2010" }]
""",
    ),
    Code(
        "IE049",
        "additional to what",
        "The target asks for additional ones, and no day is named from which they are additional.",
        "“10 additional pledges” can be additional to last year's, to those of the day the target was set, or to all "
        "there ever were.",
        """
measure = "count(organisations(pledge))"
target = { additional = 10 }
""",
        """
measure = "count(organisations(pledge))"
target = { additional = 10, since = "target_set_on", set_on = "early September 2008" }
""",
    ),
    Code(
        "IE050",
        "percentage of a count",
        "A percentage is compared with a count, a sum or a number of days; or the other way round.",
        "No count is ever 50%. Read as a number, 50% is a half, and every count from 1 on would meet it.",
        """
measure = "count(members & organisations(pledge))"
better = "higher"
target = { at_least = "50%" }
""",
        """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "50%" }
""",
    ),
    Code(
        "IE051",
        "share that is not written as one",
        "The measure gives a share, and the number could be a percentage or not. A share is written as a percentage in "
        "quotes, or as a decimal with a point that is at most 1.",
        "Against a share, 20 would mean two thousand per cent and never be reached; 1 could be one per cent or all.",
        """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = 20 }
""",
        """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "20%" }
""",
    ),
    Code(
        "IE052",
        "condition and number mixed up",
        "A deliverable needs a measure that is a condition, such as `exists(…)`; every other target needs a number.",
        "A condition is true or not; it is never at least 4.",
        """
measure = "exists(pledge)"
better = "higher"
target = { at_least = 1 }
""",
        """
measure = "exists(pledge)"
target = { delivered = true }
""",
    ),
    Code(
        "IE053",
        "evidence that no record has",
        "`evidence` names an attribute that none of the records has at which the measure looks.",
        "The deliverable could never count, whatever was delivered.",
        """
measure = "exists(pledge)"
target = { delivered = true, evidence = "document" }
""",
        """
[event.paper]
attributes.document = { type = "evidence" }

[[priority.indicator]]
id = "discussion-paper"
measure = "exists(paper)"
target = { delivered = true, evidence = "document" }
""",
    ),
    Code(
        "IE054",
        "path that is none",
        'A path is "linear", or a table with a number for each of some days up to the due date.',
        "The path decides who is on track before the deadline.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
path = { autumn = 8 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
path = { 2009-09-30 = 8 }
""",
    ),
    Code(
        "IE055",
        "baseline or day of the wrong kind",
        "A baseline is a number, and `since` a date; the expression gives something else.",
        "What is compared must be of one kind, or the difference means nothing.",
        """
measure = "count(organisations(pledge))"
target = { increase = true, baseline = "organisations(pledge)" }
""",
        """
measure = "count(organisations(pledge))"
target = { increase = true, baseline = "at(period_start, count(organisations(pledge)))" }
""",
    ),
)

_INDICATORS: tuple[Code, ...] = (
    Code(
        "IE060",
        "measure that is no number",
        "The measure gives records, a set, a date or a text. A measure is a number, or a condition.",
        "“Members that have pledged” is a list of names; how many there are is the figure.",
        """
measure = "members & organisations(pledge)"
better = "higher"
target = { at_least = 20 }
""",
        """
measure = "count(members & organisations(pledge))"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE061",
        "key that this kind of indicator cannot have",
        "A narrative indicator is only told, a monitored one has no target, one with parts has measures and targets "
        "in the parts.",
        "The key would have no effect, and its author would believe it had one.",
        """
kind = "monitored"
measure = "count(pledge)"
target = { at_least = 20 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE062",
        "target that is missing",
        "The indicator says that it is measured, is a part of one that is, or has a direction or a due date; and it "
        "has no target.",
        "Without a target there is no verdict. A part without one could never be met, and with it the whole.",
        """
kind = "measured"
measure = "count(pledge)"
""",
        """
kind = "monitored"
measure = "count(pledge)"
""",
    ),
    Code(
        "IE063",
        "how many parts is not said properly",
        '`require` is "all", "any", or a number no larger than there are parts.',
        "It decides whether the whole is met.",
        """
[[priority.indicator]]
id = "matrix"
require = "most"

[[priority.indicator.part]]
id = "established"
measure = "exists(pledge)"
target = { delivered = true }
""",
        """
[[priority.indicator]]
id = "matrix"
require = "all"

[[priority.indicator.part]]
id = "established"
measure = "exists(pledge)"
target = { delivered = true }
""",
    ),
    Code(
        "IE064",
        "nothing that could be listed",
        "What is to be listed beside a result, or to bear a narrative out, is a number or a condition and not records "
        "or a set.",
        "A list shows which ones; a number only how many.",
        """
measure = "count(pledge)"
watch = [{ label = "pledges without a stage", select = "count(pledge[missing(stage)])" }]
""",
        """
measure = "count(pledge)"
watch = [{ label = "pledges without a stage", select = "pledge[missing(stage)]" }]
""",
    ),
    Code(
        "IE065",
        "key that the convention wants",
        "The county's convention wants this key for every indicator.",
        "The convention says what a complete indicator is in that county.",
        """
# under a convention whose indicators all quote the statement's words
measure = "count(pledge)"
""",
        """
# under a convention whose indicators all quote the statement's words
statement = "Increase in the number of Skills Pledges"
measure = "count(pledge)"
""",
    ),
    Code(
        "IE066",
        "key that the convention does not have",
        "The county's statements have nothing that this key could say.",
        "Something was put where it does not belong, and would not be shown.",
        """
# under a convention whose statements have no outcomes
statement = "Increase in the number of Skills Pledges"
outcome = "More organisations have signed the Skills Pledge"
measure = "count(pledge)"
""",
        """
# under a convention whose statements have no outcomes
statement = "Increase in the number of Skills Pledges"
measure = "count(pledge)"
""",
    ),
)

CODES: tuple[Code, ...] = (*_TARGETS, *_INDICATORS)
