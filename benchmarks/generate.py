"""Seeded events of any number: twelve types, sparse attributes, organisations of all sizes, lagged recording.

    python -m benchmarks.generate --events 10_000_000 --organisations 10_000 --out FOLDER

The same seed gives the same rows on every machine: they are made by arithmetic on row numbers, not by a random source.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import duckdb

TYPES = (
    "membership", "pledge", "pledge_withdrawn", "tender", "training", "headcount", "plan", "survey", "support",
    "document", "visit", "contract",
)  # fmt: skip
WEIGHTS = (4, 10, 1, 15, 20, 10, 8, 8, 6, 8, 6, 4)
MONTHS = 60


def noise(name: str, seed: int) -> str:
    """A number from 0 up to 1 for each row, as even as a random one; `name` tells such numbers of one row apart."""
    salt = sum(ord(letter) * (index + 1) for index, letter in enumerate(name)) + 7919 * seed
    return f"(md5_number_lower(concat({salt}, ':', n)) % 1000003 / 1000003.0)"


def named(share: str, organisations: int) -> str:
    """The organisation at a share from 0 up to 1 of all of them."""
    return f"'N' || lpad(CAST(1 + CAST(floor({share} * {organisations}) AS INTEGER) AS VARCHAR), 7, '0')"


def events_query(events: int, organisations: int, seed: int = 1, months: int = MONTHS) -> str:
    """A query for the events, in the order in which they were recorded."""
    limits, total = [], 0
    for kind, weight in zip(TYPES, WEIGHTS, strict=True):
        total += weight
        limits.append(f"WHEN kind_noise < {total / sum(WEIGHTS):.6f} THEN '{kind}'")
    organisation = named(f"pow(organisation_noise, {math.e:.6f})", organisations)
    days = months * 365 // 12
    return f"""
    SELECT 'e' || lpad(CAST(n AS VARCHAR), 9, '0') AS event_id, type, organisation, occurred_on,
      CAST(occurred_on AS TIMESTAMP) + to_hours(CAST(8 + floor(lag_noise * 24 * 40) AS INTEGER)) AS recorded_at,
      CASE WHEN type = 'pledge' THEN 1 + CAST(floor(a * 3) AS INTEGER) END AS stage,
      CASE WHEN type = 'tender' AND a < 0.9 THEN a < 0.5 END AS viable,
      CASE WHEN type = 'tender' THEN CASE WHEN b < 0.5 THEN 'none' WHEN b < 0.8 THEN 'part' ELSE 'full' END END AS code,
      CASE WHEN type = 'training' THEN CAST(floor(a * 40) AS INTEGER) END AS participants,
      CASE WHEN type = 'training' THEN CAST(round(b * 5000, 2) AS DECIMAL(18,2)) END AS cost,
      CASE WHEN type = 'headcount' THEN CAST(floor(a * 400) AS INTEGER) END AS people,
      CASE WHEN type IN ('plan', 'document') THEN 'item ' || CAST(floor(a * 200) AS INTEGER) END AS item,
      CASE WHEN type = 'plan' AND b < 0.7 THEN occurred_on + CAST(floor(b * 700) AS INTEGER) END AS ends_on,
      CASE WHEN type = 'survey' AND a < 0.95 THEN a < 0.6 END AS has_scheme,
      CASE WHEN type = 'contract' THEN {named("b", organisations)} END AS other,
      CASE WHEN type = 'contract' THEN CAST(round(a * 90000, 2) AS DECIMAL(18,2)) END AS value
    FROM (
      SELECT n, a, b, lag_noise, CASE {" ".join(limits)} ELSE '{TYPES[-1]}' END AS type, {organisation} AS organisation,
        DATE '2005-04-01' + CAST(floor({days} * (n / {events}.0)) AS INTEGER) AS occurred_on
      FROM (SELECT n, {noise("kind", seed)} AS kind_noise, {noise("organisation", seed)} AS organisation_noise,
                   {noise("lag", seed)} AS lag_noise, {noise("a", seed)} AS a, {noise("b", seed)} AS b
            FROM (SELECT unnest(range({events})) AS n)))
    """


def write(folder: Path, events: int, organisations: int, seed: int = 1, months: int = MONTHS) -> tuple[Path, Path]:
    """Write the events as Parquet and the register as CSV; the two paths."""
    folder.mkdir(parents=True, exist_ok=True)
    parquet, register = folder / "events.parquet", folder / "register.csv"
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        query = events_query(events, organisations, seed, months)
        connection.execute(f"COPY ({query}) TO '{parquet}' (FORMAT parquet)")
        connection.execute(
            "COPY (SELECT 'N' || lpad(CAST(n + 1 AS VARCHAR), 7, '0') AS organisation, "
            "'Organisation ' || (n + 1) AS name, CASE WHEN n % 3 = 2 THEN 'public' ELSE 'member' END AS kind, "
            "DATE '2005-04-01' + CAST(n % 700 AS INTEGER) AS member_from, "
            "CASE WHEN n % 11 = 0 THEN DATE '2009-09-30' END AS member_to "
            f"FROM range({organisations}) t(n)) TO '{register}' (HEADER)"
        )
    return parquet, register


def as_text(parquet: Path) -> Path:
    """Write the same events as CSV beside the Parquet file."""
    text = parquet.with_suffix(".csv")
    with duckdb.connect() as connection:
        how = "HEADER, DATEFORMAT '%Y-%m-%d', TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S'"
        connection.execute(f"COPY (FROM '{parquet}') TO '{text}' ({how})")
    return text


def main() -> None:
    """Write the files that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--organisations", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    parquet, register = write(given.out, given.events, given.organisations, given.seed)
    for path in (parquet, as_text(parquet), register):
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
