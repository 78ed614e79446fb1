"""Other readings of the two statements: one line of a pack, or one field of a convention, and the figure moves.

`docs/explanation/readings.md` lists the same lines for people; a test here compares the two. What a figure must be under
either reading was worked out by hand.
"""
# ruff: noqa: E501  # a line of a pack is one line here, too

from __future__ import annotations

import csv
import re
import shlex
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from indicator_engine import Convention, DueReading, Statement, evaluate, load_pack, plugins

if TYPE_CHECKING:
    from indicator_engine import Result
    from indicator_engine.plugins import Plugins

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "readings.md"


class County(NamedTuple):
    """A pack, the register that its own tests use, and the day on which its year ends."""

    pack: Path
    register: Path
    year_end: str


def county(name: str, pack: str, year_end: str) -> County:
    folder = ROOT / "indicators" / name
    return County(folder / pack, folder / "tests" / "register.csv", year_end)


N = county("nottinghamshire", "2009-10.toml", "2010-03-31")
D = county("derbyshire", "2008-09.toml", "2009-03-31")


@dataclass(frozen=True)
class Reading:
    """One other reading: the line that gives it, and events that tell it from the reading that is shipped.

    `line` takes the place of the line with the same key in the indicator (or part); a key that is not the indicator's
    stands once in the file. An event is `type organisation day attribute=value …`; a seat `organisation from to`.
    """

    words: str
    county: County
    indicator: str
    line: str
    events: str
    shipped: object
    other: object
    shows: str = "value"
    as_of: str = ""
    seats: str = ""
    under: str = ""
    """The heading of the documentation it stands under, where that is not the indicator."""


SURVEY = 'deliverable compact 2009-07-15 item="apprenticeship-scheme survey" evidence=report.pdf'
TENDER = "viable=yes requires_labour=yes contract_can_support=yes"

