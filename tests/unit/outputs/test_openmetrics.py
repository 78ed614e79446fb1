"""OpenMetrics text, read by the parser of Prometheus."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse

from indicator_engine.builtin.output_openmetrics import render
from indicator_engine.conventions import VERDICTS
from indicator_engine.hookspecs import Page
from indicator_engine.rendering.audience import published


def samples(results, name):
    """The samples of one metric: their labels and numbers."""
    families = {family.name: family for family in parse(render(results, Page()).decode())}
    return [(sample.labels, sample.value) for sample in families[name].samples]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("value", {"pledges": 17, "matrix": 1, "matrix/updated": 9 / 17, "matrix/shared": 0}),
        ("target", {"pledges": 20, "matrix/updated": 0.5}),
        ("needed", {"pledges": 3, "matrix": 1}),
        ("undecided", {"pledges": 1, "matrix": 0, "matrix/updated": 0, "matrix/shared": 0}),
    ],
)
def test_numbers(results, metric, expected):
    """Each number that is known has a sample; what is not known has none."""
    found = {
        "/".join(filter(None, (labels["indicator"], labels["part"]))): value
        for labels, value in samples(results, f"indicators_{metric}")
    }

    assert expected == found


def test_verdict_is_a_state(results):
    """Of all verdicts the one that it is has 1."""
    states = [(labels["indicators_verdict"], on) for labels, on in samples(results, "indicators_verdict")
              if labels["indicator"] == "pledges"]  # fmt: skip

    assert [*VERDICTS, "withheld"] == [verdict for verdict, _ in states]
    assert ["missed"] == [verdict for verdict, on in states if on]


def test_statement(results):
    """The statement, the day and what the figures rest on are labels."""
    ((labels, value),) = samples(results, "indicators_statement")

    assert (1, "s", "2010-03-31", "0.1.0") == (value, labels["statement"], labels["as_of"], labels["engine"])


@pytest.mark.parametrize("text", ['"', "\\", '\\"', "a\nb", "}", "#", 'x"} 1\n# EOF'])
def test_texts_stay_labels(results, pledges, text):
    """No text of others ends its label."""
    statement = replace(results.statement, title=text)
    hostile = replace(results, statement=statement, results=(replace(pledges, id=text),))

    assert " ".join(text.split()) == samples(hostile, "indicators_statement")[0][0]["title"]
    assert [" ".join(text.split())] == [labels["indicator"] for labels, _ in samples(hostile, "indicators_value")]


def test_public_edition_does_not_say_what_is_undecided(results):
    """How many are undecided is for the partnership."""
    assert [] == samples(published(results), "indicators_undecided")
