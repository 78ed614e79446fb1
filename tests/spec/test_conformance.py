"""Every row of `conformance.tsv` is one test."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicator_engine.language import functions, nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.testing.conformance import DataSets, Row, answer, as_markdown, rows

HERE = Path(__file__).parent
CASES = rows(HERE / "conformance.tsv")
DATA = DataSets(HERE / "conformance")


@pytest.mark.parametrize("case", CASES, ids=[f"{case.line}: {case.expression}"[:80] for case in CASES])
def test_an_expression_means_what_the_table_says(case: Row):
    """The reference evaluator gives the answer worked out by hand."""
    assert case.answer == answer(case, DATA)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.line}: {case.expression}"[:80] for case in CASES])
def test_the_compiled_evaluator_says_the_same(case: Row):
    """Queries give the answer worked out by hand, and leave none to the reference."""
    assert case.answer == answer(case, DATA, compiled=True)


def test_every_function_is_in_the_table():
    """No function of the language goes without a case."""
    plural = DATA.statement.schema.subject.plural
    used = " ".join(case.expression for case in CASES if not case.answer.startswith("refused"))
    assert [] == [name for name in functions.names(plural) if f"{name}(" not in used]


def test_every_operation_is_in_the_table():
    """No sort of node goes without a case."""
    wanted = {*nodes.OPERATIONS} - {nodes.Broken}
    schema = DATA.statement.schema
    met = {type(node) for case in CASES for node in nodes.walk(elaborate(case.expression, schema).node)}
    assert set() == wanted - met


def test_no_case_is_told_twice():
    """Each expression stands once with the same bindings."""
    keys = [(case.expression, case.bindings) for case in CASES]
    assert [] == [key for key in keys if keys.count(key) > 1]


def test_the_table_can_be_printed():
    """In Markdown every case is one line of its group's table, and a bar inside it does not end a cell."""
    printed = as_markdown(CASES)
    assert len(CASES) == sum(line.startswith("| `") for line in printed.splitlines())
    assert "| `pledge \\| withdrawal` | `pledges` | `<p1, p3, p2, p5, p4, w1, p6>` |" in printed
