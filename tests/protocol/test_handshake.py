"""What both handshakes say to whoever drives them, without being asked which of them they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import Role
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from wsgui.protocol.handshake import Handshake

URL = WsUrl.parse("ws://example.test/chat")


def both() -> tuple[Handshake, Handshake]:
    """A client's and a server's; the nonce is the one of RFC 6455 section 1.3."""
    return ClientHandshake(URL, b"the sample nonce"), ServerHandshake()


def test_they_shake_hands() -> None:
    client, server = both()
    assert (client.role, server.role) == (Role.CLIENT, Role.SERVER)
    assert (client.place, server.place) == ("ws://example.test/chat", "")
    assert server.data_to_send() == b""
    request = client.data_to_send()
    assert request.startswith(b"GET /chat HTTP/1.1\r\n")
    assert client.data_to_send() == b""
    server.receive_data(request)
    assert (server.heard, server.place, server.outcome) == (request, "/chat", Outcome.ACCEPTED)
    answer = server.data_to_send()
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
    assert server.data_to_send() == b""
    client.receive_data(answer + b"\x81\x00")
    assert (client.heard, client.leftover, client.outcome) == (answer, b"\x81\x00", Outcome.ACCEPTED)
    assert not client.time_out()
    assert not server.time_out()
    assert not client.late
    assert not server.late


def test_a_server_can_say_that_the_time_is_over() -> None:
    _, server = both()
    assert server.time_out()
    assert server.late
    assert server.data_to_send().startswith(b"HTTP/1.1 408 ")


def test_a_client_can_only_hang_up() -> None:
    client, _ = both()
    assert not client.time_out()
    assert not client.late
    client.receive_data(b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nno")
    assert not client.done
    assert client.time_out()  # what has come of the body is all that there will be
    assert client.outcome is Outcome.REFUSED
    assert not client.late


def test_a_client_asks_nobody() -> None:
    client, _ = both()
    client.answer(False)
    assert not client.asked
    assert client.outcome is Outcome.WAITING
