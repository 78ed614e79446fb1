"""Every code block of the documentation is run: Python, packs in TOML, and commands with what they print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser

from indicator_engine.cli import main
from indicator_engine.engine.packs import load_packs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "plugins").glob("*/README.md")})
GENERATED = {"functions.md", "problems.md", "intake.md", "conformance.md", "pack.md", "verdicts.md"}


def pages_with(language: str) -> list[Path]:
    """The pages that have a block in a language; generated pages are tested where they are made."""
    return [page for page in PAGES if f"```{language}\n" in page.read_text() and page.name not in GENERATED]


def name(page: Path) -> str:
    """A page as pytest names it."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", pages_with("python"), ids=name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of a page runs from top to bottom, beside the shipped packs."""
    shutil.copytree(ROOT / "indicators", tmp_path / "indicators")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "documentation"}

    def run(example: Example) -> None:
        code = compile(example.parsed, f"{page.name}:{example.line}", "exec", dont_inherit=True)
        exec(code, namespace)  # noqa: S102  # that is what this test is for

    evaluate_all(page, CodeBlockParser(language="python", evaluator=run))


@pytest.mark.parametrize("page", pages_with("toml"), ids=name)
def test_toml_blocks_are_packs(page: Path, tmp_path: Path) -> None:
    """The TOML of a page, put into the starter pack, loads without an error."""
    starter = starter_pack(tmp_path)
    text = starter.read_text()
    before, _, after = text.partition("# Tests:")
    blocks: list[str] = []
    evaluate_all(page, CodeBlockParser(language="toml", evaluator=lambda example: blocks.append(example.parsed)))
    starter.write_text(merged(before, blocks) + "\n# Tests:" + after)

    errors = [problem for loaded in load_packs([starter]) for problem in loaded.problems if problem.severity == "error"]

    assert [] == [f"{problem.where} {problem.message}" for problem in errors]


def merged(pack: str, blocks: list[str]) -> str:
    """The pack with the blocks: a [define] joins the one there is, everything else follows in order."""
    for block in blocks:
        head, _, rest = block.partition("\n\n") if block.startswith("[define]") else ("", "", block)
        if head:
            pack = pack.replace("[define]\n", head + "\n", 1)
        tables = re.match(r"((?:\[(?:event|population)[^\n]*\n(?:[^\[\n][^\n]*\n|\n)*)+)", rest)
        if tables:
            pack = pack.replace("# A name for an expression", tables[1] + "\n# A name for an expression", 1)
            rest = rest[tables.end() :]
        pack += "\n" + rest
    return pack


def starter_pack(folder: Path) -> Path:
    """What `indicators init` writes."""
    run_command(f"indicators init {folder / 'starter'}")
    return folder / "starter" / "pack.toml"


@pytest.mark.parametrize("page", pages_with("console"), ids=name)
def test_commands_print_what_the_page_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a page run one after the other and print what is shown; a line "…" stands for any lines."""
    shutil.copytree(ROOT / "indicators", tmp_path / "indicators")
    monkeypatch.chdir(tmp_path)
    blocks: list[tuple[str, str]] = []
    console = CodeBlockParser(language="console", evaluator=lambda example: blocks.append(("console", example.parsed)))
    toml = CodeBlockParser(language="toml", evaluator=lambda example: blocks.append(("toml", example.parsed)))
    evaluate_all(page, console, toml)
    pack = tmp_path / "my-pack" / "pack.toml"
    for language, block in blocks:
        if language == "toml":
            before, mark, after = pack.read_text().partition("# Tests:")
            pack.write_text(merged(before, [block]) + "\n" + mark + after)
            continue
        for command, shown in commands(block):
            printed = run_command(command)

            assert matches(shown, printed), f"{command}\n--- the page says\n{shown}\n--- it prints\n{printed}"


def commands(block: str) -> list[tuple[str, str]]:
    """Each `$ command` of a block with the lines below it."""
    found = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _, shown in (one.partition("\n") for one in found)]


def matches(shown: str, printed: str) -> bool:
    """Whether the output is as shown, with "…" lines standing for any lines."""
    pattern = r"\n".join(
        re.escape(line.rstrip()) if line.strip() != "…" else r"(?:.*\n?)*?.*" for line in shown.splitlines()
    )
    lines = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return not shown.strip() or re.fullmatch(pattern, lines) is not None


def run_command(command: str) -> str:
    """What a command prints, on both streams, in the folder at hand; it is the project's own or make-believe fails."""
    words = shlex.split(command)
    assert words[0] == "indicators"
    done = CliRunner().invoke(main, words[1:])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.stdout + done.stderr


def evaluate_all(page: Path, *parsers: CodeBlockParser) -> None:
    """Evaluate the page's examples of these languages in order."""
    for example in Sybil(parsers=list(parsers)).parse(page).examples():
        example.evaluate()
