"""``wsgui serve`` and foreign clients."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.peers import CLIENTS, RUN_CLIENT, all_is_well
from tests.patience import PATIENCE
from tests.programs import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


@pytest.mark.parametrize("peer", CLIENTS, indirect=True)
async def test_a_client_gets_back_what_it_sends(peer: str, tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    async with asyncio.timeout(PATIENCE), serving("--capture", str(path)) as served:
        result = await RUN_CLIENT[peer](served.url)
    assert all_is_well(result), result
    [(code, reason, ended_by)] = rows(path, "SELECT code, reason, ended_by FROM connections WHERE code IS NOT 1006")
    assert (code, reason, ended_by) == (4000, "enough", 1)
    assert rows(path, "SELECT * FROM violations") == []
    sizes = rows(path, "SELECT direction, count(*) FROM frames WHERE length = 1048576 GROUP BY direction ORDER BY 1")
    assert sizes[0] == (0, 2)
    if peer != "chromium":  # it cuts what it sends into frames of 128 KiB
        assert sizes == [(0, 2), (1, 2)]


@pytest.mark.parametrize("peer", ["ws", "websockets", "aiohttp"], indirect=True)
async def test_a_client_that_offers_compression_goes_without(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        result = await RUN_CLIENT[peer](served.url, "offer-deflate")
    assert all_is_well(result), result


@pytest.mark.parametrize("peer", ["ws", "websockets", "aiohttp"], indirect=True)
async def test_several_clients_at_once(peer: str) -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        results = await asyncio.gather(*(RUN_CLIENT[peer](served.url) for _ in range(3)))
    assert all(map(all_is_well, results)), results
