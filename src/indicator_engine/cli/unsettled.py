"""`indicators open` and `indicators settle`: what is not settled in packs, and settling it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.data import DataChoice, data_options
from indicator_engine.cli.packs import PluginChoice, load_all, pack_at, plugin_options
from indicator_engine.problems import IndicatorEngineError, did_you_mean, errors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from indicator_engine.definitions.amending import Amendment
    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.model import Indicator, Statement, Target
    from indicator_engine.evaluation.results import Results
    from indicator_engine.evaluation.unsettled import OpenItem
    from indicator_engine.periods import FuzzyDate
    from indicator_engine.plugins import Plugins

COMPARATORS = ("at_least", "at_most", "exactly", "more_than", "less_than", "between")


# ── open ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command("open")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PACK]...")
@click.option("--as-of", metavar="DATE", help="What was open on this day, and what was overdue by then.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@plugin_options
def open_(paths: tuple[Path, ...], as_of: str | None, form: str, chosen: PluginChoice) -> None:
    """List what is not settled, who owes it, since when.

    That is: TBC, to be reviewed, not ratified or not set yet, a baseline to be established, a draft. Without PACK, in
    every pack of the current folder.

    \b
    indicators open indicators --as-of 2010-03-31
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.evaluation.unsettled import SCHEMA, unsettled

    day = _day(as_of, "--as-of") if as_of else None
    loaded = load_all(paths or (Path(),), chosen.load())
    _refuse_errors(loaded)
    items = [item for one in loaded if one.statement for item in unsettled(one.statement, day)]
    if form == "json":
        data = {"schema": SCHEMA, "as_of": as_of, "open": [item.to_dict() for item in items]}
        screen.write(screen.as_json(data), None)
    else:
        click.echo(_listed(items, len(loaded)))


def _refuse_errors(loaded: Iterable[Loaded]) -> None:
    faulty = [one for one in loaded if one.statement is None or errors_in(one.problems)]
    if faulty:
        texts = {file: text for one in faulty for file, text in one.sources.items()}
        raise screen.RefusedPackError([problem for one in faulty for problem in one.problems], texts)


def _day(text: str, option: str) -> date:
    from indicator_engine import periods

    found = periods.day_from(text)
    if found is None:
        raise IndicatorEngineError(f"{option}: {periods.no_day(text)}")
    return found


def _listed(items: list[OpenItem], packs: int) -> str:
    if not items:
        return f"Nothing is open in {screen.number(packs, 'pack')}."
    blocks = []
    for statement in dict.fromkeys(item.statement for item in items):
        own = [item for item in items if item.statement == statement]
        blocks.append(_block(statement, own))
    return "\n\n".join([*blocks, _summary(items)])


def _block(statement: str, items: list[OpenItem]) -> str:
    from indicator_engine.cli.stores import table
    from indicator_engine.rendering.text import safe_text

    rows = [("what", "open", "owed by", "owed on", "since", "defined at"), *map(_row, items)]
    return f"{safe_text(statement)}\n{table(rows)}"


def _row(item: OpenItem) -> tuple[str, ...]:
    owed = item.owed_on.isoformat() if item.owed_on else "–"
    return (
        item.indicator or "the statement",
        item.fact,
        item.owed_by or "nobody is named",
        f"{owed} OVERDUE" if item.overdue else owed,
        f"{item.since} ({item.since_words})",
        str(item.where) if item.where else "–",
    )


def _summary(items: list[OpenItem]) -> str:
    overdue = sum(item.overdue is True for item in items)
    words = f"{screen.number(len(items), 'thing')} open" + (f", {overdue} of them overdue" if overdue else "")
    settle = any(item.matter in ("tbc", "to_be_reviewed") for item in items)
    return words + (". `indicators settle PACK INDICATOR --at-least …` settles a number." if settle else ".")


