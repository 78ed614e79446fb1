"""SDMX-CSV, read back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from indicator_engine import evaluate, load_pack, plugins, published
from indicator_engine.hookspecs import Page
from indicator_engine_sdmx import COLUMNS, render

PACK = """
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[subject.attributes]
kind = { type = "choice", choices = ["member", "public"] }

[population.members]
where = 'kind == "member"'

[event.pledge]

[[priority]]
id = "first"
title = "First"

  [[priority.indicator]]
  id = "pledges"
  label = "Pledges"
  measure = "count(members & organisations(pledge))"
  better = "higher"
  target = { at_least = 8 }
  due = "by March 2010"
"""


def pledging(count, **more):
    """The results of so many of ten that pledged."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.toml"
        path.write_text(PACK, encoding="utf-8")
        pack = load_pack(path)
    register = [{"organisation": f"M{at}", "kind": "member"} for at in range(10)]
    events = [
        {"event_id": f"E{at}", "type": "pledge", "organisation": f"M{at}", "occurred_on": "2009-05-01"}
        for at in range(count)
    ]
    return evaluate(pack, events, register, as_of="2010-03-31", **more)


def rows(found):
    """The observations, by column."""
    return list(csv.DictReader(io.StringIO(render(found, Page()).decode(), newline="")))


def test_it_is_registered_by_its_entry_point():
    """An installed output is found without being named, and asks for the course of the figures."""
    assert plugins.load().outputs["sdmx-csv"].wants_series


def test_observation():
    """A figure is an observation with its target and verdict."""
    (row,) = rows(pledging(7))

    assert list(COLUMNS) == list(row)
    assert ("dataflow", "neutral:sample(1.0.0)", "I") == tuple(row.values())[:3]
    assert ("pledges", "2010-03-31", "7", "A", "count", "8", "missed") == tuple(row.values())[3:]


def test_course():
    """Each day of the course is an observation, none of them twice."""
    found = rows(pledging(7, series=True))
    days = [row["TIME_PERIOD"] for row in found]

    assert sorted(set(days)) == days
    assert ["0", "7"] == [row["OBS_VALUE"] for row in found if row["TIME_PERIOD"] in {"2009-04-30", "2009-05-31"}]
    assert [""] * (len(found) - 1) + ["missed"] == [row["VERDICT"] for row in found]


def test_small_figures_are_suppressed_for_the_public():
    """What the edition for the public does not tell is marked as suppressed."""
    (row,) = rows(published(pledging(3)))

    assert ("", "Q") == (row["OBS_VALUE"], row["OBS_STATUS"])


def test_public_editions_do_not_part_small_figures():
    """Two that differ only in a small figure are the same to the public."""
    one, other = (render(published(pledging(count, series=True)), Page()) for count in (2, 3))

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
    found = pledging(7)
    (row,) = rows(replace(found, results=(replace(found["pledges"], **change),)))

    assert expected == (row["OBS_VALUE"], row["OBS_STATUS"])


def test_parts_are_named_as_the_standard_lets_ids_be():
    """A part is told from the whole by its id."""
    found = pledging(7)
    whole = replace(found["pledges"], parts=(replace(found["pledges"], id="part"),))
    codes = [row["INDICATOR"] for row in rows(replace(found, results=(whole,)))]

    assert ["pledges", "pledges@part"] == codes
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", code) for code in codes)
