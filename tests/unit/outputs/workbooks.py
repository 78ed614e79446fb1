"""A workbook read back: its cells by a library that did not write it, and its parts as they lie in the file."""

from __future__ import annotations

import io
import zipfile

from python_calamine import CalamineWorkbook, load_workbook


def opened(data: bytes) -> CalamineWorkbook:
    """The workbook in these bytes."""
    return load_workbook(io.BytesIO(data))


def rows_below(data: bytes, sheet: str, heading: str) -> list[dict[str, object]]:
    """The rows of the table that has this heading, each by its headings."""
    rows = opened(data).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    at = next(number for number, row in enumerate(rows) if heading in row)
    below = rows[at + 1 :]
    end = next((number for number, row in enumerate(below) if not any(cell != "" for cell in row)), len(below))
    return [dict(zip(map(str, rows[at]), row, strict=True)) for row in below[:end]]


def parts(data: bytes, folder: str) -> dict[str, str]:
    """The files of the archive below a folder, as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith(folder)}