# ── settle ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _version_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make a version of a target; the command gets `version: dict`."""
    texts = {
        "--set-by": "Who set it.",
        "--set-on": 'When it was set: a day, or roughly ("early September 2008").',
        "--known-from": "The day of the decision, where --set-on does not say it.",
        "--effective-from": "The day from which it applies, where that is another.",
        "--ratified-by": "Who ratified it.",
        "--ratified-on": "When it was ratified.",
        "--source": "The document it is written in.",
        "--quote": "The literal words of the source.",
    }
    for name, told in reversed(texts.items()):
        command = click.option(name, metavar="DATE" if "-on" in name or "-from" in name else "TEXT", help=told)(command)
    command = click.option(
        "--baseline", metavar="NUMBER", help="What an increase or decrease is measured from, or an expression."
    )(command)
    command = click.option("--between", nargs=2, metavar="LOW HIGH", help="From the first number to the second.")(
        command
    )
    for name in reversed(COMPARATORS[:-1]):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, metavar="NUMBER", help=f"{name.replace('_', ' ').capitalize()} this.")(command)
    return command


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="PACK")
@click.argument("name", metavar="[INDICATOR]", required=False)
@_version_options
@click.option("--deemed", metavar="NUMBER", help="The number that a population is deemed to have.")
@click.option("--agreed", is_flag=True, help="The whole statement is agreed, and no draft any more.")
@click.option("--stage", type=click.IntRange(min=1), metavar="N", help="Which stage, where a target has several.")
@click.option("--to-be-reviewed", is_flag=True, help="The new number is provisional, too.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show the change and its effect; write nothing.")
@data_options
@plugin_options
@click.pass_context
def settle(
    ctx: click.Context, /, path: Path, name: str | None, data: DataChoice, chosen: PluginChoice, **given: Any
) -> None:
    """Add a dated version to a target in the pack.

    INDICATOR is an indicator's id, or "indicator/part"; with --deemed, the name of a population. With --agreed it is
    left out: then the statement is a draft no more.

    The present version stays, so that a report as of an earlier day says what it said. The change, and with data
    its effect on results, is shown first.

    \b
    indicators settle pack.toml participants --at-least 40 --set-by "Steering Group" --set-on 2027-02-10
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    data.check()
    yes, dry_run = given.pop("yes"), given.pop("dry_run")
    registered = chosen.load()
    files, loaded = pack_at(path, registered)
    statement = _statement_of(loaded)
    amendment, amended = _amended(files, loaded, name, given, registered)
    click.echo(_safe_lines(amendment.diff))
    click.echo("\n" + _effect(statement, amended, data, registered))
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    elif yes or click.confirm(f"Write this to {amendment.name}?", err=True):
        screen.write_over(amendment.content, amendment.path, amendment.before.encode())
        click.echo(f"Wrote {amendment.name}.")
    else:
        click.echo("Nothing was written.")
        ctx.exit(1)


def _statement_of(loaded: Loaded) -> Statement:
    if loaded.statement is None:
        raise screen.RefusedPackError(loaded.problems, loaded.sources)
    return loaded.statement


def _amended(
    files: PackFiles, loaded: Loaded, name: str | None, given: dict[str, Any], registered: Plugins
) -> tuple[Amendment, Statement]:
    """The changed file, and the statement that it makes. Raises the problems that the new version has."""
    from indicator_engine.definitions.load import load

    amendment = _amendment(files, _statement_of(loaded), name, given)
    again = load(amendment.files, registered.conventions, registered.checks)
    before = {(problem.code, problem.message) for problem in loaded.problems}
    new = [problem for problem in again.problems if (problem.code, problem.message) not in before]
    if again.statement is None or errors_in(again.problems):
        raise screen.RefusedPackError(new or again.problems, again.sources)
    if new:
        from indicator_engine.rendering.problems import as_text

        screen.say(as_text(new, again.sources, color=False))
    return amendment, again.statement


def _amendment(files: PackFiles, statement: Statement, name: str | None, given: dict[str, Any]) -> Amendment:
    """What is to be changed: the statement's status, a deemed size, or a target."""
    from indicator_engine.definitions import amending

    deemed, agreed = given.pop("deemed"), given.pop("agreed")
    forms = [form for form in (*COMPARATORS, "baseline") if given[form]]
    if (deemed or agreed) and (forms or given["stage"] or given["to_be_reviewed"] or (deemed and agreed)):
        raise click.UsageError("--agreed and --deemed go with no number of a target, and not with each other")
    if agreed:
        if name:
            raise click.UsageError(f"--agreed is about the whole statement: leave out `{name}`")
        if statement.status != "draft":
            raise IndicatorEngineError(f"`{statement.id}` is {statement.status} already")
        return amending.with_status(files, "agreed")
    if not name:
        raise click.UsageError("say which INDICATOR is to be settled; `indicators open` lists what is open")
    if deemed:
        population = _population(statement, name)
        return amending.with_deemed_size(files, population, {"size": _size(deemed), **_decision(given)})
    indicator = _indicator(statement, name)
    stage = _stage(indicator, name, given.pop("stage"))
    return amending.with_version(files, indicator, _version(given, indicator.stages[stage][-1], name), stage)


