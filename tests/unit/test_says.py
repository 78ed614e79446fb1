# ruff: noqa: E501  # expressions and their words stand on one line each

import pytest

from indicator_engine.language import nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.phrases import with_article
from indicator_engine.language.says import SPEAKERS, condition_says, says
from indicator_engine.language.schema import Attribute, DeemedSize, Ending, EventType, Population, Schema, Subject
from indicator_engine.language.scopes import REGISTER, TOP


def attribute(name, type_, label="", **more):
    return Attribute(name, type_, label, **more)


def event(name, label, *attributes, **more):
    return EventType(name, label, {each.name: each for each in attributes}, **more)


SCHEMA = Schema(
    Subject(
        attributes={
            "kind": attribute("kind", "choice", choices=("member", "public_sector")),
            "size": attribute("size", "integer", "number of employees"),
            "charter_signed": attribute("charter_signed", "truth"),
            "areas": attribute("areas", "list", "list of areas"),
            "parent": attribute("parent", "subject", "parent body"),
            "member_from": attribute("member_from", "date", "first day of membership"),
        }
    ),
    {
        each.name: each
        for each in (
            event("pledge", "Skills Pledge stage", attribute("stage", "integer"), ended_by=(Ending("withdrawn"),)),
            event("withdrawn", ""),
            event("action_plan", "action plan", attribute("item", "text")),
            event("lep", "LEP agreement"),
            event("commitment", "commitment to an event"),
            event("tender", "tender", attribute("viable", "truth"), attribute("requires_labour", "truth"),
                  attribute("code", "truth", "Code of Practice included"), attribute("price", "money")),
            event("attendance", "attendance record", attribute("meeting", "text")),
            event("headcount", "headcount return", attribute("apprentices", "integer")),
            event("training", "training event", attribute("participants", "integer"), attribute("hours", "decimal")),
            event("deliverable", "deliverable", attribute("item", "text"), attribute("covers", "list"),
                  attribute("evidence", "evidence")),
            event("contract", "contract", attribute("other_org", "subject", "public body"), attribute("item", "text")),
        )
    },
    {
        "members": Population("members", "Compact member organisations", deemed=(DeemedSize(50),)),
        "contractors": Population("contractors"),
    },
    {"established_on": 'min(deliverable[item == "survey"].occurred_on)'},
)  # fmt: skip

