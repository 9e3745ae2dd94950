"""Programs that a row was copied as: Node's runs, the others are JavaScript."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.e2e.peers import FOLDER
from tests.patience import PATIENCE
from tests.programs import end, start
from wsgui.dissect.reproduce import Reopening
from wsgui.dissect.reproductions import REPRODUCTIONS
from wsgui.engine import serve
from wsgui.engine.options import Options
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("peer", ["ws"], indirect=True)]

REQUEST = (
    'GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Protocol: chat\r\nX-It\'s: a "quoted" $value\u2028\r\n'
    "X-Two: 1\r\nX-Two: 2\r\n\r\n"
).encode()


@pytest.mark.parametrize("name", ["browser", "node", "k6", "playwright"])
async def test_it_is_javascript(peer: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "made.mjs"
    for payload, text in (("</script>\u2028".encode(), True), (b"\x00\xff", False), (None, False)):
        path.write_text(REPRODUCTIONS[name].render(Reopening('ws://a/?"`${x}', REQUEST, payload, text)))
        process = await start("node", "--check", str(path))
        try:
            async with asyncio.timeout(PATIENCE):
                _, err = await process.communicate()
        finally:
            await end(process)
        assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(("payload", "text"), [("Grüße".encode(), True), (b"\x00\xff", False)])
async def test_node_opens_and_sends_the_same(peer: str, payload: bytes, text: bool) -> None:
    seen: list[Record] = []
    request = REQUEST.replace("\u2028".encode(), b"")
    async with serve(port=0, options=Options(subprotocols=("chat",)), observer=seen.append) as server:
        made = REPRODUCTIONS["node"].render(Reopening(server.url, request, payload, text))
        # The package ws is looked for in the folder of the program, and above it.
        process = await start("node", "--input-type=module", "--eval", made, cwd=str(FOLDER))
        assert process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                lines = [await process.stdout.readline() for _ in range(2)]
        finally:
            await end(process)
    assert lines == [b"open\n", b"Gr\xc3\xbc\xc3\x9fe\n" if text else b"<Buffer 00 ff>\n"]
    head = next(one.raw for one in seen if isinstance(one, HandshakeSeen))
    assert b'X-It\'s: a "quoted" $value\r\n' in head
    assert head.count(b"X-Two: ") == 2
    frames = [frame for one in seen if isinstance(one, FramesSeen) for frame in one.frames]
    assert (frames[0].opcode, frames[0].payload) == (Opcode.TEXT if text else Opcode.BINARY, payload)
