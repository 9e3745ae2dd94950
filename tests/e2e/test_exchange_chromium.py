"""A HAR that Chromium's own developer tools wrote, beside what both ends saw of the same messages."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.e2e.devtools import browsing
from tests.e2e.peers import all_is_well, missing
from tests.patience import PATIENCE
from tests.programs import serving
from wsgui.capture.exchange import export_capture, import_file
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.engine import open_connection
from wsgui.engine.options import Compression, Options
from wsgui.protocol.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(missing("chromium")), reason=missing("chromium") or "it is there"),
]

Message: TypeAlias = tuple[str, int, bytes]
"""``up`` (from the browser or client) or ``down``, opcode, data."""

SENT: list[str | bytes] = ["Grüße 👋", b"\x00\x01\xfe\xff", "", b"", "x" * 2**20, b"\x07" * 2**20]
"""What the page sends, and the server sends back, one after the other."""
EXPECTED: list[Message] = [
    (way, 1 if isinstance(one, str) else 2, one.encode() if isinstance(one, str) else one)
    for one in SENT
    for way in ("up", "down")
]


def messages_of(path: Path) -> list[Message]:
    """The data messages of the only connection that a capture has, in the order in which they ended."""
    found = []
    with CaptureReader(path) as reader:
        ways = ("down", "up") if reader.connections()[-1].role == "server" else ("up", "down")
        for row in reader.rows(1, reader.last_id()):
            if row.message is not None and row.flags & 8:
                message = reader.message_of(row.id)
                assert not message.truncated
                found.append((ways[row.direction], message.opcode, message.payload))
    return found


async def _as_a_client(url: str, path: Path, options: Options) -> None:
    with CaptureWriter(path, role="client") as capture:
        ws = await open_connection(url, options=options, observer=capture.put)
        for message in SENT:
            await ws.send(message)
            assert await ws.receive() == message
        await ws.close(4000, "enough")


@pytest.mark.parametrize("deflate", [False, True])
async def test_chromes_har_has_the_messages_that_both_ends_saw(tmp_path: Path, deflate: bool) -> None:
    extra = ["--deflate"] if deflate else []
    async with asyncio.timeout(PATIENCE), browsing() as browser:
        async with serving("--capture", str(tmp_path / "server.wscap"), *extra) as served:
            result = await browser.visit(served.url)
        (tmp_path / "chrome.har").write_text(await browser.har(), encoding="utf-8")
        async with serving(*extra) as served:
            options = Options(policy=Policy(), compression=Compression() if deflate else None)
            await _as_a_client(served.url, tmp_path / "client.wscap", options)
    assert all_is_well(result), result

    report = import_file(tmp_path / "chrome.har", tmp_path / "chrome.wscap")
    assert (report.complete, report.connections) == (True, 1)
    assert messages_of(tmp_path / "chrome.wscap") == EXPECTED
    assert messages_of(tmp_path / "server.wscap") == EXPECTED
    assert messages_of(tmp_path / "client.wscap") == EXPECTED
    with CaptureReader(tmp_path / "chrome.wscap") as chrome, CaptureReader(tmp_path / "server.wscap") as server:
        request, response = chrome.handshake(1)
        known, seen = chrome.connections()[0], server.connections()[0]
        raw = server.handshake(1)
    assert request is not None
    assert response is not None
    assert raw[1] is not None
    assert known.url == f"ws://{seen.local}/"
    assert request.startswith(b"GET / HTTP/1.1\r\n")
    assert response.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    accept = next(line for line in raw[1].split(b"\r\n") if line.lower().startswith(b"sec-websocket-accept"))
    assert accept.lower() in response.lower()
    assert (b"permessage-deflate" in response) is deflate

    # Ours is written as Chrome's is, with the directions of the other end.
    export_capture(tmp_path / "server.wscap", tmp_path / "server.har", kind="har")
    theirs, ours = (_entry(tmp_path / f"{name}.har") for name in ("chrome", "server"))
    turned = {"send": "receive", "receive": "send"}
    assert [(one["type"], one["opcode"], one["data"]) for one in theirs["_webSocketMessages"]] == [
        (turned[one["type"]], one["opcode"], one["data"]) for one in ours["_webSocketMessages"]
    ]
    assert ours["_webSocketMessages"][0].keys() == theirs["_webSocketMessages"][0].keys()
    for a, b in zip(theirs["_webSocketMessages"], ours["_webSocketMessages"], strict=True):
        assert abs(a["time"] - b["time"]) < 30  # one clock, in one unit
    assert theirs["request"].keys() <= ours["request"].keys()
    assert theirs["_resourceType"] == ours["_resourceType"]


def _entry(path: Path) -> dict[str, Any]:
    entries = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
    found: dict[str, Any] = next(entry for entry in entries if "_webSocketMessages" in entry)
    return found
