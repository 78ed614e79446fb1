"""What the problems of a pack's files and tables mean: everything that reading a file, its shape and its names reports.

An example that starts with a key belongs to an indicator; one that starts with a header is a part of a pack as it
stands. Indicators and targets, and the tests of a pack, have tables of codes of their own.
"""

from __future__ import annotations

from indicator_engine.definitions import codes_cases, codes_indicators, codes_sources
from indicator_engine.definitions.codes import Code

OF_SEVERAL_FILES = ("IE023", "IE024", "IE025")
"""Codes that no single file shows; their examples tell of several."""

OF_CONVENTIONS = ("IE065", "IE066")
"""Codes that need a convention with rules of its own to show."""

_FILES: tuple[Code, ...] = (
    Code(
        "IE001",
        "file that cannot be read as TOML",
        "The file is not TOML: a quotation mark or a bracket is never closed, a name is written twice, text stands "
        "without quotes, or a word processor has put in its own quotation marks.",
        "TOML is read by the letter, and nothing after such a place can be trusted. Nothing is guessed, so nothing is "
        "lost without a word.",
        """
measure = “count(pledge)”
""",
        """
measure = "count(pledge)"
""",
    ),
    Code(
        "IE002",
        "file beyond a limit",
        "The file, a line, a key or a number is longer, or brackets nest deeper, than any pack has need of.",
        "A pack from anywhere must be safe to check. Files that keep the limits are read in a moment; some that do not "
        "would stop a computer.",
        """
measure = "count(pledge)"
notes = [[[[[[[[[[[[[[[[[["twice as many brackets as anyone needs"]]]]]]]]]]]]]]]]]]
""",
        """
measure = "count(pledge)"
notes = ["one pair of brackets"]
""",
    ),
    Code(
        "IE003",
        "number that is not finite",
        "`inf` and `nan` are allowed in TOML, but nothing can be counted up to them.",
        "Such a number makes every comparison it meets true or false for ever, and nobody sees why.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = inf }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = "TBC" }
""",
    ),
    Code(
        "IE010",
        "unknown key",
        "The table has no key of that name. It is misspelt, or it stands under the wrong header: every line belongs "
        "to the nearest header above it.",
        'A key that is passed over in silence is worse than none: `bettre = "lower"` would change nothing, and its '
        "author would believe it did.",
        """
measure = "count(pledge)"
bettre = "higher"
target = { at_least = 20 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE011",
        "missing key",
        "The table lacks a key it cannot do without, or has it with nothing in it.",
        "Without an id nothing can be referred to, without a measure nothing can be counted. There is no value that "
        "could safely be assumed.",
        """
[[priority]]
title = "Support commitment to the Skills Pledge"
""",
        """
[[priority]]
id = "skills-pledge"
title = "Support commitment to the Skills Pledge"
""",
    ),
    Code(
        "IE012",
        "value of the wrong sort",
        "A text stands where a number is wanted, a number where a text is, one table where several can be, and so on.",
        "Values are never converted. A text that looks like a number may be one, or a reference, or a slip; only the "
        "author knows.",
        """
[event.pledge]
covered_from = "1 April 2009"
""",
        """
[event.pledge]
covered_from = 2009-04-01
""",
    ),
    Code(
        "IE013",
        "word that is not one of a few",
        "The key can be one of a few words only, and this is none of them.",
        "These words decide how an indicator is read. One that is not known would have to be ignored, and then "
        "something else would be assumed than what the author meant.",
        """
measure = "count(pledge)"
better = "up"
target = { at_least = 20 }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    ),
    Code(
        "IE014",
        "id that cannot be one",
        "An id has small letters a to z, digits, `-` and `_`, begins with a letter or a digit, has at most 64 "
        "characters, and is not the name of a Windows device such as `con`.",
        "Ids name files, addresses and columns, on every computer. They stay the same when labels change, so they "
        "should not need quoting anywhere.",
        """
id = "Pledge commitment"
measure = "count(pledge)"
""",
        """
id = "pledge-commitment"
measure = "count(pledge)"
""",
    ),
    Code(
        "IE015",
        "id used twice",
        "Two priorities, indicators or parts of a pack have the same id (capitals do not count), or two aims the same "
        "number, or two tests the same name.",
        "Results, tests and links go by the id. With two of the same, one of them would be shown under the other's "
        "name.",
        """
[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"

[[priority.indicator]]
id = "pledges"
measure = "count(pledge[stage >= 2])"
""",
        """
[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"

[[priority.indicator]]
id = "pledges-stage-2"
measure = "count(pledge[stage >= 2])"
""",
    ),
    Code(
        "IE016",
        "name that cannot be one",
        "A name that expressions use has letters a to z, digits and `_`, begins with a letter, and has at most 64 "
        "characters.",
        "In an expression `pledge-stage` is a subtraction. Letters with accents can look the same and not be the same.",
        """
[event.pledge-stage]
label = "Skills Pledge stage"
""",
        """
[event.pledge_stage]
label = "Skills Pledge stage"
""",
    ),
    Code(
        "IE017",
        "name that would mean two things",
        "The name is taken: by a function, a date that every expression knows, the word for what is counted, or "
        "another event type, population, macro or attribute. Capitals do not count.",
        "An expression must mean one thing to everyone who reads it. Which of two meanings a program would choose is "
        "nothing an author should have to know.",
        """
[event.count]
label = "head-count"
""",
        """
[event.head_count]
label = "head-count"
""",
    ),
    Code(
        "IE018",
        "date that cannot be read",
        "The date is no date, not even roughly, or lies before 1900 or after 2200.",
        "A date such as 09/03/2010 is read as March by one and as September by another. What cannot be read with "
        "certainty is not read at all.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20, set_by = "Task Group", set_on = "09/2008" }
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20, set_by = "Task Group", set_on = "early September 2008" }
""",
    ),
    Code(
        "IE019",
        "period that cannot be read",
        "The convention does not understand the period's label, or the period ends before it starts.",
        "Everything is counted within the period. A year that was guessed would shift every figure by months.",
        """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "2009-11"
""",
        """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "2009-10"
""",
    ),
    Code(
        "IE020",
        "unknown convention",
        "No convention of that name is installed. A county's convention comes with its plugin.",
        "The convention reads the statement's years and due dates and decides what counts. Another one would read the "
        "same words in another way.",
        """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "09-10"
convention = "neutrall"
""",
        """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "09-10"
convention = "neutral"
""",
    ),
    Code(
        "IE021",
        "due date that is not understood",
        "The words of the due date are none that the convention knows.",
        "“By spring” ends on another day for everyone. The literal phrase is kept and shown, but the day it means must "
        "be certain.",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by spring 2010"
""",
        """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by the end of March 2010"
""",
    ),
    Code(
        "IE022",
        "aims that cannot be read",
        "No list of numbers can be read from the prose that says which aims are served.",
        "Whether every aim is served by something, and everything serves an aim, is checked by these numbers.",
        """
measure = "count(pledge)"
aims = "all of them, more or less"
""",
        """
[[aim]]
id = "1"

[[aim]]
id = "2"

[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"
aims = "1 and 2"
""",
    ),
    Code(
        "IE023",
        "file that cannot be used",
        "The file is not there, cannot be opened, is a folder, or is a link that leads out of the pack's folder.",
        "A pack is its folder and nothing else, so that everyone who has the folder has the same pack. Links that lead "
        "elsewhere could show files their reader was never meant to see.",
        """
[event.visit]  # 2009-10.events.toml, a link to ../../elsewhere/events.toml
label = "visit"
""",
        """
[event.visit]  # 2009-10.events.toml, the file itself
label = "visit"
""",
    ),
    Code(
        "IE024",
        "file that belongs to no statement",
        "The file has tables of a pack, but there is no statement it could belong to, or several and it is named after "
        "none of them. A file belongs to the statement it is named after (`2009-10.tests.toml` to `2009-10.toml`), or "
        "to the only one of its folder.",
        "Tests and indicators that nobody reads look as if they had passed.",
        """
[event.visit]  # events.toml, in a folder with 2009-10.toml and 2010-11.toml
label = "visit"
""",
        """
[event.visit]  # 2009-10.events.toml, in the same folder
label = "visit"
""",
    ),
    Code(
        "IE025",
        "table that stands in two files",
        "A pack has one [subject] and one [statement], and another of its files has it already.",
        "Which of the two would hold depends on the order in which files are read, and nobody sees that.",
        """
[subject]  # 2009-10.toml
singular = "organisation"
plural = "organisations"
attributes.kind = { type = "text" }

[subject.attributes]  # events.toml, in the same folder
sector = { type = "text" }
""",
        """
[subject]  # 2009-10.toml
singular = "organisation"
plural = "organisations"
attributes.kind = { type = "text" }
attributes.sector = { type = "text" }
""",
    ),
)

_VOCABULARY: tuple[Code, ...] = (
    Code(
        "IE026",
        "attribute that contradicts itself",
        "The attribute is a choice from nothing, has limits or choices that do not go with its type, or a minimum "
        "above its maximum.",
        "Choices and limits are what data are checked by, and what is known of a value that is missing.",
        """
[event.tender]
attributes.result = { type = "choice" }
""",
        """
[event.tender]
attributes.result = { type = "choice", choices = ["awarded", "withdrawn"] }
""",
    ),
    Code(
        "IE027",
        "ending that does not fit",
        "`ended_by` names no event type of the pack, `match` an attribute that one of the two does not have, or "
        "`ends_on` an attribute that is not there or is no date.",
        "What has ended is no longer counted. An ending that is never found leaves everything in force for ever.",
        """
[event.scheme]
ended_by = ["scheme_close"]

[event.scheme_closed]
""",
        """
[event.scheme]
ended_by = ["scheme_closed"]

[event.scheme_closed]
""",
    ),
    Code(
        "IE028",
        "column that is not there, or is no date",
        "`from` or `to` names a column that the register does not declare, or one that does not hold dates.",
        "These columns decide who belongs on which day. A misspelt one would be blank everywhere, and blank means "
        "“always”.",
        """
[subject.attributes]
kind = { type = "choice", choices = ["member", "public_sector"] }
member_from = { type = "date" }

[population.members]
where = 'kind == "member"'
from = "member_form"
""",
        """
[subject.attributes]
kind = { type = "choice", choices = ["member", "public_sector"] }
member_from = { type = "date" }

[population.members]
where = 'kind == "member"'
from = "member_from"
""",
    ),
    Code(
        "IE029",
        "population whose `where` is not a condition",
        "`where` is not true or false, or it looks at records or at other populations and not at the register alone.",
        "A population is known from the register on any day. One that depended on what happened would be a result, not "
        "something to measure results by.",
        """
[population.pledgers]
where = 'exists(pledge)'
""",
        """
[population.public_sector]
where = 'kind == "public_sector"'
""",
    ),
    Code(
        "IE030",
        "deemed size that is no number",
        'A deemed size is a whole number, "TBC", a table with `size`, or a list of such tables.',
        "It is the denominator of every share of that population.",
        """
[population.members]
where = 'kind == "member"'
deemed = "fifty"
""",
        """
[population.members]
where = 'kind == "member"'
deemed = { size = 50, source = "note under the table" }
""",
    ),
)

CODES: tuple[Code, ...] = (
    *_FILES, *_VOCABULARY, *codes_indicators.CODES, *codes_cases.CODES, *codes_sources.CODES,
)  # fmt: skip
"""Every code that loading a pack can report, those of expressions apart."""
