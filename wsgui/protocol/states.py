"""The connection's states and every transition between them (RFC 6455 sections 4 and 7), in one table.

    CONNECTING ---handshake done---> OPEN ---close sent or received, or failed---> CLOSING ---TCP closed---> CLOSED

The numbers are the ``readyState`` of the browsers' WebSocket object. Nothing else in the program sets a state: ask
`next_state`, which knows which triggers a state takes and ignores the rest.
"""

from __future__ import annotations

from enum import Enum, IntEnum, auto


class Role(Enum):
    """Which end of the connection this is; clients mask, servers do not (RFC 6455 section 5.1)."""

    CLIENT = "client"
    SERVER = "server"

    @property
    def other(self) -> Role:
        """The role of the peer."""
        return Role.SERVER if self is Role.CLIENT else Role.CLIENT


class State(IntEnum):
    """``readyState``, 0 to 3."""

    CONNECTING = 0
    OPEN = 1
    CLOSING = 2
    CLOSED = 3


class Trigger(Enum):
    """What can move a connection from one state to the next."""

    HANDSHAKE_DONE = auto()
    CLOSE_SENT = auto()
    CLOSE_RECEIVED = auto()
    FAILED = auto()
    TCP_CLOSED = auto()


_TABLE: dict[State, dict[Trigger, State]] = {
    State.CONNECTING: {
        Trigger.HANDSHAKE_DONE: State.OPEN,
        Trigger.FAILED: State.CLOSING,
        Trigger.TCP_CLOSED: State.CLOSED,
    },
    State.OPEN: {
        Trigger.CLOSE_SENT: State.CLOSING,
        Trigger.CLOSE_RECEIVED: State.CLOSING,
        Trigger.FAILED: State.CLOSING,
        Trigger.TCP_CLOSED: State.CLOSED,
    },
    State.CLOSING: {
        Trigger.TCP_CLOSED: State.CLOSED,
    },
    State.CLOSED: {},
}


def next_state(state: State, trigger: Trigger) -> State:
    """Where ``trigger`` leads from ``state``; a trigger that the state does not know changes nothing."""
    return _TABLE[state].get(trigger, state)
