"""Spark as an engine: a folder of Parquet files, or the catalogue of a cluster; only ever asked, never told."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from indicator_engine.evaluation.compiled.connections import Connection
from indicator_engine.evaluation.compiled.dialects import SPARK
from indicator_engine.hookspecs import Engine, hookimpl
from indicator_engine.problems import IndicatorEngineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession

_HOLDS = {
    "byte": "whole", "short": "whole", "integer": "whole", "long": "whole", "float": "float", "double": "float",
    "string": "text", "char": "text", "varchar": "text", "date": "date", "timestamp": "zoned",
    "timestamp_ntz": "instant", "boolean": "truth", "decimal": "decimal",
}  # fmt: skip

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "true",
}
"""How queries have to be understood: nothing overflows, rounds or is cast without a word."""


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


def _session(master: str) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError as fault:
        hint = "pip install 'indicator-engine[spark]', which needs Java 17 as well"
        raise IndicatorEngineError(f"Spark takes a library that is not installed: {hint}") from fault
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    local = master.startswith("local")
    builder = SparkSession.builder.appName("indicators")
    if SparkSession.getActiveSession() is None:
        builder = builder.master(master).config("spark.ui.enabled", "false").config("spark.log.level", "ERROR")
        if local:
            builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.default.parallelism", "4")
    found: SparkSession = builder.getOrCreate().newSession()
    return found


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

    def columns(self, table: str) -> Mapping[str, str] | None:
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


def _held(kind: Any) -> str:
    if isinstance(kind, dict):
        return "texts" if kind.get("type") == "array" and kind.get("elementType") == "string" else str(kind["type"])
    name = str(kind).partition("(")[0]
    return _HOLDS.get(name, name)


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
