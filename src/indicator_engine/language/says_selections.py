"""Records and sets said in plain English: "organisations with a pledge in force", "pledge records that occurred …".

What sifts records one by one is said in any order: words first, then conditions. What narrows a set of subjects is said
one after the other behind the set: "with …", "without …", "whose …", "except …". Each part of a tree is said only once,
so that the time this takes grows with the tree and no faster.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes
from indicator_engine.language.phrases import (
    Here,
    Reach,
    Said,
    Speaker,
    clause,
    joined,
    listed,
    put,
    reaching,
    with_article,
)
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicator_engine.language.nodes import Node

_DATE_VALUES = {"occurred_on": "day", "recorded_on": "day of recording"}


# ── one record ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Sifted:
    """A selection taken apart: what is sifted, and the words and the conditions it is sifted by."""

    core: Node
    words: tuple[str, ...] = ()
    conditions: tuple[Node, ...] = ()


def _sifted(node: Node) -> _Sifted:
    match node:
        case nodes.InForce() | nodes.InPeriod():
            inner = _sifted(node.events)
            word = "in force" if isinstance(node, nodes.InForce) else "in the period"
            return replace(inner, words=tuple(dict.fromkeys((*inner.words, word))))
        case nodes.Filter():
            inner, condition = _sifted(node.source), node.condition
            terms = condition.terms if isinstance(condition, nodes.AllOf) else (condition,)
            return replace(inner, conditions=(*inner.conditions, *terms))
    return _Sifted(node)


def is_noun(node: Node) -> bool:
    """Whether one record of the selection can be named by a noun."""
    sifted = _sifted(node)
    core = sifted.core
    if isinstance(core, nodes.At | nodes.AsKnownOn | nodes.Previous):
        return not sifted.words and _is_short_noun(core.operand)
    return isinstance(core, nodes.Events) or _is_latest_noun(core)


def _is_short_noun(node: Node) -> bool:
    """Whether that noun has no clause behind it."""
    sifted = _sifted(node)
    bare = sifted.core.events if isinstance(sifted.core, nodes.Latest) else sifted.core
    return isinstance(bare, nodes.Events) and not sifted.conditions


def _is_latest_noun(core: Node) -> bool:
    return isinstance(core, nodes.Latest) and isinstance(_sifted(core.events).core, nodes.Events)


def noun(node: Node, here: Here) -> Said:
    """One record of a selection without its article: `pledge in force where stage is 2`. Only where `is_noun`."""
    sifted = _sifted(node)
    return _with_conditions(_core_noun(sifted.core, here), sifted, here)


def _core_noun(core: Node, here: Here) -> Said:
    if isinstance(core, nodes.Events):
        return Said(here.event_label(core.type))
    if isinstance(core, nodes.Latest):
        label, those = _latest_noun(core, here)
        return Said(f"{label.words} among {those.words}", max(those.reach, Reach.MODIFIED)) if those else label
    moved = cast("nodes.At", core)
    return Said(f"{noun(moved.operand, here).words} {moment(moved, here)}", Reach.MODIFIED)


def _latest_noun(latest: nodes.Latest, here: Here) -> tuple[Said, Said | None]:
    """`latest pledge`, and among which records it is the latest: `those where stage is 2`."""
    inner = _sifted(latest.events)
    label = Said(f"{_which(latest)} {here.event_label(cast('nodes.Events', inner.core).type)}")
    if latest.by:
        label = Said(f"{label.words} for each {_keys(latest, here)}", Reach.NOUN)
    return label, _with_conditions(Said("those"), inner, here) if inner.words or inner.conditions else None


def one(node: Node, here: Here) -> Said | None:
    """`a pledge`, `a pledge or a contract`; None where there is no such noun."""
    if is_noun(node):
        found = noun(node, here)
        return Said(with_article(found.words), found.reach)
    types = [operand for operand in _operands(node) if isinstance(operand, nodes.Events)]
    if len(types) < len(_operands(node)):
        return None
    return Said(listed([with_article(here.event_label(each.type)) for each in types], "or"), Reach.JOINED)


def _with_conditions(core: Said, sifted: _Sifted, here: Here) -> Said:
    is_latest = isinstance(sifted.core, nodes.Latest)
    at_most = Reach.CLOSED if sifted.words else Reach.OPEN if is_latest else Reach.MODIFIED
    words = " ".join((put(core, at_most), *sifted.words))
    if not sifted.conditions:
        return Said(words, max(core.reach, Reach.NOUN) if sifted.words else core.reach)
    condition = joined(sifted.conditions, "and", here.inside(sifted.core))
    where = f", provided that {condition.words}" if is_latest else _where(condition)
    return Said(words + where, Reach.OPEN)


def _where(condition: Said) -> str:
    """` that occurred on …`, ` recorded before …`, ` where stage is 2`."""
    if condition.reach < Reach.JOINED:
        if condition.words.startswith("it was "):
            return condition.words.removeprefix("it was")
        if condition.words.startswith(("it occurred", "it did not occur")):
            return f" that{condition.words.removeprefix('it')}"
    return f" where {condition.words}"


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _events(node: nodes.Events, here: Here) -> Said:
    return Said(f"{'their ' if here.own else ''}{_records_of(here.event_label(node.type))}")


_PREPOSITION = late(r" (?:at|by|for|from|in|of|on|to|with) ")


def _records_of(label: str) -> str:
    """`pledge records`, `attendance records`, `records of commitment to an event`."""
    if _PREPOSITION.search(label):
        return f"records of {label}"
    return f"{label}s" if label.lower().endswith("record") else f"{label} records"


def _sifted_records(node: Node, here: Here) -> Said:
    sifted = _sifted(node)
    return _with_conditions(here.said(sifted.core), sifted, here)


def _latest(node: nodes.Latest, here: Here) -> Said:
    inner = _sifted(node.events)
    if not isinstance(inner.core, nodes.Events):
        words = f"the {_which(node)} of ({here.said(node.events).words}), one for each {_keys(node, here)}"
        return Said(words, Reach.MODIFIED)
    if here.own and not node.by:
        return reaching("their", _core_noun(node, here))
    records = _records_of(here.event_label(inner.core.type))
    words = f"{'their' if here.own else 'the'} {_which(node)} {records}, one for each {_keys(node, here)}"
    if not inner.words and not inner.conditions:
        return Said(words, Reach.MODIFIED)
    return reaching(f"{words}, among", _with_conditions(Said("those"), inner, here))


def _which(node: nodes.Latest) -> str:
    return "first" if node.first else "latest"


def _keys(node: nodes.Latest, here: Here) -> str:
    labels = [here.attribute_label(key, node.events.kind.types) for key in node.by]
    return listed(labels, "and") if labels else here.schema.subject.singular


def values(node: nodes.Values, here: Here) -> Said:
    """`participants in training records`, `apprentices in each organisation's latest return`."""
    label = _DATE_VALUES.get(node.attribute) or here.attribute_label(node.attribute, node.events.kind.types)
    return reaching(f"{label} in", _one_each(node.events, here))


def _one_each(node: Node, here: Here) -> Said:
    """Records as what values are found in: `training records`, `each organisation's latest return`."""
    sifted = _sifted(node)
    latest = sifted.core
    if not isinstance(latest, nodes.Latest) or not _is_latest_noun(latest) or latest.by or here.own:
        return here.said(node)
    found = _core_noun(latest, here)
    each = Said(f"each {here.schema.subject.singular}'s {found.words}", found.reach)
    return _with_conditions(each, sifted, here)


def _common_records(node: nodes.Combined, here: Here) -> Said:
    words = "that are also among" if node.operator == "&" else "that are not among"
    left, right = put(here.said(node.left), Reach.NOUN), put(here.said(node.right), Reach.CLOSED)
    return Said(f"{left} {words} {right}", Reach.OPEN)


# ── records and sets ─────────────────────────────────────────────────────────────────────────────────────────────────


def _filter(node: nodes.Filter, here: Here) -> Said:
    return _narrowed(node, here) if node.kind.name == "set" else _sifted_records(node, here)


def _combined(node: nodes.Combined, here: Here) -> Said:
    if node.operator == "|":
        return _union(node, here)
    return _narrowed(node, here) if node.kind.name == "set" else _common_records(node, here)


def _union(node: nodes.Combined, here: Here) -> Said:
    operands = _operands(node)
    subjects = [operand for operand in operands if isinstance(operand, nodes.Subjects)]
    if len(subjects) == len(operands):
        havings = [_having(operand, here) for operand in subjects]
        return Said(f"{here.schema.subject.plural} {_in_row(havings, 'or')}", Reach.JOINED)
    return Said(listed([put(here.said(operand), Reach.CLOSED) for operand in operands], "or"), Reach.JOINED)


def _operands(node: Node) -> list[Node]:
    """What a union joins, from left to right."""
    found: list[Node] = []
    while isinstance(node, nodes.Combined) and node.operator == "|":
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def moment(node: nodes.At | nodes.AsKnownOn | nodes.Previous, here: Here) -> str:
    """The words for the other time at which something is looked at."""
    if isinstance(node, nodes.Previous):
        return "at the same point of the previous period"
    return f"as {'at' if isinstance(node, nodes.At) else 'known by'} {here.value(node.date, Reach.NOUN)}"


# ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Narrowing:
    """A set of subjects (None: all there are) and the phrases that narrow it."""

    base: Said | None
    phrases: tuple[Said, ...] = ()

    def by(self, *phrases: Said) -> _Narrowing:
        """Narrowed further."""
        return _Narrowing(self.base, self.phrases + phrases)

    def said(self, here: Here) -> Said:
        """The set, and what narrows it one after the other."""
        base = self.base or Said(here.schema.subject.plural)
        if not self.phrases:
            return base
        reach = max(Reach.MODIFIED, *(phrase.reach for phrase in self.phrases))
        return Said(f"{put(base, Reach.MODIFIED)} {_in_row(self.phrases, 'and')}", min(reach, Reach.OPEN))


def _narrowed(node: Node, here: Here) -> Said:
    return _unwound(node, here).said(here)


def _unwound(node: Node, here: Here) -> _Narrowing:
    match node:
        case nodes.Subjects():
            return _Narrowing(None, (_having(node, here),))
        case nodes.Filter():
            return _unwound(node.source, here).by(*_relatives(node.condition, here.inside(node.source)))
        case nodes.At() | nodes.AsKnownOn() | nodes.Previous() if _may_have_had(node.operand, here):
            # The subjects with a pledge, at another time, are those with a pledge at that time.
            events = cast("nodes.Subjects", node.operand).events
            return _unwound(nodes.Subjects(replace(node, operand=events)), here)
        case nodes.Combined(operator="&"):
            return _both(_unwound(node.left, here), _unwound(node.right, here), here)
        case nodes.Combined(operator="-"):
            return _unwound(node.left, here).by(_except(node.right, here))
    return _Narrowing(here.said(node))


def _may_have_had(node: Node, here: Here) -> bool:
    return isinstance(node, nodes.Subjects) and not here.own and _is_short_noun(node.events)


def _both(left: _Narrowing, right: _Narrowing, here: Here) -> _Narrowing:
    """What narrows all subjects narrows any set of them; otherwise the second set stands behind the first."""
    if right.base is None:
        return left.by(*right.phrases)
    if left.base is None:
        return right.by(*left.phrases)
    return left.by(Said(f"that are also {put(right.said(here), Reach.CLOSED)}", Reach.MODIFIED))


def _except(other: Node, here: Here) -> Said:
    if isinstance(other, nodes.Subjects):
        return _having(other, here, without=True)
    return Said(f"except {put(here.said(other), Reach.CLOSED)}", Reach.MODIFIED)


def _having(node: nodes.Subjects, here: Here, *, without: bool = False) -> Said:
    """`with a pledge`, `without a pledge`, `whose latest pledge is one where stage is 2`."""
    if not here.own:
        if not without and (latest := _whose_latest(node.events, here)):
            return latest
        if found := one(node.events, here):
            return Said(f"{'without' if without else 'with'} {found.words}", max(found.reach, Reach.MODIFIED))
    records = put(here.said(node.events), Reach.OPEN)
    return Said(f"{'without any' if without else 'with one or more'} of {records}", Reach.OPEN)


def _whose_latest(events: Node, here: Here) -> Said | None:
    sifted = _sifted(events)
    latest = sifted.core
    if not isinstance(latest, nodes.Latest) or latest.by or not _is_latest_noun(latest):
        return None
    if not (sifted.words or sifted.conditions):
        return None
    label, those = _latest_noun(latest, here)
    among = f", among {those.words}," if those else ""
    rest = _with_conditions(Said("one"), replace(sifted, core=latest.events), here)
    return Said(f"whose {label.words}{among} is {rest.words}", max(rest.reach, Reach.MODIFIED))


def _relatives(condition: Node, here: Here) -> list[Said]:
    """What a set's condition says of its members, a clause for each thing it asks."""
    terms = condition.terms if isinstance(condition, nodes.AllOf) else (condition,)
    return [_relative(here.said(term)) for term in terms]