# An expression, and below it how it is read aloud.
SAID = """
count(members & organisations(in_force(pledge[stage >= 2])))
    the number of Compact member organisations with a Skills Pledge stage in force where stage is at least 2
members
    Compact member organisations
contractors
    contractors
organisations(pledge)
    organisations with a Skills Pledge stage
members & organisations(pledge) & organisations(action_plan)
    Compact member organisations with a Skills Pledge stage and with an action plan
organisations(lep) & members
    Compact member organisations with an LEP agreement
members & organisations(pledge[stage >= 2]) & organisations(action_plan)
    Compact member organisations with a Skills Pledge stage where stage is at least 2, and with an action plan
members - organisations(action_plan)
    Compact member organisations without an action plan
members - contractors
    Compact member organisations except contractors
(members & organisations(pledge)) - contractors
    Compact member organisations with a Skills Pledge stage, except contractors
members & contractors
    Compact member organisations that are also contractors
members | contractors
    Compact member organisations or contractors
(members | contractors) & organisations(lep)
    (Compact member organisations or contractors) with an LEP agreement
members | contractors & organisations(lep)
    Compact member organisations or (contractors with an LEP agreement)
organisations(pledge) | organisations(lep)
    organisations with a Skills Pledge stage or with an LEP agreement
organisations(pledge | action_plan)
    organisations with a Skills Pledge stage or an action plan
members & organisations(latest(pledge)[stage == 3])
    Compact member organisations whose latest Skills Pledge stage is one where stage is 3
organisations(in_force(latest(pledge)))
    organisations whose latest Skills Pledge stage is one in force
organisations(latest(pledge[stage == 3]))
    organisations with a latest Skills Pledge stage among those where stage is 3
organisations(latest(pledge[stage == 3])[occurred_on > due])
    organisations whose latest Skills Pledge stage, among those where stage is 3, is one that occurred after the due date
organisations(latest(pledge | lep))
    organisations with one or more of the latest of (Skills Pledge stage records or LEP agreement records), one for each organisation
sum(latest(headcount[organisation in members]).apprentices)
    the total of apprentices in each organisation's latest headcount return among those where \
the organisation is among Compact member organisations
count(latest(in_force(pledge)))
    the number of the latest Skills Pledge stage records, one for each organisation, among those in force
members[exists(latest(pledge)[stage == 3])]
    Compact member organisations that have a latest Skills Pledge stage, provided that stage is 3
count(commitment)
    the number of records of commitment to an event
members & distinct(contract.other_org)
    Compact member organisations that are also (organisations named as public body in contract records)
distinct(attendance.organisation)
    organisations named in attendance records
members[kind == "member" and not charter_signed]
    Compact member organisations whose kind is “member” and whose charter signed is false
members[size >= 10 or charter_signed]
    Compact member organisations for which their number of employees is at least 10 or their charter signed is true
members["Derby" in areas and parent not in contractors]
    Compact member organisations whose list of areas includes “Derby” and whose parent body is not among contractors
members[organisation in contractors]
    Compact member organisations that are among contractors
members[exists(lep) and not exists(action_plan)]
    Compact member organisations that have an LEP agreement and that have no action plan
members[count(distinct(attendance.meeting)) >= 2]
    Compact member organisations for which the number of distinct values of meeting in their attendance records is at least 2
members[every(tender[viable and requires_labour], code)]
    Compact member organisations for which every one of their tender records where viable is true and requires labour is true \
satisfies the condition that Code of Practice included is true
every(tender[viable], code)
    every tender where viable is true satisfies the condition that Code of Practice included is true
members[count(training) > overall(mean(training.participants))]
    Compact member organisations for which the number of their training event records is more than \
the mean of participants in training event records over all organisations
members[min(lep.occurred_on) <= shift(member_from, years=1)]
    Compact member organisations for which the earliest day in their LEP agreement records is on or before \
1 year after their first day of membership
members[sum(latest(headcount).apprentices) > 0]
    Compact member organisations for which the total of apprentices in their latest headcount return is more than 0
ratio(members & organisations(pledge), members)
    the number of Compact member organisations with a Skills Pledge stage, as a share of \
the deemed number of Compact member organisations
ratio(contractors, organisations(lep))
    contractors as a share of organisations with an LEP agreement
ratio(members, contractors) >= 0.5
    (Compact member organisations as a share of contractors) is at least 50%
ratio(count(lep), count(pledge)) > 0.1234
    (the number of LEP agreement records as a share of the number of Skills Pledge stage records) is more than 12.34%
count(in_period(training[participants > 3]))
    the number of training event records in the period where participants is more than 3
count(attendance)
    the number of attendance records
count(pledge[occurred_on >= established_on])
    the number of Skills Pledge stage records that occurred on or after the day of the earliest deliverable where item is “survey”
count(pledge[recorded_on < date("2010-03-31")])
    the number of Skills Pledge stage records recorded before 31 March 2010
count(pledge[occurred_on == due and stage != 1])
    the number of Skills Pledge stage records where it occurred on the due date and stage is not 1
count(pledge[as_of > occurred_on])
    the number of Skills Pledge stage records where the as-of date is after the day it occurred
count(latest(deliverable, by=item)[missing(evidence)])
    the number of the latest deliverable records, one for each item, provided that evidence is missing
count((deliverable | contract)[item == "plan"])
    the number of (deliverable records or contract records) where item is “plan”
count(tender - tender[viable])
    the number of tender records that are not among (tender records where viable is true)
sum(latest(headcount).apprentices) - at(period_start, sum(latest(headcount).apprentices))
    the total of apprentices in each organisation's latest headcount return minus \
(the total of apprentices in each organisation's latest headcount return as at the start of the period)
change(sum(latest(headcount).apprentices))
    the change in the total of apprentices in each organisation's latest headcount return over the period
change(count(lep), since=target_set_on)
    the change in the number of LEP agreement records since the day the target was set
(mean(training.hours) + 1) * 2 - 1
    ((the mean of hours in training event records plus 1) times 2) minus 1
median(training.hours) / 7
    the median of hours in training event records divided by 7
max(lep.recorded_on)
    the latest day of recording in LEP agreement records
max(tender.price) <= 1000.5
    the largest price in tender records is at most £1,000.50
days(period_start, as_of) > 14
    the number of days from the start of the period to the as-of date is more than 14 days
shift(baseline_date, years=2, days=-1)
    the baseline date moved 2 years on and 1 day back
shift(period_end, months=1, days=1)
    1 month and 1 day after the end of the period
previous(count(training))
    the number of training event records at the same point of the previous period
as_known_on(period_end, count(members & organisations(pledge)))
    (the number of Compact member organisations with a Skills Pledge stage) as known by the end of the period
at(date("2009-03-31"), members) & organisations(lep)
    Compact member organisations as at 31 March 2009 with an LEP agreement
count(members & at(period_start, organisations(lep)))
    the number of Compact member organisations with an LEP agreement as at the start of the period
pledge[organisation in at(occurred_on, organisations(in_force(contract[other_org in members])))]
    Skills Pledge stage records where the organisation is among (organisations with a contract in force \
where public body is among Compact member organisations) as at the day it occurred
exists(deliverable[item == "survey" and known(evidence)])
    there is a deliverable where item is “survey” and evidence is known
not exists(withdrawn)
    there is no withdrawn
exists(deliverable[item in ("a", "b") and item not in ("c", "d") and "cost" in covers])
    there is a deliverable where item is either “a” or “b” and item is neither “c” nor “d” and covers includes “cost”
each(quarter, exists(deliverable[item == "matrix"]))
    the quarters in which there is a deliverable where item is “matrix”
each(month, exists(lep), since=established_on)
    starting with the month of the day of the earliest deliverable where item is “survey”, \
the months in which there is an LEP agreement
tender[definitely(viable)]
    tender records where viable is definitely true
tender[definitely(viable or requires_labour)]
    tender records where it is definitely so that (viable is true or requires labour is true)
tender[viable and (requires_labour or code)]
    tender records where viable is true and (requires labour is true or Code of Practice included is true)
tender[not (viable or requires_labour)]
    tender records where not (viable is true or requires labour is true)
tender[viable == False and requires_labour != code]
    tender records where viable is false and (requires labour is different from Code of Practice included)
tender[missing(viable and code)]
    tender records where it is not known whether (viable is true and Code of Practice included is true)
1 < count(lep) <= 3
    the number of LEP agreement records is more than 1 and the number of LEP agreement records is at most 3
coalesce(sum(training.participants), 0)
    the total of participants in training event records, or 0 where that is unknown
count(lep) if as_of >= due else -1
    the number of LEP agreement records if the as-of date is on or after the due date, otherwise -1
at_least(count(members) - 10, 0)
    (the number of Compact member organisations minus 10), but at least 0
-abs(count(members) - deemed(members))
    minus (the size, without its sign, of (the number of Compact member organisations minus \
the deemed number of Compact member organisations))
count(lep) >= TBC
    the number of LEP agreement records is at least a value still to be agreed (TBC)
overall(exists(first(lep)))
    there is a first LEP agreement over all organisations
True
    it is always so
"survey"
    “survey”
"""


