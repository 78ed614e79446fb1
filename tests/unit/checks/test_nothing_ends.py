from indicator_engine.definitions.checks.nothing_ends import CODE

PACK = """
[[priority.indicator]]
id = "pledges"
measure = "{measure}"

[define]
standing = "in_force(pledge | tender)"

[event.pledge]
{ending}

[event.tender]

[event.withdrawn]
"""


def test_in_force_of_what_never_ends(told):
    """A warning at the call, with what to declare."""
    found = told(CODE.code, PACK.format(measure="count(in_force(pledge))", ending=""))

    assert [
        ("warning", "`in_force(pledge)` takes nothing out: nothing ends `pledge`", "in_force(pledge)")
    ] == found  # fmt: skip


def test_in_force_of_several_types(told):
    """One type that something ends is enough; else all are named, and the place is in the macro."""
    ends = told(CODE.code, PACK.format(measure="count(standing)", ending='ended_by = ["withdrawn"]'))
    none = told(CODE.code, PACK.format(measure="count(standing)", ending=""))

    fact = "`in_force(pledge | tender)` takes nothing out: nothing ends `pledge` and `tender`"
    assert ([], [("warning", fact, "in_force(pledge | tender)")]) == (ends, none)


def test_an_ending_of_its_own(told):
    """A column with the last day ends a record, too."""
    ending = 'attributes.until = { type = "date" }\nends_on = "until"'
    assert [] == told(CODE.code, PACK.format(measure="count(in_force(pledge))", ending=ending))


def test_within_each(told):
    """In a bucket `in_force` means the records of all days before, which a bare event type does not."""
    assert [] == told(CODE.code, PACK.format(measure="each(quarter, exists(in_force(pledge)))", ending=""))
