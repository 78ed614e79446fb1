"""How fast the dashboard answers many readers: `python -m benchmarks.serve [--events N] [--readers N] [--seconds N]`.

Two hundred indicators over two thousand organisations with a course of 36 months. The server is a process of its own;
readers are threads of another that ask one address after the other. Addresses are asked anew (each for the first time,
of the indicators, their groups and the API, on the standing day) and then again. Answers are compared before any time
counts: what is asked again must be the same bytes.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import generate

INDICATORS, PRIORITIES, ORGANISATIONS = 200, 20, 2000
DAY = "2010-03-31"
SERVER = """
import sys
from datetime import date
import uvicorn
from indicator_engine.server import create_app
app = create_app(sys.argv[1], sys.argv[2], today=lambda: date(2010, 3, 31), every=1.0)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[3]), log_level="error", access_log=False)
"""


def pack(path: Path) -> None:
    """A pack of two hundred indicators over the conditions of `evaluation.toml`."""
    head = Path(__file__).with_name("evaluation.toml").read_text("utf-8").partition("[[priority]]")[0]
    head = re.sub(r"period = .*", "period = { start = 2007-04-01, end = 2010-06-30 }", head)
    names = re.findall(r"^(\w+) = '''", head, re.MULTILINE)
    lines = [head]
    for number in range(INDICATORS):
        if number % (INDICATORS // PRIORITIES) == 0:
            place = number * PRIORITIES // INDICATORS
            lines.append(f'[[priority]]\nid = "p{place}"\nnumber = "{place + 1}"\ntitle = "Priority {place + 1}"\n')
        one, other = names[number % len(names)], names[(number * 7 + 3) % len(names)]
        measure = (
            f"count(members & {one})", f"ratio(members & {one}, members)", f"count(organisations(membership) & {one})",
            f"count(members & {one} & {other})",
        )[number % 4]  # fmt: skip
        target = '"50%"' if number % 4 == 1 else 400
        lines.append(
            f'[[priority.indicator]]\nid = "i{number}"\nstatement = "{one} {other} {number}"\nbetter = "higher"\n'
            f"due = 2010-06-30\nmeasure = '''{measure}'''\ntarget = {{ at_least = {target} }}\n"
        )
    path.write_text("\n".join(lines), "utf-8")


def filled(folder: Path, events: int) -> tuple[Path, Path]:
    """The pack and a store of seeded events."""
    from indicator_engine import import_rows, load_pack, open_store

    path, store = folder / "pack.toml", folder / "events.store"
    pack(path)
    parquet, _, register = generate.write(folder, events, ORGANISATIONS, 1)
    statement = load_pack(path)
    with open_store(store, writable=True) as writer:
        import_rows(writer, statement, register, register=True)
        import_rows(writer, statement, parquet)
    return path, store


def addresses() -> list[str]:
    """Everything that is asked for the first time: each of these costs an evaluation, or at least a page."""
    pages = "/packs/evaluation"
    found = [f"{pages}/indicators/i{number}?as_of={DAY}" for number in range(INDICATORS)]
    found += [f"/api/v1{pages}/indicators/i{number}" for number in range(INDICATORS)]
    found += [f"/api/v1{pages}/indicators/i{number}/series" for number in range(INDICATORS)]
    found += [f"{pages}/indicators/i{number}?as_of={DAY}&by=kind" for number in range(0, INDICATORS, 4)]
    found += [f"{pages}?as_of={DAY}&priority=p{number}" for number in range(PRIORITIES)]
    found += [f"{pages}?as_of={DAY}", f"/api/v1{pages}/results"]
    random.Random(1).shuffle(found)  # noqa: S311  # the same order each time
    return found


class Reader:
    """One reader with a connection of its own."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, address: str) -> tuple[float, bytes]:
        """Seconds, and what came."""
        begun = time.perf_counter()
        self.connection.request("GET", address)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (address, answer.status, body[:300])
        return time.perf_counter() - begun, body


def asked(port: int, readers: int, wanted: list[str]) -> tuple[list[float], dict[str, bytes]]:
    """The seconds of each request, when as many readers share the addresses, each asking one after the other."""
    shares = [wanted[place::readers] for place in range(readers)]

    def read(share: list[str]) -> list[tuple[str, float, bytes]]:
        reader = Reader(port)
        return [(one, *reader.ask(one)) for one in share]

    with ThreadPoolExecutor(readers) as pool:
        found = [one for share in pool.map(read, shares) for one in share]
    return [seconds for _, seconds, _ in found], {address: body for address, _, body in found}


def told(name: str, seconds: list[float], wall: float) -> str:
    """A line of figures."""
    cuts = statistics.quantiles(seconds, n=100)
    return (
        f"{name:<28} {len(seconds):>6} requests  p50 {cuts[49] * 1000:7.1f} ms  p95 {cuts[94] * 1000:7.1f} ms  "
        f"max {max(seconds) * 1000:7.1f} ms  {len(seconds) / wall:7.0f} a second"
    )


def main() -> None:
    """Fill a store, start the server, ask, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--port", type=int, default=8765)
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        path, store = filled(Path(name), given.events)
        command = [sys.executable, "-c", SERVER, str(path), str(store), str(given.port)]
        server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "."})  # ourselves
        try:
            warm(given.port)
            measure(given.port, given.readers)
        finally:
            server.terminate()
            server.wait()


def warm(port: int) -> None:
    """Wait until the standing day is worked out, as it is after each start and import."""
    begun = time.perf_counter()
    while True:
        reader = Reader(port)
        try:
            reader.connection.request("GET", "/api/v1/packs/evaluation/results")
            if reader.connection.getresponse().status == 200:
                break
        except OSError:
            pass
        time.sleep(0.5)
    print(f"ready after {time.perf_counter() - begun:.1f} s (in the background; the old snapshot answers meanwhile)")


def measure(port: int, readers: int) -> None:
    """Everything for the first time, then again several times."""
    wanted = addresses()
    begun = time.perf_counter()
    first, bodies = asked(port, readers, wanted)
    print(told("asked for the first time", first, time.perf_counter() - begun))
    begun = time.perf_counter()
    again, same = asked(port, readers, wanted * 5)
    print(told("asked again", again, time.perf_counter() - begun))
    assert bodies == same


if __name__ == "__main__":
    main()
