"""What there is to see of a session at one moment, as one value: lists, tabs and the status bar show it and keep
nothing of the session or its engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence


class Light(Enum):
    """The light in front of a session or a connection; the value is the name of its colour in the window."""

    GOOD = "good"
    """Open, or listening."""
    BUSY = "warning"
    """On the way to open or to closed."""
    DIM = "dim"
    """Closed, stopped, or a file."""
    FAILED = "error"


_LIGHTS = {State.OPEN: Light.GOOD, State.CONNECTING: Light.BUSY, State.CLOSING: Light.BUSY, State.CLOSED: Light.DIM}


def light_of(state: State) -> Light:
    """The light of a connection in this readyState."""
    return _LIGHTS[state]


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One connection below its server: ``label`` in the list, ``tip`` in full."""

    number: int
    label: str
    light: Light
    tip: str


class Reachable(NamedTuple):
    """A connection that can be sent to: its number, the peer's address, and the URL or resource that it leads to."""

    number: int
    remote: str
    place: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Frames and wire bytes each way, and broken rules."""

    frames_sent: int = 0
    bytes_sent: int = 0
    frames_received: int = 0
    bytes_received: int = 0
    violations: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One session at one moment. ``state`` is empty for an opened file; ``rtt_ns`` is the last ping's round trip,
    ``misbehaviour`` what is done wrong on purpose, in sentences. ``capture_bytes`` is None where the file's name says
    more than its size."""

    name: str
    message: str
    failed: bool
    light: Light
    state: str = ""
    rtt_ns: int | None = None
    misbehaviour: Sequence[str] = ()
    connections: Sequence[ConnectionLine] = ()
    unlisted: int = 0
    """Earlier connections of the capture that are not among them."""
    counts: Counts | None = None
    committed: int = 0
    capture: str = ""
    capture_bytes: int | None = None
