"""What is said of an expression that cannot be read: the fact, what to write instead, and the characters at fault."""

from __future__ import annotations

import pytest

from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.language.scopes import REGISTER, TOP

SCHEMA = Schema(
    Subject(attributes={name: Attribute(name, "text") for name in ("kind", "district")}),
    {
        "contract": EventType("contract", attributes={"value": Attribute("value", "money")}),
        "newsletter": EventType("newsletter", attributes={"published": Attribute("published", "date")}),
    },
)


def faults(text, scope=TOP):
    """The code, the hint and the characters at fault of each problem."""
    found = elaborate(text, SCHEMA, scope).problems
    return [(each.code, each.hint, text[slice(*each.span)]) for each in found if each.span]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=<", "<="), ("=>", ">="), ("=‹", "<="), ("‹=", "<="), ("›=", ">="), ("‹", "<"), ("›", ">"), ("≤", "<="),
        ("≥", ">="), ("⩽", "<="), ("≧", ">="), ("≠", "!="), ("‹›", "!="), ("＝", "=="), ("＝=", "=="),
    ],
)  # fmt: skip
def test_a_comparison_in_other_signs(written, meant):
    """Each is told once, with the signs of the language for what was meant."""
    assert [("IE100", f"write `{meant}`", written)] == faults(f"count(newsletter[published {written} occurred_on])")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("100,000", "write numbers without commas: 100000"),
        ("1,234,567.50", "write numbers without commas: 1234567.50"),
        ("£100,000", "write the number without the £: 100000"),
        ("€ 5.50", "write the number without the €: 5.50"),
        ("$5", "write the number without the $: 5"),
    ],
)
def test_a_number_as_it_is_printed(written, hint):
    """Commas and the sign of a currency are told at the number, with the number as it is to be written."""
    assert [("IE109", hint, written)] == faults(f"count(contract[known(value) and value > {written}])")


def test_commas_that_part_items():
    """Between round brackets a comma parts items, unless the number behind it would begin with 0."""
    listed = faults("count(contract[value in (100,200)])")
    grouped = faults("count(contract[value in (100,050)])")

    assert ([], [("IE109", "write numbers without commas: 100050", "100,050")]) == (listed, grouped)


def test_texts_are_left_alone():
    """What stands in quotes is not the language's."""
    assert [] == faults('kind == "£1,000 =< ≤ 2"', REGISTER)


@pytest.mark.parametrize(
    ("text", "scope", "hint"),
    [
        ('distrct == "x"', REGISTER, "did you mean `district`?"),
        (
            'sort == "gp"',
            REGISTER,
            "declare it first: `sort = …` under [subject.attributes]; the register has `district`, `kind`",
        ),
        ("count(contract[worth > 5])", TOP, "declare it first: `worth = …` under [event.contract.attributes]"),
        ("count(contracts)", TOP, "did you mean `contract`?"),
        ("count(pledge)", TOP, "declare it first: as `[event.pledge]`, `[population.pledge]`, or under [define]"),
    ],
)
def test_an_unknown_name(text, scope, hint):
    """The hint is a name of the place, or the table in which such a name is declared."""
    assert [("IE103", hint)] == [(code, said) for code, said, _ in faults(text, scope)]
