"""What would a correct peer say to these bytes, here and now? Asked before they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.connection import Connection, Event
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation


class Outlook(NamedTuple):
    """``frames`` are those that the peer reads, ``violations`` pairs an index into them with a broken rule.

    ``failure`` is the rule for which the peer fails the connection, ``replies`` what it sends. ``dropped``: it has our
    close frame already, and acts on nothing. ``waiting`` is what it holds of a frame that is not whole; ``missing``
    how many bytes that frame lacks, None while its header is not whole. ``open_opcode`` is the message that is open
    afterwards, -1 for none.
    """

    frames: Sequence[Frame]
    violations: Sequence[tuple[int, Violation]]
    rest_violations: Sequence[Violation]
    events: Sequence[Event]
    replies: Sequence[Frame]
    failure: Violation | None
    dropped: bool
    waiting: bytes
    missing: int | None
    open_opcode: int


def outlook(peer: Connection, data: bytes) -> Outlook:
    """What ``peer`` (of `Connection.peer_now`) makes of ``data``; it is used up by that."""
    dropped = peer.close_received is not None
    received = peer.receive_data(data)
    header = peer.header_under_way
    waiting = peer.half_read
    missing = None
    if header is not None:
        key = 0 if header.masking_key is None else 4
        missing = header.length - (len(waiting) - {7: 2, 16: 4, 64: 10}[header.length_form] - key)
    violations = list(received.violations)
    failure = peer.failure
    # A text that is wrong before its frame is whole is known as a failure first.
    early = failure is not None and not any(breach is failure for _, breach in violations) and not received.rest
    return Outlook(
        received.frames,
        violations,
        [failure] if early and failure is not None else received.rest_violations,
        received.events,
        received.replies,
        failure,
        dropped,
        waiting,
        missing,
        peer.open_message,
    )
