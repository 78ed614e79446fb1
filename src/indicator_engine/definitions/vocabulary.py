"""What a pack's expressions can name: the subject, event types, populations, macros.

Here tables become the language's `Schema`. A declaration that is at fault is reported and left out; its name is kept
as refused, so that expressions which use it are not blamed.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.definitions import forms
from indicator_engine.definitions.expressions import Expressions
from indicator_engine.definitions.names import Names, check_name
from indicator_engine.definitions.readings import check_keys, day, is_tbc, provenance
from indicator_engine.definitions.refused import Refused
from indicator_engine.definitions.versions import in_order
from indicator_engine.definitions.wording import report_type
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.schema import (
    Attribute,
    DeemedSize,
    Ending,
    EventType,
    Population,
    Schema,
    Subject,
)
from indicator_engine.language.scopes import REGISTER
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from indicator_engine.conventions import Convention
    from indicator_engine.definitions.merging import Named
    from indicator_engine.definitions.readings import County
    from indicator_engine.definitions.shape import AttributeTable, EventTable, PopulationTable, SubjectTable
    from indicator_engine.definitions.sources import Place

NUMERIC = ("integer", "decimal", "money")


@dataclass(frozen=True)
class Declarations:
    """Everything the files of a pack declare for use in expressions."""

    subject: tuple[Place, SubjectTable] | None = None
    events: Named = field(default_factory=list)
    populations: Named = field(default_factory=list)
    macros: Named = field(default_factory=list)
    refused: Refused = field(default_factory=Refused)


def read_vocabulary(declared: Declarations, county: County) -> Expressions:
    """The expressions' vocabulary, checked as a whole. Every fault is reported at its place."""
    reader = _Reader(Names(_words_for(declared)), declared.refused)
    events = reader.taken(declared.events, "an event type")
    populations = reader.taken(declared.populations, "a population")
    macros = reader.taken(declared.macros, "a macro")
    subject = reader.subject(declared)
    schema = Schema(subject, reader.events(events), {}, _macros(county.convention, macros, reader.names))
    schema = replace(schema, populations={name: reader.population(place, name, table, subject)
                                          for place, name, table in populations})  # fmt: skip
    places = {name: place for place, name, _ in macros}
    found = Expressions(schema, county, places, reader.refused)
    return replace(found, schema=replace(schema, populations=_with_conditions(populations, found)))


def _macros(convention: Convention, declared: Named, names: Names) -> dict[str, str]:
    """The convention's macros that the pack leaves alone, then the pack's own."""
    free = {name: text for name, text in convention.defines.items() if name.casefold() not in names.meanings}
    return free | {name: text for _, name, text in declared}


def _words_for(declared: Declarations) -> Subject:
    table = declared.subject[1] if declared.subject else None
    return Subject(table.singular, table.plural) if table and table.singular and table.plural else Subject()


def _with_conditions(declared: Named, expressions: Expressions) -> dict[str, Population]:
    found = {}
    for place, name, table in declared:
        population = expressions.schema.populations[name]
        found[name] = replace(population, where=_condition(place / "where", table.where, expressions))
    return found


def _condition(place: Place, text: str, expressions: Expressions) -> nodes.Node | None:
    expression = expressions.read(place, text, REGISTER) if text else None
    if expression is None:
        return None
    if expression.node.kind.name != "truth":
        what = expressions.words_for(expression.node.kind)
        place.report("IE029", f"`where` must be a condition, and this is {what}",
                     'compare a column with a word: `kind == "member"`')  # fmt: skip
    elif any(isinstance(node, nodes.Members | nodes.Events) for node in nodes.walk(expression.node)):
        place.report("IE029", "`where` can look only at the register's columns, not at records or other populations",
                     "narrow it where it is used: `members & organisations(pledge)`")  # fmt: skip
    else:
        return expression.node
    return None


