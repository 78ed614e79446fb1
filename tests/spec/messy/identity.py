"""Ids, versions and retractions; organisations that nobody knows; registers."""

from __future__ import annotations

from datetime import date

from tests.spec.messy.case import FIXED, Case, Refused, Taken, days, people, row, text

PEOPLE, RECORDED = f"{FIXED},people", f"{FIXED},recorded_at,people"
MEMBERS = text("organisation,name,kind,since,until", "aber,Aber Housing Ltd,member,2009-01-01,",
               "bryn,Bryn Care,member,,", "cefn,Cefn & Dyffryn Council,member,,")  # fmt: skip
REGISTER = ("register.csv", MEMBERS)
SPELLS = "organisation,kind,since,until"


def recorded(day: str, count: str, number: int = 1) -> str:
    """A line of a training day that says when it was recorded."""
    return f"E{number},training,A,2009-06-05,{day},{count}"


IDS = (
    Case(
        "same-row-twice",
        "the same row twice",
        text(PEOPLE, row(1, "5"), row(2, "6"), row(1, "5")),
        Taken(3, stored=2, duplicate=1, holds=people(E1=5, E2=6)),
    ),
    Case(
        "same-id-other-content",
        "one id in two rows that say different things, and nothing says which came last",
        text(PEOPLE, row(1, "5"), row(1, "7")),
        Taken(2, stored=2, told=(("IE307", 3),)),
        says=("recorded_at",),
    ),
    Case(
        "id-of-two-organisations",
        "one id for events of two organisations",
        text(PEOPLE, row(1, "5", organisation="A"), row(1, "5", organisation="B")),
        Taken(2, stored=2, told=(("IE307", 3),)),
    ),
    Case(
        "id-used-again",
        "an id that an earlier file had for an event of another organisation, as where ids begin at 1 in each file",
        text(PEOPLE, row(1, "5", organisation="B"), row(2, "6")),
        Taken(2, stored=2, told=(("IE312", 2),)),
        before=(("first.csv", text(PEOPLE, row(1, "5", organisation="A"))),),
        says=("A and B", "an id of its own"),
    ),
    Case(
        "id-of-two-types",
        "one id for events of two types",
        text(FIXED, "E1,training,A,2009-06-05", "E1,pledge,A,2009-06-05"),
        Taken(2, stored=2, told=(("IE312", 3),)),
        says=("pledge and training",),
    ),
    Case(
        "ids-shortened",
        "ids that a spreadsheet shortened to an exponent, so that many become one",
        text(PEOPLE, "1.23457E+11,training,A,2009-06-05,5", "1.23457E+11,training,B,2009-06-05,6", row(3, "7")),
        Taken(3, stored=1, aside=((2, "IE362", "event_id"), (3, "IE362", "event_id")), holds=people(E3=7)),
    ),
    Case(
        "correction",
        "a row that was recorded later than another of the same id",
        text(RECORDED, recorded("2009-07-02", "7"), recorded("2009-07-01", "5")),
        Taken(2, stored=2, holds=people(E1=7)),
    ),
    Case(
        "correction-of-an-earlier-import",
        "a row whose id an earlier file had, with other content",
        text(PEOPLE, row(1, "7"), row(2, "6")),
        Taken(2, stored=1, duplicate=1, holds=people(E1=7, E2=6)),
        before=(("first.csv", text(PEOPLE, row(1, "5"), row(2, "6"))),),
    ),
    Case(
        "stale-copy",
        "a stale copy of a row that was corrected since",
        text(PEOPLE, row(1, "5")),
        Taken(1, duplicate=1, holds=people(E1=7)),
        before=(("first.csv", text(PEOPLE, row(1, "5"))), ("second.csv", text(PEOPLE, row(1, "7")))),
    ),
    Case(
        "older-recording",
        "a row that was recorded before what the store has",
        text(RECORDED, recorded("2009-06-30", "5")),
        Taken(1, stored=1, holds=people(E1=7)),
        before=(("first.csv", text(RECORDED, recorded("2009-07-01", "7"))),),
    ),
    Case(
        "retraction",
        "a row that takes an event back, by its id alone",
        text("event_id,type,organisation,occurred_on,retracted", "E1,,,,yes", "E2,pledge,A,2009-06-05,no"),
        Taken(2, stored=2, gone=("E1",)),
        before=(("first.csv", days("2009-06-05")),),
    ),
    Case(
        "retraction-of-nothing",
        "a row that takes back an event of which nobody told",
        text("event_id,type,organisation,occurred_on,retracted", "E9,,,,yes"),
        Taken(1, stored=1, told=(("IE310", 2),)),
    ),
    Case(
        "retraction-without-id",
        "a row that takes something back and does not say what",
        text("event_id,type,organisation,occurred_on,retracted", ",pledge,A,2009-06-05,yes"),
        Taken(1, aside=((2, "IE302", "event_id"),)),
    ),
    Case(
        "retracted-perhaps",
        "a word in `retracted` that is neither yes nor no",
        text("event_id,type,organisation,occurred_on,retracted", "E1,pledge,A,2009-06-05,withdrawn"),
        Taken(1, aside=((2, "IE357", "retracted"),)),
    ),
    Case(
        "blank-id",
        "a row without an id",
        text(PEOPLE, row(1, "5"), ",training,A,2009-06-05,6"),
        Taken(2, stored=1, aside=((3, "IE302", "event_id"),)),
    ),
    Case(
        "ids-made",
        "ids made of what the rows say: two rows alike, and two that differ in another cell",
        text(
            "type,organisation,occurred_on,people",
            "training,A,2009-06-05,5",
            "training,A,2009-06-05,5",
            "training,B,2009-06-05,6",
            "training,B,2009-06-05,7",
        ),
        Taken(4, stored=3, duplicate=1, told=(("IE307", 5),)),
        'id_from = ["type", "organisation", "occurred_on"]',
    ),
    Case(
        "equal-but-for-the-id",
        "two rows that agree in everything but the id: once or twice?",
        text(PEOPLE, row(1, "5"), row(2, "5", organisation="A"), row(3, "6")),
        Taken(3, stored=3, told=(("IE313", 3),)),
    ),
    Case(
        "ids-of-capitals",
        "ids that differ in capitals and zeros only are different ids",
        text(PEOPLE, row(1, "5"), "e1,training,A,2009-06-05,6", "E01,training,A,2009-06-05,7"),
        Taken(3, stored=3, holds={"E1": {"people": 5}, "e1": {"people": 6}, "E01": {"people": 7}}),
    ),
    Case(
        "column-left-out",
        "a later file that lacks a column which an earlier one had, so that its rows would be blank there",
        text(FIXED, "E1,training,A,2009-06-05", "E2,training,B,2009-06-05"),
        Taken(2, stored=2, told=(("IE319", 0),)),
        before=(("first.csv", text(PEOPLE, row(1, "5"), row(3, "6"))),),
        says=("`people`", "1 event"),
    ),
)

