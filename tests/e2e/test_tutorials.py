"""What tutorials build, with `wsgui serve` as the server and a page in a headless Chromium as its client."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.peers import missing, run_page
from tests.patience import PATIENCE
from tests.programs import serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(missing("chromium")), reason=missing("chromium") or "chromium is there"),
]


async def page_does(what: str, *words: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE), serving(*words) as served:
        return await run_page("tutorials_page.html", served.url, what)


async def test_a_chat_of_three_pages() -> None:
    assert await page_does("chat", "--route", "/chat=chat") == {
        "told": [
            "* Ann joined chat",
            "* Bob joined chat",
            "* Bob joined chat",
            "Ann: hello, all",
            "Ann: hello, all",
            "Ann: hello, all",
            "* Cy joined chat",
            "* Cy joined chat",
            "* Bob left chat",
        ]
    }


async def test_calls() -> None:
    assert await page_does("rpc", "--route", "/rpc=rpc") == {
        "answers": [
            {"error": "Call auth before getUsers."},
            {"error": "The user or the password is wrong."},
            {"result": ["admin"]},
            {"result": 1},
            {"pong": 7},
            "admin",
            '{"result": ["admin"]}',
        ]
    }


async def test_a_timed_push() -> None:
    assert await page_does("push", "--route", "/ticks=ticker rate=5000") == {"whole": True}


async def test_fragments_seen_frame_by_frame(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    words = ("--route", "/fragments=fragments size=4 between=ping", "--capture", str(path))
    assert await page_does("fragments", *words) == {"text": "héllo, wörld"}
    with closing(sqlite3.connect(path)) as database:
        sent = database.execute("SELECT opcode, length FROM frames WHERE direction = 0 AND opcode >= 0").fetchall()
    assert [(opcode, length) for opcode, length in sent if opcode < 8] == [(1, 4), (0, 4), (0, 4), (0, 2)]
    assert [length for opcode, length in sent if opcode == 9] == [1, 1, 1]


async def test_a_heartbeat_that_the_browser_answers() -> None:
    assert await page_does("heartbeat", "--route", "/heartbeat=heartbeat interval=20ms report=on") == {"told": True}
