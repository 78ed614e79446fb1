"""No change of a target, comparator, deadline, filter or set operator of the two statements goes unnoticed."""

from __future__ import annotations

import pytest

from indicator_engine.engine.packs import load_pack
from indicator_engine.testing.mutation import changes

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", ["indicators/nottinghamshire/2009-10.toml", "indicators/derbyshire/2008-09.toml"])
def test_every_change_is_noticed(path):
    """The tests beside the pack notice every one."""
    assert [] == [f"{one.indicator}: {one.what}: {one.fact}" for one in changes(load_pack(path)) if not one.noticed]
