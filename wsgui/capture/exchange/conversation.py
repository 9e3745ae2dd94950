"""A TCP connection that begins like a WebSocket: two byte streams in, rows of a capture out.

It starts with a client's ``GET``. Once both heads of the opening handshake are there, what follows is frames, and each
is judged as it would be live, except that messages are not joined to check their text. Where permessage-deflate was
agreed on, compressed messages are inflated.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.extension_heads import deflate_of
from wsgui.protocol.close import close_code_name
from wsgui.protocol.compression import Inflator
from wsgui.protocol.frames import FIN, RSV1
from wsgui.protocol.http_head import HeadTooLongError, head_end
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.judged_heads import judge_request_head, judge_response_head
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.policy import Policy
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Violation
from wsgui.records import BytesSeen, ConnectionClosed, ConnectionOpened, Direction, EndedBy, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.protocol.deflate import Deflate

_UPGRADE: Final = re.compile(rb"\r?\nupgrade[ \t]*:[^\r\n]*websocket", re.IGNORECASE)
_HOST: Final = re.compile(rb"\r?\nhost[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_STATUS: Final = re.compile(rb"HTTP/1\.\d (\d{3})")

_BODY_LIMIT: Final = 64 * 1024
"""Bytes of a refusal that are kept."""

_MESSAGE_LIMIT: Final = Policy().message_limit
_WINDOW: Final = 44 * 1024
"""Bytes that zlib keeps to inflate a direction."""


class Phase(Enum):
    """How far the opening handshake is."""

    REQUEST = auto()
    RESPONSE = auto()
    OPEN = auto()
    REFUSED = auto()
    OTHER = auto()
    """Ordinary HTTP, or nothing that is understood."""


_OPEN: Final = Phase.OPEN  # an enumeration's member takes a while to look up
_CLOSE: Final = int(Opcode.CLOSE)


class Conversation:
    """Feed it the bytes of both directions with `received`, in order, until `phase` says that it is none or refused.

    ``new_number()`` gives the connection's number as soon as it is one. Times are nanoseconds since the epoch.
    """

    def __init__(
        self, builder: CaptureBuilder, new_number: Callable[[], int], client: str, server: str, opened_ns: int
    ) -> None:
        self.phase = Phase.REQUEST
        self.number = 0
        self.waits = True
        """Whether bytes may be held; false in the usual case, that frames end where segments do."""
        self._builder = builder
        self._new_number = new_number
        self._client = client
        self._server = server
        self._opened_ns = opened_ns
        self._head = bytearray()
        self._early = bytearray()
        self._parsers = (FrameParser(), FrameParser())
        self._judges = (FrameJudge(Role.CLIENT), FrameJudge(Role.SERVER))
        self._stopped: set[Direction] = set()
        self._begun = [0, 0]  # bytes of each direction's frame under way, at most
        self._request_head = b""
        self._inflators: tuple[Inflator, Inflator] | None = None
        self._room: list[int | None] = [None, None]  # of each direction's message under way
        self._close: tuple[Direction, bytes] | None = None

    @property
    def held(self) -> int:
        """Bytes that are kept until more comes, at most."""
        windows = 0 if self._inflators is None else 2 * _WINDOW
        return len(self._head) + len(self._early) + sum(self._begun) + windows

    def received(self, direction: Direction, data: bytes, time_ns: int) -> None:
        """Take the next bytes of a direction; SENT is the client's."""
        if self.phase is _OPEN:
            self._frames(direction, data, time_ns)
        elif self.phase is Phase.RESPONSE:
            if direction is Direction.SENT:
                self._early += data
            else:
                self._response(data, time_ns)
        elif direction is Direction.SENT:
            self._request(data, time_ns)

    def cut(self, direction: Direction, time_ns: int, *, ended: bool) -> None:
        """No more comes from a direction: what is there of a frame is kept as bytes. ``ended``: TCP said so."""
        rest = self._parsers[direction].take_rest()
        if rest:
            broken = []
            if ended:
                broken = [violation("frame.cut", f"TCP ended inside a frame, after {len(rest)} bytes of it.")]
            self._builder.put(BytesSeen(self.number, time_ns, direction, rest, broken))

    def closed(self, time_ns: int, how: str = "") -> None:
        """TCP is over (``how``: see `How`); only for a conversation that has a `number`."""
        for direction in Direction:
            self.cut(direction, time_ns, ended=True)
        if self.phase is not Phase.OPEN:
            end = (1006, "", EndedBy.HANDSHAKE, "The opening handshake failed.")
        elif self._close is None:
            end = (1006, "", EndedBy.LOSS, "TCP ended without a close frame (1006).")
        else:
            direction, payload = self._close
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            who, ended_by = ("client", EndedBy.LOCAL) if direction is Direction.SENT else ("server", EndedBy.PEER)
            text = f"The {who} closed first: {close_code_name(code)}."
            end = (code, payload[2:].decode(errors="replace"), ended_by, text)
        self._builder.put(ConnectionClosed(self.number, time_ns, *end, how))

    def _request(self, data: bytes, time_ns: int) -> None:
        self._head += data
        end = self._end()
        if end is None:
            return
        head = self._request_head = bytes(self._head[:end])
        if not _UPGRADE.search(head):
            self.phase = Phase.OTHER
            return
        self._early += self._head[end:]
        self._head.clear()
        self.phase = Phase.RESPONSE
        self.number = self._new_number()
        target = head.split(b" ", 2)[1].decode("latin-1")
        host = _HOST.search(head)
        name = host[1].strip().decode("latin-1") if host else self._server
        url = target if "://" in target else f"ws://{name}{target}"
        self._builder.put(ConnectionOpened(self.number, self._opened_ns, "client", url, self._client, self._server))
        self._builder.put(HandshakeSeen(self.number, time_ns, Direction.SENT, head, judge_request_head(head)))

    def _response(self, data: bytes, time_ns: int) -> None:
        self._head += data
        while self.phase is Phase.RESPONSE:
            end = self._end()
            if end is None:
                return
            head = bytes(self._head[:end])
            status = _STATUS.match(head)
            code = int(status[1]) if status else 0
            refused = not 100 <= code < 200
            raw = bytes(self._head[:_BODY_LIMIT]) if refused else head
            broken = judge_response_head(raw, self._request_head)
            self._builder.put(HandshakeSeen(self.number, time_ns, Direction.RECEIVED, raw, broken))
            if refused:
                self.phase = Phase.REFUSED
            else:
                del self._head[:end]
                if code == 101:
                    self._open(deflate_of(self._request_head, head), time_ns)

    def _end(self) -> int | None:
        """Where the head that is there ends; a head that takes too much is none."""
        try:
            return head_end(bytes(self._head))
        except HeadTooLongError:
            self.phase = Phase.OTHER
            return None

    def _open(self, deflate: Deflate | None, time_ns: int) -> None:
        self.phase = Phase.OPEN
        if deflate is not None:
            self._judges = (FrameJudge(Role.CLIENT, RSV1), FrameJudge(Role.SERVER, RSV1))
            self._inflators = (
                Inflator(deflate.client_max_window_bits, takeover=not deflate.client_no_context_takeover),
                Inflator(deflate.server_max_window_bits, takeover=not deflate.server_no_context_takeover),
            )
        for direction, data in ((Direction.SENT, self._early), (Direction.RECEIVED, self._head)):
            self._frames(direction, bytes(data), time_ns)
            data.clear()

    def _frames(self, direction: Direction, data: bytes, time_ns: int) -> None:
        parser = self._parsers[direction]
        if direction in self._stopped:
            return
        judge = self._judges[direction]
        frames = parser.feed(data)
        # A bound, not a count: what the parser holds is dear to ask for.
        begun = parser.under_way is not None
        self.waits = begun or self._inflators is not None
        if begun:
            self._begun[direction] = len(data) if frames else self._begun[direction] + len(data)
        else:
            self._begun[direction] = 0
        for frame in frames:
            head, payload = frame[0], frame[3]
            if head & 0xF == _CLOSE and self._close is None:
                self._close = (direction, payload)
                code = payload[:2]
                self._judges[1 - direction].answers = int.from_bytes(code, "big") if len(code) == 2 else None
            found, inflated = judge.judge(frame), None
            if self._inflators is not None and head & 8 == 0:
                result = self._inflate(self._inflators[direction], direction, head, payload)
                if isinstance(result, Violation):
                    found = [*found, result]
                else:
                    inflated = result
            self._builder.frame(self.number, time_ns, direction, frame, found, inflated)
        if parser.too_long is not None:
            self._stopped.add(direction)  # where the next frame would begin is not to be found
            text = f"The header declares {parser.too_long.length} bytes; {parser.frame_limit} are read at most."
            broken = [violation("length.over-limit", text)]
            self._builder.put(BytesSeen(self.number, time_ns, direction, parser.take_rest(), broken))

    def _inflate(self, inflator: Inflator, direction: Direction, head: int, payload: bytes) -> bytes | Violation | None:
        """What a data frame's payload inflates to. A message that could not be inflated is given up as a whole."""
        opcode = head & 0xF
        if opcode:
            self._room[direction] = _MESSAGE_LIMIT if opcode < 3 else None
        room = self._room[direction]
        if room is None:
            return None
        result = inflator.frame(head, payload, room)
        final = head >= FIN or isinstance(result, Violation)
        self._room[direction] = None if final else room - len(result or b"")
        return result
