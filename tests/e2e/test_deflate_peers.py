"""permessage-deflate between wsgui and foreign programs, parameters varied, as each of them offers and answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.peers import RUN_CLIENT, all_is_well, running_server
from tests.patience import PATIENCE
from tests.programs import run, serving
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.extensions import parse_extensions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

BITS = [(9, 15), (10, 14), (11, 13), (12, 12), (13, 11), (14, 10), (15, 9)]
"""Window bits of the server and of the client."""

NO_TAKEOVER = [
    {"server_no_context_takeover": True},
    {"client_no_context_takeover": True},
    {"server_no_context_takeover": True, "client_no_context_takeover": True},
]
OFFERS: dict[str, list[dict[str, object]]] = {
    peer: [{"server_max_window_bits": server, "client_max_window_bits": client} for server, client in BITS]
    + [{}, *NO_TAKEOVER, {"server_no_context_takeover": True, "server_max_window_bits": 10}]
    for peer in ("ws", "websockets")
} | {"aiohttp": [{"window_bits": bits} for bits in range(9, 16)]}

NARROW = "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9"


def check(path: Path, *, connections: int) -> list[str]:
    """Every connection of a capture agreed on permessage-deflate, nothing broke a rule, all that was compressed was
    inflated; returns the answers."""
    answers = []
    with CaptureReader(path) as reader:
        known = [one for one in reader.connections() if b"pgrade" in (reader.handshake(one.id)[0] or b"")]
        assert len(known) == connections
        assert reader.violations(0) == []
        for one in known:
            _, response = reader.handshake(one.id)
            assert response is not None
            lines = [line.partition(b":") for line in response.split(b"\r\n")]
            [value] = [value for name, _, value in lines if name.lower() == b"sec-websocket-extensions"]
            [extension] = parse_extensions(value.decode().strip())
            assert extension.name == "permessage-deflate"
            answers.append(str(extension))
        rows = reader.rows(1, reader.last_id())
    compressed = 0
    for row in rows:
        if row.opcode >= 0 and row.flags & 4:
            assert row.inflated_length is not None
            compressed += 1
    big = [row for row in rows if row.inflated_length == 2**20]
    assert {row.direction for row in big} == {0, 1} or not any(
        row.direction == 1 and row.length > 2**19 for row in rows
    )
    assert compressed >= 60 * connections  # what was sent back, at the least
    return answers


@pytest.mark.parametrize("peer", ["ws", "websockets", "aiohttp"], indirect=True)
async def test_clients_with_offers_of_all_kinds(peer: str, tmp_path: Path) -> None:
    """The server wishes nothing of its own, so that what was offered holds."""
    offers = OFFERS[peer]
    path = tmp_path / "x.wscap"
    async with asyncio.timeout(PATIENCE), serving("--deflate", "--deflate-wish", "", "--capture", str(path)) as served:
        for start in range(0, len(offers), 3):  # so many programs at once
            some = offers[start : start + 3]
            results = await asyncio.gather(*(RUN_CLIENT[peer](served.url, json.dumps(offer)) for offer in some))
            for offer, result in zip(some, results, strict=True):
                assert all_is_well(result), (offer, result)
    answers = check(path, connections=len(offers))
    if peer == "aiohttp":
        return
    for server, _ in BITS[:-1]:
        assert any(f"server_max_window_bits={server}" in answer for answer in answers), (server, answers)
    assert len([answer for answer in answers if "server_no_context_takeover" in answer]) == 3


@pytest.mark.parametrize("wish", ["server_max_window_bits=12; client_max_window_bits=12", NARROW])
@pytest.mark.parametrize("peer", ["ws", "websockets", "aiohttp", "chromium"], indirect=True)
async def test_clients_and_a_server_with_wishes(peer: str, wish: str, tmp_path: Path) -> None:
    """The offer is what the library makes unless told otherwise."""
    path = tmp_path / "x.wscap"
    async with (
        asyncio.timeout(PATIENCE),
        serving("--deflate", "--deflate-wish", wish, "--capture", str(path)) as served,
    ):
        result = await RUN_CLIENT[peer](served.url, "burst" if peer == "chromium" else "offer-deflate")
    assert all_is_well(result), result
    assert "order" in result
    with CaptureReader(path) as reader:
        # A browser opens TCP connections ahead, which never ask for anything.
        asked = [one for one in reader.connections() if reader.handshake(one.id)[0]]
    [answer] = check(path, connections=len(asked))
    expected = {part.strip() for part in wish.split(";")}
    assert {part.strip() for part in answer.split(";")[1:]} <= expected
    assert ("server_no_context_takeover" in answer) is ("server_no_context_takeover" in wish)


CONNECT_OFFERS = [
    "",
    "permessage-deflate",
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    *[
        f"permessage-deflate; server_max_window_bits={server}; client_max_window_bits={client}"
        for server, client in BITS[::3]
    ],
    "permessage-deflate; server_max_window_bits=9; client_max_window_bits, permessage-deflate",
]
SERVER_OPTIONS: dict[str, list[dict[str, object]]] = {
    "ws": [{}, {"serverNoContextTakeover": True, "clientNoContextTakeover": True, "serverMaxWindowBits": 9}],
    "websockets": [{}, {"server_no_context_takeover": True, "client_no_context_takeover": True}],
    "aiohttp": [{}],
}


@pytest.mark.parametrize("peer", ["ws", "websockets", "aiohttp"], indirect=True)
async def test_servers_and_offers_of_all_kinds(peer: str, tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        for number, options in enumerate(SERVER_OPTIONS[peer]):
            async with running_server(peer, json.dumps(options)) as server:
                for place, offer in enumerate(CONNECT_OFFERS if not number else CONNECT_OFFERS[:1]):
                    path = tmp_path / f"{number}-{place}.wscap"
                    words = ["--deflate-offer", offer] if offer else ["--deflate"]
                    words += ["--ok-codes", "4000", "--capture", str(path)]
                    code, out, err = await run("connect", f"{server.url}drive", "--echo", *words)
                    if peer == "aiohttp" and "server_max_window_bits=15" in offer:
                        # It leaves the parameter out, as 15 is the default; RFC 7692 section 7.1.2.1 wants it.
                        assert (code, err) == (
                            1,
                            "wsgui: The server answered 'permessage-deflate', which fits no offer.\n",
                        )
                        assert "error" in await server.line()
                        continue
                    result = await server.line()
                    assert all_is_well(result), (options, offer, result, err)
                    said = "wsgui: The peer closed: 4000 private use, “enough”.\n"
                    assert (code, out, err) == (0, "", said), (options, offer)
                    check(path, connections=1)
