"""The shape of a pack's files: which tables there are, which keys each has, what sort of value each key takes.

Pydantic stands only here, at the border to TOML. The descriptions become the reference page and, through
`json_schema`, what an editor shows. Values that may be written in several ways (targets, due dates, deemed sizes)
are let through as they are, by the name of their form: the modules that read them report each fault in one sentence.
"""

# No `from __future__ import annotations` here: pydantic would have to compile each annotation again at every start.

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from indicator_engine.definitions import forms
from indicator_engine.language.schema import AttributeType

_FORM = "x-form"
Texts = Annotated[Any, WithJsonSchema({_FORM: "Texts"})]
Label = Annotated[Any, WithJsonSchema({_FORM: "Label"})]
Number = Annotated[Any, WithJsonSchema({_FORM: "Number"})]
PeriodForm = Annotated[Any, WithJsonSchema({_FORM: "Period"})]
DueForm = Annotated[Any, WithJsonSchema({_FORM: "Due"})]
TargetForm = Annotated[Any, WithJsonSchema({_FORM: "Target"})]
TrajectoryForm = Annotated[Any, WithJsonSchema({_FORM: "Trajectory"})]
RequireForm = Annotated[Any, WithJsonSchema({_FORM: "Require"})]
DeemedForm = Annotated[Any, WithJsonSchema({_FORM: "Deemed"})]
EndingsForm = Annotated[Any, WithJsonSchema({_FORM: "Endings"})]
RecordedForm = Annotated[Any, WithJsonSchema({_FORM: "Recorded"})]
Rows = Annotated[Any, WithJsonSchema({_FORM: "Rows"})]


def _with_required(schema: dict[str, Any], model: type[BaseModel]) -> None:
    if required := getattr(model, "required", ()):
        schema["required"] = list(required)


class Table(BaseModel):
    """Base of every table: no other keys, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra=_with_required)

    header: ClassVar[str] = ""
    """How the table is written in a file."""
    required: ClassVar[tuple[str, ...]] = ()
    """The keys that must be given, and not be empty."""


class StatementTable(Table):
    """The statement as a whole: one for a pack."""

    header = "[statement]"
    required = ("id", "title", "period")

    id: str = Field("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    title: str = Field("", description="The title as the document has it.")
    convention: str = Field("neutral", description="The county's convention, a plugin: its words, years and phrases.")
    period: PeriodForm = Field(
        None, description="The reporting year: a label that the convention reads, or `{ start = …, end = … }`."
    )
    status: Literal["draft", "agreed"] = Field("agreed", description="Whether the document is a draft.")
    source: str = Field("", description="The document and section the statement is taken from.")
    notes: Texts = Field(None, description="Notes to the statement as a whole: a text, or a list of them.")
    due: DueForm = Field(None, description="The due date of every indicator that names none.")
    comparator: Literal["at_least", "at_most", "exactly", "more_than", "less_than"] | None = Field(
        None, description="What a bare number means as a target."
    )


class AimTable(Table):
    """An aim of the charter that priorities and indicators refer to; “2” includes “2.1”."""

    header = "[[aim]]"
    required = ("id",)

    id: str = Field("", description='Its number as the document has it, in quotes: `"2.1"`.')
    text: str = Field("", description="Its literal words.")


class AttributeTable(Table):
    """One attribute of an event type, or one column of the register."""

    header = "the attribute"
    required = ("type",)

    type: AttributeType | None = Field(None, description="What sort of value it holds.")
    label: str = Field("", description="Its name for people.")
    minimum: Number = Field(None, description="The smallest number it can be.")
    maximum: Number = Field(None, description="The largest number it can be.")
    choices: list[str] = Field(default=[], description='The words it can be, where the type is "choice" or "list".')
    open: bool = Field(default=False, description="Whether words other than the `choices` may occur as well.")


class SubjectTable(Table):
    """What is counted: organisations, where this table is left out. The register has a row for each."""

    header = "[subject]"

    singular: str = Field("", description="The word for one of them, as expressions use it: `organisation`.")
    plural: str = Field("", description="The word for several, and the function that gives them: `organisations`.")
    start: str = Field("", alias="from", description="The column with the first day on which a row holds.")
    end: str = Field("", alias="to", description="The column with the last day on which a row holds.")
    attributes: dict[str, AttributeTable] = Field(default={}, description="The register's columns.")


class EventTable(Table):
    """A type of event: something that happened on a day to, or was done by, one subject."""

    header = "[event.<name>]"

    label: str = Field("", description="Its name for people, in the singular.")
    attributes: dict[str, AttributeTable] = Field(default={}, description="What is recorded of each event.")
    ended_by: EndingsForm = Field(
        None,
        description="The event types that end this one for the same subject; "
        '`{ type = …, match = ["item"] }` where an attribute must be the same, too.',
    )
    ends_on: str = Field("", description="The attribute with the last day on which it is in force.")
    covered_from: date | None = Field(None, description="The day since when such events are recorded.")


class PopulationTable(Table):
    """A named set of subjects: on each day, those whose row of the register fits."""

    header = "[population.<name>]"

    label: str = Field("", description="Its name for people, in the plural.")
    where: str = Field("", description="A condition over the register's columns; all subjects, if left out.")
    start: str = Field("", alias="from", description="The column with the first day of belonging (included).")
    end: str = Field("", alias="to", description="The column with the last day of belonging (included).")
    deemed: DeemedForm = Field(
        None, description="The number it is deemed to have, whatever the register counts, and who says so."
    )


class WatchTable(Table):
    """Records or subjects listed beside an indicator's result."""

    header = "[[priority.indicator.watch]]"
    required = ("label", "select")

    label: str = Field("", description="What they are.")
    select: str = Field("", description="An expression that selects records or a set.")


