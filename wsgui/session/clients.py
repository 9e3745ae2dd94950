"""A server's open connections as a table shows them: one value each, made anew for each look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.visible import visible
from wsgui.protocol.states import State
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


class ClientTexts(NamedTuple):
    """What stays as it is while a connection lasts: with thousands of them, making it safe to show takes a while."""

    address: str
    path: str
    subprotocol: str
    user_agent: str


def texts_of(ws: WebSocket) -> ClientTexts:
    """The texts of a connection whose handshake is done."""
    agent = (ws.headers.get("user-agent") or "")[:LONGEST]
    address = visible(ws.remote) or "a Unix socket"
    return ClientTexts(address, shown_path(ws.url), visible(ws.subprotocol or ""), visible(agent))


_STATES = {state: state.name for state in State}


def client_of(ws: WebSocket, texts: ClientTexts, since_ns: int, room: str, wrong: Sequence[str]) -> ServedClient:
    """A connection as it is now."""
    driver = ws.driver
    return ServedClient(
        driver.number,
        texts.address,
        texts.path,
        since_ns,
        _STATES[driver.connection.state],
        driver.rtt_ns,
        driver.frames_received,
        driver.frames_sent,
        driver.bytes_received,
        driver.bytes_sent,
        texts.subprotocol,
        texts.user_agent,
        driver.link.backlog(),
        visible(room) if room else "",
        visible(", ".join(wrong)) if wrong else "",
    )
