from datetime import date
from fractions import Fraction

import pytest

from indicator_engine.definitions.checks.ranges import Setting, range_of
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.schema import Attribute, DeemedSize, EventType, Population, Schema
from indicator_engine.periods import Period

SCHEMA = Schema(
    events={
        "pledge": EventType(
            "pledge",
            attributes={
                "stage": Attribute("stage", "integer", minimum=Fraction(1), maximum=Fraction(3)),
                "people": Attribute("people", "integer", minimum=Fraction(0)),
                "sector": Attribute("sector", "choice", choices=("a", "b", "c")),
                "item": Attribute("item", "text"),
            },
        )
    },
    populations={
        "members": Population("members", deemed=(DeemedSize(40), DeemedSize(50))),
        "schools": Population("schools"),
    },
)
SETTING = Setting(SCHEMA, Period(date(2009, 4, 1), date(2010, 3, 31)))


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("7", 7, 7),
        ("-7", -7, -7),
        ("count(pledge)", 0, None),
        ("count(members)", 0, 50),
        ("count(schools)", 0, None),
        ("count(schools & members)", 0, 50),
        ("count(members | schools)", 0, None),
        ("count(members - schools)", 0, 50),
        ("count(members | members[exists(pledge)])", 0, 100),
        ("count(organisations(pledge[organisation in members]))", 0, 50),
        ("count(at(period_start, members))", 0, 50),
        ("count(distinct(pledge.sector))", 0, 3),
        ("count(distinct(pledge.item))", 0, None),
        ("deemed(members)", 40, 50),
        ("ratio(members & schools, members)", 0, 1),
        ("ratio(schools, members)", 0, None),
        ("each(quarter, exists(pledge))", 0, 1),
        ("sum(pledge.people)", 0, None),
        ("mean(pledge.stage)", 1, 3),
        ("max(pledge.people)", 0, None),
        ("count(members) + 5", 5, 55),
        ("5 - count(members)", -45, 5),
        ("count(members) - count(schools)", None, 50),
        ("2 * count(members)", 0, 100),
        ("count(members) * -2", -100, 0),
        ("count(members) / 2", 0, 25),
        ("count(members) / 0", None, None),
        ("100 / count(members)", None, None),
        ("-count(members)", -50, 0),
        ("abs(count(members))", 0, 50),
        ("abs(count(members) - 10)", 0, None),
        ("at_least(count(members) - 10, 0)", 0, 40),
        ("at_most(count(schools), 10)", 0, 10),
        ("coalesce(count(members), 60)", 0, 60),
        ("count(members) if exists(pledge) else 60", 0, 60),
        ("change(count(members))", -50, 50),
        ("previous(count(members))", 0, 50),
        ("overall(count(members))", 0, 50),
        ("days(period_start, as_of)", None, None),
    ],
)
def test_ends(expression, low, high):
    """A number lies between the ends that its parts put to it."""
    found = range_of(elaborate(expression, SCHEMA).node, SETTING)

    assert (low, high) == (found.low and found.low.value, found.high and found.high.value)


def test_reasons():
    """Each end says why it is one."""
    found = range_of(elaborate("count(members) + max(pledge.stage)", SCHEMA).node, SETTING)

    assert found.high
    assert "`members` is deemed to be 50 and `stage` is declared to be at most 3" == found.high.why
