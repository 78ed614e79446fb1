"""Rows of databases: of the table that is meant, in its order, without a word being written and a password shown."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest
import sqlalchemy

from indicator_engine import plugins
from indicator_engine.builtin import source_sql as module
from indicator_engine.problems import DataError
from indicator_engine.store.tables import Reading

PLUGINS = plugins.load(installed=False)
SECRET = "s3cr3t/w@rd"  # noqa: S105  # that is the point
ADDRESS = "postgresql://anna:s3cr3t%2Fw%40rd@127.0.0.1:9/returns"


@pytest.fixture
def database(tmp_path):
    """The address of an SQLite database that these scripts have filled."""

    def make(*scripts):
        path = tmp_path / "returns.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("; ".join(scripts))
        return f"sqlite:///{path}"

    return make


EVENTS = """
CREATE TABLE events (id INTEGER PRIMARY KEY, day DATE, amount NUMERIC);
INSERT INTO events VALUES (2, '31/03/2010', 1.5), (1, NULL, 2);
"""


def opened(address, sheet=""):
    """A table of a database."""
    source, found = PLUGINS.source(address)
    return source.open(found, Reading(sheet=sheet))


def rows(address, sheet=""):
    """The rows of a table, as (number, cells)."""
    return [(line.number, line.cells) for line in opened(address, sheet).lines]


def refusal(address, sheet=""):
    """Why a table is refused: the code, the fact and what to do; the whole of it shows no password."""
    with pytest.raises(DataError) as caught:
        rows(address, sheet)
    (problem,) = caught.value.problems
    assert not any(part in f"{caught.value!r}{problem!r}" for part in (SECRET, "s3cr3t", "w@rd"))
    return problem.code, problem.message, problem.hint


class TestRows:
    """What comes of a table."""

    def test_rows(self, database):
        """Rows come by their primary key; cells are as the database has them."""
        table = opened(database(EVENTS))

        assert ("id", "day", "amount") == table.columns
        assert [(1, (1, None, 2)), (2, (2, "31/03/2010", 1.5))] == [(line.number, line.cells) for line in table.lines]

    def test_name_and_progress(self, database):
        """Messages name the database and the table; progress counts rows; there are no bytes to hash."""
        address = database(EVENTS)
        table = opened(address)
        list(table.lines)

        assert (f"{address}[events]", 2, "") == (table.place, table.done(), table.digest)

    def test_key_of_several_columns(self, database):
        """A key may have several columns."""
        script = "CREATE TABLE t (a, b, PRIMARY KEY (b, a)); INSERT INTO t VALUES (1, 2), (2, 1), (0, 2)"

        assert [(2, 1), (0, 2), (1, 2)] == [cells for _, cells in rows(database(script))]

    def test_view(self, database):
        """A view is read like a table; without a key, rows come as they come."""
        address = database(EVENTS, "CREATE VIEW late AS SELECT id FROM events WHERE day IS NOT NULL")

        assert [(1, (2,))] == rows(address, "late")

    def test_names_are_quoted(self, database):
        """Names are names, whatever is in them."""
        script = (
            'CREATE TABLE "select; --" ("order" TEXT PRIMARY KEY, "a ""b" TEXT); INSERT INTO "select; --" VALUES (1, 2)'
        )
        table = opened(database(script))

        assert (("order", 'a "b'), [("1", "2")]) == (table.columns, [line.cells for line in table.lines])

    def test_many(self, database, monkeypatch):
        """Rows are fetched some at a time, and none is lost between."""
        monkeypatch.setattr(module, "FETCHED", 7)
        numbers = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT i FROM n"
        address = database("CREATE TABLE t (a INTEGER PRIMARY KEY)", f"INSERT INTO t {numbers}")

        assert [(number + 1, (number,)) for number in range(1_000)] == rows(address)

    def test_bytes(self, database):
        """A cell of bytes makes its line one that cannot be read."""
        lines = list(opened(database("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, x'00'), (2, 'x')")).lines)

        assert [("IE349", "b"), None] == [line.fault and (line.fault.code, line.fault.column) for line in lines]


class TestChoice:
    """Which table of a database is read."""

    def test_several(self, database):
        """Of several tables none is guessed."""
        address = database(EVENTS, "CREATE TABLE register (name)")

        assert (
            "IE372",
            "the database has several tables: `events`, `register`",
            'declare `sheet = "events"`',
        ) == refusal(address)

    def test_many(self, database):
        """Of very many the first are named."""
        tables = "".join(f"CREATE TABLE t{number} (a);" for number in range(20))

        assert refusal(database(tables))[1].endswith("…")

    def test_none(self, database):
        """A database may have no tables."""
        assert ("IE372", "the database has no tables", "") == refusal(database(""))

    def test_schema(self, database):
        """A table may be named with its schema."""
        address = database(EVENTS)

        assert ("main.events", 2) == (opened(address, "main.events").sheet, len(rows(address, "main.events")))

    @pytest.mark.parametrize("wanted", ["evnets", "main.evnets", "other.events", "events; DROP TABLE events", "EVENTS"])
    def test_unknown(self, database, wanted):
        """A name that no table has is refused."""
        assert ("IE372", f"the database has no table or view `{wanted}`") == refusal(database(EVENTS), wanted)[:2]

    def test_near(self, database):
        """The nearest name is told."""
        assert "did you mean `events`?" == refusal(database(EVENTS), "evnets")[2]


class TestReadOnly:
    """Nothing is written."""

    def test_no_new_file(self, tmp_path):
        """A database that is not there is not made."""
        assert ("IE340", "it cannot be read: there is no such file") == refusal(f"sqlite:///{tmp_path}/none.db")[:2]
        assert [] == list(tmp_path.iterdir())

    def test_sqlite(self, database):
        """A connection to SQLite cannot write."""
        address = database(EVENTS)
        with module._database(address).connected() as connection, pytest.raises(sqlalchemy.exc.OperationalError):
            connection.execute(sqlalchemy.text("DELETE FROM events"))

    def test_other_databases(self, monkeypatch):
        """One to another database says that it only reads, before it says anything else."""
        said = []

        class Connection:
            dialect = sqlalchemy.make_url("postgresql+psycopg://").get_dialect()()

            def execute(self, statement):
                said.append(str(statement))

        class Engine:
            connect = Connection

        monkeypatch.setattr(sqlalchemy, "create_engine", lambda *_, **__: Engine())
        module._database(ADDRESS).connected()

        assert ["SET TRANSACTION READ ONLY"] == said


class TestSecrets:
    """A password is shown nowhere."""

    def test_shown(self):
        """Messages call a database by its address without the password and without what goes to the driver."""
        shown = module._database(f"{ADDRESS}?password=s3cr3t&sslkey=w%40rd").shown

        assert "postgresql://anna:***@127.0.0.1:9/returns" == shown

    def test_driver_missing(self, monkeypatch):
        """Where the driver is missing, it is said which."""
        monkeypatch.setitem(sys.modules, "psycopg", None)
        code, fact, hint = refusal(ADDRESS.replace("postgresql:", "postgresql+psycopg:"))

        assert ("IE375", "the driver of this database is not installed", "install it: pip install psycopg") == (
            code,
            fact,
            hint,
        )

    @pytest.mark.parametrize(
        ("address", "fact"),
        [
            ("foo://anna:s3cr3t@host/returns", "it cannot be read: Can't load plugin: sqlalchemy.dialects:foo"),
            ("postgresql://anna:s3cr3t/w@rd@host/returns", "the address of the database has more than one @"),
            ("postgresql://anna:x@host:s3cr3t/returns", "the address of the database cannot be read"),
        ],
    )
    def test_address(self, address, fact):
        """An address that is wrong is told without its parts, which may be those of a password."""
        assert ("IE340", fact) == refusal(address)[:2]

    @pytest.mark.parametrize("told", [SECRET, "s3cr3t%2Fw%40rd", "connection to anna:s3cr3t/w@rd@host failed"])
    def test_reason(self, monkeypatch, told):
        """A driver that tells the password is not quoted."""

        def refuse(*_, **__):
            raise RuntimeError(told)

        monkeypatch.setattr(sqlalchemy, "create_engine", refuse)

        assert ("IE340", "it cannot be read: the reason is not shown, for it has the password") == refusal(ADDRESS)[:2]

    def test_option(self, monkeypatch):
        """Nor is one that tells what the address hands on to it."""

        def refuse(*_, **__):
            raise RuntimeError("no such key: s3cr3t")

        monkeypatch.setattr(sqlalchemy, "create_engine", refuse)

        assert refusal("mssql+pyodbc://?odbc_connect=s3cr3t")[1].endswith("for it has the password")


class TestFaults:
    """What goes wrong is told without a traceback."""

    def test_not_a_database(self, tmp_path):
        """A file that is no database is refused with the reason."""
        (tmp_path / "returns.db").write_bytes(b"x" * 5_000)

        assert ("IE340", "it cannot be read: file is not a database") == refusal(f"sqlite:///{tmp_path}/returns.db")[:2]

    def test_on_the_way(self, database):
        """What goes wrong while rows are read is told with their number."""
        address = database("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), (CAST(x'ff' AS TEXT))")

        assert refusal(address)[1].startswith("it cannot be read after 1 rows: Could not decode to UTF-8")

    def test_library_missing(self, monkeypatch):
        """Without the library it is said how to get it."""
        monkeypatch.setitem(sys.modules, "sqlalchemy", None)

        assert ("IE375", "pip install 'indicator-engine[sql]'") == refusal(ADDRESS)[::2]


class TestAddresses:
    """What is taken for the address of a database."""

    @pytest.mark.parametrize(
        "address", ["sqlite:///returns.csv", "postgresql+psycopg://host/returns", "mysql://host/db.xlsx"]
    )
    def test_address(self, address):
        """What has `://` in it, whatever its ending."""
        source, found = PLUGINS.source(address)

        assert ("sql", address) == (source.name, found)

    def test_name_in_front(self):
        """What is named in front of it goes before that."""
        source, found = PLUGINS.source("csv:http://example.org")

        assert ("csv", "http://example.org") == (source.name, found)

    def test_in_full(self):
        """A database may be named in front, too."""
        source, found = PLUGINS.source("sql:sqlite:///returns.db")

        assert ("sql", "sqlite:///returns.db") == (source.name, found)
