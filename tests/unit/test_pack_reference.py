"""The reference page of pack files: no key, and no word that a key can have, is missing from it."""

from __future__ import annotations

import re

import pytest

from indicator_engine.definitions import forms
from indicator_engine.language.schema import ATTRIBUTE_TYPES
from indicator_engine.rendering.pack_reference import FORMS, page

PAGE = page()


def rows(heading: str) -> dict[str, str]:
    """The keys under a heading, with what is said of each."""
    section = re.split(r"\n##+ ", PAGE.split(f"# {heading}\n", 1)[1])[0]
    return dict(re.findall(r"^\| `(\w+)`[^|]*\| (.*) \|$", section, re.MULTILINE))


@pytest.mark.parametrize(("heading", "keys"), [("Target", forms.STAGE_KEYS), ("Deemed", forms.DEEMED)])
def test_keys_of_forms(heading, keys):
    """A form that is a table has a row for each of its keys, in the order of the schema."""
    assert list(keys) == list(rows(heading))


def test_every_form_is_told():
    """What can be written in several ways is told, whether it has keys or not."""
    assert set(forms.NAMED) - {"Stage", "DeemedSize", "Label", "Number"} == set(FORMS)
    assert [] == [name for name in FORMS if f"\n### {name}\n\n`" not in PAGE]


@pytest.mark.parametrize(
    ("heading", "key", "words"),
    [
        ("The attribute", "type", ATTRIBUTE_TYPES),
        ("`[statement]`", "status", ("draft", "agreed")),
        ("`[[priority.indicator]]`", "kind", ("measured", "monitored", "narrative")),
        ("`[[priority.indicator]]`", "basis", ("occurred", "recorded")),
        ("Target", "unit", ("percent", "number")),
    ],
)
def test_words_of_a_key(heading, key, words):
    """Where a key can have certain words only, they are listed."""
    listed = ", ".join(f'`"{word}"`' for word in words)
    assert rows(heading)[key].endswith(f"One of {listed}.")
