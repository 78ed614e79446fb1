"""The questions of the contest: what `evaluation.toml` asks, in a form from which every contestant makes its own.

A set is a formula over conditions: `members & viably - uncoded`. `fold` goes through it with whatever a contestant puts
for a condition and for each operator. Bigger packs of the same shape, for growth, are made here as well.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PACK = Path(__file__).with_name("evaluation.toml")
DAY = date(2010, 3, 31)
MONTHS = tuple(date(2007 + (n + 4) // 12, (n + 4) % 12 + 1, 1) - (date(1, 1, 2) - date(1, 1, 1)) for n in range(36))
"""The ends of 36 months, the last of them DAY."""

Number = int | Decimal | Fraction | float
Answers = Mapping[str, Number]
Course = Mapping[date, Answers]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Condition:
    """Organisations with an event of a type, of which something is true: in SQL, in Python, and in the pack."""

    name: str
    type: str
    sql: str = ""
    python: str = ""
    pack: str = ""

    @property
    def written(self) -> str:
        """As the pack says it."""
        return f"organisations({self.type}{f'[{self.pack}]' if self.pack else ''})"


@dataclass(frozen=True)
class Total:
    """A sum of a column over the events of a type, or how many there are."""

    type: str
    column: str = ""
    least: tuple[str, int] | None = None
    """A column and the least that it has in the events that count."""

    @property
    def sql(self) -> str:
        """As an aggregate."""
        what = self.column or "1"
        return f"sum(CASE WHEN {self.least[0]} >= {self.least[1]} THEN {what} END)" if self.least else f"sum({what})"


@dataclass(frozen=True)
class Questions:
    """Conditions, and what is counted, shared and summed up over them."""

    conditions: Mapping[str, Condition]
    counts: Mapping[str, str]
    """Formulas by the names of indicators."""
    shares: Mapping[str, tuple[str, str]]
    """Part and whole."""
    totals: Mapping[str, Total]

    @cached_property
    def formulas(self) -> tuple[str, ...]:
        """Every set that has to be counted, once."""
        return tuple(dict.fromkeys([*self.counts.values(), *(one for pair in self.shares.values() for one in pair)]))

    @cached_property
    def types(self) -> Mapping[str, tuple[Condition, ...]]:
        """The conditions on each event type."""
        found: dict[str, list[Condition]] = {}
        for one in self.conditions.values():
            found.setdefault(one.type, []).append(one)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def totals_of(self) -> Mapping[str, tuple[tuple[str, Total], ...]]:
        """The totals over each event type, by the names of indicators."""
        found: dict[str, list[tuple[str, Total]]] = {}
        for name, total in self.totals.items():
            found.setdefault(total.type, []).append((name, total))
        return {name: tuple(each) for name, each in found.items()}

    @property
    def indicators(self) -> tuple[str, ...]:
        """Their names."""
        return (*self.counts, *self.shares, *self.totals)

    def answers(self, counted: Mapping[str, int], totals: Mapping[str, Any]) -> dict[str, Number]:
        """The figure of each indicator, from the sizes of the formulas and the totals."""
        counts = {name: counted[formula] for name, formula in self.counts.items()}
        shares = {name: Fraction(counted[part], counted[whole]) for name, (part, whole) in self.shares.items()}
        return {**counts, **shares, **{name: totals[name] or 0 for name in self.totals}}

    def only(self, indicators: Iterable[str]) -> Questions:
        """Some of the indicators, with the conditions that they need."""
        kept = set(indicators)
        counts = {name: one for name, one in self.counts.items() if name in kept}
        shares = {name: one for name, one in self.shares.items() if name in kept}
        wanted = {
            name for one in (*counts.values(), *(f for pair in shares.values() for f in pair)) for name in names(one)
        }
        return Questions(
            {name: one for name, one in self.conditions.items() if name in wanted},
            counts,
            shares,
            {name: one for name, one in self.totals.items() if name in kept},
        )


MEMBERS = "members"
"""The only condition on the register: members on the day."""


def fold(
    formula: str,
    leaf: Callable[[str], Made],
    both: Callable[[Made, Made], Made],
    either: Callable[[Made, Made], Made],
    without: Callable[[Made, Made], Made],
) -> Made:
    """What a formula comes to, with a contestant's own conditions and operators."""
    operators = {ast.BitAnd: both, ast.BitOr: either, ast.Sub: without}

    def value(node: ast.expr) -> Made:
        if isinstance(node, ast.Name):
            return leaf(node.id)
        assert isinstance(node, ast.BinOp), ast.dump(node)
        return operators[type(node.op)](value(node.left), value(node.right))

    return value(ast.parse(formula, mode="eval").body)


def names(formula: str) -> tuple[str, ...]:
    """The conditions of a formula, each once, in order."""
    return tuple(dict.fromkeys(fold(formula, lambda name: (name,), operator.add, operator.add, operator.add)))


