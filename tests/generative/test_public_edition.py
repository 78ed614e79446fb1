"""A law of the edition for the public: no output, whatever its form, parts one small figure from another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import event, members, results

from indicator_engine import plugins
from indicator_engine.evaluation.differences import Difference, Differences, Figure, Named, Step
from indicator_engine.evaluation.results import Provenances
from indicator_engine.hookspecs import Page
from indicator_engine.rendering.audience import published

OUTPUTS = plugins.load(installed=False).outputs
FORMS = ["table", "markdown", "csv", "csv-raw", "json", "html", "excel", "word", "pdf", "csvw", "openmetrics"]

MEASURES = {
    "count": "count(members & organisations(pledge))",
    "share": "ratio(members & organisations(pledge), members)",
    "sum": "sum(training.people)",
}


SMALL = st.tuples(st.integers(1, 4), st.integers(1, 4))
"""A small count of today, and one of an earlier edition."""


@pytest.mark.generative
@settings(deadline=None, max_examples=40)
@given(
    measure=st.sampled_from(sorted(MEASURES)),
    counts=st.tuples(SMALL, SMALL),
    goal=st.integers(1, 12),
    comparator=st.sampled_from(["at_least", "more_than", "at_most", "exactly"]),
    path=st.sampled_from(["", 'path = "linear"']),
    as_of=st.sampled_from(["2009-09-30", "2010-03-31"]),
)
def test_no_form_parts_one_small_figure_from_another(measure, counts, goal, comparator, path, as_of):
    """Whatever is counted and however it is judged, one to four of it read the same in every form."""
    share = measure == "share"
    target = f'"{goal * 8}%"' if share else goal
    text = f"""
        measure = "{MEASURES[measure]}"
        better = "{"lower" if comparator == "at_most" else "higher"}"
        target = {{ {comparator} = {target} }}
        due = "by March 2010"
        {path if comparator != "exactly" else ""}
    """
    editions = [published(since(neutral(results_of(text, number, as_of)), text, before)) for number, before in counts]

    for form in FORMS:
        one, other = (OUTPUTS[form].render(edition_, Page(details=True)) for edition_ in editions)
        assert one == other


def results_of(text, number, as_of):
    """The answer over so many pledges, and people trained, out of thirty members."""
    pledges = [event("pledge", f"M{at}") for at in range(number)]
    events = [*pledges, event("training", "M0", people=number)]
    register = members(*(f"M{at}" for at in range(30)))
    return results(text, *events, as_of=as_of, register=register, series=True)


def since(found, text, number):
    """The results with what has changed since so many were told."""
    (result,), (earlier,) = found, results_of(text, number, "2009-09-30")
    moved = Step("late_events", Figure.of(earlier), Figure.of(result))
    side = Named(found.as_of, None, 1, "p", "autumn")
    told = Differences(side, side, (Difference(result.id, earlier, result, (moved,)),), {"late_events": (str(number),)})
    flagged = replace(result, flags=(*result.flags, "restated") if earlier.value != result.value else result.flags)
    return replace(found, since=told, results=(flagged,))


def neutral(found):
    """Results that do not carry the digests of their data, which differ, nor where their pack lay."""
    statement = replace(found.statement, digested=None)
    return replace(found, statement=statement, provenance=Provenances("p", "d", "e"))
