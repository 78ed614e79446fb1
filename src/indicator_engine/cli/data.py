"""The events and the register a command is to look at: files, or an event store, and the two times it asks about."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indicator_engine.frozen import dataclass
from indicator_engine.problems import DataError, IndicatorEngineError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indicator_engine.cli.mappings import Mappings
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.results import Results
    from indicator_engine.hookspecs import Source
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.layout import Row

FILE_HELP = "A file of {what} (.csv, .tsv, .jsonl, .json; `csv:-` reads the standard input)."


@dataclass(frozen=True)
class DataChoice:
    """Which data a command is to look at, as of which day, and as known when."""

    events: tuple[str, ...]
    register: tuple[str, ...]
    store: Path | None
    at_import: int | None
    as_of: str | None
    known_at: str | None

    @property
    def is_given(self) -> bool:
        """Whether there are any data to look at."""
        return bool(self.events or self.store)

    def check(self) -> None:
        """Refuse what does not go together, and data without a day."""
        if self.events and self.store:
            raise click.UsageError("--store and files of events or of the register exclude each other")
        if self.at_import is not None and not self.store:
            raise click.UsageError("--at-import belongs to --store: files have no imports")
        if self.register and not self.events:
            raise click.UsageError("--events is missing: name the file of events, for example --events events.csv")
        if self.is_given and not self.as_of:
            raise click.UsageError(
                "--as-of is missing: say for which day, for example --as-of 2010-03-31. "
                "(Without it the same command would answer differently every day.)"
            )

    def require(self) -> None:
        """Refuse to go on without data."""
        self.check()
        if not self.is_given:
            raise click.UsageError(
                "--events is missing: name the file of events, for example --events events.csv, "
                "or an event store with --store"
            )

    def intake(self, statement: Statement, registered: Plugins) -> Intake:
        """The records, typed by the vocabulary of the pack. Raises DataError where they cannot be read."""
        from indicator_engine.engine.rows import usable
        from indicator_engine.engine.stores import intake_of_store
        from indicator_engine.store.intake import take_in

        if self.store:
            from indicator_engine.cli.stores import opened

            with opened(self.store) as store:
                return intake_of_store(statement, store, known_at=self.known_at, at_import=self.at_import)
        require_register(self.register, statement)
        events = rows_of_files(self.events, "events", statement, registered)
        register = rows_of_files(self.register, "register", statement, registered)
        return usable(take_in(events, register, statement.schema))

    def evaluated(self, statement: Statement, taken: Intake, registered: Plugins) -> Results:
        """The results of a statement over records taken in."""
        from indicator_engine.engine.rows import evaluate_records

        return evaluate_records(
            statement, taken, as_of=self.as_of or "", known_at=self.known_at, registered=registered,
            position=self._position(),
        )  # fmt: skip

    def _position(self) -> tuple[int, str] | None:
        """The import that a store's records stand at, and its hash; None for files."""
        from indicator_engine.cli.stores import opened
        from indicator_engine.engine.stores import position_of

        if not self.store:
            return None
        with opened(self.store) as store:
            return position_of(store, self.at_import)


STATE = click.option(
    "--state/--no-state", default=None,
    help="With --store: find out at once what makes the next runs quick, or neither use nor keep anything of the kind; "
         "without either, it is found out once a store has grown.",
)  # fmt: skip
"""Whether what is found out about a store is kept beside it."""


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose data; it gets a `data: DataChoice`."""

    @click.option("--events", multiple=True, metavar="FILE", help=FILE_HELP.format(what="events"))
    @click.option("--register", multiple=True, metavar="FILE", help=FILE_HELP.format(what="the register"))
    @click.option("--store", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                  help="An event store to look into, in place of files.")  # fmt: skip
    @click.option("--at-import", type=int, metavar="N", help="With --store: as the store stood after this import.")
    @click.option("--as-of", metavar="DATE", help="The day to look at, like 2010-03-31.")
    @click.option("--known-at", metavar="DATE", help="Only what was recorded by then counts.")
    @wraps(command)
    def with_choice(*args: object, **options: Any) -> object:
        names = ("events", "register", "store", "at_import", "as_of", "known_at")
        return command(*args, data=DataChoice(*(options.pop(name) for name in names)), **options)

    return with_choice


def refuse_beside_source(*, store: object, files: object) -> None:
    """A database is looked at, or something else; one that is given wins over a store of the environment."""
    context = click.get_current_context()
    by_itself = context.get_parameter_source("store") is click.core.ParameterSource.ENVIRONMENT
    if files or (store and not by_itself):
        raise click.UsageError("--source and --store, or files of events or of the register, exclude each other")


def require_register(given: Sequence[str], statement: Statement) -> None:
    """Without a register every population is empty, and every figure over one would be 0."""
    if given or not statement.schema.populations:
        return
    named = ", ".join(sorted(statement.schema.populations))
    raise IndicatorEngineError(
        f"--register is missing: the pack counts {named}, and who they are stands in the register, "
        "for example --register register.csv"
    )


def rows_of_files(
    files: Iterable[str], kind: Literal["events", "register"], statement: Statement, registered: Plugins
) -> list[Row]:
    """The rows of all files; every file's problems are told together."""
    from indicator_engine.cli.mappings import Mappings
    from indicator_engine.cli.misread import explained

    mappings = Mappings.of(statement)
    rows: list[Row] = []
    problems: list[Problem] = []
    for address in files:
        try:
            rows += _rows_of_file(address, kind, mappings, statement, registered)
        except DataError as fault:
            told = explained(fault, address, kind, mappings, statement, registered, choosing=False)
            problems += told.problems
    if problems:
        raise DataError(problems)
    return rows


def _rows_of_file(
    address: str, kind: Literal["events", "register"], mappings: Mappings, statement: Statement, registered: Plugins
) -> list[Row]:
    """The rows of a file, by the source that is for it, or else under the names of its own columns."""
    source, path = registered.source(address)
    if mapping := mappings.declared(address, kind):
        return _mapped(source, path, mapping, statement)
    try:
        rows = source.read(path)
    except DataError:
        if path != "-":
            _require_columns(source, path, mappings.plain(kind), statement)
        raise
    if path != "-" and _lack_columns(rows, kind, statement):
        _require_columns(source, path, mappings.plain(kind), statement)
    return rows


def _lack_columns(rows: list[Row], kind: Literal["events", "register"], statement: Statement) -> bool:
    """Whether no row has a column that every row needs; one that is misspelt would be told of each row."""
    needed = {statement.schema.subject.singular, *(("type", "occurred_on") if kind == "events" else ())}
    columns = {column for row in rows for column in row.cells} if rows else needed
    return not needed <= columns and "retracted" not in columns


def _require_columns(source: Source, path: str, mapping: SourceMapping, statement: Statement) -> None:
    """Raises DataError with what an import says of the columns of a file, if it lacks some that every row needs."""
    from indicator_engine.store.layout import Rows, reading_of

    try:
        Rows(source.open(path, reading_of(mapping)), mapping, statement.schema).close()
    except DataError as fault:
        if {one.code for one in fault.problems} & {"IE343", "IE374", "IE376"}:
            raise


def _mapped(source: Source, path: str, mapping: SourceMapping, statement: Statement) -> list[Row]:
    """The rows of a file that a source of the pack says how to read."""
    from indicator_engine.store.layout import Rows, formats_of, reading_of, usable_rows

    table = source.open(path, reading_of(mapping))
    return usable_rows(Rows(table, mapping, statement.schema, formats_of(mapping)))
