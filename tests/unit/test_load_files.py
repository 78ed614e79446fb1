"""Which files make a pack, and how they are put together."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from indicator_engine import load_pack
from indicator_engine.definitions.files import PackFiles, find_packs, without_strays
from indicator_engine.definitions.load import load
from indicator_engine.definitions.precheck import LARGEST_FILE

if TYPE_CHECKING:
    from pathlib import Path

STATEMENT = '[statement]\nid = "{name}"\ntitle = "Statement"\nperiod = "09-10"\n'
TESTS = '[[test]]\nname = "nothing"\nas_of = 2010-03-31\nexpect.pledges = { value = 0 }\n'


def write(folder: Path, *names: str) -> Path:
    """Statements, tests and empty files by their names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_statement = path.suffix == ".toml" and "." not in path.stem and path.stem != "tests"
        text = STATEMENT.format(name=path.stem) if is_statement else TESTS if path.suffix == ".toml" else ""
        path.write_text(text, "utf-8")
    return folder


def names(packs: list[PackFiles]) -> list[list[str]]:
    """The files of each pack, as messages call them."""
    return [[file.name for file in pack.files] for pack in packs]


def codes(packs: list[PackFiles]) -> list[tuple[str, str]]:
    """The problems of finding packs, each with its file."""
    return [(problem.code, problem.where.file) for pack in packs for problem in pack.problems if problem.where]


def test_a_file_is_a_pack(tmp_path):
    """A file with a statement is a pack."""
    write(tmp_path, "2009-10.toml")

    assert [["2009-10.toml"]] == names(find_packs([tmp_path / "2009-10.toml"], tmp_path))


def test_companions_by_name(tmp_path):
    """A file belongs to the statement it is named after, the longest name first."""
    write(tmp_path, "2009.toml", "2009-10.toml", "2009-10.tests.toml", "2009.more.tests.toml")

    found = names(find_packs([tmp_path], tmp_path))

    assert [["2009-10.toml", "2009-10.tests.toml"], ["2009.toml", "2009.more.tests.toml"]] == found


def test_only_statement_of_a_folder(tmp_path):
    """All files of a folder belong to its only statement, those of folders within do not."""
    write(tmp_path, "2009-10.toml", "tests.toml", "later/2010-11.toml")

    assert [["2009-10.toml", "tests.toml"], ["later/2010-11.toml"]] == names(find_packs([tmp_path], tmp_path))


def test_a_companion_leads_to_its_pack(tmp_path):
    """Naming the file with the tests gives the whole pack."""
    write(tmp_path, "2009-10.toml", "2009-10.tests.toml", "2010-11.toml")

    assert [["2009-10.toml", "2009-10.tests.toml"]] == names(find_packs([tmp_path / "2009-10.tests.toml"], tmp_path))


def test_each_pack_once(tmp_path):
    """A pack that is named twice is found once."""
    write(tmp_path, "2009-10.toml")

    assert 1 == len(find_packs([tmp_path, tmp_path / "2009-10.toml", str(tmp_path)], tmp_path))


def test_stray_file(tmp_path):
    """A file that could belong to several statements belongs to none, and that is told."""
    write(tmp_path, "2009-10.toml", "2010-11.toml", "tests.toml")

    assert [("IE024", "tests.toml")] == codes(find_packs([tmp_path], tmp_path))


def test_a_broken_statement_is_not_passed_over(tmp_path):
    """Tests whose statement has lost its header are told, not passed over in silence."""
    write(tmp_path, "tests.toml")

    assert [("IE024", "tests.toml")] == codes(find_packs([tmp_path], tmp_path))


def test_files_of_others_are_no_concern(tmp_path):
    """TOML files of other programs in a folder without a statement are left alone."""
    write(tmp_path, "packs/2009-10.toml", "packs/.hidden.toml", ".git/2008-09.toml")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")

    found = find_packs([tmp_path], tmp_path)

    assert [["packs/2009-10.toml"]] == names(found)
    assert [] == codes(found)


def test_one_statement_among_files_of_none(tmp_path):
    """Files of sources in a folder within are not counted; what cannot be read might be a part, and is."""
    write(tmp_path, "2009-10.toml", "maps/theirs.tests.toml")
    found = without_strays(find_packs([tmp_path], tmp_path))
    (tmp_path / "more.toml").symlink_to("/dev/null")
    unread = without_strays(find_packs([tmp_path], tmp_path))

    assert [["2009-10.toml"]] == names(found)
    assert "2009-10" == load_pack(tmp_path / "2009-10.toml").id
    assert [["2009-10.toml"], []] == names(unread)
    (tmp_path / "more.toml").unlink()
    assert "2009-10" == load_pack(tmp_path).id


