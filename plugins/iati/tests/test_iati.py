"""An IATI activity, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import pytest

from indicator_engine import evaluate, load_pack, plugins, published
from indicator_engine.hookspecs import Page
from indicator_engine_iati import render

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


ORDER = ["iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status",
         "activity-date", "activity-date", "result"]  # fmt: skip
"""The elements of an activity, in the order of the standard."""


@pytest.fixture
def pledged():
    """Seven of ten pledged."""
    return pledging(7)


def activity(found):
    """The activity about results."""
    (element,) = ET.fromstring(render(found, Page()))  # noqa: S314  # our own file
    return element


def changed(found, **change):
    """The results with the only result changed."""
    return replace(found, results=(replace(found["pledges"], **change),))


def values(found):
    """The target and the actual value of the first indicator."""
    period = activity(found).find("result/indicator/period")
    return [None if (one := period.find(name)) is None else one.get("value") for name in ("target", "actual")]


def test_it_is_registered_by_its_entry_point():
    """An installed output is found without being named."""
    assert (".xml",) == plugins.load().outputs["iati"].suffixes


def test_activity(pledged):
    """The activity has what the standard asks for, in its order."""
    found = activity(pledged)

    assert ORDER == [one.tag for one in found]
    assert "neutral-sample" == found.findtext("iati-identifier")
    assert "Sample" == found.findtext("title/narrative")


@pytest.mark.parametrize(("day", "expected"), [("2010-03-31", "2"), ("2010-04-01", "4")])
def test_status(pledged, day, expected):
    """The activity has ended when the period has."""
    status = activity(replace(pledged, as_of=date.fromisoformat(day))).find("activity-status")

    assert expected == status.get("code")


def test_indicator(pledged):
    """A priority is a result; its indicator has a target and an actual value up to the deadline."""
    indicator = activity(pledged).find("result/indicator")

    assert {"measure": "1", "ascending": "true"} == indicator.attrib
    assert "Pledges" == indicator.findtext("title/narrative")
    assert ["2009-04-01", "2010-03-31"] == [one.get("iso-date") for one in list(indicator.find("period"))[:2]]
    assert ["8", "7"] == values(pledged)


def test_shares_are_percentages(pledged):
    """A share is told out of a hundred."""
    share = changed(pledged, unit="ratio", value=Fraction(1, 8), target_value=Fraction(1, 2))

    assert ["50", "12.5"] == values(share)
    assert "2" == activity(share).find("result/indicator").get("measure")


def test_what_is_delivered_is_qualitative(pledged):
    """A thing to be delivered has words and no number."""
    found = changed(pledged, value=True, target_value=None)

    assert [None, None] == values(found)
    assert "delivered" == activity(found).findtext("result/indicator/period/actual/comment/narrative")


def test_baseline(pledged):
    """A baseline is told where its day is known."""
    target = replace(pledged["pledges"].target, baseline_date=date(2009, 3, 31))
    baseline = activity(changed(pledged, target=target, baseline=Fraction(5))).find("result/indicator/baseline")

    assert {"year": "2009", "iso-date": "2009-03-31", "value": "5"} == baseline.attrib


def test_parts_are_indicators(pledged):
    """A part is an indicator beside its whole."""
    found = changed(pledged, parts=(replace(pledged["pledges"], id="part", label="Part"),))

    assert ["Pledges", "Pledges: Part"] == [
        one.text for one in activity(found).iterfind("result/indicator/title/narrative")
    ]


def test_small_figures_are_left_out_for_the_public():
    """Two editions for the public that differ only in a small figure are the same."""
    one, other = (render(published(pledging(count)), Page()) for count in (2, 3))

    assert one == other


@pytest.mark.parametrize("text", ["<&>\"'", "a\x07b", "\ufffe", "\ud800", "]]>"])
def test_texts_stay_texts(pledged, text):
    """No text of others becomes markup, and none breaks the file."""
    shown = activity(changed(pledged, label=text)).findtext("result/indicator/title/narrative")

    assert text.translate({7: "\\x07", 0xFFFE: "\\ufffe", 0xD800: "\\ud800"}) == shown
