"""Where the `indicators` program begins; `python -m indicator_engine` is the same."""

from __future__ import annotations

import gc

MANY = 100_000
"""A command is short and makes few cycles: each look for some costs it more than they take up."""


def run() -> None:
    """The command line, as a process of its own: cycles are seldom looked for, and not at all on the way out."""
    gc.set_threshold(MANY)
    from indicator_engine.cli import main  # noqa: PLC0415  # what importing makes is no garbage either

    try:
        main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    run()
