"""Which plugins there are: the shipped ones, installed packages, a folder; and what they register, as one frozen value.

`load` builds a plugin manager, checks every hook against `hookspecs.py` and asks each plugin in turn, so that whatever
goes wrong is reported with the plugin's name. What the shipped ones register is known beforehand; each is imported and
asked in the same way when something of it is used. Plugins are programs and trusted as such; a pack can never name one
to be loaded. Nothing is loaded at import and nothing is kept between calls.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
import sys
from collections.abc import Mapping
from dataclasses import field, replace
from itertools import chain
from types import FunctionType, MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

import pluggy

from indicator_engine import hookspecs, packages
from indicator_engine.conventions import Convention, Lint
from indicator_engine.frozen import dataclass
from indicator_engine.hookspecs import GROUP, Engine, Output, Source
from indicator_engine.patterns import late
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.problems import Problem
    from indicator_engine.store.tables import Line, Reading, Table

SHIPPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "convention_neutral": ("convention neutral",),
        "source_csv": ("source csv", "source tsv"),
        "source_jsonl": ("source jsonl", "source json"),
        "source_excel": ("source excel",),
        "source_parquet": ("source parquet",),
        "source_sql": ("source sql",),
        "output_table": ("output table",),
        "output_json": ("output json",),
        "output_csv": ("output csv", "output csv-raw", "output csvw"),
        "output_markdown": ("output markdown",),
        "output_html": ("output html",),
        "output_excel": ("output excel",),
        "output_word": ("output word",),
        "output_pdf": ("output pdf",),
        "output_openmetrics": ("output openmetrics",),
        "engine_duckdb": ("engine parquet", "engine duckdb"),
        "engine_postgres": ("engine postgresql",),
        "engine_spark": ("engine spark",),
    }
)
"""The modules of `builtin/` with what each registers, in the order in which help texts list that."""

P = ParamSpec("P")
R = TypeVar("R")

_NAME = late(r"[a-z0-9][a-z0-9_-]{0,63}")


class PluginError(IndicatorEngineError):
    """A plugin that cannot be loaded, breaks a rule of the hooks, or fails while it works. The message names it."""


class Plugin(NamedTuple):
    """One plugin: its name, its version, and what it registers, such as `output table`."""

    name: str
    version: str
    registers: tuple[str, ...]


@dataclass(frozen=True)
class Plugins:
    """Everything plugins have registered, by name, and who they are."""

    conventions: Mapping[str, Convention]
    sources: Mapping[str, Source]
    outputs: Mapping[str, Output]
    checks: tuple[Lint, ...]
    names: tuple[Plugin, ...]
    engines: Mapping[str, Engine] = field(default_factory=dict)

    def output(self, name: str) -> Output:
        """The output of that name. Raises IndicatorEngineError, with the nearest name."""
        if name in self.outputs:
            return self.outputs[name]
        raise IndicatorEngineError(_with_hint(f"there is no output format `{name}`", name, self.outputs))

    def engine(self, address: str) -> Engine:
        """What connects to a database that runs queries, by what stands before the first colon of its address.

        Raises IndicatorEngineError, with the nearest name; an address is not shown, for it may have a password.
        """
        name, colon, _ = address.partition(":")
        for engine in self.engines.values():
            if colon and name in (engine.name, *engine.also):
                return engine
        known = ", ".join(f"`{one}:`" for one in self.engines)
        if not colon:
            raise IndicatorEngineError(f"--source takes an address that begins with one of {known}")
        raise IndicatorEngineError(f"nothing evaluates over `{name:.40}:` addresses: there is {known}")

    def source(self, address: str) -> tuple[Source, str]:
        """What reads a file, and its path: `data.csv` goes by its ending, `csv:data.txt` by the name in front.

        An address with `://`, such as `postgresql://host/database`, is that of a database. Raises IndicatorEngineError
        when nothing reads it.
        """
        name, colon, path = address.partition(":")
        if colon and name in self.sources:
            return self.sources[name], path
        if "://" in address and "sql" in self.sources:
            return self.sources["sql"], address
        for source in self.sources.values():
            if address.casefold().endswith(source.suffixes):
                return source, address
        known = ", ".join(chain.from_iterable(source.suffixes for source in self.sources.values()))
        hint = f"the endings known are {known}; or say what it is, as in `csv:{address}`"
        raise IndicatorEngineError(f"nothing reads `{address}`: {hint}")


def load(*, installed: bool = True, folder: Path | None = None, block: Collection[str] = ()) -> Plugins:
    """The shipped plugins, those of installed packages, and each `.py` file of a folder; `block` leaves some out.

    Raises PluginError, naming the plugin, when one cannot be loaded or breaks a rule of the hooks.
    """
    manager = _manager()
    versions = {}
    for name, version, module in chain(
        _installed(block) if installed else (), _in_folder(folder, block) if folder else ()
    ):
        if name in SHIPPED:
            raise _twice(name)
        _admit(manager, name, module)
        versions[name] = version
    taken = _shipped()
    for name in versions:
        _ask(manager, name, taken)
    return _collected(taken, dict.fromkeys(SHIPPED, own_version()) | versions)


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    return manager


# ── finding them ─────────────────────────────────────────────────────────────────────────────────────────────────────

_Found = tuple[str, str, object]
"""The name of a plugin, its version and its module."""

_Taken = dict[tuple[str, str], tuple[str, Any]]
"""What is registered, by the word for it and its name, each with its plugin."""


class _Shipped(NamedTuple):
    """Stands for what a shipped plugin registers until it is used."""

    plugin: str
    word: str
    name: str

    def value(self) -> object:
        """What it is: the module is imported and asked as any plugin is."""
        found: _Taken = {}
        manager = _manager()
        _admit(manager, self.plugin, importlib.import_module(f"indicator_engine.builtin.{self.plugin}"))
        _ask(manager, self.plugin, found)
        return found[self.word, self.name][1]


def _whole(value: object) -> object:
    return value.value() if isinstance(value, _Shipped) else value


def _shipped() -> _Taken:
    told = [(plugin, *one.split(" ")) for plugin, registers in SHIPPED.items() for one in registers]
    return {(word, name): (plugin, _Shipped(plugin, word, name)) for plugin, word, name in told}


def own_version() -> str:
    """The engine's version; empty where it runs without having been installed."""
    return packages.version("indicator-engine")


