"""The caps on one expression, each tested at its limit and one past it.

They hold before and after parsing, so that no text from a pack can exhaust time, memory or the stack, also in a
thread with a stack of 256 KiB. All clear the minimum that the Common Expression Language asks of implementations
(32 terms joined by `or`, 24 arithmetic operators, 12 nested calls).
"""

TEXT_LENGTH = 2000
"""Characters of one expression."""

BRACKET_DEPTH = 24
"""Brackets open at the same time."""

UNARY_RUN = 8
"""Minus signs, plus signs or `not` in a row."""

SYNTAX_NODES = 400
"""Parts of one expression as Python parses it."""

SYNTAX_DEPTH = 60
"""How deep those parts nest."""

TREE_NODES = 2000
"""Parts of an expression once its macros are written out."""

TREE_DEPTH = 80
"""How deep they nest once macros are written out."""

MACRO_DEPTH = 8
"""Macros within macros."""

DIGITS = 40
"""Digits of one number, before and after the point together."""

TEXT_LITERAL = 500
"""Characters of one quoted text."""

PROBLEMS = 20
"""Faults told of one expression; after that many the rest of it is not looked at."""

LIST_LENGTH = 100
"""Items of a list after `in`."""
