"""Reading the expressions of a pack, each fault put where it was written.

A fault inside a macro belongs to the macro's own text, and is told once however often the macro is used. What
follows only from a name whose declaration is at fault itself is not told.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from indicator_engine.definitions.model import Expression
from indicator_engine.definitions.refused import Refused
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.kinds import SUBJECT
from indicator_engine.language.scopes import TOP
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.definitions.readings import County
    from indicator_engine.definitions.sources import Place
    from indicator_engine.language.kinds import Kind
    from indicator_engine.language.schema import Schema
    from indicator_engine.language.scopes import Scope
    from indicator_engine.problems import Problem

_ABOUT_NAMES = ("IE103", "IE104", "IE105", "IE112", "IE113")
"""Codes of the language for names and words that are not there, or not here."""

_WORD = late(r"\w+")
_NAMED = late(r"`(\w+)`")


@dataclass(frozen=True)
class Expressions:
    """What expressions of one pack can name. `refused` has the names whose declarations were."""

    schema: Schema
    county: County
    macros: Mapping[str, Place] = field(default_factory=dict)
    """Where each macro of the pack stands; the convention's are not in it."""
    refused: Refused = field(default_factory=Refused)
    words: set[str] = field(default_factory=set)
    """Every word of the expressions read so far, so that macros which none of them uses are known."""

    def read(self, place: Place, text: str, scope: Scope = TOP) -> Expression | None:
        """An expression; None when it cannot be understood, which has been reported then."""
        self.words.update(_WORD.findall(text))
        result = elaborate(text, self.schema, scope)
        for problem in result.problems:
            self._report(place, text, problem)
        return None if isinstance(result.node, nodes.Broken) else Expression(text, result.node, place.path_in_pack)

    def words_for(self, kind: Kind) -> str:
        """What a kind is, in the pack's own words."""
        if kind.name == "events":
            return "records of " + " and ".join(f"`{name}`" for name in kind.types)
        if kind.name == "set":
            return f"a set of {self.schema.subject.plural}" if kind.key == SUBJECT else f"a set of `{kind.key}`"
        return str(kind)

    def check_other_macros(self) -> None:
        """Report what is wrong with macros that no expression has used; call it when all are read."""
        for name, place in self.macros.items():
            if name not in self.words:
                text = self.schema.defines[name]
                for problem in elaborate(text, self.schema).problems:
                    if problem.code != "IE112":  # it may be meant for use inside square brackets
                        self._report(place, text, problem)

    def _report(self, place: Place, text: str, problem: Problem) -> None:
        if problem.path and (macro := str(problem.path[-1])) not in self.macros:
            fact = f"in `{macro}`, which the {self.county.convention.title} convention defines: {problem.message}"
            place.report_all([replace(problem, message=fact, span=None)])
            return
        if problem.path:
            place, text = self.macros[macro], self.schema.defines[macro]
        if not self._follows(problem, text):
            place.report_all([problem])

    def _follows(self, problem: Problem, text: str) -> bool:
        """Whether a problem is only that a name is unknown whose declaration was refused, or may be elsewhere."""
        if problem.code not in _ABOUT_NAMES or not problem.span:
            return False
        if problem.code == "IE103" and not self.county.known:
            return True
        return self.refused.has_any(" ".join([text[slice(*problem.span)], *_NAMED.findall(problem.message)]))
