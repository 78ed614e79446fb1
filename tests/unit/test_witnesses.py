"""The smallest histories of small packs are found, whatever the form of the target; an impossible one is told."""

from __future__ import annotations

from datetime import date

import pytest
from tests.helpers import pack

from indicator_engine.engine.rows import evaluate
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.testing.scenes import Case, Happening, Role, Scene, smaller, together
from indicator_engine.testing.witness_saving import as_test
from indicator_engine.testing.witness_words import told
from indicator_engine.testing.witnesses import confirm, witnesses

pytestmark = pytest.mark.generative


def found(text, name="one"):
    """The witnesses of a pack's only indicator."""
    statement = pack(text)
    return statement, witnesses(statement, name)


def values(text, name="one"):
    """The value of each witness by its kind."""
    return {one.kind: one.result.value for one in found(text, name)[1].found}


def test_count():
    """A count of organisations: as many as asked, one less, and each in its turn."""
    measure = 'measure = "count(members & organisations(in_force(pledge)))"'
    found = values(f'{measure}\nbetter = "higher"\ntarget = {{ at_least = 3 }}\n')

    assert {"met": 3, "missed": 2, "in_time": 3, "late": 2, "undecided": 2, "lost": 2} == found


@pytest.mark.parametrize(
    ("measure", "target", "met", "missed"),
    [
        ("count(pledge)", "{ at_least = 2 }", 2, 1),
        ("count(pledge)", "{ more_than = 2 }", 3, 2),
        ("count(pledge)", "{ exactly = 2 }", 2, 1),
        ("count(pledge)", "{ between = [2, 3] }", 2, 1),
        ("count(pledge)", "{ at_most = 2 }", 0, 3),
        ("count(pledge)", "{ less_than = 2 }", 0, 2),
        ("sum(training.people)", "{ at_least = 40 }", 40, 39),
        ("sum(latest(headcount).people)", "{ at_least = 40 }", 40, 39),
        ("count(pledge[stage >= 2])", "{ additional = 2, since = 2009-04-30 }", 2, 1),
        ("count(pledge)", "{ increase = true, baseline = 1 }", 2, 1),
        ("count(pledge)", "{ increase = true, baseline_date = 2009-03-31 }", 1, 0),
        ('exists(paper[item == "survey"])', '{ delivered = true, evidence = "evidence" }', True, False),
        ("ratio(organisations(pledge) & members, members)", '{ at_least = "50%" }', 1, 0),
        ("count(members[every(tender[definitely(viable)], code_included)])", "{ at_least = 2 }", 2, 1),
        ("count(organisations(sighting[other_org in members]))", "{ at_least = 2 }", 2, 1),
        ("each(quarter, exists(paper))", '{ at_least = "100%" }', 1, "3/4"),
    ],
)
def test_forms(measure, target, met, missed):
    """Each form of target has a history that meets it, and one that misses it by as little as can be."""
    better = "lower" if "most" in target or "less" in target else "higher"
    written = "" if "delivered" in target or "exactly" in target or "between" in target else f'better = "{better}"\n'
    kinds = values(f"measure = '{measure}'\n{written}target = {target}\ndue = 'by March 2010'\n")

    assert met == kinds["met"]
    assert str(missed) == str(kinds["missed"])


def test_last_day_is_that_of_the_phrase():
    """The pair around the deadline shows how a phrase was read."""
    text = 'measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 1 }\ndue = "by December 2009"\n'
    _, answer = found(text)

    assert (date(2009, 12, 31), date(2010, 1, 1)) == (answer.of("in_time").turns_on, answer.of("late").turns_on)
    assert ("met", "missed") == (answer.of("in_time").result.verdict, answer.of("late").result.verdict)


def test_target_that_nothing_meets():
    """A pack that asks for the impossible is told so."""
    text = """
    measure = "count(organisations(pledge[stage >= 3]) - organisations(pledge))"
    better = "higher"
    target = { at_least = 1 }
    """
    statement, answer = found(text)

    assert not answer.is_sound
    assert "No history was found that meets it" in told(statement, answer)


def test_target_that_nothing_misses():
    """A pack whose target is met whatever happens is told so."""
    statement, answer = found('measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 0 }\n')

    assert not answer.is_sound
    assert "No history was found that misses it" in told(statement, answer)


def test_figure_without_a_target():
    """Of a figure that is only monitored, the first thing that counts is shown and the last day that does."""
    kinds = values('kind = "monitored"\nmeasure = "sum(in_period(training).people)"\n')

    assert {"counts": 1, "in_time": 1, "late": 0, "undecided": 0} == kinds


