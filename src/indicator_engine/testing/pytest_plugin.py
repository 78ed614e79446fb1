"""Lets pytest find the `[[test]]`s of packs: every TOML file with a `[statement]` is collected, a test an item.

pytest loads this module in every run of the environment it is installed in, so nothing of the engine is imported until
a pack is found. `pytest -p no:indicator_engine` switches it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from indicator_engine.definitions.model import Check, Statement

LARGEST = 1 << 20
"""Bytes of a file that could be a pack; larger ones are not looked at."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PackFile | None:
    """Collect a pack's file by its `[statement]` table; files of tests beside it come with it."""
    if file_path.suffix != ".toml" or file_path.name == "pyproject.toml" or file_path.stat().st_size > LARGEST:
        return None
    if "[statement]" not in file_path.read_text(encoding="utf-8", errors="replace"):
        return None
    found: PackFile = PackFile.from_parent(parent, path=file_path)
    return found


class PackFile(pytest.File):
    """One pack; its problems fail the collection, as a module's syntax errors do."""

    def collect(self) -> Iterator[PackTest]:
        """An item for each `[[test]]`."""
        from indicator_engine.engine.packs import load_packs
        from indicator_engine.problems import errors_in
        from indicator_engine.rendering.problems import as_text

        for loaded in load_packs([self.path]):
            if loaded.statement is None or errors_in(loaded.problems):
                raise self.CollectError(as_text(loaded.problems, loaded.sources, color=False))
            for check in loaded.statement.checks:
                yield PackTest.from_parent(self, name=check.name, statement=loaded.statement, check=check)


class PackTest(pytest.Item):
    """One `[[test]]` of a pack."""

    def __init__(self, *, statement: Statement, check: Check, **rest: Any) -> None:
        super().__init__(**rest)
        self.statement = statement
        self.check = check

    def runtest(self) -> None:
        """Evaluate what is given and compare what is expected."""
        from indicator_engine.testing.pack_tests import run_check, told

        outcome = run_check(self.statement, self.check)
        if not outcome.passed:
            raise PackTestError("\n".join(told(outcome)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The failures as an author reads them; anything else as pytest shows it."""
        if isinstance(excinfo.value, PackTestError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file and line of the test."""
        where = self.check.where()
        return self.path, where.line - 1 if where else None, self.name


class PackTestError(AssertionError):
    """A pack's test does not hold; the message has every failure with its place and calculation."""