def _relative(said: Said) -> Said:
    """`whose kind is “member”`, `that have a pledge`, `for which …`."""
    if said.reach < Reach.JOINED:
        for start, relative in (("their ", "whose "), ("they ", "that ")):
            if said.words.startswith(start):
                return Said(relative + said.words.removeprefix(start), max(said.reach, Reach.MODIFIED))
    return Said(f"for which {said.words}", max(said.reach, Reach.OPEN))


def _in_row(phrases: Sequence[Said], word: str) -> str:
    """Phrases behind one noun; a comma ends a clause before the next begins."""
    found = phrases[0].words
    for before, phrase in pairwise(phrases):
        if phrase.words.startswith("except "):
            found += f", {phrase.words}"
        else:
            found += f"{',' if before.reach >= Reach.OPEN else ''} {word} {phrase.words}"
    return found


def _members(node: nodes.Members, here: Here) -> Said:
    return Said(here.population_label(node.population))


def _distinct(node: nodes.Distinct, here: Here) -> Said:
    found = cast("nodes.Values", node.values)
    if found.kind.key != kinds.SUBJECT:
        return reaching("distinct values of", values(found, here))
    plural = here.schema.subject.plural
    if found.attribute == here.schema.subject.singular:
        return reaching(f"{plural} named in", _one_each(found.events, here))
    return reaching(f"{plural} named as", values(found, here))


