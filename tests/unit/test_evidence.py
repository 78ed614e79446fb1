"""Who counted, who did not and why: every candidate is on one side, and every reason can be read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.helpers import event, members, result

if TYPE_CHECKING:
    from indicator_engine.evaluation.results import Result


REGISTER = [
    *members("A", "B", "C", "D", "E"),
    {"organisation": "F", "kind": "public"},
    {"organisation": "G", "kind": "member", "member_to": "2009-12-31"},
    {"organisation": "H", "kind": "member", "member_from": "2010-06-01"},
    {"organisation": "I", "kind": ""},
]
PLEDGES = [
    event("pledge", "A", stage=2),
    event("pledge", "B", stage=1),
    event("pledge", "C", stage=""),
    event("pledge", "D", stage=3),
    event("withdrawal", "D", "2009-08-01"),
    event("pledge", "E", "2010-05-01", stage=3),
    event("pledge", "F", stage=3),
    event("pledge", "G", stage=3),
    event("pledge", "H", stage=3),
    event("pledge", "X", stage=3),
]
TENDERS = [
    event("tender", "A", viable="yes", code_included="yes"),
    event("tender", "B", viable="yes", code_included="no", event_id="t1"),
    event("tender", "B", "2009-06-01", viable="yes", code_included="no"),
    event("tender", "C", viable="", code_included="no"),
    event("tender", "D", viable="yes", code_included=""),
]
PAPERS = [
    event("paper", "A", item="x", evidence="minutes.pdf"),
    event("paper", "B", item="x", evidence=""),
    event("paper", "C", item="y", evidence="minutes.pdf"),
]


def of(measure: str, *events: dict[str, object], as_of: str = "2010-03-31") -> Result:
    """The result of a measure that nobody sets a target for."""
    return result(f"measure = '{measure}'\nkind = \"monitored\"", *events, register=REGISTER, as_of=as_of)


STAGE_2 = "count(members & organisations(in_force(pledge[stage >= 2])))"


# ── both sides ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("measure", "who", "others"),
    [
        (STAGE_2, "A", "BCDEFGHIX"),
        ("count(members[exists(pledge)])", "ABCD", "EI"),
        ("count(members - organisations(pledge))", "E", "ABCDI"),
        ("count(organisations(pledge | tender))", "ABCDFGHX", ""),
        ("count(members)", "ABCDE", "I"),
        ("count(at(period_start, members))", "ABCDEG", "I"),
        ("ratio(members & organisations(pledge), members)", "ABCD", "EFGHIX"),
        ("count(pledge[stage == 3])", "DFGHX", "ABC"),
        ("sum(pledge[stage == 3].stage)", "DFGHX", "ABC"),
        ("count(members[every(tender[viable], code_included)])", "A", "BCDEI"),
        ("count(members[count(pledge) >= 2])", "", "ABCDEI"),
    ],
)
def test_every_candidate_is_on_one_side(measure: str, who: str, others: str):
    """Members of the populations named and whoever has a record either count or are told why not."""
    found = of(measure, *PLEDGES, *TENDERS)
    assert (tuple(who), tuple(others)) == (found.who, tuple(found.why_not))


def test_the_records_behind_a_figure_are_named():
    """Those of the organisations that counted, and no others."""
    found = of("count(members & organisations(pledge[stage >= 2]))", *PLEDGES)
    assert ("pledge-A-2009-05-01-2", "pledge-D-2009-05-01-3") == found.events


def test_a_figure_with_no_one_set_behind_it_names_what_it_looked_at():
    """Quarters are nobody's."""
    found = of("each(quarter, exists(paper))", *PAPERS)
    assert ((), {}, 3) == (found.who, found.why_not, len(found.events))


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("organisation", "reason"),
    [
        ("B", "pledge of 1 May 2009: stage is 1 (wanted: stage is at least 2)"),
        ("C", "pledge of 1 May 2009: stage not known"),
        ("D", "pledge of 1 May 2009 was ended by withdrawal on 1 August 2009"),
        ("E", "pledge only on 1 May 2010, after 31 March 2010"),
        ("F", "not one of the members"),
        ("G", "one of the members only until 31 December 2009"),
        ("H", "one of the members only from 1 June 2010"),
        ("I", "it is not known whether it is one of the members"),
        ("X", "not in the register"),
    ],
)
def test_the_first_thing_that_keeps_one_out_is_said(organisation: str, reason: str):
    """Membership, the record, what ended it, the day, the value at hand."""
    assert reason == of(STAGE_2, *PLEDGES).why_not[organisation]


@pytest.mark.parametrize(
    ("organisation", "reason"),
    [
        ("B", "tender t1 of 1 May 2009: code included is no, and 1 more"),
        ("C", "undecided: not every record can be judged"),
        ("D", "undecided: not every record can be judged"),
        ("E", "none arose: no tender records where viable is true"),
    ],
)
def test_what_breaks_a_universal_is_said(organisation: str, reason: str):
    """The first record that fails and how many more, or that none arose, or that it is undecided."""
    found = of("count(members[every(tender[viable], code_included)])", *TENDERS)
    assert reason == found.why_not[organisation]


@pytest.mark.parametrize(
    ("measure", "organisation", "reason"),
    [
        ("count(members - organisations(pledge))", "A", "already among organisations with a pledge"),
        ("count(members[exists(pledge)])", "E", "pledge only on 1 May 2010, after 31 March 2010"),
        ("count(members[exists(paper)])", "E", "no paper by 31 March 2010"),
        ('count(organisations(paper[item == "x" and known(evidence)]))', "B",
         "paper of 1 May 2009: evidence is not known"),
        ('count(organisations(paper[item == "x" and known(evidence)]))', "C",
         "paper of 1 May 2009: item is “y” (wanted: item is “x”)"),
        ("count(members & organisations(tender[definitely(viable) and code_included]))", "C",
         "tender of 1 May 2009: viable is not known"),
        ("count(members & (organisations(pledge) | organisations(paper)))", "E",
         "pledge only on 1 May 2010, after 31 March 2010; and no paper by 31 March 2010"),
        ("count(at(period_start, members))", "I", "on 1 April 2009: it is not known whether it is one of the members"),
        ("count(members[organisation in organisations(paper)])", "E", "no paper by 31 March 2010"),
    ],
)  # fmt: skip
def test_a_reason_names_what_an_author_would(measure: str, organisation: str, reason: str):
    """Sets taken away, records looked for, values wanted."""
    assert reason == of(measure, *PLEDGES, *TENDERS, *PAPERS).why_not[organisation]


# ── what is open ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_undecided_is_listed_with_what_is_not_known():
    """The record and the attribute; and only of those whom the figure is about."""
    found = of("count(organisations(pledge[stage >= 2]))", *PLEDGES)
    assert [("C", "pledge-C-2009-05-01-", "stage not known")] == [
        (one.subject, one.event_id, one.reason) for one in found.undecided
    ]


def test_a_missing_figure_is_listed():
    """A total says whose figure it lacks."""
    rows = [event("training", "A", people=3), event("training", "B", people="")]
    assert [("B", "people not known")] == [
        (one.subject, one.reason) for one in of("sum(training.people)", *rows).undecided
    ]


def test_those_for_whom_none_arose_are_listed():
    """Neither passed nor failed."""
    found = of("count(members[every(tender, viable)])", *TENDERS)
    assert ("E", "I") == found.none_arose
