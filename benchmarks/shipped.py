"""The shipped packs over any number of made events, from a store: `python -m benchmarks.shipped [--events N]`.

Events are drawn evenly over the pack's types, its year and the year before, and organisations; attributes take the
values that the pack declares, texts one of a few, of which some are those that the pack asks for.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.generate import named, noise

if TYPE_CHECKING:
    from indicator_engine.language.schema import Attribute, Schema

ROOT = Path(__file__).parents[1]
PACKS = {"nottinghamshire": ("2009-10", "2010-01-31"), "derbyshire": ("2008-09", "2008-12-31")}


def value(attribute: Attribute, event: str, texts: list[str], organisations: int) -> str:
    """A query's column of an attribute: missing in one record of fifty."""
    at = noise(f"{event}.{attribute.name}", 3)
    one_of = "[" + ", ".join(f"'{text}'" for text in attribute.choices or texts) + "]"
    size = len(attribute.choices or texts)
    drawn = {
        "integer": f"1 + CAST(floor({at} * 3) AS INTEGER)",
        "truth": f"{at} < 0.8",
        "date": f"occurred_on + CAST(floor({at} * 700) AS INTEGER)",
        "subject": named(at, organisations),
        "evidence": "'document ' || n % 100 || '.pdf'",
    }.get(attribute.type, f"{one_of}[1 + CAST(floor({at} * {size}) AS INTEGER)]")
    return f"CASE WHEN {noise(f'{event}.{attribute.name} there', 5)} < 0.98 THEN CAST({drawn} AS VARCHAR) END"


def events_query(schema: Schema, texts: list[str], events: int, organisations: int, first: str) -> str:
    """A query for the events: each has the columns of every type, and its own filled."""
    names = list(schema.events)
    attributes = {name for event in schema.events.values() for name in event.attributes}
    columns = []
    for attribute in sorted(attributes):
        cases = [
            f"WHEN '{name}' THEN {value(event.attributes[attribute], name, texts, organisations)}"
            for name, event in schema.events.items()
            if attribute in event.attributes
        ]
        columns.append(f"CASE type {' '.join(cases)} END AS {attribute}")
    kinds = "[" + ", ".join(f"'{name}'" for name in names) + "]"
    return f"""
    SELECT 'e' || n AS event_id, type, organisation, occurred_on, {", ".join(columns)}
    FROM (SELECT n, {kinds}[1 + n % {len(names)}] AS type,
                 {named(noise("organisation", 1), organisations)} AS organisation,
                 DATE '{first}' + CAST(floor({noise("day", 2)} * 730) AS INTEGER) AS occurred_on
          FROM (SELECT unnest(range({events})) AS n))
    """


def register_query(schema: Schema, organisations: int, first: str) -> str:
    """A query for the register: everybody has been there from the beginning, and a tenth leaves."""
    columns = []
    for name, attribute in schema.subject.attributes.items():
        choices = attribute.choices or ("one", "two", "three")
        one_of = "[" + ", ".join(f"'{text}'" for text in choices) + "]"
        left = f"CASE WHEN n % 10 = 0 THEN DATE '{first}' + CAST(n % 730 AS INTEGER) END"
        day = left if name.endswith("_to") else f"DATE '{first}' - CAST(n % 300 AS INTEGER)"
        columns.append(f"{day if attribute.type == 'date' else f'{one_of}[1 + n % {len(choices)}]'} AS {name}")
    return (
        f"SELECT 'N' || lpad(CAST(n + 1 AS VARCHAR), 7, '0') AS {schema.subject.singular}, {', '.join(columns)} "
        f"FROM (SELECT unnest(range({organisations})) AS n)"
    )


def made(folder: Path, county: str, events: int, organisations: int) -> Path:
    """A store of made events for a shipped pack."""
    import duckdb

    from indicator_engine import import_rows, load_pack, open_store

    name, day = PACKS[county]
    source = ROOT / "indicators" / county / f"{name}.toml"
    pack, first = load_pack(source), f"{int(day[:4]) - 1}-01-01"
    schema = pack.schema
    said = re.findall(r'item == \\?["\']([^"\'\\]+)', source.read_text(encoding="utf-8"))
    texts = sorted(set(said)) or ["one", "two"]
    folder.mkdir(parents=True, exist_ok=True)
    parquet, register, store = folder / "events.parquet", folder / "register.csv", folder / "made.store"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({events_query(schema, texts, events, organisations, first)}) TO '{parquet}'")
        connection.execute(f"COPY ({register_query(schema, organisations, first)}) TO '{register}' (HEADER)")
    with open_store(store, writable=True) as opened:
        import_rows(opened, pack, register, register=True)
        receipt = import_rows(opened, pack, parquet)
    assert receipt.stored + receipt.quarantined == events, receipt
    return store


def timed(county: str, store: Path, *, series: bool, state: bool | None = None) -> dict[str, Any]:
    """Processor and wall milliseconds of a whole pack, after one round that finds what is contested.

    With `state`, that round also makes the courses of figures, which are then kept beside the store.
    """
    from indicator_engine import load_pack, open_store
    from indicator_engine.engine.stores import evaluate_store

    name, day = PACKS[county]
    pack = load_pack(ROOT / "indicators" / county / f"{name}.toml")
    best: tuple[float, float] | None = None
    for _ in range(4):
        wall, cpu = time.perf_counter(), time.process_time()
        with open_store(store) as opened:
            evaluate_store(pack, opened, as_of=day, evaluator="compiled", evidence=False, series=series, state=state)
        found = time.perf_counter() - wall, time.process_time() - cpu
        best = min(best, found) if best else found
    assert best
    what = f"{county}, {'a day and its series' if series else 'a day'}{', courses kept' if state else ''}"
    return {"what": what, "wall_ms": round(best[0] * 1000), "cpu_ms": round(best[1] * 1000)}


def main() -> None:
    """Make stores of events, and print what both packs take for a day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--organisations", type=int, default=5_000)
    given = parser.parse_args()
    for county in PACKS:
        with TemporaryDirectory() as name:
            store = made(Path(name), county, given.events, given.organisations)
            print(timed(county, store, series=False))
            print(timed(county, store, series=False, state=True))


if __name__ == "__main__":
    main()
