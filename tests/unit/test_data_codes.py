"""The codes of data: every one that is named explains itself, and the reasons of the quarantine are a closed list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import indicator_engine
from indicator_engine.store import cells
from indicator_engine.store.codes import CODES, QUARANTINE_REASONS, DataCode, explain, reference_chapter

PACKAGE = Path(indicator_engine.__file__).parent


def named(*files: Path) -> set[str]:
    """Every code of data that these files name."""
    return {code for file in files for code in re.findall(r"\bIE3\d{2}\b", file.read_text("utf-8"))}


def test_every_code_explains_itself():
    """No code is reported that cannot explain itself, and none is explained that is never reported."""
    files = [file for file in PACKAGE.rglob("*.py") if file.name != "codes.py"]
    assert named(*files) == set(CODES)


def test_order():
    """Each code stands once, in order."""
    assert sorted(CODES) == list(CODES)


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_the_headings_are_filled(code: DataCode):
    """Each code has a short title and something under each heading."""
    assert all((code.title, code.what, code.why, code.instead))
    assert len(code.title) <= 60


def test_reasons_are_codes():
    """A row in quarantine can say why it is there."""
    assert QUARANTINE_REASONS <= set(CODES)


def test_every_fault_of_a_cell_is_a_reason():
    """Whatever a cell has, its row can be kept."""
    assert named(Path(cells.__file__)) <= QUARANTINE_REASONS


def test_explanation():
    """A code explains itself in plain text under the fixed headings, and what is none has no explanation."""
    found = explain("ie350")

    assert found
    assert ["IE350: not a day", "What it says", "Why it matters", "What to do"] == [
        line for line in found.splitlines() if line and not line.startswith(" ")
    ]
    assert explain("IE399") is None


def test_the_chapter_has_every_code_and_lists_the_reasons():
    """Each code is a section; the reasons of the quarantine are named before the first."""
    chapter = reference_chapter()

    assert list(CODES) == re.findall(r"^### (IE\d{3})", chapter, re.MULTILINE)
    assert sorted(QUARANTINE_REASONS) == re.findall(r"IE\d{3}", chapter.partition("###")[0])
