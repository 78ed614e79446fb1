"""However a target is laid out, adding a version only adds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import completed

from indicator_engine.definitions.amending import with_version
from indicator_engine.definitions.files import find_packs
from indicator_engine.definitions.load import load

pytestmark = pytest.mark.generative

VERSION = {"at_most": "40%", "known_from": date(2010, 2, 10), "quote": 'they said "40 %" \\ # [no]'}
blanks = st.sampled_from(("", " ", "  ", "\t"))
comments = st.sampled_from(("", "# , ] }", '  # "TBC"', "#"))
breaks = st.builds(lambda blank, comment: f"{blank}{comment}\n", blanks, comments)
gaps = st.one_of(blanks, breaks)
items = st.sampled_from(('"TBC"', "'TBC'", '{ at_most = "TBC" }', '{at_most="20%", quote="a ] , # }"}', '"""TBC"""'))


@st.composite
def targets(draw):
    """A target as a value or as a list of one, with blanks, comments and commas wherever they may be."""
    if draw(st.booleans()):
        return draw(items)
    comma = draw(st.sampled_from(("", ",")))
    return f"[{draw(gaps)}{draw(items)}{draw(gaps)}{comma}{draw(gaps)}]"


def is_within(part, whole):
    """Whether the characters of one text follow each other in another."""
    rest = iter(whole)
    return all(character in rest for character in part)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(targets(), blanks, comments, st.booleans())
def test_only_the_version_is_added(target, blank, comment, windows):
    """The text before is in the text after, the pack still loads, and has one version more."""
    text = completed(f'measure = "ratio(pledge, tender)"\nbetter = "lower"\ntarget ={blank}{target} {comment}\n')
    text = text.replace("ratio(pledge, tender)", "ratio(organisations(pledge), organisations(tender))")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.toml"
        path.write_bytes(text.replace("\n", "\r\n" if windows else "\n").encode())
        (files,) = find_packs([path])
        before = load(files, {}).statement
        assert before
        ((_, indicator),) = before.indicators()
        found = with_version(files, indicator, VERSION)
        after = load(found.files, {}).statement
    assert after
    ((_, amended),) = after.indicators()

    assert is_within(found.before, found.after)
    assert 2 == len(amended.stages[0])
    assert VERSION["quote"] == amended.stages[0][1].provenance.quote
