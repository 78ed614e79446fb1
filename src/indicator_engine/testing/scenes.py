"""Small histories as values: a few roles, each played by one organisation or by several that are alike.

A scene is what a search changes and shrinks; `rows` makes of it the events and the register that an evaluation reads.
Twenty organisations that did the same are one case of twenty copies, so that a table of them has one line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.language.schema import Schema

SELF = "self"


@dataclass(frozen=True)
class Role:
    """A cell that names another organisation of the scene (the first one in that role), or the organisation itself."""

    name: str


Cells = tuple[tuple[str, Any], ...]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Happening:
    """One event of a case: its type, and its day and attributes as cells; an attribute without a cell is not known."""

    type: str
    cells: Cells

    def cell(self, name: str) -> Any:
        """The value under a name; None where there is none."""
        return dict(self.cells).get(name)


@dataclass(frozen=True)
class Case:
    """What befalls one organisation, or `copies` of them alike; without a `row` it is not on the register."""

    role: str
    row: Cells | None = None
    happenings: tuple[Happening, ...] = ()
    copies: int = 1


@dataclass(frozen=True)
class Scene:
    """A history."""

    cases: tuple[Case, ...] = ()

    @property
    def size(self) -> tuple[int, int, int]:
        """How large it is: organisations, events, cells."""
        events = sum(len(case.happenings) * case.copies for case in self.cases)
        cells = sum(len(case.row or ()) + sum(len(one.cells) for one in case.happenings) for case in self.cases)
        return sum(case.copies for case in self.cases), events, cells

    def names(self) -> list[tuple[Case, list[str]]]:
        """Each case with the names of its organisations: a letter a role, numbered where several play it."""
        count: dict[str, int] = {}
        for case in self.cases:
            count[case.role] = count.get(case.role, 0) + case.copies
        seen, found = dict.fromkeys(count, 0), []
        for case in self.cases:
            first, many = seen[case.role], count[case.role]
            numbers = range(first + 1, first + case.copies + 1)
            width = len(str(many))
            found.append((case, [f"{case.role}{n:0{width}}" if many > 1 else case.role for n in numbers]))
            seen[case.role] += case.copies
        return found

    def rows(self, schema: Schema) -> tuple[Rows, Rows]:
        """The events and the register, in the columns of the pack."""
        subject, named = schema.subject.singular, self.names()
        leads: dict[str, str] = {}
        for case, names in named:
            for name in names[:1]:
                leads.setdefault(case.role, name)
        events, register = list[dict[str, Any]](), list[dict[str, Any]]()
        for case, names in named:
            for name in names:
                if case.row is not None:
                    register.append({subject: name, **_plain(case.row, name, leads)})
                events += [
                    {"event_id": f"{name}-{number}", "type": one.type, subject: name, **_plain(one.cells, name, leads)}
                    for number, one in enumerate(case.happenings, 1)
                ]
        return events, register


def _plain(cells: Cells, name: str, leads: Mapping[str, str]) -> dict[str, Any]:
    """Cells as a row has them, with the names of organisations in place of roles."""
    return {key: _cell(value, name, leads) for key, value in cells}


def _cell(value: Any, name: str, leads: Mapping[str, str]) -> Any:
    if isinstance(value, Role):
        return name if value.name == SELF else leads.get(value.name, value.name)
    return list(value) if isinstance(value, tuple) else value


# ── changing scenes ──────────────────────────────────────────────────────────────────────────────────────────────────


def with_case(scene: Scene, index: int, *cases: Case) -> Scene:
    """The scene with other cases in the place of one; those that nobody plays, or that are empty, are left out."""
    kept = tuple(case for case in cases if case.copies and (case.row is not None or case.happenings))
    return Scene((*scene.cases[:index], *kept, *scene.cases[index + 1 :]))


def apart(scene: Scene, index: int) -> tuple[Scene, int]:
    """The scene with the last copy of a case standing apart, and where that copy stands."""
    case = scene.cases[index]
    if case.copies == 1:
        return scene, index
    return with_case(scene, index, replace(case, copies=case.copies - 1), replace(case, copies=1)), index + 1


def together(first: Scene, second: Scene) -> Scene:
    """Both histories at once, the roles of the second under other letters."""
    used = {case.role for case in first.cases}
    free = (letter for letter in map(chr, range(ord("A"), ord("Z") + 1)) if letter not in used)
    letters = {role: next(free, f"{role}x") for role in dict.fromkeys(case.role for case in second.cases)}
    return Scene((*first.cases, *(_renamed(case, letters) for case in second.cases)))


def _renamed(case: Case, letters: Mapping[str, str]) -> Case:
    def cells(given: Cells) -> Cells:
        return tuple((k, Role(letters.get(v.name, v.name)) if isinstance(v, Role) else v) for k, v in given)

    happenings = tuple(replace(one, cells=cells(one.cells)) for one in case.happenings)
    return replace(
        case, role=letters[case.role], row=None if case.row is None else cells(case.row), happenings=happenings
    )


def smaller(scene: Scene) -> Iterator[Scene]:
    """Scenes with less in them, those with much less first."""
    for index, case in enumerate(scene.cases):
        yield with_case(scene, index)
        for copies in sorted({1, case.copies // 2, case.copies - 1} & set(range(1, case.copies))):
            yield with_case(scene, index, replace(case, copies=copies))
    for index, case in enumerate(scene.cases):
        yield from (with_case(scene, index, less) for less in _lesser(case))


def _lesser(case: Case) -> Iterator[Case]:
    """A case without one of its events, without its row, without one of its cells."""
    for number in range(len(case.happenings)):
        yield without_happening(case, number)
    if case.row is not None:
        yield replace(case, row=None)
        for name, _ in case.row:
            yield with_row_cell(case, name, None)
    for number, one in enumerate(case.happenings):
        for name, _ in one.cells:
            if name != "occurred_on":
                yield with_cell(case, number, name, None)


def without_happening(case: Case, number: int) -> Case:
    """A case without one of its events."""
    return replace(case, happenings=(*case.happenings[:number], *case.happenings[number + 1 :]))


def with_cell(case: Case, number: int, name: str, value: Any) -> Case:
    """A case with another value in a cell of an event; None takes the cell out."""
    one = case.happenings[number]
    changed = replace(one, cells=_with(one.cells, name, value))
    return replace(case, happenings=(*case.happenings[:number], changed, *case.happenings[number + 1 :]))


def with_row_cell(case: Case, name: str, value: Any) -> Case:
    """A case with another value in a cell of its register row; None takes the cell out."""
    return replace(case, row=_with(case.row or (), name, value))


def _with(cells: Cells, name: str, value: Any) -> Cells:
    if value is None:
        return tuple(pair for pair in cells if pair[0] != name)
    if any(key == name for key, _ in cells):
        return tuple((key, value if key == name else old) for key, old in cells)
    return (*cells, (name, value))
