"""Writes the example data beside the two packs: invented events and registers, the same bytes at every run.

    python indicators/make_examples.py

What the figures rest on (who pledged when, whose paper came late, which answer was corrected) is told below in tables.
What only fills the files (sums, times of day, days of recording) is drawn from a seeded source. Nothing here is true of
any real organisation. What the columns mean is told in the packs.
"""  # noqa: INP001  # a script beside data, no package

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, str]
Given = str | int | date

RECORD = ("event_id", "type", "organisation", "occurred_on", "recorded_at", "retracted")
NOTTINGHAMSHIRE_EVENTS = (
    *RECORD, "stage", "item", "ends_on", "participants", "identified", "enrolled", "people", "strand", "recognised",
    "has_scheme", "viable", "requires_labour", "contract_can_support", "code_included", "other_org", "covers",
    "evidence",
)  # fmt: skip
NOTTINGHAMSHIRE_REGISTER = (
    "organisation", "name", "kind", "sector", "member_from", "member_to", "transparent_training_from",
)  # fmt: skip
DERBYSHIRE_EVENTS = (
    *RECORD, "signatory", "endorsed_by", "supported", "apprenticeship_reference", "item", "kind", "informal", "state",
    "role",
)  # fmt: skip
DERBYSHIRE_REGISTER = ("organisation", "name", "kind", "area", "steering_from", "steering_to")


# ── drawing and entering ─────────────────────────────────────────────────────────────────────────────────────────────


