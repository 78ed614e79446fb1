"""What every part of elaboration stands on: the walk itself, its limits, its scope, and how faults are told."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal, cast

from indicator_engine.frozen import dataclass
from indicator_engine.language import fitting, kinds, limits, nodes, parse
from indicator_engine.language.schema import NAMED_DATES, RECORD_DATES, Schema
from indicator_engine.language.scopes import REGISTER, Scope
from indicator_engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from simpleeval import SimpleEval

    from indicator_engine.language.kinds import Kind
    from indicator_engine.language.nodes import Node

BROKEN = nodes.Broken()
SPLIT = "split it into several indicators or parts"


def outgrown(parts: int, depth: int) -> str:
    """Which limit of a tree is broken; "" when none is."""
    if depth > limits.TREE_DEPTH:
        return f"with its macros written out the expression nests deeper than {limits.TREE_DEPTH}"
    if parts > limits.TREE_NODES:
        return f"with its macros written out the expression has more than {limits.TREE_NODES:,} parts"
    return ""


@dataclass
class Written:
    """How much one expression has become with its macros written out; shared with the macros within.

    It is counted while it grows, so that neither a bomb of macros nor chains within chains, whose middle is written
    twice, cost more than the largest tree would.
    """

    parts: int = 0
    depth: int = 0
    stopped: bool = False
    broken: set[tuple[str, Scope]] = field(default_factory=set)
    """Macros whose faults in that scope have been told already."""


@dataclass
class Walker:
    """One text on its way to a tree. `macros` are the names being written out around it."""

    text: str
    schema: Schema
    scope: Scope
    macros: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    walker: SimpleEval = field(init=False, repr=False)

    def visit(self, syntax: ast.AST) -> Node:
        """What a part means; nothing more is looked at once the whole is too large or has faults enough."""
        written = self.written
        if written.stopped or len(self.problems) >= limits.PROBLEMS:
            return BROKEN
        written.parts += 1
        if fact := outgrown(written.parts, written.depth + 1):
            written.stopped = True
            return self.fault("IE101", fact, syntax, SPLIT)
        written.depth += 1
        node = cast("Node", self.walker._eval(syntax))  # noqa: SLF001  # its dispatch is all we use of it
        written.depth -= 1
        return node

    # ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _placed(self, problem: Problem) -> Problem:
        return replace(problem, path=("define", self.macros[-1])) if self.macros else problem

    def fault(
        self, code: str, fact: str, at: ast.AST, hint: str = "", severity: Literal["error", "warning"] = "error"
    ) -> Node:
        """Report a fault at a part of the text; what stands there is broken."""
        problem = Problem(code, fact, hint, severity, span=parse.span_of(at, self.text))
        self.problems.append(self._placed(problem))
        return BROKEN

    # ── scope ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _inside(self, source: Node) -> Iterator[None]:
        """The scope of a condition over records, or over a set of subjects."""
        outer = self.scope
        self.scope = outer.of_record(source.kind.types) if source.kind.name == "events" else REGISTER
        try:
            yield
        finally:
            self.scope = outer

    def _names_in_scope(self) -> set[str]:
        schema = self.schema
        found = {*schema.events, *schema.populations, *schema.defines, *NAMED_DATES}
        if self.scope.record:
            found |= {*schema.shared_attributes(self.scope.record), *RECORD_DATES, schema.subject.singular}
        if self.scope.subject:
            found |= {*schema.subject.attributes, schema.subject.singular}
        return found

    def _unknown_attribute(self, name: str, types: tuple[str, ...], syntax: ast.AST) -> Node:
        having = [event for event in types if name in self.schema.events[event].attributes]
        if having:
            lacking = [event for event in types if event not in having] or types
            fact = f"`{name}` is not an attribute of the same type in {listed(lacking)} as in {listed(having)}"
            return self.fault("IE104", fact, syntax)
        known = {*self.schema.shared_attributes(types), *RECORD_DATES, self.schema.subject.singular}
        near = did_you_mean(name, known)
        hint = near if near.startswith("did") else f"declare it: `attributes.{name} = {{ type = … }}` under its event"
        return self.fault("IE104", f"{listed(types)} has no attribute `{name}`", syntax, hint)

    def _key_word(self, key: str) -> str:
        return self.schema.subject.plural if key == kinds.SUBJECT else f"`{key}`"

    # ── expectations ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _truth(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, ("truth",), "a condition")

    def _number(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, ("number",), "a number")

    def _single(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, fitting.SINGLE, "a single value")

    def _expect(self, node: Node, at: ast.AST, wanted: Iterable[str], words: str) -> Node:
        kind = node.kind
        if kind.name == "broken":
            return BROKEN
        if kind.name == "unknown":
            if "number" in wanted or "date" in wanted or "truth" in wanted or "text" in wanted:
                return node
        elif kind.name in wanted or (kind.of and f"{kind.name} of {kind.of.name}" in wanted):
            return node
        hint = self._expectation_hint(kind, wanted, at)
        return self.fault("IE107", f"{words} is needed here, and this is {kind}", at, hint)

    def _expectation_hint(self, kind: Kind, wanted: Iterable[str], at: ast.AST) -> str:
        source, wanted = parse.source_of(at, self.text), set(wanted)
        if kind.name == "events" and "set" in wanted and "number" not in wanted:
            return f"write `{self.schema.subject.plural}({source})`"
        if kind.name == "events" and "truth" in wanted:
            return f"write `exists({source})`"
        if kind.name == "set" and "truth" in wanted:
            return f"between sets write `&`, `|` or `-`; `{self.schema.subject.singular} in …` asks about one"
        if "number" in wanted:
            return fitting.as_number_hint(kind)
        if kind.name == "set" and "events" in wanted:
            return "a set has no records; write the event type instead"
        return ""


def listed(words: Iterable[str]) -> str:
    """`a`, `b`."""
    return ", ".join(f"`{word}`" for word in words)
