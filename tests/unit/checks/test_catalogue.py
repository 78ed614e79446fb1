import re
from pathlib import Path

import pytest

import indicator_engine
from indicator_engine.definitions.catalogue import CATALOGUE, explain, reference_page
from indicator_engine.definitions.codes import HEADINGS, Code
from indicator_engine.definitions.codes_structure import OF_SEVERAL_FILES

OF_ONE_FILE = [code for code in CATALOGUE.values() if code.code not in OF_SEVERAL_FILES]
RULES = {"IE065": {"required": ("statement",)}, "IE066": {"forbidden": ("outcome",)}}
"""What the convention decides where an example shows that."""

OF_DATA = "IE300"
"""Codes from here on are about data, not about packs, and explain themselves elsewhere."""


def reported() -> set[str]:
    """Every code that the source code names."""
    files = Path(indicator_engine.__file__).parent.rglob("*.py")
    return {code for file in files for code in re.findall(r"\bIE\d{3}\b", file.read_text("utf-8")) if code < OF_DATA}


def test_every_code_is_in_the_catalogue():
    """No code is reported that cannot explain itself, and none is explained that is never reported."""
    assert reported() == set(CATALOGUE)


def test_order():
    """The catalogue has each code once, in order."""
    assert sorted(CATALOGUE) == list(CATALOGUE)


@pytest.mark.parametrize("code", OF_ONE_FILE, ids=[code.code for code in OF_ONE_FILE])
def test_the_example_shows_the_problem(problems, code: Code):
    """Each example has the problem it is there to show, unless it takes several files to have it."""
    assert code.code in {problem.code for problem in problems(code.example, **RULES.get(code.code, {}))}


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=CATALOGUE)
def test_the_mended_example_is_in_order(problems, code: Code):
    """Each mended example is free of that problem and of every error."""
    found = problems(code.instead, **RULES.get(code.code, {}))

    assert [] == [problem for problem in found if problem.code == code.code or problem.severity == "error"]


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=CATALOGUE)
def test_the_headings_are_filled(code: Code):
    """Each code has a short title and something under each heading."""
    assert [] == [name for name in ("title", *HEADINGS) if not getattr(code, name).strip()]
    assert len(code.title) <= 60


def test_explanation():
    """A code explains itself in plain text under the fixed headings."""
    found = explain("ie103")

    assert found
    assert ["IE103: unknown name", "What it says", "Why it matters", "Example", "Write instead"] == [
        line for line in found.splitlines() if line and not line.startswith(" ")
    ]
    assert '    measure = "count(memmbers)"' in found.splitlines()


def test_explanation_of_no_code():
    """What is no code has no explanation."""
    assert explain("IE999") is None


def test_reference_page():
    """The page has a section for each code and a fenced example in each."""
    page = reference_page()

    assert list(CATALOGUE) == re.findall(r"^### (IE\d{3})", page, re.MULTILINE)
    assert 2 * len(CATALOGUE) == page.count("```toml\n")