class MeasuredTable(Table):
    """What an indicator and a part of one have in common."""

    id: str = Field("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    statement: str = Field("", description="The literal words of the document, its slips kept.")
    label: str = Field("", description="A short name for people.")
    measure: str = Field("", description="An expression: the number to look at, or the condition that must hold.")
    better: Literal["higher", "lower"] | None = Field(None, description="Which way the figure should go.")
    target: TargetForm = Field(None, description="What is to be reached.")
    due: DueForm = Field(None, description="By when, in the document's words or as a date.")
    basis: Literal["occurred", "recorded"] | None = Field(
        None, description="Which day counts: the one a thing happened on, or the one it was recorded on."
    )
    path: TrajectoryForm = Field(
        None, description='The way to the target: `"linear"`, or what is to be reached by which date.'
    )
    notes: Texts = Field(None, description="Notes: a text, or a list of them.")
    watch: list[WatchTable] = Field(default=[], description="What to list beside the result.")
    accept: dict[str, str] = Field(
        default={}, description='Warnings that were looked at and accepted, with the reason: `{ IE213 = "…" }`.'
    )


class PartTable(MeasuredTable):
    """One part of a compound indicator."""

    header = "[[priority.indicator.part]]"

    name: str = Field("", description="The same as `id`.")


class IndicatorTable(MeasuredTable):
    """One indicator: one thing that the document says shall be reached, watched or told."""

    header = "[[priority.indicator]]"
    required = ("id",)

    outcome: str = Field("", description="The outcome it belongs to.")
    kind: Literal["measured", "monitored", "narrative"] | None = Field(
        None, description="`monitored` has no target; `narrative` is never scored, only told."
    )
    text: str = Field("", description="What there is to tell, for a narrative indicator.")
    log: str = Field(
        "", description="The records that bear a narrative indicator out: an expression that selects them."
    )
    aims: Texts = Field(None, description='The charter\'s aims it serves: `["1", "2"]`, or prose such as "1,2 and 4".')
    require: RequireForm = Field(None, description='How many parts must be met: `"all"`, `"any"` or a number.')
    part: list[PartTable] = Field(default=[], description="The parts of a compound indicator.")


class PriorityTable(Table):
    """One priority of the statement: its words and its indicators."""

    header = "[[priority]]"
    required = ("id", "title")

    number: Label = Field(None, description="Its number in the document.")
    id: str = Field("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    title: str = Field("", description="Its title as the document has it.")
    text: Texts = Field(None, description="Its further words: a text, or a list of them.")
    outcomes: Texts = Field(None, description="The outcomes the document names: a text, or a list of them.")
    aims: Texts = Field(None, description='The charter\'s aims it serves: `["1", "2"]`, or prose such as "1,2 and 4".')
    notes: Texts = Field(None, description="Notes: a text, or a list of them.")
    indicator: list[IndicatorTable] = Field(default=[], description="Its indicators.")


class GivenTable(Table):
    """What a test assumes."""

    header = "`given`"

    events: Rows = Field(None, description="The events: a list of tables, or the name of a CSV file of the pack.")
    registered: Rows = Field(
        None, alias="register", description="The register: a list of tables, or the name of a CSV file of the pack."
    )


class AlsoTable(Table):
    """The same events and register on another day, with what each indicator must say then."""

    header = "`also`"
    required = ("as_of", "expect")

    as_of: date | None = Field(None, description="The day the indicators are evaluated for.")
    known_at: date | None = Field(None, description="The last day whose recordings are known; all, if left out.")
    expect: dict[str, dict[str, Any]] = Field(
        default={}, description="For each indicator, by its id, the fields of its result that must hold."
    )


class CaseTable(Table):
    """A test of the definitions: given these events, on that day, each indicator must say this."""

    header = "[[test]]"
    required = ("name", "as_of", "expect")

    name: str = Field("", description="What the test shows, in a sentence.")
    as_of: date | None = Field(None, description="The day the indicators are evaluated for.")
    known_at: date | None = Field(None, description="The last day whose recordings are known; all, if left out.")
    given: GivenTable = Field(default=GivenTable.model_validate({}), description="The events and the register.")
    expect: dict[str, dict[str, Any]] = Field(
        default={}, description="For each indicator, by its id, the fields of its result that must hold."
    )
    diagnostics: list[str] | None = Field(
        None,
        description="The codes of all that is odd about what is given, such as `IE313`, each once; "
        "not looked at, if left out.",
    )
    also: list[AlsoTable] = Field(default=[], description="What must hold of the same on other days.")


class SourceTable(Table):
    """How one kind of file is to be read: which of its columns is what, and how its cells are written.

    Where a pack has only one, it may be written as `[source]`.
    """

    header = "[source.<name>]"

    file: Texts = Field(None, description='The names of the files it is for: `"returns-*.xlsx"`, or a list of such.')
    table: str = Field(
        "",
        description="The table or view of a database, `schema.table`, that `run --source` evaluates over in place of "
        "a file.",
    )
    kind: Literal["events", "register"] = Field("events", description="What the rows are.")
    sheet: str = Field("", description="The sheet of a workbook; not needed where only one can be seen.")
    header_row: int | None = Field(None, description="The line that names the columns; the first one, if left out.")
    header_contains: Texts = Field(
        None, description="Names of columns by which to find that line, where lines stand above it."
    )
    names: list[str] = Field(
        default=[], description="What the columns are called, in their order, in a file without a line that names them."
    )
    stop_at: Texts = Field(
        None, description='The first cell of the line that ends the table, such as `"Total"`; nothing after it is read.'
    )
    fill_merged: bool = Field(default=False, description="Whether a merged cell counts for each row it spans.")
    encoding: str = Field("utf-8", description='How the text is encoded: `"utf-8"`, `"cp1252"` or `"utf-16"`.')
    delimiter: str = Field("", description="The character between cells; by the file's ending, if left out.")
    quote: str = Field('"', description="The character round cells that have delimiters in them.")
    columns: dict[str, str] = Field(
        default={}, description='What each column of the file is called in the pack: `"Date signed" = "occurred_on"`.'
    )
    constants: dict[str, Any] = Field(
        default={}, description='What holds for every row without having a column: `{ type = "pledge" }`.'
    )
    ignore: list[str] = Field(default=[], description="Columns of the file that are not to be read.")
    only_where: str = Field("", description="A column: rows in which it is blank tell nothing and are passed over.")
    id_from: list[str] = Field(
        default=[], description="What an event's id is made of, in files without ids: such as `type` and `occurred_on`."
    )
    recorded_at: RecordedForm = Field(
        None,
        description='When it was recorded: a column of the file, a date, or `"import"`; where a cell is blank, '
        "the instant of the import.",
    )
    dates: list[str] = Field(
        default=[], description='How days are written besides 2010-03-31: `"%d/%m/%Y"`, `"%d %B %Y"`, `"excel serial"`.'
    )
    decimal: Literal[".", ","] = Field(".", description="The decimal point of numbers.")
    thousands: Literal["", ",", ".", " ", "'"] = Field("", description="What parts the thousands of numbers.")
    yes: list[str] = Field(default=[], description="Words for yes, besides yes, true, y and 1.")
    no: list[str] = Field(default=[], description="Words for no, besides no, false, n and 0.")
    missing: list[str] = Field(default=[], description='What is written where nothing is known: `"n/a"`, `"-"`.')
    earliest: date | None = Field(None, description="The first day on which an event can have happened.")
    latest: date | None = Field(None, description="The last such day; a year after the import, if left out.")
    values: dict[str, dict[str, str]] = Field(
        default={}, description='What words of the file mean: `values.type = { "Skills Pledge" = "pledge" }`.'
    )
    aliases: dict[str, str] = Field(
        default={}, description='Other spellings of subjects: `"Aber Housing Assoc." = "N07"`.'
    )
    neutralised: bool = Field(
        default=False,
        description="Whether this program's CSV output wrote the file, with `'` before what looks like a formula.",
    )


class PackTable(Table):
    """One file of a pack."""

    header = "the file"

    statement: StatementTable | None = Field(None, description="The statement as a whole: one for a pack.")
    aim: list[AimTable] = Field(default=[], description="The charter's aims.")
    subject: SubjectTable | None = Field(None, description="What is counted: organisations, if left out.")
    event: dict[str, EventTable] = Field(default={}, description="The types of events.")
    population: dict[str, PopulationTable] = Field(default={}, description="The named sets of subjects.")
    define: dict[str, str] = Field(default={}, description="Names for expressions that are used often.")
    priority: list[PriorityTable] = Field(default=[], description="The priorities, in the document's order.")
    test: list[CaseTable] = Field(default=[], description="Tests of the definitions.")
    source: dict[str, SourceTable] = Field(default={}, description="How files of events and registers are read.")


def json_schema() -> dict[str, Any]:
    """The shape as a JSON Schema, for editors: `#:schema ./statement.schema.json` at the top of a file."""
    schema: dict[str, Any] = _plain(PackTable.model_json_schema(by_alias=True))
    schema["$defs"] |= forms.NAMED
    schema["title"] = "A statement of priorities and its indicators"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _plain(part: Any) -> Any:  # JSON
    """Without what TOML cannot say (null) and editors do not need; forms become references."""
    if isinstance(part, list):
        return [_plain(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    found = {
        key: _plain(value)
        for key, value in part.items()
        if key not in ("default", _FORM) and not (key == "title" and isinstance(value, str))
    }
    if _FORM in part:
        found["$ref"] = f"#/$defs/{part[_FORM]}"
    if len(found.get("anyOf", ())) == 1:
        found |= found.pop("anyOf")[0]
    return found
