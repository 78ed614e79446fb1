"""The frame of a page of the dashboard: where it stands, what it links to, and the templates that write it."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import field
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import PackageLoader, PrefixLoader

from indicator_engine import plugins
from indicator_engine.conventions import NEUTRAL
from indicator_engine.frozen import dataclass
from indicator_engine.rendering import page
from indicator_engine.rendering.phrases import phrases_of
from indicator_engine.rendering.text import clean
from indicator_engine.rendering.view import publisher
from indicator_engine.server.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from indicator_engine.conventions import Convention
    from indicator_engine.rendering.phrases import Phrases
    from indicator_engine.server.answers import Place
    from indicator_engine.server.desk import State

_kept = Memory(32)


@dataclass(frozen=True)
class Frame:
    """Where a page stands. `root` is where the app is mounted; `at` is None on pages about no pack."""

    root: str
    convention: Convention = NEUTRAL
    digest: str = ""
    at: Place | None = None
    version: str = ""
    import_number: int = 0
    recorded_at: str = ""
    problems: tuple[str, ...] = ()
    fault: str = ""
    public: bool = False
    signed_in: bool = False
    many: bool = False
    """Whether other packs are served as well."""
    kept: dict[str, str] = field(default_factory=dict)
    """What links within the pack take along: the days that were asked for."""

    @property
    def publisher(self) -> str:
        """Whose page it is; empty where no county's convention is chosen."""
        return publisher(self.convention)

    def to(self, path: str, **query: Any) -> str:
        """An address of the app."""
        told = [(name, value) for name, value in query.items() if value not in (None, "")]
        return f"{self.root}{path}" + (f"?{urlencode(told, doseq=True)}" if told else "")

    def within(self, path: str = "", **query: Any) -> str:
        """An address of the pack, on the same days."""
        pack = quote(self.at.statement.id) if self.at else ""
        return self.to(f"/packs/{pack}{path}", **{**self.kept, **query})

    def indicator(self, name: str, path: str = "", **query: Any) -> str:
        """An address of an indicator."""
        return self.within(f"/indicators/{quote(name)}{path}", **query)

    @property
    def style(self) -> str:
        """Where the sheet of styles is."""
        own = self.at.statement.id if self.at else "-"
        return self.to(f"/static/{_version(sheet(self.convention))}/{own}.css")

    @property
    def script(self) -> str:
        """Where the script is that looks for newer figures."""
        return self.to(f"/static/{_version(script())}/live.js")

    @property
    def poll(self) -> str:
        """Where that script looks."""
        return self.to("/version")

    @property
    def say(self) -> Phrases:
        """The county's words."""
        return phrases_of(self.convention)


def frame_of(root: str, state: State, version: str, at: Place | None = None, **more: Any) -> Frame:
    """The frame of a page about a pack, or about none."""
    public = more.get("public", False)
    return Frame(
        root, at.statement.convention if at else NEUTRAL, at.statement.digest if at else "", at, version,
        state.snapshot.number, state.snapshot.recorded_at,
        ("a pack that was changed has problems",) * bool(state.standing.problems) if public
        else tuple(clean(str(one)) for one in state.standing.problems[:8]),
        many=len(state.standing.statements) > 1, **more,
    )  # fmt: skip


def written(frame: Frame, name: str, **told: Any) -> bytes:
    """A page, by its template."""
    environment: Environment = _kept.get(
        ("environment", frame.at.statement.id if frame.at else "", frame.digest), lambda: _environment(frame.convention)
    )
    text = environment.get_template(f"serve/{name}").render(
        frame=frame, say=frame.say, version=plugins.own_version(), named=functools.partial(_named, most=40), **told
    )
    return re.sub(r"\n\s*\n+", "\n", text).encode("utf-8", "backslashreplace")


def _named(names: Sequence[str], most: int) -> Markup:
    from markupsafe import Markup  # comes with Jinja2

    own = page.own
    shown = Markup(", ").join(map(own, names[:most]))
    return shown if len(names) <= most else shown + f" and {len(names) - most} more"


def _environment(convention: Convention) -> Environment:
    shipped = PackageLoader("indicator_engine.server", "templates")
    return page.environment(convention.look, PrefixLoader({"serve": shipped}))


def sheet(convention: Convention) -> str:
    """The page's sheet of styles, and what the dashboard adds; the county's own rules stay the last."""
    return _file("dashboard.css") + "\n" + page.sheet(convention.look)


def script() -> str:
    """The script."""
    return _file("live.js")


@functools.cache
def _file(name: str) -> str:
    return (resources.files("indicator_engine.server") / "static" / name).read_text("utf-8")


@functools.cache
def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
