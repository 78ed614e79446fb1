"""Expressions made to escape, to exhaust or to confuse: each is refused with a problem or means what it says.

None may raise, take a second or 100 MB, on the main thread or on one with a stack of 256 KiB. The small stack is tried
in a process of its own, as what overflows it kills the process.
"""

import json
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from indicator_engine.language import limits
from indicator_engine.language.elaborate import Elaborated, elaborate
from indicator_engine.language.nodes import Broken, Node, children
from indicator_engine.language.says import says
from indicator_engine.language.schema import Attribute, DeemedSize, EventType, Population, Schema, Subject
from indicator_engine.language.text import text

pytestmark = pytest.mark.slow  # each is quick, all of them are not

SMALL_STACK = 256 * 1024
SECOND = 1.0
MEGABYTES = 100 * 2**20

PLEDGE = EventType("pledge", "pledge", {"stage": Attribute("stage", "integer"), "item": Attribute("item", "text")})
TENDER = EventType("tender", "tender", {"viable": Attribute("viable", "truth"), "covers": Attribute("covers", "list")})
SCHEMA = Schema(
    Subject(attributes={"kind": Attribute("kind", "choice", choices=("member", "other"))}),
    {"pledge": PLEDGE, "tender": TENDER},
    {"members": Population("members", deemed=(DeemedSize(50),))},
)

# ── must be refused ──────────────────────────────────────────────────────────────────────────────────────────────────

BUILTINS = """
__import__("os")
__import__('os').system('true')
exec("1")
eval("1")
compile("1", "", "eval")
open("/etc/passwd").read()
open("/etc/passwd")
globals()
locals()
vars()
dir()
getattr(members, "kind")
setattr(members, "kind", 1)
type(members)
object
super()
input()
print(1)
help()
breakpoint()
exit()
quit()
rand()
randint(5)
str(1)
int("1")
float("nan")
range(1000000000)
list(members)
len(members)
chr(0)
bytes(1000000000)
sorted(pledge)
map(count, members)
""".strip().splitlines()

DUNDERS = """
members.__class__
pledge.__class__
pledge.__class__.__mro__
pledge.__class__.__base__.__subclasses__()
().__class__.__bases__
"".__class__
(1).__class__
pledge.__dict__
pledge.__init__.__globals__
pledge.__getattribute__("stage")
pledge._stage
pledge.mro
pledge.func_globals
count.__self__
count.__globals__
_private
__builtins__
__name__
__debug__
__doc__
_
(x for x in (1,)).gi_frame
(x for x in (1,)).gi_frame.f_back.f_globals
members[_kind == "member"]
members[__class__ == 1]
""".strip().splitlines()

METHODS = """
"a".join(("b",))
"".format(1)
"{0.__class__}".format(1)
"{0}".format_map(members)
"a".ljust(1000000000)
"a".center(1000000000)
"a".zfill(1000000000)
"a".expandtabs(1000000000)
"a".encode()
"a".translate(1)
(1).to_bytes(1000000000, "big")
pledge.clear()
pledge.update(stage=3)
pledge.pop()
pledge.count()
pledge.stage.sum()
members.add(1)
count(members).real
latest(pledge).clear()
"%s" % 1
"%999999999d" % 1
f"{1}"
f"{1:>2000000000}"
F'{members}'
b"a"
r"a"
u"a"
rb"a"
t"{members}"
""".strip().splitlines()

NUMBERS = """
9**9**9
9**9**8
2**999999
3999999**3999999
(3**3999999) % (7**1999999)
1 << 1000000
1 >> 1
~1
~~~~~~~~~~1
1 ^ 2
7 // 2
7 % 2
1 @ 2
1e999
1e5
1e-5
0x10
0b1
0o7
007
1_000
1j
.5
5.
1..real
1.5.2
inf
nan
-inf
+1
"a" * 99999
99999 * "a"
"a" + "b"
("a",) * 999999
[0] * 99999
"1" + 1
True + True
-True
not 1
1 and 2
٣
１
½
2²
1if True else 2
1or 2
""".strip().splitlines()

