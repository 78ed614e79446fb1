"""From the files of a pack to a statement: read → shape → vocabulary → expressions → statement → checks.

Every problem of a pack is found in one go and told in file order, each at its place, and nothing is told that only
follows from another problem. Problems are values; there is a statement when none of them is an error.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from indicator_engine.definitions.checks import acceptance
from indicator_engine.definitions.checks import all as all_checks
from indicator_engine.definitions.merging import Tables
from indicator_engine.definitions.precheck import parse
from indicator_engine.definitions.sources import Source, place_problem
from indicator_engine.definitions.statements import StatementReader
from indicator_engine.frozen import dataclass
from indicator_engine.problems import errors_in, file_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indicator_engine.conventions import Convention, Lint
    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.model import Statement
    from indicator_engine.problems import Problem


@dataclass(frozen=True)
class Loaded:
    """What came of loading a pack: the statement (None when there are errors), all problems, the files' texts."""

    statement: Statement | None
    problems: tuple[Problem, ...]
    sources: Mapping[str, str] = field(default_factory=dict)


def load(
    files: PackFiles,
    conventions: Mapping[str, Convention],
    checks: Iterable[Lint] | None = None,
    *,
    warnings: bool = True,
) -> Loaded:
    """The statement that the files of a pack make, or everything that keeps them from making one.

    `conventions` are the installed ones by name; the neutral one need not be among them. The checks over whole
    statements run when `checks` is given (what plugins add to them, so it may be empty), and only on a statement
    that has no errors until then. Without `warnings`, what they find is left out where they only warn.
    """
    sources, unread = _read(files)
    texts = {source.file: source.text for source in (*sources, *unread)}
    statement = _statement(files, sources, conventions, whole=not unread)
    problems = [*files.problems, *(problem for source in (*sources, *unread) for problem in source.placed())]
    if statement and checks is not None and not errors_in(problems):
        found = _checked(statement, checks)
        if warnings or errors_in(found):
            problems += [place_problem(problem, sources) for problem in found]
    return Loaded(None if errors_in(problems) else statement, tuple(file_order(problems)), texts)


def _checked(statement: Statement, checks: Iterable[Lint]) -> list[Problem]:
    """What the checks over a whole statement find: the engine's, the convention's, those of plugins."""
    found = [*all_checks.run(statement), *(problem for check in checks for problem in check(statement))]
    return list(acceptance.settle(statement, dict.fromkeys(found)))


def _read(files: PackFiles) -> tuple[list[Source], list[Source]]:
    """The files that are TOML, and those that are not, with why."""
    sources: list[Source] = []
    unread: list[Source] = []
    for file in files.files:
        data, text, problems = parse(file.content, file.name)
        source = Source(file.name, text, data or {}, problems)
        (unread if data is None else sources).append(source)
    return sources, unread


def _statement(
    files: PackFiles, sources: list[Source], conventions: Mapping[str, Convention], *, whole: bool
) -> Statement | None:
    """The statement. Where a file could not be read, the others are looked at for their shape only."""
    tables = Tables.of(sources)
    found = tables.statement()
    if found is None or not whole:
        if whole and sources and not sources[0].spoiled:
            sources[0].root.report("IE011", "there is no table [statement]", "begin the file with `[statement]`")
        return None
    return StatementReader(*found, tables, files, conventions).read()
