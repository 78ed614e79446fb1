"""Where problems stand: on the very characters, in file order, across several files, and each fault once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.problems import Problem

STATEMENT = '[statement]\nid = "sample"\ntitle = "Statement"\nperiod = "09-10"\n'
PLEDGES = '[event.pledge]\nattributes.stage = { type = "integer" }\n'
PRIORITY = '[[priority]]\nid = "{0}"\ntitle = "A"\n[[priority.indicator]]\nid = "{0}-1"\n'


def loaded(*texts: str, checks: object = None) -> Loaded:
    """A pack of several files, named a.toml, b.toml and so on."""
    names = [f"{chr(97 + number)}.toml" for number in range(len(texts))]
    files = tuple(PackFile(Path(name), name, text.encode()) for name, text in zip(names, texts, strict=True))
    return load(PackFiles(Path(), files), {}, checks)  # type: ignore[arg-type]  # None or checks


def marked(found: Loaded) -> list[str]:
    """The characters each problem stands on, with its file."""
    return [f"{problem.where.file}: {_characters(problem, found)}" for problem in found.problems if problem.where]


def _characters(problem: Problem, found: Loaded) -> str:
    where = problem.where
    assert where
    lines = found.sources[where.file].split("\n")[where.line - 1 : where.end_line]
    lines[-1] = lines[-1][: where.end_column - 1]
    lines[0] = lines[0][where.column - 1 :]
    return "\n".join(lines)


def test_value_key_header_and_expression():
    """A wrong value is marked itself, an unknown key by its name, a missing one by its header, a slip by its word."""
    text = (
        STATEMENT
        + 'status = "final"\ncolour = 1\n'
        + PLEDGES
        + '[[priority]]\nid = "a"\n[[priority.indicator]]\nid = "b"\n'
        'measure = "count(pledge[stag >= 2])"\n'
    )

    assert ['a.toml: "final"', "a.toml: colour", "a.toml: [[priority]]", "a.toml: stag"] == marked(loaded(text))


def test_inside_escapes_and_lines():
    """A slip is found behind escapes and on the right line of a text over several lines."""
    text = (
        STATEMENT + PLEDGES + PRIORITY.format("a") + 'measure = "count(pledge[\\"x\\" == \\"x\\" and stag >= 2])"\n'
        + PRIORITY.format("b") + 'measure = """\n  count(\n    pledg\n  )"""\n'
    )  # fmt: skip

    assert ["a.toml: stag", "a.toml: pledg"] == marked(loaded(text))


def test_windows_line_ends():
    """Lines and columns are right with line ends of Windows, too."""
    text = (STATEMENT + PLEDGES + PRIORITY.format("a") + 'measure = "count(pledg)"\n').replace("\n", "\r\n")

    (problem,) = loaded(text).problems

    assert problem.where
    assert (12, 18) == (problem.where.line, problem.where.column)


def test_several_files():
    """Each problem stands in the file it was made in, and a later list goes on where the one before ended."""
    found = loaded(
        STATEMENT + PLEDGES + PRIORITY.format("a") + 'measure = "count(pledg)"\n',
        PRIORITY.format("b") + 'measure = "count(pledge[stag >= 2])"\n',
    )

    assert ["a.toml: pledg", "b.toml: stag"] == marked(found)


def test_paths_go_through_all_files():
    """A statement remembers its indicators by paths through all files, and its checks' problems come out right."""
    texts = (
        STATEMENT + PLEDGES + PRIORITY.format("a") + 'measure = "count(pledge)"\n',
        PRIORITY.format("b") + 'measure = "count(pledge)"\n',
    )
    statement = loaded(*texts).statement
    assert statement
    paths = [indicator.path for _, indicator in statement.indicators()]

    def check(_statement: object) -> list[Problem]:
        return [Problem("IE299", "found", path=(*path, "measure"), span=(6, 12), severity="note") for path in paths]

    found = loaded(*texts, checks=[check])

    assert [("priority", 0, "indicator", 0), ("priority", 1, "indicator", 0)] == paths
    of_the_check = replace(found, problems=tuple(problem for problem in found.problems if problem.code == "IE299"))
    assert ["a.toml: pledge", "b.toml: pledge"] == marked(of_the_check)


def test_checks_wait_for_a_statement_without_errors():
    """Checks over the whole statement do not run where there are errors already."""
    assert ["IE011"] == [problem.code for problem in loaded(STATEMENT + '[[aim]]\ntext = "x"\n', checks=()).problems]


def test_a_file_that_cannot_be_read_hides_no_shape():
    """Where one file is no TOML, the others are looked at for their shape, and for nothing that hangs on it."""
    found = loaded(STATEMENT + "[event.pledge\n", PRIORITY.format("b") + 'measure = "count(pledge)"\ncolour = 1\n')

    assert [("a.toml", "IE001"), ("b.toml", "IE010")] == [(p.where.file, p.code) for p in found.problems if p.where]


def test_what_was_refused_is_not_missed():
    """Expressions, endings, columns and rows that use what was refused are not blamed."""
    text = (
        STATEMENT + '[event.pledge]\nended_by = ["pledge-gone"]\nattributes.stage = { type = "number" }\n'
        "[event.pledge-gone]\n" + PRIORITY.format("a") + 'measure = "count(pledge[stage >= 2])"\n'
        '[[test]]\nname = "t"\nas_of = 2010-03-31\n'
        'given.events = [{ type = "pledge", organisation = "N1", occurred_on = 2009-05-01, stage = 2 }]\n'
        "expect.a-1 = { value = 1 }\n"
    )  # fmt: skip

    assert ["IE013", "IE016"] == [problem.code for problem in loaded(text).problems]


def test_an_unknown_convention_is_told_alone():
    """What only the convention could read is not told while there is none."""
    text = STATEMENT + 'convention = "nowhere"\n' + PRIORITY.format("a") + (
        'measure = "count(county_members)"\nbetter = "higher"\ntarget = 20\ndue = "some day"\naims = "?"\n'
    )  # fmt: skip

    assert ["IE020"] == [problem.code for problem in loaded(text).problems]
