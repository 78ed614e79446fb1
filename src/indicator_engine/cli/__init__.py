"""The command line: arguments to engine to exit code. Everything a command needs is imported when it runs.

Exit codes: 0 fine, 1 findings, 2 could not run. Data go to the standard output, messages to the standard error.
"""

from indicator_engine.cli.app import main

__all__ = ["main"]
