"""Finds the smallest histories on which an indicator's verdict turns: what was really written, seen from outside.

For a target: a history that meets it, one that misses it by one, the last day that is in time and the day after, one
that leaves it undecided, one where a met target is lost. Hypothesis finds the first from what the expression mentions
and shrinks it; the others are a change away from it, or are searched for as well. The verdict of every history is
the engine's own, and is asked again through the public API. The search is the same in every run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from indicator_engine.engine.rows import evaluate
from indicator_engine.evaluation import measures, verdicts
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.targets import LIMITS
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, did_you_mean, errors_in
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.testing.grounds import Choices, grounds_of
from indicator_engine.testing.scenes import (
    Case,
    Happening,
    Scene,
    apart,
    smaller,
    together,
    with_case,
    with_cell,
    with_row_cell,
    without_happening,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.evaluation.results import Result

Kind = Literal["met", "counts", "missed", "in_time", "late", "undecided", "lost"]
EXAMPLES = 400
"""Histories that Hypothesis draws before a search is given up."""
LOOKED_AT = 1500
"""Histories that one search may look at, with shrinking."""
MOST_STEPS = 12
"""Changes by which a history is brought closer to a target."""

Holds = Callable[["Result"], bool]


@dataclass(frozen=True)
class Witness:
    """One history and what the engine says of it."""

    kind: Kind
    indicator: str
    as_of: date
    scene: Scene
    events: tuple[dict[str, Any], ...]
    register: tuple[dict[str, Any], ...]
    result: Result
    turns_on: date | None = None
    """Of the pair around the deadline: the day on which the event that decides it happened, or was recorded."""


@dataclass(frozen=True)
class Absence:
    """A history that does not exist, with the reason, or was not found (""). `faulty`: so the pack must be wrong."""

    kind: Kind
    reason: str
    faulty: bool = False


@dataclass(frozen=True)
class Witnesses:
    """What was found for one indicator, part by part after the whole; `looked_at` counts the histories evaluated."""

    indicator: str
    found: tuple[Witness, ...]
    absent: tuple[Absence, ...]
    looked_at: int
    parts: tuple[Witnesses, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether the target can be met and can be missed, and so can each part's."""
        return not any(one.faulty for one in self.absent) and all(part.is_sound for part in self.parts)

    def of(self, kind: Kind) -> Witness | None:
        """The history of a kind."""
        return next((one for one in self.found if one.kind == kind), None)


def witnesses(statement: Statement, name: str) -> Witnesses:
    """The smallest histories of an indicator, or of a part written "indicator/part".

    Raises IndicatorEngineError when there is no such indicator, or when the engine says something else of a history
    through its public API than the search has seen.
    """
    key, _, part_name = name.partition("/")
    known = {indicator.id: (priority, indicator) for priority, indicator in statement.indicators()}
    parts = {part.id: part for part in known[key][1].parts} if key in known else {}
    if key not in known or (part_name and part_name not in parts):
        hint = did_you_mean(name, [*known, *(f"{key}/{part}" for part in parts)])
        raise IndicatorEngineError(f"there is no indicator `{name}`" + (f"; {hint}" if hint else ""))
    priority, indicator = known[key]
    if part_name:
        return _Search(statement, parts[part_name], priority.id, name).witnesses()
    return _whole(statement, indicator, priority.id)


def confirm(statement: Statement, witness: Witness) -> Result:
    """What the engine says of a history through its public API."""
    name, _, _ = witness.indicator.partition("/")
    results = evaluate(statement, witness.events, witness.register, as_of=witness.as_of, select=[name])
    return results[witness.indicator]


