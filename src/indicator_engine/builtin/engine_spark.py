"""Spark as an engine: a folder of Parquet files, or the catalogue of a cluster; only ever asked, never told."""

from __future__ import annotations

import os
import re
import warnings
from contextlib import contextmanager, suppress
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from indicator_engine.evaluation.compiled.connections import Column, Connection
from indicator_engine.evaluation.compiled.dialects import SPARK, bound_in, is_dear, steps_in
from indicator_engine.evaluation.compiled.folders import folder_of, literally
from indicator_engine.evaluation.compiled.program import Parts
from indicator_engine.hookspecs import Engine, hookimpl
from indicator_engine.problems import IndicatorEngineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from indicator_engine.evaluation.compiled.folders import Folder

_HOLDS = {
    "byte": "whole", "short": "whole", "integer": "whole", "long": "whole", "float": "float", "double": "float",
    "string": "text", "char": "text", "varchar": "text", "date": "date", "timestamp": "zoned",
    "timestamp_ntz": "instant", "boolean": "truth",
}  # fmt: skip

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.analyzer.maxIterations": "1000",
}
"""How queries have to be understood: nothing overflows, rounds or is cast without a word; and how often they are looked
over: each step of a long product of exact numbers takes one turn."""


_ALONE = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m",
}
"""How it runs on one machine: a run lasts seconds, in which the JVM's second compiler takes more than it gives."""


@hookimpl
def register_engines(register: Callable[[Engine], None]) -> None:
    """Register Spark."""
    register(Engine("spark", _opened))


def _opened(address: str) -> SparkConnection:
    """`spark:FOLDER`, or `spark:MASTER?path=FOLDER&database=NAME`, such as `spark:yarn?database=sales`."""
    rest = address.partition(":")[2]
    where, mark, query = rest.partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = given.keys() - {"path", "database"}
    if unknown:
        raise IndicatorEngineError(f"spark: addresses take `path` and `database`, not `{min(unknown):.40}`")
    master, path = (where, given.get("path")) if mark else ("local[*]", where)
    if path is not None and not Path(path).is_dir():
        raise StoreError(f"there is no folder {path}")
    shown = f"spark:{path or given.get('database') or master}"
    with _faults(shown):
        session = _session(master or "local[*]")
        connection = SparkConnection(session, shown)
        if path is not None:
            connection.read(Path(path))
        if "database" in given:
            session.catalog.setCurrentDatabase(given["database"])
    return connection


def _library() -> type[SparkSession]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries that it could use, and is not asked to
            from pyspark.sql import SparkSession
    except ImportError as fault:
        hint = "pip install 'indicator-engine[spark]', which needs Java 17 as well"
        raise IndicatorEngineError(f"Spark takes a library that is not installed: {hint}") from fault
    return SparkSession


