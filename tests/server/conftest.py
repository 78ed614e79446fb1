"""A client of the app over a county's statement, and what tests ask of it most."""

from __future__ import annotations

import shutil

import pytest
from starlette.testclient import TestClient
from tests.serving import app_over, filled_store


@pytest.fixture(scope="session")
def first_store(tmp_path_factory):
    """The store with Nottinghamshire's events, made once and only read."""
    return filled_store(tmp_path_factory.mktemp("store") / "county.store")


@pytest.fixture
def store(first_store, tmp_path):
    """A copy of that store, to be changed."""
    for path in first_store.parent.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path / first_store.name


@pytest.fixture(scope="module")
def shared(first_store):
    """A client of an app that nobody changes."""
    app = app_over(first_store)
    yield TestClient(app)
    app.state.desk.close()


@pytest.fixture(scope="module")
def public(first_store):
    """A client of the same for the public."""
    app = app_over(first_store, audience="public")
    yield TestClient(app)
    app.state.desk.close()


@pytest.fixture
def served(first_store):
    """Make a client of an app with options of its own."""
    apps = []

    def make(path=first_store, **options):
        apps.append(app_over(path, **options))
        return TestClient(apps[-1])

    yield make
    for app in apps:
        app.state.desk.close()