READINGS = (
    # ── the statement ────────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "the year is an academic one", N, "skills-analyses",
        'period = { start = 2009-09-01, end = 2010-08-31, label = "09-10" }',
        "skills_analysis N01 2009-05-01\nskills_analysis N02 2010-08-31\nskills_analysis N03 2010-08-30",
        1, 2, as_of="2010-08-31", under="the statement as a whole",
    ),
    Reading(
        "the year is a calendar one", N, "skills-analyses",
        'period = { start = 2009-01-01, end = 2009-12-31, label = "09-10" }',
        "skills_analysis N01 2009-02-01\nskills_analysis N02 2009-12-31\nskills_analysis N03 2010-02-01",
        ("N02", "N03"), ("N01", "N02"), shows="who", under="the statement as a whole",
    ),
    Reading(
        "another number of members is deemed", N, "work-based-learning",
        "size = 40",
        "commit_14_19 N01 2009-05-01",
        Fraction(1, 50), Fraction(1, 40), under="the statement as a whole",
    ),
    # ── Nottinghamshire 1 ────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "members' analyses only", N, "skills-analyses",
        'measure = "count(in_period(skills_analysis[of_a_member_on_the_day]))"',
        "skills_analysis N01 2009-05-01\nskills_analysis public-1 2009-05-01",
        2, 1,
    ),
    Reading(
        "an increase over the year before", N, "skills-analyses",
        'target = { increase = true, baseline = "previous(count(in_period(skills_analysis)))" }',
        "skills_analysis N01 2008-05-01\nskills_analysis N01 2009-05-01\nskills_analysis N02 2009-05-01",
        "no_baseline", "met", shows="verdict",
    ),
    Reading(
        "only plans that follow an analysis", N, "action-plans",
        'measure = "count(in_force(action_plan[organisation in organisations(skills_analysis)]))"',
        "skills_analysis N01 2009-05-01\naction_plan N01 2009-06-01\naction_plan N02 2009-06-01",
        2, 1,
    ),
    Reading(
        "an increase over the plans in place when the year began", N, "action-plans",
        "target = { increase = true, baseline_date = 2009-03-31 }",
        "action_plan N01 2008-06-01",
        "no_baseline", "missed", shows="verdict",
    ),
    Reading(
        "commitments of the year only", N, "pledge-commitment",
        'pledged = "organisations(in_force(in_period(pledge_stage)))"',
        "pledge_stage N01 2008-11-03 stage=1\npledge_stage N02 2009-05-01 stage=1",
        2, 1,
    ),
    Reading(
        "members on the day of the pledge", N, "pledge-commitment",
        'measure = "count(organisations(in_force(pledge_stage[of_a_member_on_the_day])))"',
        "pledge_stage leaver-in-december 2009-05-01 stage=1\npledge_stage joiner-in-january 2009-05-01 stage=1",
        ("joiner-in-january",), ("leaver-in-december",), shows="who",
    ),
    Reading(
        "whoever was a member at any time", N, "pledge-commitment",
        "measure = 'count(public_bodies[kind == \"member\"] & pledged)'",
        "pledge_stage leaver-in-december 2009-05-01 stage=1\npledge_stage joiner-on-1-april 2009-05-01 stage=1",
        0, 2,
    ),
    Reading(
        "committed once, whatever came after", N, "pledge-commitment",
        'pledged = "organisations(pledge_stage)"',
        "pledge_stage N01 2009-05-01 stage=1\npledge_withdrawn N01 2009-09-01",
        0, 1,
    ),
    Reading(
        "before the last day of March", N, "pledge-commitment",
        "due = 2010-03-30",
        "pledge_stage N01 2010-03-30 stage=1\npledge_stage N02 2010-03-31 stage=1",
        2, 1,
    ),
    Reading(
        "exactly twenty", N, "pledge-commitment",
        "target = { exactly = 20 }",
        "\n".join(f"pledge_stage N{number:02} 2009-05-01 stage=1" for number in range(1, 22)),
        "met", "missed", shows="verdict",
    ),
    Reading(
        "pledges, not organisations", N, "pledge-commitment",
        'measure = "count(in_force(pledge_stage[stage == 1 and organisation in members]))"',
        "pledge_stage N01 2009-05-01 stage=1\npledge_stage N01 2009-07-01 stage=1",
        1, 2,
    ),
    Reading(
        "that very stage recorded, the higher ones not implying it", N, "pledge-stage-2",
        'measure = "count(members & organisations(in_force(pledge_stage[stage == 2])))"',
        "pledge_stage N01 2009-05-01 stage=3\npledge_stage N02 2009-05-01 stage=2",
        2, 1,
    ),
    Reading(
        "now at that stage and at no other", N, "pledge-stage-2",
        'measure = "count(members & organisations(latest(in_force(pledge_stage))[stage == 2]))"',
        "pledge_stage N01 2009-05-01 stage=2\npledge_stage N01 2009-09-01 stage=3\npledge_stage N02 2009-05-01 stage=2",
        2, 1,
    ),
    Reading(
        "ever reached, also where the pledge was withdrawn", N, "pledge-stage-3",
        'measure = "count(members & organisations(pledge_stage[stage >= 3]))"',
        "pledge_stage N01 2009-05-01 stage=3\npledge_withdrawn N01 2009-09-01",
        0, 1,
    ),
    # ── Nottinghamshire 2 ────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "the three strands together", N, "sfl-literacy",
        'measure = "sum(in_period(sfl_qualification[recognised and of_a_member_on_the_day]).people)"',
        "sfl_qualification N01 2009-05-01 strand=literacy people=4 recognised=yes\n"
        "sfl_qualification N01 2009-05-01 strand=numeracy people=3 recognised=yes",
        4, 7,
    ),
    Reading(
        "organisations that are members now", N, "sfl-numeracy",
        "measure = 'sum(in_period(sfl_qualification[strand == \"numeracy\" and recognised and organisation in members]).people)'",
        "sfl_qualification leaver-in-december 2009-05-01 strand=numeracy people=4 recognised=yes",
        4, 0,
    ),
    Reading(
        "every qualification, recognised or not", N, "sfl-esol",
        "measure = 'sum(in_period(sfl_qualification[strand == \"esol\" and of_a_member_on_the_day]).people)'",
        "sfl_qualification N01 2009-05-01 strand=esol people=4 recognised=no",
        0, 4,
    ),
    Reading(
        "holding the event, not committing to it", N, "test-the-organisation",
        'measure = "count(members & organisations(in_period(tto_held)))"',
        "tto_committed N01 2009-05-01\ntto_held N02 2009-05-01",
        ("N01",), ("N02",), shows="who",
    ),
    Reading(
        "committed once, also where the commitment was withdrawn", N, "test-the-organisation",
        'measure = "count(members & organisations(tto_committed))"',
        "tto_committed N01 2009-05-01\ntto_commitment_withdrawn N01 2009-09-01",
        0, 1,
    ),
    Reading(
        "events of anybody", N, "sfl-participants",
        'measure = "sum(in_period(tto_held).participants)"',
        "tto_held N01 2009-05-01 participants=20\ntto_held public-1 2009-05-01 participants=5",
        20, 25,
    ),
    # ── Nottinghamshire 3 ────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "apprentices of members only", N, "apprentices-employed",
        'measure = "sum(latest(apprentices_employed[organisation in members]).people)"',
        "apprentices_employed N01 2009-06-30 people=3\napprentices_employed public-1 2009-06-30 people=4",
        7, 3,
    ),
    Reading(
        "an increase over the head-counts of the day before the year", N, "apprentices-employed",
        "target = { increase = true, baseline_date = 2009-03-31 }",
        "apprentices_employed N01 2009-03-31 people=3\napprentices_employed N01 2010-03-01 people=4",
        "no_baseline", "met", shows="verdict",
    ),
    Reading(
        "organisations, not schemes", N, "schemes-operational",
        'measure = "count(public_bodies & organisations(in_force(scheme_operational)))"',
        "scheme_operational N01 2009-05-01 item=catering\nscheme_operational N01 2009-05-01 item=construction",
        2, 1,
    ),
    Reading(
        "a claim without evidence establishes the cohort", N, "without-apprenticeship-scheme",
        "established_on = 'min(deliverable[item == \"apprenticeship-scheme survey\"].occurred_on)'",
        'scheme_status N01 2009-06-01 has_scheme=no\ndeliverable compact 2009-07-15 item="apprenticeship-scheme survey"',
        "not_established", "met", shows="verdict",
    ),
    Reading(
        "members that did not answer are taken to have none", N, "without-apprenticeship-scheme",
        'without_scheme = "at(established_on, members - organisations(latest(scheme_status[known(has_scheme)])[has_scheme]))"',
        "\n".join(f"scheme_status N{number:02} 2009-06-01 has_scheme=yes" for number in range(1, 50))
        + "\nscheme_status leaver-in-december 2009-06-01 has_scheme=no"
        + "\nscheme_status leaver-on-30-march 2009-06-01 has_scheme=yes"
        + f"\nscheme_status leaver-on-31-march 2009-06-01 has_scheme=yes\n{SURVEY}",
        ("leaver-in-december",), ("N50", "leaver-in-december"), shows="who",
    ),
    Reading(
        "the cohort stays as it was known on the day, whatever is corrected", N, "without-apprenticeship-scheme",
        'without_scheme = "at(established_on, as_known_on(established_on, members & organisations(latest(scheme_status[known(has_scheme)])[not has_scheme])))"',
        "scheme_status N01 2009-06-01 has_scheme=no event_id=a\n"
        f"scheme_status N01 2009-06-01 has_scheme=yes event_id=a recorded_at=2009-11-17\n{SURVEY}",
        0, 1,
    ),
    Reading(
        "the cohort is read anew every day", N, "without-apprenticeship-scheme",
        'without_scheme = "members & organisations(latest(scheme_status[known(has_scheme)])[not has_scheme])"',
        "scheme_status leaver-in-december 2009-06-01 has_scheme=no\nscheme_status joiner-in-january 2010-01-05 has_scheme=no\n"
        f"scheme_status N01 2009-06-01 has_scheme=no\nscheme_status N01 2009-09-01 has_scheme=yes\n{SURVEY}",
        ("N01", "leaver-in-december"), ("joiner-in-january",), shows="who",
    ),
    Reading(
        "members that leave leave the cohort", N, "apprenticeship-scheme-support",
        'without_scheme = "members & at(established_on, members & organisations(latest(scheme_status[known(has_scheme)])[not has_scheme]))"',
        f"scheme_status N01 2009-06-01 has_scheme=no\nscheme_status leaver-in-december 2009-06-01 has_scheme=no\n{SURVEY}",
        2, 1, shows="denominator",
    ),
    Reading(
        "support at any time", N, "apprenticeship-scheme-support",
        'measure = "ratio(without_scheme & organisations(scheme_support), without_scheme)"',
        f"scheme_status N01 2009-06-01 has_scheme=no\nscheme_support N01 2009-07-14\n{SURVEY}",
        0, 1,
    ),
    Reading(
        "a scheme developed, not the support", N, "apprenticeship-scheme-support",
        'measure = "ratio(without_scheme & organisations(scheme_operational[occurred_on >= established_on]), without_scheme)"',
        f"scheme_status N01 2009-06-01 has_scheme=no\nscheme_support N01 2009-08-01\n{SURVEY}",
        1, 0,
    ),
    Reading(
        "half of an odd number rounded down", N, "apprenticeship-scheme-support",
        'measure = "ratio(count(without_scheme & organisations(scheme_support[occurred_on >= established_on])) + 0.5, count(without_scheme))"',
        "\n".join(f"scheme_status N{number:02} 2009-06-01 has_scheme=no" for number in range(1, 18))
        + "\n".join(f"\nscheme_support N{number:02} 2009-08-01" for number in range(1, 9))
        + f"\n{SURVEY}",
        "missed", "met", shows="verdict",
    ),
    # ── Nottinghamshire 4 ────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "a member without any qualifying tender passes", N, "code-of-practice",
        'measure = "count(members[not exists(qualifying_tenders) or every(qualifying_tenders, code_included)])"',
        f"tender N01 2009-05-01 {TENDER} code_included=no\ntender N02 2009-05-01 {TENDER} code_included=yes",
        1, 52,  # 53 members on the day (N01 to N50, a leaver and two joiners), and one that fails
    ),
    Reading(
        "a tender that may qualify leaves its member undecided", N, "code-of-practice",
        'qualifying_tenders = "in_period(tender)[viable and requires_labour and contract_can_support]"',
        f"tender N01 2009-05-01 {TENDER} code_included=yes\n"
        "tender N01 2009-06-01 viable=unknown requires_labour=yes contract_can_support=yes code_included=no",
        (1, 1), (0, 1), shows="bounds",
    ),
    Reading(
        "tenders of any year", N, "code-of-practice",
        'qualifying_tenders = "tender[definitely(viable and requires_labour and contract_can_support)]"',
        f"tender N01 2009-03-31 {TENDER} code_included=yes",
        0, 1,
    ),
    Reading(
        "one tender with the Code is enough", N, "code-of-practice",
        'measure = "count(members[exists(qualifying_tenders[code_included])])"',
        f"tender N01 2009-05-01 {TENDER} code_included=yes\ntender N01 2009-06-01 {TENDER} code_included=no",
        0, 1,
    ),
    Reading(
        "the enterprise is transparent on the day of the alignment", N, "social-enterprise",
        'measure = "count(members & organisations(se_alignment[other_org in at(occurred_on, transparent_enterprises)]))"',
        "se_alignment N01 2009-05-01 other_org=enterprise-open-on-31-march",
        1, 0,
    ),
    Reading(
        "enterprises, not members", N, "social-enterprise",
        'measure = "count(distinct(se_alignment[organisation in members and other_org in transparent_enterprises].other_org))"',
        "se_alignment N01 2009-05-01 other_org=enterprise-open\nse_alignment N02 2009-05-01 other_org=enterprise-open",
        2, 1,
    ),
    Reading(
        "a claim is enough", N, "volume-procurement",
        "target = { delivered = true }",
        'deliverable compact 2010-02-12 item="volume procurement identified"',
        "missed", "met", shows="verdict",
    ),
    Reading(
        "two must be identified", N, "volume-procurement",
        "measure = 'count(deliverable[item == \"volume procurement identified\"]) >= 2'",
        'deliverable compact 2010-02-12 item="volume procurement identified" evidence=minutes.pdf',
        "met", "missed", shows="verdict",
    ),
    Reading(
        "suppliers that are members do not count", N, "supplier-pledges",
        'measure = "count(organisations(in_period(pledge_stage[contracted_on_the_day])) - members)"',
        "contract N09 2009-05-01 other_org=N01\npledge_stage N09 2009-06-01 stage=1",
        1, 0,
    ),
    Reading(
        "a contract at any time", N, "supplier-pledges",
        'contracted_on_the_day = "organisation in organisations(contract[other_org in public_bodies])"',
        "contract contractor-1 2008-05-01 other_org=N01 ends_on=2009-04-30\npledge_stage contractor-1 2009-06-01 stage=1",
        0, 1,
    ),
    Reading(
        "pledged at any time", N, "supplier-pledges",
        'measure = "count(organisations(pledge_stage[contracted_on_the_day]))"',
        "contract contractor-1 2008-05-01 other_org=N01\npledge_stage contractor-1 2009-03-31 stage=1",
        0, 1,
    ),
    Reading(
        "a supplier's pledge that was withdrawn does not count", N, "supplier-pledges",
        'measure = "count(organisations(in_force(in_period(pledge_stage[contracted_on_the_day]))))"',
        "contract contractor-1 2008-05-01 other_org=N01\npledge_stage contractor-1 2009-06-01 stage=1\n"
        "pledge_withdrawn contractor-1 2009-07-01",
        1, 0,
    ),
    Reading(
        "a further stage of an earlier pledge is no pledge of the year", N, "supplier-pledges",
        'measure = "count(organisations(in_period(first(pledge_stage))[contracted_on_the_day]))"',
        "contract contractor-1 2008-05-01 other_org=N01\npledge_stage contractor-1 2009-03-31 stage=1\n"
        "pledge_stage contractor-1 2009-09-01 stage=2",
        1, 0,
    ),
    Reading(
        "pledges of suppliers, not suppliers", N, "supplier-pledges",
        'measure = "count(in_period(pledge_stage[contracted_on_the_day]))"',
        "contract contractor-1 2008-05-01 other_org=N01\npledge_stage contractor-1 2009-06-01 stage=1\n"
        "pledge_stage contractor-1 2009-09-01 stage=2",
        1, 2,
    ),
    Reading(
        "establishing the matrix is its first update", N, "employment-matrix/updated",
        'measure = "each(quarter, exists(matrix_updated | matrix_established), since=min(matrix_established.occurred_on))"',
        "matrix_established compact 2009-10-20\nmatrix_updated compact 2010-02-10",
        Fraction(1, 2), 1,
    ),
    Reading(
        "no update is owed for the quarter of establishment", N, "employment-matrix/updated",
        'measure = "each(quarter, exists(matrix_updated), since=shift(min(matrix_established.occurred_on), months=3))"',
        "matrix_established compact 2009-10-20\nmatrix_updated compact 2010-02-10",
        Fraction(1, 2), 1,
    ),
    Reading(
        "every three months since the last update, looked at month by month", N, "employment-matrix/updated",
        'measure = "each(month, exists(latest(matrix_updated | matrix_established)[occurred_on > shift(as_of, months=-3)]), since=min(matrix_established.occurred_on))"',
        "matrix_established compact 2009-07-01\nmatrix_updated compact 2009-07-02\nmatrix_updated compact 2009-12-30\n"
        "matrix_updated compact 2010-03-15",
        1, Fraction(7, 9),  # at the end of October and of November the last update is more than three months old
    ),
    Reading(
        "“by December 2009” governs the updates, too", N, "employment-matrix/updated",
        'due = "by December 2009"',
        "matrix_established compact 2009-10-20\nmatrix_updated compact 2009-12-10",
        Fraction(1, 2), 1,
    ),
    Reading(
        "shared with anybody", N, "employment-matrix/shared",
        'measure = "exists(matrix_shared)"',
        'matrix_shared compact 2009-12-01 item="steering group"',
        "missed", "met", shows="verdict",
    ),
    Reading(
        "a document that was removed again counts", N, "procurement-documents",
        "measure = 'count((members | public_sector) & organisations(in_period(document_posted[\"procurement\" in covers])))'",
        "document_posted N01 2009-05-01 item=guide covers=procurement\ndocument_removed N01 2009-09-01 item=guide",
        0, 1,
    ),
    Reading(
        "whenever it was posted", N, "procurement-documents",
        "measure = 'count((members | public_sector) & organisations(in_force(document_posted[\"procurement\" in covers])))'",
        "document_posted N01 2009-03-31 item=guide covers=procurement",
        0, 1,
    ),
    Reading(
        "documents, not organisations", N, "procurement-documents",
        "measure = 'count(in_force(in_period(document_posted[\"procurement\" in covers and organisation in members | public_sector])))'",
        "document_posted N01 2009-05-01 item=guide covers=procurement\ndocument_posted N01 2009-05-01 item=terms covers=procurement",
        1, 2,
    ),
    Reading(
        "members only", N, "procurement-documents",
        "measure = 'count(members & organisations(in_force(in_period(document_posted[\"procurement\" in covers]))))'",
        "document_posted public-1 2009-05-01 item=guide covers=procurement",
        1, 0,
    ),
    Reading(
        "due in December, as the bullet before it", N, "procurement-documents",
        'due = "by December 2009"',
        "document_posted N01 2009-12-31 item=guide covers=procurement\ndocument_posted N02 2010-01-01 item=guide covers=procurement",
        2, 1,
    ),
    # ── Nottinghamshire 5 to 7 ───────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "signings of the year, not agreements in force", N, "lep-agreements",
        'measure = "count(public_bodies & organisations(in_period(lep_signed)))"',
        "lep_signed N01 2008-05-01\nlep_signed N02 2009-05-01\nlep_ended N02 2009-09-01",
        ("N01",), ("N02",), shows="who",
    ),
    Reading(
        "an increase over the agreements in force when the year began", N, "lep-agreements",
        "target = { increase = true, baseline_date = 2009-03-31 }",
        "lep_signed N01 2008-05-01\nlep_signed N02 2009-05-01",
        "no_baseline", "met", shows="verdict",
    ),
    Reading(
        "a paper that nobody can show is delivered", N, "coaching-paper",
        "target = { delivered = true }",
        'deliverable compact 2010-02-25 item="coaching and mentoring paper" covers=cost;benefits',
        "missed", "met", shows="verdict",
    ),
    Reading(
        "14-19 year olds of members only", N, "wbl-learners",
        'measure = "sum(latest(wbl_learners[organisation in members]).people)"',
        "wbl_learners N01 2009-06-30 people=3\nwbl_learners public-1 2009-06-30 people=4",
        7, 3,
    ),
    Reading(
        "out of the members in the register", N, "work-based-learning",
        'measure = "ratio(count(members & organisations(commit_14_19)), count(members))"',
        "commit_14_19 N01 2009-05-01",
        Fraction(1, 50), Fraction(1, 53),
    ),
    Reading(
        "the percentage is settled in February", N, "work-based-learning",
        'target = [{ at_least = "TBC", unit = "percent" }, { at_least = "40%", known_from = 2010-02-10 }]',
        "\n".join(f"commit_14_19 N{number:02} 2009-05-01" for number in range(1, 21)),
        "no_target_yet", "met", shows="verdict",
    ),
    # ── Derbyshire ───────────────────────────────────────────────────────────────────────────────────────────────────
    Reading(
        "additional to those of the year before", D, "additional-pledges",
        "target = { additional = 10, since = 2008-03-31 }",
        "skills_pledge D01 2008-06-01",
        0, 1,
    ),
    Reading(
        "“early September” is taken at its first day", D, "additional-pledges",
        "target = { additional = 10, since = 2008-09-01 }",
        "skills_pledge D01 2008-09-05",
        0, 1,
    ),
    Reading(
        "pledges recorded, not organisations", D, "additional-pledges",
        'measure = "count(skills_pledge[organisation in local_public_sector])"',
        "skills_pledge D01 2008-06-01\nskills_pledge D01 2008-10-01\nskills_pledge D02 2008-10-01\nskills_pledge D02 2008-12-01",
        1, 3,
    ),
    Reading(
        "by the day of signing", D, "additional-pledges",
        'basis = "occurred"',
        "skills_pledge D01 2009-03-20 recorded_at=2009-04-02\nskills_pledge D02 2008-09-08 recorded_at=2008-09-12",
        ("D02",), ("D01",), shows="who",
    ),
    Reading(
        "the county without the city", D, "additional-pledges",
        "measure = 'count(local_public_sector[area == \"Derbyshire\"] & organisations(skills_pledge))'",
        "skills_pledge D01 2008-10-01\nskills_pledge D03 2008-10-01",
        2, 1,
    ),
    Reading(
        "members of the Steering Group only", D, "additional-pledges",
        'measure = "count(local_public_sector & steering_group & organisations(skills_pledge))"',
        "skills_pledge D01 2008-10-01",
        1, 0,
    ),
    Reading(
        "all supported TNAs must have the reference, or none counts", D, "training-needs-analyses",
        'measure = "count(organisations(in_period(tna_completed[supported]))) if every(in_period(tna_completed[supported]), apprenticeship_reference) else 0"',
        "tna_completed D01 2008-10-01 supported=yes apprenticeship_reference=yes\n"
        "tna_completed D02 2008-10-01 supported=yes apprenticeship_reference=no",
        1, 0,
    ),
    Reading(
        "TNAs, not organisations", D, "training-needs-analyses",
        'measure = "count(in_period(tna_completed[supported and apprenticeship_reference]))"',
        "tna_completed D01 2008-10-01 supported=yes apprenticeship_reference=yes\n"
        "tna_completed D01 2008-11-01 supported=yes apprenticeship_reference=yes",
        1, 2,
    ),
    Reading(
        "TNAs in the county's public sector only", D, "training-needs-analyses",
        'measure = "count(local_public_sector & organisations(in_period(tna_completed[supported and apprenticeship_reference])))"',
        "tna_completed private 2008-10-01 supported=yes apprenticeship_reference=yes",
        1, 0,
    ),
    Reading(
        "either the events or the seminar", D, "good-practice-events",
        'require = "any"',
        'good_practice_event D01 2008-05-01 kind="good practice event" state=held\n'
        'good_practice_event D01 2008-06-01 kind="good practice event" state=held',
        "missed", "met", shows="verdict",
    ),
    Reading(
        "only what was held after the target was set", D, "good-practice-events/events",
        "measure = 'count(in_period(good_practice_event[kind == \"good practice event\" and state == \"held\" and occurred_on > target_set_on]))'",
        'good_practice_event D01 2008-05-01 kind="good practice event" state=held',
        1, 0,
    ),
    Reading(
        "a seminar of any sort", D, "good-practice-events/seminar",
        "measure = 'count(in_period(good_practice_event[kind == \"dissemination seminar\" and state == \"held\"]))'",
        'good_practice_event D01 2008-11-01 kind="dissemination seminar" informal=no state=held',
        0, 1,
    ),
    Reading(
        "endorsed by either of the two", D, "charter-endorsements",
        "measure = 'count(organisations(charter_signed[\"executive\" in endorsed_by or \"board\" in endorsed_by]))'",
        "charter_signed D01 2008-11-01 endorsed_by=executive",
        0, 1,
    ),
    Reading(
        "meetings of the calendar year", D, "meeting-attendance",
        "attended = 'meeting_attended[occurred_on >= date(\"2008-01-01\") and occurred_on <= date(\"2008-12-31\") and role in (\"senior executive\", \"nominated deputy\")]'",
        'meeting_attended A 2008-06-10 item=June role="senior executive"\n'
        'meeting_attended A 2009-03-10 item=March role="senior executive"',
        1, 0, seats="A 2007-06-01",
    ),
    Reading(
        "meetings of the first year of each seat", D, "meeting-attendance",
        "attended = 'meeting_attended[occurred_on < shift(steering_from, years=1) and role in (\"senior executive\", \"nominated deputy\")]'",
        'meeting_attended A 2008-02-12 item=February role="senior executive"\n'
        'meeting_attended A 2008-05-13 item=May role="senior executive"',
        0, 1, seats="A 2007-06-01",
    ),
    Reading(
        "part-year seats are judged as well", D, "meeting-attendance",
        'seated_all_year = "steering_group"',
        'meeting_attended A 2008-06-10 item=June role="senior executive"\n'
        'meeting_attended A 2009-03-10 item=March role="senior executive"',
        1, Fraction(1, 2), seats="A 2007-06-01\nB 2008-10-01",
    ),
    Reading(
        "observers attend, too", D, "meeting-attendance",
        'attended = "in_period(meeting_attended)"',
        'meeting_attended A 2008-06-10 item=June role="senior executive"\nmeeting_attended A 2009-03-10 item=March role=observer',
        0, 1, seats="A 2007-06-01",
    ),
    Reading(
        "two people at one meeting attend twice", D, "meeting-attendance",
        'measure = "ratio(seated_all_year[count(attended) >= 2], seated_all_year)"',
        'meeting_attended A 2008-06-10 item=June role="senior executive"\n'
        'meeting_attended A 2008-06-10 item=June role="nominated deputy"',
        0, 1, seats="A 2007-06-01",
    ),
    Reading(
        "committed before the day of the seat", D, "commitment-before-seat",
        'measure = "ratio(ever_seated[exists(charter_signed[occurred_on < steering_from])], ever_seated)"',
        "charter_signed A 2008-04-01",
        1, 0, seats="A 2008-04-01",
    ),
    Reading(
        "present seats only", D, "commitment-before-seat",
        'measure = "ratio(steering_group[exists(charter_signed[occurred_on <= steering_from])], steering_group)"',
        "charter_signed A 2008-04-01",
        Fraction(1, 2), 1, seats="A 2008-04-01\nB 2008-04-01 2008-12-31",
    ),
    Reading(
        "two years are over on the anniversary", D, "minimum-stay",
        'two_years_done = "shift(steering_from, years=2)"',
        "charter_signed A 2008-04-01",
        1, 0, as_of="2010-03-31", seats="A 2008-04-01 2010-03-31",
    ),
    Reading(
        "the charter runs to the end of 2010", D, "minimum-stay",
        "due = 2010-12-31",
        "charter_signed A 2008-04-01",
        Fraction(1, 2), Fraction(2, 3), as_of="2010-12-31", seats="A 2008-04-01 2010-03-31\nB 2008-10-01 2010-03-30\nC 2008-10-01",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """One other reading that is a convention's: the field that gives it."""

    words: str
    county: County
    indicator: str
    setting: str
    fields: dict[str, Any]
    events: str
    shipped: object
    other: object
    shows: str = "value"
    as_of: str = ""
    seats: str = field(default="", init=False)


VARIANTS = (
    Variant(
        "“by March” ends before 1 March", N, "pledge-commitment",
        'due_reading=DueReading(by_month="day_before")', {"due_reading": DueReading(by_month="day_before")},
        "pledge_stage N01 2010-02-28 stage=1\npledge_stage N02 2010-03-01 stage=1",
        2, 1,
    ),
    Variant(
        "“before the end of March” leaves out 31 March", D, "additional-pledges",
        'due_reading=DueReading(before_end="strict")', {"due_reading": DueReading(before_end="strict")},
        "skills_pledge D01 2009-03-30\nskills_pledge D02 2009-03-31",
        2, 1,
    ),
    Variant(
        "“to be recorded” is a manner of speaking: the day of signing counts", D, "additional-pledges",
        "due_reading=DueReading(recorded_counts=False)", {"due_reading": DueReading(recorded_counts=False)},
        "skills_pledge D01 2009-03-20 recorded_at=2009-04-02\nskills_pledge D02 2008-09-08 recorded_at=2008-09-12",
        ("D02",), ("D01",), shows="who",
    ),
    Variant(
        "the year begins in September", N, "skills-analyses",
        "year_start=(9, 1)", {"year_start": (9, 1)},
        "skills_analysis N01 2009-05-01\nskills_analysis N02 2010-08-31\nskills_analysis N03 2010-08-30",
        1, 2, as_of="2010-08-31",
    ),
    Variant(
        "a target without a date is never due", N, "procurement-documents",
        'default_due="none"', {"default_due": "none"},
        "document_posted N01 2009-05-01 item=guide covers=procurement",
        "missed", "not_yet_due", shows="verdict",
    ),
)  # fmt: skip


# ── reading them ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def registered() -> Plugins:
    return plugins.load()


@pytest.fixture(scope="module")
def shipped(registered) -> dict[County, Statement]:
    return {county: load_pack(county.pack, registered=registered) for county in (N, D)}


def flipped(text: str, indicator: str, line: str) -> str:
    """A pack with one line put in the place of the one that has the same key."""
    lines, key = text.splitlines(), line.split(" = ", maxsplit=1)[0]
    alike = [number for number, other in enumerate(lines) if other.strip().startswith(f"{key} =")]
    if key in OF_AN_INDICATOR:
        first, last = _block(lines, indicator)
        within = [number for number in alike if first < number < last]
        if not within:
            return "\n".join([*lines[: first + 1], line, *lines[first + 1 :]])
        alike = within[:1]
    (number,) = alike
    return "\n".join([*lines[:number], line, *lines[number + 1 :]])


OF_AN_INDICATOR = ("measure", "target", "due", "basis", "require")


def _block(lines: list[str], indicator: str) -> tuple[int, int]:
    """The line with the id of an indicator or part, and the one on which the next table begins."""
    first = 0
    for name in indicator.split("/"):
        first = next(n for n, line in enumerate(lines) if n > first and line.strip() == f'id = "{name}"')
    last = next((n for n, line in enumerate(lines) if n > first and line.strip().startswith("[[")), len(lines))
    return first, last


def rows(events: str) -> list[dict[str, str]]:
    """Events from one line each."""
    found = []
    for number, line in enumerate(filter(None, events.splitlines()), 1):
        kind, who, day, *cells = shlex.split(line)
        row = {"event_id": f"e{number}", "type": kind, "organisation": who, "occurred_on": day, "recorded_at": day}
        found.append(row | dict(cell.split("=", 1) for cell in cells))
    return found


def register(case: Reading | Variant) -> list[dict[str, str]]:
    """The county's register, or the seats that a case tells."""
    if not case.seats:
        with case.county.register.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    seats = [(*line.split(), "")[:3] for line in case.seats.splitlines()]
    return [
        {"organisation": who, "kind": "public_sector", "steering_from": first, "steering_to": last}
        for who, first, last in seats
    ]


def figure(statement: Statement, case: Reading | Variant) -> object:
    """What a case looks at, under one reading."""
    as_of = case.as_of or case.county.year_end
    chosen = [case.indicator.partition("/")[0]]
    results = evaluate(statement, rows(case.events), register(case), as_of=as_of, select=chosen)
    found: object = getattr(results[case.indicator], case.shows)
    return found


@pytest.mark.parametrize("case", READINGS, ids=lambda case: f"{case.indicator}: {case.words}")
def test_one_line_of_the_pack_gives_the_other_reading(case, shipped, registered, tmp_path):
    """Changing the one line that the documentation names moves the figure as that reading says."""
    pack = tmp_path / case.county.pack.name
    text = case.county.pack.read_text(encoding="utf-8")
    pack.write_text(flipped(text, case.indicator, case.line), encoding="utf-8")
    other = load_pack(pack, registered=registered)
    assert (case.shipped, case.other) == (figure(shipped[case.county], case), figure(other, case))


@pytest.mark.parametrize("case", VARIANTS, ids=lambda case: case.words)
def test_one_field_of_the_convention_gives_the_other_reading(case, shipped, registered):
    """Changing the one field that the documentation names moves the figure as that reading says."""
    variant: Convention = replace(shipped[case.county].convention, **case.fields)
    other = load_pack(case.county.pack, convention=variant, registered=registered)
    assert (case.shipped, case.other) == (figure(shipped[case.county], case), figure(other, case))


def test_every_reading_listed_moves_its_figure():
    """No case gives the same figure under both readings."""
    assert [] == [case.words for case in (*READINGS, *VARIANTS) if case.shipped == case.other]


def test_the_documentation_lists_every_reading_with_its_line():
    """The page and the tests name the same lines, each under its indicator."""
    told = {(case.under or case.indicator, case.words, case.line) for case in READINGS} | {
        ("conventions", case.words, case.setting) for case in VARIANTS
    }
    assert told == set(told_by_the_page())


def told_by_the_page() -> list[tuple[str, str, str]]:
    """Every row of a table of the page that names a line: heading, reading, line."""
    found, heading = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# `").casefold()
        elif match := re.fullmatch(r"\| (.+?) \| `(.+)` \|", line):
            found.append((heading, match[1], match[2].replace("\\|", "|")))
    return found


# ── a percentage settled later ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def settled(registered, tmp_path_factory) -> Statement:
    """The pack with 40 % agreed on 10 February 2010."""
    case = next(case for case in READINGS if "settled" in case.words)
    pack = tmp_path_factory.mktemp("settled") / N.pack.name
    pack.write_text(flipped(N.pack.read_text(encoding="utf-8"), case.indicator, case.line), encoding="utf-8")
    return load_pack(pack, registered=registered)


def committed(statement: Statement, how_many: int, as_of: str, known_at: str | None = None) -> Result:
    events = "\n".join(f"commit_14_19 N{number:02} 2009-05-01" for number in range(1, how_many + 1))
    case = next(case for case in READINGS if "settled" in case.words)
    results = evaluate(statement, rows(events), register(case), as_of=as_of, known_at=known_at)
    return results["work-based-learning"]


def test_before_the_percentage_is_settled_there_is_no_target(settled):
    """On 9 February the share has a value and no verdict."""
    result = committed(settled, 20, "2010-02-09", "2010-02-09")
    assert ("no_target_yet", Fraction(2, 5)) == (result.verdict, result.value)


@pytest.mark.parametrize(("how_many", "verdict"), [(20, "met"), (19, "not_yet_due")])
def test_from_the_day_it_is_settled_the_share_is_judged(settled, how_many, verdict):
    """On 10 February twenty of fifty are the 40 % agreed that day, and nineteen are not."""
    assert verdict == committed(settled, how_many, "2010-02-10").verdict


def test_history_is_not_rewritten(settled):
    """Asked later for what was known on 9 February, the answer is still that there was no target."""
    assert "no_target_yet" == committed(settled, 20, "2010-03-31", "2010-02-09").verdict


def test_a_settled_percentage_was_set_and_not_raised(settled):
    """A number in the place of TBC is flagged as set; nothing was revised."""
    flags = committed(settled, 20, "2010-03-31").flags
    assert (True, False) == ("target_set" in flags, "target_revised" in flags)


# ── flags that come and go ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2008, 9, 9), ("not_set_yet", True)),
        (date(2008, 9, 10), ("not_yet_due", True)),
        (date(2008, 9, 29), ("not_yet_due", True)),
        (date(2008, 9, 30), ("not_yet_due", False)),
    ],
)
def test_a_target_is_provisional_until_it_is_surely_ratified(shipped, day, expected):
    """Set by 10 September at the latest and ratified by the 30th at the latest, it is provisional in between."""
    results = evaluate(shipped[D], rows(""), [{"organisation": "D01", "kind": "public_sector"}], as_of=day)
    result = results["additional-pledges"]
    assert expected == (result.verdict, "unratified" in result.flags)
