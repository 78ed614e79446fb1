"""The description of the API as a file: `python -m indicator_engine.server.openapi`."""

from __future__ import annotations

import sys

from fastapi import FastAPI

from indicator_engine.rendering.data import json_text
from indicator_engine.server import api
from indicator_engine.server.app import described


def document() -> str:
    """The OpenAPI document, without a server and its packs."""
    app = FastAPI(**described())
    app.include_router(api.router)
    return json_text(app.openapi())


if __name__ == "__main__":
    sys.stdout.write(document())
