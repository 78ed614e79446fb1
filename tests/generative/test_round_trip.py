"""Any query tree is printed to an expression that means the very same; any text at all is an expression or problems."""

import ast
import time
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st

from indicator_engine.language import functions, limits, nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.nodes import Broken, Node
from indicator_engine.language.says import condition_says, says
from indicator_engine.language.schema import Attribute
from indicator_engine.language.scopes import REGISTER, TOP
from indicator_engine.language.text import text
from indicator_engine.testing.strategies import KindName, expressions, rich_schema, schemas, with_attributes

pytestmark = pytest.mark.generative

UNHURRIED = settings(deadline=None)
KINDS: tuple[KindName, ...] = ("number", "truth", "date", "text", "set", "events")
LARGEST = 10_000
RICH = rich_schema()
HIDING = rich_schema(
    events=with_attributes("training", *(Attribute(name, "text") for name in ("contract", "members", "due")))
)
"""A schema in which attributes hide an event type, a population and a date; packs may not, callers may."""
SCHEMAS = schemas() | st.just(HIDING)

PIECES = st.sampled_from(
    [
        *functions.names("organisations"), *RICH.events, *RICH.populations, *RICH.defines, *RICH.subject.attributes,
        "stage", "item", "covers", "occurred_on", "organisation", "as_of", "TBC", "True", "False", "and", "or", "not",
        "in", "if", "else", "is", "lambda", "for", "(", ")", "[", "]", ",", ".", "=", "==", "!=", "<", ">=", "+", "-",
        "*", "/", "&", "|", "~", "**", ":=", ":", '"', "'", '"survey"', "'it'", "1", "2.5", "0x1", "1e9", "\\", "\n",
        " ", "é", "\u202e", "\x00", "quarter", "by=", "since=", "__class__", "{", "}", "#", "@", "%", "!",
    ]
)  # fmt: skip
"""What expressions are made of, and what they must not be made of."""


@st.composite
def placed(draw, kinds=KINDS):
    """A tree with its schema."""
    schema = draw(SCHEMAS)
    return draw(expressions(draw(st.sampled_from(kinds)), schema)), schema


@st.composite
def conditions(draw):
    """A condition with the schema and the scope it is for: of records of one or two types, or of the register."""
    schema = draw(SCHEMAS)
    types = tuple(sorted(draw(st.sets(st.sampled_from(sorted(schema.events)), min_size=1, max_size=2))))
    scope = draw(st.sampled_from([REGISTER, TOP.of_record(types), REGISTER.of_record(types)]))
    return draw(expressions("truth", schema, scope)), schema, scope


@st.composite
def mutated(draw):
    """An expression in which a stretch was cut out, doubled, or replaced by something else."""
    tree, schema = draw(placed())
    line = text(tree, schema)
    for _ in range(draw(st.integers(1, 3))):
        start, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
        middle = draw(st.sampled_from(["", line[start:end] * 2]) | PIECES | st.text(max_size=3))
        line = line[:start] + middle + line[end:]
    return line


def limited(found):
    """Whether an expression was refused only for its size."""
    return {"IE101"} == {problem.code for problem in found.problems}


@UNHURRIED
@given(placed())
def test_same_tree(case):
    """The text of a tree means the very same tree."""
    tree, schema = case
    found = elaborate(text(tree, schema), schema)
    assert limited(found) or (repr(tree), ()) == (repr(found.node), found.problems)


@UNHURRIED
@given(conditions())
def test_same_condition(case):
    """The text of a condition means the very same in the scope it is for."""
    tree, schema, scope = case
    found = elaborate(text(tree, schema), schema, scope)
    assert limited(found) or (repr(tree), ()) == (repr(found.node), found.problems)


@UNHURRIED
@given(mutated())
def test_same_text(line):
    """Whatever expression is read, printing it and printing what that means give the same text."""
    tree = elaborate(line, RICH).node
    again = elaborate(text(tree, RICH), RICH)
    assert tree == Broken() or limited(again) or text(tree, RICH) == text(again.node, RICH)


@UNHURRIED
@given(placed())
def test_said(case):
    """Every tree can be read aloud, on one line and the same each time."""
    tree, schema = case
    words = says(tree, schema)
    assert words == says(tree, schema)
    assert words == " ".join(words.split())
    assert words.count("(") == words.count(")")


@UNHURRIED
@given(conditions())
def test_condition_said(case):
    """Every condition can be read aloud on its own."""
    assert condition_says(*case)


SEEN_THROUGH = {
    nodes.CountRecords: "events",
    nodes.CountMembers: "members",
    nodes.Aggregate: "values",
    nodes.Distinct: "values",
    nodes.Values: "events",
    nodes.Subjects: "events",
    nodes.Exists: "events",
}
"""Where it is one thing whether the whole is looked at at another time, or what it is made of."""
MIRRORED: dict[str, nodes.Comparing] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def plainer(node: Node) -> Node:
    """A node in the plainest of the forms that are said alike because they mean the same."""
    match node:
        case nodes.At() | nodes.AsKnownOn() | nodes.Previous() | nodes.Overall() if type(node.operand) in SEEN_THROUGH:
            field = SEEN_THROUGH[type(node.operand)]
            moved = replace(node, operand=getattr(node.operand, field))
            return replace(node.operand, **{field: moved})
        case nodes.Shifted(day, 0, 0, 0):
            return plainer(day)
        case nodes.Latest(events, (key,), first) if key == RICH.subject.singular:
            return nodes.Latest(events, (), first)
        case nodes.IsOneOf(item, (value,)):
            return plainer_comparison(nodes.Comparison("==", item, value))
        case nodes.Comparison():
            return plainer_comparison(node)
    return node


