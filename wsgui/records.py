"""The vocabulary between the rooms: what an engine saw, in batches, as plain values.

An engine hands one record to its observer for each thing that happened: a read that completed forty frames is *one*
`FramesSeen` with forty frames, not forty records. Capture stores them, session counts them, dissect shows them.

All times are nanoseconds since the Unix epoch, taken first thing in the read or write callback; frames that came out
of one read share its time. Connection numbers count from 1 within one session.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation


class Direction(IntEnum):
    """Which way bytes went, seen from the endpoint that recorded them."""

    SENT = 0
    RECEIVED = 1


class EndedBy(IntEnum):
    """Who or what ended a connection."""

    LOCAL = 0
    """This endpoint closed first."""
    PEER = 1
    """The peer closed first, with a close frame."""
    RULE = 2
    """The judge failed the connection because a rule was broken."""
    LOSS = 3
    """TCP went away (FIN or RST) without a close handshake: 1006."""
    TIMEOUT = 4
    """A timeout of ours cut it: opening, closing, idle or keep-alive."""
    HANDSHAKE = 5
    """The opening handshake failed: it never was a WebSocket connection."""
    HTTP = 6
    """Plain HTTP requests were answered on it, in order: it never was to be a WebSocket connection."""


class How(StrEnum):
    """How TCP ended, seen from this endpoint."""

    FIN = "fin"
    """In order: the peer sent FIN, or we did and the peer answered with its own."""
    RESET = "reset"
    """The peer, or something between, sent RST."""
    CUT = "cut"
    """We cut it: a timeout, a person, a fault, or a peer that did not read."""
    TLS = "tls"
    """TLS failed under it."""


HTTP: Final = -1
"""The ``opcode`` of a row that is one HTTP message of the opening handshake."""

NO_FRAME: Final = -2
"""The ``opcode`` of a row with bytes that formed no frame."""

FLAG_FIN: Final = 8
"""The flags of a row begin with the upper half of its frame's first byte."""
FLAG_RSV1: Final = 4
FLAG_RSV2: Final = 2
FLAG_RSV3: Final = 1


MISSING: Final = -3
"""The ``opcode`` of a row that says what an imported file lacks: bytes that crossed the wire and were not caught."""


class RowKind(NamedTuple):
    """How a row that is no frame is called: ``title`` where people read, ``word`` in files for programs and in names of
    files, ``value`` in filters."""

    title: str
    word: str
    value: str


ROW_KINDS: Final = {
    HTTP: RowKind("HTTP", "http", "http"),
    NO_FRAME: RowKind("no frame", "bytes", "no_frame"),
    MISSING: RowKind("missing", "missing", "missing"),
}
"""The rows that are no frames, by ``opcode``."""


class ConnectionOpened(NamedTuple):
    """TCP (and TLS) is up; the opening handshake follows. ``role`` is this endpoint's: ``client`` or ``server``."""

    connection: int
    time_ns: int
    role: str
    url: str
    local: str
    remote: str


class HandshakeSeen(NamedTuple):
    """One HTTP message of the opening handshake: ``raw`` is its bytes (head, and body of a refusal)."""

    connection: int
    time_ns: int
    direction: Direction
    raw: bytes
    violations: Sequence[Violation] = ()


class FramesSeen(NamedTuple):
    """The frames of one read or write. ``violations`` pairs an index into ``frames`` with a broken rule;
    ``wire_bytes`` are the bytes of that direction since the record before (a large frame takes many reads).
    ``inflated`` pairs an index with what the payload of a compressed message's frame inflates to (RFC 7692)."""

    connection: int
    time_ns: int
    direction: Direction
    frames: Sequence[Frame]
    violations: Sequence[tuple[int, Violation]] = ()
    wire_bytes: int = 0
    inflated: Sequence[tuple[int, bytes]] = ()


class BytesSeen(NamedTuple):
    """Bytes that form no frame: half a frame at the end of TCP, a header that declares too much, garbage."""

    connection: int
    time_ns: int
    direction: Direction
    data: bytes
    violations: Sequence[Violation] = ()


class BytesMissing(NamedTuple):
    """Bytes that crossed the wire and are not there; only imports know of such. ``text`` says so in a sentence that
    begins with how many they are: ``544 bytes were not captured.``"""

    connection: int
    time_ns: int
    direction: Direction
    text: str


class ConnectionClosed(NamedTuple):
    """The connection is over. ``code`` is the close code (1005: none given, 1006: no close frame), ``text`` one
    sentence for people that says who ended it and why. ``how`` is a word for what became of TCP: see `How`."""

    connection: int
    time_ns: int
    code: int
    reason: str
    ended_by: EndedBy
    text: str
    how: str = ""


class MessageNoted(NamedTuple):
    """What is to be said of a message that was received: it stands as a note beside the row that ended it. ``place`` is
    which one of the whole messages of the connection's latest `FramesSeen` of that direction, from 0."""

    connection: int
    time_ns: int
    place: int
    texts: Sequence[str]


Record: TypeAlias = (
    ConnectionOpened | HandshakeSeen | FramesSeen | BytesSeen | BytesMissing | MessageNoted | ConnectionClosed
)
"""Anything an engine tells its observer."""
