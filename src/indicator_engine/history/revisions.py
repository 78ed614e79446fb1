"""A pack as it was in a revision of git: `HEAD~1:indicators/derbyshire/2008-09.toml`.

Git is asked for the pack's TOML files and the CSV files beside and below them; nothing is checked out, and the working
folder is not touched.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from indicator_engine.history.editions import frozen_pack, thawed
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins

SUFFIXES = (".toml", ".csv")
"""Files that a pack can have."""


def is_revision(path: Path | str) -> bool:
    """Whether a path names a revision: it has a colon, and there is no such file."""
    revision, colon, inside = str(path).partition(":")
    return bool(colon and revision and inside) and not Path(path).exists()


def pack_of_revision(path: Path | str, registered: Plugins) -> Statement:
    """The pack at `REVISION:PATH`. Raises IndicatorEngineError where git has none, PackError where it has errors."""
    revision, _, inside = str(path).partition(":")
    if revision.startswith("-"):
        raise IndicatorEngineError(f"`{revision}` is no revision of git")
    wanted = PurePosixPath(inside)
    folder = wanted.parent if wanted.suffix == ".toml" else wanted
    listed = _git("ls-tree", "-r", "-z", "--name-only", "--end-of-options", revision, "--", f"{folder}/")
    names = [name for name in listed.decode().split("\0") if name.endswith(SUFFIXES)]
    if not names:
        raise IndicatorEngineError(f"revision {revision} has no pack at {inside}")
    with tempfile.TemporaryDirectory(prefix="indicators-") as name:
        top = Path(name).resolve()
        for one in names:
            place = top / PurePosixPath(one).relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_git("cat-file", "blob", f"{revision}:./{one}"))
        pack = top / wanted.name if wanted.suffix == ".toml" else top
        return thawed(frozen_pack(pack, registered), registered)


def _git(*arguments: str) -> bytes:
    """What git prints. Raises IndicatorEngineError with its first words where it fails."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607  # the user's git
    except OSError as fault:
        raise IndicatorEngineError(f"git cannot be run: {fault.strerror}") from fault
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines() or ["it gives no reason"]
        raise IndicatorEngineError(f"git: {told[0].removeprefix('fatal: ')}")
    return done.stdout
