"""What the problems of expressions mean: everything that `language/parse.py` and `language/elaborate.py` report.

The examples are keys of an indicator in a pack about Skills Pledges: members, and pledges with a `stage` from 1 to 3.
"""

from __future__ import annotations

from indicator_engine.definitions.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        "IE100",
        "expression that cannot be read",
        "The text is not an expression: a bracket or a quotation mark is never closed, an operator is missing, `=` "
        "stands for `==`, or a character from a word processor slipped in.",
        "Nothing is guessed. An expression that could be read in two ways would sooner or later be read in the wrong "
        "one, and its number would look like any other.",
        """
measure = "count(pledge[stage = 2])"
""",
        """
measure = "count(pledge[stage == 2])"
""",
    ),
    Code(
        "IE101",
        "expression too large",
        "The expression is too long, nests too deep or has too many parts, or its macros write out to something that "
        "is. The limits are far beyond what a person would write.",
        "A pack from anywhere must be safe to check. Whatever keeps the limits is read in a moment, and its cost is "
        "known before it runs.",
        """
measure = "count(pledge[stage == 1234567890123456789012345678901234567890123])"
""",
        """
measure = "count(pledge[stage == 3])"
""",
    ),
    Code(
        "IE102",
        "not part of the language",
        "The expression uses a construct of Python or of a spreadsheet that this language does not have, such as `**`, "
        "`%`, a list in square brackets or a method call.",
        "The language is small on purpose: everything in it can be explained in words, checked before it runs and "
        "given the same meaning by every store of data.",
        """
measure = "pledge.count()"
""",
        """
measure = "count(pledge)"
""",
    ),
    Code(
        "IE103",
        "unknown name",
        "The name is no event type, no population, no macro and no named date of this pack, nor an attribute of the "
        "record at hand.",
        "A misspelt name must not count as “nothing”: the result would be 0, and 0 looks like an answer.",
        """
measure = "count(memmbers)"
""",
        """
measure = "count(members)"
""",
    ),
    Code(
        "IE104",
        "unknown attribute",
        "The event type has no such attribute, or of several event types not all have it.",
        "An attribute that is not declared is never filled in, so a sum over it would be 0 for ever.",
        """
measure = "sum(pledge.stages)"
""",
        """
measure = "sum(pledge.stage)"
""",
    ),
    Code(
        "IE105",
        "unknown function",
        "There is no function of this name, or a function is written without its brackets.",
        "The language has a fixed list of functions; `indicators functions` prints it with an example of each.",
        """
measure = "number_of(pledge)"
""",
        """
measure = "count(pledge)"
""",
    ),
    Code(
        "IE106",
        "wrong arguments",
        "The function is given too few values or too many, one it does not know, or one of them twice.",
        "A value that is silently left out or ignored changes what is counted.",
        """
measure = "ratio(members)"
""",
        """
measure = "ratio(members & organisations(pledge), members)"
""",
    ),
    Code(
        "IE107",
        "wrong kind of thing",
        "A number, a set, a selection of records, a date or a condition stands where another of these is needed.",
        "Records are not organisations: 20 pledges may come from 12 organisations. The language makes you say which "
        "of the two is counted.",
        """
measure = "count(members & pledge)"
""",
        """
measure = "count(members & organisations(pledge))"
""",
    ),
    Code(
        "IE108",
        "units that do not fit",
        "Two numbers of different sorts are compared, added or divided, such as a count and a percentage, or sets of "
        "different things are joined.",
        "20 is neither more nor less than 50%. Where units do not fit, the numbers would still come out, and mean "
        "nothing.",
        """
measure = "count(members) + ratio(members & organisations(pledge), members)"
""",
        """
measure = "count(members) + count(organisations(pledge) - members)"
""",
    ),
    Code(
        "IE109",
        "number written another way",
        "The number is not written as digits with at most one point, but as `1e3`, `0x1F`, `1_000` or `.5`.",
        "One way to write a number is enough, and everybody reads it alike.",
        """
measure = "count(pledge) / 1e3"
""",
        """
measure = "count(pledge) / 1000"
""",
    ),
    Code(
        "IE110",
        "name that is refused",
        "The name begins with `_`, or has other characters than the letters a to z, digits and `_`.",
        "Letters that look alike in two alphabets would make two names of what everybody reads as one.",
        """
measure = "count(pledgé)"
""",
        """
measure = "count(pledge)"
""",
    ),
    Code(
        "IE111",
        "macro defined by itself",
        "A macro under `[define]` uses itself, directly or by way of others.",
        "A macro stands for its text. One that contains itself would have no end.",
        """
[define]
pledged = "organisations(pledge) & committed"
committed = "members & pledged"

[[priority.indicator]]
id = "pledge-commitment"
measure = "count(committed)"
""",
        """
[define]
pledged = "organisations(pledge)"
committed = "members & pledged"

[[priority.indicator]]
id = "pledge-commitment"
measure = "count(committed)"
""",
    ),
    Code(
        "IE112",
        "attribute out of place",
        "An attribute of a record, or a column of the register, is used where no record and no row is at hand.",
        "`stage` alone does not say whose. Inside `pledge[…]` it is the stage of each pledge.",
        """
measure = "count(organisations(pledge) & stage >= 2)"
""",
        """
measure = "count(organisations(pledge[stage >= 2]))"
""",
    ),
    Code(
        "IE113",
        "never one of the choices",
        "An attribute with a closed list of choices is compared with a word that is not among them.",
        "Such a comparison is never true, so a filter with it keeps nothing, and the count is 0.",
        """
[event.pledge.attributes]
stage = { type = "integer", minimum = 1, maximum = 3 }
sector = { type = "choice", choices = ["health", "education"] }

[[priority.indicator]]
id = "pledges-in-health"
measure = 'count(pledge[sector == "heath"])'
""",
        """
[event.pledge.attributes]
stage = { type = "integer", minimum = 1, maximum = 3 }
sector = { type = "choice", choices = ["health", "education"] }

[[priority.indicator]]
id = "pledges-in-health"
measure = 'count(pledge[sector == "health"])'
""",
    ),
    Code(
        "IE114",
        "not a day",
        "The text in `date(…)` is not a day written year first, or there is no such day.",
        "03/04/2009 is 3 April to some readers and 4 March to others; 2009-04-03 is the same day to all.",
        """
measure = 'count(pledge[occurred_on <= date("31/12/2009")])'
""",
        """
measure = 'count(pledge[occurred_on <= date("2009-12-31")])'
""",
    ),
)
