"""A server's open connections as a table shows them: one value each, made anew for each look."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.visible import visible
from wsgui.session.connection_list import shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.engine.websocket import WebSocket

LONGEST = 200
"""Characters of a header that are shown."""


class ServedClient(NamedTuple):
    """One connection; all texts are safe to show. ``since_ns`` is when TCP was up, ``rtt_ns`` the last ping's round
    trip, ``backlog`` the bytes that were written and that the system has not taken yet, ``wrong`` what it alone is told
    to do (policies and faults as ``name=value``)."""

    number: int
    address: str
    path: str
    since_ns: int
    state: str
    rtt_ns: int | None
    frames_received: int
    frames_sent: int
    bytes_received: int
    bytes_sent: int
    subprotocol: str
    user_agent: str
    backlog: int
    room: str
    wrong: str


def client_of(ws: WebSocket, since_ns: int, room: str, wrong: Sequence[str]) -> ServedClient:
    """A connection as it is now."""
    driver = ws.driver
    agent = (ws.headers.get("user-agent") or "")[:LONGEST]
    address, path, subprotocol, user_agent = _texts(ws.remote, ws.url, ws.subprotocol or "", agent)
    return ServedClient(
        ws.number,
        address,
        path,
        since_ns,
        ws.state.name,
        driver.rtt_ns,
        driver.frames_received,
        driver.frames_sent,
        driver.bytes_received,
        driver.bytes_sent,
        subprotocol,
        user_agent,
        driver.link.backlog(),
        visible(room),
        visible(", ".join(wrong)),
    )


@lru_cache(maxsize=16_384)
def _texts(remote: str, url: str, subprotocol: str, agent: str) -> tuple[str, str, str, str]:
    """What stays as it is while a connection lasts: with thousands of them, making it safe to show takes a while."""
    return visible(remote) or "a Unix socket", shown_path(url), visible(subprotocol), visible(agent)