def _whole(statement: Statement, indicator: Indicator, priority: str) -> Witnesses:
    if not indicator.parts:
        return _Search(statement, indicator, priority, indicator.id).witnesses()
    searches = [_Search(statement, part, priority, f"{indicator.id}/{part.id}") for part in indicator.parts]
    parts = tuple(search.witnesses() for search in searches)
    return _Compound(statement, indicator, priority, indicator.id, parts).witnesses()


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Asking:
    """Asks the engine about histories, each once."""

    def __init__(self, statement: Statement, indicator: Indicator, priority: str, name: str) -> None:
        self.statement = statement
        self.indicator = indicator
        self.priority = priority
        self.name = name
        self.asked: dict[tuple[Scene, date], Result | None] = {}
        self.last = self._last_day()

    def _last_day(self) -> date:
        """The day from which on the verdict is final."""
        dues = [stage[-1].due or self.indicator.due for stage in self.indicator.stages[-1:]]
        dues += [part.due or self.indicator.due for part in self.indicator.parts]
        days = [due.day for due in [*dues, self.indicator.due, self.statement.default_due] if due]
        return max(days[:-1] or days) if days else self.statement.period.end

    def result(self, scene: Scene, as_of: date | None = None) -> Result | None:
        """What the engine says; None where it does not take the rows."""
        day = as_of or self.last
        if (scene, day) not in self.asked:
            self.asked[scene, day] = self._ask(scene, day)
        return self.asked[scene, day]

    def _ask(self, scene: Scene, day: date) -> Result | None:
        events, register = scene.rows(self.statement.schema)
        taken = take_in(rows_of(events, "events"), rows_of(register, "register"), self.statement.schema)
        if errors_in(taken.problems):
            return None
        return Question(self.statement, taken.records, day).answer(self.indicator, self.priority)

    def is_so(self, scene: Scene, holds: Holds, as_of: date | None = None) -> bool:
        """Whether something holds of the result of a history."""
        found = self.result(scene, as_of)
        return found is not None and holds(found)

    def smallest(self, scene: Scene, holds: Holds, as_of: date | None = None) -> Scene:
        """A history from which nothing can be left out, so that it still holds."""
        while True:
            found = next((less for less in smaller(scene) if self.is_so(less, holds, as_of)), None)
            if found is None:
                return scene
            scene = found

    def witness(self, kind: Kind, scene: Scene, as_of: date | None = None, turns_on: date | None = None) -> Witness:
        """A history as it is handed out, once the public API has confirmed it."""
        day = as_of or self.last
        events, register = scene.rows(self.statement.schema)
        seen = self.result(scene, day)
        assert seen is not None  # noqa: S101  # it has just been asked
        found = Witness(kind, self.name, day, scene, tuple(events), tuple(register), seen, turns_on)
        again = confirm(self.statement, found)
        if (again.verdict, again.value, again.bounds) != (seen.verdict, seen.value, seen.bounds):
            raise IndicatorEngineError(
                f"{self.name}: the engine says {again.verdict} of a history of which it has just said {seen.verdict}"
            )
        return found


def _is_met(result: Result) -> bool:
    return result.verdict in verdicts.DONE


def _is_missed(result: Result) -> bool:
    """Missed; of a figure that is to be found out, that it is not."""
    to_find_out = result.target is not None and result.target.delivered and result.unit != "number"
    return result.verdict == "missed" or (to_find_out and result.verdict in ("not_established", "no_data"))


def _is_missed_by_one(result: Result) -> bool:
    return _is_missed(result) and (result.needed is None or result.needed == 1)


def _is_undecided(result: Result) -> bool:
    return result.verdict == "undecided"


def _is_lost(result: Result) -> bool:
    return result.verdict == "met_then_lost"


def _is_open(result: Result) -> bool:
    """Whether a figure without a verdict is not certain."""
    return bool(result.bounds and result.bounds[0] != result.bounds[1]) or "undecided" in result.unknown


