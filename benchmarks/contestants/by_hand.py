"""The best queries that we know to write by hand, for one day and for many, over the tables of a store.

One day: a mask of bits for each organisation, grouped once more by mask, and every set is a sum over a few masks. Many
days: the first day of each condition for each organisation, by event type; a set is written as a sum of intersections
with signs, and an intersection begins on the greatest of the first days, which a histogram of days counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from benchmarks.contestants.layouts import LISTED, STORE, Layout, is_member, literal, opened
from benchmarks.questions import MEMBERS, fold, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from benchmarks.questions import Answers, Condition, Course, Questions

    Terms = Mapping[frozenset[str], int]  # intersections of conditions, each with how often it is added

BITS = 60
NEVER = "DATE '2100-01-01'"

DENSE = "SET perfect_ht_threshold = 24"
"""Organisations are small whole numbers: DuckDB may look them up by place instead of by hash."""


def answers(store: Path, questions: Questions, day: date) -> Answers:
    """All figures of a day."""
    with opened(store) as connection:
        connection.execute(DENSE)
        return figures(connection, questions, day)


def figures(connection: duckdb.DuckDBPyConnection, questions: Questions, day: date, layout: Layout = STORE) -> Answers:
    """The same over tables that are open."""
    sizes: list[int] = []
    if questions.formulas:
        sizes = list(connection.execute(masks(questions, day, layout)).fetchall()[0])
    counted = dict(zip(questions.formulas, (size or 0 for size in sizes), strict=True))
    return questions.answers(counted, totals(connection, questions, day, layout))


def masks(questions: Questions, day: date, layout: Layout = STORE) -> str:
    """The query for the sizes of all sets."""
    places = {name: divmod(number, BITS) for number, name in enumerate([*questions.conditions, MEMBERS])}
    words = range(1 + max(word for word, _ in places.values()))
    rows = [
        f"SELECT {layout.subject} AS s, {_masks([(places[one.name], one.sql) for one in conditions], words)} "
        f"FROM {layout.table(type_)}{layout.where(type_, layout.until(day))}"
        for type_, conditions in questions.types.items()
    ]
    member = f"{layout.subject}, {_masks([(places[MEMBERS], '')], words)}"
    rows.append(f"SELECT {member} FROM register WHERE {LISTED} AND {is_member(literal(day))}")
    columns = ", ".join(f"sum(CASE WHEN {_holds(one, places)} THEN n ELSE 0 END)" for one in questions.formulas)
    each = ", ".join(f"bit_or(m{word}) AS m{word}" for word in words)
    few = ", ".join(f"m{word}" for word in words)
    grouped = f"SELECT s, {each} FROM ({' UNION ALL '.join(rows)}) GROUP BY s"
    return f"SELECT {columns} FROM (SELECT {few}, count(*) AS n FROM ({grouped}) GROUP BY {few})"


def _masks(conditions: Sequence[tuple[tuple[int, int], str]], words: range) -> str:
    """The columns of a row's mask; no two conditions have the same bit, so that bits add up."""
    parts: dict[int, list[str]] = {word: [] for word in words}
    for (word, bit), condition in conditions:
        parts[word].append(f"CASE WHEN {condition} THEN {1 << bit} ELSE 0 END" if condition else str(1 << bit))
    return ", ".join(f"CAST({' + '.join(each) or '0'} AS BIGINT) AS m{word}" for word, each in parts.items())


def _holds(formula: str, places: Mapping[str, tuple[int, int]]) -> str:
    return fold(
        formula,
        lambda name: f"(m{places[name][0]} & {1 << places[name][1]}) <> 0",
        lambda one, other: f"({one} AND {other})",
        lambda one, other: f"({one} OR {other})",
        lambda one, other: f"({one} AND NOT {other})",
    )


def totals(connection: duckdb.DuckDBPyConnection, questions: Questions, day: date, layout: Layout) -> dict[str, Any]:
    """Sums over events, a query for each type."""
    found: dict[str, Any] = {}
    for type_, wanted in questions.totals_of.items():
        columns = ", ".join(total.sql for _, total in wanted)
        where = layout.where(type_, layout.until(day))
        row = connection.execute(f"SELECT {columns} FROM {layout.table(type_)}{where}").fetchall()[0]
        found |= dict(zip((name for name, _ in wanted), row, strict=True))
    return found


# ── many days ────────────────────────────────────────────────────────────────────────────────────────────────────────


def course(store: Path, questions: Questions, days: Sequence[date]) -> Course:
    """All figures of some days."""
    with opened(store) as connection:
        connection.execute(DENSE)
        return figures_on(connection, questions, days)


def figures_on(
    connection: duckdb.DuckDBPyConnection, questions: Questions, days: Sequence[date], layout: Layout = STORE
) -> Course:
    """The same over tables that are open."""
    listed = ", ".join(f"({number}, {literal(day)})" for number, day in enumerate(days))
    connection.execute(f"CREATE TEMP TABLE days AS SELECT * FROM (VALUES {listed}) t(i, p)")
    sizes = _sizes(connection, questions, days, layout)
    sums = totals_on(connection, questions, days, layout)
    connection.execute("DROP TABLE temp.days")
    return {
        day: questions.answers(
            {formula: sizes[formula][number] for formula in questions.formulas},
            {name: sums[name][number] for name in questions.totals},
        )
        for number, day in enumerate(days)
    }


