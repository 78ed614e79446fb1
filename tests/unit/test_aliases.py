"""What is odd about an alias: names that nothing has which was stored."""

from __future__ import annotations

from datetime import datetime

from tests.helpers import completed, event, pack

from indicator_engine.store.accounts import Terms
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, memory_store
from indicator_engine.store.tables import table_of

TERMS = Terms(at=datetime.fromisoformat("2010-03-01T12:00"))
PACK = "measure = 'count(members)'\nkind = \"monitored\""
NOBODY = "no event and no row of the register has the name"


def test_a_name_in_a_column_that_names_subjects_is_one():
    """Of the register, and of events; a text of any other column is none."""
    parent = 'parent = { type = "subject" }\nplace = { type = "text" }\n'
    statement = pack(completed(PACK).replace("[subject.attributes]\n", f"[subject.attributes]\n{parent}"))
    rows = [{"organisation": "A", "kind": "member", "parent": "B ltd", "place": "Here"}]
    events = [event("sighting", "A", other_org="C ltd")]
    with memory_store() as store:
        store.take_in(table_of(rows, "register"), statement.schema, PLAIN_REGISTER, TERMS)
        store.take_in(table_of(events, "events"), statement.schema, PLAIN_EVENTS, TERMS)
        found = [store.doubts_of_alias(name, "A") for name in ("B ltd", "C ltd", "Here", "B lltd")]

    assert [[], [], [f"{NOBODY} `Here`"], [f"{NOBODY} `B lltd`; did you mean `B ltd` or `C ltd`?"]] == found


def test_a_store_in_which_nothing_is_yet():
    """Neither name is that of anybody, and there is none to be near to."""
    with memory_store() as store:
        store.alias("A ltd", "A", TERMS)
        found = store.doubts_of_alias("A ltd", "A")

    assert [f"{NOBODY} `A ltd`", f"{NOBODY} that `A ltd` leads to, `A`"] == found
