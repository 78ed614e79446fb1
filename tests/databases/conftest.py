"""Databases that tests start for themselves: Postgres in a temporary directory, Spark in this process.

Where one is not installed its tests are skipped, and say so; where REQUIRE_DATABASES is set they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

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
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    found = shutil.which("initdb") or next((str(one / "initdb") for one in reversed(programs)), None)
    if found is None:
        missing("Postgres is not installed")
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder, _server(Path(found).parent, Path(folder)):
        yield f"postgresql://postgres@/postgres?host={folder}"


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[None]:
    """A server that listens on a socket in its folder only. It refuses to be run by root."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    data = folder / "data"
    settings = f"-c listen_addresses= -c fsync=off -c shared_buffers=32MB -k {folder}"
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(folder)}

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, env=environment, cwd=folder)

    run(str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")


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
