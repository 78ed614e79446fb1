"""Whatever the bytes of a pack's file are, the answer is data or problems, soon, and in little memory and stack.

How soon is told beside an ordinary file of the largest size: a machine that is busy or slow is so for both, and work
that grows faster than the text takes hundreds of times as long, not a few times.
"""

import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from typing import Any

import pytest

from indicator_engine.definitions.positions import scan
from indicator_engine.definitions.precheck import LARGEST_FILE, LONGEST_LINE, MOST_PARTS, parse
from indicator_engine.problems import Problem, errors_in
from indicator_engine.rendering.problems import as_text

pytestmark = pytest.mark.slow  # each is quick, all of them are not

TIMES = 12
"""How often as long as the ordinary file any other may take; the slowest that is known takes 3 times as long."""
MEGABYTES = 100
SMALL_STACK = 256 * 1024


def full(*lines: str) -> str:
    """The lines again and again, up to the largest file."""
    block = "".join(f"{line}\n" for line in lines)
    return block * (LARGEST_FILE // len(block.encode()))


def numbered(line: str, most: int = LARGEST_FILE) -> str:
    """The line with `@` replaced by ever other names."""
    written: list[str] = []
    size = 0
    for number in count():
        item = line.replace("@", f"{number:x}") + "\n"
        size += len(item)
        if size > most:
            break
        written.append(item)
    return "".join(written)


def allowed(item: str, *, start: str = "", end: str = "") -> str:
    """As many items as one file may have, then comments up to the largest file."""
    marks = sum(map(item.count, "=,.[{")) or 1
    lines = [item.replace("@", f"{number:x}") for number in range((MOST_PARTS - 40) // marks)]
    text = start + "\n".join(lines) + f"\n{end}\n"
    return text + "#\n" * ((LARGEST_FILE - len(text.encode())) // 2)


def listed(item: str) -> str:
    """A list of as many items as one file may have."""
    return allowed(item, start="x = [\n", end="]")


WIDE = "a" * (LONGEST_LINE - 10)

HOSTILE: dict[str, Callable[[], str | bytes]] = {
    # what took tomllib seconds and gigabytes
    "dotted key of 20,000 parts": lambda: ".".join("a" * 20_000) + " = 1",
    "dotted key as wide as a line": lambda: ".".join("a" * 4000) + " = 1",
    "dotted header as wide as a line": lambda: "[" + ".".join("a" * 4000) + "]",
    "dotted keys on every line": lambda: full(".".join("a" * 4000) + " = 1"),
    "dotted key in braces": lambda: "x = {" + ".".join("a" * 4000) + " = 1}",
    "dotted key with spaces and quotes": lambda: ' . "" . '.join("a" * 500) + " = 1",
    "1,000 open brackets": lambda: "x = " + "[" * 1000,
    "1,000 closed brackets": lambda: "x = " + "[" * 1000 + "]" * 1000,
    "a million open brackets": lambda: "x = " + "[" * 1_000_000,
    "brackets over lines": lambda: "x = [\n" + "[\n" * 400_000,
    "brackets after comments": lambda: "x = [\n" + "# ]\n[\n" * 100_000,
    "1,000 braces": lambda: "x = " + "{a=" * 1000 + "1" + "}" * 1000,
    "braces and brackets by turns": lambda: "x = " + "[{a=" * 1000,
    "closing brackets only": lambda: "]" * 8000,
    "integer of 5,000 digits": lambda: "x = " + "9" * 5000,
    "integers of 8,000 digits": lambda: full("x = " + "9" * 8000),
    "hexadecimal of 8,000 digits": lambda: "x = 0x" + "f" * 8000,
    "integers in lists over lines": lambda: "x = [\n" + ("9" * 4000 + ",\n") * 200 + "]",
    "float of 8,000 digits": lambda: "x = 0." + "9" * 8000,
    "floats of 8,000 digits": lambda: "x = [\n" + ("0." + "9" * 8000 + ",\n") * 120 + "]",
    "exponent of a billion": lambda: "x = 1e999999999",
    "exponent of 8,000 digits": lambda: "x = 1e" + "9" * 8000,
    "negative exponent": lambda: "x = 1e-999999999999999999999",
    "zero with an exponent": lambda: "x = 0e999999999999999999",
    "nan everywhere": lambda: listed("nan,"),
    "inf at the end": lambda: allowed("k@ = 1", end="x = -inf"),
    # bytes that are no text
    "empty": lambda: b"",
    "zeros": lambda: b"\0" * LARGEST_FILE,
    "every control character": lambda: bytes(range(32)) * (LARGEST_FILE // 32),
    "bytes that are not UTF-8": lambda: b"\xff" * LARGEST_FILE,
    "a cut UTF-8 character": lambda: "x = 'é".encode()[:-1],
    "overlong UTF-8": lambda: b"x = '\xc0\xaf'",
    "a surrogate in UTF-8": lambda: b"x = '\xed\xa0\x80'",
    "UTF-16": lambda: ("x = 1\n" * 50_000).encode("utf-16"),
    "UTF-32": lambda: ("x = 1\n" * 40_000).encode("utf-32"),
    "byte order marks": lambda: b"\xef\xbb\xbf" * 1000,
    "carriage returns": lambda: b"\r" * LARGEST_FILE,
    "line separators of Unicode": lambda: full("\u2028" * 2000),
    "a file of ten megabytes": lambda: b"#" * 10_000_000,
    "one line": lambda: "#" * LARGEST_FILE,
    "widest lines": lambda: full("#" + WIDE),
    "line feeds": lambda: "\n" * LARGEST_FILE,
    "line ends of Windows": lambda: "\r\n" * (LARGEST_FILE // 2),
    "spaces": lambda: full(" " * (LONGEST_LINE - 1)),
    "comments": lambda: full("#"),
    # texts
    "quotes": lambda: full('"' * 8000),
    "apostrophes": lambda: full("'" * 8000),
    "backslashes": lambda: 'x = "' + "\\" * 8000,
    "a text that never ends": lambda: 'x = """\n' + full("abc")[:-10],
    "a literal that never ends": lambda: "x = '''\n" + full("''")[:-10],
    "escapes": lambda: 'x = """\n' + full("\\n" * 4000)[:-20] + '\n"""',
    "Unicode escapes": lambda: 'x = """\n' + full("\\u0041" * 1300)[:-20] + '\n"""',
    "folded lines": lambda: 'x = """\n' + full("\\")[:-20] + '"""',
    "pairs of quotes": lambda: 'x = """\n' + full('""')[:-20] + '\n"""',
    "short texts": lambda: listed("'',"),
    "wide texts": lambda: "x = [\n" + f'"{WIDE}",\n' * 120 + "]",
    "texts that never end": lambda: full('x = "'),
    # many of one thing
    "keys": lambda: numbered("k@ = 1"),
    "headers": lambda: numbered("[k@]"),
    "lists of tables": lambda: full("[[a]]"),
    "dotted headers": lambda: numbered("[k@.a.a.a.a.a.a.a.a]"),
    "allowed keys": lambda: allowed("k@ = 1"),
    "allowed quoted keys": lambda: allowed(r'"\t@" = 1'),
    "allowed headers": lambda: allowed("[k@]"),
    "allowed lists of tables": lambda: allowed("[[a]]"),
    "allowed tables in tables": lambda: allowed("[[a]]\n[[a.b]]"),
    "allowed dotted keys": lambda: allowed("k@.a.a.a.a.a.a.a.a = 1"),
    "allowed dotted headers": lambda: allowed("[k@.a.a.a.a.a.a.a.a]"),
    "allowed numbers": lambda: listed("1,"),
    "allowed dates": lambda: listed("1979-05-27T07:32:00.999999-07:00,"),
    "allowed braces": lambda: listed("{ a.a.a.a.a.a.a.a.a = [{}] },"),
    "allowed depth": lambda: listed("[[[[[[[[[[[[[[[]]]]]]]]]]]]]]],"),
    # faults at the end
    "twice at the end": lambda: allowed("k@ = 1", start="x = 1\n")[:-400] + "\nx = 1",
    "header twice at the end": lambda: allowed("[k@]", start="[x]\n")[:-400] + "\n[x]",
    "no comma at the end": lambda: listed("{a=1},")[:-400] + "\ny = [1 2]",
    "unquoted at the end": lambda: allowed("k@ = 1")[:-9000] + "\nx = " + "a " * 4000,
    "words without equals": lambda: allowed("k@ = 1")[:-9000] + "\n" + "a " * 4000,
    "spaces without equals": lambda: "a" + " " * 8000 + "b",
    "percent signs": lambda: "x = " + "1" + " " * 8000 + "% ",
    "digits and commas": lambda: "x = 1" + ",111" * 2000,
    "dashes": lambda: "x = " + "-" * 8000,
    "typographic quotes": lambda: "x = " + "“" * 8000,
    "invisible characters": lambda: "x = " + "\u200b" * 8000,
    "combining marks": lambda: "x = e" + "\u0301" * 8000,
    "a fault that looks like a place": lambda: '["(at line 9, column 9)"]\n["(at line 9, column 9)"]',
    "a fault that looks like a format": lambda: "x = {{0}} {m[0].__class__}",
}


def in_small_thread(work: Callable[[], Any]) -> Any:
    """What the work gives in a thread with a small stack; its exception is raised here."""
    answers: list[Any] = []

    def keep() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 (raised below)
            answers.append(error)

    before = threading.stack_size(SMALL_STACK)
    try:
        thread = threading.Thread(target=keep)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if isinstance(answers[0], BaseException):
        raise answers[0]
    return answers[0]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the processor seconds that its thread took."""
    start = time.thread_time()
    return work(), time.thread_time() - start


Runner = Callable[[Callable[[], Any]], Any]


@pytest.fixture(scope="module")
def run() -> Runner:
    """Does some work in a thread with a small stack: what fits there fits anywhere."""
    return in_small_thread


@dataclass(frozen=True)
class Reading:
    """What came of one file, and how often as long as an ordinary file it took."""

    data: dict[str, Any] | None
    text: str
    problems: list[Problem]
    times: float


ORDINARY = allowed("k@ = 1").encode()


@cache
def ordinary() -> float:
    """The seconds that an ordinary file takes."""
    return timed(lambda: parse(ORDINARY, "a.toml"))[1]


def compared(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and how often as long as an ordinary file it took; once more, both anew, where too long."""
    given, seconds = timed(work)
    if seconds > TIMES * ordinary():
        ordinary.cache_clear()
        ordinary()
        given, seconds = timed(work)
    return given, seconds / ordinary()


@pytest.fixture(scope="module", params=HOSTILE)
def reading(request: pytest.FixtureRequest, run: Runner) -> Reading:
    """One hostile file, read once for all tests below."""
    written = HOSTILE[request.param]()
    content = written if isinstance(written, bytes) else written.encode()
    (data, text, problems), times = run(lambda: compared(lambda: parse(content, "a.toml")))
    return Reading(data, text, problems, times)


def test_any_bytes(reading):
    """Any bytes give data or problems about as soon as an ordinary file does."""
    assert (reading.data is None) == errors_in(reading.problems)
    assert reading.times < TIMES


def test_any_problem_has_a_place(reading):
    """Every problem has a place in the text, or is the whole file's."""
    lines = reading.text.count("\n") + 1
    assert all(problem.where and problem.where.line <= lines for problem in reading.problems)


def test_any_problem_can_be_shown(reading, run):
    """What was found can be shown in a few short lines, and soon."""
    work = partial(as_text, reading.problems, {"a.toml": reading.text}, color=False)
    shown, times = run(lambda: compared(work))
    assert shown.replace("\n", "").isprintable()
    assert max(map(len, shown.split("\n"))) <= 600
    assert len(shown) < 20_000
    assert times < TIMES


def test_any_data_has_places(reading, run):
    """What was read can be scanned for places, and soon."""
    if reading.data is None:
        return
    positions, times = run(lambda: compared(lambda: scan(reading.text)))
    assert all(positions.value((name,)) for name in reading.data)
    assert times < TIMES


@pytest.mark.parametrize(
    "name",
    [
        "dotted key of 20,000 parts",
        "zeros",
        "every control character",
        "a file of ten megabytes",
        "line separators of Unicode",
        "escapes",
        "allowed dotted headers",
        "inf at the end",
    ],
)
def test_memory(name):
    """The most costly files take less than a hundred megabytes; of those with as many parts as may be, the worst."""
    written = HOSTILE[name]()
    content = written if isinstance(written, bytes) else written.encode()
    tracemalloc.start()
    try:
        parse(content, "a.toml")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MEGABYTES * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "1," * 500_000 + "]",
        "x = [" + "{}," * 340_000 + "]",
        "x = '''" + "'" * 2 + "a''" * 300_000 + "'''",
        'x = """' + '\\"' * 500_000 + '"""',
        "x = [" + "[" * 100_000 + "]" * 100_000 + "]",
        "x = [ " + "#\n" * 500_000 + "]",
        "x = " + "{a=" * 100_000 + "1" + "}" * 100_000,
        "a = 1\n" + "\t \r\n" * 260_000,
        ".".join("a" * 250_000) + " = 1",
    ],
    ids=["numbers", "tables", "apostrophes", "escapes", "brackets", "comments", "braces", "blanks", "dots"],
)
def test_linear_scan(text, run):
    """The scanner alone needs time in proportion to the text, whatever its shape, and no stack for its depth."""
    _, times = run(lambda: compared(lambda: scan(text)))
    assert times < 5 * TIMES
