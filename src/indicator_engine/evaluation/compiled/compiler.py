"""From query trees to SQL: what every expression means beside a row, as the reference evaluator defines it.

Conditions, numbers, days and texts become expressions over the row's columns. What they ask of records or sets is
worked out once for all rows, as a step, and joined. What asks nothing of the row is evaluated first and written out.
"""

from __future__ import annotations

from indicator_engine.evaluation.compiled.amounts import Amounts
from indicator_engine.evaluation.compiled.conditions import Conditions
from indicator_engine.evaluation.compiled.selections import Selections
from indicator_engine.evaluation.compiled.sets import Sets
from indicator_engine.evaluation.compiled.singles import Singles


class Compiler(Conditions, Amounts, Singles, Selections, Sets):
    """Compiles expressions of one pack over one ground, for indicators that fix the same things."""