def _installed(block: Collection[str]) -> Iterator[_Found]:
    seen = set()
    for entry in sorted(packages.entry_points(GROUP), key=lambda entry: (entry.name, entry.value)):
        if entry.name in block or (entry.name, entry.value) in seen:
            continue
        seen.add((entry.name, entry.value))
        yield entry.name, entry.version, _loaded(entry.name, f"of {entry.value}", entry.load)


def _in_folder(folder: Path, block: Collection[str]) -> Iterator[_Found]:
    from hashlib import sha256  # noqa: PLC0415  # only where there is a folder

    if not folder.is_dir():
        raise PluginError(f"the plugins folder {folder} does not exist")
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("_") and path.stem not in block:
            module = _loaded(path.stem, f"({path})", functools.partial(_import_file, path))
            digest = sha256(path.read_bytes()).hexdigest()
            yield path.stem, str(getattr(module, "__version__", f"sha256 {digest[:12]}")), module


def _import_file(path: Path) -> ModuleType:
    name = f"indicator_engine_plugins_dir.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _loaded(name: str, whence: str, load_it: Callable[[], Any]) -> object:
    try:
        return load_it()
    except Exception as fault:
        hint = f"mend it, or leave it out with --block-plugin {name}"
        raise PluginError(f"plugin `{name}` {whence} could not be loaded: {_told(fault)}; {hint}") from fault


# ── checking and asking them ─────────────────────────────────────────────────────────────────────────────────────────


class _Hooks:
    """The hooks of a module and no other names of it, for pluggy looks at all that there are at length."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        functions = ((name, value) for name, value in vars(module).items() if isinstance(value, FunctionType))
        vars(self).update({name: value for name, value in functions if hasattr(value, f"{GROUP}_impl")})

    def __dir__(self) -> list[str]:
        return [*vars(self)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hooks) and self._module is other._module

    def __hash__(self) -> int:
        return hash(self._module)

    def __repr__(self) -> str:
        return repr(self._module)


def _admit(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    """Register a plugin; refuse one whose hooks are not ours, by their names and by their arguments."""
    if manager.has_plugin(name):
        raise _twice(name)
    try:
        manager.register(_Hooks(plugin) if isinstance(plugin, ModuleType) else plugin, name)
        manager.check_pending()
    except pluggy.PluginValidationError as fault:
        raise PluginError(f"plugin `{name}` breaks a rule of the hooks: {_hook_fault(fault)}") from fault
    except ValueError as fault:
        raise PluginError(f"plugin `{name}` could not be registered: {_told(fault)}") from fault


def _twice(name: str) -> PluginError:
    return PluginError(f"there are two plugins called `{name}`")


def _hook_fault(fault: pluggy.PluginValidationError) -> str:
    """Pluggy's message on one line; an unknown hook gets a hint."""
    unknown = re.search(r"unknown hook '(\w+)'", str(fault))
    if unknown:
        return _with_hint(f"there is no hook `{unknown[1]}`", unknown[1], HOOKS)
    return " ".join(str(fault).split())


HOOKS: Mapping[str, tuple[str, type | None]] = MappingProxyType(
    {
        "register_conventions": ("convention", Convention),
        "register_sources": ("source", Source),
        "register_outputs": ("output", Output),
        "register_checks": ("check", None),
        "register_engines": ("engine", Engine),
    }
)
"""What each hook registers: the word for it, and its type (None: a function)."""


