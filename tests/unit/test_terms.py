"""Conditions on masks as terms: of each assignment of bits at most one holds, and one does where the condition does."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from indicator_engine.evaluation.compiled.terms import terms_of
from indicator_engine.evaluation.compiled.truths import NO, YES, both, either, negated

NAMES = ("mark0_true", "mark0_possible", "mark1_true", "mark12_possible")

CONDITIONS = st.recursive(
    st.sampled_from((*NAMES, YES, NO)),
    lambda inner: st.one_of(
        st.builds(negated, inner), st.builds(both, inner, inner, inner), st.builds(either, inner, inner)
    ),
    max_leaves=8,
)


def holds(condition: str, bits: dict[str, bool]) -> bool:
    """What a condition says of some bits, by Python's own reading of it."""
    for sql, own in (("AND", "and"), ("OR", "or"), ("NOT", "not"), (YES, "True"), (NO, "False")):
        condition = condition.replace(sql, own)
    return bool(eval(condition, {}, bits))  # noqa: S307  # of the words above


@given(CONDITIONS)
def test_one_term_holds_where_the_condition_does(condition: str):
    """On all bits there can be."""
    terms = terms_of(condition)
    assert terms is not None
    for values in product((True, False), repeat=len(NAMES)):
        bits = dict(zip(NAMES, values, strict=True))
        matching = [term for term in terms if all(bits[name] is is_set for name, is_set in term.items())]
        assert len(matching) == holds(condition, bits)


def test_a_condition_of_too_many_terms_has_none():
    """Each of many pairs doubles how many ways there are."""
    pairs = [both(f"mark{2 * number}_true", negated(f"mark{2 * number + 1}_true")) for number in range(8)]
    assert terms_of(either(*pairs)) is None
