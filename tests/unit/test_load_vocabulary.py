"""What expressions can name: the subject, event types, populations and macros that tables make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from indicator_engine.conventions import NEUTRAL, Convention
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.language import nodes
from indicator_engine.language.schema import Attribute, DeemedSize, Ending, EventType, Schema, Subject
from indicator_engine.periods import FuzzyDate

STATEMENT = '[statement]\nid = "sample"\ntitle = "Statement"\nperiod = "09-10"\n'


def loaded(text: str, convention: Convention = NEUTRAL) -> Loaded:
    """A pack of one file under a convention."""
    content = (STATEMENT + text).encode()
    return load(PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", content),)), {"neutral": convention})


def schema(text: str, convention: Convention = NEUTRAL) -> Schema:
    """The vocabulary of a pack without problems."""
    found = loaded(text, convention)
    assert () == found.problems
    assert found.statement
    return found.statement.schema


def codes(text: str, convention: Convention = NEUTRAL) -> list[str]:
    """The codes of a pack's problems."""
    return [problem.code for problem in loaded(text, convention).problems]


def test_organisations_unless_said():
    """What is counted are organisations where the pack says nothing."""
    assert Subject() == schema("").subject


def test_another_subject():
    """A pack about schools counts schools, with the columns of its register."""
    found = schema(
        '[subject]\nsingular = "school"\nplural = "schools"\nfrom = "opened"\nto = "closed"\n'
        '[subject.attributes]\nopened = { type = "date" }\nclosed = { type = "date", label = "closed on" }\n'
    ).subject

    attributes = {"opened": Attribute("opened", "date"), "closed": Attribute("closed", "date", "closed on")}
    assert Subject("school", "schools", attributes, "opened", "closed") == found


def test_the_subject_is_known_to_expressions():
    """Functions and names go by the subject's words."""
    assert ["IE105"] == codes(
        '[subject]\nsingular = "school"\nplural = "schools"\n[event.visit]\n'
        '[define]\nvisited = "organisations(visit)"\n'
    )


def test_an_event_type():
    """An event type has attributes, what ends it, and since when it is recorded."""
    found = schema(
        '[event.scheme]\nlabel = "scheme"\nended_by = ["stop", { type = "closed", match = ["item"] }]\n'
        'ends_on = "until"\ncovered_from = 2008-04-01\nattributes.item = { type = "text" }\n'
        'attributes.until = { type = "date" }\nattributes.size = { type = "decimal", minimum = 0, maximum = 2.5 }\n'
        '[event.stop]\n[event.closed]\nattributes.item = { type = "text" }\n'
    ).events["scheme"]

    assert (
        EventType(
            "scheme",
            "scheme",
            {
                "item": Attribute("item", "text"),
                "until": Attribute("until", "date"),
                "size": Attribute("size", "decimal", minimum=Fraction(0), maximum=Fraction(5, 2)),
            },
            (Ending("stop"), Ending("closed", ("item",))),
            "until",
            date(2008, 4, 1),
        )
        == found
    )


def test_closed_and_open_choices():
    """A choice is closed unless it says otherwise."""
    found = schema(
        '[event.paper]\nattributes.a = { type = "choice", choices = ["x", "y", "x"] }\n'
        'attributes.b = { type = "choice", choices = ["x"], open = true }\n'
    ).events["paper"]

    assert Attribute("a", "choice", choices=("x", "y")) == found.attributes["a"]
    assert Attribute("b", "choice", choices=("x",), open=True) == found.attributes["b"]