# ── whether there are any ────────────────────────────────────────────────────────────────────────────────────────────


def exists(node: nodes.Exists, here: Here, *, negated: bool = False) -> Said:
    """`there is a pledge`, `they have no pledge`."""
    have = "they have" if here.own else "there is"
    if negated and is_noun(node.events):
        found = noun(node.events, here)
        return Said(f"{have} no {found.words}", found.reach)
    if not negated and (some := one(node.events, here)):
        return Said(f"{have} {some.words}", some.reach)
    have = "they have" if here.own else "there are"
    return clause(f"{have} {'none' if negated else 'one or more'} of", here.said(node.events))


def _every(node: nodes.Every, here: Here) -> Said:
    if is_noun(node.events) and not here.own:
        subject = f"every {noun(node.events, here).words}"
    else:
        subject = f"every one of {put(here.said(node.events), Reach.OPEN)}"
    condition = here.inside(node.events).said(node.condition)
    return Said(f"{subject} satisfies the condition that {condition.words}", Reach.OPEN)


SPEAKERS: Mapping[type[Node], Speaker] = {
    nodes.Exists: exists,
    nodes.Every: _every,
    nodes.Events: _events,
    nodes.Filter: _filter,
    nodes.Combined: _combined,
    nodes.Latest: _latest,
    nodes.InForce: _sifted_records,
    nodes.InPeriod: _sifted_records,
    nodes.Values: values,
    nodes.Members: _members,
    nodes.Subjects: _narrowed,
    nodes.Distinct: _distinct,
}