@dataclass
class _Reader:
    """Reads declarations, and adds to the names that are refused."""

    names: Names
    refused: Refused

    def taken(self, declared: Named, meaning: str) -> Named:
        """The declarations whose names will do."""
        good = []
        for place, name, table in declared:
            if self.names.take(place, name, meaning):
                good.append((place, name, table))
            else:
                self.refused.add(name)
        return good

    # ── subject and events ───────────────────────────────────────────────────────────────────────────────────────────

    def subject(self, declared: Declarations) -> Subject:
        if not declared.subject:
            return Subject()
        place, table = declared.subject
        words = self._subject_words(place, table)
        attributes = self.attributes(place / "attributes", table.attributes, "the register")
        start = self.date_column(place / "from", table.start, attributes)
        end = self.date_column(place / "to", table.end, attributes)
        return replace(words, attributes=attributes, start=start, end=end)

    @staticmethod
    def _subject_words(place: Place, table: SubjectTable) -> Subject:
        words = {"singular": table.singular, "plural": table.plural}
        if not any(words.values()):
            return Subject()
        for key, word in words.items():
            if not word and not (place / key).spoiled:
                place.report("IE011", f"[subject] needs `{key}` as well", f'write both words: `{key} = "…"`')
        good = all(word and check_name(place / key, word) for key, word in words.items())
        if good and table.singular.casefold() == table.plural.casefold():
            place_of = place / "plural"
            place_of.report("IE017", f"`{table.plural}` would mean both one and several",
                            "give `plural` another form: `all_sheep`")  # fmt: skip
        return Subject(table.singular, table.plural) if good else Subject()

    def events(self, declared: Named) -> dict[str, EventType]:
        found = {name: self._event(place, name, table) for place, name, table in declared}
        for place, name, table in declared:
            endings = tuple(self._endings(place / "ended_by", table.ended_by, found[name], found))
            found[name] = replace(found[name], ended_by=endings)
        return found

    def _event(self, place: Place, name: str, table: EventTable) -> EventType:
        attributes = self.attributes(place / "attributes", table.attributes, f"`{name}`")
        return EventType(
            name, table.label, attributes,
            ends_on=self._ends_on(place / "ends_on", table.ends_on, attributes),
            covered_from=day(place / "covered_from", table.covered_from),
        )  # fmt: skip

    def _ends_on(self, place: Place, name: str, attributes: Mapping[str, Attribute]) -> str | None:
        if not name or name in self.refused:
            return None
        if name not in attributes:
            hint = did_you_mean(name, attributes) or f'declare it: `{name} = {{ type = "date" }}` under its attributes'
            place.report("IE027", f"`ends_on` names `{name}`, which is no attribute of this event type", hint)
            return None
        if attributes[name].type != "date":
            fact = f"`ends_on` needs a date, and `{name}` is declared as {attributes[name].type}"
            place.report("IE027", fact, f'declare it as `{name} = {{ type = "date" }}`')
            return None
        return name

    def _endings(
        self, place: Place, given: object, event: EventType, events: Mapping[str, EventType]
    ) -> Iterable[Ending]:
        if given is None:
            return
        if not isinstance(given, list):
            report_type(place, "a list", given)
            return
        for position, item in enumerate(given):
            if ending := self._ending(place / position, item, event, events):
                yield ending

    def _ending(self, place: Place, item: object, event: EventType, events: Mapping[str, EventType]) -> Ending | None:
        if isinstance(item, str):
            return Ending(item) if self._ends(place, item, events) else None
        if not isinstance(item, dict):
            report_type(place, "the name of an event type, or a table", item)
            return None
        check_keys(place, item, forms.ENDING, "an entry of `ended_by`")
        name, match = item.get("type"), item.get("match", [])
        if not isinstance(name, str):
            place.report(
                "IE011", "an entry of `ended_by` needs `type`", '`{ type = "pledge_withdrawn", match = ["item"] }`'
            )
            return None
        if not isinstance(match, list) or not all(isinstance(key, str) for key in match):
            report_type(place / "match", "a list", match)
            return None
        if not self._ends(place / "type", name, events):
            return None
        return Ending(name, tuple(key for key in match if self._matches(place / "match", key, event, events[name])))

    def _ends(self, place: Place, name: str, events: Mapping[str, EventType]) -> bool:
        if name in events:
            return True
        if name not in self.refused:
            hint = did_you_mean(name, events) or f"declare it: `[event.{name}]`"
            place.report("IE027", f"`ended_by` names `{name}`, which is no event type", hint)
        return False

    def _matches(self, place: Place, key: str, event: EventType, ending: EventType) -> bool:
        lacking = [each for each in (event, ending) if key not in each.attributes]
        if lacking and key not in self.refused:
            hint = did_you_mean(key, set(event.attributes) & set(ending.attributes))
            place.report("IE027", f"`match` names `{key}`, which is no attribute of `{lacking[0].name}`", hint)
        return not lacking

    # ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────

    def attributes(self, place: Place, tables: Mapping[str, AttributeTable], owner: str) -> dict[str, Attribute]:
        good = self.names.take_attributes(((place / name, name) for name in tables), owner)
        for name, table in tables.items():
            if name not in good or table.type is None:
                self.refused.add(name)
        return {
            name: found
            for name, table in tables.items()
            if name in good and (found := self._attribute(place / name, name, table))
        }

    def _attribute(self, place: Place, name: str, table: AttributeTable) -> Attribute | None:
        if table.type is None:
            return None
        minimum = _bound(place / "minimum", table.minimum, table)
        maximum = _bound(place / "maximum", table.maximum, table)
        if minimum is not None and maximum is not None and minimum > maximum:
            (place / "minimum").report("IE026", f"the minimum of `{name}` is above its maximum", "swap the two numbers")
        self._check_choices(place, name, table)
        choices = tuple(dict.fromkeys(table.choices))
        return Attribute(name, table.type, table.label, minimum, maximum, choices, open=table.open)

    @staticmethod
    def _check_choices(place: Place, name: str, table: AttributeTable) -> None:
        if table.type == "choice" and not table.choices and not table.open and not (place / "choices").spoiled:
            place.report("IE026", f"`{name}` is a choice, but from what is not said",
                         'write `choices = ["…", "…"]`, or `open = true` if any word may occur')  # fmt: skip
        if table.type not in ("choice", "list") and (table.choices or table.open):
            key = "choices" if table.choices else "open"
            (place / key).report("IE026", f'`{key}` does not go with `type = "{table.type}"`',
                                 'write `type = "choice"`, or leave it out', on_key=True)  # fmt: skip

    def date_column(self, place: Place, name: str, columns: Mapping[str, Attribute]) -> str | None:
        """The name of a register column that holds dates."""
        if not name or name in self.refused:
            return None
        declare = f'[subject.attributes] {name} = {{ type = "date" }}'
        if name not in columns:
            dates = [column.name for column in columns.values() if column.type == "date"]
            near = did_you_mean(name, dates)
            hint = near if near.startswith("did you mean") else f"declare it: `{declare}`"
            place.report("IE028", f"the register has no column `{name}`", hint)
            return None
        if columns[name].type != "date":
            place.report("IE028", f"a date is needed, and `{name}` is declared as {columns[name].type}",
                         f"declare it as `{declare}`")  # fmt: skip
            return None
        return name

    # ── populations ──────────────────────────────────────────────────────────────────────────────────────────────────

    def population(self, place: Place, name: str, table: PopulationTable, subject: Subject) -> Population:
        return Population(
            name, table.label, table.where, None,
            start=self.date_column(place / "from", table.start, subject.attributes),
            end=self.date_column(place / "to", table.end, subject.attributes),
            deemed=_deemed_sizes(place / "deemed", table.deemed),
        )  # fmt: skip


