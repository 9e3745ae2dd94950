"""The compiled core beside the Python code, as a target: see `targets`."""

from __future__ import annotations

from typing import Final

from tests.fuzz.found import check
from wsgui.protocol import core
from wsgui.protocol.connection import Connection
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role

LIMIT: Final = 4096


def both_cores(data: bytes) -> None:
    """A connection on either core: each read leaves the same behind. Without a compiled one there is nothing to do."""
    compiled = core.compiled()
    if compiled is None:
        return
    options, step, data = (*data[:2], data[2:]) if len(data) > 1 else (0, 0, data)
    parts = [data[start : start + step] for start in range(0, len(data), step)] if step else [data]
    found = [_left_behind(one, options, parts) for one in (core.PURE, compiled)]
    check(found[0] == found[1], f"the cores differ: {found}")


def _left_behind(one: core.Core, options: int, parts: list[bytes]) -> list[object]:
    policy = Policy(
        strict=not options & 2,
        auto_pong=not options & 4,
        frame_limit=LIMIT if options & 64 else 1 << 62,
        message_limit=100 if options & 32 else 1 << 62,
    )
    before = core.current
    core.use(one)
    try:
        connection = Connection(Role.SERVER if options & 1 else Role.CLIENT, policy, new_key=lambda: b"\1\2\3\4")
        if options & 8:
            connection.use_deflate(Deflate(bool(options & 16), bool(options & 16), 9, 9))
        connection.opened()
        seen: list[object] = []
        for part in (*parts, None):
            received = connection.receive_eof() if part is None else connection.receive_data(part)
            seen += [repr(received), connection.send(received.replies), connection.failure, connection.open_message]
            seen += [connection.half_read, connection.header_under_way, one.wire_of(received.frames)]
        return seen
    finally:
        core.use(before)
