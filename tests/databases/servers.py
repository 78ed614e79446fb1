"""A Postgres server in a temporary directory, for tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def programs() -> Path | None:
    """The folder with Postgres's programs; None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    listed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return listed[-1].parent if listed else None


@contextmanager
def postgres_server(folder_of_programs: Path) -> Iterator[str]:
    """The address of a server with an empty database; it listens on a socket in its folder only."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:
        folder = Path(name)
        with _running(folder_of_programs, folder):
            yield f"postgresql://postgres@/postgres?host={folder}"


@contextmanager
def _running(found: Path, folder: Path) -> Iterator[None]:
    """A server; it refuses to be run by root."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    data = folder / "data"
    settings = f"-c listen_addresses= -c fsync=off -c shared_buffers=32MB -k {folder}"
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(folder)}

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, env=environment, cwd=folder)

    run(str(found / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    run(str(found / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield
    finally:
        run(str(found / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
