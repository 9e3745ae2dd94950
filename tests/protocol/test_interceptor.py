"""Frames on their way from the parser to everything that is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.connection import Connection, PingReceived
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame

TEXT = b"\x81\x02hi"
PING = b"\x89\x01p"


def client() -> Connection:
    """An open one; a key of zeros, so that what it sends can be read."""
    connection = Connection(Role.CLIENT, new_key=lambda: bytes(4))
    connection.opened()
    return connection


def test_it_is_called_once_a_read_with_whole_frames() -> None:
    connection, seen = client(), []

    def watch(frames: list[Frame]) -> list[Frame]:
        seen.append([frame.wire() for frame in frames])
        return frames

    connection.intercept(watch)
    assert connection.receive_data(TEXT + PING + TEXT[:1]).events == ["hi", PingReceived(b"p")]
    assert connection.receive_data(TEXT[1:3]).events == []
    assert connection.receive_data(TEXT[3:]).events == ["hi"]
    assert seen == [[TEXT, PING], [TEXT]]


def test_what_it_returns_takes_the_place_of_what_came() -> None:
    connection = client()
    connection.intercept(lambda frames: [frame._replace(payload=b"ho") for frame in frames])
    received = connection.receive_data(TEXT)
    assert [frame.wire() for frame in received.frames] == [b"\x81\x02ho"]
    assert received.events == ["ho"]
    connection.intercept(lambda frames: [frame._replace(payload=b"\xff\xff") for frame in frames])
    assert [breach.rule for _, breach in connection.receive_data(TEXT).violations] == ["utf8.invalid"]


def test_what_is_dropped_is_not_answered() -> None:
    connection = client()
    connection.intercept(lambda frames: [frame for frame in frames if frame.opcode != Opcode.PING])
    received = connection.receive_data(PING + TEXT)
    assert (len(received.frames), received.events, received.replies) == (1, ["hi"], [])


def test_what_is_held_goes_on_later() -> None:
    connection, held = client(), []

    def hold(frames: list[Frame]) -> list[Frame]:
        held.extend(frames)
        return []

    connection.intercept(hold)
    assert connection.receive_data(PING)[:5] == ([], [], [], [], [])
    connection.intercept(None)
    assert connection.receive_data(TEXT).events == ["hi"]
    received = connection.receive_frames(held)
    assert received.events == [PingReceived(b"p")]
    assert [frame.payload for frame in received.replies] == [b"p"]
    assert connection.receive_frames([]).frames == []


def test_a_connection_that_failed_shows_what_came() -> None:
    connection = client()
    connection.intercept(lambda _: [])
    assert connection.receive_data(b"\x81\x04\xff").replies[0].opcode == Opcode.CLOSE  # failed inside of the frame
    received = connection.receive_data(b"abc" + TEXT)
    assert [frame.payload for frame in received.frames] == [b"\xffabc", b"hi"]
    assert received.violations[0][0] == 0
