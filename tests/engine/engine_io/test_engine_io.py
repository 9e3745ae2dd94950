"""The cases of Engine.IO's test suite (github.com/socketio/engine.io-protocol, v4: test-suite), and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.engine.engine_io.kit import ends, opened, peer, text_of
from tests.engine.raw import raw_client, until
from wsgui.engine.engine_io import session as session_file

if TYPE_CHECKING:
    from tests.engine.engine_io.kit import Peer

FACTS = {"pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_000_000}


def sessions(one: Peer) -> int:
    """How many sessions there are."""
    return len(one.behaviour._server.eio.sockets)


# --- handshake


async def test_handshake_over_polling() -> None:
    async with peer() as one:
        status, text = await one.ask("GET")
        assert status == 200
        assert text.startswith("0{")
        facts = opened(text)
        assert len(facts.pop("sid")) == 20
        assert facts == {"upgrades": ["websocket"], **FACTS}


@pytest.mark.parametrize(
    "wrong",
    [
        {"EIO": None},
        {"EIO": "abc"},
        {"EIO": "2"},
        {"transport": None},
        {"transport": "abc"},
        {"transport": "websocket"},
    ],
)
async def test_handshakes_that_are_refused(wrong: dict[str, str | None]) -> None:
    async with peer() as one:
        assert (await one.ask("GET", **wrong))[0] == 400
        assert sessions(one) == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_handshake_with_another_method(method: str) -> None:
    async with peer() as one:
        assert await one.ask(method) == (400, "Bad handshake method\n")


async def test_a_script_of_a_foreign_page_gets_nothing() -> None:
    async with peer() as one:
        assert await one.ask("GET", j="0") == (400, "JSONP is not served\n")


async def test_handshake_over_a_websocket() -> None:
    async with peer() as one, one.websocket() as ws:
        facts = opened(await text_of(ws))
        assert facts.pop("sid")
        assert facts == {"upgrades": [], **FACTS}


@pytest.mark.parametrize("wrong", [{"EIO": "abc"}, {"transport": "abc"}, {"sid": "nobody"}, {"transport": "polling"}])
async def test_websockets_that_are_refused(wrong: dict[str, str]) -> None:
    async with peer() as one:
        with pytest.raises(aiohttp.WSServerHandshakeError) as failed:
            async with one.websocket(**wrong):
                pass
        assert failed.value.status == 400


# --- messages


async def test_messages_over_polling() -> None:
    async with peer() as one:
        sid = await one.session()
        assert await one.post(sid, "40") == (200, "ok")
        status, text = await one.poll(sid)
        assert (status, text[:10]) == (200, '40{"sid":"')
        assert await one.post(sid, '421["x",1]\x1e422["y"]') == (200, "ok")
        got: list[str] = []
        while len(got) < 4:
            got += (await one.poll(sid))[1].split("\x1e")
        assert sorted(got) == ['42["x",1]', '42["y"]', "431[1]", "432[]"]


async def test_binary_messages_over_polling() -> None:
    async with peer() as one:
        sid = await one.session()
        await one.post(sid, '40\x1e451-["x",{"_placeholder":true,"num":0}]\x1ebAQIDBA==')
        got: list[str] = []
        while len(got) < 3:
            got += (await one.poll(sid))[1].split("\x1e")
        assert got[1:] == ['451-["x",{"_placeholder":true,"num":0}]', "bAQIDBA=="]


@pytest.mark.parametrize("body", ["abc", "", "3\x1e", "9", "b!", b"\xff", "4" + "\x1e4" * 1000, "0", "2probe"])
async def test_what_is_no_packet_ends_a_session(body: str | bytes) -> None:
    async with peer() as one:
        sid = await one.session()
        assert (await one.post(sid, body))[0] == 400
        assert (await one.poll(sid))[0] == 400
        assert sessions(one) == 0


async def test_two_polls_at_a_time_end_a_session() -> None:
    async with peer() as one:
        sid = await one.session()
        first = one.beside(one.poll(sid))
        session = one.behaviour._server.eio.sockets[sid]
        await until(lambda: session._polled)
        assert (await one.poll(sid))[0] == 400
        assert await first == (200, "1")
        assert (await one.poll(sid))[0] == 400


async def test_a_poll_that_is_given_up_ends_a_session() -> None:
    async with peer() as one:
        sid = await one.session()
        path = f"/socket.io/?EIO=4&transport=polling&sid={sid}".encode()
        session = one.behaviour._server.eio.sockets[sid]
        async with raw_client(one.server, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n") as raw:
            await until(lambda: session._polled)
            raw.reset()
            await until(lambda: not sessions(one))
        assert (await one.poll(sid))[0] == 400


async def test_a_wrong_sid() -> None:
    async with peer() as one:
        assert await one.poll("nobody") == (400, "Session ID unknown\n")
        assert await one.post("nobody", "4") == (400, "Session ID unknown\n")


async def test_a_method_that_there_is_not() -> None:
    async with peer() as one:
        assert (await one.ask("PUT", b"4", await one.session()))[0] == 400


async def test_a_post_over_the_limit() -> None:
    async with peer(("max_payload", "10")) as one:
        sid = await one.session()
        assert (await one.post(sid, "4" * 11))[0] == 413
        assert (await one.post(sid, "40"))[0] == 200


async def test_messages_over_a_websocket() -> None:
    async with peer() as one, one.websocket() as ws:
        await text_of(ws)
        await ws.send_str("40")
        assert (await text_of(ws)).startswith('40{"sid":"')
        await ws.send_str('42["hello"]')
        assert await text_of(ws) == '42["hello"]'
        await ws.send_str('451-["x",{"_placeholder":true,"num":0}]')
        await ws.send_bytes(b"\1\2\3\4")
        assert await text_of(ws) == '451-["x",{"_placeholder":true,"num":0}]'
        assert (await ws.receive()).data == b"\1\2\3\4"


@pytest.mark.parametrize("message", ["abc", "", "9", "4" * 101, b"x"])
async def test_what_is_no_packet_ends_a_websocket(message: str | bytes) -> None:
    async with peer(("max_payload", "100")) as one, one.websocket() as ws:
        await text_of(ws)
        await (ws.send_str(message) if isinstance(message, str) else ws.send_bytes(message))
        await ends(ws)
        await until(lambda: not sessions(one))


# --- heartbeat

QUICK = (("ping_interval", "10ms"), ("ping_timeout", "30s"))
IMPATIENT = (("ping_interval", "10ms"), ("ping_timeout", "10ms"))


async def test_pings_over_polling() -> None:
    async with peer(*QUICK) as one:
        sid = await one.session()
        for _ in range(3):
            assert await one.poll(sid) == (200, "2")
            assert await one.post(sid, "3") == (200, "ok")


async def test_who_does_not_answer_over_polling_is_gone() -> None:
    async with peer(*IMPATIENT) as one:
        sid = await one.session()
        await until(lambda: not sessions(one))
        assert (await one.poll(sid))[0] == 400


async def test_pings_over_a_websocket() -> None:
    async with peer(*QUICK) as one, one.websocket() as ws:
        await text_of(ws)
        for _ in range(3):
            assert await text_of(ws) == "2"
            await ws.send_str("3")


async def test_who_does_not_answer_over_a_websocket_is_gone() -> None:
    async with peer(*IMPATIENT) as one, one.websocket() as ws:
        await ends(ws)
        await until(lambda: not sessions(one))


# --- close


async def test_a_client_closes_over_polling() -> None:
    async with peer() as one:
        sid = await one.session()
        polling = one.beside(one.poll(sid))
        session = one.behaviour._server.eio.sockets[sid]
        await until(lambda: session._polled)
        assert (await one.post(sid, "1"))[0] == 200
        assert await polling == (200, "6")
        assert (await one.poll(sid))[0] == 400


async def test_a_client_closes_over_a_websocket() -> None:
    async with peer() as one, one.websocket() as ws:
        await text_of(ws)
        await ws.send_str("1")
        await ends(ws)


async def test_a_client_vanishes() -> None:
    async with peer() as one:
        ws = await one.http.ws_connect(one.url, params=one.query("websocket"))
        await text_of(ws)
        await ws.close()
        await until(lambda: not sessions(one))


async def test_the_server_ends() -> None:
    async with peer() as one:
        sid = await one.session()
        polling = one.beside(one.poll(sid))
        session = one.behaviour._server.eio.sockets[sid]
        await until(lambda: session._polled)
        async with one.websocket() as ws:
            await text_of(ws)
            closing = one.beside(one.server.close())
            await ends(ws)
            await closing
        with pytest.raises(aiohttp.ClientError):
            await polling


# --- upgrade


async def probed(one: Peer, ws: Any) -> None:
    await ws.send_str("2probe")
    assert await text_of(ws) == "3probe"


async def test_polling_becomes_a_websocket() -> None:
    async with peer() as one:
        sid = await one.session()
        await one.post(sid, "40")
        await one.poll(sid)
        polling = one.beside(one.poll(sid))
        session = one.behaviour._server.eio.sockets[sid]
        await until(lambda: session._polled)
        async with one.websocket(sid) as ws:
            await probed(one, ws)
            assert await polling == (200, "6")
            assert await one.poll(sid) == (200, "6")
            await one.post(sid, '42["while it is tried"]')
            await ws.send_str("5")
            assert await text_of(ws) == '42["while it is tried"]'
            await ws.send_str('42["hello"]')
            assert await text_of(ws) == '42["hello"]'
            assert (await one.poll(sid))[0] == 400
            assert (await one.post(sid, "4"))[0] == 400


async def test_a_second_websocket_is_refused() -> None:
    async with peer() as one:
        sid = await one.session()
        async with one.websocket(sid) as ws:
            await probed(one, ws)
            for after in (False, True):
                if after:
                    await ws.send_str("5")
                    await ws.send_str("40")
                    assert (await text_of(ws)).startswith("40")
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    async with one.websocket(sid):
                        pass
            await ws.send_str('42["hello"]')
            assert await text_of(ws) == '42["hello"]'


@pytest.mark.parametrize("wrong", [["4probe"], ["2probe", "4"], [b"x"]])
async def test_an_upgrade_that_fails_leaves_polling_as_it_was(wrong: list[str | bytes]) -> None:
    async with peer() as one:
        sid = await one.session()
        async with one.websocket(sid) as ws:
            for message in wrong:
                await (ws.send_str(message) if isinstance(message, str) else ws.send_bytes(message))
            await ends(ws)
        await one.post(sid, "40")
        assert (await one.poll(sid))[1].startswith("40")


async def test_a_client_vanishes_while_it_upgrades() -> None:
    async with peer() as one:
        sid = await one.session()
        session = one.behaviour._server.eio.sockets[sid]
        async with one.websocket(sid) as ws:
            await probed(one, ws)
        await until(lambda: not session.upgrading)
        await one.post(sid, "40")
        assert (await one.poll(sid))[1].startswith("40")


async def test_a_session_ends_while_it_upgrades() -> None:
    async with peer() as one:
        sid = await one.session()
        async with one.websocket(sid) as ws:
            await probed(one, ws)
            await one.post(sid, "1")
            await ends(ws)
        assert sessions(one) == 0


@pytest.mark.parametrize(("transports", "upgrades"), [("polling", []), ("both", ["websocket"])])
async def test_transports_may_be_fewer(transports: str, upgrades: list[str]) -> None:
    async with peer(("transports", transports)) as one:
        assert opened((await one.ask("GET"))[1])["upgrades"] == upgrades
    async with peer(("transports", "websocket")) as one:
        assert await one.ask("GET") == (400, "Transport unknown\n")


# --- who does not fetch


async def test_who_fetches_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_file, "MOST_WAITING", 1000)
    async with peer() as one:
        sid = await one.session()
        await one.post(sid, "40")
        for _ in range(20):
            await one.post(sid, '42["x","' + "y" * 100 + '"]')
        await until(lambda: not sessions(one))
        assert (await one.poll(sid))[0] == 400


# --- pages of other origins


async def test_a_page_of_this_machine_may_read_what_it_asks_for() -> None:
    async with peer() as one:
        origin = {"Origin": "http://localhost:3000"}
        async with one.http.get(one.url, params=one.query("polling"), headers=origin) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
        async with one.http.options(one.url, params=one.query("polling"), headers=origin) as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Methods"] == "OPTIONS, GET, POST"


async def test_a_foreign_page_may_not() -> None:
    async with peer() as one:
        for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            async with one.http.get(one.url, params=one.query("polling"), headers=header) as answer:
                assert answer.status == 403
                assert "Access-Control-Allow-Origin" not in answer.headers
        assert sessions(one) == 0
