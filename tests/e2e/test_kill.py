"""``kill -9`` in the middle of a flood: what was seen in the capture before is there after it, and the file is sound.

How much of the last moment is lost is measured by ``tests/soak/soak_kill.py``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.e2e.flood import Flood, flood_and_kill, numbers_in
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(path: Path) -> int:
    """How many frames another program finds in the capture."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM frames WHERE opcode = 2 AND direction = 1").fetchone()[0])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("least", [1, 200, 2000])
async def test_killed_in_the_middle_of_a_flood(tmp_path: Path, least: int) -> None:
    path = tmp_path / "x.wscap"
    seen = 0

    async def moment() -> None:
        nonlocal seen
        async with asyncio.timeout(PATIENCE):
            while seen < least:
                await asyncio.sleep(0)
                seen = rows_of(path)

    flood = Flood()
    await flood_and_kill(path, flood, moment)
    found = numbers_in(path)
    assert found == list(range(len(found))), "a frame is missing in the middle"
    assert len(found) >= seen >= least
