"""JSON as every output writes it: exact, readable, harmless on a terminal."""

from __future__ import annotations

import json
import re

_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def json_text(value: object) -> str:
    """JSON, indented, with a line feed at the end. Raises ValueError for NaN and infinity.

    Characters a terminal would act on, or a reader could not see, are written as escapes: the values stay what they
    are, and printing them stays harmless.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return _UNSEEN.sub(_escaped, text) + "\n"


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