def _population(statement: Statement, name: str) -> str:
    known = statement.schema.populations
    if name not in known:
        hint = did_you_mean(name, known)
        raise IndicatorEngineError(f"there is no population `{name}`" + (f"; {hint}" if hint else ""))
    return name


def _size(text: str) -> int:
    if not text.strip().isdecimal():
        raise IndicatorEngineError(f'--deemed: "{text}" is not a whole number; write 50')
    return int(text)


def _indicator(statement: Statement, name: str) -> Indicator:
    known = {indicator.id: indicator for _, indicator in statement.indicators()}
    known |= {f"{one.id}/{part.id}": part for one in known.values() for part in one.parts}
    if name not in known:
        hint = did_you_mean(name, known)
        raise IndicatorEngineError(f"there is no indicator `{name}`" + (f"; {hint}" if hint else ""))
    found = known[name]
    if found.parts:
        names = ", ".join(f"{found.id}/{part.id}" for part in found.parts)
        raise IndicatorEngineError(f"`{name}` is judged by its parts; name one of them: {names}")
    if not found.stages:
        raise IndicatorEngineError(
            f"`{name}` has no target to add to: write one, such as `target = {{ at_least = 20 }}`"
        )
    return found


def _stage(indicator: Indicator, name: str, number: int | None) -> int:
    count = len(indicator.stages)
    if number is None and count > 1:
        raise IndicatorEngineError(f"the target of `{name}` has {count} stages: say which with --stage 1 to {count}")
    if number is not None and number > count:
        raise IndicatorEngineError(f"the target of `{name}` has {screen.number(count, 'stage')}, and no stage {number}")
    return (number or 1) - 1


def _version(given: Mapping[str, Any], present: Target, name: str) -> dict[str, Any]:
    """The new version as the pack is to have it."""
    version = _form(given, present, name) | _decision(given)
    return version | ({"to_be_reviewed": True} if given["to_be_reviewed"] else {})


def _decision(given: Mapping[str, Any]) -> dict[str, Any]:
    """When it was decided and by whom, and where that is written."""
    version: dict[str, Any] = {"known_from": _known_from(given)}
    if given["effective_from"]:
        version["effective_from"] = _day(given["effective_from"], "--effective-from")
    for key in ("set_by", "set_on", "ratified_by", "ratified_on", "source", "quote"):
        if given[key]:
            version[key] = _roughly(given[key], key) if key.endswith("_on") else given[key]
    return version


def _form(given: Mapping[str, Any], present: Target, name: str) -> dict[str, Any]:
    """What is to be reached: a number with its comparator, or the present movement from a baseline."""
    forms = [form for form in (*COMPARATORS, "baseline") if given[form]]
    if len(forms) != 1:
        raise click.UsageError("say what is to be reached with one of --at-least, --at-most, --exactly, --between, "
                               "--more-than, --less-than and --baseline, for example --at-least 40%")  # fmt: skip
    form = forms[0]
    if form == "baseline":
        return _movement(given["baseline"], present, name)
    value = given[form]
    return {form: list(map(_number, value)) if form == "between" else _number(value)}


def _movement(baseline: str, present: Target, name: str) -> dict[str, Any]:
    """The present increase or decrease, with what it is measured from: a number, or an expression."""
    from indicator_engine import amounts

    if present.relative is None or present.relative == "additional":
        raise IndicatorEngineError(f"`{name}` is no increase or decrease, so it has no baseline")
    by: Any = True
    if present.value is not None:
        shown = amounts.exact(present.value * 100 if present.unit == "ratio" else present.value)
        by = f"{shown}%" if present.unit == "ratio" else _number(str(shown))
    return {present.relative: by, "baseline": _number(baseline) if amounts.read(baseline) else baseline}


