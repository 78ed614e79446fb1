"""Whatever imports tell one after the other, figures by what was kept are what everything looked at anew gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.drawing import DAYS, ORGANISATIONS, World, chance_of, costly, populated, records, types_seen
from tests.generative.test_compiled_agrees import asked
from tests.generative.test_compiled_changes import figures

from indicator_engine.evaluation.compiled import kept
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.ground import Ground
from indicator_engine.evaluation.compiled.kept import LOOKED_UP, Kept
from indicator_engine.evaluation.compiled.memory import emptied, write, write_register
from indicator_engine.evaluation.reference import Reference
from indicator_engine.language import kinds, nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store.findings import Findings
from indicator_engine.store.records import Records, end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.generative.drawing import Rows

    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import RegisterRow, Version

pytestmark = [pytest.mark.generative, pytest.mark.slow]

TOLD: Counter[str] = Counter()
"""How many figures were found by what was kept, and how many were not; how many of them moved with the imports."""

fewer = settings(costly, max_examples=max(costly.max_examples // 4, 1))
NUMBERS = st.integers(0, 2**32 - 1)
NUMBERED = {name: number for number, name in enumerate(ORGANISATIONS, 1)}


@dataclass(frozen=True)
class History:
    """Figures, and what is imported one after the other: events, or rows of the register."""

    world: World
    trees: tuple[Node, ...]
    imports: tuple[tuple[str, Rows], ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A world told in some imports, in any order; at times events are corrected to be of somebody else."""
    world = draw(figures())
    rows = [_of_another(chance_of(draw(NUMBERS)), world, row) for row in draw(st.permutations(world.events))]
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), min_size=1, max_size=2)))
    parts = [rows[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    imports = [("events", part) for part in parts if part]
    if draw(st.booleans()):
        _, anew = draw(populated(world.schema, [world.tree], 0))
        imports.insert(draw(st.integers(0, len(imports))), ("register", anew[: draw(st.integers(0, len(anew)))]))
    return History(world, tuple(_figures(world)), (("register", world.register), *imports))


def _of_another(chance: Any, world: World, row: dict[str, Any]) -> dict[str, Any]:
    others = {world.schema.subject.singular: chance.choice(ORGANISATIONS)} if not chance.randrange(4) else {}
    return {**row, **others}


def _figures(world: World) -> list[Node]:
    """The figure of a world, and others of the same sets and records."""
    found = [world.tree]
    for node in _outside_conditions(world.tree):
        if node.kind.key == kinds.SUBJECT and node.kind.name == "set":
            found.append(nodes.CountMembers(node))
        elif node.kind.name == "events":
            found.append(nodes.CountRecords(node))
    everyone = elaborate("members | everyone", world.schema).node
    sums = [
        elaborate(f"sum({event.name}.{attribute.name})", world.schema).node
        for event in types_seen(world.schema, [world.tree])
        for attribute in event.attributes.values()
        if attribute.type in ("integer", "money")
    ]
    drawn = list(dict.fromkeys([*found, *sums, nodes.CountMembers(everyone)]))[:5]
    return drawn + [elaborate(text, world.schema).node for text in _in_time(world)]


def _in_time(world: World) -> list[str]:
    """Buckets of time in which there are records of a type, and the first and last day of them."""
    event = next(iter(types_seen(world.schema, [world.tree])), None)
    if event is None:
        return []
    truths = [name for name, attribute in event.attributes.items() if attribute.type == "truth"]
    selection = f"{event.name}[{truths[0]}]" if truths else event.name
    days = [f"{function}({selection}.occurred_on)" for function in ("min", "max")]
    return [f"each(quarter, exists({selection}))", f"each(quarter, exists(in_force({event.name})))", *days]


def _outside_conditions(node: Node) -> Iterator[Node]:
    """What of a tree looks at no record or subject at hand."""
    match node:
        case nodes.CountMembers(operand) | nodes.CountRecords(operand) | nodes.Exists(operand) | nodes.Values(operand):
            yield from _outside_conditions(operand)
        case nodes.Aggregate(_, values):
            yield from _outside_conditions(values)
        case nodes.Filter(source, _):
            yield from (node, *_outside_conditions(source))
        case nodes.Subjects(events):
            yield from (node, *_outside_conditions(events))
        case nodes.Combined(_, left, right) | nodes.Ratio(left, right):
            yield from (node, *_outside_conditions(left), *_outside_conditions(right))
        case _:
            yield node


@fewer
@given(histories(), st.sampled_from(("occurred", "recorded")), st.sampled_from((0, kept.LARGE)))
def test_what_is_kept_is_what_is_found_anew(history: History, basis: Any, large: int):
    """After each import, on every day: figures, and what becomes of contested versions; at times with marks of ids."""
    world = replace(history.world, frame=replace(history.world.frame, basis=basis))
    database = emptied(world.schema)
    told = Told(database, world)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "LARGE", large)
        before: list[Any] = []
        for kind, rows in history.imports:
            told.take(kind, rows)
            now = found(told, history.trees, Path(folder) / "a.store")
            TOLD["moved"] += bool(before) and now != before
            before = now
        assert fates(_kept(told, Path(folder) / "a.store"), told) == fates(None, told)


class Told:
    """A database that is told rows by imports, and the records that these are."""

    def __init__(self, database: Database, world: World) -> None:
        self.database, self.world, self.imports = database, world, 0
        self.versions: list[Version] = []
        self.register: dict[str, list[RegisterRow]] = {}
        for number, name in enumerate(ORGANISATIONS, 1):
            database.run("INSERT INTO subject VALUES (?, ?, 1)", [number, name])

    def take(self, kind: str, rows: Rows) -> None:
        """The next import."""
        self.imports += 1
        taken = records(self.world.schema, *((rows, []) if kind == "events" else ([], rows)))
        new = [replace(one, position=self.imports) for one in taken.versions]
        self.versions += new
        for version in new:
            write(self.database, version, NUMBERED, self.world.schema)
        rows_of = {one.subject: [row for row in taken.register if row.subject == one.subject] for one in taken.register}
        self.register |= rows_of
        for line, row in enumerate(taken.register):
            write_register(self.database, row, NUMBERED, self.world.schema, line=line, position=self.imports)

    @property
    def records(self) -> Records:
        """Everything that was told."""
        return Records(tuple(self.versions), tuple(row for rows in self.register.values() for row in rows))


def found(told: Told, trees: tuple[Node, ...], path: Path) -> list[Any]:
    """The figures of all days by what was kept, compared with those of the records; keeps what was found."""
    world, found_before = told.world, _kept(told, path)
    answers = Answers(Ground(told.database, world.schema, earlier=found_before), kept=found_before)
    reference = Reference(world.schema, told.records, world.frame)
    moments = [*(replace(world.moment, as_of=day) for day in DAYS), *others(world)]
    evaluator = Compiled(answers, world.frame, lambda: reference)
    answers.foresee([(world.frame, tree, moments) for tree in trees])
    expected = [[asked(reference, replace(world, tree=tree), one) for one in moments] for tree in trees]
    assert [[asked(evaluator, replace(world, tree=tree), one) for one in moments] for tree in trees] == expected
    for tree in trees:
        within = tree.condition if isinstance(tree, nodes.Each) else tree
        in_time = "in time " if within is not tree or tree.kind.name == "date" else ""
        TOLD[in_time + ("kept" if "kept" in answers.noted.ways.get(within, ()) else "left")] += 1
    found_before.keep()
    return expected


def others(world: World) -> Iterator[Moment]:
    """Moments of other kinds: buckets of time, and days as they were known then."""
    ordered = sorted(DAYS)
    for first, last in ((0, 2), (2, 6), (3, 3)):
        yield replace(world.moment, as_of=ordered[last], window=ordered[first])
    for day in ordered[2:7:4]:
        yield replace(world.moment, as_of=day, known_at=end_of(day))


def _kept(told: Told, path: Path) -> Kept:
    """What was kept beside a store."""
    findings = Findings.beside(path, "test", {number: f"run {number}" for number in range(1, told.imports + 1)})
    return Kept(told.database, told.world.schema, findings, build=True)


def fates(earlier: Kept | None, told: Told) -> list[Any]:
    """What becomes of contested versions, in order, by what was kept or found anew."""
    ground = Ground(told.database, told.world.schema, earlier=earlier)
    assert ground.contested is not None
    assert earlier is None or earlier.fates()
    table = earlier.fates_table if earlier else f"{ground.prefix}_fates"
    return ground.rows(f"SELECT {LOOKED_UP} FROM {table} ORDER BY type, rid", {})  # noqa: S608  # names of our own


def test_many_figures_are_kept_and_move():
    """Of the figures above."""
    assert TOLD["kept"] >= 0.4 * (TOLD["kept"] + TOLD["left"]), TOLD
    assert TOLD["moved"] >= 5, TOLD
    assert TOLD["in time kept"] >= 0.6 * (TOLD["in time kept"] + TOLD["in time left"]), TOLD