SYNTAX = """
[x for x in members]
{x for x in pledge}
{x: 1 for x in pledge}
(x for x in pledge)
sum(x for x in pledge)
count(x for x in pledge for y in pledge for z in pledge)
lambda: 1
lambda x: x
(lambda: 1)()
x := 1
(x := 1)
count(x := pledge)
*members
count(*members)
count(**members)
(*members,)
[*members]
{**members}
[1, 2]
{1, 2}
{"a": 1}
{}
[]
()
(1,)
1, 2
pledge[0]
pledge[1:2]
pledge[:]
pledge[::2]
pledge[stage >= 2, 1]
pledge[...]
pledge[]
pledge["stage"]
...
None
members is None
members is not None
await members
async
yield 1
(yield)
(yield from members)
x = 1
1; 2
x += 1
x: int = 1
del members
assert members
raise members
return 1
pass
if members: 1
while True: 1
for x in members: 1
def f(): 1
class A: 1
with members: 1
try: 1
@members
global x
import os
from os import system
match members:
print 1
1 if True
1 else 2
members members
count(
)
count)
(
[
pledge[
pledge]
(]
([)]
count((members)
,
.
..
:
count(,)
count(members, members)
count(x=members, x=members)
count(members, x=members)
count(y=members)
count()
count
date
count(members)(1)
members()
pledge()()()
members.count
members in
in members
1 <
< 1
1 < < 1
and
not
count(pledge) > 3 if
""".strip("\n").splitlines()

UNICODE = (
    "c\u043eunt(members)",  # Cyrillic o
    "m\u0435mbers",  # Cyrillic e
    "\uff43ount(members)",  # full-width c, which Python's parser would read as c
    "\uff45val('1')",
    "\ufb01rst(pledge)",  # the ligature fi
    "\u017fum(pledge.stage)",  # long s
    "\U0001d41count(members)",
    "as_o\u1da0",
    "co\u200bunt(members)",
    "\u202emembers",
    "\ufeffcount(members)",
    "count(\u00a0members)",
    "count(members)\u2028",
    "count(members)\u0085",
    "count(members)\x00",
    "\x00",
    "count(members)\x0c",
    "\x1b[31mmembers",
    "\x7f",
    '"\ud800" == "a"',
    "\ud800",
    "count(members\ud800)",
    '"\x00" == "a"',
    '"\x1b[2J" == "a"',
    "\U0001f600",
    "e\u0301vents",
    "\u201csurvey\u201d == 'a'",
    "\u2018survey\u2019 == 'a'",
    "1 \u2013 2",
    "\u22121",
    "count(members) \u2265 2",
    "count(members) \u2260 2",
    "2 \u00d7 3",
    "6 \u00f7 3",
    "1 \uff1d 1",
    "\uff081\uff09",
    "\u0661 + 1",
)

QUOTES = (
    '"abc',
    "'abc",
    '"',
    "'",
    "''''",
    '"a\\" == "a"',
    '"\\x41" == "A"',
    '"\\N{DASH}" == "a"',
    '"a" "b" == "ab"',
    "\"a\" 'b' == 'ab'",
    '"""a""" == "a"',
    "'''a''' == 'a'",
    '"a\nb" == "a"',
    '"a\tb" == "a"',
    '"a"b',
    'a"b"',
    '"a" if"b" else "c"',
)

OTHER_LANGUAGES = """
members; DROP TABLE events
'; DROP TABLE events; --
" OR 1=1 --
members -- all of them
/* x */ members
members UNION SELECT 1
SELECT * FROM events
1 = 1
pledge[stage = 2]
pledge[stage <> 2]
members && members
True || False
!members
True AND False
NOT True
null
true
tbc
50%
count(members) > 50%
2009-03-31
31/03/2010
count(members) # all of them
\\
$x
?
`members`
${jndi:ldap://x}
{{ 7*7 }}
{% include "x" %}
<script>alert(1)</script>
=cmd|' /C calc'!A0
=1+1
../../etc/passwd
file:///etc/passwd
""".strip("\n").splitlines()

MEANINGLESS = (
    "",
    " ",
    "\n\t ",
    "members + 1",
    "members & pledge",
    "members < 3",
    "count(members) + ratio(members, members)",
    'members[kind == "nobody"]',
    "stage",
    "pledge[kind == 'member']",
    "pledge.stage + 1",
    "pledge.stage[stage > 1]",
    "date('2009-02-31')",
    "date('31 March 2009')",
    "date(1)",
    "shift(as_of, days=1000000000)",
    "shift(as_of, days=1.5)",
    "shift(as_of, days=count(members))",
    "each(week, exists(pledge))",
    "latest(pledge, by=kind)",
    "latest(pledge, by=1)",
    "deemed(pledge)",
    "1 in members",
    "1 in (count(members),)",
    '1 in ("a",)',
    "members in members",
    "'a' < 'b'",
    "True < False",
    "tender[covers == covers]",
    "1 < 'a' < 3",
    "organisations(members)",
    "count(1)",
    "sum(pledge)",
    "sum(pledge.item)",
    "mean(pledge.occurred_on)",
    "ratio(members, distinct(pledge.item))",
    "members if True else members",
    "1 if 1 else 2",
    "1 if True else 'a'",
)


