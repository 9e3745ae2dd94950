"""Raw bytes on their way out of one connection: any bytes, whole frames or not, in one write or in many.

What leaves is read back by a parser of our own side, so the capture holds what a peer reads: frames where the bytes
form frames, though they were written in twenty pieces, and otherwise bytes without a frame. That goes on until the
stream stands between two frames again: a text message sent behind half a frame *is* the rest of that frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.engine.clock import now_ns
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.rules import violation
from wsgui.records import BytesSeen, Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.protocol.connection import Connection
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation
    from wsgui.records import Record


class RawWrite(NamedTuple):
    """One TCP write: ``pause`` seconds are waited before it; ``fin`` ends our direction of TCP behind it."""

    data: bytes
    pause: float = 0.0
    fin: bool = False


class RawWriter:
    """Belongs to one connection. ``tcp_write`` takes bytes as they are, ``note(frame, time)`` hears of control frames.

    ``busy`` while pieces of one sending are still to come: frames that want out wait in ``held``, because in the
    middle of a frame they would become part of it.
    """

    __slots__ = (
        "_busy",
        "_connection",
        "_lost",
        "_note",
        "_number",
        "_observe",
        "_parser",
        "_tcp_write",
        "held",
        "used",
    )

    def __init__(
        self,
        number: int,
        connection: Connection,
        tcp_write: Callable[[bytes], None],
        observe: Callable[[Record], None],
        note: Callable[[Frame, int], None],
    ) -> None:
        self._number = number
        self._connection = connection
        self._tcp_write = tcp_write
        self._observe = observe
        self._note = note
        self._parser = FrameParser()
        self._lost = False
        self.used = False
        """Whether anything was ever sent raw: nothing can be `in_the_way` before."""
        self._busy = False
        self.held: list[Frame] = []

    @property
    def busy(self) -> bool:
        """Whether a sending is under way, of which more is to come."""
        return self._busy

    @busy.setter
    def busy(self, yes: bool) -> None:
        self._busy = yes
        self.used = True

    @property
    def rest(self) -> bytes:
        """What has gone of a frame that is not whole: the peer waits for more of it."""
        return self._parser.rest

    @property
    def in_the_way(self) -> bool:
        """Whether frames cannot simply be written: a sending is under way, or half a frame has gone."""
        return self.busy or self._lost or self._parser.under_way is not None or bool(self._parser.rest)

    def write(self, data: bytes) -> None:
        """Let these bytes leave in one write, and record what they have completed."""
        self.used = True
        time_ns = now_ns()
        self._tcp_write(data)
        if self._lost:
            self._observe(BytesSeen(self._number, time_ns, Direction.SENT, data))
            return
        frames = self._parser.feed(data)
        self._connection.send(frames)  # for what a close frame means to the state; the bytes have gone
        for frame in frames:
            if frame.head & 8:
                self._note(frame, time_ns)
        if data:
            found = self._connection.judge_sent(frames)
            self._observe(FramesSeen(self._number, time_ns, Direction.SENT, frames, found, len(data)))
        if self._parser.too_long is not None:
            length = self._parser.too_long.length
            found_here = [violation("length.over-limit", f"A frame of {length} bytes is announced.")]
            if length >> 63:
                found_here.insert(0, violation("length.top-bit", "The 64-bit length has its top bit set."))
            self._give_up(time_ns, found_here)

    def end(self) -> None:
        """TCP is over: what is left of a frame is recorded as bytes that form none."""
        self.busy = False
        self.held.clear()
        if self._parser.rest:
            text = f"The connection ended inside a frame, after {len(self._parser.rest)} bytes of it."
            self._give_up(now_ns(), [violation("frame.cut", text)])

    def _give_up(self, time_ns: int, found: Sequence[Violation]) -> None:
        self._lost = True
        self._observe(BytesSeen(self._number, time_ns, Direction.SENT, self._parser.take_rest(), found))
