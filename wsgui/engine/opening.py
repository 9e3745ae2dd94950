"""The opening handshake of one connection, driven: it is sent and fed, and its time runs.

Which end this is, and which protocol the handshake belongs to, is the `Handshake`'s own matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from wsgui.engine.clock import now_ns
from wsgui.protocol.judged_heads import broken_rules
from wsgui.records import BytesSeen, Direction, HandshakeSeen

if TYPE_CHECKING:
    from wsgui.engine.deadlines import Deadlines
    from wsgui.engine.endings import Ending
    from wsgui.engine.link import Link
    from wsgui.engine.options import Options
    from wsgui.protocol.handshake import Handshake
    from wsgui.protocol.http_exchange import HttpAnswer, HttpRequest
    from wsgui.records import Record


AHEAD: Final = 64 * 1024
"""Bytes that a client may send ahead while somebody is asked whether it may come in, or while its plain request is
answered; then it is not read."""


class Opener(Protocol):
    """What an opening needs of its connection."""

    number: int
    options: Options
    link: Link
    deadlines: Deadlines
    ending: Ending

    def observe(self, record: Record) -> None:
        """Something crossed the wire."""

    def pause_reading(self, reason: str) -> None:
        """Stop reading."""

    def resume_reading(self, reason: str) -> None:
        """Read on."""

    def requested(self, request: HttpRequest) -> None:
        """A plain HTTP request has come, which waits for `Opening.reply`."""

    def settled(self, time_ns: int) -> None:
        """The handshake is done, one way or the other."""

    def cut_off(self) -> None:
        """End the link at once."""


class Opening:
    """Belongs to one connection; over once the handshake is ``done``."""

    __slots__ = ("_idle", "_opener", "_told", "_until", "handshake")

    def __init__(self, handshake: Handshake, opener: Opener) -> None:
        self.handshake = handshake
        self._opener = opener
        self._told = False
        self._idle = False  # between two plain requests
        self._until: float | None = None

    def until(self, when: float) -> None:
        """It has to be done by then, by the loop's clock: a client's time runs from the first look-up."""
        self._until = when

    def begin(self) -> None:
        """The link is up."""
        deadlines = self._opener.deadlines
        if self._until is None:
            deadlines.set("opening", self._opener.options.timeouts.opening)
        else:
            deadlines.set("opening", max(0.0, self._until - deadlines.now()))
        self._send()

    def receive(self, data: bytes, time_ns: int) -> None:
        """The peer's next bytes; empty for its end."""
        handshake = self.handshake
        before = handshake.done
        if self._idle and data:
            self._idle = False
            self._opener.deadlines.set("opening", self._opener.options.timeouts.opening)
        handshake.receive_data(data)
        if handshake.done and not before:
            self._settled(time_ns)
        elif handshake.http_request is not None:
            self._hand_over(handshake.http_request, time_ns)
        elif handshake.asked:
            self._wait_for_answer(time_ns)
        else:
            self._send()  # whoever asks is told to send its body

    def _hand_over(self, request: HttpRequest, time_ns: int) -> None:
        opener = self._opener
        if len(self.handshake.leftover) > AHEAD:
            opener.pause_reading("answer")
        if not self._told:
            self._tell(time_ns)
            opener.deadlines.drop("opening")  # how long an answer may take is known to whoever makes it
            opener.requested(request)

    def reply(self, answer: HttpAnswer) -> None:
        """Answer the plain request that waits; does nothing if its client has hung up."""
        handshake, opener = self.handshake, self._opener
        if handshake.http_request is None or opener.link.is_closing():
            return
        handshake.reply(answer)
        if not handshake.done:
            self._send()
        self._replied()

    def reply_more(self, data: bytes) -> bool:
        """Some of an answer's `HttpAnswer.rest`; does nothing if its client has hung up. Whether more is to come."""
        handshake, opener = self.handshake, self._opener
        if not handshake.replying or opener.link.is_closing():
            return False
        handshake.reply_more(data)
        piece = handshake.data_to_send()
        opener.observe(BytesSeen(opener.number, now_ns(), Direction.SENT, piece))
        opener.link.write(piece)
        self._replied()
        return handshake.replying

    def _replied(self) -> None:
        """The next request may come, unless some of the answer is still to leave."""
        handshake, opener = self.handshake, self._opener
        if handshake.done:
            self._settled(now_ns())
            return
        if handshake.replying:
            return
        self._told = False
        self._idle = True
        opener.deadlines.set("opening", opener.options.timeouts.between_requests)
        opener.resume_reading("answer")
        if ahead := handshake.ahead():
            self.receive(ahead, now_ns())

    def _wait_for_answer(self, time_ns: int) -> None:
        """A person is asked whether this client may come in: its request is shown meanwhile, and it may hang up."""
        opener = self._opener
        if not self._told:
            self._tell(time_ns)
            opener.deadlines.set("opening", opener.options.timeouts.answer)
        if len(self.handshake.leftover) > AHEAD:
            opener.pause_reading("answer")

    def answer(self, let_in: bool) -> None:
        """Go on with a handshake that waits to be let in; does nothing on any other."""
        if self.handshake.asked and not self._opener.link.is_closing():
            self.handshake.answer(let_in)
            self._opener.resume_reading("answer")
            self._settled(now_ns())

    def overdue(self) -> None:
        """Its time is over: the peer is told so, if that is still possible, and cut off if not."""
        handshake, timeouts = self.handshake, self._opener.options.timeouts
        late = f"The handshake was not done within {timeouts.opening:g} s."
        if handshake.asked:
            late = f"Nobody said within {timeouts.answer:g} s whether this client may come in."
        settled = handshake.time_out()
        if handshake.late or not settled:
            self._opener.ending.timeout = late
        if settled:
            self._settled(now_ns())
        else:
            self._opener.cut_off()

    def _settled(self, time_ns: int) -> None:
        self._tell(time_ns)
        self._send()
        self._opener.settled(time_ns)

    def _tell(self, time_ns: int) -> None:
        handshake = self.handshake
        if handshake.heard and not self._told:
            self._told = True
            number, violations = self._opener.number, broken_rules(handshake.violations)
            self._opener.observe(HandshakeSeen(number, time_ns, Direction.RECEIVED, handshake.heard, violations))

    def _send(self) -> None:
        data = self.handshake.data_to_send()
        if data:
            self._opener.observe(HandshakeSeen(self._opener.number, now_ns(), Direction.SENT, data))
            self._opener.link.write(data)