# ── one indicator ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Search(_Asking):
    """Looks for the histories of an indicator with one measure."""

    def __init__(self, statement: Statement, indicator: Indicator, priority: str, name: str) -> None:
        super().__init__(statement, indicator, priority, name)
        nothing = self.result(Scene())
        self.grounds = grounds_of(statement, indicator, self.last, nothing.target_value if nothing else None)
        self.found: list[Witness] = []
        self.absent: list[Absence] = []

    def witnesses(self) -> Witnesses:
        """Everything that is found."""
        if self.indicator.kind == "narrative" or self.indicator.measure is None:
            self.absent.append(Absence("met", "it is told, never scored: no history moves it"))
        elif self._is_judged():
            self._of_target()
        else:
            self._of_figure()
        return Witnesses(self.name, tuple(self.found), tuple(self.absent), len(self.asked))

    def _is_judged(self) -> bool:
        """Whether there is something to judge by on the last day: a number, or a baseline."""
        nothing = self.result(Scene())
        return bool(self.indicator.stages) and nothing is not None and nothing.verdict not in _UNJUDGED

    def _met(self) -> Scene | None:
        found = self._find(_is_met)
        return self._climbed(self._closest()) if found is None else found

    def _closest(self) -> Scene:
        """Of the histories looked at the one that comes closest, the smallest of several."""
        scored = ((self._score(result), scene) for (scene, _), result in self.asked.items() if result)
        return max(scored, key=lambda pair: (pair[0], *(-part for part in pair[1].size)))[1]

    def _climbed(self, scene: Scene) -> Scene | None:
        """A history that meets the target, reached by changes that each bring it closer; None where they end before."""
        for _ in range(MOST_STEPS):
            found = self.result(scene)
            if found is None or _is_met(found):
                break
            score = self._score(found)
            changed = ((one, self.result(one)) for one in self._changed(scene))
            better = next((one for one, result in changed if result and self._score(result) > score), None)
            if better is None:
                break
            scene = better
        return self.smallest(scene, _is_met) if self.is_so(scene, _is_met) else None

    def _score(self, result: Result) -> Fraction:
        """How close a result comes."""
        return _closeness(result)

    def _of_target(self) -> None:
        met = self._met()
        if met is None:
            self._none("met")
        else:
            self.found.append(self.witness("met", met))
        missed = self._missed(met or Scene())
        if missed is None:
            self.absent.append(
                Absence("missed", f"{len(self.asked):,} histories looked at, and none misses it", faulty=True)
            )
        else:
            self.found.append(self.witness("missed", missed))
        if met is not None and missed is not None:
            self._pair(met, missed, _is_met)
            self._undecided([met, missed], _is_undecided)
            self._lost(met)

    def _none(self, kind: Kind) -> None:
        """Note that none was found of a kind that every sound indicator has."""
        self.absent.append(Absence(kind, f"{len(self.asked):,} were looked at", faulty=True))

    def _of_figure(self) -> None:
        """Without a target: the first that counts, the last day that does, and what leaves the figure open."""
        nothing = self.result(Scene())
        before = nothing.value if nothing else None
        counts = self._find(lambda result: result.value is not None and result.value != before and not _is_open(result))
        if counts is None and nothing and "tbc" in nothing.unknown:
            self.absent.append(Absence("counts", "the figure rests on a number that is still to be agreed (TBC)"))
            return
        if counts is None:
            self._none("counts")
            return
        value = self.result(counts)
        self.found.append(self.witness("counts", counts))
        self._pair(counts, Scene(), lambda result: value is not None and result.value == value.value)
        self._undecided([counts], _is_open)

    # ── met ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _find(self, holds: Holds, *, enders: bool = False, most: int = EXAMPLES) -> Scene | None:
        """The smallest history of which something holds, by Hypothesis and then by leaving out one thing at a time."""
        if self.is_so(Scene(), holds):
            return Scene()
        budget = len(self.asked) + LOOKED_AT

        def is_it(scene: Scene) -> bool:
            return len(self.asked) < budget and self.is_so(scene, holds)

        from indicator_engine.testing.drawing import find_scene

        found = find_scene(self.grounds, is_it, most, enders=enders)
        return None if found is None else self.smallest(found, holds)

    # ── missed ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _missed(self, met: Scene) -> Scene | None:
        """A history one change away that misses, by one if there is such; else any that misses."""
        for holds in (_is_missed_by_one, _is_missed):
            found = next((scene for scene in self._changed(met) if self.is_so(scene, holds)), None)
            if found is not None:
                return found
        return self._find(_is_missed, most=EXAMPLES // 2)

    def _changed(self, scene: Scene) -> Iterator[Scene]:
        """Histories one change away: one organisation less or more, an event less or more, another value."""
        for index, case in enumerate(scene.cases):
            yield with_case(scene, index, replace(case, copies=case.copies - 1))
        yield Scene()
        for index, case in enumerate(scene.cases):
            yield from self._varied(scene, index)
            yield with_case(scene, index, replace(case, copies=case.copies + 1))
        yield from self._with_more(scene)

    def _varied(self, scene: Scene, index: int) -> Iterator[Scene]:
        """Histories in which the last of those alike lacks an event or its row, or has another value somewhere."""
        split, place = apart(scene, index)
        case = split.cases[place]
        for number in range(len(case.happenings)):
            yield with_case(split, place, without_happening(case, number))
        for other in self._other_cases(case):
            yield with_case(split, place, other)
        if case.row is not None:
            yield with_case(split, place, replace(case, row=None))

    def _other_cases(self, case: Case) -> Iterator[Case]:
        """A case with another value in one of its cells."""
        for number, one in enumerate(case.happenings):
            choices = {**self.grounds.enders, **self.grounds.types}.get(one.type, {})
            for name, values in choices.items():
                yield from (with_cell(case, number, name, value) for value in values if value != one.cell(name))
        if case.row is not None:
            cells = dict(case.row)
            for choices in self.grounds.rows:
                for name, values in choices.items():
                    yield from (with_row_cell(case, name, value) for value in values if value != cells.get(name))

    def _with_more(self, scene: Scene) -> Iterator[Scene]:
        """Histories in which one more thing befalls the last of those alike; or somebody, where there is nobody."""
        for index in range(len(scene.cases)):
            split, place = apart(scene, index)
            case = split.cases[place]
            for more in self._events(every_day=True):
                yield with_case(split, place, replace(case, happenings=(*case.happenings, more)))
        if not scene.cases:
            for choices in self.grounds.rows or ({},):
                for one in self._events():
                    yield from (Scene((Case("A", _first(choices), (one,), n),)) for n in self.grounds.copies)
        yield from (Scene((*scene.cases, more)) for more in self._newcomers())

    def _newcomers(self) -> Iterator[Case]:
        """Somebody more on the register, to whom nothing happens."""
        for choices in self.grounds.rows:
            usual = Case("N", _first(choices))
            yield usual
            for name, values in choices.items():
                yield from (with_row_cell(usual, name, value) for value in values[1:])

    def _events(self, *, every_day: bool = False) -> Iterator[Happening]:
        """Events with the likeliest values, and with another value (or another day) in one cell."""
        for name, choices in {**self.grounds.enders, **self.grounds.types}.items():
            usual = Happening(name, _first(choices))
            yield usual
            alone = Case("A", None, (usual,))
            for cell, values in choices.items():
                if every_day or cell != "occurred_on":
                    yield from (with_cell(alone, 0, cell, value).happenings[0] for value in values[1:])

    # ── the pair around the deadline ─────────────────────────────────────────────────────────────────────────────────

    def _pair(self, met: Scene, missed: Scene, holds: Holds) -> None:
        """The last day on which an event decides, and the day after, on which it no longer does."""
        late = self.last + timedelta(days=1)
        ways = [at for scene in (met, missed) for at in self._dated(scene)]
        found = next(((at, self.last) for at in ways if self._turns_at_deadline(at, late, holds)), None)
        if found is None:
            days = ((at, self._turning_day(at, late, holds)) for at in ways)
            found = next(((at, day) for at, day in days if day), None)
        if found is None:
            self.absent.append(Absence("in_time", ""))
            return
        at, day = found
        for kind, turn in (("in_time", day), ("late", day + timedelta(days=1))):
            self.found.append(self.witness(cast("Kind", kind), at(turn), late, turn))

    def _turns_at_deadline(self, at: Callable[[date], Scene], late: date, holds: Holds) -> bool:
        return self._says(at, self.last, late, holds) != self._says(at, late, late, holds)

    def _dated(self, scene: Scene) -> Iterator[Callable[[date], Scene]]:
        """Ways to move one date of a history, for the last of those alike: of its events first, then of its row."""
        places = [apart(scene, index) for index in reversed(range(len(scene.cases)))]
        for split, place in places:
            for number, one in enumerate(split.cases[place].happenings):
                yield from (partial(_moved, split, place, number, name) for name in self._day_cells(one))
        for split, place in places:
            dated = [name for name, value in split.cases[place].row or () if isinstance(value, date)]
            yield from (partial(_moved, split, place, None, name) for name in dated)

    def _day_cells(self, one: Happening) -> list[str]:
        first = ["recorded_at"] if self.grounds.by_recording else ["occurred_on"]
        return [
            *first,
            *(name for name, value in one.cells if isinstance(value, date) and name not in ("occurred_on", *first)),
        ]

    def _turning_day(self, at: Callable[[date], Scene], late: date, holds: Holds) -> date | None:
        """The last day on which it holds, though it does later no more: found by halving."""
        known = sorted({day for day in self.grounds.days if day <= late})
        said = [(day, self._says(at, day, late, holds)) for day in known]
        for (low, before), (high, after) in zip(said[::-1][1:], said[::-1], strict=False):
            if before and not after:
                return self._halved(at, low, high, late, holds)
        return None

    def _halved(self, at: Callable[[date], Scene], low: date, high: date, late: date, holds: Holds) -> date:
        while (high - low).days > 1:
            middle = low + (high - low) // 2
            if self._says(at, middle, late, holds):
                low = middle
            else:
                high = middle
        return low

    def _says(self, at: Callable[[date], Scene], day: date, late: date, holds: Holds) -> bool:
        return self.is_so(at(day), holds, late)

    # ── undecided, and lost ──────────────────────────────────────────────────────────────────────────────────────────

    def _undecided(self, scenes: list[Scene], holds: Holds) -> None:
        found = next((scene for scene in self._blanked(scenes) if self.is_so(scene, holds)), None)
        if found is None and self._can_be_unknown():
            found = self._find(holds, most=self._few())
        if found is None:
            why = "" if self._can_be_unknown() else "nothing that it looks at can be left blank"
            self.absent.append(Absence("undecided", why))
        else:
            self.found.append(self.witness("undecided", found))

    def _few(self) -> int:
        """Histories to draw where a search may well be in vain; fewer where each costs an evaluation a day."""
        trees = [one.measure.node for one in (self.indicator, *self.indicator.parts) if one.measure]
        return EXAMPLES // 16 if any(map(measures.looks_at_the_clock, trees)) else EXAMPLES // 4

    def _blanked(self, scenes: list[Scene]) -> Iterator[Scene]:
        """Histories in which a cell of the last of those alike is not known."""
        for scene in scenes:
            for index in range(len(scene.cases)):
                split, place = apart(scene, index)
                case = split.cases[place]
                for number, one in enumerate(case.happenings):
                    for name, _ in one.cells:
                        if name not in ("occurred_on", "recorded_at"):
                            yield with_case(split, place, with_cell(case, number, name, None))
                for name, _ in case.row or ():
                    yield with_case(split, place, with_row_cell(case, name, None))

    def _can_be_unknown(self) -> bool:
        cells = [*self.grounds.types.values(), *self.grounds.enders.values(), *self.grounds.rows]
        return any(name not in ("occurred_on", "recorded_at") for choices in cells for name in choices)

    def _lost(self, met: Scene) -> None:
        reason = self._never_lost()
        found = None if reason else next((scene for scene in self._later(met) if self.is_so(scene, _is_lost)), None)
        if not reason and found is None:
            found = self._find(_is_lost, enders=True, most=self._few())
        if found is None:
            self.absent.append(Absence("lost", reason))
        else:
            self.found.append(self.witness("lost", found))

    def _never_lost(self) -> str:
        """Why a met target cannot be lost; "" where it can."""
        judged = self.indicator.parts or (self.indicator,)
        targets = [one.stages[-1][-1] for one in judged if one.stages]
        if all(not one.delivered and one.relative is None and one.comparator in LIMITS for one in targets):
            return "a limit is met at its deadline only, so it cannot be lost before"
        trees = [one.measure.node for one in judged if one.measure]
        if all(measures.only_rises(tree, self.statement.schema) for tree in trees):
            return "what it counts only grows, so a met target stays met"
        return ""

    def _later(self, met: Scene) -> Iterator[Scene]:
        """Histories in which something more happens to the last of those alike, on a later day of the period."""
        start = self.statement.period.start
        days = [start + (self.last - start) // 2, self.last]
        for index in range(len(met.cases)):
            split, place = apart(met, index)
            case = split.cases[place]
            for day in days:
                for more in self._events():
                    later = with_cell(Case("A", None, (more,)), 0, "occurred_on", day).happenings
                    yield with_case(split, place, replace(case, happenings=(*case.happenings, *later)))
                for name in self._ends():
                    if case.row is not None:
                        yield with_case(split, place, with_row_cell(case, name, day))
        yield from (Scene((*met.cases, more)) for more in self._newcomers())

    def _ends(self) -> list[str]:
        """Columns of the register on which a membership ends."""
        schema = self.statement.schema
        ends = [schema.subject.end, *(one.end for one in schema.populations.values())]
        return list(dict.fromkeys(end for end in ends if end))


def _moved(scene: Scene, place: int, number: int | None, name: str, day: date) -> Scene:
    """The scene with another day in a cell of an event, or of the register row."""
    case = scene.cases[place]
    moved = with_row_cell(case, name, day) if number is None else with_cell(case, number, name, day)
    return with_case(scene, place, moved)


def _first(choices: Choices) -> tuple[tuple[str, Any], ...]:
    """The likeliest value of every cell."""
    return tuple((name, values[0]) for name, values in choices.items() if values and values[0] is not None)


_UNJUDGED = ("no_target_yet", "no_baseline", "not_set_yet", "monitored", "narrative")

# ── several parts ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Compound(_Search):
    """Puts the histories of an indicator together from those of its parts."""

    def __init__(
        self, statement: Statement, indicator: Indicator, priority: str, name: str, parts: tuple[Witnesses, ...]
    ) -> None:
        super().__init__(statement, indicator, priority, name)
        self.parts = parts

    def witnesses(self) -> Witnesses:
        """Everything that is found."""
        self._of_target()
        looked_at = len(self.asked) + sum(part.looked_at for part in self.parts)
        return Witnesses(self.name, tuple(self.found), tuple(self.absent), looked_at, self.parts)

    def _met(self) -> Scene | None:
        """Every part's history at once; where they are in each other's way, changed step by step until all are met."""
        return self._climbed(self._put_together())

    def _score(self, result: Result) -> Fraction:
        return sum((_closeness(part) for part in result.parts), Fraction(0))

    def _put_together(self) -> Scene:
        scene = Scene()
        for part in self.parts:
            met = part.of("met")
            scene = together(scene, met.scene if met else Scene())
        return scene


def _closeness(part: Result) -> Fraction:
    """The share of its target that a value reaches; 2 where that is met."""
    if _is_met(part):
        return Fraction(2)
    if isinstance(part.value, bool) or part.value is None or not part.target_value:
        return Fraction(0)
    return min(max(part.value / part.target_value, Fraction(0)), Fraction(1))
