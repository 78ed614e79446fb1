"""Results as columns: frames of pandas and Polars, and the Arrow stream behind them."""

from __future__ import annotations

import builtins
import math
from dataclasses import replace
from datetime import date
from fractions import Fraction

import duckdb
import pandas as pd
import pytest
from tests.helpers import event, members
from tests.helpers import results as evaluated

from indicator_engine.evaluation.frames import COLUMNS
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.store.sandbox import ArrowStream

PLEDGES = """
    measure = "count(members & organisations(pledge))"
    better = "higher"
    target = { at_least = 3 }
    due = "by March 2010"
"""


@pytest.fixture
def results():
    """Two of three pledged."""
    return evaluated(PLEDGES, event("pledge", "A"), event("pledge", "B"), register=members("A", "B", "C"))


def test_polars(results):
    """Each column has its type: numbers, days, lists."""
    (row,) = results.to_polars().to_dicts()

    assert list(COLUMNS) == list(row)
    assert (2.0, 3.0, 1.0, None) == (row["value"], row["target_comes_to"], row["needed"], row["delivered"])
    assert (date(2010, 3, 31), ["A", "B"], "missed") == (row["due"], row["who"], row["verdict"])


def test_pandas(results):
    """The same as a frame of pandas."""
    frame = results.to_pandas()
    row = frame.iloc[0]

    assert list(COLUMNS) == list(frame.columns)
    assert (2.0, pd.Timestamp("2010-03-31"), ("A", "B")) == (row["value"], row["due"], tuple(row["who"]))
    assert math.isnan(row["expected"])
    assert row["delivered"] is pd.NA


def test_frames_agree(results):
    """Both frames and the stream tell the same figures."""
    connection = duckdb.connect(":memory:")
    stream = ArrowStream(results)  # noqa: F841  # the query names it
    told = connection.sql("SELECT id, value, verdict FROM stream").fetchall()
    connection.close()

    assert told == results.to_polars().select("id", "value", "verdict").rows()
    assert told == [tuple(row) for row in results.to_pandas()[["id", "value", "verdict"]].to_numpy()]


def test_parts_have_rows_of_their_own(results):
    """A part tells what it is a part of, and a thing to be delivered is no number."""
    (whole,) = results
    part = replace(whole, id="part", value=True, bounds=(-math.inf, math.inf))
    frame = replace(results, results=(replace(whole, parts=(part,)),)).to_polars()

    assert [("", "one", 2.0, None), ("one", "part", None, True)] == frame.select(
        "part_of", "id", "value", "delivered"
    ).rows()
    assert [None, None] == [frame["low"][1], frame["high"][1]]


def test_no_results(results):
    """A statement without indicators gives frames without rows, with the same columns."""
    empty = replace(results, results=())

    assert (0, len(COLUMNS)) == empty.to_polars().shape
    assert (0, len(COLUMNS)) == empty.to_pandas().shape


@pytest.mark.parametrize("text", ["\ud800", "\0", "ŵ😀"])
def test_any_text(results, text):
    """What no stream can hold is written out."""
    (whole,) = results
    frame = replace(results, results=(replace(whole, label=text, value=Fraction(1, 3)),)).to_polars()

    assert text.encode("utf-8", "backslashreplace").decode() == frame["label"][0]


@pytest.mark.parametrize(("library", "name"), [("polars", "Polars"), ("pandas", "pandas")])
def test_library_that_is_missing(results, monkeypatch, library, name):
    """Without the library the message says what to install."""
    real = builtins.__import__

    def without(wanted, *rest, **more):
        if wanted == library:
            raise ImportError(wanted)
        return real(wanted, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(IndicatorEngineError) as caught:
        getattr(results, f"to_{library}")()
    assert f"{name} is not installed: pip install {library}" == str(caught.value)
