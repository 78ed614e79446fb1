"""Finding plugins, checking their hooks, naming the one at fault."""

from __future__ import annotations

import importlib
from textwrap import dedent
from typing import Any

import pytest

from indicator_engine import packages, plugins
from indicator_engine.conventions import NEUTRAL
from indicator_engine.hookspecs import GROUP, Page
from indicator_engine.plugins import PluginError
from indicator_engine.problems import DataError, IndicatorEngineError, Problem
from indicator_engine.store.tables import Reading


@pytest.fixture
def folder(tmp_path):
    """A folder of plugins; `write(name, text)` puts one there."""

    class Folder:
        path = tmp_path

        def write(self, name, text):
            head = "from indicator_engine.hookspecs import Output, Source, hookimpl\n"
            (tmp_path / f"{name}.py").write_text(head + dedent(text), encoding="utf-8")

        def load(self, **options):
            return plugins.load(installed=False, folder=tmp_path, **options)

    return Folder()


class _Entry:
    """An entry point of an installed package."""

    version = ""

    def __init__(self, name, load):
        self.name, self.value, self.load = name, f"package_{name}", load


@pytest.fixture
def installed(monkeypatch):
    """Pretend that packages with these entry points are installed."""

    def install(*entries):
        monkeypatch.setattr(packages, "entry_points", lambda group: entries if group == GROUP else ())

    return install


def test_shipped():
    """The shipped plugins bring the neutral convention, seven kinds of source and the outputs."""
    found = plugins.load(installed=False)

    assert {"neutral": NEUTRAL} == dict(found.conventions)
    assert ["csv", "tsv", "jsonl", "json", "excel", "parquet", "sql"] == list(found.sources)
    assert [
        "table",
        "json",
        "csv",
        "csv-raw",
        "csvw",
        "markdown",
        "html",
        "excel",
        "word",
        "pdf",
        "openmetrics",
    ] == list(found.outputs)
    assert () == found.checks


def test_names_tell_what_each_registers():
    """Each plugin is named with its version and what it registers."""
    found = {plugin.name: plugin.registers for plugin in plugins.load(installed=False).names}

    assert ("source csv", "source tsv") == found["source_csv"]


def test_shipped_register_what_is_written_down():
    """What is known of the shipped plugins without importing them is what they register, each under its name."""
    found = plugins.load(installed=False)
    told: dict[str, Any] = {
        "source": found.sources,
        "output": found.outputs,
        "engine": found.engines,
        "convention": found.conventions,
    }
    written = [one.split(" ") for registers in plugins.SHIPPED.values() for one in registers]

    assert [name for _, name in written] == [told[word][name].name for word, name in written]
    for module, registers in plugins.SHIPPED.items():
        made: list[Any] = []
        for hook in filter(None, (getattr(builtin(module), hook, None) for hook in plugins.HOOKS)):
            hook(register=made.append)
        assert list(registers) == [f"{type(one).__name__.casefold()} {one.name}" for one in made]


def builtin(module):
    """A shipped plugin's module."""
    return importlib.import_module(f"indicator_engine.builtin.{module}")


def test_folder(folder):
    """Each .py file of a folder is a plugin, called by the file's name."""
    folder.write(
        "shout",
        """
        __version__ = "3"
        @hookimpl
        def register_outputs(register):
            register(Output("shout", (".txt",), lambda results, page: b"HEY"))
    """,
    )
    found = folder.load()

    assert ("shout", "3", ("output shout",)) == found.names[-1]
    assert b"HEY" == found.outputs["shout"].render(None, Page())


def test_folder_without_version(folder):
    """A plugin file without a version goes by the digest of its text."""
    folder.write("quiet", "")

    assert folder.load().names[-1].version.startswith("sha256 ")


def test_folder_skips_private_files(folder):
    """Files whose names begin with an underscore are not plugins."""
    folder.write("_helper", "raise SystemError")

    assert "_helper" not in [plugin.name for plugin in folder.load().names]


def test_folder_missing(tmp_path):
    """A folder that is not there is an error."""
    with pytest.raises(PluginError, match="does not exist"):
        plugins.load(installed=False, folder=tmp_path / "none")


