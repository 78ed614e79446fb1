from indicator_engine.definitions.checks.aim_uncited import CODE as UNCITED
from indicator_engine.definitions.checks.aim_unknown import CODE as UNKNOWN

CHARTER = """
[[aim]]
id = "1"
[[aim]]
id = "2"
[[aim]]
id = "2.1"
[[aim]]
id = "2.2"

[[priority]]
id = "skills-pledge"
title = "Skills Pledge"
aims = {priority}

[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"
aims = {indicator}
"""


def test_a_reference_to_no_aim(told):
    """A number that no aim has is an error, at the priority and at the indicator."""
    found = told(UNKNOWN.code, CHARTER.format(priority='["1", "7"]', indicator='"2.4"'))

    assert [
        ("error", "there is no aim `7`", '["1", "7"]'),
        ("error", "there is no aim `2.4`", '"2.4"'),
    ] == found


def test_references_that_are_right(told):
    """Aims, parts of aims and aims with parts can be referred to."""
    assert [] == told(UNKNOWN.code, CHARTER.format(priority='"1 and 2"', indicator='["2.1"]'))


def test_a_group_that_has_no_text_of_its_own(told):
    """A reference may name a group of which only the parts are declared."""
    found = told(UNKNOWN.code, """
        [[aim]]
        id = "3.1"
        [[priority]]
        id = "skills-pledge"
        title = "Skills Pledge"
        aims = ["3"]
    """)  # fmt: skip

    assert [] == found


def test_an_aim_that_nothing_refers_to(told):
    """An aim without a reference is told."""
    found = told(UNCITED.code, CHARTER.format(priority='["2"]', indicator="[]"))

    assert [("warning", "no priority and no indicator refers to aim `1`", '"1"')] == found


def test_a_group_that_nothing_refers_to(told):
    """Of a whole group without references only its head is told."""
    found = told(UNCITED.code, CHARTER.format(priority='["1"]', indicator="[]"))

    assert ["no priority and no indicator refers to aim `2`"] == [t.message for t in found]


def test_a_part_that_nothing_refers_to(told):
    """A reference to one part serves the group, and leaves the other parts without one."""
    found = told(UNCITED.code, CHARTER.format(priority='["1"]', indicator='["2.1"]'))

    assert ["no priority and no indicator refers to aim `2.2`"] == [t.message for t in found]


def test_a_group_serves_its_parts(told):
    """A reference to a group is one to all of its parts."""
    assert [] == told(UNCITED.code, CHARTER.format(priority='["1"]', indicator='["2"]'))
