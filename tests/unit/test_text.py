from datetime import date
from fractions import Fraction

import pytest

from indicator_engine.language import limits, nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.schema import Attribute, DeemedSize, EventType, Population, Schema, Subject
from indicator_engine.language.scopes import REGISTER, TOP
from indicator_engine.language.text import WRITERS, text


def attributes(**types):
    return {name: Attribute(name, type_) for name, type_ in types.items()}


SCHEMA = Schema(
    Subject(attributes=attributes(kind="text", signed="truth", areas="list", joined_on="date")),
    {
        "pledge": EventType("pledge", attributes=attributes(stage="integer", item="text")),
        "tender": EventType(
            "tender", attributes=attributes(viable="truth", included="truth", covers="list", item="text")
        ),
        "training": EventType("training", attributes=attributes(people="integer", topic="text", partner="subject")),
    },
    {"members": Population("members", deemed=(DeemedSize(50),)), "others": Population("others")},
    {"pledged": "organisations(pledge)", "two": "1 + 1", "either": "True or TBC", "chosen": "1 if True else 2"},
)

SAME = """
members
pledge
TBC
True
as_of
-1
0.125
"survey"
'the "survey"'
date("2009-12-31")
pledge[stage >= 2]
pledge[stage >= 2 and item == "a" or item != "b"]
pledge[(stage >= 2 or item == "a") and item != "b"]
(pledge | tender)[item == "a"]
pledge[stage > 1][stage < 3]
latest(pledge)[stage > 1]
(pledge | training | tender).occurred_on
training.people
members & organisations(pledge) | others
members & (organisations(pledge) | others)
members - others - organisations(pledge)
members - (others - organisations(pledge))
(members & others) - organisations(pledge)
members & others - organisations(pledge)
1 + 2 * 3 - 4 / 5
(1 + 2) * (3 - 4) / 5
1 - (2 - 3)
1 / (2 / 3)
1 - (2 + 3)
1 * (2 * 3)
-count(pledge) * 2
-(count(pledge) * 2)
--count(pledge)
2 - -count(pledge)
2 * -1
not True
not not True
not (True and TBC)
not True and TBC
not count(pledge) == 1
(not True) == True
True == (1 == 1)
(1 == 1) == (2 > 1)
(1 if True else 2) == 1
1 if True else 2 if TBC else 3
(1 if True else 2) if TBC else 3
1 if (True if TBC else False) else 3
(1 if True else 2) + 1
training[partner in members]
training[partner not in members | others]
training[not partner not in members]
training[topic in ("a", "b")]
training[topic not in ("a",)]
training[people in (1, -2, 0.5)]
training[topic in ()]
training[occurred_on in (date("2009-12-31"), date("2010-03-31"))]
training[(topic in ("a",)) == True]
tender["cost" in covers]
tender["cost" not in covers]
tender[("a" if viable else "b") in covers]
tender[organisation in at(occurred_on, members)]
members["city" in areas and signed]
organisations(pledge)
count(pledge)
count(members)
count(distinct(training.topic))
5 in distinct(training.people)
ratio(organisations(pledge), others)
ratio(count(members), deemed(members))
ratio(1, 2)
sum(training.people)
min(training.recorded_on)
exists(tender)
members[every(tender[viable], included)]
latest(pledge)
first(pledge, by=item)
latest(tender[viable], by=(item, organisation))
in_force(in_period(pledge))
at(as_of, members)
as_known_on(due, count(pledge))
change(count(pledge))
change(count(pledge), since=baseline_date)
previous(pledge)
each(quarter, exists(tender[viable]))
each(month, exists(tender), since=target_set_on)
members[count(pledge) > overall(mean(training.people))]
days(period_start, period_end)
shift(as_of)
shift(as_of, years=-1, days=2)
known(count(pledge))
tender[missing(covers)]
tender[definitely(viable or included)]
coalesce(sum(training.people), 0)
abs(1)
at_least(count(pledge), 2)
at_most(count(pledge), 2)
""".strip().splitlines()

