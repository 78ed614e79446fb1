"""JSON and Parquet: formats that have types of their own."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.spec.messy.case import Case, Refused, Taken, people, text, who

GOOD = {"event_id": "E1", "type": "training", "organisation": "A", "occurred_on": "2009-06-05"}


def line(number: int = 1, **more: Any) -> str:
    """An object of a training day, on one line."""
    return json.dumps(GOOD | {"event_id": f"E{number}", "organisation": who(number)} | more)


@cache
def parquet(columns: str) -> bytes:
    """A Parquet file of one training day, with more columns as SQL has them."""
    import duckdb  # heavy, and only here

    fixed = ", ".join(f"'{cell}' AS {name}" for name, cell in GOOD.items() if f" AS {name}" not in columns)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.parquet"
        with duckdb.connect() as connection:
            connection.sql(f"SELECT {fixed}, {columns}").write_parquet(str(path))  # our own words
        return path.read_bytes()


def json_lines(name: str, odd: str, content: bytes, expected: Taken | Refused, **more: Any) -> Case:
    return Case(name, odd, content, expected, file="returns.jsonl", **more)


def of_parquet(name: str, odd: str, columns: str, expected: Taken | Refused, **more: Any) -> Case:
    return Case(name, odd, lambda: parquet(columns), expected, file="returns.parquet", **more)


JSON = (
    json_lines(
        "bad-line",
        "a line that is no JSON, cut short or with single quotation marks",
        text(line(1, people=5), line(2)[:-9], "{'event_id': 'E3'}", line(4, people=6)),
        Taken(4, stored=2, aside=((2, "IE348", ""), (3, "IE348", "")), holds=people(E1=5, E4=6)),
    ),
    json_lines(
        "key-twice-in-object",
        "an object that has one key twice",
        text(line(1, people=5), line(2)[:-1] + ', "people": 5, "people": 6}'),
        Taken(2, stored=1, aside=((2, "IE344", ""),), holds=people(E1=5)),
        says=("people",),
    ),
    json_lines(
        "nan-in-json",
        "NaN and infinity, which JSON does not have",
        text(line(1)[:-1] + ', "cost": NaN}', line(2)[:-1] + ', "cost": -Infinity}', line(3)[:-1] + ', "cost": 1e999}'),
        Taken(3, aside=((1, "IE348", ""), (2, "IE348", ""), (3, "IE354", "cost"))),
    ),
    json_lines(
        "nested",
        "an object inside an object, and lines that are no objects",
        text(line(1, note={"by": "the office"}), '["E2"]', '"E3"', "null", line(5, people=5)),
        Taken(
            5,
            stored=1,
            aside=((1, "IE349", ""), (2, "IE349", ""), (3, "IE349", ""), (4, "IE349", "")),
            holds=people(E5=5),
        ),
    ),
    json_lines(
        "typed-json",
        "numbers, truth, gaps and texts as JSON has them",
        text(
            line(1, people=5, cost=0.1, paid=True, topic="care", note=None),
            line(2, people="5", cost="0.1", paid="no"),
            line(3, people=5.0, cost=12345678901234.5),
            line(4, people=True),
            line(5, occurred_on=20090605),
            line(6, people=5.5),
        ),
        Taken(
            6,
            stored=3,
            aside=((4, "IE354", "people"), (5, "IE350", "occurred_on"), (6, "IE355", "people")),
            holds={
                "E1": {"people": 5, "cost": Fraction(1, 10), "paid": True, "topic": "care", "note": None},
                "E2": {"people": 5, "cost": Fraction(1, 10), "paid": False},
                "E3": {"people": 5, "cost": Fraction("12345678901234.5")},
            },
        ),
    ),
    json_lines(
        "keys-missing",
        "objects that lack keys which others have",
        text(line(1, people=5), line(2), '{"event_id": "E3", "type": "training"}'),
        Taken(3, stored=2, aside=((3, "IE302", "occurred_on"),), holds=people(E1=5) | {"E2": {"people": None}}),
    ),
    json_lines(
        "key-undeclared",
        "a key that nobody declares, in one object of many",
        text(line(1, people=5), line(2, poeple=6)),
        Refused((("IE303", 0),)),
        says=("did you mean `people`?",),
    ),
    json_lines(
        "blank-lines-of-json",
        "blank lines between the objects",
        text(line(1, people=5), "", "  ", line(2, people="x")),
        Taken(4, stored=1, blank=2, aside=((4, "IE354", "people"),), holds=people(E1=5)),
    ),
    json_lines("empty-json-lines", "a file of JSON lines that has no bytes", b"", Refused((("IE343", 0),))),
    json_lines(
        "half-characters",
        "half of a character that has two halves, written as an escape",
        text(line(1)[:-1] + ', "note": "\\ud800"}', line(2, note="\U0001f600")),
        Taken(2, stored=1, aside=((1, "IE342", "note"),), holds={"E2": {"note": "\U0001f600"}}),
    ),
    json_lines(
        "nul-in-json",
        "a NUL character, written as an escape",
        text(line(1, note="a\0b"), line(2, note="fine")),
        Taken(2, stored=1, aside=((1, "IE342", "note"),), holds={"E2": {"note": "fine"}}),
    ),
    Case(
        "list-of-objects",
        "a .json that is a list of objects, one of which is none",
        text("[", line(1, people=5) + ",", '"E2",', line(3, people="x"), "]"),
        Taken(3, stored=1, aside=((2, "IE349", ""), (3, "IE354", "people")), holds=people(E1=5)),
        file="returns.json",
    ),
    Case(
        "no-list",
        "a .json that is one object",
        text('{"rows": []}'),
        Refused((("IE349", 1),)),
        file="returns.json",
        says=(".jsonl",),
    ),
    Case(
        "trailing-comma",
        "a .json that is no JSON: a comma after the last object",
        text("[", line(1) + ",", "]"),
        Refused((("IE348", 3),)),
        file="returns.json",
    ),
)

PARQUET = (
    of_parquet(
        "typed-parquet",
        "columns of numbers, days and truth",
        "DATE '2009-06-05' AS occurred_on, 5 AS people, 0.1::DECIMAL(9, 2) AS cost, true AS paid",
        Taken(
            1,
            stored=1,
            holds={"E1": {"occurred_on": date(2009, 6, 5), "people": 5, "cost": Fraction(1, 10), "paid": True}},
        ),
    ),
    of_parquet(
        "floats",
        "a number of double precision, which is read as what it shows",
        "0.1::DOUBLE AS cost",
        Taken(1, stored=1, holds={"E1": {"cost": Fraction(1, 10)}}),
    ),
    of_parquet(
        "nan-in-parquet",
        "NaN in a column of numbers, which is no blank",
        "'nan'::DOUBLE AS cost",
        Taken(1, aside=((1, "IE354", "cost"),)),
    ),
    of_parquet(
        "nulls",
        "columns without a value",
        "NULL::INTEGER AS people, NULL::VARCHAR AS note",
        Taken(1, stored=1, holds={"E1": {"people": None, "note": None}}),
    ),
    of_parquet(
        "instants",
        "a day as an instant: at midnight it is a day",
        "TIMESTAMP '2009-06-05 00:00:00' AS occurred_on",
        Taken(1, stored=1, holds={"E1": {"occurred_on": date(2009, 6, 5)}}),
    ),
    of_parquet(
        "instants-with-time",
        "a day as an instant that has a time",
        "TIMESTAMP '2009-06-05 14:30:00' AS occurred_on",
        Taken(1, aside=((1, "IE353", "occurred_on"),)),
    ),
    of_parquet(
        "wrong-type",
        "a column of texts where numbers belong, and one of numbers where days belong",
        "20090605 AS occurred_on, 'many' AS people",
        Taken(1, aside=((1, "IE350", "occurred_on"),)),
        says=('"many" is not a number',),
    ),
    Case(
        "damaged-parquet",
        "a .parquet that was cut short",
        lambda: parquet("5 AS people")[:-40],
        Refused((("IE371", 0),)),
        file="returns.parquet",
        says=("cut short",),
    ),
    Case(
        "csv-as-parquet",
        "a CSV file that is named .parquet",
        text("event_id,type", "E1,pledge"),
        Refused((("IE371", 0),)),
        file="returns.parquet",
        says=("no Parquet file",),
    ),
)

STRUCTURED = (*JSON, *PARQUET)
