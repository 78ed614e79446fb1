"""Spark as an engine: a folder of Parquet files, or the catalogue of a cluster; only ever asked, never told."""

from __future__ import annotations

import os
import re
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from indicator_engine.evaluation.compiled.connections import Column, Connection
from indicator_engine.evaluation.compiled.dialects import SPARK
from indicator_engine.hookspecs import Engine, hookimpl
from indicator_engine.problems import IndicatorEngineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession

_HOLDS = {
    "byte": "whole", "short": "whole", "integer": "whole", "long": "whole", "float": "float", "double": "float",
    "string": "text", "char": "text", "varchar": "text", "date": "date", "timestamp": "zoned",
    "timestamp_ntz": "instant", "boolean": "truth",
}  # fmt: skip

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""How queries have to be understood: nothing overflows, rounds or is cast without a word."""


_ALONE = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
}
"""How it runs on one machine."""


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
            words = " ".join(told.read().decode(errors="replace").split())[-400:]
            raise StoreError(f"Spark does not start: {words or fault}") from None
        finally:
            os.dup2(kept, 2)
            os.close(kept)


class SparkConnection(Connection):
    """A session of its own, in which queries are understood as they are meant."""

    dialect = SPARK

    def __init__(self, session: SparkSession, shown: str) -> None:
        self.shown, self._session = shown, session
        self._views: list[str] = []
        for key, value in _SETTINGS.items():
            session.conf.set(key, value)

    def read(self, folder: Path) -> None:
        """Each file `name.parquet`, or folder of such files, as the table `name`."""
        for path in sorted(folder.iterdir()):
            is_file = path.suffix == ".parquet"
            if is_file or (path.is_dir() and any(path.glob("*.parquet"))):
                name = path.stem if is_file else path.name
                self._session.read.parquet(str(path.resolve())).createOrReplaceTempView(SPARK.identifier(name))
                self._views.append(name)
        if not self._views:
            raise StoreError(f"the folder {folder} has no Parquet files")

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
            return {one.name: _held(one.dataType.jsonValue()) for one in fields}

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row."""
        with _faults(self.shown):
            return [tuple(row) for row in self._session.sql(query, args=dict(values) or None).collect()]

    def close(self) -> None:
        """Take away the views; the session belongs to the program."""
        with suppress(Exception):
            for name in self._views:
                self._session.catalog.dropTempView(name)
        self._views = []


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
