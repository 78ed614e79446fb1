"""Commands by which people change what a store says: `correct`, `retract`, `alias`; and `history`, which shows all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.stores import opened, store_option, table
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.cells import CellError
    from indicator_engine.store.records import Version
    from indicator_engine.store.store import Store


def reason_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say why, by whom and when."""
    for option in (
        click.option(
            "--recorded-at", metavar="DATE", help="When it became known, if not now: a day, or a day and time."
        ),
        click.option("--by", metavar="NAME", help="Who says so; your login name, if left out."),
        click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the change."),
    ):
        command = option(command)
    return command


def terms(reason: str, by: str | None, recorded_at: str | None, **more: Any) -> Terms:
    """The terms of a change or an import."""
    from indicator_engine.store.store import terms_of

    given = {"by": by} if by else {}
    return terms_of(reason=reason, recorded_at=instant(recorded_at), **given, **more)


def instant(text: str | None) -> datetime | None:
    """An instant as a person types it: a day, or a day and time. Raises IndicatorEngineError."""
    from indicator_engine.store.cells import CellError, read_instant

    try:
        return read_instant(text)
    except CellError as fault:
        raise _not_understood(fault, text) from fault


@click.command()
@click.argument("event_id")
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE...")
@store_option
@reason_options
def correct(event_id: str, changes: tuple[str, ...], path: Path, **why: Any) -> None:
    """Record that EVENT_ID was told wrongly.

    \b
    indicators correct n0042 stage=2 occurred_on=2009-11-03 --reason "misread form" --store compact.store

    It gets a newer version with other values. NAME is an attribute, `occurred_on` or the subject's column; an empty
    VALUE is unknown. Nothing is overwritten.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    values = dict(_pair(one) for one in changes)
    with opened(path, writable=True) as store:
        version = store.correct(event_id, values, terms(**why))
    screen.say(
        f"Event {event_id} corrected by import {version.position}; `indicators history {event_id}` shows every version."
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError(f"write what changes as NAME=VALUE, such as stage=2; this is `{text}`")
    return name.strip(), value.strip()


@click.command()
@click.argument("event_id")
@store_option
@reason_options
def retract(event_id: str, path: Path, **why: Any) -> None:
    """Record that EVENT_ID never happened.

    What was known before is kept, and past answers stay as they were.
    """
    with opened(path, writable=True) as store:
        store.retract(event_id, terms(**why))
    screen.say(f"Event {event_id} retracted; `indicators history {event_id}` shows every version.")


@click.command()
@click.argument("event_id")
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def history(event_id: str, path: Path, form: str) -> None:
    """Show every version of EVENT_ID.

    What each said, since when, by which import, who changed it and why.
    """
    with opened(path) as store:
        versions = store.history(event_id)
        if not versions:
            from indicator_engine.store.changes import near_ids

            raise IndicatorEngineError(f"the store has no event `{event_id}`" + near_ids(store.database, event_id))
        told = _told(store, versions)
    if form == "json":
        screen.write(screen.as_json(told), None)
        return
    for number, one in enumerate(told, 1):
        click.echo(_shown(one, number, latest=number == len(told)))


def _told(store: Store, versions: Sequence[Version]) -> list[dict[str, Any]]:
    from indicator_engine.store.staging import as_text

    imports = {entry.number: entry for entry in store.imports()}
    return [
        {
            "event_id": one.event_id,
            "retracted": one.retracted,
            "type": one.type,
            "subject": one.subject,
            "occurred_on": None if one.retracted else one.occurred_on.isoformat(),
            "recorded_at": one.recorded_at.isoformat(),
            "attributes": {name: as_text(value) for name, value in one.attributes.items() if value not in (None, ())},
            "import": one.position,
            "source": one.source,
            "kind": imports[one.position].kind,
            "by": imports[one.position].by,
            "at": imports[one.position].at,
            "reason": imports[one.position].reason,
        }
        for one in versions
    ]


def _shown(one: dict[str, Any], number: int, *, latest: bool) -> str:
    from indicator_engine.rendering.text import safe_text

    what = "retracted" if one["retracted"] else f"{one['type']} of {one['subject']} on {one['occurred_on']}"
    said = ", ".join(f"{name} {value}" for name, value in one["attributes"].items())
    recorded, by = one["recorded_at"].replace("T", " "), one["by"] or "nobody named"
    lines = [
        f"{number}. {what}{f': {said}' if said else ''}{'  (stands)' if latest else ''}",
        f"   recorded {recorded}, import {one['import']} ({one['kind']}) by {by}",
        f"   {(one['reason'] and 'because: ' + one['reason']) or 'from ' + one['source']}",
    ]
    return "\n".join(safe_text(line, 500) for line in lines)


@click.group()
def alias() -> None:
    """Other names of subjects: spellings, renamings, mergers."""


@alias.command("add")
@click.argument("name")
@click.argument("means")
@click.option("--from", "since", metavar="DATE", help="From this day on, as with a merger; always, if left out.")
@store_option
@reason_options
def add(name: str, means: str, since: str | None, path: Path, **why: Any) -> None:
    """Record that NAME means the subject MEANS, always or from a day on.

    What happened before that day stays with the old name. Nothing stored is changed; past answers stay as they were.
    A name that nothing in the store has yet may be recorded, and it is said that it is one.
    """
    if name.strip() == means.strip():
        raise IndicatorEngineError(
            f"`{name}` means itself as it is: name the subject it stands for; `indicators alias remove` takes one back"
        )
    with opened(path, writable=True) as store:
        store.alias(name, means, terms(**why), _day(since))
        doubts = store.doubts_of_alias(name, means)
    for one in doubts:
        screen.say(f"indicators: {one}")
    if doubts:
        screen.say("indicators: the alias is recorded all the same, for what is imported later")
    screen.say(f"`{name}` means `{means}`{f' from {since}' if since else ''}.")


@alias.command("remove")
@click.argument("name")
@store_option
@reason_options
def remove(name: str, path: Path, **why: Any) -> None:
    """Record that NAME means nobody else any more."""
    with opened(path, writable=True) as store:
        if name not in {one.name for one in store.aliases()}:
            raise IndicatorEngineError(f"`{name}` is no alias; `indicators alias list` shows those there are")
        store.alias(name, name, terms(**why))
    screen.say(f"`{name}` means itself again.")


@alias.command("list")
@store_option
def list_(path: Path) -> None:
    """List the names that mean somebody else."""
    with opened(path) as store:
        found = store.aliases()
    rows = [(one.name, one.means, one.since or "always", f"import {one.number}") for one in found]
    click.echo(table([("name", "means", "from", "recorded by"), *rows]) if rows else "No aliases.")


def _day(text: str | None) -> date | None:
    from indicator_engine.store.cells import CellError, read_day

    try:
        return read_day(text)
    except CellError as fault:
        raise _not_understood(fault, text) from fault


def _not_understood(fault: CellError, text: str | None) -> IndicatorEngineError:
    """What is wrong with a day, or a day and time, that a person has typed."""
    from indicator_engine import periods

    return IndicatorEngineError(periods.no_such_day((text or "")[:10]) or fault.fact)