def test_nothing_there(tmp_path):
    """A folder without a statement, and a name that is none, are told with the nearest name."""
    write(tmp_path / "empty", "notes.txt")
    write(tmp_path, "2009-10.toml")

    assert [("IE024", "empty")] == codes(find_packs([tmp_path / "empty"], tmp_path))
    (pack,) = find_packs([tmp_path / "2009-11.toml"], tmp_path)
    assert [("IE023", "2009-11.toml")] == codes([pack])
    assert "did you mean `2009-10.toml`?" == pack.problems[0].hint


def test_links_that_lead_outside(tmp_path):
    """A link to a file of another folder is refused, one within the folder is followed."""
    write(tmp_path, "other/secret.toml", "pack/2009-10.toml", "pack/tests.data")
    (tmp_path / "pack" / "events.toml").symlink_to(tmp_path / "other" / "secret.toml")
    (tmp_path / "pack" / "more.toml").symlink_to(tmp_path / "pack" / "tests.data")

    found = find_packs([tmp_path / "pack"], tmp_path)

    assert [["pack/2009-10.toml", "pack/more.toml"], []] == names(found)
    assert [("IE023", "pack/events.toml")] == codes(found)


def test_linked_folders_are_not_searched(tmp_path):
    """A search does not follow links to folders, so it ends."""
    write(tmp_path, "pack/2009-10.toml")
    (tmp_path / "pack" / "again").symlink_to(tmp_path / "pack", target_is_directory=True)

    assert [["pack/2009-10.toml"]] == names(find_packs([tmp_path], tmp_path))


def test_a_folder_named_like_a_file(tmp_path):
    """A folder whose name ends like a file's is told."""
    write(tmp_path, "2009-10.toml")
    (tmp_path / "tests.toml").mkdir()

    assert [("IE023", "tests.toml")] == codes(find_packs([tmp_path], tmp_path))


def test_a_huge_file_is_not_read_whole(tmp_path):
    """No more is read of a file than shows that it is too large."""
    (tmp_path / "2009-10.toml").write_bytes(b"[statement]\n" + b"#" * (LARGEST_FILE * 2))

    (pack,) = find_packs([tmp_path])

    assert LARGEST_FILE + 1 == len(pack.files[0].content)
    assert ["IE002"] == [problem.code for problem in load(pack, {}).problems]


def test_digest(tmp_path):
    """The digest changes with every name and every byte, and with nothing else."""
    pack = write(tmp_path / "a", "2009-10.toml", "tests.toml")
    same = write(tmp_path / "b", "2009-10.toml", "tests.toml")
    renamed = write(tmp_path / "c", "2009-10.toml")
    (renamed / "texts.toml").write_text(TESTS, "utf-8")
    changed = write(tmp_path / "d", "2009-10.toml", "tests.toml")
    (changed / "tests.toml").write_text(TESTS + "\n", "utf-8")

    digests = [find_packs([folder])[0].digest for folder in (pack, same, renamed, changed)]

    assert digests[0] == digests[1]
    assert 3 == len(set(digests))
    assert 64 == len(digests[0])


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../outside.csv", "lies outside the pack's folder"),
        ("data/../../outside.csv", "lies outside the pack's folder"),
        ("/etc/passwd", "is not a name relative to the pack's folder, with / between folders"),
        ("data\\events.csv", "is not a name relative to the pack's folder, with / between folders"),
        ("data", "is not there"),
        ("nothing.csv", "is not there"),
        ("link.csv", "lies outside the pack's folder"),
    ],
)
def test_data_files_outside(tmp_path, name, fault):
    """Data are read from the pack's own folder only."""
    write(tmp_path, "outside.csv", "pack/2009-10.toml", "pack/data/events.csv")
    (tmp_path / "pack" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (pack,) = find_packs([tmp_path / "pack"])

    assert fault == pack.beside(name)
    assert tmp_path / "pack" / "data" / "events.csv" == pack.beside("data/events.csv")


def test_what_loading_imports():
    """Loading brings in nothing that draws tables, serves pages or stores data."""
    code = (
        "import sys; import indicator_engine.definitions.load, indicator_engine.definitions.files; "
        "print(*sorted({'rich', 'click', 'duckdb', 'jinja2', 'pluggy', 'tomli_w'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "" == done.stdout.strip()
