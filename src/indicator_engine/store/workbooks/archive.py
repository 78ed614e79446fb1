"""The archive that a workbook is, looked at before anything reads it: how large it gets and what is in it.

Workbooks of today are zip archives. A small one can unpack to gigabytes, or hold text that grows as it is read. The
directory is held against the limits below, and readers get a copy of their own with nothing in it but checked texts.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from indicator_engine.store.workbooks.refusals import RefusedError, damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 200_000_000
"""Bytes that the members may have together when unpacked; a file of more is not even opened."""

RATIO = 100
"""How many times its size in the archive a member, or all of them, may unpack to …"""

RATIO_FROM = 1_000_000
"""… if it unpacks to more bytes than this."""

MEMBERS = 1_000
"""Members that an archive may have."""

HEAD = 4_096
"""Bytes at the start of a text in which a declaration of its own kind of document is looked for."""

_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXTS = (".xml", ".rels", "mimetype")
_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip


def unpacked(content: bytes) -> dict[str, bytes]:
    """The texts in an archive, by their names. Raises RefusedError for one beyond the limits, or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_directory(members)
            texts = [member for member in members if member.filename.casefold().endswith(_TEXTS)]
            for member in texts:
                with archive.open(member) as file:
                    _check_head(member.filename, file.read(HEAD))
            return {member.filename: archive.read(member) for member in texts}
    except _FAULTS as fault:
        raise damaged() from fault


def packed(texts: Mapping[str, bytes]) -> io.BytesIO:
    """An archive of these texts and nothing else."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    copy.seek(0)
    return copy


def _check_directory(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBERS:
        raise _beyond(f"the workbook has {len(members)} parts; at most {MEMBERS} are read")
    for member in members:
        _check_name(member.filename)
        _check_ratio(f"its part {member.filename:.80}", member.file_size, member.compress_size)
        if member.flag_bits & 1:
            raise encrypted()
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise damaged("the workbook is packed in a way that workbooks are not")
    _check_size(sum(member.file_size for member in members))
    _check_ratio("it", sum(one.file_size for one in members), sum(one.compress_size for one in members))


def _check_name(name: str) -> None:
    plain = name.replace("\\", "/")
    if plain.startswith("/") or plain[1:2] == ":" or ".." in plain.split("/"):
        raise _beyond(f"the workbook has a part called {name:.80}, which lies outside of it")


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise _beyond(f"the workbook unpacks to {_shown(size)}; at most {_shown(LARGEST)} are read")


def _check_ratio(what: str, size: int, packed_size: int) -> None:
    if size > RATIO_FROM and size > RATIO * packed_size:
        fact = f"the workbook is packed too densely: {what} unpacks from {_shown(packed_size)} to {_shown(size)}"
        raise _beyond(f"{fact}; at most {RATIO} times its size is read")


def _check_head(name: str, head: bytes) -> None:
    if found := _DECLARATION.search(head.replace(b"\0", b"")):
        fact = f"the workbook's part {name:.80} declares a kind of document of its own ({found[1].decode()})"
        raise _beyond(f"{fact}, which no spreadsheet program writes")


def _beyond(fact: str) -> RefusedError:
    return RefusedError("IE370", fact, "open it in a spreadsheet program and save what is needed as a new workbook")


def _shown(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size} bytes"