def _session(master: str) -> SparkSession:
    """A session of its own; of the Spark that this program has started already, if it has."""
    from shutil import which

    library = _library()
    if (running := library.getActiveSession()) is not None:
        return running.newSession()
    if which("java") is None and not os.environ.get("JAVA_HOME"):
        raise IndicatorEngineError("Spark needs Java: install Java 17, for example openjdk-17-jre-headless")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = library.builder.appName("indicators").master(master)
    if master.startswith("local"):
        for key, value in _ALONE.items():
            builder = builder.config(key, value)
    with _quietly():
        return builder.getOrCreate().newSession()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what the Java machine says on the standard error while it starts and as long as it runs."""
    import tempfile

    kept = os.dup(2)
    with tempfile.TemporaryFile() as told:
        os.dup2(told.fileno(), 2)
        try:
            yield
        except Exception as fault:  # noqa: BLE001  # it raises what it likes
            told.seek(0)
            raise StoreError(f"Spark does not start: {_reason(fault, told.read().decode(errors='replace'))}") from None
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _reason(fault: Exception, told: str) -> str:
    """What the first exception of a Java machine says, without where it came from; else the end of what was told."""
    if found := re.search(r"^: (?:[\w.$]+: )?(.+)$", str(fault), re.MULTILINE):
        return found[1][:400]
    return " ".join(told.split())[-400:] or str(fault)


class SparkConnection(Connection):
    """A session of its own, in which queries are understood as they are meant."""

    dialect = SPARK

    def __init__(self, session: SparkSession, shown: str) -> None:
        self.shown, self._session = shown, session
        self._views: list[str] = []
        self._differing: dict[str, Mapping[str, Column]] = {}
        """The columns that are not of one type in all files of a table, by their small names."""
        self._kept: dict[str, str] = {}
        """Steps that are kept, by name, with their text."""
        self._frames: list[DataFrame] = []
        for key, value in _SETTINGS.items():
            session.conf.set(key, value)

    def read(self, folder: Path) -> None:
        """Each file `name.parquet`, or folder of such files, as the table `name`."""
        for path in sorted(folder.iterdir()):
            is_file = path.suffix == ".parquet"
            if is_file or (path.is_dir() and any(path.glob("*.parquet"))):
                name = path.stem if is_file else path.name
                self._frame_of(name, path).createOrReplaceTempView(SPARK.identifier(name))
                self._views.append(name)
        if not self._views:
            raise StoreError(f"the folder {folder} has no Parquet files")

    def _frame_of(self, name: str, path: Path) -> DataFrame:
        """The rows of a file, or of the files of a folder, each part of which is brought to the types of all."""
        files = [*map(str, path.resolve().glob("*.parquet"))]
        if not files:  # a file; or folders within the folder, which Spark merges or refuses
            return self._session.read.option("mergeSchema", "true").parquet(str(path.resolve()))
        found = _looked_through(files)
        self._differing[name] = found.differing
        frames = []
        for part in found.parts:
            frame = self._session.read.parquet(*map(literally, part.files))
            for each, kind in found.cast(part).items():
                frame = frame.withColumn(each, frame[SPARK.identifier(each)].cast(SPARK.translated(kind)))
            frames.append(frame)
        return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), frames)

    def tables(self) -> Sequence[str]:
        """Tables and views of the current database."""
        return sorted(self._views) or [one.name for one in self._session.catalog.listTables()]

    def columns(self, table: str) -> Mapping[str, Column] | None:
        """As the table says."""
        from pyspark.errors import AnalysisException

        with _faults(self.shown):
            try:
                fields = self._session.table(SPARK.translated(self.relation(table))).schema.fields
            except AnalysisException as fault:
                if "TABLE_OR_VIEW_NOT_FOUND" in str(fault) or "SCHEMA_NOT_FOUND" in str(fault):
                    return None
                raise
            differing = self._differing.get(table, {})
            return {one.name: differing.get(one.name.casefold()) or _held(one.dataType.jsonValue()) for one in fields}

    def answer(self, parts: Parts, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row; steps that Spark would work out wherever they are named are kept for this query and the next."""
        for name, text in parts.steps.items():
            if self._kept.get(name) != text and is_kept(name, parts):
                self._keep(name, Parts({**parts.steps, name: text}, text), values)
                self._kept[name] = text
        with _faults(self.shown):
            return [tuple(row) for row in self._frame(self._without_kept(parts), values).collect()]

    def ways(self) -> Sequence[str]:
        """What was kept."""
        count = len(self._kept)
        several = "1 step that is named again was" if count == 1 else f"{count} steps that are named again were"
        return [f"{several} worked out once and kept until the run is over"] if count else []

    def _keep(self, name: str, parts: Parts, values: Mapping[str, str]) -> None:
        """Work a step out now: of one that is only cached, Spark reads through the plan again wherever it is named."""
        with _faults(self.shown):
            frame = self._frame(self._without_kept(parts), values).localCheckpoint(eager=True)
            frame.createOrReplaceTempView(name)
            self._frames.append(frame)

    def _without_kept(self, parts: Parts) -> str:
        """A query with the steps that are not kept."""
        needed, waiting = set[str](), [parts.query]
        while waiting:
            for name in steps_in(waiting.pop()):
                if name not in needed and self._kept.get(name) != parts.steps[name]:
                    needed.add(name)
                    waiting.append(parts.steps[name])
        steps = {name: text for name, text in parts.steps.items() if name in needed}
        return SPARK.together(steps, parts.query)

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row."""
        with _faults(self.shown):
            return [tuple(row) for row in self._session.sql(query, args=dict(values) or None).collect()]

    def _frame(self, query: str, values: Mapping[str, str]) -> DataFrame:
        bound = {mark: values[mark] for mark in bound_in(query)}
        return self._session.sql(SPARK.translated(query, bound), args=bound or None)

    def close(self) -> None:
        """Take away the views; the session belongs to the program."""
        with suppress(Exception):
            for name in (*self._views, *self._kept):
                self._session.catalog.dropTempView(name)
            for frame in self._frames:
                frame._jdf.queryExecution().analyzed().rdd().unpersist(False)  # noqa: FBT003, SLF001  # by no public name
        self._views, self._frames, self._kept = [], [], {}


def _looked_through(files: Sequence[str]) -> Folder:
    """What the files of a table have in common, which DuckDB tells sooner than Spark."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        return folder_of(files, lambda query: connection.execute(query).fetchall())


def is_kept(name: str, parts: Parts) -> bool:
    """Whether a step is worth keeping: it does more than look at rows, and is named again."""
    return is_dear(parts.steps[name]) and parts.naming(name) > 1


def _held(kind: Any) -> Column:
    if isinstance(kind, dict):
        is_list = kind.get("type") == "array" and kind.get("elementType") == "string"
        return Column("texts" if is_list else str(kind["type"]))
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", kind):
        return Column.decimal(int(found[1]), int(found[2]))
    name = str(kind).partition("(")[0]
    return Column(_HOLDS.get(name, name))


@contextmanager
def _faults(shown: str) -> Iterator[None]:
    try:
        yield
    except IndicatorEngineError:
        raise
    except Exception as fault:  # py4j, pyspark and the JVM raise what they like
        if type(fault).__module__.split(".")[0] not in ("pyspark", "py4j"):
            raise
        told = " ".join(str(fault).split())[:500]
        raise StoreError(f"{shown} fails: {told}") from None
