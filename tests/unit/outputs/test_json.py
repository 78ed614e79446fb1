"""The JSON object."""

from __future__ import annotations

import json

import pytest

from indicator_engine.builtin.output_json import render
from indicator_engine.hookspecs import Page
from indicator_engine.rendering.data import json_text


def test_is_the_published_object(results):
    """The output is `to_dict`, one object, with a line feed at the end."""
    data = render(results, Page())

    assert results.to_dict() == json.loads(data)
    assert data.endswith(b"}\n")


def test_text_is_readable():
    """Letters of any language stay letters."""
    assert '"Gwasanaeth Iechyd – £5, ŵ"\n' == json_text("Gwasanaeth Iechyd – £5, ŵ")


@pytest.mark.parametrize(
    "text", ["\x1b[31m", "\x9b31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041", "\ud800"]
)
def test_unseen_characters_are_escaped(text):
    """What a terminal would act on is written as an escape, and reads back as it was."""
    written = json_text({"a": text})

    assert text not in written
    assert text == json.loads(written)["a"]
    assert written.encode()


def test_nan_is_refused():
    """NaN is never written."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("nan"))
