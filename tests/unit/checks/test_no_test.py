from indicator_engine.definitions.checks.no_test import CODE

PART = """
[[priority.indicator]]
id = "judged"
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }

[[priority.indicator]]
id = "another"
measure = "count(organisations(pledge))"
better = "higher"
target = { at_least = 10 }

[[priority.indicator]]
id = "monitored"
measure = "count(members)"
"""
TEST = """
[[test]]
name = "nothing has happened yet"
as_of = 2010-03-31
expect.judged = { value = 0 }
"""


def test_a_pack_without_tests(told):
    """A pack without any test is told once."""
    assert [("note", "the pack has no tests", "[statement]")] == told(CODE.code, PART)


def test_an_indicator_without_a_test(told):
    """With some tests there, each judged indicator without one is told; monitored ones need none."""
    assert [("note", "no test covers `another`", '"another"')] == told(CODE.code, PART + TEST)


def test_every_indicator_has_a_test(told):
    """One test may cover several indicators."""
    assert [] == told(CODE.code, PART + TEST + "expect.another = { value = 0 }\n")