_LISTED = (
    Condition("joined", "membership"),
    Condition("pledged", "pledge"),
    Condition("stage_2", "pledge", "stage >= 2", "stage >= 2", "stage >= 2"),
    Condition("stage_3", "pledge", "stage = 3", "stage == 3", "stage == 3"),
    Condition("trained", "training"),
    Condition("trained_20", "training", "participants >= 20", "participants >= 20", "participants >= 20"),
    Condition("viably", "tender", "viable", "viable == True", "viable"),
    Condition("coded", "tender", "viable AND code = 'full'", "viable == True and code == 'full'",
              'viable and code == "full"'),
    # Of a tender of which nobody knows whether it is viable it is not sure that it is none without the code.
    Condition("uncoded", "tender", "coalesce(viable, TRUE) AND code = 'none'",
              "viable != False and code == 'none'", 'viable and code == "none"'),
    Condition("schemed", "survey", "has_scheme", "has_scheme == True", "has_scheme"),
    Condition("no_scheme", "survey", "NOT has_scheme", "has_scheme == False", "not has_scheme"),
    Condition("documented", "document"),
    Condition("visited", "visit"),
    Condition("contracted", "contract"),
    Condition("large", "contract", "value >= 50000", "value >= 50000", "value >= 50000"),
    Condition("supported", "support"),
    Condition("planned", "plan"),
)  # fmt: skip

THIRTY = Questions(
    {one.name: one for one in _LISTED},
    {
        **{f"members-{name}": f"members & {name}" for name in (
            "pledged", "stage_2", "stage_3", "trained", "viably", "schemed", "documented", "visited", "large",
            "supported")},
        "stage-2-and-trained": "members & stage_2 & trained",
        "pledged-or-supported": "members & (pledged | supported)",
        "all-viable-coded": "members & viably - uncoded",
        "visited-not-documented": "members & visited - documented",
        "large-and-coded": "members & large & coded",
        "joined-not-member": "joined - members",
        "contracted-visited": "contracted & visited",
        "any-of-three": "members & (trained_20 | large | planned)",
    },
    {
        **{f"share-{name}": (f"members & {name}", "members")
           for name in ("pledged", "stage_3", "trained_20", "coded", "planned")},
        "no-scheme-supported": ("members & no_scheme & supported", "members & no_scheme"),
    },
    {
        "participants": Total("training", "participants"),
        "participants-20": Total("training", "participants", ("participants", 20)),
        "contract-value": Total("contract", "value"),
        "trainings": Total("training"),
        "large-contracts": Total("contract", "", ("value", 50000)),
        "cost": Total("training", "cost", ("participants", 20)),
    },
)  # fmt: skip
"""What `evaluation.toml` asks."""


# ── bigger packs ─────────────────────────────────────────────────────────────────────────────────────────────────────

_GROWN = (("training", "participants", 40), ("training", "cost", 5000), ("contract", "value", 90000),
          ("headcount", "people", 400), ("pledge", "stage", 3))  # fmt: skip


def grown(conditions: int, indicators: int) -> Questions:
    """Any number of indicators over any number of conditions, each asked for."""
    found = {}
    for number in range(conditions):
        type_, column, most = _GROWN[number % 4]
        least = 1 + number // 4 * most // (conditions // 4 + 1) if most > 40 else number // 4 % 40
        extra = "" if most > 40 else f" AND cost >= {10 * (number // 160)}"
        text = f"{column} >= {least}{extra}"
        name = f"c{number}"
        found[name] = Condition(name, type_, text, text.replace(" AND ", " and "), text.replace(" AND ", " and "))
    each = -(-conditions // indicators)
    listed = list(found)
    counts = {
        f"i{number}": " & ".join(
            ["members", *dict.fromkeys(listed[(number * each + n) % conditions] for n in range(each))]
        )
        for number in range(indicators)
    }
    return Questions(found, counts, {}, {})


def pack_of(questions: Questions, path: Path) -> Path:
    """A pack that asks the questions: the vocabulary of `evaluation.toml`, and sets counted."""
    head = PACK.read_text("utf-8").partition("[define]")[0]
    defined = "\n".join(f"{one.name} = '''{one.written}'''" for one in questions.conditions.values())
    indicators = "\n".join(
        f"[[priority.indicator]]\nid = \"{name}\"\nmeasure = '''count({formula})'''"
        for name, formula in questions.counts.items()
    )
    path.write_text(f'{head}[define]\n{defined}\n\n[[priority]]\nid = "all"\ntitle = "All"\n\n{indicators}\n', "utf-8")
    return path


# ── the same answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def disagreements(expected: Answers, found: Answers) -> list[str]:
    """Where two answers differ: counts and decimals exactly, what went through a floating-point number by a hair."""
    return [
        f"{name}: {_shown(expected[name])} and {_shown(found.get(name))}"
        for name in expected
        if name not in found or not _same(expected[name], found[name])
    ]


def _same(one: Number, other: Number) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return abs(float(one) - float(other)) <= 1e-9 * max(1.0, abs(float(one)))
    return Fraction(one) == Fraction(other)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