class Dice:
    """Draws that come out the same on every version of Python: only `random()` itself promises that."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  # examples, no secrets

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one_of(self, choices: Sequence[str]) -> str:
        """One of several."""
        return choices[self.number(0, len(choices) - 1)]

    def some_of(self, choices: Iterable[str], how_many: int) -> list[str]:
        """Several, each at most once, in the order of a draw."""
        left = list(choices)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(how_many)]

    def working_day(self, first: date, last: date) -> date:
        """A day from Monday to Friday between two days."""
        day = first + timedelta(days=self.number(0, (last - first).days))
        return day if day.weekday() < 5 else day - timedelta(days=day.weekday() - 4)

    def soon_after(self, day: date, most: int = 9) -> datetime:
        """A time of office hours on one of the next days."""
        later = day + timedelta(days=self.number(0, most))
        return at_work(self, later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() > 4 else 0))


def at_work(dice: Dice, day: date) -> datetime:
    """A time of office hours on a day."""
    return datetime.combine(day, time(dice.number(9, 16), 5 * dice.number(0, 11)))


def day_of(text: str) -> date:
    """A day written year first."""
    return date.fromisoformat(text)


@dataclass
class Entry:
    """One event as entered, and whatever was said of it afterwards: (recorded, cells changed, retracted)."""

    cells: Row
    recorded: datetime
    later: list[tuple[datetime, Row, bool]] = field(default_factory=list)


@dataclass
class Ledger:
    """Gathers events in the order in which their story is told, and gives rows in the order of their recording."""

    dice: Dice
    entries: list[Entry] = field(default_factory=list)

    def enter(self, event: str, who: str, occurred: str | date, recorded: str = "", /, **cells: Given) -> Entry:
        """Enter an event; recorded within some days unless that is told."""
        day = day_of(occurred) if isinstance(occurred, str) else occurred
        when = at_work(self.dice, day_of(recorded)) if recorded else self.dice.soon_after(day)
        told = {name: _written(value) for name, value in cells.items()}
        entry = Entry({"type": event, "organisation": who, "occurred_on": day.isoformat(), **told}, when)
        self.entries.append(entry)
        return entry

    def correct(self, entry: Entry, recorded: str, **cells: Given) -> None:
        """Replace some of what an event says, from a day on."""
        changed = {name: _written(value) for name, value in cells.items()}
        entry.later.append((at_work(self.dice, day_of(recorded)), changed, False))

    def retract(self, entry: Entry, recorded: str) -> None:
        """Take an event back that had never been."""
        entry.later.append((at_work(self.dice, day_of(recorded)), {}, True))

    def repeat(self, entry: Entry, recorded: str) -> None:
        """Enter the same event again, as a second person might."""
        self.entries.append(Entry(dict(entry.cells), at_work(self.dice, day_of(recorded))))

    def rows(self, prefix: str) -> list[Row]:
        """Every version of every event, in the order of recording; ids follow the first recordings."""
        found: list[tuple[datetime, Row]] = []
        for number, entry in enumerate(sorted(self.entries, key=lambda one: (one.recorded, *one.cells.values())), 1):
            told = {"event_id": f"{prefix}{number:04}", **entry.cells}
            found.append((entry.recorded, told))
            for recorded, changed, retracted in entry.later:
                told = {**told, **changed}
                found.append((recorded, {**told, "retracted": "yes"} if retracted else told))
        ordered = sorted(found, key=lambda pair: (pair[0], pair[1]["event_id"]))
        return [{**row, "recorded_at": recorded.isoformat(timespec="minutes")} for recorded, row in ordered]


def _written(value: Given) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def numbered(first: int, last: int, letter: str = "N") -> list[str]:
    """Ids such as N01, N02 …."""
    return [f"{letter}{number:02}" for number in range(first, last + 1)]


# ── Nottinghamshire: who there is ────────────────────────────────────────────────────────────────────────────────────

NAMES = """
Quillingham County Council; Thistlemere City Council; Brindlecombe District Council; Cobblewick Borough Council
Marlhollow District Council; Pipistrelle Vale District Council; Fernhatton Borough Council; Larkmere District Council
Thistlemere University Hospitals; Quillingham Community Health; Marlhollow General Hospital; Nettlewhistle Mental Health
Quillingham Police Authority; Quillingham Fire Authority; Thistlemere Probation Service; Quillingham Ambulance Service
Thistlemere College; Cobblewick College; Larkmere Sixth Form College; Fernhatton College of Art
University of Thistlemere; Brindlecombe Agricultural College; Marlhollow Adult Learning; Quillingham Music Service
Thistlemere Homes; Cobblewick Homes; Larkmere Housing Partnership; Fernhatton Tenants' Homes
Quillingham Libraries; Thistlemere Museums; Pipistrelle Park Authority; Marlhollow Leisure
Quillingham Schools Federation; Thistlemere Academy; Nettlewhistle School; Cobblewick Schools Partnership
Quillingham Pensions Office; Thistlemere Revenues Office; Larkmere Employment Office; Fernhatton Tax Office
Thistlemere Crown Buildings; Quillingham Courts; Marlhollow Prison Education; Brindlecombe Highways
Quillingham Waste Partnership; Nettlewhistle Town Council; Cobblewick Dental Access; Larkmere Ambulance Training
Fernhatton Children's Centre; Thistlemere Trams; Pipistrelle Primary Care; Brindlecombe Hospice Service
"""
OTHERS: Mapping[str, tuple[str, str, str]] = {
    "N61": ("Upper Figment Parish Council", "public_sector", "local government"),
    "N62": ("Figment Valley Drainage Board", "public_sector", "environment"),
    "N63": ("Thistlemere Customs House", "public_sector", "central government"),
    "N64": ("Quillingham Standards Office", "public_sector", "local government"),
    "N65": ("Marlhollow Blood Service", "public_sector", "health"),
    "N66": ("Nettlewhistle Ordnance Archive", "public_sector", "central government"),
    "N71": ("Bodkin & Awl Builders", "contractor", "construction"),
    "N72": ("Copperkettle Catering", "contractor", "catering"),
    "N73": ("Dabchick Cleaning", "contractor", "cleaning"),
    "N74": ("Everbrook Care", "contractor", "care"),
    "N75": ("Flaxfield Grounds", "contractor", "grounds maintenance"),
    "N76": ("Gimlet Electrical", "contractor", "construction"),
    "N77": ("Hobnail Highways", "contractor", "construction"),
    "N78": ("Inkhorn Printing", "contractor", "printing"),
    "N79": ("Jackdaw Security", "contractor", "security"),
    "N80": ("Kingcup Laundry", "contractor", "laundry"),
    "N81": ("Lodestone Property", "contractor", "property"),
    "N82": ("Mothwing Textiles", "contractor", "textiles"),
    "N91": ("Second Furrow Gardens", "social_enterprise", "horticulture"),
    "N92": ("Handcart Removals", "social_enterprise", "removals"),
    "N93": ("Bright Kiln Pottery", "social_enterprise", "crafts"),
    "N94": ("The Mended Chair", "social_enterprise", "furniture"),
    "N99": ("Public Sector Compact (invented)", "compact", ""),
}
SECTORS = (
    ("N08", "local government"), ("N12", "health"), ("N16", "emergency services"), ("N24", "education"),
    ("N28", "housing"), ("N32", "culture"), ("N36", "education"), ("N43", "central government"),
    ("N46", "local government"), ("N48", "health"), ("N50", "transport"), ("N52", "health"),
)  # fmt: skip
"""The last member of each sector, in order."""
JOINED = {"N50": "2009-07-01", "N51": "2010-01-01", "N52": "2010-04-01"}
LEFT = {"N46": "2009-08-31", "N47": "2009-12-31", "N48": "2010-03-30", "N49": "2010-03-31"}
TRANSPARENT = {"N91": "2008-09-01", "N92": "2010-01-15", "N93": "2010-06-01"}
COMPACT = "N99"


def nottinghamshire_register() -> list[Row]:
    """52 organisations that were members at some time (48 of them at the year's end), and those they deal with."""
    names = [name.strip() for line in NAMES.strip().splitlines() for name in line.split(";")]
    members = [
        {
            "organisation": who,
            "name": name,
            "kind": "member",
            "sector": next(sector for last, sector in SECTORS if who <= last),
            "member_from": JOINED.get(who, "2008-04-01" if index % 5 else "2009-04-01"),
            "member_to": LEFT.get(who, ""),
        }
        for index, (who, name) in enumerate(zip(numbered(1, 52), names, strict=True))
    ]
    others = [
        {
            "organisation": who,
            "name": name,
            "kind": kind,
            "sector": sector,
            "transparent_training_from": TRANSPARENT.get(who, ""),
        }
        for who, (name, kind, sector) in OTHERS.items()
    ]
    return members + others


# ── Nottinghamshire: what happened ───────────────────────────────────────────────────────────────────────────────────

PLEDGES = """
N01 2007-11-14 2008-10-06 2009-05-18 | N02 2008-06-11 2009-02-24 2009-09-08 | N03 2008-09-30 2009-04-22 2009-10-15
N04 2009-03-19 2009-07-02 2009-11-04 | N05 2009-04-07 2009-08-12 2009-11-25 | N06 2009-04-28 2009-10-07 2009-12-15
N07 2009-08-05 2009-11-10 2010-01-21 | N08 2009-06-16 2009-11-18 2010-02-17 | N09 2009-07-14 2009-12-02 2010-03-30
N10 2009-09-03 2009-12-16 2010-04-07 | N11 2009-10-14 2010-01-20            | N13 2009-10-29
N14 2009-11-19 | N15 2009-12-08 | N16 2010-01-12 | N17 2010-02-09 | N18 2010-03-04 | N22 2010-04-01
N21 2009-06-09 2009-10-22 | N46 2009-05-13 | N48 2009-11-12 | N50 2009-05-20 | N61 2009-10-06
"""
"""Of each organisation the days on which it reached stages 1, 2 and 3. N10 reaches stage 3 a week too late."""


def pledges(book: Ledger) -> None:
    """Twenty members at the year's end, one of which nobody recorded until April; a withdrawal loses stage 2."""
    entered = {}
    for who, *days in (story.split() for line in PLEDGES.strip().splitlines() for story in line.split("|")):
        for stage, day in enumerate(days, 1):
            entered[who, stage] = book.enter("pledge_stage", who, day, stage=stage)
    book.enter("pledge_stage", "N19", "2010-03-31", "2010-03-31", stage=1)
    book.enter("pledge_stage", "N20", "2010-03-30", "2010-04-09", stage=1)
    book.enter("pledge_withdrawn", "N21", "2010-02-12", "2010-02-15")
    book.correct(entered["N07", 1], "2009-09-21", occurred_on="2009-07-28")
    book.repeat(entered["N09", 1], "2009-10-02")
    book.repeat(entered["N14", 1], "2010-01-06")
    book.retract(book.enter("pledge_stage", "N23", "2009-08-18", stage=1), "2009-11-02")


SUPPLIERS = """
N71 N02 2008-07-01 2011-06-30 2009-06-03 | N72 N09 2009-04-01 2010-03-31 2009-09-16
N73 N17 2008-01-01 - 2009-10-20          | N74 N61 2009-05-01 2012-04-30 2009-12-03
N75 N05 2009-10-01 - 2010-02-03          | N76 N47 2009-02-01 2010-03-17 2010-03-17
N77 N01 2006-07-01 2009-06-30 2009-07-08 | N78 N03 2009-12-01 - 2009-11-17
N79 N13 2008-04-01 - 2009-03-12          | N80 N81 2008-04-01 - 2009-08-25
N19 N02 2009-09-01 2010-08-31 -          | N82 N33 2009-04-01 - -
"""
"""Supplier, the other side of its contract, first and last day of that, day of its pledge.

Of N77 the contract is over, of N78 it has not begun, N79 pledges before the year, N80 works for a private firm. N19 is
a member as well.
"""


def suppliers(book: Ledger) -> None:
    """Seven pledges that are secured from suppliers, and four that are not."""
    for supplier, body, first, last, pledged in (
        story.split() for line in SUPPLIERS.strip().splitlines() for story in line.split("|")
    ):
        book.enter("contract", supplier, first, **_other(body), **({} if last == "-" else {"ends_on": last}))
        if pledged != "-":
            book.enter("pledge_stage", supplier, pledged, stage=1)
    book.enter("pledge_stage", "N71", "2010-01-13", stage=2)


def _other(who: str) -> dict[str, Given]:
    return {"other_org": who}


def analyses(book: Ledger) -> None:
    """Skills analyses, some of them before the year or after it, one entered twice; action plans, some over."""
    dice = book.dice
    for _ in range(34):
        book.enter("skills_analysis", dice.one_of(numbered(1, 45)), _in_the_year(dice))
    for day in ("2008-11-05", "2009-02-18", "2009-03-31", "2010-04-01", "2010-04-14"):
        book.enter("skills_analysis", dice.one_of(numbered(1, 45)), day)
    book.repeat(book.enter("skills_analysis", "N12", "2009-09-15"), "2009-10-05")
    for index in range(26):
        agreed = dice.working_day(day_of("2008-10-01"), day_of("2010-03-19"))
        last = agreed + timedelta(days=365) if index % 2 else None
        plan = dice.one_of(("leadership", "customer care", "Skills for Life", "ICT", "management"))
        told: dict[str, Given] = {"item": plan, "ends_on": last} if last else {"item": plan}
        book.enter("action_plan", dice.one_of(numbered(1, 45)), agreed, **told)


def _in_the_year(dice: Dice) -> date:
    return dice.working_day(day_of("2009-04-01"), day_of("2010-03-26"))


def skills_for_life(book: Ledger) -> None:
    """Returns of qualifications by strand, not all of them recognised; two of which nobody knows."""
    dice = book.dice
    for index, who in enumerate(dice.some_of(numbered(1, 45), 33)):
        recognised = "unknown" if index in (8, 21) else "no" if index % 9 == 5 else "yes"
        strand = ("literacy", "numeracy", "esol")[index % 3]
        people = dice.number(1, 14)
        book.enter("sfl_qualification", who, _in_the_year(dice), strand=strand, people=people, recognised=recognised)
    for day, people in (("2009-11-26", 6), ("2010-01-21", 9)):  # the second after it had left
        book.enter("sfl_qualification", "N47", day, strand="literacy", people=people, recognised="yes")
    book.enter("sfl_qualification", "N62", "2009-10-08", strand="numeracy", people=7, recognised="yes")


COMMITTED = (
    "2009-04-16", "2009-05-06", "2009-05-21", "2009-06-10", "2009-06-24", "2009-07-09", "2009-07-22", "2009-08-13",
    "2009-08-27", "2009-09-09", "2009-09-17", "2009-09-29", "2009-10-13", "2009-10-28", "2009-11-05", "2009-11-18",
    "2009-12-01", "2009-12-09", "2009-12-17", "2010-01-07", "2010-01-20", "2010-02-02", "2010-02-16", "2010-03-02",
    "2010-03-09", "2010-03-22",
)  # fmt: skip
"""The days on which N10 to N35 commit to a ‘test the organisation’ event: the twenty-fifth on 9 March."""


def test_the_organisation(book: Ledger) -> None:
    """Twenty-six commitments stand at the year's end; of the events held, not every figure was recorded."""
    for who, day in zip(numbered(10, 35), COMMITTED, strict=True):
        book.enter("tto_committed", who, day)
    book.enter("tto_committed", "N36", "2009-07-15")
    book.enter("tto_commitment_withdrawn", "N36", "2009-12-14")
    book.enter("tto_committed", "N62", "2009-06-18")
    held = [_held(book, index, who) for index, who in enumerate(numbered(10, 27))]
    book.correct(held[3], "2010-02-24", participants=18, identified=5)
    _held(book, 1, "N62")
    cancelled = book.enter("tto_held", "N28", "2010-03-18", "2010-02-22")  # entered in advance, never held
    book.retract(cancelled, "2010-03-19")


def _held(book: Ledger, index: int, who: str) -> Entry:
    dice = book.dice
    participants = dice.number(8, 40)
    identified = dice.number(1, participants // 2)
    figures: dict[str, Given] = {
        "participants": participants,
        "identified": participants + 3 if index == 11 else identified,  # a slip that somebody ought to look into
        "enrolled": dice.number(0, identified),
    }
    for position, name in ((4, "participants"), (9, "participants"), (9, "identified"), (13, "enrolled")):
        if index == position:
            del figures[name]
    first = day_of(COMMITTED[index]) + timedelta(days=20)
    return book.enter("tto_held", who, dice.working_day(first, first + timedelta(days=35)), **figures)


def head_counts(book: Ledger) -> None:
    """Apprentices and 14-19 year olds, counted twice in the year by those who count at all."""
    dice = book.dice
    for kind, bodies, most in (("apprentices_employed", 14, 30), ("wbl_learners", 11, 18)):
        for who in [*dice.some_of(numbered(1, 45), bodies), "N62"]:
            people = dice.number(0, most)
            for first, last in (("2009-05-04", "2009-07-17"), ("2009-11-30", "2010-02-26")):
                day = dice.working_day(day_of(first), day_of(last))
                wrong = book.enter(kind, who, day, people=people * 10 if who == "N62" else people)
                if who == "N62":  # a nought too many, mended within the month
                    book.correct(wrong, (wrong.recorded.date() + timedelta(days=20)).isoformat(), people=people)
                people += dice.number(-2, 5) if people > 2 else dice.number(0, 4)
    book.enter("apprentices_employed", "N71", "2009-06-30", people=25)


def schemes(book: Ledger) -> None:
    """Thirteen schemes of twelve bodies, of which two have closed."""
    trades = ("business administration", "construction", "health and social care", "horticulture", "customer service")
    for who in [*numbered(1, 10), "N61"]:
        began = book.dice.working_day(day_of("2007-09-03"), day_of("2010-01-29"))
        book.enter("scheme_operational", who, began, item=book.dice.one_of(trades))
    book.enter("scheme_operational", "N01", "2006-09-04", item="catering")
    book.enter("scheme_operational", "N49", "2008-09-01", item="construction")
    book.enter("scheme_closed", "N01", "2009-12-18", item="catering")
    book.enter("scheme_closed", "N49", "2010-02-26", item="construction")


SURVEY = "apprenticeship-scheme survey"
WITHOUT_SCHEME = [*numbered(23, 37), "N46", "N48"]
SUPPORTED = """
N46 2009-08-20 | N23 2009-09-10 | N24 2009-09-24 | N25 2009-10-21 | N26 2009-11-12 | N27 2009-12-10
N28 2010-01-27 | N29 2010-02-25 | N31 2009-07-01 | N32 2010-04-08 | N39 2009-10-01 | N02 2009-09-02
"""
"""N31 was supported too early, N32 too late, N39 had not answered, N02 has a scheme."""


def survey(book: Ledger) -> None:
    """Forty answers; eighteen without a scheme, of which one was a mistake, mended in November; nine supported."""
    dice = book.dice
    for who in [*numbered(1, 20), *WITHOUT_SCHEME, "N38", "N49", "N50"]:
        day = dice.working_day(day_of("2009-05-05"), day_of("2009-07-10"))
        answer = "no" if who in WITHOUT_SCHEME or who == "N38" else "yes"
        entry = book.enter("scheme_status", who, day, has_scheme=answer)
        if who == "N38":
            book.correct(entry, "2009-11-17", has_scheme="yes")
    book.enter("scheme_status", "N47", "2009-06-17", has_scheme="unknown")
    book.enter("scheme_status", "N39", "2009-09-03", has_scheme="no")  # after the survey was delivered
    book.enter("scheme_status", "N24", "2010-02-18", has_scheme="yes")  # so the support bore fruit
    book.enter("deliverable", COMPACT, "2009-07-15", "2009-07-16", item=SURVEY, evidence="survey-report-july-2009.pdf")
    for who, supported in (story.split() for line in SUPPORTED.strip().splitlines() for story in line.split("|")):
        book.enter("scheme_support", who, supported)
    book.enter("scheme_support", "N30", "2010-03-31", "2010-03-31")  # the ninth, on the last day


TENDERS = """
N01 yyyy 2009-05-12 | N01 yyyy 2009-08-19 | N01 yyyy 2009-12-10 | N01 ynyn 2009-10-06 | N01 yyyy 2010-02-11
N05 yyyy 2009-06-23 | N05 yyyy 2009-11-24 | N05 yyyy 2010-03-16 | N09 yyyy 2009-10-13 | N09 uyyn 2009-11-03
N09 yyyy 2010-01-19 | N14 yyyy 2009-11-11 | N14 yyyy 2010-01-26 | N14 yyyu 2010-02-23 | N14 yyyy 2010-03-10
N02 yyyy 2009-05-26 | N02 yyyy 2009-07-07 | N02 yyyn 2009-07-21 | N02 yyyy 2009-10-20 | N02 yyyy 2010-01-12
N03 yyyn 2009-09-22 | N03 yyyn 2010-02-02 | N16 yyyn 2009-12-08 | N17 ynyn 2009-06-16 | N17 ynyn 2009-10-27
N21 yyny 2009-09-08 | N21 yynn 2010-03-02 | N33 nyyn 2009-11-17 | N33 ynny 2010-01-28 | N40 uyyu 2009-12-15
N61 yyyy 2009-08-11 | N61 yyyy 2009-11-19 | N12 yyyn 2009-03-17 | N12 nnnn 2009-07-14 | N45 yyyy 2010-04-13
"""
"""Viable, requires labour, contract can support, Code included: yes, no or unknown, and the day of issue."""
TRUTHS = {"y": "yes", "n": "no", "u": "unknown"}


def tenders(book: Ledger) -> None:
    """Three members that pass, one undecided for one tender, three that fail; no qualifying tender of the others."""
    names = ("viable", "requires_labour", "contract_can_support", "code_included")
    for who, marks, day in (story.split() for line in TENDERS.strip().splitlines() for story in line.split("|")):
        book.enter("tender", who, day, **{name: TRUTHS[mark] for name, mark in zip(names, marks, strict=True)})


def procurement(book: Ledger) -> None:
    """Enterprises, volume procurement claimed without evidence, the matrix, and documents, one removed again."""
    for who, enterprise, day in (
        ("N06", "N91", "2009-06-25"), ("N12", "N91", "2009-10-08"), ("N18", "N92", "2009-11-26"),
        ("N22", "N93", "2010-02-04"), ("N40", "N94", "2009-09-17"), ("N63", "N91", "2009-12-03"),
    ):  # fmt: skip
        book.enter("se_alignment", who, day, other_org=enterprise)
    book.enter("deliverable", COMPACT, "2010-02-12", item="volume procurement identified")
    book.enter("matrix_established", COMPACT, "2009-10-20")
    book.enter("matrix_shared", COMPACT, "2009-11-05", item="steering group")
    book.enter("matrix_shared", COMPACT, "2009-12-17", item="membership")
    for day in ("2009-12-10", "2010-03-11"):
        book.enter("matrix_updated", COMPACT, day)
    for who, item, covers, day in (
        ("N04", "tender guide", "procurement", "2009-06-04"),
        ("N61", "low-value tender pack", "procurement", "2009-08-20"),
        ("N08", "contract terms", "procurement;policy", "2009-10-22"),
        ("N12", "supplier day slides", "procurement", "2009-11-12"),
        ("N12", "tender guide", "procurement", "2009-11-12"),
        ("N27", "evaluation sheet", "procurement", "2009-12-03"),
        ("N20", "framework how-to", "procurement", "2010-01-21"),
        ("N33", "social clauses", "procurement", "2010-02-18"),
        ("N41", "travel policy", "policy", "2009-09-30"),
        ("N05", "old tender guide", "procurement", "2009-02-05"),
    ):
        book.enter("document_posted", who, day, item=item, covers=covers)
    book.enter("document_removed", "N27", "2010-02-24", item="evaluation sheet")


PROGRAMMES = (
    "the 6 month offer",
    "recruitment subsidy",
    "Local Employment Partnerships",
    "Future Jobs Fund",
    "Train to Gain",
)


def response_and_learning(book: Ledger) -> None:
    """LEP agreements, dissemination, the paper on coaching, commitments to 14-19 year olds (eighteen that count)."""
    dice = book.dice
    for who in [*numbered(1, 9), "N47", "N63", "N64"]:
        book.enter("lep_signed", who, dice.working_day(day_of("2008-09-01"), day_of("2010-03-12")))
    book.enter("lep_ended", "N64", "2010-03-19")
    for index in range(9):
        covers = ("information", "best practice", "information;best practice")[index % 3]
        book.enter("dissemination", COMPACT, _in_the_year(dice), item=PROGRAMMES[index % 5], covers=covers)
    paper = "coaching and mentoring paper"
    book.enter("deliverable", COMPACT, "2009-11-30", item=paper, covers="benefits", evidence="coaching-draft.pdf")
    book.enter("deliverable", COMPACT, "2010-02-25", item=paper, covers="cost;benefits", evidence="coaching-paper.pdf")
    spans = (("2009-04-20", "2009-09-25", 7), ("2009-10-05", "2009-12-18", 6), ("2010-01-05", "2010-03-26", 5))
    for first, last, how_many in spans:
        for number in range(how_many):
            who = f"N{3 + 2 * number + {7: 0, 6: 14, 5: 26}[how_many]:02}"
            book.enter("commit_14_19", who, dice.working_day(day_of(first), day_of(last)))
    book.enter("commit_14_19", "N47", "2009-06-11")
    book.enter("commit_14_19", "N65", "2009-10-15")


def nottinghamshire_events() -> list[Row]:
    """Every row of the year, corrections and slips among them."""
    book = Ledger(Dice(200910))
    for tell in (
        pledges, suppliers, analyses, skills_for_life, test_the_organisation, head_counts, schemes, survey, tenders,
        procurement, response_and_learning,
    ):  # fmt: skip
        tell(book)
    return book.rows("n")


# ── Derbyshire ───────────────────────────────────────────────────────────────────────────────────────────────────────

DERBYSHIRE_NAMES = """
Hartlemoor County Council; Peverelsby District Council; Dovecote Dale District Council; Ambermarsh Borough Council
Cragwell Borough Council; High Tor Example Council; Wyvernhay District Council; Erewash-next-Figment Council
Hartlemoor Community Health; Cragwell Royal Hospital; Ambermarsh Hospital; Peverelsby Ambulance Service
Hartlemoor Police Authority; Hartlemoor Fire Authority; Dovecote Dale Parks; Cragwell College
Ambermarsh College; Hartlemoor Probation Service; Wyvernhay Housing Service; Ottersby City Council
Ottersby University; Ottersby City Hospital; Ottersby College; Ottersby Homes
Ottersby Museums; Ottersby Mental Health; Ottersby Crown Buildings; Borderstone District Council
Nutmeg Engineering; Oakapple Foods; Peggotty Transport; Quickset Nurseries
Rushlight Energy; Sorrel Textiles; Hartlemoor Volunteer Bureau; Dovecote Dale Carers
Cragwell Community Trust; Ambermarsh Advice; Ottersby Refuge; Wyvernhay Young People
"""
SEATS = """
D01 2007-05-01 - | D02 2007-05-01 - | D03 2007-03-15 - | D04 2007-05-01 2008-12-31 | D05 2007-09-01 -
D06 2007-03-15 2009-03-13 | D07 2007-05-01 2009-04-30 | D08 2007-03-15 2009-03-14 | D09 2008-01-15 - | D12 2008-04-01 -
D20 2007-05-01 - | D21 2007-11-01 - | D23 2008-04-02 - | D24 2008-10-01 - | D35 2008-04-01 -
"""
"""D04 and D06 leave before their two years are over, D06 by one day; D08 stays two years to the day."""
SEATED = {
    who: (first, "" if last == "-" else last)
    for line in SEATS.strip().splitlines()
    for who, first, last in [story.split() for story in line.split("|")]
}


def derbyshire_register() -> list[Row]:
    """Forty organisations: of the county, of the city, of the next county; fifteen had a seat at some time."""
    names = [name.strip() for line in DERBYSHIRE_NAMES.strip().splitlines() for name in line.split(";")]
    return [
        {
            "organisation": who,
            "name": name,
            "kind": "public_sector" if who <= "D28" else "private" if who <= "D34" else "voluntary",
            "area": "Derby City" if "D20" <= who <= "D27" else "Nottinghamshire" if who == "D28" else "Derbyshire",
            "steering_from": SEATED.get(who, ("", ""))[0],
            "steering_to": SEATED.get(who, ("", ""))[1],
        }
        for who, name in zip(numbered(1, 40, "D"), names, strict=True)
    ]


SKILLS_PLEDGES = """
D01 2007-10-09 2007-10-15 | D02 2008-02-20 2008-02-26 | D03 2008-04-15 2008-04-22 | D04 2008-06-03 2008-06-09
D05 2008-07-17 2008-07-24 | D06 2008-09-04 2008-09-10 | D07 2008-09-12 2008-09-16 | D08 2008-09-25 2008-10-01
D20 2008-10-14 2008-10-17 | D09 2008-11-06 2008-11-11 | D21 2008-12-02 2008-12-05 | D10 2009-01-14 2009-01-19
D11 2009-02-05 2009-02-11 | D22 2009-03-03 2009-03-06 | D12 2009-03-20 2009-03-31 | D13 2009-03-18 2009-04-02
D14 2009-03-27 2009-04-09 | D03 2008-11-20 2008-11-25 | D28 2008-10-22 2008-10-27 | D29 2008-12-10 2008-12-12
D36 2009-02-18 2009-02-23 | D02 2008-05-08 2008-05-12
"""
"""Organisation, day of signing, day of recording. The paper of D13 and D14 came after the deadline."""


def derbyshire_pledges(book: Ledger) -> None:
    """Six organisations by the day the target was set, nine more by the deadline, two whose paper came late."""
    entered = {}
    for who, signed, recorded in (
        story.split() for line in SKILLS_PLEDGES.strip().splitlines() for story in line.split("|")
    ):
        entered[who] = book.enter("skills_pledge", who, signed, recorded)
    book.correct(entered["D10"], "2009-04-14", occurred_on="2009-01-13")
    book.repeat(entered["D08"], "2008-12-15")
    book.retract(book.enter("skills_pledge", "D15", "2008-12-09", "2008-12-11"), "2009-01-22")
    for who in ("D01", "D02", "D07", "D09", "D12", "D16", "D20", "D21", "D25", "D29", "D31", "D38"):
        book.enter("jobs_pledge", who, book.dice.working_day(day_of("2008-05-01"), day_of("2009-03-20")))
    book.enter("jobs_pledge", "D17", "2009-04-02")


ANALYSES = """
D01 yy 2008-06-18 | D04 yy 2008-08-27 | D07 yy 2008-10-30 | D09 yy 2008-12-11 | D21 yy 2009-02-12 | D23 yy 2009-03-12
D02 yn 2008-09-18 | D11 ny 2008-11-20 | D04 yy 2009-01-29 | D12 yn 2009-03-05 | D16 yy 2009-04-03 | D31 nn 2008-10-09
D05 yy 2008-03-13
"""
"""Supported by the Compact, with reference to apprenticeships: yes or no, and the day of completion."""


def derbyshire_analyses(book: Ledger) -> None:
    """Six organisations whose training needs analysis counts, the sixth in March."""
    for who, marks, day in (story.split() for line in ANALYSES.strip().splitlines() for story in line.split("|")):
        completed = day_of(day)
        if completed >= day_of("2008-08-01"):
            began = book.dice.working_day(completed - timedelta(days=75), completed - timedelta(days=40))
            book.enter("tna_started", who, began)
        supported, reference = (TRUTHS[mark] for mark in marks)
        told = {"supported": supported, "apprenticeship_reference": reference, "item": f"TNA {who} {day[:4]}"}
        book.enter("tna_completed", who, day, **told)
    book.enter("tna_started", "D19", "2009-03-17")


EVENT, SEMINAR = "good practice event", "dissemination seminar"


def good_practice(book: Ledger) -> None:
    """Two events held, one cancelled, one planned for May; the seminar of March is not told as held until April."""
    for item, who, day, announced, kind, told, state in (
        ("Sharing shifts", "D01", "2008-06-19", "2008-04-28", EVENT, "2008-06-23", "held"),
        ("Growing our own", "D20", "2008-11-27", "2008-09-30", EVENT, "2008-12-01", "held"),
        ("Mentors meet", "D05", "2009-01-22", "2008-10-20", EVENT, "2009-01-20", "cancelled"),
        ("Apprentices' day", "D09", "2009-05-14", "2009-02-16", EVENT, "", ""),
        ("Lunch and learn", "D21", "2009-03-26", "2009-02-09", SEMINAR, "2009-04-07", "held"),
    ):
        informal = {"informal": "yes"} if kind == SEMINAR else {}
        entry = book.enter(
            "good_practice_event", who, day, announced, kind=kind, state="planned", item=item, **informal
        )
        if told:
            book.correct(entry, told, state=state)


ENDORSED = {
    **dict.fromkeys(("D01", "D02", "D03", "D07", "D12", "D20", "D35"), "executive;board"),
    **dict.fromkeys(("D04", "D05", "D21"), "executive"),
    "D08": "board",
}
SIGNED_AFTER = {"D23": 0, "D24": 21}
"""Days from the first day of the seat to the commitment, where it was not in good time. D09 never commits itself."""


def charter(book: Ledger) -> None:
    """Written commitments: on the day of the seat or before it, but for D24, three weeks late, and D09, never."""
    for who, (first, _) in SEATED.items():
        if who != "D09":
            early = book.dice.number(3, 40)
            signed = day_of(first) + timedelta(days=SIGNED_AFTER.get(who, -early))
            _sign(book, who, signed, ENDORSED.get(who, ""))
    for who, day in (("D10", "2008-06-24"), ("D25", "2008-11-13")):
        _sign(book, who, day_of(day), "executive")


def _sign(book: Ledger, who: str, day: date, endorsed_by: str) -> None:
    book.enter("charter_signed", who, day, signatory=book.dice.one_of(SIGNATORIES), endorsed_by=endorsed_by)


SIGNATORIES = ("Chief Executive", "Director of Human Resources", "Principal", "Assistant Chief Officer")
MEETINGS = {
    "June 2008": "2008-06-10",
    "September 2008": "2008-09-16",
    "December 2008": "2008-12-09",
    "March 2009": "2009-03-10",
}
ABSENT = {
    "June 2008": ("D05", "D09", "D24", "D35"),
    "September 2008": ("D21", "D08", "D24"),
    "December 2008": ("D05", "D02", "D21", "D24"),
    "March 2009": ("D05", "D21", "D12", "D04", "D23"),
}
"""D05 came once, with two people; D21 once, and once it sent an observer."""


def meetings(book: Ledger) -> None:
    """Who came to the four meetings of the Steering Group: eight of the ten seated all year came twice or more."""
    for item, day in MEETINGS.items():
        for who in SEATED:
            if who not in ABSENT[item]:
                role = "nominated deputy" if book.dice.number(1, 4) == 1 else "senior executive"
                book.enter("meeting_attended", who, day, item=item, role=role)
    book.enter("meeting_attended", "D05", "2008-09-16", item="September 2008", role="observer")
    book.enter("meeting_attended", "D21", "2009-03-10", item="March 2009", role="observer")
    book.enter("meeting_attended", "D26", "2008-12-09", item="December 2008", role="observer")


def derbyshire_events() -> list[Row]:
    """Every row of the year, corrections and slips among them."""
    book = Ledger(Dice(200809))
    for tell in (derbyshire_pledges, derbyshire_analyses, good_practice, charter, meetings):
        tell(book)
    return book.rows("d")


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def files() -> Iterator[tuple[str, Sequence[str], list[Row]]]:
    """The name, the columns and the rows of each file."""
    yield "nottinghamshire/2009-10.events.csv", NOTTINGHAMSHIRE_EVENTS, nottinghamshire_events()
    yield "nottinghamshire/2009-10.register.csv", NOTTINGHAMSHIRE_REGISTER, nottinghamshire_register()
    yield "derbyshire/2008-09.events.csv", DERBYSHIRE_EVENTS, derbyshire_events()
    yield "derbyshire/2008-09.register.csv", DERBYSHIRE_REGISTER, derbyshire_register()


def write(folder: Path) -> list[Path]:
    """Write every file under a folder; gives their paths."""
    written = []
    for name, columns, rows in files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
        written.append(path)
    return written


if __name__ == "__main__":
    for target in write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        sys.stdout.write(f"{target}\n")