def test_a_population():
    """A population is a condition over the register and the columns with its dates."""
    found = schema(
        '[subject.attributes]\nkind = { type = "text" }\nsince = { type = "date" }\n'
        '[population.members]\nlabel = "members"\nwhere = \'kind == "member"\'\nfrom = "since"\n'
    ).populations["members"]

    assert ("members", 'kind == "member"', "since", None) == (found.label, found.where_text, found.start, found.end)
    assert isinstance(found.where, nodes.Comparison)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("50", (DeemedSize(50),)),
        ('"TBC"', (DeemedSize(None),)),
        ('{ size = 50, source = "note" }', (DeemedSize(50, source="note"),)),
        (
            '{ size = 50, set_by = "Group", set_on = "early September 2008" }',
            (
                DeemedSize(
                    50, set_by="Group", set_on=FuzzyDate(date(2008, 9, 1), date(2008, 9, 10), "early September 2008")
                ),
            ),
        ),
        (
            '[{ size = 60, known_from = 2009-11-01, effective_from = 2009-04-01 }, { size = "TBC" }]',
            (DeemedSize(None), DeemedSize(60, date(2009, 11, 1), date(2009, 4, 1))),
        ),
    ],
)
def test_deemed_sizes(written, expected):
    """A deemed size is read in each of its forms, versions in the order in which they became known."""
    assert expected == schema(f"[population.members]\ndeemed = {written}\n").populations["members"].deemed


def test_a_number_can_be_no_truth():
    """A deemed size is never true or false."""
    assert ["IE030"] == codes("[population.members]\ndeemed = true\n")


def test_macros_of_the_convention():
    """A pack can use its convention's macros, and its own of the same name wins."""
    convention = replace(NEUTRAL, defines={"pledged": "organisations(pledge)", "other": "organisations(nothing)"})
    text = '[event.pledge]\n[define]\npledged = "organisations(in_force(pledge))"\n'

    assert "organisations(in_force(pledge))" == schema(text, convention).defines["pledged"]
    assert "other" in schema(text, convention).defines


def test_names_of_the_pack_win_over_macros_of_the_convention():
    """What a pack declares is not taken by a macro of its convention."""
    convention = replace(NEUTRAL, defines={"pledged": "organisations(pledge)"})

    assert {} == schema("[event.pledged]\n", convention).defines


def test_a_fault_of_a_macro_is_told_once():
    """However many indicators use a macro, its fault is told where it stands, once."""
    text = '[define]\nnobody = "organisations(pledg)"\n[[priority]]\nid = "a"\ntitle = "A"\n' + "".join(
        f'[[priority.indicator]]\nid = "i{number}"\nmeasure = "count(nobody)"\n' for number in range(3)
    )

    (problem,) = loaded(text).problems

    assert problem.where
    assert ("IE103", 6, 25) == (problem.code, problem.where.line, problem.where.column)


def test_a_macro_meant_for_brackets():
    """A macro over attributes is in order although nothing uses it yet."""
    assert [] == codes('[event.pledge]\nattributes.stage = { type = "integer" }\n[define]\nadvanced = "stage >= 2"\n')


@pytest.mark.parametrize("name", ["case", "match", "kind", "item", "year"])
def test_names_that_are_free(name):
    """Words that are nobody else's can be names of attributes."""
    assert [] == codes(f'[event.pledge]\nattributes.{name} = {{ type = "text" }}\n')


@pytest.mark.parametrize(
    "name", ["and", "None", "true", "TBC", "count", "organisations", "organisation", "due", "occurred_on", "event_id"]
)
def test_names_that_are_taken(name):
    """What the language or the data know by a name cannot be declared under it."""
    assert ["IE017"] == codes(f"[event.{name}]\n")


@pytest.mark.parametrize("name", ["_x", "9lives", "a-b", '"a b"', '"naïve"', "x" * 65])
def test_names_that_are_none(name):
    """What an expression could not read as one name is none."""
    assert ["IE016"] == codes(f"[event.{name}]\n")


def test_capitals_do_not_tell_names_apart():
    """Two names that differ in capitals only are the same name, since databases say so."""
    assert ["IE017"] == codes("[event.pledge]\n[event.Pledge]\n")


def test_attributes_of_different_events_may_share_a_name():
    """Each event type has attributes of its own."""
    assert [] == codes(
        '[event.a]\nattributes.item = { type = "text" }\n[event.b]\nattributes.item = { type = "date" }\n'
    )
