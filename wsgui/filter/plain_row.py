"""One row as plain values, which a filter is evaluated on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context


class Whole(NamedTuple):
    """A message in fragments, joined as far as it has come: the first frame's opcode, whether its last fragment is
    there, its payload on the wire, and what that inflates to (None unless all of it was inflated)."""

    opcode: int
    finished: bool
    payload: bytes
    inflated: bytes | None = None

    def as_row(self, connection: int, direction: int, context: Context) -> PlainRow:
        """A row with a frame that has the whole message."""
        flags = FLAG_FIN if self.finished else 0
        frame = (self.opcode, flags, None, 0, len(self.payload), None, None, self.payload)
        return PlainRow(0, connection, 0, direction, *frame, None, (), 0, (), self.inflated, context)


class PlainRow(NamedTuple):
    """One row of ``frames`` as the capture file has it, and what is beside it: the time since the row before (ns, None
    for the first), the ids of the rules it breaks, the time of the capture's first row (ns since the epoch), the notes
    on it (an empty one is a bookmark), what its payload inflates to, if it was compressed, what decoders are told of
    its connection, and for a fragment the whole message."""

    id: int
    connection: int
    time: int
    direction: int
    opcode: int
    flags: int
    masking_key: bytes | None
    length_form: int
    length: int
    message: int | None
    fragment: int | None
    payload: bytes
    delta: int | None
    violations: tuple[str, ...]
    start: int
    notes: tuple[str, ...] = ()
    inflated: bytes | None = None
    context: Context = NO_CONTEXT
    whole: Whole | None = None
    answer_ns: int | None = None
    """How long the receiver waited for it (ns), if it answers a request."""
    unanswered: bool | None = None
    """Whether it is a request without an answer; None if it asks nothing."""

    @property
    def data(self) -> bytes:
        """The payload as the application sees it: inflated if it was compressed."""
        return self.payload if self.inflated is None else self.inflated