def test_installed(installed, folder):
    """Plugins of installed packages are found by their entry points."""
    folder.write(
        "rutland",
        """
        from indicator_engine.conventions import Convention
        @hookimpl
        def register_conventions(register):
            register(Convention("rutland"))
    """,
    )
    installed(_Entry("rutland", lambda: plugins._import_file(folder.path / "rutland.py")))

    assert ["neutral", "rutland"] == list(plugins.load().conventions)


def test_installed_are_left_out(installed):
    """Without installed plugins, none of them is even imported."""

    def load():
        raise SystemError

    installed(_Entry("rutland", load))

    assert "rutland" not in [plugin.name for plugin in plugins.load(installed=False).names]
    assert "rutland" not in [plugin.name for plugin in plugins.load(block=["rutland"]).names]


def test_cannot_be_loaded(installed):
    """A plugin that cannot be imported is named, and how to leave it out is told."""

    def load():
        raise ImportError("no module named beans")

    installed(_Entry("rutland", load))
    with pytest.raises(PluginError, match=r"`rutland` .* no module named beans; .* --block-plugin rutland"):
        plugins.load()


def test_unknown_hook(folder):
    """A hook that does not exist is refused with the nearest name."""
    folder.write(
        "typo",
        """
        @hookimpl
        def register_output(register):
            pass
    """,
    )
    with pytest.raises(PluginError, match=r"`typo` .* `register_output`; did you mean `register_outputs`"):
        folder.load()


def test_unknown_argument(folder):
    """A hook with an argument that hooks do not have is refused."""
    folder.write(
        "typo",
        """
        @hookimpl
        def register_outputs(registry):
            pass
    """,
    )
    with pytest.raises(PluginError, match=r"`typo` .*registry"):
        folder.load()


def test_wrong_value(folder):
    """What is registered must be of the hook's kind."""
    folder.write(
        "odd",
        """
        @hookimpl
        def register_outputs(register):
            register("html")
    """,
    )
    with pytest.raises(PluginError, match="`odd` registers as output what is none: 'html'"):
        folder.load()


def test_wrong_name(folder):
    """Names are small letters, digits, hyphens and underscores."""
    folder.write(
        "odd",
        """
        @hookimpl
        def register_outputs(register):
            register(Output("../x", (), bytes))
    """,
    )
    with pytest.raises(PluginError, match="calls its output"):
        folder.load()


def test_same_name_twice(folder):
    """Two plugins cannot register the same name; both are named."""
    folder.write(
        "mine",
        """
        @hookimpl
        def register_outputs(register):
            register(Output("csv", (), bytes))
    """,
    )
    with pytest.raises(PluginError, match="`output_csv` and `mine` both register the output `csv`"):
        folder.load()


def test_two_plugins_of_one_name(folder):
    """A plugin cannot take the name of another."""
    folder.write("output_csv", "")
    with pytest.raises(PluginError, match="two plugins called `output_csv`"):
        folder.load()


def test_one_plugin_under_two_names(installed):
    """A plugin that two entry points name is refused."""
    installed(_Entry("rutland", lambda: pytest), _Entry("stamford", lambda: pytest))
    with pytest.raises(PluginError, match="plugin `stamford` could not be registered"):
        plugins.load()


def test_hook_fails(folder):
    """A hook that fails is reported with its plugin."""
    folder.write(
        "broken",
        """
        @hookimpl
        def register_outputs(register):
            1 / 0
    """,
    )
    with pytest.raises(PluginError, match="`broken` failed in its hook register_outputs: ZeroDivisionError"):
        folder.load()


def test_words_are_checked(folder):
    """A phrase the page does not have is told when the plugin is loaded, with the nearest."""
    folder.write(
        "welsh",
        """
        from indicator_engine import Convention, Vocabulary

        @hookimpl
        def register_conventions(register):
            register(Convention(name="welsh", vocabulary=Vocabulary(words={"statuss": "Statws"})))
    """,
    )
    with pytest.raises(PluginError, match=r"no phrase `statuss`; did you mean `status`\?"):
        folder.load()


