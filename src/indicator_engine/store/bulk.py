"""Many rows at once: the database itself types those that are plainly good; all others are read one by one.

What a row means is decided in `intake.py` alone. A row is taken here only where its text leaves no doubt: days year
first, or in the one format declared, plain numbers, known words. Everything else, and so every fault, is read there.
Tests hold the two against each other row by row.
"""

from __future__ import annotations

import math
import re
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts, periods
from indicator_engine.definitions.rows import EVENT_COLUMNS
from indicator_engine.frozen import dataclass
from indicator_engine.store import catalog
from indicator_engine.store.cells import DECIMAL_DIGITS, FALSE_WORDS, TRUE_WORDS, UNKNOWN_WORDS, WHOLE_DIGITS, text_of
from indicator_engine.store.tables import CELL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from indicator_engine.language.schema import Attribute, EventType, Schema
    from indicator_engine.store.layout import Rows

_SPACE = r"\s\p{Z}\x0b\x1c-\x1f\x{85}\x{200b}\x{200e}\x{200f}\x{2060}\x{feff}"
UNSURE = rf"(?:^|\x01)[{_SPACE}#]|[{_SPACE}](?:\x01|$)|[\x00\x1e\x1f]|[eE]\+\d+(?:\x01|$)"
"""What makes a row unsure, its cells joined by 0x01: what Python takes for space at an end of a cell, a character that
no text has, or what may be a spreadsheet's error. (A cell that has 0x01 itself can only make more rows unsure.)"""

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
_NUMBERS = ("DOUBLE", "DECIMAL")
"""Not FLOAT, whose text has fewer digits than the number it is handed over as."""

_INSTANT = r"\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{3}|\.\d{6})?)?)?"


