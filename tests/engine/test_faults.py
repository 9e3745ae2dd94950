"""Each ready-made fault, sent to our own strict engine over a real socket, in both roles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import ACCEPTED, NO_KEY, REQUEST, Raw, answer_to, raw_client, raw_server
from tests.patience import PATIENCE
from wsgui.engine import serve
from wsgui.engine.client import open_connection
from wsgui.engine.errors import HandshakeError
from wsgui.engine.options import Compression, Options
from wsgui.protocol.faults import FAULTS, FrameFault, ReactionKind, RequestFault, ResponseFault, frame_faults
from wsgui.protocol.states import Role
from wsgui.records import BytesSeen, ConnectionClosed, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from wsgui.records import Record

DEFLATE = Options(compression=Compression(offer="permessage-deflate"))
OFFERING = REQUEST.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")


def agreeing(answer: bytes) -> bytes:
    """A 101 that accepts permessage-deflate."""
    return answer.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")


KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def rules_of(records: list[Record]) -> set[str]:
    """The rules that were found broken."""
    found: set[str] = set()
    for record in records:
        if isinstance(record, FramesSeen):
            found |= {breach.rule for _, breach in record.violations}
        elif isinstance(record, BytesSeen | HandshakeSeen):
            found |= {breach.rule for breach in record.violations}
    return found


async def check_reaction(raw: Raw, one: FrameFault, sender: Role) -> None:
    """Send the fault, and see that the peer does what the fault says."""
    raw.send(one.wire(sender, lambda: NO_KEY))
    if one.reaction.kind in (ReactionKind.WAIT, ReactionKind.END):
        raw.writer.write_eof()
        assert await raw.rest() == b""
        return
    head, payload = await raw.frame()
    while head in (0x01, 0x81):  # the echo of what was right before the fault
        head, payload = await raw.frame()
    assert (head, int.from_bytes(payload[:2], "big")) == (0x88, one.reaction.code)
    if one.reaction.kind is ReactionKind.FAIL:
        assert await raw.rest() == b""


@pytest.mark.parametrize("one", frame_faults(Role.CLIENT), ids=lambda one: one.id)
async def test_a_client_that_errs(one: FrameFault, records: list[Record]) -> None:
    options = DEFLATE if one.deflate else None
    request = OFFERING if one.deflate else REQUEST
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options, observer=records.append) as server:
        async with raw_client(server, request) as raw:
            assert (b"permessage-deflate" in await raw.head()) is one.deflate
            await check_reaction(raw, one, Role.CLIENT)
    assert one.rule in rules_of(records)


@pytest.mark.parametrize("one", frame_faults(Role.SERVER), ids=lambda one: one.id)
async def test_a_server_that_errs(one: FrameFault, records: list[Record]) -> None:
    async def talk(raw: Raw) -> None:
        answer = answer_to(await raw.head())
        raw.send(agreeing(answer) if one.deflate else answer)
        await check_reaction(raw, one, Role.SERVER)

    async with asyncio.timeout(PATIENCE):
        async with raw_server(talk) as address:
            options = DEFLATE if one.deflate else None
            ws = await open_connection(f"ws://{address}/", options=options, observer=records.append)
            await ws.wait_closed()
    assert one.rule in rules_of(records)
    closed = records[-1]
    assert isinstance(closed, ConnectionClosed)
    assert (closed.ended_by is EndedBy.RULE) is (one.reaction.kind is ReactionKind.FAIL)


@pytest.mark.parametrize(
    "one", [one for one in FAULTS.values() if isinstance(one, RequestFault)], ids=lambda one: one.id
)
async def test_a_request_that_errs(one: RequestFault, records: list[Record]) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=DEFLATE, observer=records.append) as server,
        raw_client(server, one.request("localhost", "/", KEY)) as raw,
    ):
        head = await raw.head()
        assert head.startswith(f"HTTP/1.1 {one.reaction.code} ".encode())
        if one.reaction.kind is ReactionKind.DECLINE:
            assert b"permessage-deflate" not in head
            raw.send(b"\x88\x80" + NO_KEY)
        await raw.rest()
    assert one.rule in rules_of(records)


@pytest.mark.parametrize(
    "one", [one for one in FAULTS.values() if isinstance(one, ResponseFault)], ids=lambda one: one.id
)
async def test_a_response_that_errs(one: ResponseFault, records: list[Record]) -> None:
    after: list[bytes] = []

    async def talk(raw: Raw) -> None:
        request = await raw.head()
        (key,) = [line[19:] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: ")]
        accept = answer_to(request).partition(b"Accept: ")[2].strip()
        raw.send(one.response(accept.decode(), key.decode()))
        after.append(await raw.rest())

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        options = DEFLATE if one.deflate else None
        with pytest.raises(HandshakeError) as raised:
            await open_connection(f"ws://{address}/", options=options, observer=records.append)
    if one.rule == "response.status":  # a refusal is HTTP's own way to say no: it is told, and breaks no rule
        assert rules_of(records) == set()
        assert "not 101 Switching Protocols" in str(raised.value)
    else:
        assert one.rule in rules_of(records)
    assert after == [b""]


def test_the_request_of_the_faults_is_the_right_one_but_for_the_fault() -> None:
    assert ACCEPTED in answer_to(b"Sec-WebSocket-Key: " + KEY.encode() + b"\r\n")
