"""An indicator told from its definition alone."""

from __future__ import annotations

import pickle
from textwrap import dedent

import pytest
from tests.helpers import event, members, pack

from indicator_engine.engine.explaining import explain
from indicator_engine.engine.packs import load_pack
from indicator_engine.evaluation import tree
from indicator_engine.evaluation.later import Found
from indicator_engine.rendering.explained import NAMED, as_text, evaluated, explanation

HEAD = """
[statement]
id = "s"
title = "Priorities"
period = "2009-10"

[event.pledge]
label = "Skills Pledge"
attributes.evidence = { type = "evidence" }

[define]
pledged = "organisations(pledge)"

[[priority]]
number = 2
id = "p"
title = "Skills"

[[priority.indicator]]
id = "a"
"""


@pytest.fixture
def explained(tmp_path):
    """The explanation of an indicator with these keys, by heading."""

    def explain(keys):
        path = tmp_path / "p.toml"
        path.write_text(HEAD + dedent(keys), encoding="utf-8")
        statement = load_pack(path)
        ((priority, indicator),) = statement.indicators()
        return dict(explanation(statement, priority, indicator))

    return explain


def test_everything_simple(explained):
    """Words, place, English, expression, target, deadline and notes stand under their headings, in this order."""
    found = explained("""
        label = "Pledges"
        statement = "20 organisations to commit by March 2010"
        measure = "count(pledged)"
        better = "higher"
        target = { at_least = 20 }
        due = "by March 2010"
        outcome = "More skills"
        notes = "as the document has it"
        watch = [{ label = "Pledges", select = "pledge" }]
    """)

    assert [
        "a: Pledges",
        "Literal words",
        "Measures",
        "Expression",
        "Better",
        "Target",
        "Due",
        "Outcome",
        "Listed beside the result",
        "Assumptions",
        "Notes",
    ] == list(found)
    assert ["Priority 2: Skills", "Priorities"] == found["a: Pledges"][:2]
    assert ["count(pledged)", "written out: count(organisations(pledge))"] == found["Expression"]
    assert ["at least 20"] == found["Target"]
    assert ["Pledges: pledge"] == found["Listed beside the result"]
    assert found["Due"][0].startswith("“by March 2010”, read as 31 March 2010; that day is in time")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(
            '{ at_least = 4, to_be_reviewed = true, reviewed_by = "the board", review_on = 2009-12-31 }',
            ["at least 4; to be reviewed by the board on 31 December 2009"],
            id="review",
        ),
        pytest.param(
            '{ at_least = 4, set_by = "Task Group", set_on = "early September 2009", ratified_by = "Steering Group", '
            'ratified_on = "September 2009", source = "Annexe 1", quote = "a target of 4" }',
            [
                (
                    "at least 4; set by Task Group in early September 2009; "
                    "ratified by Steering Group in September 2009; source: Annexe 1"
                ),
                "“a target of 4”",
            ],
            id="provenance",
        ),
        pytest.param(
            '{ additional = 10, since = "period_start" }', ["10 additional; since period_start"], id="additional"
        ),
        pytest.param(
            '{ increase = true, baseline = "at(period_start, count(pledged))" }',
            ["an increase; baseline at(period_start, count(pledged))"],
            id="movement",
        ),
        pytest.param(
            '[{ at_least = "TBC" }, { at_least = 4, known_from = 2009-09-01, effective_from = 2009-10-01 }]',
            [
                "version 1: TBC",
                "version 2: at least 4; decided on 1 September 2009; effective from 1 October 2009",
            ],
            id="versions",
        ),
    ],
)
def test_target(explained, target, expected):
    """A target is told with everything that is known of it."""
    found = explained(f'measure = "count(pledged)"\nbetter = "higher"\ntarget = {target}\ndue = "by March 2010"')

    assert expected == found["Target"]


def test_inherited_comparator(explained, tmp_path):
    """A bare number is told with the comparator it was given."""
    keys = 'measure = "count(pledged)"\nbetter = "higher"\ntarget = 4\n'
    path = tmp_path / "q.toml"
    path.write_text(HEAD.replace('id = "s"', 'id = "s"\ncomparator = "at_least"') + keys, encoding="utf-8")
    statement = load_pack(path)
    ((priority, indicator),) = statement.indicators()

    assert ["at least 4; the comparator is inherited"] == dict(explanation(statement, priority, indicator))["Target"]


def test_stages_and_path(explained):
    """Stages are told one by one with their deadlines, and so is the path."""
    found = explained("""
        measure = "count(pledged)"
        better = "higher"
        target = [{ at_least = 4, due = 2009-09-30 }, { at_least = 8, due = 2010-03-31 }]
    """)

    assert found["Target, stage 1"][0].startswith("at least 4; due 30 September 2009")
    assert found["Target, stage 2"][0].startswith("at least 8; due 31 March 2010")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("{ 2009-09-30 = 8, 2009-12-31 = 14 }", ["8 by 30 September 2009", "14 by 31 December 2009"]),
        ('"linear"', ["in a straight line from the start of the period to the target"]),
    ],
)
def test_path(explained, path, expected):
    """The path to a target is told by its points, or as the line it is."""
    keys = f'measure = "count(pledged)"\nbetter = "higher"\ntarget = {{ at_least = 20 }}\npath = {path}\n'

    assert expected == explained(keys)["Path"]


def test_inherited_due(explained):
    """A deadline that the indicator does not name is told as inherited."""
    found = explained('measure = "count(pledged)"\nbetter = "higher"\ntarget = { at_least = 4 }')

    assert found["Due"][0].startswith("31 March 2010, inherited from the statement: the indicator names no date")


