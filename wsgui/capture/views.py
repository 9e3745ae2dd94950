"""What a reader gives back: rows of a capture file as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation
    from wsgui.records import Direction, EndedBy


class Row(NamedTuple):
    """One line of the frame table.

    ``opcode`` is -1 for an HTTP message of the handshake and -2 for bytes that formed no frame. ``flags``: FIN 8,
    RSV1 4, RSV2 2, RSV3 1, and 16 if there are ``violations``. ``length_form`` is 7, 16 or 64 bits, 0 if it is no
    frame. ``length`` is the payload's in bytes and ``preview`` its beginning, at most 256 B. ``message`` counts from
    1 per connection and direction, ``fragment`` from 0 within it; ``fragments`` is the message's total once it is
    finished, None for a message in one frame. ``delta_ns`` is the time since the row before in the order asked for.
    """

    id: int
    connection: int
    time_ns: int
    delta_ns: int | None
    direction: Direction
    opcode: int
    flags: int
    masking_key: bytes | None
    length_form: int
    length: int
    message: int | None
    fragment: int | None
    fragments: int | None
    preview: bytes
    violations: tuple[Violation, ...]
    notes: tuple[str, ...] = ()
    """What stands beside the row; an empty text is a bookmark."""


class Part(NamedTuple):
    """Where the payload of frame ``frame`` stands in its message: ``length`` bytes from byte ``offset``."""

    frame: int
    offset: int
    length: int


class MessageView(NamedTuple):
    """A message as its fragments make it up (RFC 6455 section 5.4), or one control frame.

    ``flags`` are those of the first frame (RSV1, 4: compressed). ``payload`` is joined, not inflated.
    ``finished``: the fragment with FIN is there. ``truncated``: there is more than the limit allowed, and neither
    ``payload`` nor ``parts`` has it. ``number`` is None for a control frame and for a continuation of nothing.
    """

    connection: int
    direction: Direction
    number: int | None
    opcode: int
    flags: int
    payload: bytes
    parts: list[Part]
    finished: bool
    truncated: bool


class ConnectionRow(NamedTuple):
    """A connection: when it opened, and when, how and why it ended (None while it lasts)."""

    id: int
    opened_ns: int
    role: str
    url: str
    local: str
    remote: str
    closed_ns: int | None
    code: int | None
    reason: str | None
    ended_by: EndedBy | None
    text: str | None
