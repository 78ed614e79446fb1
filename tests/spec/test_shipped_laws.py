"""The laws that hold of everything hold of every indicator of the two shipped packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicator_engine.engine.packs import load_pack
from indicator_engine.testing import laws

pytestmark = [pytest.mark.generative, pytest.mark.slow]

PACKS = sorted((Path(__file__).parents[2] / "indicators").glob("*/20??-??.toml"))
LAWS = (
    laws.check_order_independent, laws.check_idempotent, laws.check_deadline_edge, laws.check_unknown_refines,
)  # fmt: skip


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_holds_of_a_shipped_pack(path, law):
    """Nothing breaks it."""
    law(load_pack(path), examples=6)
