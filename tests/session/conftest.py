"""Sessions on a plain loop. The fixtures of the engine's tests hold here too: nothing may be left behind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.conftest import loop_errors, nothing_left
from wsgui.session.client import ClientSession
from wsgui.session.server import ServerSession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["loop_errors", "nothing_left"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ClientSession]:
    """A client session that is closed at the end."""
    session = ClientSession("client", tmp_path)
    yield session
    await session.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerSession]:
    """A server session that listens, and is closed at the end."""
    session = ServerSession("server", tmp_path)
    task = session.start("127.0.0.1", 0)
    assert task is not None
    await task
    assert session.listening
    yield session
    await session.close()


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """What SQLite itself finds in a capture."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()
