"""The text of queries: named steps, each written once however often it is used, and values that are bound.

No text of a pack ever becomes SQL: texts are bound, numbers and days are written from numbers and days, and identifiers
come from tables of our own.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.dialects import DUCKDB, bound_in, steps_in
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.evaluation.compiled.dialects import Dialect


@dataclass(frozen=True)
class Parts:
    """A query and the steps that it needs, each after those it needs itself."""

    steps: Mapping[str, str]
    query: str

    def naming(self, step: str) -> int:
        """How often a step is named."""
        return sum(steps_in(text).count(step) for text in (*self.steps.values(), self.query))


@dataclass
class Program:
    """Steps in the order in which they were needed, and the texts to bind."""

    dialect: Dialect = DUCKDB
    steps: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    narrowed: dict[str, Callable[[set[str], str], str]] = field(default_factory=dict)
    """Steps that are written for each query, by the names and the text of what else it needs; they need no step but
    those made before them."""
    standing: dict[tuple[str, datetime, Basis, bool], str] = field(default_factory=dict)
    """The steps of records that stand, by what they are asked for: nearly every figure asks for some."""
    _named: dict[str, str] = field(default_factory=dict)
    _columns: dict[tuple[str, str], str] = field(default_factory=dict)
    _texts: dict[str, Parts] = field(default_factory=dict)

    def step(self, query: str) -> str:
        """The name of a query; the same query has the same name."""
        if query not in self._named:
            name = f"step{len(self.steps)}"
            self._named[query], self.steps[name] = name, query
        return self._named[query]

    def column(self, step: str, expression: str) -> str:
        """The name of a column that is added to a step; the same one has the same name."""
        return self._columns.setdefault((step, expression), f"c{len(self._columns)}")

    def bound(self, text: str) -> str:
        """A text, bound."""
        if text not in self.texts:
            self.texts[text] = f"$t{len(self.texts)}"
        return self.texts[text]

    def written(self, query: str) -> str:
        """A query with the steps that it needs, each after those it needs itself."""
        steps = self._steps(query)
        text = self.dialect.together(steps, query)
        self._texts[text] = Parts(steps, query)
        return text

    def parts(self, text: str) -> Parts:
        """What a query that was written is made of; one that was not is a query without steps."""
        return self._texts.get(text, Parts({}, text))

    def _steps(self, query: str) -> dict[str, str]:
        needed = self._needed(query)
        narrowed = [one for one in needed if one in self.narrowed]
        told = " ".join([query, *(self.steps[one] for one in needed if one not in self.narrowed)]) if narrowed else ""
        own = {one: self.narrowed[one](needed, told) for one in narrowed}
        for text in own.values():
            needed |= self._needed(text)
        names = sorted(needed, key=lambda name: int(name.removeprefix("step")))
        return {name: own.get(name, self.steps[name]) for name in names}

    def _needed(self, query: str) -> set[str]:
        """The steps that a query needs; those that are written for each query need nothing of themselves."""
        needed: set[str] = set()
        waiting = [query]
        while waiting:
            for name in steps_in(waiting.pop()):
                if name not in needed:
                    needed.add(name)
                    if name not in self.narrowed:
                        waiting.append(self.steps[name])
        return needed

    def values(self, query: str) -> dict[str, str]:
        """The texts that a written query binds."""
        used = bound_in(query)
        return {mark[1:]: text for text, mark in self.texts.items() if mark[1:] in used}
