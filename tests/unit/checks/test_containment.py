import pytest

from indicator_engine.definitions.checks.containment import inside
from indicator_engine.language import nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.schema import Attribute, EventType, Population, Schema, Subject

SCHEMA = Schema(
    Subject(attributes={"kind": Attribute("kind", "text")}),
    events={
        "pledge": EventType(
            "pledge", attributes={"stage": Attribute("stage", "integer"), "item": Attribute("item", "text")}
        ),
        "training": EventType("training"),
    },
    populations={"members": Population("members"), "schools": Population("schools")},
)


def tree(text: str) -> nodes.Node:
    found = elaborate(text, SCHEMA)
    assert () == found.problems
    return found.node


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("members", "members"),
        ("members", "members | schools"),
        ("members & schools", "schools"),
        ("members & schools", "schools & members"),
        ("members - schools", "members"),
        ("(members & schools) | (members - schools)", "members"),
        ("members - (schools | organisations(pledge))", "members - schools"),
        ('members[kind == "a"]', "members"),
        ('members[kind == "a" and exists(pledge)]', "members[exists(pledge)]"),
        ('members[kind == "a"]', 'members[kind in ("a", "b")]'),
        ('members[kind == "a"]', 'members - members[kind == "b"]'),
        ("(members - schools) & organisations(pledge)", "members - schools"),
        ("members[exists(pledge)] - schools", "members - (schools & organisations(pledge))"),
        ("pledge[stage >= 3]", "pledge[stage >= 2]"),
        ("pledge[stage == 3]", "pledge[stage >= 2]"),
        ("pledge[2 <= stage <= 3]", "pledge[stage > 1]"),
        ("pledge[stage >= 3]", "pledge[known(stage)]"),
        ("pledge[stage >= 3]", "pledge[stage >= 2 or missing(stage)]"),
        ("pledge[stage >= 2][item == 'a']", "pledge[item == 'a']"),
        ("pledge[stage >= 3]", "pledge | training"),
        ("latest(pledge[stage >= 3])", "pledge[stage >= 2]"),
        ("latest(pledge)[stage >= 3]", "latest(pledge)[stage >= 2]"),
        ("in_force(pledge[stage >= 3])", "in_force(pledge)"),
        ("in_force(pledge)[stage >= 3]", "in_force(pledge[stage >= 2])"),
        ("in_period(in_force(pledge))", "in_force(pledge)"),
        ("organisations(pledge[stage >= 3])", "organisations(pledge)"),
        ("organisations(pledge[organisation in members])", "members"),
        ("organisations(in_force(pledge[organisation in members and stage >= 2]))", "members | schools"),
        ("distinct(pledge[stage >= 2].item)", "distinct(pledge.item)"),
        ("at(period_start, members & schools)", "at(period_start, members)"),
    ],
)
def test_what_is_provably_inside(part, whole):
    """A part that is one by its shape is found to be inside the whole."""
    assert inside(tree(part), tree(whole))


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("members | schools", "members"),
        ("members", "members & schools"),
        ("members", "members - schools"),
        ("members & schools", "members - schools"),
        ("organisations(pledge)", "members"),
        ("organisations(pledge[organisation in at(occurred_on, members)])", "members"),
        ("organisations(pledge[not organisation in members])", "members"),
        ("pledge[stage >= 2]", "pledge[stage >= 3]"),
        ("pledge[stage != 2]", "pledge[stage >= 3]"),
        ("pledge", "pledge[stage >= 1 or stage < 1]"),
        ("pledge[stage >= 2 or item == 'a']", "pledge[stage >= 2]"),
        ("pledge[stage >= 3]", "latest(pledge)"),
        ("latest(pledge[stage >= 3])", "latest(pledge)"),
        ("pledge", "in_force(pledge)"),
        ("organisations(pledge) & organisations(training)", "organisations(pledge & training)"),
        ("organisations(pledge) - organisations(pledge[stage >= 2])", "organisations(pledge[stage < 2])"),
        ("distinct(pledge.stage)", "distinct(pledge.item)"),
        ("at(period_start, members)", "members"),
        ("pledge", "members"),
    ],
)
def test_what_is_not_provably_inside(part, whole):
    """What may lie outside is not found to be inside."""
    assert not inside(tree(part), tree(whole))


def test_a_search_that_grows():
    """Two large trees end the search instead of the program."""
    many = [f"pledge[stage >= {n}]" for n in range(30)]
    part, whole = " & ".join(many), " | ".join(reversed([m.replace(">=", "<") for m in many]))

    assert not inside(tree(part), tree(whole))
