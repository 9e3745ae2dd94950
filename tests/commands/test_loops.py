"""Which loop the subcommands run on."""

from __future__ import annotations

import asyncio
import sys

import pytest

from wsgui.commands.exits import run_loop
from wsgui.commands.loops import loop_factory


def test_without_uvloop_it_is_that_of_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop_factory() is None
    assert run_loop(_module()) == len("asyncio.unix_events") or sys.platform == "win32"


def test_with_it_it_is_used() -> None:
    pytest.importorskip("uvloop")
    assert loop_factory() is not None
    assert run_loop(_module()) == len("uvloop")


async def _module() -> int:
    """An exit code that tells what the loop is of."""
    return len(type(asyncio.get_running_loop()).__module__)
