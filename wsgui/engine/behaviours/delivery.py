"""Messages to one connection or to many, in one write each. Who does not read does not hold up the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Connection
    from wsgui.protocol.frames import Frame


def deliver(ws: WebSocket, messages: Sequence[Any]) -> None:
    """Send the texts (str) and the binary messages (bytes) among ``messages``, one frame each, in one write."""
    if not ws.driver.can_send:
        return
    connection = ws.driver.connection
    if connection.deflate is not None:
        _deliver_compressed(ws, messages)
        return
    frames = _frames(connection, messages)
    if frames:
        ws.driver.write(frames)


def _frames(connection: Connection, messages: Sequence[Any]) -> list[Frame]:
    message = connection.message
    return [
        message(_TEXT, one.encode()) if isinstance(one, str) else message(_BINARY, one)
        for one in messages
        if isinstance(one, (str, bytes))
    ]


_TEXT, _BINARY = int(Opcode.TEXT), int(Opcode.BINARY)

COMPRESSED_AT_ONCE: Final = 16 * 1024
"""Bytes of messages that are compressed before what has come of them is written."""


def _deliver_compressed(ws: WebSocket, messages: Sequence[Any]) -> None:
    """Compressing takes time, 0.4 ms for 64 KiB: the peer gets what is ready while the rest is worked on."""
    message = ws.driver.connection.message
    frames: list[Frame] = []
    size = 0
    for one in messages:
        if isinstance(one, str):
            frames.append(message(Opcode.TEXT, one.encode()))
        elif isinstance(one, bytes):
            frames.append(message(Opcode.BINARY, one))
        else:
            continue
        size += len(one)
        if size >= COMPRESSED_AT_ONCE:
            ws.write_frames(frames)
            if not ws.driver.can_send:
                return
            frames, size = [], 0
    if frames:
        ws.write_frames(frames)


SLOW_BYTES: Final = 16 * 1024 * 1024
"""What may wait for a member that does not read; with more it is cut off, so that the others need not wait."""


def push(members: Iterable[WebSocket], messages: Sequence[Any]) -> None:
    """Deliver to all of them. Frames that are neither masked nor compressed are the same for all, and made once."""
    shared: list[Frame] | None = None
    for member in list(members):
        driver = member.driver
        if not driver.can_send:
            continue
        connection = driver.connection
        if driver.link.backlog() > SLOW_BYTES:
            member.abort()
        elif connection.deflate is not None or connection.policy.mask:
            deliver(member, messages)
        else:
            if shared is None:
                shared = _frames(connection, messages)
            if shared:
                member.write_frames(shared)


def slow_down(ws: WebSocket, writable: bool) -> None:
    """A peer that does not read what it is sent is not read either, so memory stays bounded."""
    if writable:
        ws.driver.resume_reading("writing")
    else:
        ws.driver.pause_reading("writing")