def pairs():
    """Expressions with their words; a backslash at a line's end carries the words on."""
    lines = SAID.strip().splitlines()
    return [(expression, words.strip()) for expression, words in zip(lines[::2], lines[1::2], strict=True)]


def tree(line, scope=TOP, schema=SCHEMA):
    found = elaborate(line, schema, scope)
    assert () == found.problems, line
    return found.node


@pytest.mark.parametrize(("line", "words"), pairs())
def test_says(line, words):
    """An expression is read aloud in the words of the pack."""
    assert words == says(tree(line), SCHEMA)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('kind == "member"', "kind is “member”"),
        ("charter_signed", "charter signed is true"),
        (
            "not missing(size) and parent in contractors",
            "not (number of employees is missing) and parent body is among contractors",
        ),
        ("exists(lep)", "they have an LEP agreement"),
        ("True", "it is always so"),
    ],
)
def test_condition_on_the_register(line, words):
    """A population's condition is read aloud without saying whose columns they are."""
    assert words == condition_says(tree(line, REGISTER), SCHEMA, REGISTER)


def test_condition_on_a_record():
    """A condition taken out of its brackets is read aloud with the labels of its attributes."""
    condition = tree("tender[code and price > 10]").condition
    assert "Code of Practice included is true and price is more than £10.00" == condition_says(condition, SCHEMA)


def test_other_subjects():
    """A pack about patients says patients."""
    schema = Schema(Subject("patient", "patients"), {"visit": EventType("visit")})
    words = "patients named in each patient's first visit with a visit that occurred after the due date"
    assert words == says(
        tree("distinct(first(visit).patient) & patients(visit[occurred_on > due])", schema=schema), schema
    )


@pytest.mark.parametrize(
    "words",
    [
        "a pledge", "an action plan", "an LEP agreement", "an SfL qualification", "a TTO event", "a unit", "a user",
        "an unmet need", "a European grant", "an hour", "a one-off grant", "an 8-week course", "a 14-19 commitment",
        "an NHS body", "a WBL learner", "an Ofsted visit", "a U-turn", "an X-ray", "an A level",
    ],
)  # fmt: skip
def test_articles(words):
    """Labels get the article that is spoken."""
    assert words == with_article(words.split(" ", 1)[1])


def kinds_of_node():
    return list(nodes.OPERATIONS)


def test_every_node_is_said():
    """There are words for every node."""
    assert set(kinds_of_node()) == set(SPEAKERS)


def test_every_node_is_tried():
    """The table above has every node that elaboration can make."""
    tried = {type(node) for line, _ in pairs() for node in nodes.walk(tree(line))}
    assert {nodes.Broken} == set(kinds_of_node()) - tried
