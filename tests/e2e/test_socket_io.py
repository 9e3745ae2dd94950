"""The chat of Socket.IO's tutorial: ``wsgui serve`` as the server, npm's ``socket.io-client`` as its clients."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.e2e.peers import missing, run_socket_io_chat
from tests.patience import PATIENCE
from tests.programs import serving

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = {"4": "socket.io-client", "2": "socket.io-client-2"}
TEXT = "h\u00e9llo \U0001f600"
BUFFER = {"type": "Buffer", "data": [1, 2, 3]}


@pytest.mark.e2e
@pytest.mark.parametrize("version", PACKAGES)
@pytest.mark.parametrize(
    ("transports", "way"),
    [
        (["polling", "websocket"], ["polling", "websocket"]),
        (["polling"], ["polling"]),
        (["websocket"], ["websocket"]),
    ],
    ids=["upgraded", "polling only", "websocket only"],
)
async def test_the_chat(version: str, transports: list[str], way: list[str], tmp_path: Path) -> None:
    if why := missing(PACKAGES[version]):
        pytest.skip(why)
    capture = tmp_path / "x.wscap"
    holds = "wsgui: x.wscap holds secrets of handshakes (token in the URL); exports mask them.\n"
    says = holds if "polling" in transports else ""  # a session's id
    words = ("--behaviour", "socketio", "--capture", str(capture))
    async with asyncio.timeout(PATIENCE), serving(*words, says=says) as served:
        url = served.url.replace("ws://", "http://").rstrip("/")
        seen = await run_socket_io_chat(url, version, json.dumps(transports))
    assert "error" not in seen, seen["error"]
    assert list(dict.fromkeys(seen["transports"])) == way
    assert seen["transport"] == way[-1]
    assert sorted(seen["messages"][:2]) == [["ann", TEXT, BUFFER], ["bob", TEXT, BUFFER]]
    assert sorted(seen["messages"][2:]) == [["ann", "once more"], ["bob", "once more"]]
    assert (seen["ack"], seen["again"], seen["rooms"]) == ([TEXT, BUFFER], ["once more"], [["red"]])
    assert seen["namespace"] == [1, {"two": {"type": "Buffer", "data": [7]}}]
    old = [["joined", 3]] * (version == "2")  # then a client is in the main namespace too, whichever it asks for
    assert seen["told"] == [["joined", 2], *old, ["left", 1 + len(old)]]
    with closing(sqlite3.connect(capture)) as database:
        rows = dict(database.execute("SELECT opcode, count(*) FROM frames GROUP BY opcode").fetchall())
    # Requests of polling are HTTP rows, and what went over a WebSocket are frames like any other.
    assert (rows[-1] > 10) is ("polling" in transports)
    assert (rows.get(1, 0) > 5) is ("websocket" in transports)