def plainer_comparison(node: nodes.Comparison) -> Node:
    """What is compared with a constant stands on the left; a truth that is `True` or `False` is it, or is not."""
    left, right = node.left, node.right
    if isinstance(left, nodes.Constant) and not isinstance(right, nodes.Constant):
        return plainer_comparison(nodes.Comparison(MIRRORED[node.operator], right, left))
    is_column = isinstance(left, nodes.RecordAttribute | nodes.RegisterAttribute)
    if is_column and node.operator == "==" and isinstance(right, nodes.Constant) and isinstance(right.value, bool):
        return left if right.value else nodes.Not(left)
    return node


def meaning(node: Node) -> tuple[object, ...]:
    """A tree without the differences that make none; what sifts records or narrows a set does so in any order."""
    node = plainer(node)
    sifting = (nodes.InForce, nodes.InPeriod, nodes.Filter) if node.kind.name == "events" else (nodes.Filter,)
    narrowing = isinstance(node, nodes.Combined) and node.kind.name == "set" and node.operator != "|"
    if isinstance(node, sifting) or narrowing:
        return ("all of", *sorted(set(parts(node))))
    own = [value for value in vars(node).values() if not isinstance(value, Node | tuple)]
    keys = node.by if isinstance(node, nodes.Latest) else ()
    return (type(node).__name__, repr(own), keys, *map(meaning, nodes.children(node)))


def parts(node: Node) -> list[str]:
    """What a selection or a set is sifted or narrowed from, and by what."""
    match node:
        case nodes.Filter(source, condition):
            terms = condition.terms if isinstance(condition, nodes.AllOf) else (condition,)
            return [*parts(source), *(f"where {meaning(term)}" for term in terms)]
        case nodes.InForce(events) | nodes.InPeriod(events):
            return [*parts(events), type(node).__name__]
        case nodes.Combined("&", left, right) if node.kind.name == "set":
            return [*parts(left), *parts(right)]
        case nodes.Combined("-", left, right) if node.kind.name == "set":
            return [*parts(left), f"not {meaning(right)}"]
    return [repr(meaning(node))]


SAID: dict[str, tuple[object, str]] = {}


@seed(20100331)
@settings(UNHURRIED, max_examples=800, database=None, suppress_health_check=list(HealthCheck))
@given(expressions("number", RICH) | expressions("truth", RICH) | expressions("set", RICH))
def test_said_alike_means_alike(tree):
    """Trees that are read aloud in the same words mean the same."""
    found = (meaning(tree), text(tree, RICH))
    known = SAID.setdefault(says(tree, RICH), found)
    assert known[0] == found[0], (known[1], found[1])


def quick(line):
    start = time.process_time()
    found = elaborate(line, RICH)
    assert time.process_time() - start < 1
    assert (found.node == Broken()) == bool(found.problems)
    return found


@UNHURRIED
@given(
    st.text(max_size=LARGEST)
    | st.builds(lambda part, times: (part * times)[:LARGEST], st.text(), st.integers(1, LARGEST))
)
def test_any_text(line):
    """Any text is an expression or has problems, within a second."""
    quick(line)


@UNHURRIED
@given(st.lists(PIECES, max_size=200).map(" ".join) | st.lists(PIECES, max_size=200).map("".join))
def test_any_pieces(line):
    """Whatever is put together from the words and signs of the language is an expression or has problems."""
    quick(line)


@UNHURRIED
@given(mutated())
def test_any_slip(line):
    """A valid expression with a few slips is an expression or has problems that point into it."""
    for problem in quick(line).problems:
        start, end = problem.span or (0, 0)
        assert problem.path or 0 <= start <= end <= len(line) + 1


def kinds_of_node():
    return list(nodes.OPERATIONS)


def names_of(tree):
    """The kinds of node of a tree, and the functions its text calls."""
    calls = (node.func for node in ast.walk(ast.parse(text(tree, RICH))) if isinstance(node, ast.Call))
    return {type(node).__name__ for node in nodes.walk(tree)} | {
        call.id for call in calls if isinstance(call, ast.Name)
    }


def has(name, tree):
    return name in names_of(tree)


def test_everything_is_generated():
    """Every kind of node and every function of the table is generated; five hundred expressions have nearly all."""
    anything = st.sampled_from(KINDS).flatmap(lambda kind: expressions(kind, RICH))
    missing = {kind.__name__ for kind in kinds_of_node()} - {"Broken"} | set(functions.names("organisations"))

    @seed(20100331)
    @settings(UNHURRIED, max_examples=500, database=None, suppress_health_check=list(HealthCheck))
    @given(anything)
    def collect(tree):
        missing.difference_update(names_of(tree))

    collect()
    assert len(missing) <= 5
    for name in missing:
        tree = find(anything, partial(has, name), settings=settings(UNHURRIED, max_examples=3000))
        assert has(name, tree)


def test_small_trees():
    """Generated trees fit what one expression may hold, nearly always with room to spare."""
    lengths: list[int] = []

    @seed(20100331)
    @settings(UNHURRIED, max_examples=150, database=None, suppress_health_check=list(HealthCheck))
    @given(placed())
    def collect(case):
        lengths.append(len(text(*case)))

    collect()
    assert sorted(lengths)[-3] < limits.TEXT_LENGTH / 2
