"""The frames of one direction of somebody else's connection: bytes and holes in, rows of a capture out.

Each frame is judged as it would be live: by its header, by the message it belongs to, and its text as UTF-8. What
cannot be told apart from what was not captured is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.plausible import is_plausible
from wsgui.protocol.compression import Inflator
from wsgui.protocol.frames import CONTROL_LIMIT, FIN, MASK, RSV1
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.messages import TextJudge
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Violation
from wsgui.records import BytesMissing, BytesSeen, Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.parser import TooLong

FRAME_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of payload in one frame that are kept; of a longer one the beginning is, and what follows is found exactly."""

PIECE: Final = 1024 * 1024
"""Bytes that form no frame are kept in rows of about so many."""

MESSAGE_LIMIT: Final = 256 * 1024 * 1024
"""Bytes that a compressed message may inflate to: a bomb is not blown up."""

BELIEVED: Final = 64 * 1024
"""Bytes of a guessed frame that are waited for before it is believed."""

_WINDOW: Final = 44 * 1024
"""Bytes that zlib keeps to inflate a direction."""
_CLOSE: Final = int(Opcode.CLOSE)
_PLAIN: Final = FIN | int(Opcode.TEXT)


class FrameWay:
    """Takes what ``direction`` of connection ``number`` sent, in order, with `data` and `hole`, and the end with `end`.

    ``deflate`` is what compresses; ``sure``: that was agreed on, and not guessed from half a handshake.
    ``problem(text)`` is told what is missing; ``closed(direction, payload)`` hears of each close frame. Times
    are ns since the epoch.
    """

    def __init__(
        self,
        builder: CaptureBuilder,
        number: int,
        direction: Direction,
        deflate: Deflate | None,
        problem: Callable[[str], None],
        closed: Callable[[Direction, bytes], None],
        *,
        sure: bool = True,
    ) -> None:
        self._builder = builder
        self._number = number
        self._direction = direction
        self._problem = problem
        self._closed = closed
        self._role = Role.CLIENT if direction is Direction.SENT else Role.SERVER
        self._rsv = RSV1 if deflate is not None else 0
        self._parser = FrameParser(FRAME_LIMIT)
        self.judge = FrameJudge(self._role, self._rsv)
        self._text = TextJudge()
        self._begun = 0  # bytes of the frame under way, at most
        self._lost = False  # nobody knows where the next frame begins
        self._tried: list[bytes] = []  # segments that may be the beginning of a frame
        self._unsure = False  # or whether a message is under way
        self._owed = 0  # bytes that still come of a frame that is broken
        self._keep = True  # those bytes are kept, or left out and counted
        self._left_out = 0
        self._loose = bytearray()  # bytes that form no frame, for the next row
        self._inflator: Inflator | None = None
        self._bits: int | None = None
        self._room: int | None = None  # of the message under way
        self._given_up = False  # it could not be inflated
        self._whole_window = sure
        if deflate is not None:
            sent = direction is Direction.SENT
            self._bits = deflate.client_max_window_bits if sent else deflate.server_max_window_bits
            alone = deflate.client_no_context_takeover if sent else deflate.server_no_context_takeover
            self._takeover = not alone
            self._inflator = Inflator(self._bits, takeover=self._takeover)

    @property
    def held(self) -> int:
        """Bytes that are kept until more comes, at most."""
        return self._begun + len(self._loose) + sum(map(len, self._tried)) + (0 if self._inflator is None else _WINDOW)

    @property
    def is_inside(self) -> bool:
        """Whether a frame has begun and is not whole."""
        return self._owed > 0 or self._parser.under_way is not None or bool(self._parser.rest)

    @property
    def waits(self) -> bool:
        """Whether bytes may be held; false in the usual case, that frames end where segments do."""
        return self._begun > 0 or self._inflator is not None or bool(self._loose or self._tried)

    def data(self, data: bytes, time_ns: int, *, starts: bool = True) -> None:
        """Take the next bytes; ``starts``: they begin where a segment does."""
        if self._owed and self._lost and starts and self._is_whole(data):
            self._owed = 0  # the frame that was guessed was none
        if self._owed:
            owed, data = data[: self._owed], data[self._owed :]
            self._owed -= len(owed)
            self._take_loose(owed, time_ns)
            if self._owed or not data:
                if not self._owed:
                    self._flush(time_ns)
                return
            self._flush(time_ns)
            starts = True  # a frame ended here
        if self._lost:
            self._guess(data, time_ns, starts=starts)
        else:
            self._frames(data, time_ns)

    def _is_whole(self, data: bytes) -> bool:
        """Whether a whole frame that makes sense stands at the start of ``data``."""
        return len(data) > 1 and is_plausible(data, self._role, self._rsv) and len(data) >= _first_end(data)

    def _guess(self, data: bytes, time_ns: int, *, starts: bool) -> None:
        """Look for a frame where a segment begins. One that goes on in the next is believed when what stands behind it
        makes sense too."""
        tried = self._tried
        tried.append(data)
        if len(tried) == 1 and not starts:
            self._take_loose(tried.pop(), time_ns)
        while tried:
            whole = b"".join(tried)
            if len(whole) < 2:  # says nothing yet
                return
            if not is_plausible(whole, self._role, self._rsv):
                self._take_loose(tried.pop(0), time_ns)
                continue
            if len(whole) < min(_first_end(whole), BELIEVED):
                return
            tried.clear()
            self._flush(time_ns)
            self._lost = False
            self._frames(whole, time_ns)

    def _give_up_guess(self, time_ns: int) -> None:
        """What was taken for the beginning of a frame never got so far."""
        for data in self._tried:
            self._take_loose(data, time_ns)
        self._tried.clear()

    def _goes_across(self, count: int) -> bool:
        """Whether a hole of ``count`` bytes lies inside the frame that was guessed."""
        whole = b"".join(self._tried)
        if len(whole) < 2 or len(whole) < _header_length(whole):
            return False
        return len(whole) + count <= min(_first_end(whole), BELIEVED)

    def hole(self, count: int, time_ns: int) -> None:
        """Bytes that were not captured come next."""
        guessed = self._lost
        if self._goes_across(count):
            # Its length tells where to look next, unless frames that make sense come earlier.
            whole = b"".join(self._tried)
            self._tried.clear()
            self._flush(time_ns)
            self._frames(whole, time_ns)
        self._give_up_guess(time_ns)
        header = self._parser.under_way
        rest = self._parser.take_rest()
        if header is not None:
            known = len(rest) - _header_length(rest)
            self._owed, self._keep = header.length - known, True
        self._take_loose(rest, time_ns)
        self._begun = 0
        self._flush(time_ns)
        bytes_ = "1 byte was" if count == 1 else f"{count} bytes were"
        if self._owed >= count:
            text = f"{bytes_} not captured. They belong to a frame's payload, so that the next frame is found exactly."
            if guessed:
                text = f"{bytes_} not captured. Where frames go on behind them is a guess."
            self._owed -= count
        else:
            text = f"{bytes_} not captured. Where frames go on behind them is a guess."
            self._owed = 0
            self._lost = True
        self._forget()
        self._builder.put(BytesMissing(self._number, time_ns, self._direction, text))
        self._problem(f"{bytes_} not captured from the {self._role.value} of connection {self._number}.")

    def lost(self) -> None:
        """The beginning is not there: where frames begin is to be guessed."""
        self._lost = True
        self._forget()

    def end(self, time_ns: int, *, ended: bool) -> None:
        """No more comes: what is there of a frame is kept as bytes. ``ended``: TCP said so."""
        self._give_up_guess(time_ns)
        rest = self._parser.take_rest()
        self._begun = 0
        if self._loose or self._left_out:
            self._flush(time_ns)
        self._owed = 0
        if rest:
            broken = []
            if ended:
                broken = [violation("frame.cut", f"TCP ended inside a frame, after {len(rest)} bytes of it.")]
            self._builder.put(BytesSeen(self._number, time_ns, self._direction, rest, broken))

    def shed(self, time_ns: int) -> None:
        """Hold less: what is there of the frame under way becomes bytes, and so does the rest of it as it comes."""
        header = self._parser.under_way
        if header is None:
            return
        rest = self._parser.take_rest()
        self._owed, self._keep = header.length - (len(rest) - _header_length(rest)), True
        self._begun = 0
        self._take_loose(rest, time_ns)
        self._forget()

    def _forget(self) -> None:
        """A message that was under way cannot be gone on with."""
        self._unsure = True
        self._text.drop()
        self._room = None
        if self._inflator is not None:
            self._whole_window &= not self._takeover
            self._inflator = Inflator(self._bits, takeover=self._takeover)

    def _take_loose(self, data: bytes, time_ns: int) -> None:
        if not self._keep:
            self._left_out += len(data)
            return
        self._loose += data
        if len(self._loose) >= PIECE:
            self._put_loose(time_ns)

    def _put_loose(self, time_ns: int, broken: Sequence[Violation] = ()) -> None:
        if self._loose:
            self._builder.put(BytesSeen(self._number, time_ns, self._direction, bytes(self._loose), broken))
            self._loose.clear()

    def _flush(self, time_ns: int) -> None:
        """Put what waits to become a row, and how much of a frame was left out."""
        self._put_loose(time_ns)
        if self._left_out:
            text = f"{self._left_out} bytes of a frame's payload are left out: {FRAME_LIMIT} are kept at most."
            self._builder.put(BytesMissing(self._number, time_ns, self._direction, text))
            self._problem(f"{text[:-1]} (connection {self._number}, from the {self._role.value}).")
            self._left_out = 0
        self._keep = True

    def _frames(self, data: bytes, time_ns: int) -> None:
        parser = self._parser
        judge = self.judge
        frames = parser.feed(data)
        # A bound, not a count: what the parser holds is dear to ask for.
        if parser.under_way is not None:
            self._begun = len(data) if frames else self._begun + len(data)
        else:
            self._begun = 0
        add, number, direction = self._builder.frame, self._number, self._direction
        for frame in frames:
            head, _, _, payload = frame
            opcode = head & 0xF
            if opcode == _CLOSE:
                self._closed(direction, payload)
            elif self._unsure and opcode < 8:
                self._unsure = False
                if opcode:
                    judge.remember(FIN)  # no message is open
                else:
                    judge.open_opcode = Opcode.TEXT  # one is; its beginning was not captured
            found = judge.judge(frame)
            text: bytes | None = payload
            inflated = None
            if self._inflator is not None and opcode < 8:
                result = self._inflate(self._inflator, head, payload)
                if isinstance(result, Violation):
                    found = [*found, result]
                    text = None
                else:
                    inflated = result
                    if inflated is not None:
                        text = inflated
                    elif head & RSV1 or self._given_up:
                        text = None
            if text is None:
                self._text.drop()
            elif head != _PLAIN or not text.isascii():
                broken = self._text.frame(head, text)
                if broken is not None:
                    found = [*found, broken]
            add(number, time_ns, direction, frame, found, inflated)
        if parser.too_long is not None:
            self._pass_over(parser.too_long, time_ns)

    def _pass_over(self, long: TooLong, time_ns: int) -> None:
        """A frame that is not kept: its header is, and what has come; the rest is counted as it passes."""
        rest = self._parser.take_rest()
        self._parser = FrameParser(FRAME_LIMIT)
        masked = 4 * (long.header[1] >= MASK)
        broken = []
        if long.length >= 1 << 63:
            broken = [violation("length.top-bit", f"The header declares {long.length} bytes.")]
        self._builder.put(BytesSeen(self._number, time_ns, self._direction, rest, broken))
        self._owed, self._keep = len(long.header) + masked + long.length - len(rest), False
        self._forget()

    def _inflate(self, inflator: Inflator, head: int, payload: bytes) -> bytes | Violation | None:
        """What a data frame's payload inflates to. A message that could not be inflated is given up as a whole."""
        opcode = head & 0xF
        if opcode:
            self._room = MESSAGE_LIMIT if opcode < 3 else None
            self._given_up = False
        room = self._room
        if room is None:
            return None
        result = inflator.frame(head, payload, room)
        if isinstance(result, Violation):
            self._room = None
            self._given_up = True
            if not self._whole_window and result.rule == "deflate.invalid":
                # Not the peer's fault: what the message refers back to lies in the hole.
                self._inflator = Inflator(self._bits, takeover=True)
                self._builder.note("What this compressed message refers back to was not captured: it is not inflated.")
                return None
        else:
            self._room = None if head >= FIN else room - len(result or b"")
        return result


def _first_end(data: bytes) -> int:
    """Where the frame ends that ``data`` begins with, as far as its header tells."""
    length = data[1] & 0x7F
    if length > CONTROL_LIMIT:
        length = int.from_bytes(data[2 : 4 if length == CONTROL_LIMIT + 1 else 10], "big")
    return _header_length(data) + length


def _header_length(data: bytes) -> int:
    """Bytes of the whole frame header that ``data`` begins with."""
    length = data[1] & 0x7F
    return 2 + (0, 2, 8)[(length > CONTROL_LIMIT) + (length > 126)] + 4 * (data[1] >= MASK)
