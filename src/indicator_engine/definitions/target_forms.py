"""One target's form: a comparison with a number, a movement from a baseline, a deliverable, a figure to find out.

Each form is read by a short function that gives a `Target` with only the form filled in; `targets.py` adds what goes
with any form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from indicator_engine import amounts
from indicator_engine.definitions import forms
from indicator_engine.definitions.baselines import read_baseline, read_since
from indicator_engine.definitions.model import Comparator, Relative, Target
from indicator_engine.definitions.readings import amount, is_tbc, text
from indicator_engine.definitions.units import check_number, check_percentage
from indicator_engine.definitions.wording import as_written
from indicator_engine.language import nodes
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from indicator_engine.definitions.baselines import Judged, Table
    from indicator_engine.definitions.sources import Place

FORM_FIELDS = (
    "comparator", "value", "upper", "unit", "tbc", "relative", "baseline", "baseline_date", "since", "delivered",
    "evidence",
)  # fmt: skip
"""What the form of a target decides; the rest goes with any form."""


def read_form(judged: Judged, place: Place, form: str, table: Table, there: Place | None = None) -> Target | None:
    """The form of a target, `form` being the key of the table that names it.

    A number that stands alone is read as a table would be; `there` is then its place.
    """
    if form in forms.DELIVERED:
        return _delivered(judged, place, form, table)
    if judged.kind.name == "truth":
        place.report("IE052", f"the measure is a condition, and `{form}` needs a number",
                     "write `{ delivered = true }`, or count something in the measure")  # fmt: skip
    if form in ("increase", "decrease"):
        return _movement(judged, place, cast("Relative", form), table)
    if form == "between":
        return _between(judged, place / form, table)
    if form in forms.COMPARING:
        return compare(judged, there or place / form, cast("Comparator", form), table[form], table)
    return _by(judged, place, cast("Relative", form), table)


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def compare(judged: Judged, place: Place, comparator: Comparator, given: object, table: Table) -> Target | None:
    """A comparison with one number."""
    if is_tbc(given):
        return Target(comparator, unit=_unit_to_come(judged, place, table), tbc=True)
    found = _number(judged, place, given, table)
    return Target(comparator, found.value, unit=_unit_of(judged, found)) if found else None


def _between(judged: Judged, place: Place, table: Table) -> Target | None:
    given = table["between"]
    both = given if isinstance(given, list) else [given]
    if all(map(is_tbc, both)) and both:
        return Target("between", unit=_unit_to_come(judged, place, table), tbc=True)
    if len(both) != 2:  # two ends
        place.report("IE043", "`between` needs two numbers", "write `between = [20, 30]`")
        return None
    low, high = (amount(place / position, item) for position, item in enumerate(both))
    if low is None or high is None:
        return None
    if low.unit != high.unit:
        place.report("IE043", "one of the two numbers is a percentage, the other is not", "write both the same way")
        return None
    if low.value > high.value:
        swapped = f"[{as_written(both[1])}, {as_written(both[0])}]"
        place.report("IE043", "the first number is larger than the second", f"write `between = {swapped}`")
    low, high = (
        _checked(judged, place / position, both[position], number, table) for position, number in enumerate((low, high))
    )
    return Target("between", low.value, high.value, _unit_of(judged, low))


def _number(judged: Judged, place: Place, given: object, table: Table) -> amounts.Amount | None:
    """A number of the target, checked against what the measure gives."""
    found = amount(place, given)
    return _checked(judged, place, given, found, table) if found else None


def _checked(judged: Judged, place: Place, given: object, number: amounts.Amount, table: Table) -> amounts.Amount:
    if number.unit == "ratio" and table.get("unit") == "number":
        place.report("IE050", f"{given} is a percentage, and `unit` says it is none", "leave `unit` out")
        return number
    number = _in_unit(number, table)
    check_number(place, given, number, judged.kind)
    return number


def _in_unit(number: amounts.Amount, table: Table) -> amounts.Amount:
    """A bare 50 with `unit = "percent"` is 50%."""
    as_share = number.unit == "number" and table.get("unit") == "percent"
    return amounts.Amount(number.value / 100, "ratio") if as_share else number


def _unit_of(judged: Judged, number: amounts.Amount) -> amounts.Unit:
    return "ratio" if "ratio" in (number.unit, judged.kind.unit) else "number"


def _unit_to_come(judged: Judged, place: Place, table: Table) -> amounts.Unit:
    """The unit of a number that is still to be agreed."""
    if table.get("unit") != "percent":
        return "ratio" if judged.kind.unit == "ratio" else "number"
    check_percentage(place, "what is still to be agreed", judged.kind)
    return "ratio"


# ── movements ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _movement(judged: Judged, place: Place, form: Relative, table: Table) -> Target | None:
    if not _is_true(place, form, table):
        return None
    baseline, on = read_baseline(judged, place, table)
    return Target(relative=form, baseline=baseline, baseline_date=on)


def _by(judged: Judged, place: Place, form: Relative, table: Table) -> Target | None:
    there, given, tbc = place / form, table[form], is_tbc(table[form])
    number = None if tbc else _difference(judged, there, given, table)
    baseline, on = read_baseline(judged, place, table)
    since = read_since(judged, place / "since", table.get("since"))
    if form == "additional" and not {"since", "baseline", "baseline_date"} & set(table):
        place.report("IE049", "additional to what is not said",
                     'add the day to count from: `since = 2009-04-01`, or `since = "target_set_on"`')  # fmt: skip
    if number and number.value <= 0:
        other = {"increase_by": "decrease_by", "decrease_by": "increase_by"}.get(form, form)
        there.report("IE043", f"`{form}` must be more than 0", f"write `{other} = …` with a number above 0")
    if number and number.unit == judged.kind.unit == "ratio":
        judged.assumptions.append(f"“{given}” is read as a share of the baseline, not as percentage points")
    if number is None and not tbc:
        return None
    return Target(
        relative=form,
        value=number.value if number else None,
        unit=number.unit if number else _unit_to_come(judged, there, table),
        tbc=tbc,
        baseline=baseline,
        baseline_date=on,
        since=since,
    )


def _difference(judged: Judged, place: Place, given: object, table: Table) -> amounts.Amount | None:
    """How much more or less. A percentage is a share of the baseline, so it goes with any measure."""
    found = amount(place, given)
    if found is None or _in_unit(found, table).unit == "ratio":
        return _in_unit(found, table) if found else None
    if judged.kind.unit == "ratio" and abs(found.value) > 1:
        place.report("IE051", f"the measure gives a percentage, and {given} is not written as one",
                     f'write {amounts.exact(found.value / 100)} for {given} percentage points, '
                     f'or "{given}%" for that share of the baseline')  # fmt: skip
    else:
        check_number(place, given, found, judged.kind)
    return found


# ── deliverables ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _delivered(judged: Judged, place: Place, form: str, table: Table) -> Target | None:
    """A condition that is to become true, or a figure that is to be found out."""
    if not _is_true(place, form, table):
        return None
    if form == "delivered" and judged.kind.name == "number":
        place.report("IE052", f"something is delivered or it is not, and the measure gives {judged.kind}",
                     "make the measure a condition, such as `exists(…)`; "
                     "or write `{ established = true }` if the figure is to be found out")  # fmt: skip
    elif form == "established" and judged.kind.name == "truth":
        place.report("IE052", "a figure is to be established, and the measure is a condition",
                     "write `{ delivered = true }`")  # fmt: skip
    return Target(delivered=True, evidence=_evidence(judged, place / "evidence", table.get("evidence")))


def _evidence(judged: Judged, place: Place, given: object) -> str | None:
    name = text(place, given)
    if not name or judged.measure is None:
        return None
    events = [
        judged.expressions.schema.events[node.type]
        for node in nodes.walk(judged.measure.node)
        if isinstance(node, nodes.Events)
    ]
    known = {attribute for event in events for attribute in event.attributes}
    if name in known or name in judged.expressions.refused:
        return name
    fact = f"no record that the measure looks at has an attribute `{name}`"
    place.report("IE053", fact, did_you_mean(name, known) or f'declare it: `{name} = {{ type = "evidence" }}`')
    return None


def _is_true(place: Place, form: str, table: Table) -> bool:
    given = table[form]
    if given is True:
        return True
    hint = f"write `{form} = true`, or leave it out"
    if form in forms.RELATIVE and amounts.read(given):
        hint = f"write `{form}_by = {as_written(given)}`"
    (place / form).report("IE040", f"`{form}` can only be `true`", hint)
    return False