ORGANISATIONS = (
    Case(
        "strangers",
        "organisations that the register does not list, with names that come near and one that does not",
        text(
            PEOPLE,
            row(1, "5", organisation="Aber Housing Limited"),
            row(2, "6", organisation="Bryn  care"),
            row(3, "7", organisation="Zenith"),
            row(4, "8", organisation="aber"),
            row(5, "9", organisation="Cefn and Dyffryn"),
        ),
        Taken(5, stored=5, told=(("IE306", 2), ("IE306", 3), ("IE306", 4), ("IE306", 6)), holds=people(E1=5, E3=7)),
        before=(REGISTER,),
        says=(
            "did you mean `aber` (Aber Housing Ltd)?",
            "did you mean `bryn` (Bryn Care)?",
            "`Zenith` has 1 event",
            "did you mean `cefn` (Cefn & Dyffryn Council)?",
        ),
    ),
    Case(
        "capitals-of-a-key",
        "an organisation's key in other capitals is another key, and is told",
        text(PEOPLE, row(1, "5", organisation="ABER")),
        Taken(1, stored=1, told=(("IE306", 2),)),
        before=(REGISTER,),
        says=("did you mean `aber`",),
    ),
    Case(
        "other-spellings-declared",
        "spellings that the source declares",
        text(PEOPLE, row(1, "5", organisation="Aber Housing Limited"), row(2, "6", organisation="aber")),
        Taken(2, stored=2, holds={"E1": {"organisation": "aber"}, "E2": {"organisation": "aber"}}),
        'aliases = { "Aber Housing Limited" = "aber" }',
        before=(REGISTER,),
    ),
    Case(
        "blank-organisation",
        "an event of nobody",
        text(PEOPLE, row(1, "5", organisation="")),
        Taken(1, aside=((2, "IE302", "organisation"),)),
    ),
)

