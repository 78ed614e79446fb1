"""The compiled evaluator: what is single is worked out as the reference does, what is over records by queries.

Figures that can be foreseen are asked together: those of one day in one query, those of many days in one query each.
The rest is asked as an expression's value calls for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.evaluation.compiled import leaves, plans
from indicator_engine.evaluation.compiled.compiler import Compiler
from indicator_engine.evaluation.compiled.course import Course
from indicator_engine.evaluation.compiled.flat import NOT_PLAIN, Batch
from indicator_engine.evaluation.compiled.leaves import Leaf, is_figure, leaf_of
from indicator_engine.evaluation.compiled.many import Many
from indicator_engine.evaluation.compiled.numbers import DECIMAL, PLACES, NotCompiledError
from indicator_engine.evaluation.compiled.onsets import Onsets
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.plans import WAYS
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.settling import come, days_in, hangs_on_days, looks_at_fixed_days, settled
from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.evaluation.values import UNDECIDED, Members, Number, Unknown, merged
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes
from indicator_engine.problems import StoreError
from indicator_engine.store.records import Records
from indicator_engine.store.registers import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from indicator_engine.evaluation.compiled.base import Frames, Keys
    from indicator_engine.evaluation.compiled.plans import Way
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Attribute
    from indicator_engine.store.records import Value

__all__ = ["Answers", "Compiled", "NotCompiledError"]

Figure = tuple["Node", "Moment"]
Asked = tuple["Node", "Moment", Frame]
MOST_SINGLES = 200
"""So many figures of single days are asked in one query; a database takes only so many relations in one."""
MOST_TOGETHER = 40
"""So many figures on many days are asked in one query; the time a database takes to plan one grows faster."""
_NO_RECORDS = Records()
TOO_LARGE = "numbers of more digits than the database takes"
TOO_DEEP = "more steps that rest on each other than the database takes in one query"
FEWEST_DAYS = 3
"""Days from which on a figure is asked of all of them at once."""


@dataclass(frozen=True)
class Query:
    """A query that was asked, its steps one a line, with the texts that were bound to it."""

    text: str
    values: Mapping[str, str]


class Remembering(Protocol):
    """What was kept of earlier runs, of the store as it is now."""

    subjects: int
    """How many subjects had to be looked at again."""

    def values(self, figures: Iterable[Asked], ground: Any) -> dict[Any, Any]:
        """The values of those figures of which enough was kept."""

    def keep(self) -> None:
        """Keep what was found out, for the next run."""


@dataclass
class Answers:
    """What queries have answered so far; shared by the evaluators of a pack."""

    ground: Relations
    figures: dict[Asked, Any] = field(default_factory=dict)
    days: dict[tuple[str, str], set[date]] = field(default_factory=dict)
    """The days in a column of a relation, by the names of both."""
    asked: list[str] = field(default_factory=list)
    """Every query that was run, in order."""
    left: dict[str, None] = field(default_factory=dict)
    """What had no plan and was left to the reference."""
    allowed: frozenset[Way] = WAYS
    """The plans that may be used; a figure takes the first of them that it has."""
    noted: plans.Course = field(default_factory=plans.Course)
    kept: Remembering | None = None
    """What was kept of earlier runs."""

    def plan(self) -> plans.Plan:
        """How the figures so far were found."""
        subjects = self.kept.subjects if self.kept else 0
        return self.noted.plan(self.ground.schema, len(self.asked), self.left, subjects)

    def __post_init__(self) -> None:
        self.program: Program = self.ground.program()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        text = self.program.written(query)
        self.asked.append(text)
        try:
            return self.ground.rows(text, self.program.values(text))
        except StoreError as fault:
            if why := _too_much(fault):
                raise NotCompiledError(why) from fault
            raise

    def queries(self) -> tuple[Query, ...]:
        """What was asked, in order."""
        return tuple(Query(_on_lines(text), self.program.values(text)) for text in self.asked)

    def foresee(self, wanted: Iterable[tuple[Frame, Node, Iterable[Moment]]]) -> None:
        """Find out together what expressions will ask at their moments.

        What hangs on the values of figures, such as the day on which another is looked at, is found out in turns.
        """
        expressions: dict[tuple[Frame, Node], list[Moment]] = defaultdict(list)
        for frame, node, moments in wanted:
            expressions[frame, node].extend(moments)
        tried = set(self.figures)
        while new := {one: None for one in self._wanted(expressions) if one not in tried}:
            self._find(new)
            tried |= set(new)

    def _wanted(self, expressions: Mapping[tuple[Frame, Node], list[Moment]]) -> Iterator[Asked]:
        """The figures that expressions ask for, as far as can be told from those that are known."""
        for (frame, node), moments in expressions.items():
            if is_figure(node) and not hangs_on_days(node):
                yield from (one for moment in moments if (one := (node, moment, frame)) not in self.figures)
                continue
            collector = _Collector(self, frame)
            for moment in moments:
                collector.value(node, moment)
            yield from ((one, at, frame) for one, at in collector.wanted)

    def _find(self, figures: Iterable[Asked]) -> None:
        """Find out figures, those that hang on days which records decide with these days written out."""
        as_settled = {one: self._settled(*one) for one in figures}
        self._find_settled(dict.fromkeys(one for one in as_settled.values() if one not in self.figures))
        for one, same in as_settled.items():
            if same in self.figures:
                self.figures[one] = self.figures[same]

    def _settled(self, node: Node, moment: Moment, frame: Frame) -> Asked:
        if moment.window:
            return node, moment, frame
        if hangs_on_days(node):
            collector = _Collector(self, frame)
            node = settled(node, lambda day: collector.if_known(day, moment))
        if looks_at_fixed_days(node):
            node = come(node, moment.as_of, lambda day: Compiled(self, frame).value(day, moment))
        return node, moment, frame

    def _find_settled(self, figures: Iterable[Asked]) -> None:
        days: dict[Asked, list[date]] = defaultdict(list)
        for node, moment, frame in self._not_kept(list(figures)):
            days[node, moment.on(date.min), frame].append(moment.as_of)
        single = [(node, at.on(day), frame) for (node, at, frame), asked in days.items()
                  if len(asked) < FEWEST_DAYS for day in asked]  # fmt: skip
        for start in range(0, len(single), MOST_SINGLES):
            self._find_together(single[start : start + MOST_SINGLES])
        many = {figure: asked for figure, asked in days.items() if len(asked) >= FEWEST_DAYS}
        self.find_on_days(self._not_followed(many))

    def find_on_days(self, figures: dict[Asked, list[date]]) -> None:
        """Find out figures on many days, as many as can be in one query."""
        rest = list(figures)
        while rest:
            several, rest = rest[:MOST_TOGETHER], rest[MOST_TOGETHER:]
            if not self._found_on_days({one: figures[one] for one in several}) and len(several) > 1:
                for one in several:
                    self._found_on_days({one: figures[one]})

    def _found_on_days(self, figures: dict[Asked, list[date]]) -> bool:
        """Find out figures on many days by one query, as far as they have a plan; False where the database refuses."""
        many, taken = Many(self.program), []
        frames: dict[str, Frames] = defaultdict(dict)
        for (node, at, frame), days in figures.items():
            compiler = Compiled(self, frame).compiler_over(frames[frame.basis])
            if way := many.take(node, at, days, compiler, self.allowed):
                taken.append((node, at, frame, way))
        try:
            found = many.values(self.rows(many.query())) if taken else []
        except (NotCompiledError, StoreError):
            return False
        for (node, at, frame, way), by_day in zip(taken, found, strict=True):
            self.figures |= {(node, at.on(day), frame): value for day, value in by_day.items()}
            self.noted.note(node, way, *by_day)
        return True

    def _not_kept(self, figures: list[Asked]) -> list[Asked]:
        """Find out figures by what was kept; the others."""
        if self.kept is None or "kept" not in self.allowed:
            return figures
        found = self.kept.values(figures, self.ground)
        self.figures |= found
        for node, moment, _ in found:
            self.noted.note(node, "kept", moment.as_of)
        return [one for one in figures if one not in found]

    def _not_followed(self, many: dict[Asked, list[date]]) -> dict[Asked, list[date]]:
        """Find out the course of all figures that have a plain plan, in one query; the others."""
        if not many:
            return many
        taken = self._follow(many)
        return {one: asked for one, asked in many.items() if one not in taken}

    def _follow(self, many: dict[Asked, list[date]], *, bounded: bool = False) -> list[Asked]:
        """Those of some figures that were found; of totals of which something is open, the bounds are asked too."""
        way, course, taken = self._course(many, bounded=bounded)
        if not taken or course is None:
            return []
        try:
            found = course.values_on(self._rows_of(course))
        except (NotCompiledError, StoreError):
            return []
        open_: dict[Asked, list[date]] = defaultdict(list)
        for index, (node, at, frame) in enumerate(taken):
            for day in many[node, at, frame]:
                if (value := found[day][index]) is NOT_PLAIN:
                    open_[node, at, frame].append(day)
                else:
                    self.figures[node, at.on(day), frame] = value
            if here := set(many[node, at, frame]).difference(open_.get((node, at, frame), ())):
                self.noted.note(node, way, *here)
        if open_:
            self._follow(open_, bounded=True)
        return taken

    def _rows_of(self, course: Course) -> list[tuple[Any, ...]]:
        """The rows of a course, over the tables that it looks at."""
        made: list[str] = []
        if (workbench := self.ground.workbench) is None:
            return self.rows(course.query())

        def make(query: str) -> str:
            text = self.program.written(query)
            made.append(workbench.make(text, self.program.values(text)))
            self.asked.append(f"CREATE TEMP TABLE {made[-1]} AS {text}")
            return made[-1]

        try:
            course.prepare(workbench.everybody, make)
            return self.rows(course.query())
        finally:
            for table in made:
                workbench.drop(table)

    def _course(self, many: dict[Asked, list[date]], *, bounded: bool) -> tuple[Way, Course | None, list[Asked]]:
        """The first way that there is of asking for the courses of figures together, and those it takes."""
        days = [day for asked in many.values() for day in asked]
        ways: list[tuple[Way, type[Course]]] = [("running masks", Course), ("onsets", Onsets)]
        workbench = self.ground.workbench
        for way, kind in reversed(ways) if workbench and workbench.has_many_subjects else ways:
            if way not in self.allowed:
                continue
            course = kind(self.ground, self.program, days, bounded=bounded)
            taken = [one for one in many if course.follow(one[0], one[1], Compiled(self, one[2]))]
            if course.is_planned:
                return way, course, taken
        return "running masks", None, []

    def _find_together(self, figures: list[Asked], *, bounded: bool = False) -> None:
        """Figures of single days, in one query; of totals of which something is open, the bounds are asked too."""
        if "masks" not in self.allowed:
            return
        batch = Batch(self.ground, self.program, bounded=bounded)
        taken = [one for one in figures if batch.take(one, Compiled(self, one[2]))]
        if not taken:
            return
        try:
            found = self.rows(batch.query())[0]
        except (
            NotCompiledError,
            StoreError,
        ):  # a number too large for the database: each figure by itself then says which
            return
        values = dict(zip(taken, batch.values(found), strict=True))
        open_ = [one for one, value in values.items() if value is NOT_PLAIN]
        self.figures |= {one: value for one, value in values.items() if value is not NOT_PLAIN}
        for node, moment, _ in values:
            self.noted.note(node, "masks", moment.as_of)
        if open_:
            self._find_together(open_, bounded=True)


class Compiled(Reference):
    """Evaluates query trees by queries. One instance serves one indicator; agrees with the reference on every value."""

    def __init__(
        self, answers: Answers, frame: Frame | None = None, reference: Callable[[], Reference] | None = None
    ) -> None:
        """`reference` gives what evaluates that for which there is no plan; without one, it raises NotCompiledError."""
        super().__init__(answers.ground.schema, _NO_RECORDS, frame)
        self.answers = answers
        self._reference = reference

    @property
    def compiler(self) -> Compiler:
        """A compiler for one question: its frames gain columns, and each question has its own."""
        return self.compiler_over({})

    def compiler_over(self, frames: Frames) -> Compiler:
        """A compiler for several questions, which share frames."""
        return Compiler(self.answers.ground, self.answers.program, self.frame, self, frames)

    def foresee(self, node: Node, moments: Iterable[Moment]) -> None:
        """Find out together what a node will ask at some moments."""
        self.answers.foresee([(self.frame, node, moments)])

    def _visit(self, node: Node, moment: Moment) -> Any:
        """What has no plan is left to the reference, as little as can be."""
        try:
            return self._figure(node, moment) if is_figure(node) else self._seen(node, moment)
        except NotCompiledError as fault:
            if self._reference is None:
                raise
            self.answers.left[str(fault)] = None
            self.answers.noted.note(node, "records", moment.as_of)
            return self._reference().value(node, moment)

    def _seen(self, node: Node, moment: Moment) -> Any:
        """What the reference makes of a node out of the values below it."""
        return super()._visit(node, moment)

    def _figure(self, node: Node, moment: Moment) -> Any:
        key = (node, moment, self.frame)
        if key not in self.answers.figures:
            leaf = leaf_of(node, Place.of(moment), self.compiler)
            self.answers.figures[key] = leaf if isinstance(leaf, Unknown) else self._asked(leaf)
            self.answers.noted.note(node, "alone", moment.as_of)
        return self.answers.figures[key]

    def _asked(self, leaf: Leaf) -> Any:
        return leaf.meaning(self.answers.rows(leaf.query(by_day=False))[0])

    def on_days(self, node: Node, moment: Moment, days: list[date]) -> None:
        """Find out a figure on many days at once, where that has a plan."""
        self.answers.find_on_days({(node, moment.on(date.min), self.frame): days})

    def at_place(self, node: Node, place: Place) -> Any:
        """The value of a node that asks nothing of a row."""
        moment = Moment(place.as_of or date.min, place.known_at, place.period, window=place.window)
        return self.value(node, moment)

    # ── what else is asked ───────────────────────────────────────────────────────────────────────────────────────────

    def event_ids(self, node: Node, moment: Moment, most: int | None = None) -> tuple[str, ...]:
        """Ids of the records of a selection, surely or perhaps in it, in order; at `most` so many."""
        try:
            pooled = self._named(node, moment)
        except NotCompiledError:
            if self._reference is None:
                raise
            return self._reference().event_ids(node, moment, most)
        if isinstance(pooled, Unknown):
            return ()
        few = "" if most is None else f" ORDER BY event LIMIT {most}"
        return tuple(sorted(event for (event,) in self.answers.rows(f"SELECT event FROM {pooled}{few}")))

    def events_in(self, node: Node, moment: Moment) -> dict[str, bool] | Unknown:
        """The ids of the records of a selection, each with whether it surely belongs."""
        pooled = self._named(node, moment)
        return pooled if isinstance(pooled, Unknown) else dict(self.answers.rows(f"SELECT event, yes FROM {pooled}"))

    def _named(self, node: Node, moment: Moment) -> str | Unknown:
        """The step of the ids of the records of a selection, with whether each surely belongs."""
        compiler, place = self.compiler, Place.of(moment)
        found = compiler.selection(node, place)
        if isinstance(found, Unknown):
            return found
        return compiler.pooled(found, place, lambda _cell: {"event": "event"})

    def members_in(self, node: Node, moment: Moment) -> Members | Unknown:
        """The members of a set: who counts."""
        compiler, place = self.compiler, Place.of(moment)
        if node.kind.key != kinds.SUBJECT:
            keys = compiler.keys(node, place)
            if isinstance(keys, Unknown):
                return keys
            more = self.answers.rows(f"SELECT n FROM {keys.unnamed}")[0][0] if keys.unnamed else 0
            return _members(self.answers.rows(f"SELECT v, yes FROM {keys.step}"), more)
        found = compiler.member(node, compiler.everybody(place))
        if isinstance(found, Unknown):
            return found
        truth, unnamed, frame = found
        more = self.answers.rows(f"SELECT {unnamed}")[0][0]
        within = f"SELECT s, {truth.true} AS yes FROM {frame.step} WHERE {truth.possible}"
        named = f"SELECT n.name, f.yes FROM ({within}) f JOIN {self.answers.ground.names} n ON n.s = f.s"
        return _members(self.answers.rows(named), more)

    def standing_counts(self, types: Iterable[str], known_at: datetime) -> dict[str, int]:
        """How many records of each type stand."""
        ground, basis = self.answers.ground, self.frame.basis
        steps = {name: self.answers.program.step(ground.standing(name, known_at, basis)) for name in types}
        return {name: self.answers.rows(f"SELECT count(*) FROM {step}")[0][0] for name, step in steps.items()}

    def register_values(self, name: str) -> set[Value]:
        """Every value that the register has in a column."""
        kept, register = column(name), self.answers.ground.register
        rows = self.answers.rows(f"SELECT DISTINCT {kept} FROM {register} WHERE {kept} IS NOT NULL")
        return {value_of(row[0], "") for row in rows}

    def days_of(self, types: Iterable[str], known_at: datetime) -> tuple[set[date], set[date]]:
        """The days of records of some types, and every date that they or the register hold; perhaps more days."""
        happened, told = set[date](), set[date]()
        for name in types:
            versions = self.answers.program.step(self.answers.ground.told(name, known_at, self.frame.basis))
            happened |= self._days("day", versions)
            for attribute in _dates(self.schema.events[name].attributes):
                told |= self._days(attribute, versions)
        for attribute in _dates(self.schema.subject.attributes):
            told |= self._days(attribute, self.answers.ground.register_at(known_at))
        return happened, told

    def days_in(self, column: str, step: str) -> set[date]:
        """The days there are in a column of a step."""
        return self._days(column, step)

    def _days(self, name: str, relation: str) -> set[date]:
        if (name, relation) not in self.answers.days:
            rows = self.answers.rows(f"SELECT DISTINCT {name} FROM {relation} WHERE {name} IS NOT NULL")
            self.answers.days[name, relation] = {row[0] for row in rows}
        return self.answers.days[name, relation]

    # ── sets asked about something written out ───────────────────────────────────────────────────────────────────────

    def visit_IsIn(self, node: nodes.IsIn, moment: Moment) -> Any:
        """Whether something written out is in a set."""
        found = self.value(node.item, moment)
        if node.members.kind.key == kinds.SUBJECT:
            raise NotCompiledError("a set asked about a subject where none is at hand")
        keys = self.compiler.keys(node.members, Place.of(moment))
        if isinstance(found, Unknown) or isinstance(keys, Unknown):
            return merged(found, keys)
        if isinstance(found, Number) and not found.is_decided:
            return Unknown.because(UNDECIDED)
        return self._has(found, keys)

    def _has(self, item: Any, keys: Keys) -> Any:
        more = f"(SELECT n FROM {keys.unnamed})" if keys.unnamed else "0"
        same = self._same(item)
        ((yes, rows, unnamed),) = self.answers.rows(
            f"SELECT {leaves.counted(f'yes AND {same}')}, {leaves.counted(same)}, {more} FROM {keys.step}"
        )
        if yes:
            return True
        return Unknown.because(UNDECIDED) if rows or unnamed else False

    def _same(self, item: Any) -> str:
        """A condition on a key that it is this value."""
        if isinstance(item, Number):
            scaled = item.value * 10**PLACES
            if scaled.denominator != 1 or abs(scaled) >= 10**38:
                return "FALSE"
            whole, rest = divmod(abs(scaled.numerator), 10**PLACES)
            return f"v = CAST({'-' if item.value < 0 else ''}{whole}.{rest:0{PLACES}} AS {DECIMAL})"
        if isinstance(item, bool):
            return "v" if item else "NOT v"
        return f"v = {day_literal(item) if isinstance(item, date) else self.answers.program.bound(str(item))}"


class _Collector(Compiled):
    """Finds out which figures an expression asks for, without asking; what hangs on their values is not foreseen."""

    def __init__(self, answers: Answers, frame: Frame) -> None:
        super().__init__(answers, frame)
        self.wanted: dict[Figure, None] = {}
        self.lacking = 0
        """How often a figure was looked for that is not known yet."""

    def _visit(self, node: Node, moment: Moment) -> Any:
        if is_figure(node):
            return self._wanted_figure(node, moment)
        return Unknown.because(UNDECIDED) if isinstance(node, nodes.IsIn) else self._seen(node, moment)

    def _wanted_figure(self, node: Node, moment: Moment) -> Any:
        """The value of a figure, if it is known; those that decide a day within it are wanted before it is."""
        figures = self.answers.figures
        if (node, moment, self.frame) not in figures:
            if not hangs_on_days(node) or None not in [self.if_known(day, moment) for day in days_in(node)]:
                self.wanted[node, moment] = None
            self.lacking += 1
        return figures.get((node, moment, self.frame), Unknown.because(UNDECIDED))

    def if_known(self, node: Node, moment: Moment) -> Any:
        """The value of a node; None where that hangs on a figure not known yet, even if something stands in for it."""
        before = self.lacking
        value = self.value(node, moment)
        return value if self.lacking == before else None


def _members(rows: list[tuple[Any, bool]], more: int) -> Members:
    keys = [(Fraction(key) if isinstance(key, Decimal) else key, yes) for key, yes in rows]
    return Members(
        frozenset(key for key, yes in keys if yes), frozenset(key for key, yes in keys if not yes), int(more)
    )


def _on_lines(text: str) -> str:
    """A query with each of its steps on a line."""
    return _STEP.sub(r",\n\1", text).replace(") SELECT", ")\nSELECT") if text.startswith("WITH ") else text


_STEP = re.compile(r", (step\d+ AS \()")


def _too_much(fault: StoreError) -> str:
    """For want of what the database cannot answer a query that is right; "" for what is wrong."""
    told = str(fault).casefold()
    if "max iterations" in told:
        return TOO_DEEP
    return (
        TOO_LARGE if any(one in told for one in ("out of range", "out_of_range", "overflow", "could not cast")) else ""
    )


def _dates(attributes: Mapping[str, Attribute]) -> list[str]:
    return [column(name) for name, one in attributes.items() if one.type == "date"]
