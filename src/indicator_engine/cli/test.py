"""`indicators test`: the `[[test]]`s of packs, run and reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indicator_engine.cli.packs import PluginChoice, load_all, plugin_options
from indicator_engine.cli.screen import RefusedPackError, number
from indicator_engine.problems import errors_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins
    from indicator_engine.testing.mutation import Change
    from indicator_engine.testing.pack_tests import Outcome

    Suites = Sequence[tuple[str, Sequence[Outcome]]]

SCHEMA = "indicator-engine/test/v1"
MUTATION_SCHEMA = "indicator-engine/mutation/v1"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option("--mutate", is_flag=True, help="Change the pack in every way in turn; list what no test notices.")
@click.option("--update", is_flag=True, help="Expect what is computed: shows the change of the tests, and asks.")
@click.option("--yes", is_flag=True, help="With --update: write without asking.")
@plugin_options
@click.pass_context
def test(
    ctx: click.Context,
    paths: tuple[Path, ...],
    form: str,
    chosen: PluginChoice,
    *,
    mutate: bool,
    update: bool,
    yes: bool,
) -> None:
    """Run the tests that packs bring with them.

    Exit code 1 when one fails or, with --mutate, when a change of the pack is noticed by none.
    """
    from indicator_engine.rendering.data import json_text
    from indicator_engine.testing.pack_tests import run_checks

    if (update and (mutate or form != "text")) or (yes and not update):
        raise click.UsageError("--yes belongs to --update, and that to neither --mutate nor --format")
    if update:
        ctx.exit(_updated(paths, chosen, yes=yes))
    loaded = load_all(paths, chosen.load())
    _refuse_errors(loaded)
    suites = [(one.statement.id, run_checks(one.statement)) for one in loaded if one.statement]
    if mutate and all(outcome.passed for _, outcomes in suites for outcome in outcomes):
        ctx.exit(_mutated([one.statement for one in loaded if one.statement], form))
    shown = {"text": _text, "json": lambda s: json_text(_as_data(s)), "junit": _junit}[form]
    click.echo(shown(suites), nl=False)
    ctx.exit(int(any(not outcome.passed for _, outcomes in suites for outcome in outcomes)))


def _refuse_errors(loaded: Sequence[Loaded]) -> None:
    problems = [problem for one in loaded for problem in one.problems if errors_in(one.problems)]
    if problems:
        raise RefusedPackError(problems, {file: text for one in loaded for file, text in one.sources.items()})


# ── expecting what is computed ───────────────────────────────────────────────────────────────────────────────────────


def _updated(paths: tuple[Path, ...], chosen: PluginChoice, *, yes: bool) -> int:
    """Show what the tests of each pack would have to expect, and write it where that is wanted; the exit code."""
    from indicator_engine.definitions.files import find_packs
    from indicator_engine.definitions.load import load

    registered = chosen.load()
    found = find_packs(list(paths))
    loaded = [load(files, registered.conventions, registered.checks) for files in found]
    _refuse_errors(loaded)
    pairs = [(files, one.statement) for files, one in zip(found, loaded, strict=True) if one.statement]
    return max([_update_one(files, statement, registered, yes=yes) for files, statement in pairs], default=0)


def _update_one(files: PackFiles, statement: Statement, registered: Plugins, *, yes: bool) -> int:
    from indicator_engine.cli import screen
    from indicator_engine.definitions.load import load
    from indicator_engine.rendering.text import safe_text
    from indicator_engine.testing.pack_tests import run_checks
    from indicator_engine.testing.updating import update

    made = update(files, statement)
    for change in made.changes:
        click.echo("\n".join(safe_text(line, 2000) for line in change.diff.splitlines()) + "\n")
    for one in made.by_hand:
        click.echo(f"To be written by hand: {safe_text(one, 1000)}")
    if made.changes:
        question = f"Expect {number(made.count, 'other value')} in the tests of {safe_text(statement.id, 200)}?"
        if not yes and not click.confirm(question, err=True):
            click.echo("Nothing was written.")
            return 1
        again = load(made.files, registered.conventions, registered.checks)
        _refuse_errors([again])
        statement = again.statement or statement
        for change in made.changes:
            screen.write_over(change.after, change.path, change.before)
            click.echo(f"Wrote {change.name}.")
    outcomes = run_checks(statement)
    click.echo(_text([(statement.id, outcomes)]), nl=False)
    return int(any(not outcome.passed for outcome in outcomes))


# ── changes that no test notices ─────────────────────────────────────────────────────────────────────────────────────


def _mutated(statements: Sequence[Statement], form: str) -> int:
    """Change packs in every way in turn and tell what no test notices; the exit code."""
    from indicator_engine.rendering.data import json_text
    from indicator_engine.testing.mutation import changes

    if form == "junit":
        raise click.UsageError("--mutate is told as text or json")
    found = [(statement.id, change) for statement in statements for change in changes(statement)]
    unnoticed = [(name, change) for name, change in found if not change.noticed]
    if form == "json":
        told = [{"statement": name, **vars(one), "where": str(one.where or "") or None} for name, one in found]
        click.echo(json_text({"schema": MUTATION_SCHEMA, "ok": not unnoticed, "changes": told}), nl=False)
    else:
        click.echo("\n".join([*(_unnoticed(change) for _, change in unnoticed), _score(len(unnoticed), len(found))]))
    return int(bool(unnoticed))


def _unnoticed(change: Change) -> str:
    from indicator_engine.rendering.text import safe_text

    tests = f"none of {number(change.tests, 'test')} notices" if change.tests else "no test expects anything of it"
    where = f"  ({safe_text(str(change.where))})" if change.where else ""
    return safe_text(f"{change.indicator}: {change.what}: {change.fact}: {tests}", 1000) + where


def _score(unnoticed: int, every: int) -> str:
    if not unnoticed:
        return f"All {every:,} changes are noticed." if every else "There is nothing to change."
    return (
        f"{every - unnoticed:,} of {number(every, 'change')} are noticed. "
        "`indicators witness PACK INDICATOR --save` adds tests at the edges."
    )


# ── for people ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(suites: Suites) -> str:
    from indicator_engine.testing.pack_tests import told

    failed = [outcome for _, outcomes in suites for outcome in outcomes if not outcome.passed]
    blocks = ["\n".join(told(outcome)) for outcome in failed]
    return "\n\n".join([*blocks, _summary(suites, len(failed))]) + "\n"


def _summary(suites: Suites, failed: int) -> str:
    tests = sum(len(outcomes) for _, outcomes in suites)
    packs = number(len(suites), "pack")
    if not tests:
        return f"There are no tests in {packs}."
    if failed:
        return f"{failed} of {number(tests, 'test')} of {packs} failed."
    return f"All {number(tests, 'test')} of {packs} passed." if tests > 1 else f"The one test of {packs} passed."


# ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_data(suites: Suites) -> dict[str, object]:
    tests = [_outcome(name, outcome) for name, outcomes in suites for outcome in outcomes]
    return {"schema": SCHEMA, "ok": all(test["passed"] for test in tests), "tests": tests}


def _outcome(statement: str, outcome: Outcome) -> dict[str, object]:
    from indicator_engine.rendering.problems import as_json

    return {
        "statement": statement,
        "name": outcome.name,
        "where": str(outcome.where) if outcome.where else None,
        "passed": outcome.passed,
        "failures": [
            {
                "indicator": failure.indicator,
                "field": failure.field,
                "expected": failure.expected,
                "computed": failure.computed,
                "where": str(failure.where) if failure.where else None,
                "calculation": list(failure.calculation),
            }
            for failure in outcome.failures
        ],
        "diagnostics": as_json(outcome.problems),
    }


def _junit(suites: Suites) -> str:
    """The XML that continuous-integration services read."""
    from xml.etree import ElementTree as ET

    from indicator_engine.rendering.text import clean
    from indicator_engine.testing.pack_tests import told

    root = ET.Element("testsuites")
    for name, outcomes in suites:
        failed = sum(not outcome.passed for outcome in outcomes)
        suite = ET.SubElement(root, "testsuite", name=clean(name), tests=str(len(outcomes)), failures=str(failed))
        for outcome in outcomes:
            place = {"file": clean(outcome.where.file), "line": str(outcome.where.line)} if outcome.where else {}
            case = ET.SubElement(suite, "testcase", {"classname": clean(name), "name": clean(outcome.name), **place})
            if not outcome.passed:
                lines = list(told(outcome))
                ET.SubElement(case, "failure", message=lines[1].strip()).text = "\n".join(lines)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
