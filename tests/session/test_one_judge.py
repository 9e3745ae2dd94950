"""Live sessions, the Handshake tab and imports say the same of every head of the fault catalogue."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import rows_of
from tests.capture.exchange.wire import Talk, pcap
from tests.engine.raw import ACCEPTED, REQUEST, Raw, answer_to, raw_client, raw_server
from tests.patience import PATIENCE
from wsgui.capture.exchange import import_file
from wsgui.capture.exchange.har_http import har_request, har_response
from wsgui.capture.reader import CaptureReader
from wsgui.dissect.handshake import dissect_handshake
from wsgui.engine import serve
from wsgui.engine.client import open_connection
from wsgui.engine.errors import HandshakeError
from wsgui.engine.options import Compression, Options
from wsgui.protocol.faults import FAULTS, RequestFault, ResponseFault
from wsgui.records import Direction, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.protocol.violations import Violation
    from wsgui.records import Record

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
DEFLATE = Options(compression=Compression(offer="permessage-deflate"))
REQUESTS = [one for one in FAULTS.values() if isinstance(one, RequestFault)]
RESPONSES = [one for one in FAULTS.values() if isinstance(one, ResponseFault)]

NO_HTTP = {"request-no-http", "request-tls-hello"}
"""What imports take for no WebSocket: a HAR cannot say it, and packets with it are somebody else's."""


@pytest.fixture
def records() -> list[Record]:
    return []


def seen(records: list[Record], direction: Direction) -> HandshakeSeen:
    (record,) = [one for one in records if isinstance(one, HandshakeSeen) and one.direction is direction]
    return record


def imported(folder: Path, name: str, data: bytes, wanted: bytes) -> list[Violation] | None:
    """What an import says of the row that is ``wanted``; None if it has no such row."""
    (folder / name).write_bytes(data)
    import_file(folder / name, folder / "out.wscap", overwrite=True)
    ids = [number for number, row in enumerate(rows_of(folder / "out.wscap"), 1) if row[7] == wanted]
    with CaptureReader(folder / "out.wscap") as reader:
        return [violation for frame, violation in reader.violations(0) if frame == ids[0]] if ids else None


def of_imports(folder: Path, request: bytes, response: bytes, wanted: bytes) -> list[list[Violation]]:
    entry = {
        "_resourceType": "websocket",
        "_webSocketMessages": [],
        "request": har_request(request, "ws://a/"),
        "response": har_response(response),
    }
    har = json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()
    talk = Talk()
    packets = [*talk.opening(), *talk.handshake(request, response), *talk.closing()]
    both = (imported(folder, "in.har", har, wanted), imported(folder, "in.pcap", pcap(packets), wanted))
    return [found for found in both if found is not None]


@pytest.mark.parametrize("one", REQUESTS, ids=lambda one: one.id)
async def test_a_request(one: RequestFault, records: list[Record], tmp_path: Path) -> None:
    request = one.request("localhost", "/", KEY)
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=DEFLATE, observer=records.append) as server,
        raw_client(server, request) as raw,
    ):
        await raw.head()
        raw.send(b"\x88\x80\0\0\0\0")
        await raw.rest()
    live = list(seen(records, Direction.RECEIVED).violations)
    assert one.rule in [violation.rule for violation in live]
    tab = dissect_handshake(request, None).request
    assert tab is not None
    assert list(tab.violations) == live
    told = of_imports(tmp_path, request, ACCEPTED, request)
    assert all(found == live for found in told)
    assert (told == []) is (one.id in NO_HTTP)


@pytest.mark.parametrize("one", RESPONSES, ids=lambda one: one.id)
async def test_an_answer(one: ResponseFault, records: list[Record], tmp_path: Path) -> None:
    async def talk(raw: Raw) -> None:
        request = await raw.head()
        (key,) = [line[19:] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: ")]
        accept = answer_to(request).partition(b"Accept: ")[2].strip()
        raw.send(one.response(accept.decode(), key.decode()))
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as address:
        with pytest.raises(HandshakeError):
            await open_connection(f"ws://{address}/", options=DEFLATE, observer=records.append)
    request, answer = seen(records, Direction.SENT).raw, seen(records, Direction.RECEIVED)
    live = list(answer.violations)
    refused = one.rule == "response.status"  # which is no broken rule
    assert [violation.rule for violation in live] == [] if refused else one.rule in [breach.rule for breach in live]
    tab = dissect_handshake(request, answer.raw).response
    assert tab is not None
    assert list(tab.violations) == live
    head = answer.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"  # a HAR has no body of it
    told = of_imports(tmp_path, request, answer.raw, answer.raw) or of_imports(tmp_path, request, answer.raw, head)
    assert all(found == live for found in told)
    assert (told == []) is (one.id in NO_HTTP)


async def test_what_is_right(tmp_path: Path) -> None:
    for wanted in (REQUEST, ACCEPTED):
        told = of_imports(tmp_path, REQUEST, ACCEPTED, wanted)
        assert told
        assert not any(told)