def test_narrative():
    """What is only told has no histories, and nothing is wrong with that."""
    _, answer = found('kind = "narrative"\ntext = "told"\n')

    assert (True, ()) == (answer.is_sound, answer.found)


def test_parts():
    """An indicator of parts is met by all of them at once, also where they are in each other's way."""
    text = """
    require = "all"
    [[priority.indicator.part]]
    id = "few"
    measure = "count(pledge)"
    better = "higher"
    target = { at_least = 1 }
    [[priority.indicator.part]]
    id = "high"
    measure = "mean(pledge.stage)"
    better = "higher"
    target = { at_least = 3 }
    """
    _, answer = found(text)

    assert ("met", "missed") == (answer.of("met").result.verdict, answer.of("missed").result.verdict)
    assert ["one/few", "one/high"] == [part.indicator for part in answer.parts]


@pytest.mark.parametrize(
    ("measure", "target"),
    [
        ("count(members & organisations(in_force(pledge)))", "{ at_least = 3 }"),
        ("sum(training.people)", "{ at_least = 40 }"),
        ("ratio(organisations(pledge) & members, members)", '{ at_least = "50%" }'),
    ],
)
def test_nothing_can_be_left_out(measure, target):
    """The history that meets a target is the smallest: with anything less it does not."""
    statement, answer = found(f"measure = '{measure}'\nbetter = 'higher'\ntarget = {target}\n")
    met = answer.of("met")
    assert met

    for less in smaller(met.scene):
        events, register = less.rows(statement.schema)
        assert "met" != evaluate(statement, events, register, as_of=met.as_of)["one"].verdict


def test_unknown_indicator():
    """An unknown indicator is answered with the nearest."""
    with pytest.raises(IndicatorEngineError, match="did you mean `one`"):
        found('measure = "count(pledge)"\n', "once")


def test_same_in_every_run():
    """The search finds the same histories every time."""
    text = 'measure = "count(members & organisations(pledge))"\nbetter = "higher"\ntarget = { at_least = 2 }\n'

    assert [one.scene for one in found(text)[1].found] == [one.scene for one in found(text)[1].found]


def test_confirmed_by_the_public_api():
    """What a witness says is what the engine says of its rows."""
    text = 'measure = "count(members & organisations(pledge))"\nbetter = "higher"\ntarget = { at_least = 2 }\n'
    statement, answer = found(text)

    assert [one.result for one in answer.found] == [confirm(statement, one) for one in answer.found]


def test_as_a_test():
    """A witness is written as a test of a pack."""
    _, answer = found('measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 1 }\n')

    assert (
        "[[test]]\n"
        'name = "witness of one: the smallest history that meets it"\n'
        "as_of = 2010-03-31\n"
        "given.events = [\n"
        '  { type = "pledge", organisation = "A", occurred_on = 2009-04-01 },\n'
        "]\n"
        'expect.one = { value = 1, verdict = "met", needed = 0 }\n'
    ) == as_test(answer.of("met"))


class TestScenes:
    """Histories as values."""

    def test_names(self):
        """Organisations that are alike are numbered, on through cases of the same role."""
        scene = Scene((Case("A", (), (), 9), Case("A", ()), Case("H", ())))

        assert [["A01", "A09"], ["A10", "A10"], ["H", "H"]] == [[n[0], n[-1]] for _, n in scene.names()]

    def test_rows_name_who_is_meant(self):
        """A cell that names a role has the name of the first one in it, and "self" is the organisation itself."""
        cells = (("occurred_on", date(2009, 5, 1)), ("other_org", Role("H")), ("own", Role("self")))
        scene = Scene((Case("A", None, (Happening("sighting", cells),)), Case("H", ())))
        (event,), (row,) = scene.rows(pack('measure = "count(pledge)"\n').schema)

        assert ("A", "H", "A") == (event["organisation"], event["other_org"], event["own"])
        assert {"organisation": "H"} == row

    def test_smaller(self):
        """Whatever is smaller is smaller in some way, and in no way larger."""
        one = Happening("pledge", (("occurred_on", date(2009, 5, 1)), ("stage", 2)))
        scene = Scene((Case("A", (("kind", "member"),), (one, one), 8), Case("B", ())))

        assert all(less.size != scene.size for less in smaller(scene))
        assert all(a <= b for less in smaller(scene) for a, b in zip(less.size, scene.size, strict=True))

    def test_together(self):
        """Two histories side by side keep apart who is who."""
        scene = together(Scene((Case("A", ()),)), Scene((Case("A", (("partner", Role("A")),)),)))

        assert [("A", ()), ("B", (("partner", Role("B")),))] == [(case.role, case.row) for case in scene.cases]
