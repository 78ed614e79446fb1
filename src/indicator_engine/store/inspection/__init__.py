"""Looking at a file before it is imported: what it holds, how it would have to be read, and what shows that.

Nothing here decides anything for an import. A proposal is text for a person to read, complete and keep with the pack.
"""

from indicator_engine.store.inspection.proposal import Choice, Column, Evidence, Example, File, Proposal, Sheet
from indicator_engine.store.inspection.proposing import MOST_LINES, inspect
from indicator_engine.store.inspection.writing import toml_of, written

__all__ = [
    "MOST_LINES",
    "Choice",
    "Column",
    "Evidence",
    "Example",
    "File",
    "Proposal",
    "Sheet",
    "inspect",
    "toml_of",
    "written",
]
