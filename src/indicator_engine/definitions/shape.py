"""The shape of a pack's files: which tables there are, which keys each has, what sort of value each key takes.

Said once, here, in the annotations. `read` takes a file that fits; what is wrong with one that does not, and what an
editor is told, pydantic says by models of the same annotations (`shape_models.py`). The descriptions become the
reference page. Values that may be written in several ways (targets, due dates, deemed sizes) are let through as they
are, by the name of their form: the modules that read them report each fault in one sentence.
"""

# No `from __future__ import annotations` here: the annotations are read, and would have to be evaluated again.

from dataclasses import Field, field, fields
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from indicator_engine.frozen import dataclass
from indicator_engine.language.schema import AttributeType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T", bound="Table")


class Form(NamedTuple):
    """A value that may be written in several ways; which, is in `forms.py` under its name."""

    name: str


Texts = Annotated[Any, Form("Texts")]
Label = Annotated[Any, Form("Label")]
Number = Annotated[Any, Form("Number")]
PeriodForm = Annotated[Any, Form("Period")]
DueForm = Annotated[Any, Form("Due")]
TargetForm = Annotated[Any, Form("Target")]
TrajectoryForm = Annotated[Any, Form("Trajectory")]
RequireForm = Annotated[Any, Form("Require")]
DeemedForm = Annotated[Any, Form("Deemed")]
EndingsForm = Annotated[Any, Form("Endings")]
RecordedForm = Annotated[Any, Form("Recorded")]
Rows = Annotated[Any, Form("Rows")]


def key(default: Any, *, description: str, alias: str = "") -> Any:
    """A key of a table: what it is where it is left out, what it says, how it is written if not by its name."""
    told = {"description": description, "alias": alias}
    if isinstance(default, list | dict):
        return field(default_factory=type(default), metadata=told)
    return field(default=default, metadata=told)


@dataclass(frozen=True)
class Table:
    """Base of every table: no other keys, no conversions."""

    header: ClassVar[str] = ""
    """How the table is written in a file."""
    required: ClassVar[tuple[str, ...]] = ()
    """The keys that must be given, and not be empty."""

    written: frozenset[str] = field(default=frozenset(), compare=False)
    """The keys that a file gives, by the names of their attributes."""


