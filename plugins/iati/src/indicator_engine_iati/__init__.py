"""Results as an IATI activity, version 2.03: a priority is a result, its indicators are the indicators of that.

Shares are percentages there; what is delivered or not is qualitative and told in words. Numbers are exact. The elements
are in the order in which the standard asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from indicator_engine import amounts
from indicator_engine.hookspecs import Output, Page, hookimpl
from indicator_engine.rendering.text import for_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction

    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.periods import Period

LOCAL_GOVERNMENT, IMPLEMENTING, OUTCOME = "11", "4", "2"
UNIT, PERCENTAGE, QUALITATIVE = "1", "2", "5"
RUNNING, ENDED = "2", "4"
PLANNED_START, PLANNED_END = "1", "3"


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Offer IATI as an output."""
    register(Output("iati", (".xml",), render))


def render(results: Results, _page: Page) -> bytes:
    """The file, in UTF-8."""
    activities = ET.Element("iati-activities", {"version": "2.03"})
    activities.append(_activity(results))
    ET.indent(activities)
    text = ET.tostring(activities, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _activity(results: Results) -> ET.Element:
    statement, county, period = results.statement, results.convention, results.statement.period
    activity = ET.Element("iati-activity", {"xml:lang": for_xml(county.language)})
    ET.SubElement(activity, "iati-identifier").text = for_xml(f"{county.name}-{statement.id}")
    _told(activity, "reporting-org", county.title, ref=county.name, type=LOCAL_GOVERNMENT)
    _told(activity, "title", statement.title or statement.id)
    _told(activity, "description", f"{statement.title or statement.id}, {period.label or period.start.isoformat()}")
    _told(activity, "participating-org", county.title, role=IMPLEMENTING, type=LOCAL_GOVERNMENT)
    ET.SubElement(activity, "activity-status", {"code": ENDED if results.as_of > period.end else RUNNING})
    for kind, day in ((PLANNED_START, period.start), (PLANNED_END, period.end)):
        ET.SubElement(activity, "activity-date", {"iso-date": day.isoformat(), "type": kind})
    activity.extend(_priorities(results))
    return activity


def _told(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    """An element with its text in a narrative, as the standard has texts."""
    element = ET.SubElement(parent, name, {key: for_xml(value) for key, value in attributes.items()})
    ET.SubElement(element, "narrative").text = for_xml(text)
    return element


def _priorities(results: Results) -> Iterator[ET.Element]:
    """A result for each priority that has indicators."""
    for priority in results.statement.priorities:
        found = list(_with_parts(one for one in results if one.priority == priority.id))
        if found:
            element = ET.Element("result", {"type": OUTCOME, "aggregation-status": "false"})
            _told(element, "title", priority.title)
            element.extend(_indicator(name, result, results.statement.period) for name, result in found)
            yield element


def _with_parts(results: Iterable[Result]) -> Iterator[tuple[str, Result]]:
    for result in results:
        name = result.label or result.statement or result.id
        yield name, result
        yield from ((f"{name}: {part.label or part.statement or part.id}", part) for part in result.parts)


def _indicator(name: str, result: Result, period: Period) -> ET.Element:
    measure = _measure(result)
    element = ET.Element("indicator", {"measure": measure, "ascending": str(result.better != "lower").lower()})
    _told(element, "title", name)
    target = result.target
    if result.baseline is not None and target and target.baseline_date and measure != QUALITATIVE:
        day = target.baseline_date
        given = {"year": str(day.year), "iso-date": day.isoformat(), "value": _number(result.baseline, measure)}
        ET.SubElement(element, "baseline", given)
    element.append(_period(result, period, measure))
    return element


def _period(result: Result, period: Period, measure: str) -> ET.Element:
    """From the start of the statement's period to the deadline: what was aimed at, and what is."""
    element = ET.Element("period")
    end = result.due.day if result.due else period.end
    ET.SubElement(element, "period-start", {"iso-date": min(period.start, end).isoformat()})
    ET.SubElement(element, "period-end", {"iso-date": end.isoformat()})
    if measure == QUALITATIVE:
        _commented(element, "target", "delivered")
        _commented(element, "actual", "delivered" if result.value else "not delivered")
        return element
    for name, value in (("target", result.target_value), ("actual", result.value)):
        if value is not None and not isinstance(value, bool):
            ET.SubElement(element, name, {"value": _number(value, measure)})
    return element


def _commented(parent: ET.Element, name: str, text: str) -> None:
    _told(ET.SubElement(parent, name), "comment", text)


def _measure(result: Result) -> str:
    if isinstance(result.value, bool) or (result.target is not None and result.target.delivered):
        return QUALITATIVE
    return PERCENTAGE if result.unit == "ratio" else UNIT


def _number(value: Fraction, measure: str) -> str:
    return str(amounts.exact(value * 100 if measure == PERCENTAGE else value))
