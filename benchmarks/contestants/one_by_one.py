"""One query an indicator, as a layer of metrics over a database asks them; and all conditions in one plain scan."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.contestants import by_hand
from benchmarks.contestants.layouts import CLUSTERED, LISTED, STORE, Layout, is_member, literal, opened
from benchmarks.questions import MEMBERS, fold, names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Answers, Course, Questions


def answers(path: Path, layout: Layout, questions: Questions, day: date) -> Answers:
    """Each indicator by sets of organisations, as one would write it down."""

    def people(name: str) -> str:
        return layout.members(day) if name == MEMBERS else layout.having(questions.conditions[name], day)

    with opened(path) as connection:
        counted = {}
        for formula in _asked(questions):
            query = fold(
                formula,
                people,
                lambda one, other: f"({one}) INTERSECT ({other})",
                lambda one, other: f"({one}) UNION ({other})",
                lambda one, other: f"({one}) EXCEPT ({other})",
            )
            counted[formula] = connection.execute(f"SELECT count(DISTINCT s) FROM ({query})").fetchall()[0][0]
        totals: dict[str, Any] = {}
        for name in questions.totals:
            totals |= by_hand.totals(connection, questions.only([name]), day, layout)
        return questions.answers(counted, totals)


def _asked(questions: Questions) -> list[str]:
    """The formula of each indicator, both of a share: nothing is kept from one query for another."""
    return [*questions.counts.values(), *(one for pair in questions.shares.values() for one in pair)]


def in_best_form(store: Path, questions: Questions, day: date) -> Answers:
    """Each indicator by the best query for it alone."""
    with opened(store) as connection:
        connection.execute(by_hand.DENSE)
        found: dict[str, Any] = {}
        for name in questions.indicators:
            found |= by_hand.figures(connection, questions.only([name]), day, STORE)
        return found


def course(path: Path, layout: Layout, questions: Questions, days: Sequence[date]) -> Course:
    """Each indicator by the first days of its conditions and a row for each organisation and day."""
    with opened(path) as connection:
        sizes = {}
        for formula in _asked(questions):
            first = {name: _first(name, questions, layout, days[-1]) for name in names(formula) if name != MEMBERS}
            joined = "".join(f" LEFT JOIN ({query}) {name} ON {name}.s = r.s" for name, query in first.items())
            query = (
                f"SELECT p, count(*) FROM ({_days(days)}) CROSS JOIN (SELECT *, {layout.subject} AS s FROM register) r"
                f"{joined} WHERE {_holds(formula, lambda name: f'{name}.f <= p')} GROUP BY p"
            )
            sizes[formula] = dict(connection.execute(query).fetchall())
        return _told(questions, days, sizes, _totals(connection, questions, days, layout))


def _first(name: str, questions: Questions, layout: Layout, last: date) -> str:
    condition = questions.conditions[name]
    where = layout.where(condition.type, layout.until(last), condition.sql)
    return f"SELECT {layout.subject} AS s, min({layout.day}) AS f FROM {layout.table(condition.type)}{where} GROUP BY s"


def _holds(formula: str, leaf: Any) -> str:
    member = f"r.{LISTED} AND {is_member('p', 'r.')}"
    return fold(
        formula,
        lambda name: f"({member})" if name == MEMBERS else f"coalesce({leaf(name)}, FALSE)",
        lambda one, other: f"({one} AND {other})",
        lambda one, other: f"({one} OR {other})",
        lambda one, other: f"({one} AND NOT {other})",
    )


def _days(days: Sequence[date]) -> str:
    return f"SELECT unnest([{', '.join(map(literal, days))}]) AS p"


def _totals(connection: Any, questions: Questions, days: Sequence[date], layout: Layout) -> dict[str, list[Any]]:
    """Each total by a query of its own, in the form that is best for many days."""
    listed = ", ".join(f"({number}, {literal(day)})" for number, day in enumerate(days))
    connection.execute(f"CREATE TEMP TABLE days AS SELECT * FROM (VALUES {listed}) t(i, p)")
    found: dict[str, list[Any]] = {}
    for name in questions.totals:
        found |= by_hand.totals_on(connection, questions.only([name]), days, layout)
    return found


def _told(
    questions: Questions, days: Sequence[date], sizes: dict[str, dict[date, int]], sums: dict[str, list[Any]]
) -> Course:
    found = {}
    for number, day in enumerate(days):
        counted = defaultdict(int, {formula: each.get(day, 0) for formula, each in sizes.items()})
        found[day] = questions.answers(counted, {name: each[number] for name, each in sums.items()})
    return found


def course_in_best_form(store: Path, questions: Questions, days: Sequence[date]) -> Course:
    """Each indicator by the best query of many days for it alone."""
    with opened(store) as connection:
        connection.execute(by_hand.DENSE)
        found: dict[date, dict[str, Any]] = {day: {} for day in days}
        for name in questions.indicators:
            for day, told in by_hand.figures_on(connection, questions.only([name]), days, STORE).items():
                found[day] |= told
        return found


# ── all conditions in a single scan ──────────────────────────────────────────────────────────────────────────────────


def filtered(path: Path, questions: Questions, days: Sequence[date], layout: Layout = CLUSTERED) -> Course:
    """One scan with a filtered minimum for each condition, then a row for each organisation and day."""
    columns = ", ".join(
        f"min({layout.day}) FILTER (WHERE type = '{one.type}'{f' AND {one.sql}' if one.sql else ''}) AS f_{one.name}"
        for one in questions.conditions.values()
    )
    first = f"SELECT {layout.subject}, {columns} FROM {layout.events} WHERE {layout.until(days[-1])} GROUP BY 1"
    counted = ", ".join(
        f"sum(CASE WHEN {_holds(one, lambda name: f'f.f_{name} <= p')} THEN 1 ELSE 0 END)" for one in questions.formulas
    )
    query = (
        f"SELECT p, {counted} FROM ({_days(days)}) CROSS JOIN register r LEFT JOIN ({first}) f "
        f"USING ({layout.subject}) GROUP BY p"
    )
    with opened(path) as connection:
        rows = {day: sizes for day, *sizes in connection.execute(query).fetchall()}
        sizes = {
            formula: {day: int(rows[day][place]) for day in days} for place, formula in enumerate(questions.formulas)
        }
        return _told(questions, days, sizes, _totals(connection, questions, days, layout))


def scanned(path: Path, questions: Questions, layout: Layout = CLUSTERED) -> None:
    """Every column that any contestant has to look at, read once and added up: no answer can take less."""
    with opened(path) as connection:
        rows = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {layout.events})").fetchall()
        columns = ", ".join(
            _READ.get(type_, "sum({})").format(name) for name, type_ in rows if name in _touched(questions)
        )
        connection.execute(f"SELECT {columns} FROM {layout.events}").fetchall()


_READ = {"VARCHAR": "count({})", "DATE": "max({})", "BOOLEAN": "bool_or({})"}


def _touched(questions: Questions) -> set[str]:
    told = [one.sql for one in questions.conditions.values()] + [one.sql for one in questions.totals.values()]
    return {"type", "organisation", "occurred_on", *re.findall(r"\w+", " ".join(told))}