def _bound(place: Place, given: object, table: AttributeTable) -> Fraction | None:
    if given is None:
        return None
    found = None if isinstance(given, str) else amounts.read(given)
    if found is None:
        report_type(place, "a number", given)
    elif table.type not in NUMERIC:
        place.report("IE026", f'`{place.path[-1]}` does not go with `type = "{table.type}"`',
                     "only numbers have a smallest and a largest; leave it out", on_key=True)  # fmt: skip
    else:
        return found.value
    return None


def _deemed_sizes(place: Place, given: object) -> tuple[DeemedSize, ...]:
    """The versions of a deemed size, in the order in which they became known."""
    if given is None:
        return ()
    if not isinstance(given, list):
        found = _deemed_size(place, given)
        return (found,) if found else ()
    if not given:
        place.report("IE030", "the list of deemed sizes is empty", "write `deemed = 50`, or leave it out")
    sizes = [(place / position, _deemed_size(place / position, item)) for position, item in enumerate(given)]
    return in_order([(there, size) for there, size in sizes if size])


def _deemed_size(place: Place, given: object) -> DeemedSize | None:
    if not isinstance(given, dict):
        size, good = _size(place, given)
        return DeemedSize(size) if good else None
    check_keys(place, given, forms.DEEMED, "a deemed size")
    said = provenance(place, given)
    if "size" not in given:
        place.report("IE011", "a deemed size needs `size`", '`{ size = 50, source = "…" }`')
        return None
    size, good = _size(place / "size", given["size"])
    if not good:
        return None
    return DeemedSize(
        size,
        known_from=day(place / "known_from", given.get("known_from")),
        effective_from=day(place / "effective_from", given.get("effective_from")),
        source=said.source, quote=said.quote, set_by=said.set_by, set_on=said.set_on,
        ratified_by=said.ratified_by, ratified_on=said.ratified_on,
    )  # fmt: skip


def _size(place: Place, given: object) -> tuple[int | None, bool]:
    """A number of members, or None for TBC; and whether it is either."""
    if is_tbc(given):
        return None, True
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given, True
    place.report("IE030", 'a deemed size must be a whole number or "TBC"', 'write `deemed = 50`, or `deemed = "TBC"`')
    return None, False