@dataclass
class Sql:
    """Expressions over one staged table, with the values that they bind."""

    rows: Rows
    schema: Schema
    kinds: Mapping[str, str]
    """The staged columns `c0`, `c1` …, with the types they have."""
    values: dict[str, Any] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """A value as a parameter; the same value is the same parameter."""
        name = self._names.setdefault(repr(value), f"p{len(self._names)}")
        self.values[name] = value
        return f"${name}"

    def used(self, expression: str) -> dict[str, Any]:
        """The values that an expression binds."""
        return {name: value for name, value in self.values.items() if re.search(rf"\${name}\b", expression)}

    # ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, name: str) -> str:
        """What a row has under a name of the pack, without spaces round it; '' for nothing."""
        layout, mapping = self.rows.layout, self.rows.mapping
        if name == "event_id" and mapping.id_from:
            parts = [self.text(one) for one in mapping.id_from]
            nothing = " AND ".join(f"{part} = ''" for part in parts)
            plain = ", ".join(f"replace(replace({part}, '\\', '\\\\'), '/', '\\/')" for part in parts)
            return f"CASE WHEN {nothing} THEN '' ELSE concat_ws('/', {plain}) END"
        if name in layout.targets:
            return self.plain(f"c{layout.targets.index(name)}")
        return self.bind(text_of(mapping.constants[name])) if name in mapping.constants else "''"

    def plain(self, column: str) -> str:
        """A staged column as text, where no cell is unsure; '' for nothing, and for what is written for it."""
        if self.kinds[column] != "VARCHAR":  # what is written for a gap is text
            return f"coalesce(CAST({column} AS VARCHAR), '')"
        text = f"coalesce({column}, '')"
        missing = [word.casefold() for word in self.rows.mapping.missing]
        return (
            f"CASE WHEN list_contains({self.bind(missing)}, lower({text})) THEN '' ELSE {text} END" if missing else text
        )

    def unsure(self) -> str:
        """Rows in which some cell begins or ends with space, or is of a kind that only a careful reading decides."""
        texts = [column for column, kind in self.kinds.items() if kind == "VARCHAR"]
        if not texts:
            return "false"
        nameless = [column for column, head in zip(self.kinds, self.rows.layout.header, strict=False) if not head]
        found = [f"{column} <> ''" for column in nameless if column in texts]
        found += [f"strlen({column}) > {CELL_LENGTH}" for column in texts]
        found.append(f"regexp_matches(concat_ws(chr(1), {', '.join(texts)}), {self.bind(UNSURE)})")
        if missing := self.rows.mapping.missing:
            longest = max(map(len, missing)) * 3
            found += [f"(strlen({one}) <> length({one}) AND length({one}) <= {longest})" for one in texts]
        return " OR ".join(f"coalesce({one}, false)" for one in found)

    # ── one type of event ────────────────────────────────────────────────────────────────────────────────────────────

    def accepted(self, event: EventType) -> str:
        """Whether a row is plainly a good one of an event type."""
        own = {name for name in event.attributes if name not in EVENT_COLUMNS}
        others = {name for one in self.schema.events.values() for name in one.attributes} - own - {*EVENT_COLUMNS}
        given = {*self.rows.layout.targets, *self.rows.mapping.constants}
        return " AND ".join([
            self.is_of(event),
            f"{self.text('event_id')} <> ''",
            self._subject_fits(),
            f"{self.text('occurred_on')} <> ''",
            self._day_fits("occurred_on", self.rows.formats.earliest, self.rows.formats.latest),
            self._instant_fits(),
            self._stands(),
            *(f"{self.text(name)} = ''" for name in sorted(others & given)),
            *(self._fits(event.attributes[name]) for name in event.attributes if name in given),
        ])  # fmt: skip

    def is_of(self, event: EventType) -> str:
        """Whether a row says that it is of an event type."""
        return f"{self.text('type')} = {self.bind(event.name)}"

    def values_of(self, event: EventType) -> list[str]:
        """The typed values of an accepted row: id, subject, day, recording, attributes."""
        subject = self.schema.subject.singular
        own = [self.text("event_id"), self.text(subject), self._day("occurred_on"), self._instant()]
        return [*own, *(self._value(attribute) for attribute in event.attributes.values())]

    def _subject_fits(self) -> str:
        text = self.text(self.schema.subject.singular)
        aliases = list(self.rows.mapping.aliases)
        return f"{text} <> ''" + (f" AND NOT list_contains({self.bind(aliases)}, {text})" if aliases else "")

    def _stands(self) -> str:
        """Whether a row retracts nothing."""
        words = sorted((FALSE_WORDS | UNKNOWN_WORDS | self.rows.formats.no) - self.rows.formats.yes)
        return self._is_one_of(words, self.text("retracted"))

    def _is_one_of(self, words: list[str], text: str) -> str:
        """Whether a text is one of the words. Beyond ASCII, databases and Python do not agree on capitals."""
        return f"(strlen({text}) = length({text}) AND list_contains({self.bind(words)}, lower({text})))"

    # ── one attribute ────────────────────────────────────────────────────────────────────────────────────────────────

    def _fits(self, attribute: Attribute) -> str:
        text = self.text(attribute.name)
        return f"({text} = '' OR ({self._holds(attribute, text)}))"

    def _holds(self, attribute: Attribute, text: str) -> str:
        match attribute.type:
            case "integer":
                return f"CAST(TRY_CAST({text} AS BIGINT) AS VARCHAR) = {text} AND {self._within(attribute, 'BIGINT')}"
            case "decimal" | "money":
                digits = self.bind(self._digits(attribute.name))
                return (
                    f"regexp_full_match({text}, {digits}) AND {self._within(attribute, catalog.COLUMN_TYPES['money'])}"
                )
            case "date":
                return self._day_fits(attribute.name, periods.EARLIEST, periods.LATEST)
            case "truth":
                words = TRUE_WORDS | FALSE_WORDS | UNKNOWN_WORDS | self.rows.formats.yes | self.rows.formats.no
                return self._is_one_of(sorted(words), text)
            case "list":
                return f"NOT contains({text}, ';') AND {self._chosen(attribute, text)}"
            case _:
                return self._chosen(attribute, text)

    def _digits(self, name: str) -> str:
        """How a number is plainly written: with a point only where its source does not mean another thing by it."""
        targets, whole = self.rows.layout.targets, rf"[+-]?\d{{1,{WHOLE_DIGITS}}}"
        typed = name in targets and self.kinds[f"c{targets.index(name)}"] != "VARCHAR"
        pointed = typed or self.rows.formats.decimal == "."
        return rf"{whole}(\.\d{{1,{DECIMAL_DIGITS}}})?" if pointed else whole

    def _within(self, attribute: Attribute, kind: str) -> str:
        number = f"TRY_CAST({self.text(attribute.name)} AS {kind})"
        most = 10**WHOLE_DIGITS - 1
        found = [f"{number} BETWEEN -{most} AND {most}" if kind == "BIGINT" else f"{number} IS NOT NULL"]
        for limit, sign in ((attribute.minimum, ">="), (attribute.maximum, "<=")):
            if limit is not None:
                found.append(f"{number} {sign} CAST({self.bind(_limit(limit))} AS {catalog.COLUMN_TYPES['decimal']})")
        return " AND ".join(found)

    def _chosen(self, attribute: Attribute, text: str) -> str:
        closed = attribute.type in ("choice", "list") and attribute.choices and not attribute.open
        return f"list_contains({self.bind(list(attribute.choices))}, {text})" if closed else "true"

    def _value(self, attribute: Attribute) -> str:
        text = self.text(attribute.name)
        match attribute.type:
            case "integer" | "decimal" | "money":
                return f"TRY_CAST(nullif({text}, '') AS {catalog.COLUMN_TYPES[attribute.type]})"
            case "date":
                return self._day(attribute.name)
            case "truth":
                yes, no = (
                    self.bind(sorted(words))
                    for words in (TRUE_WORDS | self.rows.formats.yes, FALSE_WORDS | self.rows.formats.no)
                )
                is_yes, is_no = (f"list_contains({words}, lower({text}))" for words in (yes, no))
                return f"CASE WHEN {is_yes} THEN true WHEN {is_no} THEN false END"
            case "list":
                return f"CASE WHEN {text} = '' THEN NULL ELSE [{text}] END"
            case _:
                return f"nullif({text}, '')"

    # ── days and instants ────────────────────────────────────────────────────────────────────────────────────────────

    def _day_fits(self, name: str, earliest: date, latest: date) -> str:
        text, day = self.text(name), self._day(name)
        first, last = max(earliest, periods.EARLIEST).isoformat(), min(latest, periods.LATEST).isoformat()
        written = [f"CAST(TRY_CAST({text} AS DATE) AS VARCHAR) = {text}"]
        if one := self._format():
            written.append(f"strftime(TRY_STRPTIME({text}, {self.bind(one)}), {self.bind(one)}) = {text}")
        fits = " OR ".join(f"coalesce({one}, false)" for one in written)
        return f"(({fits}) AND {day} BETWEEN DATE '{first}' AND DATE '{last}')"

    def _day(self, name: str) -> str:
        text = self.text(name)
        plain = f"TRY_CAST({text} AS DATE)"
        if not (one := self._format()):
            return plain
        written = f"CAST(TRY_CAST({text} AS DATE) AS VARCHAR) = {text}"
        return f"CASE WHEN {written} THEN {plain} ELSE CAST(TRY_STRPTIME({text}, {self.bind(one)}) AS DATE) END"

    def _format(self) -> str:
        """The one declared format of days, where it is all digits with the year in full; else ""."""
        formats = self.rows.formats.dates
        one = formats[0] if len(formats) == 1 else None
        plain = one and set(one.directives) == {"d", "m", "Y"} and one.text.count("%") == 3
        return one.text if one and plain else ""

    def _instant_fits(self) -> str:
        text = self.text("recorded_at")
        span = (
            f"TIMESTAMP '{periods.EARLIEST.isoformat()}' AND TIMESTAMP '{periods.LATEST.isoformat()} 23:59:59.999999'"
        )
        return (
            f"({text} = '' OR (regexp_full_match({text}, {self.bind(_INSTANT)}) AND {self._instant()} BETWEEN {span}))"
        )

    def _instant(self) -> str:
        return f"TRY_CAST(nullif({self.text('recorded_at')}, '') AS TIMESTAMP)"