REGISTERS = (
    Case(
        "register-row-twice",
        "the same row of a register twice",
        text(SPELLS, "A,member,2009-01-01,", "A,member,2009-01-01,"),
        Taken(2, stored=1, duplicate=1, holds={"A": {"kind": "member", "since": date(2009, 1, 1)}}),
        register=True,
    ),
    Case(
        "spells-overlap",
        "two rows of one organisation that hold on the same days and differ",
        text(SPELLS, "A,member,2009-01-01,2009-12-31", "A,supplier,2009-06-01,"),
        Taken(2, stored=2, told=(("IE316", 3),)),
        register=True,
    ),
    Case(
        "spells-follow",
        "two rows of one organisation, the second from the day after the first",
        text(SPELLS, "A,member,2009-01-01,2009-12-31", "A,supplier,2010-01-01,"),
        Taken(2, stored=2),
        register=True,
    ),
    Case(
        "spell-reversed",
        "a row of a register whose last day lies before its first",
        text(SPELLS, "A,member,2009-12-31,2009-01-01", "B,member,2009-01-01,2009-01-01"),
        Taken(2, stored=2, told=(("IE315", 2),)),
        register=True,
    ),
    Case(
        "register-faults",
        "rows of a register without an organisation, with a word that is none of the choices, with a day undeclared",
        text(SPELLS, ",member,,", "A,membre,,", "B,member,01/02/2009,", "C,member,2009-01-01,"),
        Taken(4, stored=1, aside=((2, "IE302", "organisation"), (3, "IE358", "kind"), (4, "IE350", "since"))),
        register=True,
    ),
    Case(
        "register-names-once-more",
        "the line of names once more in a register, in other capitals",
        text("organisation,name", "A,Aber", "Organisation,Name", "B,Bryn"),
        Taken(3, stored=2, aside=((3, "IE364", ""),)),
        register=True,
    ),
    Case(
        "register-column-misspelt",
        "a column of a register whose name is misspelt",
        text("organisation,kind,since,untill", "A,member,2009-01-01,"),
        Refused((("IE303", 1),)),
        register=True,
        says=("did you mean `until`?",),
    ),
    Case(
        "register-column-left-out",
        "a later register that lacks a column which an earlier one had",
        text("organisation,name", "aber,Aber Homes"),
        Taken(1, stored=1, told=(("IE317", 0), ("IE319", 0), ("IE319", 0))),
        register=True,
        before=(REGISTER,),
        says=("`kind`", "`since`", "1 organisation"),
    ),
    Case(
        "register-of-some",
        "a register that leaves out organisations which an earlier one had",
        text("organisation,name,kind,since,until", "aber,Aber Housing Ltd,supplier,2009-01-01,"),
        Taken(1, stored=1, told=(("IE317", 0),), holds={"aber": {"kind": "supplier"}, "bryn": {"kind": "member"}}),
        register=True,
        before=(REGISTER,),
        says=("bryn, cefn", "--complete"),
    ),
    Case(
        "register-half-bad",
        "an organisation with two rows, of which one cannot be used: the other one stands alone",
        text(SPELLS, "A,supplier,2009-01-01,2009-12-31", "A,member,01/01/2010,", "B,member,,"),
        Taken(
            3,
            stored=2,
            aside=((3, "IE350", "since"),),
            told=(("IE365", 2),),
            holds={"A": {"kind": "supplier"}, "B": {"kind": "member"}},
        ),
        register=True,
        before=(("register-before.csv", text(SPELLS, "A,member,2008-01-01,")),),
    ),
    Case(
        "register-total",
        "a totals row at the end of a register, and nobody declares it",
        text(SPELLS, "A,member,2009-01-01,", "B,member,,", "Total: 2,,,"),
        Taken(3, stored=3, told=(("IE311", 4),)),
        register=True,
        says=("Total: 2", "stop_at"),
    ),
    Case(
        "register-total-declared",
        "the same, declared",
        text(SPELLS, "A,member,2009-01-01,", "B,member,,", "Total: 2,,,"),
        Taken(2, stored=2, told=(("IE377", 4),)),
        'stop_at = "Total"',
        register=True,
    ),
    Case(
        "register-without-ends",
        "a register with a column of first days and none of last ones",
        text("organisation,kind,since", "A,member,2009-01-01"),
        Taken(1, stored=1, told=(("IE314", 0),)),
        register=True,
        says=("`until`",),
    ),
    Case(
        "register-of-names",
        "a register that has nothing but names",
        text("organisation", "A", "B"),
        Taken(2, stored=2),
        register=True,
    ),
)

IDENTITY = (*IDS, *ORGANISATIONS, *REGISTERS)