def _sizes(
    connection: duckdb.DuckDBPyConnection, questions: Questions, days: Sequence[date], layout: Layout
) -> dict[str, list[int]]:
    """The size of each formula on each day."""
    if not questions.formulas:
        return {}
    wanted = {formula: intersections(formula) for formula in questions.formulas}
    terms = list(dict.fromkeys(term for each in wanted.values() for term in each))
    made = list(_first_days(connection, questions, days[-1], layout))
    branches = (branch for number, term in enumerate(terms) for branch in _branches(number, term, questions))
    query = f"SELECT t, i, sum(n) FROM ({' UNION ALL '.join(branches)}) h ASOF JOIN days ON h.d <= days.p GROUP BY 1, 2"
    begun = [[0] * len(days) for _ in terms]
    for term, day, number in connection.execute(query).fetchall():
        begun[term][day] += number
    for table in made:
        connection.execute(f"DROP TABLE temp.{table}")
    lasting = {term: list(accumulate(begun[number])) for number, term in enumerate(terms)}
    return {
        formula: [sum(sign * lasting[term][day] for term, sign in each.items()) for day in range(len(days))]
        for formula, each in wanted.items()
    }


def intersections(formula: str) -> Terms:
    """A formula as a sum of intersections with signs."""

    def product(one: Terms, other: Terms) -> Terms:
        found: Counter[frozenset[str]] = Counter()
        for left, sign in one.items():
            for right, turned in other.items():
                found[left | right] += sign * turned
        return found

    def added(one: Terms, other: Terms, sign: int) -> Terms:
        found: dict[frozenset[str], int] = defaultdict(int, one)
        for term, times in other.items():
            found[term] += sign * times
        return {term: times for term, times in found.items() if times}

    return fold(
        formula,
        lambda name: {frozenset([name]): 1},
        product,
        lambda one, other: added(added(one, other, 1), product(one, other), -1),
        lambda one, other: added(one, product(one, other), -1),
    )


def _first_days(
    connection: duckdb.DuckDBPyConnection, questions: Questions, last: date, layout: Layout
) -> Iterator[str]:
    """Make a table for each event type and one of the members; their names."""
    for type_, conditions in questions.types.items():
        columns = ", ".join(f"{_first(one, layout)} AS f_{one.name}" for one in conditions)
        connection.execute(
            f"CREATE TEMP TABLE of_{type_} AS SELECT {layout.subject} AS s, {columns} "
            f"FROM {layout.table(type_)}{layout.where(type_, layout.until(last))} GROUP BY s"
        )
        yield f"of_{type_}"
    if any(MEMBERS in names(formula) for formula in questions.formulas):
        since, until = "coalesce(member_from, DATE '0001-01-01') AS f_members", "member_to AS until"
        connection.execute(
            f"CREATE TEMP TABLE of_members AS SELECT {layout.subject} AS s, {since}, {until} "
            f"FROM register WHERE {LISTED}"
        )
        yield "of_members"


def _first(condition: Condition, layout: Layout) -> str:
    if not condition.sql:
        return f"min({layout.day})"
    return f"min(CASE WHEN {condition.sql} THEN {layout.day} ELSE {NEVER} END)"


def _branches(number: int, term: frozenset[str], questions: Questions) -> Iterator[str]:
    """How many organisations come into an intersection on each day, and how many leave it."""
    tables = dict.fromkeys("members" if name == MEMBERS else questions.conditions[name].type for name in sorted(term))
    first, *others = (f"of_{name}" for name in tables)
    joined = first + "".join(f" JOIN {other} USING (s)" for other in others)
    begins = [f"f_{name}" for name in sorted(term)]
    begin = begins[0] if len(begins) == 1 else f"greatest({', '.join(begins)})"
    counted = "SELECT {} AS t, d, {} AS n FROM ({}) GROUP BY d"
    if MEMBERS not in term:
        yield counted.format(number, "count(*)", f"SELECT {begin} AS d FROM {joined}")
        return
    there = f"SELECT {begin} AS d, until FROM {joined}"
    yield counted.format(number, "count(*)", f"SELECT d FROM ({there}) WHERE until IS NULL OR d <= until")
    yield counted.format(number, "-count(*)", f"SELECT until + 1 AS d FROM ({there}) WHERE d <= until")


def totals_on(
    connection: duckdb.DuckDBPyConnection, questions: Questions, days: Sequence[date], layout: Layout
) -> dict[str, list[Any]]:
    """Sums over events up to each day, which run on from one to the next."""
    found: dict[str, list[Any]] = {}
    for type_, wanted in questions.totals_of.items():
        columns = ", ".join(f"{total.sql} AS n{number}" for number, (_, total) in enumerate(wanted))
        sums = ", ".join(f"sum(n{number})" for number in range(len(wanted)))
        daily = (
            f"SELECT {layout.day} AS d, {columns} FROM {layout.table(type_)}"
            f"{layout.where(type_, layout.until(days[-1]))} GROUP BY d"
        )
        rows = {
            number: sums
            for number, *sums in connection.execute(
                f"SELECT i, {sums} FROM ({daily}) h ASOF JOIN days ON h.d <= days.p GROUP BY i"
            ).fetchall()
        }
        for place, (name, _) in enumerate(wanted):
            found[name] = list(accumulate((rows[day][place] or 0) if day in rows else 0 for day in range(len(days))))
    return found