def nested(before: str, after: str, innermost: str, depth: int) -> str:
    return before * depth + innermost + after * depth


# Long or deep: what each repeats is within what one expression may hold, the whole is not.
REPEATED = {
    "pluses": "1+" * 1000 + "1",
    "pluses in a named argument": "change(1, since=" + "1+" * 900 + "1)",
    "megabytes of pluses": "1+" * 2_500_000 + "1",
    "brackets": "(" * 500 + "1" + ")" * 500,
    "open brackets": "(" * 1999,
    "square brackets": "pledge" + "[" * 900 + "1" + "]" * 900,
    "calls": "abs(" * 300 + "1" + ")" * 300,
    "empty calls": "members" + "()" * 900,
    "subscripts": "pledge" + "[True]" * 300,
    "empty subscripts": "pledge" + "[()]" * 490,
    "dots": "pledge" + ".a" * 900,
    "minuses": "-" * 1999 + "1",
    "minuses, few": "-" * 900 + "1",
    "minuses apart": "- " * 900 + "1",
    "nots": "not " * 450 + "True",
    "tildes": "~" * 1999 + "1",
    "tildes and minuses": "-~" * 990 + "1",
    "powers": "1**" * 650 + "1",
    "lambdas": "lambda:" * 280 + "1",
    "lambdas in arguments": "lambda a=" * 215 + "1",
    "conditionals": "1 if True else " * 130 + "1",
    "conditionals in brackets": "(1 if True else " * 120 + "1" + ")" * 120,
    "chain": "1<" * 999 + "1",
    "chains in chains": nested("True == (", ") == True", "True", 20),
    "list": "1 in (" + "1," * 990 + ")",
    "list of texts": "'a' in (" + "'a'," * 490 + ")",
    "arguments": "count(" + "members," * 240 + ")",
    "named arguments": "count(" + "a=1," * 490 + ")",
    "same names": "count(" + "x=members," * 190 + ")",
    "unions": "members|" * 240 + "members",
    "unknown names": "|".join(f"no{n}" for n in range(300)),
    "unknown functions": "+".join(f"no{n}()" for n in range(230)),
    "unknown choices": "members[kind in (" + ",".join(f'"m{n}"' for n in range(100)) + ")]",
    "odd numbers": "+".join(["0x1"] * 490),
    "refused operators": "%".join(["1"] * 990),
    "private names": "|".join(["_a"] * 660),
    "digits": "9" * 1999,
    "digits, 4301": "9" * 4301,
    "decimals": "0." + "1" * 1990,
    "text": '"' + "a" * 1990 + '"',
    "quotation marks": '"' * 1999,
    "commas": "," * 1999,
    "colons": ":" * 1999,
    "stars": "*" * 1999,
    "spaces": " " * 100_000,
    "lines": "\n" * 1999,
    "comprehensions": "count(" + "x for x in pledge " * 100 + ")",
    "megabytes": "a" * 5_000_000,
    "megabytes of brackets": "(" * 5_000_000,
}

REFUSED = {
    **{line: line for line in (*BUILTINS, *DUNDERS, *METHODS, *NUMBERS, *SYNTAX, *OTHER_LANGUAGES)},
    **{f"unicode {number}": line for number, line in enumerate(UNICODE)},
    **{f"quotes {number}": line for number, line in enumerate(QUOTES)},
    **{f"meaningless {number}": line for number, line in enumerate(MEANINGLESS)},
    **REPEATED,
}

# ── may also mean something ──────────────────────────────────────────────────────────────────────────────────────────

