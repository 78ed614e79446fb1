"""What one code of a problem means: the fixed headings under which every code explains itself.

The tables of codes are data, kept beside the checks that report them; `indicators explain` and the reference
page print them, and a test loads each example to see that it fails with that code and that the mended one does not.
"""

from __future__ import annotations

from indicator_engine.frozen import dataclass


@dataclass(frozen=True)
class Code:
    """One kind of fault. The attributes are the headings, in the order in which they are shown.

    `example` and `instead` are TOML: the smallest part of a pack that shows the fault, and the same part mended.
    """

    code: str
    title: str
    what: str
    """What it says."""
    why: str
    """Why it matters."""
    example: str
    """Example."""
    instead: str
    """Write instead."""


HEADINGS = {
    "what": "What it says",
    "why": "Why it matters",
    "example": "Example",
    "instead": "Write instead",
}
"""The headings, by attribute."""
