"""What an endpoint does when one of its deadlines has passed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from wsgui.engine.clock import now_ns
from wsgui.engine.leaving import Way
from wsgui.protocol.client_handshake import ClientHandshake, Outcome
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import State
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wsgui.engine.endpoint import Endpoint


def overdue(endpoint: Endpoint, name: str) -> None:
    """The deadline ``name`` of an endpoint has passed."""
    DUE[name](endpoint)


def _opening(endpoint: Endpoint) -> None:
    handshake, ending = endpoint.handshake, endpoint._ending
    ending.timeout = f"The handshake was not done within {endpoint.options.timeouts.opening:g} s."
    if isinstance(handshake, ServerHandshake) and handshake.asked:
        ending.timeout = f"Nobody said within {endpoint.options.timeouts.answer:g} s whether this client may come in."
    if isinstance(handshake, ServerHandshake) and handshake.outcome is Outcome.WAITING:
        handshake.time_out()
        endpoint._shaken(now_ns())
    elif isinstance(handshake, ClientHandshake) and handshake.status is not None:
        ending.timeout = ""  # a refusal whose body never ends: what has come of it is shown
        endpoint._shake(b"", now_ns())
    else:
        endpoint._abort()


def _closing(endpoint: Endpoint) -> None:
    if not endpoint.connection.finished:
        if endpoint.close_way() in (Way.MOVING, Way.LEFT_SINCE):
            # Large messages go before it, at the peer's pace: the time for an answer begins when it has left.
            endpoint._deadlines.set("closing", endpoint.options.timeouts.closing)
            return
        limit = endpoint.options.timeouts.closing
        endpoint._ending.timeout = f"The closing handshake was not done within {limit:g} s."
    endpoint._abort()


def _linger(endpoint: Endpoint) -> None:
    endpoint._abort()


def _idle(endpoint: Endpoint) -> None:
    idle = cast("float", endpoint.options.timeouts.idle)
    left = idle if endpoint._pauses else idle - (now_ns() - endpoint._last_read_ns) / 1e9
    if left > 0:
        endpoint._deadlines.set("idle", left)
    else:
        _time_out(endpoint, f"Nothing came for {idle:g} s.")


def _ping(endpoint: Endpoint) -> None:
    timeouts, deadlines = endpoint.options.timeouts, endpoint._deadlines
    if endpoint.connection.state is State.OPEN:
        if "pong" not in deadlines:
            endpoint.write_ping(secrets.token_bytes(4))
            deadlines.set("pong", timeouts.ping_timeout)
        elif not endpoint.write_backlog:
            endpoint.write([endpoint.connection.frame(Opcode.PING, secrets.token_bytes(4))])
        # Behind one that has not left yet, another one would say nothing.
        deadlines.set("ping", cast("float", timeouts.ping_interval))


def _pong(endpoint: Endpoint) -> None:
    """The pong is late. Whoever sends is alive, though: on a slow link the pong stands behind a large message of the
    peer's, and our ping behind one of ours."""
    limit, deadlines = endpoint.options.timeouts.ping_timeout, endpoint._deadlines
    left = limit - (now_ns() - endpoint._last_read_ns) / 1e9
    if endpoint._pauses:  # it may have come: nobody has looked
        deadlines.set("pong", limit)
    elif left > 0:
        deadlines.set("pong", left)
    elif (way := endpoint.ping_way()) in (Way.MOVING, Way.LEFT_SINCE):
        deadlines.set("pong", limit)
    elif way is Way.STUCK:
        _time_out(endpoint, f"The peer took nothing of what was sent for {limit:g} s.")
    else:
        _time_out(endpoint, f"A keep-alive ping was not answered within {limit:g} s.")


def _time_out(endpoint: Endpoint, sentence: str) -> None:
    if endpoint.connection.state is State.OPEN:
        endpoint._ending.timeout = sentence
        endpoint._ending.close_first(EndedBy.TIMEOUT)
        endpoint.write([endpoint.connection.close_frame(1001, "timeout")])
        endpoint._deadlines.clear()
        endpoint._deadlines.set("linger", endpoint.options.timeouts.linger)


DUE: Mapping[str, Callable[[Endpoint], None]] = {
    "opening": _opening,
    "closing": _closing,
    "linger": _linger,
    "idle": _idle,
    "ping": _ping,
    "pong": _pong,
}
"""The deadlines by name: see `engine.options.Timeouts`."""