def test_parts(explained):
    """Each part is told under its own headings, and how many must be met."""
    found = explained("""
        label = "Matrix"
        require = "all"
        due = "by March 2010"

        [[priority.indicator.part]]
        id = "established"
        statement = "establish a matrix"
        measure = "exists(pledge)"
        target = { delivered = true, evidence = "evidence" }

        [[priority.indicator.part]]
        id = "shared"
        label = "Shared"
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 4 }
    """)

    assert ["establish a matrix"] == found["Part established"]
    assert ["delivered, with evidence; counts once evidence is known"] == found["Part established: target"]
    assert ["at least 4"] == found["Part shared: target"]
    assert ["all"] == found["Parts that must be met"]


def test_narrative(explained):
    """A narrative indicator is told with its text."""
    found = explained('kind = "narrative"\ntext = "Two newsletters."\nstatement = "Facilitate"')

    assert ["Two newsletters."] == found["Told"]


def test_as_text():
    """Headings stand out, long texts wrap within the page."""
    shown = as_text([("Literal words", ["word " * 40]), ("Better", ["higher"])])

    assert shown.startswith("Literal words\n    word word")
    assert shown.endswith("\n\nBetter\n    higher")
    assert max(map(len, shown.splitlines())) <= 96


class TestMany:
    """An explained figure of more subjects than can be named."""

    @pytest.fixture
    def figure(self):
        """A count that half of the members are in."""
        names = [f"N{number:04}" for number in range(2 * NAMED + 20)]
        statement = pack("""measure = 'count(members & organisations(pledge))'\nkind = "monitored\"""")
        pledges = [event("pledge", name) for name in names[::2]]
        return explain(statement, "one", pledges, members(*names), as_of="2010-03-31")

    def test_a_few_are_named(self, figure):
        """How many more there are is said; only reasons that are shown are found."""
        told = dict(evaluated(figure))
        (result,) = figure.results

        assert told["Counted"][0].endswith(", and 10 more")
        assert "and 10 more, whose reasons --format json gives, and --subject of one" == told["Did not count"][-1]
        assert NAMED == len(result.why_not._found)

    def test_all_are_in_the_data(self, figure):
        """JSON has every reason."""
        (data,) = figure.to_dict()["results"]

        assert NAMED + 10 == len(data["why_not"]) == sum(map(bool, data["why_not"].values()))

    def test_it_is_what_an_evaluation_finds(self, figure):
        """A result whose reasons are found later is the same as one that has them."""
        (result,) = figure.results
        plain = pickle.loads(pickle.dumps(result.why_not))  # noqa: S301  # our own

        assert (dict, plain) == (type(plain), result.why_not)


def test_a_reason_is_found_once():
    """Who has one is known before it is looked for."""
    asked = []

    def find(subject):
        asked.append(subject)
        return f"why {subject}"

    found = Found(["b", "a"], find)

    assert ["a", "b"] == list(found)
    assert "a" in found
    assert "c" not in found
    assert None is found.get("c")
    assert [] == asked
    assert ("why b", "why b") == (found["b"], found["b"])
    assert ["b"] == asked


# ── what a figure that is no one set is made of ──────────────────────────────────────────────────────────────────────

QUARTERS = """
measure = "each(quarter, exists(training))"
better = "higher"
target = { at_least = "100%" }
"""
DAYS = [
    event("training", "A", "2009-05-01"),
    event("training", "A", "2009-11-01"),
    event("training", "A", "2010-01-05"),
    event("pledge", "B", "2009-05-01"),
]


def told_of(text, *events, as_of, subject):
    """An explanation's calculation, and the story of a subject in it."""
    statement = pack(text)
    ((_, indicator),) = statement.indicators()
    found = explain(statement, indicator.id, events, members("A", "B"), as_of=as_of, subject=subject)
    assert found.subject_story
    return list(found.calculations[0].step.lines()), found.subject_story


def test_each_quarter_is_told():
    """The calculation says what each came to; the story, in which ones the events of a subject are."""
    lines, story = told_of(QUARTERS, *DAYS, as_of="2009-12-31", subject="A")
    assert lines == [
        "each(quarter, exists(training)) = 0.67 (2 of 3)",
        "  quarter 1, to 30 June 2009: exists(training) = yes",
        "    training = 1 record",
        "  quarter 2, to 30 September 2009: exists(training) = no",
        "    training = 0 records",
        "  quarter 3, to 31 December 2009: exists(training) = yes",
        "    training = 1 record",
    ]
    assert "has_part" == story.outcome
    assert [(one.counted, one.part, one.reason) for one in story.events] == [
        (True, "quarter 1, to 30 June 2009", ""),
        (True, "quarter 3, to 31 December 2009", ""),
        (False, "", "in none of the times looked at, up to 31 December 2009"),
    ]


def test_of_many_quarters_only_what_they_came_to(monkeypatch):
    """A line for each, and not what each of them rests on; whoever has no such event has no part in them."""
    monkeypatch.setattr(tree, "LISTED", 2)
    lines, story = told_of(QUARTERS, *DAYS, as_of="2009-12-31", subject="B")
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  quarter 1, to 30 June 2009", "  quarter 2, to 30 September 2009", "  quarter 3, to 31 December 2009",
    ]  # fmt: skip
    assert ("no_candidate", ()) == (story.outcome, story.events)


def test_a_mean_is_told_by_its_values():
    """What each event brought to it; one whose value is not known did not count."""
    events = [event("training", "A", "2009-05-01", people=4), event("training", "A", "2009-05-02", people="")]
    _, story = told_of(
        'measure = "mean(training.people)"\nkind = "monitored"', *events, as_of="2009-12-31", subject="A"
    )
    assert [(one.counted, one.part, one.reason) for one in story.events] == [
        (True, "people 4", ""), (False, "", "people not known"),
    ]  # fmt: skip
