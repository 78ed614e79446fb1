"""How long commands take from nothing, as installed: `python -m benchmarks.coldstart [--repeats N]`.

The engine and the two counties' plugins are built as wheels and installed, compiled, into an environment of their own.
Then each command is a process of its own, by turns; Python alone is one of them, so that a busy machine shows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
UV = ROOT / ".venv-uv" / "bin" / "uv"
WHEELS = (".", "plugins/derbyshire", "plugins/nottinghamshire")
PACK = "indicators/derbyshire/2008-09"
GATES = {"indicators check": 150, "indicators run": 400}
"""Milliseconds of the processor on a machine that does nothing else."""


def installed(folder: Path) -> Path:
    """The programs of an environment with the engine in it."""
    for project in WHEELS:
        subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder / "wheels", ROOT / project], check=True)
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    programs = folder / "venv" / "bin"
    wheels = sorted((folder / "wheels").glob("*.whl"))
    install = [UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", programs / "python", *wheels]
    subprocess.run(install, check=True)
    return programs


def commands(programs: Path) -> dict[str, list[str]]:
    """What is measured, by name."""
    indicators = str(programs / "indicators")
    given = ["--events", f"{PACK}.events.csv", "--register", f"{PACK}.register.csv", "--as-of", "2009-03-31"]
    return {
        "python": [str(programs / "python"), "-c", "pass"],
        "import indicator_engine": [str(programs / "python"), "-c", "import indicator_engine"],
        "indicators --help": [indicators, "--help"],
        "indicators check": [indicators, "check", f"{PACK}.toml"],
        "indicators run": [indicators, "run", f"{PACK}.toml", *given],
    }


def measured(command: list[str]) -> tuple[float, float]:
    """Milliseconds on the wall and of the processor that a process takes."""
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def run(repeats: int) -> list[dict[str, object]]:
    """The median of each command, after one round to warm up."""
    with TemporaryDirectory() as folder:
        named = commands(installed(Path(folder)))
        rounds = [{name: measured(command) for name, command in named.items()} for _ in range(repeats + 1)][1:]
    return [
        {
            "command": name,
            "wall ms": round(statistics.median(one[name][0] for one in rounds)),
            "processor ms": round(statistics.median(one[name][1] for one in rounds)),
            "least processor ms": round(min(one[name][1] for one in rounds)),
            "gate": GATES.get(name, ""),
        }
        for name in named
    ]


def main() -> None:
    """Run what the arguments ask for and print a table."""
    from benchmarks.__main__ import table

    parser = argparse.ArgumentParser(prog="benchmarks.coldstart", description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="rounds that count, after one to warm up")
    print(table(run(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
