"""A version is added to a target in the text of a pack: nothing that stands there is lost, moved or written anew."""

from __future__ import annotations

from datetime import date

import pytest
from tests.helpers import completed

from indicator_engine import plugins
from indicator_engine.definitions.amending import with_version
from indicator_engine.definitions.files import find_packs
from indicator_engine.definitions.load import load
from indicator_engine.problems import IndicatorEngineError

VERSION = {"at_least": 4, "known_from": date(2009, 6, 1), "set_by": "Group"}
WRITTEN = '{ at_least = 4, known_from = 2009-06-01, set_by = "Group" }'
MEASURE = 'measure = "count(pledge)"\nbetter = "higher"\n'


def amended(folder, text, stage=0):
    """The amendment of a pack of one indicator, whose target is this."""
    path = folder / "pack.toml"
    path.write_bytes(completed(MEASURE + text).encode())
    (files,) = find_packs([path])
    return amend(files, stage)


def amend(files, stage=0):
    """The pack's only indicator with the version."""
    loaded = load(files, plugins.load().conventions)
    assert loaded.statement, loaded.problems
    ((_, indicator),) = loaded.statement.indicators()
    return with_version(files, indicator, VERSION, stage)


def target_of(amendment):
    """The lines of the file from the target on."""
    text = amendment.after
    return text[text.index("\n", text.index("better =")) + 1 :].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('target = "TBC"', f'target = [\n  "TBC",\n  {WRITTEN},\n]', id="bare"),
        pytest.param(
            "target = { at_least = 3 }   # three [so far]",
            f"target = [\n  {{ at_least = 3 }},\n  {WRITTEN},\n]   # three [so far]",
            id="table with a comment",
        ),
        pytest.param(
            '    target = "TBC"', f'    target = [\n      "TBC",\n      {WRITTEN},\n    ]', id="as deep as its line"
        ),
        pytest.param('target = ["TBC"]', f'target = ["TBC", {WRITTEN}]', id="list on a line"),
        pytest.param('target = ["TBC",]', f'target = ["TBC", {WRITTEN},]', id="list with a comma at its end"),
        pytest.param(
            'target = [\n    "TBC",  # first, of two\n    # the last\n]',
            f'target = [\n    "TBC",  # first, of two\n    {WRITTEN},\n    # the last\n]',
            id="list over lines",
        ),
        pytest.param(
            'target = [\n    "TBC"  # first\n    , # a comma of its own\n]',
            f'target = [\n    "TBC"  # first\n    , # a comma of its own\n    {WRITTEN},\n]',
            id="comma on a line of its own",
        ),
        pytest.param(
            'target = [\n    "TBC"  # first, of two\n]',
            f'target = [\n    "TBC",  # first, of two\n    {WRITTEN}\n]',
            id="list over lines without a comma",
        ),
        pytest.param(
            'target = { at_least = "TBC", due = "by March 2010" }',
            'target = { due = "by March 2010", versions = [\n  { at_least = "TBC", due = "by March 2010" },'
            f"\n  {WRITTEN},\n] }}",
            id="with a deadline of its own",
        ),
        pytest.param(
            '[priority.indicator.target]\nat_least = "TBC"  # to come\n\n[event.more]',
            '[[priority.indicator.target]]\nat_least = "TBC"  # to come\n\n[[priority.indicator.target]]\n'
            'at_least = 4\nknown_from = 2009-06-01\nset_by = "Group"\n\n[event.more]',
            id="table of its own",
        ),
        pytest.param(
            '[[priority.indicator.target]]\nat_least = "TBC"',
            '[[priority.indicator.target]]\nat_least = "TBC"\n\n[[priority.indicator.target]]\nat_least = 4\n'
            'known_from = 2009-06-01\nset_by = "Group"',
            id="tables of a list",
        ),
    ],
)
def test_layout_is_kept(tmp_path, before, after):
    """The version is put in where it belongs, and everything around it stays as it was."""
    assert after.strip() == target_of(amended(tmp_path, before)).strip()


@pytest.mark.parametrize(
    "stages",
    [
        '[{ at_least = 2, due = "by June 2009" }, { at_least = "TBC", due = "by March 2010" }]',
        '[{ at_least = 2, due = "by June 2009" }, { due = "by March 2010", versions = ["TBC"] }]',
    ],
)
def test_stage(tmp_path, stages):
    """A version goes into the stage it is for."""
    found = amended(tmp_path, f"target = {stages}", stage=1)
    statement = load(found.files, plugins.load().conventions).statement
    assert statement
    ((_, indicator),) = statement.indicators()

    assert [[2], [None, 4]] == [[target.value for target in stage] for stage in indicator.stages]


def test_line_ends_are_kept(tmp_path):
    """A file from another system keeps its line ends."""
    path = tmp_path / "pack.toml"
    path.write_bytes(completed(MEASURE + 'target = "TBC"').replace("\n", "\r\n").encode())
    (files,) = find_packs([path])
    found = amend(files)

    assert found.content.count(b"\n") == found.content.count(b"\r\n")


def test_target_in_another_file(tmp_path):
    """The file that has the target is the one that changes."""
    text = completed(MEASURE + 'target = "TBC"')
    head, _, tail = text.partition("[[priority]]")
    (tmp_path / "pack.toml").write_text(head, encoding="utf-8")
    (tmp_path / "priorities.toml").write_text("[[priority]]" + tail, encoding="utf-8")
    (files,) = find_packs([tmp_path])

    assert "priorities.toml" == amend(files).path.name


def test_what_cannot_be_added_to_is_told_with_the_line_to_write(tmp_path):
    """A target in dotted keys has no place for a second version."""
    with pytest.raises(
        IndicatorEngineError, match=r"pack\.toml:\d+:1: this target .* `target = \[\{ … \}, \{ at_least"
    ):
        amended(tmp_path, 'target.at_least = "TBC"')


def test_the_difference_is_shown(tmp_path):
    """The diff has the lines that go and those that come, and no other."""
    diff = amended(tmp_path, 'target = "TBC"').diff.splitlines()

    assert ['-target = "TBC"'] == [line for line in diff[2:] if line.startswith("-")]
    assert 4 == sum(line.startswith("+") for line in diff[2:])