@dataclass(frozen=True)
class StatementTable(Table):
    """The statement as a whole: one for a pack."""

    header = "[statement]"
    required = ("id", "title", "period")

    id: str = key("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    title: str = key("", description="The title as the document has it.")
    convention: str = key("neutral", description="The county's convention, a plugin: its words, years and phrases.")
    period: PeriodForm = key(
        None, description="The reporting year: a label that the convention reads, or `{ start = …, end = … }`."
    )
    status: Literal["draft", "agreed"] = key("agreed", description="Whether the document is a draft.")
    source: str = key("", description="The document and section the statement is taken from.")
    notes: Texts = key(None, description="Notes to the statement as a whole: a text, or a list of them.")
    due: DueForm = key(None, description="The due date of every indicator that names none.")
    comparator: Literal["at_least", "at_most", "exactly", "more_than", "less_than"] | None = key(
        None, description="What a bare number means as a target."
    )


@dataclass(frozen=True)
class AimTable(Table):
    """An aim of the charter that priorities and indicators refer to; “2” includes “2.1”."""

    header = "[[aim]]"
    required = ("id",)

    id: str = key("", description='Its number as the document has it, in quotes: `"2.1"`.')
    text: str = key("", description="Its literal words.")


@dataclass(frozen=True)
class AttributeTable(Table):
    """One attribute of an event type, or one column of the register."""

    header = "the attribute"
    required = ("type",)

    type: AttributeType | None = key(
        None,
        description="What sort of value it holds: `truth` is yes or no, `choice` one of the `choices`, `list` several, "
        "`subject` another subject, `evidence` where it is documented.",
    )
    label: str = key("", description="Its name for people.")
    minimum: Number = key(None, description="The smallest number it can be.")
    maximum: Number = key(None, description="The largest number it can be.")
    choices: list[str] = key(default=[], description='The words it can be, where the type is "choice" or "list".')
    open: bool = key(default=False, description="Whether words other than the `choices` may occur as well.")


@dataclass(frozen=True)
class SubjectTable(Table):
    """What is counted: organisations, where this table is left out. The register has a row for each."""

    header = "[subject]"

    singular: str = key("", description="The word for one of them, as expressions use it: `organisation`.")
    plural: str = key("", description="The word for several, and the function that gives them: `organisations`.")
    start: str = key("", alias="from", description="The column with the first day on which a row holds.")
    end: str = key("", alias="to", description="The column with the last day on which a row holds.")
    attributes: dict[str, AttributeTable] = key(default={}, description="The register's columns.")


@dataclass(frozen=True)
class EventTable(Table):
    """A type of event: something that happened on a day to, or was done by, one subject."""

    header = "[event.<name>]"

    label: str = key("", description="Its name for people, in the singular.")
    attributes: dict[str, AttributeTable] = key(default={}, description="What is recorded of each event.")
    ended_by: EndingsForm = key(
        None,
        description="The event types that end this one for the same subject; "
        '`{ type = …, match = ["item"] }` where an attribute must be the same, too.',
    )
    ends_on: str = key("", description="The attribute with the last day on which it is in force.")
    covered_from: date | None = key(None, description="The day since when such events are recorded.")


@dataclass(frozen=True)
class PopulationTable(Table):
    """A named set of subjects: on each day, those whose row of the register fits."""

    header = "[population.<name>]"

    label: str = key("", description="Its name for people, in the plural.")
    where: str = key("", description="A condition over the register's columns; all subjects, if left out.")
    start: str = key("", alias="from", description="The column with the first day of belonging (included).")
    end: str = key("", alias="to", description="The column with the last day of belonging (included).")
    deemed: DeemedForm = key(
        None, description="The number it is deemed to have, whatever the register counts, and who says so."
    )


@dataclass(frozen=True)
class WatchTable(Table):
    """Records or subjects listed beside an indicator's result."""

    header = "[[priority.indicator.watch]]"
    required = ("label", "select")

    label: str = key("", description="What they are.")
    select: str = key("", description="An expression that selects records or a set.")


@dataclass(frozen=True)
class MeasuredTable(Table):
    """What an indicator and a part of one have in common."""

    id: str = key("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    statement: str = key("", description="The literal words of the document, its slips kept.")
    label: str = key("", description="A short name for people.")
    measure: str = key("", description="An expression: the number to look at, or the condition that must hold.")
    better: Literal["higher", "lower"] | None = key(None, description="Which way the figure should go.")
    target: TargetForm = key(None, description="What is to be reached.")
    due: DueForm = key(None, description="By when, in the document's words or as a date.")
    basis: Literal["occurred", "recorded"] | None = key(
        None, description="Which day counts: the one a thing happened on, or the one it was recorded on."
    )
    path: TrajectoryForm = key(
        None, description='The way to the target: `"linear"`, or what is to be reached by which date.'
    )
    notes: Texts = key(None, description="Notes: a text, or a list of them.")
    watch: list[WatchTable] = key(default=[], description="What to list beside the result.")
    accept: dict[str, str] = key(
        default={}, description='Warnings that were looked at and accepted, with the reason: `{ IE213 = "…" }`.'
    )


@dataclass(frozen=True)
class PartTable(MeasuredTable):
    """One part of a compound indicator."""

    header = "[[priority.indicator.part]]"

    name: str = key("", description="The same as `id`.")


@dataclass(frozen=True)
class IndicatorTable(MeasuredTable):
    """One indicator: one thing that the document says shall be reached, watched or told."""

    header = "[[priority.indicator]]"
    required = ("id",)

    outcome: str = key("", description="The outcome it belongs to.")
    kind: Literal["measured", "monitored", "narrative"] | None = key(
        None, description="`monitored` has no target; `narrative` is never scored, only told."
    )
    text: str = key("", description="What there is to tell, for a narrative indicator.")
    log: str = key("", description="The records that bear a narrative indicator out: an expression that selects them.")
    aims: Texts = key(None, description='The charter\'s aims it serves: `["1", "2"]`, or prose such as "1,2 and 4".')
    require: RequireForm = key(None, description='How many parts must be met: `"all"`, `"any"` or a number.')
    part: list[PartTable] = key(default=[], description="The parts of a compound indicator.")


@dataclass(frozen=True)
class PriorityTable(Table):
    """One priority of the statement: its words and its indicators."""

    header = "[[priority]]"
    required = ("id", "title")

    number: Label = key(None, description="Its number in the document.")
    id: str = key("", description="A short name that never changes: small letters, digits, `-` and `_`.")
    title: str = key("", description="Its title as the document has it.")
    text: Texts = key(None, description="Its further words: a text, or a list of them.")
    outcomes: Texts = key(None, description="The outcomes the document names: a text, or a list of them.")
    aims: Texts = key(None, description='The charter\'s aims it serves: `["1", "2"]`, or prose such as "1,2 and 4".')
    notes: Texts = key(None, description="Notes: a text, or a list of them.")
    indicator: list[IndicatorTable] = key(default=[], description="Its indicators.")


@dataclass(frozen=True)
class GivenTable(Table):
    """What a test assumes."""

    header = "`given`"

    events: Rows = key(None, description="The events: a list of tables, or the name of a CSV file of the pack.")
    registered: Rows = key(
        None, alias="register", description="The register: a list of tables, or the name of a CSV file of the pack."
    )


@dataclass(frozen=True)
class AlsoTable(Table):
    """The same events and register on another day, with what each indicator must say then."""

    header = "`also`"
    required = ("as_of", "expect")

    as_of: date | None = key(None, description="The day the indicators are evaluated for.")
    known_at: date | None = key(None, description="The last day whose recordings are known; all, if left out.")
    expect: dict[str, dict[str, Any]] = key(
        default={}, description="For each indicator, by its id, the fields of its result that must hold."
    )


@dataclass(frozen=True)
class CaseTable(Table):
    """A test of the definitions: given these events, on that day, each indicator must say this."""

    header = "[[test]]"
    required = ("name", "as_of", "expect")

    name: str = key("", description="What the test shows, in a sentence.")
    as_of: date | None = key(None, description="The day the indicators are evaluated for.")
    known_at: date | None = key(None, description="The last day whose recordings are known; all, if left out.")
    given: GivenTable = key(default=GivenTable(), description="The events and the register.")
    expect: dict[str, dict[str, Any]] = key(
        default={}, description="For each indicator, by its id, the fields of its result that must hold."
    )
    diagnostics: list[str] | None = key(
        None,
        description="The codes of all that is odd about what is given, such as `IE313`, each once; "
        "not looked at, if left out.",
    )
    also: list[AlsoTable] = key(default=[], description="What must hold of the same on other days.")


@dataclass(frozen=True)
class SourceTable(Table):
    """How one kind of file is to be read: which of its columns is what, and how its cells are written.

    Where a pack has only one, it may be written as `[source]`.
    """

    header = "[source.<name>]"

    file: Texts = key(None, description='The names of the files it is for: `"returns-*.xlsx"`, or a list of such.')
    table: str = key(
        "",
        description="The table or view of a database, `schema.table`, that `run --source` evaluates over in place of "
        "a file.",
    )
    kind: Literal["events", "register"] = key("events", description="What the rows are.")
    sheet: str = key("", description="The sheet of a workbook; not needed where only one can be seen.")
    header_row: int | None = key(None, description="The line that names the columns; the first one, if left out.")
    header_contains: Texts = key(
        None, description="Names of columns by which to find that line, where lines stand above it."
    )
    names: list[str] = key(
        default=[], description="What the columns are called, in their order, in a file without a line that names them."
    )
    stop_at: Texts = key(
        None, description='The first cell of the line that ends the table, such as `"Total"`; nothing after it is read.'
    )
    fill_merged: bool = key(default=False, description="Whether a merged cell counts for each row it spans.")
    encoding: str = key("utf-8", description='How the text is encoded: `"utf-8"`, `"cp1252"` or `"utf-16"`.')
    delimiter: str = key("", description="The character between cells; by the file's ending, if left out.")
    quote: str = key('"', description="The character round cells that have delimiters in them.")
    columns: dict[str, str] = key(
        default={}, description='What each column of the file is called in the pack: `"Date signed" = "occurred_on"`.'
    )
    constants: dict[str, Any] = key(
        default={}, description='What holds for every row without having a column: `{ type = "pledge" }`.'
    )
    ignore: list[str] = key(default=[], description="Columns of the file that are not to be read.")
    only_where: str = key("", description="A column: rows in which it is blank tell nothing and are passed over.")
    id_from: list[str] = key(
        default=[], description="What an event's id is made of, in files without ids: such as `type` and `occurred_on`."
    )
    recorded_at: RecordedForm = key(
        None,
        description='When it was recorded: a column of the file, a date, or `"import"`; where a cell is blank, '
        "the instant of the import.",
    )
    dates: list[str] = key(
        default=[], description='How days are written besides 2010-03-31: `"%d/%m/%Y"`, `"%d %B %Y"`, `"excel serial"`.'
    )
    decimal: Literal[".", ","] = key(".", description="The decimal point of numbers.")
    thousands: Literal["", ",", ".", " ", "'"] = key("", description="What parts the thousands of numbers.")
    yes: list[str] = key(default=[], description="Words for yes, besides yes, true, y and 1.")
    no: list[str] = key(default=[], description="Words for no, besides no, false, n and 0.")
    missing: list[str] = key(default=[], description='What is written where nothing is known: `"n/a"`, `"-"`.')
    earliest: date | None = key(None, description="The first day on which an event can have happened.")
    latest: date | None = key(None, description="The last such day; a year after the import, if left out.")
    values: dict[str, dict[str, str]] = key(
        default={}, description='What words of the file mean: `values.type = { "Skills Pledge" = "pledge" }`.'
    )
    aliases: dict[str, str] = key(
        default={}, description='Other spellings of subjects: `"Aber Housing Assoc." = "N07"`.'
    )
    neutralised: bool = key(
        default=False,
        description="Whether this program's CSV output wrote the file, with `'` before what looks like a formula.",
    )


@dataclass(frozen=True)
class PackTable(Table):
    """One file of a pack."""

    header = "the file"

    statement: StatementTable | None = key(None, description="The statement as a whole: one for a pack.")
    aim: list[AimTable] = key(default=[], description="The charter's aims.")
    subject: SubjectTable | None = key(None, description="What is counted: organisations, if left out.")
    event: dict[str, EventTable] = key(default={}, description="The types of events.")
    population: dict[str, PopulationTable] = key(default={}, description="The named sets of subjects.")
    define: dict[str, str] = key(default={}, description="Names for expressions that are used often.")
    priority: list[PriorityTable] = key(default=[], description="The priorities, in the document's order.")
    test: list[CaseTable] = key(default=[], description="Tests of the definitions.")
    source: dict[str, SourceTable] = key(default={}, description="How files of events and registers are read.")


class Key(NamedTuple):
    """A key of a table, as it is declared."""

    name: str
    """Its attribute."""
    written: str
    """How a file has it."""
    about: Field[Any]

    @property
    def type(self) -> Any:
        """What sort of value it takes."""
        return self.about.type

    @property
    def description(self) -> str:
        """What it says, in a sentence."""
        return str(self.about.metadata["description"])

    @property
    def default(self) -> object:
        """What it is where it is left out."""
        return self.about.default_factory() if callable(self.about.default_factory) else self.about.default


def keys(table: type[Table]) -> "Mapping[str, Key]":
    """The keys of a table as they are written in a file, in the order of their declaration."""
    declared: Any = table
    return _keys(declared)


@cache
def _keys(table: type[Any]) -> "Mapping[str, Key]":
    found = (Key(one.name, one.metadata["alias"] or one.name, one) for one in fields(table) if one.metadata)
    return {one.written: one for one in found}


def is_table(declared: Any) -> bool:
    """Whether a type of a key is a table."""
    return isinstance(declared, type) and issubclass(declared, Table)


# ── reading what fits ────────────────────────────────────────────────────────────────────────────────────────────────


class MisfitError(ValueError):
    """What is given has not the shape; what is wrong with it is not told here."""


def read(table: type[T], data: object) -> T:
    """The table of TOML data that fit. Raises MisfitError at the first thing that does not."""
    if not isinstance(data, dict):
        raise MisfitError
    known = keys(table)
    if not known.keys() >= data.keys():
        raise MisfitError
    given = {known[written].name: _reader(known[written].type)(value) for written, value in data.items()}
    return table(written=frozenset(given), **given)


@cache
def _reader(declared: Any) -> "Callable[[Any], Any]":
    """What takes a value of the declared type, or raises MisfitError."""
    origin, parts = get_origin(declared), get_args(declared)
    if is_table(declared):
        return lambda value: read(declared, value)
    if origin in (Union, UnionType):
        return _reader(next(part for part in parts if part is not NoneType))
    if origin is list:
        return lambda value: list(map(_reader(parts[0]), _of_type(list, value)))
    if origin is dict:
        return lambda value: {name: _reader(parts[1])(item) for name, item in _of_type(dict, value).items()}
    if origin is Literal:
        return lambda value: value if value in parts else _of_type(NoneType, value)
    return (lambda value: value) if declared is Any or origin is Annotated else lambda value: _of_type(declared, value)


def _of_type(wanted: type[Any], value: Any) -> Any:
    """The value, of just that type: a day is no instant, and yes is not 1."""
    if type(value) is not wanted:
        raise MisfitError
    return value