class _Register:
    """Takes what one plugin registers through one hook; refuses what is not of its kind or has another's name."""

    def __init__(self, taken: _Taken, plugin: str, hook: str) -> None:
        self.taken, self.plugin = taken, plugin
        self.word, self.type = HOOKS[hook]

    def __call__(self, value: object) -> None:
        """Take one value."""
        if not (callable(value) if self.type is None else isinstance(value, self.type)):
            raise PluginError(f"plugin `{self.plugin}` registers as {self.word} what is none: {value!r:.80}")
        name = getattr(value, "name" if self.type else "__name__", type(value).__name__)
        if self.type and not _NAME.fullmatch(str(name)):
            rule = "small letters, digits, `-` and `_`, at most 64"
            raise PluginError(f"plugin `{self.plugin}` calls its {self.word} {str(name)!r:.80}; a name is {rule}")
        if isinstance(value, Convention) and (fault := value.fault() or _fault_of_words(value)):
            raise PluginError(f"plugin `{self.plugin}`, convention `{name}`: {fault}")
        key = str(name) if self.type else f"{self.plugin}.{name}"
        other = self.taken.setdefault((self.word, key), (self.plugin, value))
        if _whole(other[1]) is not value:
            raise PluginError(f"plugins `{other[0]}` and `{self.plugin}` both register the {self.word} `{name}`")


def _fault_of_words(convention: Convention) -> str:
    if not (words := convention.vocabulary.words):
        return ""
    from indicator_engine.rendering import phrases  # noqa: PLC0415  # only where a county has words of its own

    return phrases.fault(words)


def _ask(manager: pluggy.PluginManager, name: str, taken: _Taken) -> None:
    """What one plugin registers, taken up."""
    others = [plugin for other, plugin in manager.list_name_plugin() if other != name]
    callers = {caller.name for caller in manager.get_hookcallers(manager.get_plugin(name)) or ()}
    for hook in filter(callers.__contains__, HOOKS):
        call = functools.partial(manager.subset_hook_caller(hook, others), register=_Register(taken, name, hook))
        _guarded(call, name, f"hook {hook}")()


class _Registered(Mapping[str, Any]):
    """What is registered of one word, by name; of a shipped plugin, it is imported when it is first used."""

    def __init__(self, word: str, taken: _Taken) -> None:
        self._taken = {name: one for (kind, name), one in taken.items() if kind == word}
        self._word = word
        self._used: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._used:
            plugin, value = self._taken[name]
            self._used[name] = _guard(plugin, self._word, name, _whole(value))
        return self._used[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def __len__(self) -> int:
        return len(self._taken)


def _collected(taken: _Taken, versions: Mapping[str, str]) -> Plugins:
    of = {word: _Registered(word, taken) for word, _ in HOOKS.values()}
    registered = {name: [f"{w} {n}" for (w, n), (owner, _) in taken.items() if owner == name] for name in versions}
    names = tuple(Plugin(name, versions[name], tuple(registered[name])) for name in versions)
    return Plugins(of["convention"], of["source"], of["output"], tuple(of["check"].values()), names, of["engine"])


# ── faults named ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _guard(plugin: str, word: str, name: str, value: Any) -> object:
    """The value, its functions made to name their plugin when they fail."""
    what = f"{word} {name}"
    if isinstance(value, Source):
        return replace(value, open=_guarded_opening(value.open, plugin, what))
    if isinstance(value, Engine):
        return replace(value, open=_guarded(value.open, plugin, what))
    if isinstance(value, Output):
        return replace(value, render=_guarded(value.render, plugin, what))
    if isinstance(value, Convention):
        lints = tuple(_guarded_lint(lint, plugin, what) for lint in value.lints)
        return replace(value, lints=lints) if lints else value
    return _guarded_lint(value, plugin, what)


def _guarded(function: Callable[P, R], plugin: str, what: str) -> Callable[P, R]:
    """The function; whatever it raises that is not one of our errors becomes one that names the plugin."""

    @functools.wraps(function, updated=())
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except IndicatorEngineError:
            raise
        except Exception as fault:
            raise PluginError(f"plugin `{plugin}` failed in its {what}: {_told(fault)}") from fault

    return guarded


def _guarded_opening(
    opening: Callable[[str, Reading], Table], plugin: str, what: str
) -> Callable[[str, Reading], Table]:
    """The opening of a file, with its lines, which are read later, guarded as well."""

    @functools.wraps(opening, updated=())
    def complete(address: str, reading: Reading) -> Table:
        table = opening(address, reading)
        return replace(table, lines=_guarded_lines(table.lines, plugin, what))

    return _guarded(complete, plugin, what)


def _guarded_lines(lines: Iterable[Line], plugin: str, what: str) -> Iterator[Line]:
    try:
        yield from lines
    except IndicatorEngineError:
        raise
    except Exception as fault:
        raise PluginError(f"plugin `{plugin}` failed in its {what}: {_told(fault)}") from fault


def _guarded_lint(lint: Lint, plugin: str, what: str) -> Lint:
    """A check of which the problems are asked for at once, so that one that yields them is guarded, too."""

    @functools.wraps(lint, updated=())
    def complete(statement: Statement) -> Iterable[Problem]:
        return list(lint(statement))

    return _guarded(complete, plugin, what)


def _told(fault: BaseException) -> str:
    return " ".join(f"{type(fault).__name__}: {fault}".split())[:500]


def _with_hint(fact: str, word: str, known: Iterable[str]) -> str:
    hint = did_you_mean(word, known)
    return f"{fact}; {hint}" if hint else fact
