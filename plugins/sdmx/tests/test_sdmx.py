"""SDMX-CSV, read back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from tests.helpers import event, members, results

from indicator_engine import plugins, published
from indicator_engine.hookspecs import Page
from indicator_engine_sdmx import COLUMNS, render

PLEDGES = """
    id = "pledges"
    measure = "count(members & organisations(pledge))"
    better = "higher"
    target = { at_least = 8 }
    due = "by March 2010"
"""


def pledged(count, **more):
    """The results of so many of ten that pledged."""
    pledges = [event("pledge", f"M{at}") for at in range(count)]
    return results(PLEDGES, *pledges, register=members(*(f"M{at}" for at in range(10))), **more)


def rows(found):
    """The observations, by column."""
    return list(csv.DictReader(io.StringIO(render(found, Page()).decode(), newline="")))


def test_it_is_registered_by_its_entry_point():
    """An installed output is found without being named, and asks for the course of the figures."""
    assert plugins.load().outputs["sdmx-csv"].wants_series


def test_observation():
    """A figure is an observation with its target and verdict."""
    (row,) = rows(pledged(7))

    assert list(COLUMNS) == list(row)
    assert ("dataflow", "neutral:sample(1.0.0)", "I") == tuple(row.values())[:3]
    assert ("pledges", "2010-03-31", "7", "A", "count", "8", "missed") == tuple(row.values())[3:]


def test_course():
    """Each day of the course is an observation, none of them twice."""
    found = rows(pledged(7, series=True))
    days = [row["TIME_PERIOD"] for row in found]

    assert sorted(set(days)) == days
    assert ["0", "7"] == [row["OBS_VALUE"] for row in found if row["TIME_PERIOD"] in {"2009-04-30", "2009-05-31"}]
    assert [""] * (len(found) - 1) + ["missed"] == [row["VERDICT"] for row in found]


def test_small_figures_are_suppressed_for_the_public():
    """What the edition for the public does not tell is marked as suppressed."""
    (row,) = rows(published(pledged(3)))

    assert ("", "Q") == (row["OBS_VALUE"], row["OBS_STATUS"])


def test_public_editions_do_not_part_small_figures():
    """Two that differ only in a small figure are the same to the public."""
    one, other = (render(published(pledged(count, series=True)), Page()) for count in (2, 3))

    assert one == other


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"value": None, "unknown": ("no_data",)}, ("", "O")),
        ({"value": True}, ("1", "A")),
        ({"flags": ("provisional",)}, ("7", "P")),
    ],
)
def test_status(change, expected):
    """What is missing or provisional says so; a thing delivered is 1."""
    found = pledged(7)
    (row,) = rows(replace(found, results=(replace(found["pledges"], **change),)))

    assert expected == (row["OBS_VALUE"], row["OBS_STATUS"])


def test_parts_are_named_as_the_standard_lets_ids_be():
    """A part is told from the whole by its id."""
    found = pledged(7)
    whole = replace(found["pledges"], parts=(replace(found["pledges"], id="part"),))
    codes = [row["INDICATOR"] for row in rows(replace(found, results=(whole,)))]

    assert ["pledges", "pledges@part"] == codes
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", code) for code in codes)
