"""Databases that tests start for themselves: Postgres in a temporary directory, Spark in this process.

Where one is not installed its tests are skipped, and say so; where REQUIRE_DATABASES is set they fail instead.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from tests.databases.servers import postgres_server, programs

if TYPE_CHECKING:
    from collections.abc import Iterator


def missing(what: str) -> NoReturn:
    """Skip what cannot be run here, or fail where it has to."""
    if os.environ.get("REQUIRE_DATABASES"):
        pytest.fail(f"{what}; `.ci/install-databases` installs it")
    pytest.skip(f"{what}; `.ci/install-databases` installs it")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a Postgres server with an empty database."""
    found = programs()
    if found is None:
        missing("Postgres is not installed")
    with postgres_server(found) as address:
        yield address


@pytest.fixture(scope="session")
def java() -> None:
    """What Spark needs."""
    if shutil.which("java") is None:
        missing("Java is not installed")


@pytest.fixture(scope="session")
def spark(java: None) -> Iterator[Any]:
    """A session of Spark in this process, made for small data: queries are interpreted, not compiled."""
    from indicator_engine.builtin.engine_spark import _library, _quietly

    builder = _library().builder.master("local[2]").appName("tests")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "700m",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        builder = builder.config(key, value)
    with _quietly():
        session = builder.getOrCreate()
    yield session
    session.stop()