ACCEPTED = {
    "division by zero": "1 / 0",
    "a trailing comma": "count(members,)",
    "a function in brackets": "(count)(members)",
    "a set of nothing": "organisations(pledge[False])",
    "a list of nothing": "1 in ()",
    "markup in a text": "'<script>alert(1)</script>' == 'x'",
    "SQL in a text": "\"'; DROP TABLE events; --\" == 'x'",
    "a template in a text": "'{0.__class__} %s ${x} {{ y }}' == 'x'",
    "another script in a text": "'\u202e\u0440\u0443\U0001f600' == 'x'",
    "spaces and lines": "count (\n\tmembers\r\n )",
    "nested conditionals on the left": nested("(", " if True else 1)", "1", limits.BRACKET_DEPTH),
    "nested conditionals on the right": nested("(1 if True else ", ")", "1", limits.BRACKET_DEPTH),
    "nested coalesce": nested("coalesce(", ", 1)", "TBC", limits.BRACKET_DEPTH),
    "nested unions": nested("(pledge | ", ")", "pledge", limits.BRACKET_DEPTH),
    "nested exists": nested("exists(pledge[", "])", "True", limits.BRACKET_DEPTH // 2),
    "nested every": nested("every(pledge, ", ")", "True", limits.BRACKET_DEPTH),
    "nested sets": f"pledge[{nested('organisation in organisations(pledge[', '])', 'True', 11)}]",
    "nested at": nested("at(max(pledge[", "].occurred_on), 1) == 1", "True", limits.BRACKET_DEPTH // 3),
    "chain of 300": "1 < " * 299 + "1",
    "chains of texts": "'a' == " * 280 + "'a'",
    "ors": "True or " * 240 + "True",
    "ands and ors": "True and False or " * 110 + "True",
    "signs and brackets": nested("-" * limits.UNARY_RUN + "(", ")", "count(members)", 5),
}

# ── macros ───────────────────────────────────────────────────────────────────────────────────────────────────────────

LEVELS = range(limits.MACRO_DEPTH - 1)
BOMBS: dict[str, dict[str, str]] = {
    "defined by itself": {"m0": "m0"},
    "a circle": {"m0": "m1", "m1": "m2 + m0", "m2": "m1"},
    "laughs": {"m0": "1", **{f"m{n + 1}": " + ".join([f"m{n}"] * 50) for n in LEVELS}, "top": "m7"},
    "laughs of sets": {"m0": "members", **{f"m{n + 1}": " | ".join([f"m{n}"] * 50) for n in LEVELS}, "top": "m7"},
    "laughs of conditions": {"m0": "True", **{f"m{n + 1}": " or ".join([f"m{n}"] * 99) for n in LEVELS}, "top": "m7"},
    "pairs": {"m0": "pledge", **{f"m{n + 1}": f"m{n} | m{n}" for n in LEVELS}, "top": " | ".join(["m7"] * 9)},
    "pairs of chains": {"m0": "True", **{f"m{n + 1}": f"m{n} == m{n} == m{n}" for n in LEVELS}, "top": "m7"},
    "long sums": {"m7": "1" + " + 1" * 55, **{f"m{n}": f"m{n + 1}" + " + 1" * 55 for n in LEVELS}, "top": "m0 + 1"},
    "long unions": {"m7": "members", **{f"m{n}": f"(m{n + 1} | m{n + 1})" + "|members" * 50 for n in LEVELS}},
    "faults, often": {"m0": "nothing(" + "1," * 390 + ")", "m1": "m0 + " * 50 + "m0", "top": "m1 + " * 50 + "m1"},
    "faults in filters": {"m0": "nothing == 1", "top": " | ".join(["pledge[m0]"] * 50)},
    "unreadable": {"m0": "((((", "top": "m0 + " * 50 + "m0"},
    "hostile": {"m0": "__import__('os').system('true')", "top": "m0"},
    "too long": {"m0": "1+" * 100_000 + "1", "top": "m0"},
    "too deep for one": {"m0": nested("abs(", ")", "m1", 24), "m1": nested("abs(", ")", "m2", 24),
                         "m2": nested("abs(", ")", "m3", 24), "m3": nested("abs(", ")", "1", 24), "top": "m0"},
    "many": {**{f"m{n}": f"m{n + 1} + m{n + 1}" for n in range(500)}, "m500": "1", "top": "m0"},
}  # fmt: skip
for bomb in BOMBS.values():
    bomb.setdefault("top", "m0")


# Each wraps what stands between its halves once more; macros carry on where one expression must end.
WRAPPERS = {
    "absolute": ("abs(", ")", "count(members)", 1),
    "conditional": ("(", " if True else 1)", "count(members)", 1),
    "coalesce": ("coalesce(", ", 1)", "count(members)", 1),
    "at": ("at(as_of, ", ")", "count(members)", 1),
    "not": ("not (", ")", "exists(pledge)", 1),
    "same": ("True == (", ")", "exists(pledge)", 1),
    "exists": ("exists(pledge[", "])", "True", 2),
    "exists then": ("exists(at(as_of, pledge[", "]))", "True", 3),
    "every": ("every(pledge[True], ", ")", "True", 1),
    "subjects": ("exists(pledge[organisation in organisations(pledge[", "])])", "True", 5),
    "latest": ("latest(", ")", "pledge", 1),
    "in force": ("in_force(", ")", "pledge", 1),
    "union": ("(", " | pledge)", "pledge", 1),
    "difference": ("members - (", ")", "members", 1),
    "filter": ("(", ")[True]", "members", 1),
}


def tower(name: str) -> tuple[str, Schema]:
    """An expression that nests nearly as deep as any tree may, through macros."""
    before, after, innermost, deep = WRAPPERS[name]
    steps = (limits.TREE_DEPTH - 6) // deep
    a_macro = max(limits.BRACKET_DEPTH // (before.count("(") + before.count("[")) - 1, 1)
    defines, level, inner = {}, 0, innermost
    while steps > 0 and level < limits.MACRO_DEPTH:
        defines[f"m{level}"] = nested(before, after, inner, min(a_macro, steps))
        steps, inner, level = steps - a_macro, f"m{level}", level + 1
    return inner, replace(SCHEMA, defines=defines)


# ── trying them ──────────────────────────────────────────────────────────────────────────────────────────────────────


def cases() -> dict[str, tuple[str, Schema]]:
    """Every expression with the schema it is read in."""
    return {
        **{name: (line, SCHEMA) for name, line in {**REFUSED, **ACCEPTED}.items()},
        **{f"bomb: {name}": (bomb["top"], replace(SCHEMA, defines=bomb)) for name, bomb in BOMBS.items()},
        **{f"tower: {name}": tower(name) for name in WRAPPERS},
        **{f"{name} at {at}": sized(name, at) for name in SIZED for at in (limit(name), limit(name) + 1)},
        **{f"floor: {name}": (line, SCHEMA) for name, line in FLOOR.items()},
    }


def tried(line: str, schema: Schema) -> Elaborated:
    """What an expression comes to, printed and read aloud too if it means something."""
    found = elaborate(line, schema)
    if not found.problems:
        text(found.node, schema)
        says(found.node, schema)
    return found


def depth(node: Node) -> int:
    return 1 + max(map(depth, children(node)), default=0)


def is_refused(found: Elaborated) -> bool:
    return found.node == Broken() and any(problem.severity == "error" for problem in found.problems)


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_parts(size: int) -> tuple[str, dict[str, str]]:
    """Alternatives of 99 parts each, written out by a macro, and one that fills up."""
    often = (size - 4) // 99
    rest = size - 1 - 99 * often
    return "m or " * often + f"1 in ({'1,' * (rest - 2)})", {"m": f"1 in ({'1,' * 97})"}


SIZED: dict[str, Callable[[int], tuple[str, dict[str, str]]]] = {
    "TEXT_LENGTH": lambda size: ("1".ljust(size), {}),
    "BRACKET_DEPTH": lambda size: ("(" * size + "1" + ")" * size, {}),
    "UNARY_RUN": lambda size: ("-" * size + "count(members)", {}),
    "SYNTAX_NODES": lambda size: ("1" + "<1" * (size - 2), {}),
    "SYNTAX_DEPTH": lambda size: ("1" + "+1" * (size - 1), {}),
    "TREE_NODES": of_parts,
    "TREE_DEPTH": lambda size: ("m" + "+1" * (size - 40), {"m": "1" + "+1" * 39}),
    "MACRO_DEPTH": lambda size: ("m1", {f"m{n}": f"m{n + 1}" if n < size else "1" for n in range(1, size + 1)}),
    "DIGITS": lambda size: ("9" * (size - 2) + ".25", {}),
    "TEXT_LITERAL": lambda size: (f"'{'a' * size}' == 'b'", {}),
    "LIST_LENGTH": lambda size: (f"1 in ({'1,' * size})", {}),
}
FLOOR = {
    "32 or": " or ".join(["exists(pledge)"] * 32),
    "32 and": " and ".join(["count(pledge) > 1"] * 32),
    "32 or and": " or ".join(["True and exists(pledge)"] * 32),
    "24 additions": "count(members)" + " + 1" * 24,
    "24 operators": "count(members)" + " + 1 * 2" * 12,
    "24 operators on the right": "1" + " - (1" * 23 + " - 1" + ")" * 23,
    "12 calls": nested("abs(", ")", "count(members)", 12),
    "12 different calls": "abs(at_least(coalesce(previous(change(overall(at(as_of, as_known_on(as_of, "
    "sum(latest(in_force(in_period(pledge))).stage)))))), 1), 2))",
}


def limit(name: str) -> int:
    found: int = getattr(limits, name)
    return found


def sized(name: str, size: int) -> tuple[str, Schema]:
    line, defines = SIZED[name](size)
    return line, replace(SCHEMA, defines=defines)


# ── tests ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_number_of_cases():
    """There are hundreds of cases."""
    assert len(cases()) >= 400


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    """A hostile or malformed expression is refused with a problem that points into it."""
    found = tried(REFUSED[name], SCHEMA)
    assert is_refused(found)
    assert all(p.span is None or 0 <= p.span[0] <= p.span[1] <= len(REFUSED[name]) + 1 for p in found.problems)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    """What only looks hostile means what it says."""
    assert () == tried(ACCEPTED[name], SCHEMA).problems


@pytest.mark.parametrize("name", BOMBS)
def test_macro_bombs(name):
    """Macros that grow beyond any tree, or have faults, are refused."""
    assert is_refused(tried(BOMBS[name]["top"], replace(SCHEMA, defines=BOMBS[name])))


@pytest.mark.parametrize("name", WRAPPERS)
def test_towers(name):
    """The deepest trees that macros can build are accepted, printed and read aloud."""
    found = tried(*tower(name))
    assert () == found.problems
    assert depth(found.node) > limits.TREE_DEPTH - 12


@pytest.mark.parametrize("name", cases())
def test_cost(name):
    """No expression takes a second of work or 100 MB."""
    line, schema = cases()[name]
    seconds = min(spent(line, schema) for _ in range(3))  # other work on the machine slows some of them down
    tracemalloc.start()
    tried(line, schema)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < SECOND
    assert peak < MEGABYTES


def spent(line, schema):
    """Processor seconds of one try."""
    start = time.process_time()
    tried(line, schema)
    return time.process_time() - start


def test_small_stack():
    """On a thread with a stack of 256 KiB every expression comes to the same."""
    expected = {name: is_refused(tried(*case)) for name, case in cases().items()}
    ran = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=False, timeout=120)
    told = dict(json.loads(line) for line in ran.stdout.splitlines())
    assert (0, expected) == (ran.returncode, told), ran.stderr[-1000:]


@pytest.mark.parametrize("name", SIZED)
def test_at_limit(name):
    """An expression at a limit is accepted."""
    assert () == tried(*sized(name, limit(name))).problems


@pytest.mark.parametrize("name", SIZED)
def test_past_limit(name):
    """An expression one past a limit is refused, and the limit is why."""
    assert {"IE101"} == {problem.code for problem in tried(*sized(name, limit(name) + 1)).problems}


@pytest.mark.parametrize("more", [0, 1])
def test_number_of_problems(more):
    """At most so many faults of one expression are told."""
    found = tried(" + ".join(f"no{number}" for number in range(limits.PROBLEMS + more)), SCHEMA)
    assert limits.PROBLEMS == len(found.problems)


def test_every_limit():
    """Every limit on expressions is tried at its value and one past it."""
    named = {name for name in vars(limits) if name.isupper()}
    assert {*SIZED, "PROBLEMS"} == named - {"DATES_BY_INDICATORS"}


@pytest.mark.parametrize("name", FLOOR)
def test_floor(name):
    """What the Common Expression Language asks every implementation to support is accepted."""
    assert () == tried(FLOOR[name], SCHEMA).problems


def test_faults_of_macros_are_told_once():
    """A fault in a macro is told once, however often the macro is named."""
    found = tried("m + m + m", replace(SCHEMA, defines={"m": "nothing"}))
    assert [("IE103", ("define", "m"))] == [(problem.code, problem.path) for problem in found.problems]


def test_no_warnings(recwarn):
    """Nothing that Python's parser would warn of reaches it."""
    tried("1if True else 2", SCHEMA)
    assert [] == list(recwarn)


if __name__ == "__main__":

    def on_small_stack() -> None:
        for name, case in cases().items():
            print(json.dumps([name, is_refused(tried(*case))]), flush=True)  # noqa: T201

    threading.stack_size(int(sys.argv[1]) if len(sys.argv) > 1 else SMALL_STACK)
    thread = threading.Thread(target=on_small_stack)
    thread.start()
    thread.join()
