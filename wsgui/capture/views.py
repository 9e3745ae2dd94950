"""What a reader gives back: rows of a capture file as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation
    from wsgui.records import Direction, EndedBy


PREVIEW_BYTES: Final = 256
"""Bytes of a payload that a row has at most."""


class Row(NamedTuple):
    """One line of the frame table.

    ``opcode`` is -1 for an HTTP message of the handshake and -2 for bytes that formed no frame. ``flags``: FIN 8,
    RSV1 4, RSV2 2, RSV3 1, 16 if there are ``violations``, 32 if the payload was inflated. ``length_form`` is 7, 16 or
    64 bits, 0 if it is no frame. ``length`` is the payload's in bytes, on the wire, and ``inflated_length`` what a
    compressed one inflates to; ``preview`` is the beginning, inflated, at most 256 B. ``message`` counts from
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
    inflated_length: int | None = None


class Part(NamedTuple):
    """Where the payload of frame ``frame`` stands in its message: ``length`` bytes from byte ``offset``."""

    frame: int
    offset: int
    length: int


class JoinedMessage(NamedTuple):
    """A message as its fragments make it up (RFC 6455 section 5.4), or one control frame.

    ``flags`` are those of the first frame (RSV1, 4: compressed). ``payload`` is joined, and inflated if it was
    compressed and could be (``inflated``); ``wire_length`` are the bytes of payload that crossed the wire.
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
    inflated: bool = False
    wire_length: int = 0


class ConnectionRow(NamedTuple):
    """A connection: when it opened, and when, how and why it ended (None while it lasts), ``how`` as in `How`."""

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
    how: str | None = None
