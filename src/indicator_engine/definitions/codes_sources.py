"""What the problems of a pack's `[source.<name>]` tables mean."""

from __future__ import annotations

from indicator_engine.definitions.codes import Code

CODES: tuple[Code, ...] = (
    Code(
        "IE080",
        "source of something the pack does not have",
        "A column or a constant of a source is to be an attribute, a column of the register or an event type that the "
        "pack does not declare.",
        "What it holds would have nowhere to go.",
        """
[source.returns]
columns = { "Date signed" = "ocurred_on", "Stage" = "stage" }
constants = { type = "pledge" }
""",
        """
[source.returns]
columns = { "Date signed" = "occurred_on", "Stage" = "stage" }
constants = { type = "pledge" }
""",
    ),
    Code(
        "IE081",
        "way of writing days that is not understood",
        "A text under `dates` is not a format of days.",
        "A day is read only as its format says; none is guessed.",
        """
[source.returns]
dates = ["dd/mm/yyyy"]
""",
        """
[source.returns]
dates = ["%d/%m/%Y"]
""",
    ),
    Code(
        "IE082",
        "source that contradicts itself",
        "Two things said of a source cannot both hold, or one of them cannot be.",
        "Which of them is meant would have to be guessed.",
        """
[source.returns]
columns = { "Stage" = "stage" }
constants = { stage = 2 }
""",
        """
[source.returns]
constants = { stage = 2 }
""",
    ),
)
