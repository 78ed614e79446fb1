"""What the problems of a pack's own tests mean."""

from __future__ import annotations

from indicator_engine.definitions.codes import Code

_INDICATOR = """
[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"

[[test]]
name = "a pledge counts"
as_of = 2010-03-31
"""
_EXPECT = "expect.pledges = { value = 1 }\n"
_MENDED = f"""{_INDICATOR}\
given.events = [{{ type = "pledge", organisation = "N1", occurred_on = 2009-05-01, stage = 2 }}]
{_EXPECT}"""

CODES: tuple[Code, ...] = (
    Code(
        "IE070",
        "event of a type that is not declared",
        "A row of a test is an event of a type that the pack does not have.",
        "It would be passed over, and the test would show less than it seems to.",
        f"""{_INDICATOR}\
given.events = [{{ type = "plegde", organisation = "N1", occurred_on = 2009-05-01, stage = 2 }}]
{_EXPECT}""",
        _MENDED,
    ),
    Code(
        "IE071",
        "column that is not declared",
        "A row of a test has an attribute that its event type, or the register, does not have.",
        "Its value would be passed over, and the test would show less than it seems to.",
        f"""{_INDICATOR}\
given.events = [{{ type = "pledge", organisation = "N1", occurred_on = 2009-05-01, stge = 2 }}]
{_EXPECT}""",
        _MENDED,
    ),
    Code(
        "IE072",
        "cell of the wrong sort",
        "A value in a row of a test is not of its attribute's type, not one of its choices, or beyond its limits.",
        "Data with such a value are refused; a test must not assume what can never be.",
        f"""{_INDICATOR}\
given.events = [{{ type = "pledge", organisation = "N1", occurred_on = 2009-05-01, stage = "two" }}]
{_EXPECT}""",
        _MENDED,
    ),
    Code(
        "IE073",
        "row that lacks something",
        "An event of a test does not say its type, its day, or whose it is; or a row of the register not whose it is.",
        "What happened on no day, or to nobody, cannot be counted.",
        f"""{_INDICATOR}\
given.events = [{{ type = "pledge", organisation = "N1", stage = 2 }}]
{_EXPECT}""",
        _MENDED,
    ),
    Code(
        "IE074",
        "expectation of an indicator that is not there",
        "A test expects something of an indicator, or of a part of one, that the pack does not have.",
        "The test would pass for ever without looking at anything.",
        f"""{_INDICATOR}\
expect.pledge = {{ value = 0 }}
""",
        f"""{_INDICATOR}\
expect.pledges = {{ value = 0 }}
""",
    ),
    Code(
        "IE075",
        "expectation of something that no result has",
        "A test expects a field that no result has, or a verdict that does not exist.",
        "The expectation could never hold, or never fail.",
        f"""{_INDICATOR}\
expect.pledges = {{ verdict = "acheived" }}
""",
        f"""{_INDICATOR}\
expect.pledges = {{ verdict = "monitored" }}
""",
    ),
    Code(
        "IE076",
        "data file of a test that cannot be used",
        "The CSV file that a test names is not there, cannot be read, or lies outside the pack's folder.",
        "A pack is its folder and nothing else, so that its tests give the same result everywhere.",
        f"""{_INDICATOR}\
given.events = "../events.csv"
{_EXPECT}""",
        _MENDED,
    ),
)