CANONICAL = {
    "members&others|organisations( pledge )": "members & others | organisations(pledge)",
    "pledge[stage>=2]": "pledge[stage >= 2]",
    "'survey'": '"survey"',
    "((1))": "1",
    "(1 + 2) + 3": "1 + 2 + 3",
    "0.50": "0.5",
    "10.0": "10",
    "0000.5": "0.5",
    "--1": "1",
    "-0": "0",
    "1 < 2 < 3": "1 < 2 and 2 < 3",
    "not 1 < 2 < 3": "not (1 < 2 and 2 < 3)",
    "True and (True and (TBC and False))": "True and True and TBC and False",
    "tender[not item in ('a', 'b')]": 'tender[item not in ("a", "b")]',
    "tender[not item in 'a']": 'tender[item not in ("a",)]',
    "count(x=members)": "count(members)",
    'each("quarter", True)': "each(quarter, True)",
    "latest(pledge, by=(item,))": "latest(pledge, by=item)",
    "shift(as_of, 1, 0, -1)": "shift(as_of, years=1, days=-1)",
    "ratio(members & pledged, members)": "ratio(count(members & organisations(pledge)), deemed(members))",
    "ratio(members, 2)": "ratio(count(members), 2)",
    "two * two": "(1 + 1) * (1 + 1)",
    "either and TBC": "(True or TBC) and TBC",
    "either or TBC": "True or TBC or TBC",
    "-chosen": "-(1 if True else 2)",
}


def tree(line, scope=TOP):
    found = elaborate(line, SCHEMA, scope)
    assert () == found.problems, line
    return found.node


@pytest.mark.parametrize("line", SAME)
def test_canonical_text(line):
    """An expression in the canonical spelling, with no bracket too many, is printed as it was written."""
    assert line == text(tree(line), SCHEMA)


@pytest.mark.parametrize(("line", "expected"), CANONICAL.items())
def test_other_spellings(line, expected):
    """Any other spelling is printed in the canonical one, which means the very same."""
    found = tree(line)
    assert expected == text(found, SCHEMA)
    assert repr(found) == repr(tree(expected))


@pytest.mark.parametrize("line", ['kind == "member"', "organisation in members", "count(pledge) > 1 and signed"])
def test_scope(line):
    """A condition on the register is printed with the names of its own scope."""
    assert line == text(tree(line, REGISTER), SCHEMA)


def test_subject_words():
    """In a pack about patients the functions and names are those of patients."""
    schema = Schema(Subject("patient", "patients"), SCHEMA.events)
    line = "patients(pledge[patient in patients(tender)])"
    assert line == text(elaborate(line, schema).node, schema)


def signed(kind, node, count):
    for _ in range(count):
        node = kind(node)
    return node


ONE_SIGN = {
    "-": lambda count: nodes.Exists(
        nodes.Filter(
            nodes.Events("pledge"),
            nodes.Comparison("==", tree("1"), signed(nodes.Negative, tree("count(pledge)"), count)),
        )
    ),
    "not ": lambda count: signed(nodes.Not, tree("exists(pledge)"), count),
}


@pytest.mark.parametrize("sign", ONE_SIGN)
@pytest.mark.parametrize("count", range(1, 21))
def test_runs_of_signs(sign, count):
    """Signs in a row, which macros may make longer than an expression may have, are interrupted by brackets."""
    node = ONE_SIGN[sign](count)
    printed = text(node, SCHEMA)
    assert count == printed.count(sign.strip())
    assert sign * (limits.UNARY_RUN // 2 + 1) not in printed
    assert node == tree(printed)


@pytest.mark.parametrize("digits", ["9" * 40, "0." + "1" * 39, "12345678901234567890.12345678901234567891"])
def test_long_numbers(digits):
    """A number is printed exactly, however many digits it has."""
    assert digits == text(tree(digits), SCHEMA)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(-5, 2), "-2.5"),
        (True, "True"),
        (date(2010, 3, 31), 'date("2010-03-31")'),
        ("it's", '"it\'s"'),
        ("", '""'),
    ],
)
def test_constants(value, expected):
    """A constant is printed as the language writes it."""
    assert expected == text(nodes.Constant(value), SCHEMA)


def kinds_of_node():
    return list(nodes.OPERATIONS)


def test_every_node_has_a_text():
    """There is a way to print every node."""
    assert set(kinds_of_node()) == set(WRITERS)


def test_every_node_is_tried():
    """The table above has every node that elaboration can make."""
    tried = {type(node) for line in SAME for node in nodes.walk(tree(line))}
    tried |= {type(node) for node in nodes.walk(tree('kind == "member"', REGISTER))}
    assert {nodes.Broken} == set(kinds_of_node()) - tried