def _number(text: str) -> Any:
    """A number as TOML has it: bare where it is plain, in quotes where it is a share."""
    from decimal import Decimal

    from indicator_engine import amounts

    found = amounts.read(text)
    if found is None:
        raise IndicatorEngineError(f'"{text}" is not a number; write 20, 2.5 or 40%')
    plain = text.strip()
    if found.unit != "number" or "/" in plain:
        return plain
    return Decimal(plain) if "." in plain else int(plain)


def _known_from(given: Mapping[str, Any]) -> date:
    """The day of the decision: as given, or the last day on which it may have been set."""
    if given["known_from"]:
        return _day(given["known_from"], "--known-from")
    if not given["set_on"]:
        raise click.UsageError("say when it was decided with --set-on, for example --set-on 2010-02-10")
    return _range_of(given["set_on"], "--set-on").latest


def _roughly(text: str, name: str) -> Any:
    """A day as such, or what is known of it in words."""
    found = _range_of(text, f"--{name.replace('_', '-')}")
    return found.latest if found.is_exact else text


def _range_of(text: str, option: str) -> FuzzyDate:
    """The days that a date as people write it may mean. Raises IndicatorEngineError for what names no year, too."""
    from indicator_engine import periods

    if found := periods.fuzzy_from(text):
        return found
    told = periods.no_such_day(text) or (
        f'"{text}" is no day and no month with its year; write 2008-09-10, "September 2008" or "early September 2008"'
    )
    raise IndicatorEngineError(f"{option}: {told}")


def _safe_lines(text: str) -> str:
    from indicator_engine.rendering.text import safe_text

    return "\n".join(safe_text(line, 2000) for line in text.splitlines())


# ── what it changes ──────────────────────────────────────────────────────────────────────────────────────────────────


def _effect(before: Statement, after: Statement, data: DataChoice, registered: Plugins) -> str:
    """Which verdicts, targets and values move, in the data given."""
    if not data.is_given:
        return "Name data to see which verdicts move: --events FILE --register FILE --as-of DATE, or --store FILE."
    taken = data.intake(before, registered)
    found = [data.evaluated(one, taken, registered) for one in (before, after)]
    return f"{_movements(*found)}\n\n{_rests(*found)}\n"


def _movements(before: Results, after: Results) -> str:
    moved = _moved(before, after)
    if not moved:
        return f"No verdict moves as of {before.as_of}: the new version does not stand then, or says the same."
    lines = (f"{name}\n  before  {old}\n  after   {new}" for name, old, new in moved)
    return f"As of {before.as_of} this moves:\n" + "\n".join(lines)


def _rests(before: Results, after: Results) -> str:
    """What the effect was found in; the pack that is to be written has a hash of its own."""
    from indicator_engine.rendering.explained import as_text, rests
    from indicator_engine.rendering.words import known

    heading, lines = rests(before.provenance, known(before.known_at))
    return as_text([(heading, [*lines, f"pack as changed {after.provenance.pack}"])])


def _moved(before: Results, after: Results) -> list[tuple[str, str, str]]:
    rows = []
    for old, new in zip(before, after, strict=True):
        pairs = [(old, new, old.id), *((a, b, f"{old.id}/{a.id}") for a, b in zip(old.parts, new.parts, strict=True))]
        for one, other, name in pairs:
            told = [_told(each) for each in (one, other)]
            if told[0] != told[1]:
                rows.append((name, told[0], told[1]))
    return rows


def _told(result: Any) -> str:
    """A result in a few words: value, target, verdict, what is lacking."""
    from indicator_engine.rendering import words

    needed = words.needed(result)
    parts = (words.value(result), f"target {words.target(result) or 'none'}", result.verdict.replace("_", " "), needed)
    flags = ", ".join(words.flag(name) for name in result.flags)
    return "; ".join(filter(None, (*parts, flags)))
