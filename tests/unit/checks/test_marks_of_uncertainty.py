from indicator_engine.definitions.checks.marks_of_uncertainty import CODE

PART = """
statement = "{words}"
measure = "count(pledge)"
better = "higher"
target = {target}
"""


def test_a_mark_without_its_declaration(told):
    """Words that say “to be reviewed” and a target that does not are told."""
    found = told(CODE.code, PART.format(words="That four (to be reviewed) members", target="{ at_least = 4 }"))

    fact = "the words say “(to be reviewed)”, and the target does not"
    assert [("warning", fact, "{ at_least = 4 }")] == found


def test_a_mark_with_its_declaration(told):
    """Words and target that agree are in order, whatever the capitals."""
    reviewed = "{ at_least = 4, to_be_reviewed = true }"

    assert [] == told(CODE.code, PART.format(words="That four (To be reviewed) members", target=reviewed))
    assert [] == told(CODE.code, PART.format(words="A number (tbc) of members", target='"TBC"'))


def test_a_declaration_without_its_mark(told):
    """A target that is to be confirmed though the words give no sign of it is told."""
    found = told(CODE.code, PART.format(words="Some members", target='"TBC"'))

    fact = "the target says `tbc`, and the words of the document say nothing of the kind"
    assert [("warning", fact, '"TBC"')] == found


def test_a_mark_without_its_brackets(told):
    """A mark in the words counts without its brackets as well."""
    assert [] == told(CODE.code, PART.format(words="A number, TBC, of members", target='"TBC"'))


def test_a_number_that_came_later(told):
    """Words are as old as the first version of a target."""
    revised = '["TBC", { at_least = 4, known_from = 2010-02-10 }]'
    opened = "[{ at_least = 4 }, { at_least = 5, to_be_reviewed = true, known_from = 2010-02-10 }]"

    assert [] == told(CODE.code, PART.format(words="A number (TBC) of members", target=revised))
    assert [] == told(CODE.code, PART.format(words="Four members", target=opened))


def test_no_words(told):
    """An indicator that does not give the document's words cannot contradict them."""
    assert [] == told(CODE.code, PART.format(words="", target='"TBC"'))


def test_a_mark_and_no_target(told):
    """Words with a mark on an indicator that is only monitored are told at the words."""
    found = told(CODE.code, """
        statement = "A percentage (TBC) of members"
        measure = "count(pledge)"
    """)  # fmt: skip

    assert [("warning", "the words say “(TBC)”, and the target does not", '"A percentage (TBC) of members"')] == found


def test_a_part_that_declares_it(told):
    """The words of a compound indicator are declared by any of its parts."""
    found = told(CODE.code, """
        [[priority.indicator]]
        id = "events"
        statement = "Two (TBC) events and one seminar"
        [[priority.indicator.part]]
        id = "held"
        measure = "count(pledge)"
        better = "higher"
        target = "TBC"
        [[priority.indicator.part]]
        id = "seminar"
        measure = "count(pledge[stage == 3])"
        better = "higher"
        target = { at_least = 1 }
    """)  # fmt: skip

    assert [] == found
