"""Regular expressions that are compiled when they are first used: most are there for what a good pack does not have.

Compiling those that checking a pack needs to know of took a tenth of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["late"]

if TYPE_CHECKING:
    from re import compile as late
else:

    class late:  # noqa: N801  # stands for a function
        """As `re.compile`, whose methods and attributes it has."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._given = pattern, flags

        def __getattr__(self, name: str) -> Any:
            found = vars(self)[name] = getattr(re.compile(*self._given), name)
            return found