def _limit(limit: Fraction) -> str | None:
    """A limit as a decimal number; None, which no row is within, where it has none that fits."""
    fits = abs(limit) < 10**WHOLE_DIGITS and (limit * 10**DECIMAL_DIGITS).denominator == 1
    return str(amounts.exact(limit)) if fits else None


def can_read(rows: Rows, kinds: Iterable[str]) -> bool:
    """Whether the rows of a table can be read in bulk at all; `kinds` are the types of its columns."""
    mapping, layout = rows.mapping, rows.layout
    plain = [text_of(word) for word in mapping.missing]
    if (
        mapping.neutralised
        or mapping.values
        or mapping.only_where
        or (mapping.recorded_at is not None and not isinstance(mapping.recorded_at, str))
    ):
        return False
    if not all(map(_is_plain, mapping.constants.values())):
        return False
    if any(not word.isascii() for word in plain):
        return False
    types = dict(zip(layout.targets, kinds, strict=True))
    if mapping.id_from and any(types.get(name, "VARCHAR") != "VARCHAR" for name in mapping.id_from):
        return False
    return all(not name or _can_be(kind, _type_of(rows, name)) for name, kind in types.items())


def _is_plain(constant: object) -> bool:
    """Whether what holds for every row is what its text says, and nothing that only a careful reading decides."""
    if isinstance(constant, str):
        return not re.search(r"[#\0]", constant) and constant.isprintable()
    return isinstance(constant, int | Decimal | date) or (isinstance(constant, float) and math.isfinite(constant))


def _type_of(rows: Rows, name: str) -> set[str]:
    """What sorts of value a name of the pack can be."""
    schema = rows.schema
    own = {"occurred_on": "date", "recorded_at": "instant", "retracted": "truth"}.get(name)
    if own or schema is None:
        return {own or "text"}
    found = {event.attributes[name].type for event in schema.events.values() if name in event.attributes}
    return set(found) or {"text"}


def _can_be(kind: str, types: set[str]) -> bool:
    """Whether the text of a column of a type says what its values say."""
    if kind == "VARCHAR":
        return True
    if kind == "DATE":
        return types <= {"date", "instant"}
    if kind == "BOOLEAN":
        return types == {"truth"}
    if kind.startswith("TIMESTAMP") and "ZONE" not in kind:
        return types <= {"instant", "date"}
    if kind in _INTEGERS:
        return types <= {"integer", "decimal", "money", "text", "subject"}
    return bool(re.match("|".join(_NUMBERS), kind)) and types <= {"integer", "decimal", "money"}
