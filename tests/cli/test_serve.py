"""The command that serves: what it refuses before it listens, and that it listens."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from indicator_engine.cli import serve


def test_other_addresses_need_a_token(starter, store, filled, indicators):
    """Nobody is shown figures by accident; what to write is said."""
    found = indicators("serve", starter, "--store", store, "--host", "0.0.0.0")  # noqa: S104  # it is refused

    assert 2 == found.exit_code
    assert "--token-file FILE" in found.stderr
    assert "chmod 600" in found.stderr


def test_missing_extra_is_told(starter, store, filled, indicators, monkeypatch):
    """Without its packages the command says what to install."""
    monkeypatch.setattr(serve, "find_spec", lambda _: None)
    found = indicators("serve", starter, "--store", store)

    assert 2 == found.exit_code
    assert "pip install 'indicator-engine[serve]'" in found.stderr


def test_pack_with_problems_is_told(mistake, store, filled, indicators):
    """As everywhere, with its place."""
    found = indicators("serve", mistake, "--store", store)

    assert 1 == found.exit_code
    assert "memmbers" in found.stderr


@pytest.mark.slow
def test_it_listens(starter, store, filled):
    """As a program it answers, and ends when it is told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "indicator_engine",
        "serve",
        str(starter),
        "--store",
        str(store),
        "--port",
        str(port),
    ]
    program = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        assert b'"ok":true' in answer(f"http://127.0.0.1:{port}/healthz")
    finally:
        program.terminate()
        _, said = program.communicate(timeout=30)

    assert f"http://127.0.0.1:{port}/".encode() in said


def answer(address):
    """What comes from an address, as soon as anybody listens."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(address) as found:  # noqa: S310  # our own address
                return found.read()
        except OSError:
            time.sleep(0.1)
    return b""
