"""Why a file is not a workbook: told by how it begins, so that whoever sent it knows what to do about it.

Programs save web pages and plain text under the ending of a workbook, and a workbook with a password is another kind of
file. Reading those that are workbooks is left to the other modules.
"""

from __future__ import annotations

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How office files begin: those that are zip archives, and the older ones."""

SAVE_AGAIN = "open it in a spreadsheet program and save it as .xlsx"

_PAGES = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<style", b"<body", b"<table", b"<div", b"mime-version:")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 4_096


class RefusedError(Exception):
    """A workbook that is not read, or a sheet of it: a code of `codes.py`, the fact, what to do."""

    def __init__(self, code: str, fact: str, hint: str = "") -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint = code, fact, hint


def damaged(what: str = "the workbook is damaged or cut short") -> RefusedError:
    """What is said of a workbook that does not hold together."""
    return RefusedError("IE371", what, "fetch it again, or open it in a spreadsheet program and save it anew")


def encrypted() -> RefusedError:
    """What is said of a workbook that nobody can read without its password."""
    return RefusedError("IE371", "this workbook is encrypted", "save it without a password")


def is_encrypted(content: bytes) -> bool:
    """Whether an older office file is a newer workbook behind a password."""
    return _ENCRYPTED in content


def no_workbook(content: bytes) -> RefusedError:
    """What a file is that is not a workbook."""
    start = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not content:
        return RefusedError("IE371", "the file is empty", "fetch it again")
    if content.startswith(OLE):
        return encrypted() if is_encrypted(content) else damaged()
    if start.startswith(_PAGES) or b"<html" in start:
        return RefusedError("IE371", "this is a web page, named like a workbook", SAVE_AGAIN)
    return _other(content, start)


def _other(content: bytes, start: bytes) -> RefusedError:
    if start.startswith(b"<?xml"):
        what = "a workbook in the XML of 2003" if b"excel.sheet" in start else "XML"
        return RefusedError("IE371", f"this is {what}, not a workbook of today", SAVE_AGAIN)
    if start.startswith(b"%pdf"):
        return RefusedError("IE371", "this is a PDF, not a workbook", "ask for the workbook it was made from")
    if _is_text(content[:_HEAD]):
        return RefusedError("IE371", "this is plain text, not a workbook", "if it is CSV, let its name end in .csv")
    return damaged("this is not a workbook, or it is damaged")


def _is_text(content: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 32 for byte in content)