def test_output_fails(folder):
    """An output that fails is reported with its plugin."""
    folder.write(
        "broken",
        """
        @hookimpl
        def register_outputs(register):
            register(Output("web", (), lambda results, page: 1 / 0))
    """,
    )
    with pytest.raises(PluginError, match="`broken` failed in its output web: ZeroDivisionError"):
        folder.load().outputs["web"].render(None, Page())


@pytest.mark.parametrize(
    ("opening", "fault"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("None", "AttributeError"),
        ("Table(path, (1 / number for number in (1, 0)))", "ZeroDivisionError"),
    ],
    ids=["at once", "no table", "in its second line"],
)
def test_source_fails(folder, opening, fault):
    """A source that fails is reported with its plugin, also where it fails in the middle of a file."""
    folder.write(
        "broken",
        f"""
        from indicator_engine.store.tables import Table

        @hookimpl
        def register_sources(register):
            register(Source("dbf", (".dbf",), lambda path, reading: {opening}))
    """,
    )
    with pytest.raises(PluginError, match=f"`broken` failed in its source dbf: {fault}"):
        list(folder.load().sources["dbf"].open("a.dbf", Reading()).lines)


def test_source_of_a_plugin_is_read(folder):
    """Its lines are rows like any others."""
    folder.write(
        "own",
        """
        from indicator_engine.store.tables import Line, Table

        @hookimpl
        def register_sources(register):
            lines = [Line(1, (1,)), Line(2, (2,))]
            register(Source("dbf", (".dbf",), lambda path, reading: Table(path, lines, ("a",))))
    """,
    )
    assert [{"a": 1}, {"a": 2}] == [row.cells for row in folder.load().sources["dbf"].read("a.dbf")]


def test_source_keeps_its_problems(folder):
    """A source's own problems with a file go through as they are."""
    found = folder.load()
    with pytest.raises(DataError) as caught:
        found.sources["csv"].read("none.csv")

    assert ["IE340"] == [problem.code for problem in caught.value.problems]


def test_check_fails(folder):
    """A check that fails while its problems are asked for is reported with its plugin."""
    folder.write(
        "broken",
        """
        def measures_are_short(statement):
            yield statement.nothing

        @hookimpl
        def register_checks(register):
            register(measures_are_short)
    """,
    )
    with pytest.raises(PluginError, match=r"`broken` failed in its check broken\.measures_are_short: AttributeError"):
        folder.load().checks[0](object())


def test_lint_of_a_convention_fails(folder):
    """A convention's own check that fails is reported with its plugin."""
    folder.write(
        "rutland",
        """
        from indicator_engine.conventions import Convention
        @hookimpl
        def register_conventions(register):
            register(Convention("rutland", lints=(lambda statement: 1 / 0,)))
    """,
    )
    with pytest.raises(PluginError, match="`rutland` failed in its convention rutland"):
        folder.load().conventions["rutland"].lints[0](object())


def test_checks_are_asked(folder):
    """A check's problems come as a list."""
    folder.write(
        "strict",
        """
        from indicator_engine.problems import Problem

        @hookimpl
        def register_checks(register):
            register(lambda statement: iter([Problem("XX001", "no")]))
    """,
    )

    assert [Problem("XX001", "no")] == folder.load().checks[0](object())


def test_output_unknown():
    """An output nobody has registered is answered with the nearest."""
    with pytest.raises(IndicatorEngineError, match="`markdwn`; did you mean `markdown`"):
        plugins.load(installed=False).output("markdwn")


def test_source_by_ending():
    """A file is read by what its ending says, of any case."""
    source, path = plugins.load(installed=False).source("data/Events.CSV")

    assert ("csv", "data/Events.CSV") == (source.name, path)


def test_source_by_name():
    """A name in front says what a file is, whatever its ending."""
    source, path = plugins.load(installed=False).source("tsv:events.txt")

    assert ("tsv", "events.txt") == (source.name, path)


def test_source_unknown():
    """A file nothing reads is refused with the endings known."""
    with pytest.raises(IndicatorEngineError, match=r"nothing reads `events\.dbf`.*\.csv.*csv:events\.dbf"):
        plugins.load(installed=False).source("events.dbf")
