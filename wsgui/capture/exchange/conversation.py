"""A TCP connection that begins like a WebSocket: two byte streams in, rows of a capture out.

It starts with a client's ``GET``, or, if that was not captured, with a server's 101. Once both heads of the opening
handshake are there, what follows is frames; `frame_way` reads and judges them, and the heads are judged here, as they
would be live. Where a head was not captured, whole or in part, what it said is guessed and said to be a guess.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.exchange.extension_heads import deflate_of, offered
from wsgui.capture.exchange.frame_way import FrameWay
from wsgui.capture.exchange.plausible import is_plausible
from wsgui.protocol.close import close_code_name
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.frames import RSV1
from wsgui.protocol.handshake_rules import accept_value
from wsgui.protocol.http_head import blank_line
from wsgui.protocol.judged_heads import broken_rules, judge_request_head, judge_response_head
from wsgui.protocol.states import Role
from wsgui.records import (
    BytesMissing,
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    HandshakeSeen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.exchange.builder import CaptureBuilder

HEAD_LIMIT: Final = 1024 * 1024
"""Bytes of a head. What was captured is what both ends accepted, so this is far beyond what a live end takes."""

WAITING: Final = 4 * 1024 * 1024
"""Bytes that wait for the other direction's head before it is taken for lost."""

_UPGRADE: Final = re.compile(rb"\r?\nupgrade[ \t]*:[^\r\n]*websocket", re.IGNORECASE)
_LIKELY: Final = re.compile(rb"\r?\n(?:upgrade[ \t]*:[^\r\n]*websocket|sec-websocket-)", re.IGNORECASE)
_KEY: Final = re.compile(rb"\r?\nsec-websocket-key[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n", re.IGNORECASE)
_HOST: Final = re.compile(rb"\r?\nhost[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_STATUS: Final = re.compile(rb"HTTP/1\.\d (\d{3})")
_LENGTH: Final = re.compile(rb"\r?\ncontent-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_ACCEPTED: Final = re.compile(rb"HTTP/1\.\d 101\b")

_BODY_LIMIT: Final = 64 * 1024
"""Bytes of a refusal that are kept."""

_UNKNOWN: Final = "An unknown number of bytes was not captured"

_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED


class Phase(Enum):
    """How far the opening handshake is."""

    REQUEST = auto()
    RESPONSE = auto()
    OPEN = auto()
    BODY = auto()
    """It was refused, and the answer's body is still coming; unless that answers an earlier request."""
    REFUSED = auto()
    OTHER = auto()
    """Ordinary HTTP, or nothing that is understood."""


_OPEN: Final = Phase.OPEN  # an enumeration's member takes a while to look up


class _Piece(NamedTuple):
    """Bytes that wait for the other direction, or a ``hole`` between them."""

    direction: Direction
    data: bytes
    hole: int
    time_ns: int
    starts: bool


class Conversation:
    """Feed it both directions with `received` and `missing`, each in order, until `phase` is OTHER or REFUSED.

    ``new_number()`` gives the connection's number as soon as it is one; ``problem(text)`` is told what is missing, and
    what is a guess. Times are nanoseconds since the epoch.
    """

    def __init__(
        self,
        builder: CaptureBuilder,
        new_number: Callable[[], int],
        problem: Callable[[str], None],
        client: str,
        server: str,
        opened_ns: int,
        *,
        earlier: bool = True,
    ) -> None:
        self.phase = Phase.REQUEST
        self.number = 0
        self._builder = builder
        self._new_number = new_number
        self._problem = problem
        self._client = client
        self._server = server
        self._opened_ns = opened_ns
        self._head = bytearray()
        self._searched = 0  # bytes of the head without an end
        self._head_ns = opened_ns
        self._waiting: list[_Piece] = []
        self._waiting_bytes = 0
        self._request: bytes | None = None  # None: not captured, or not whole
        self._offers = False  # compression, in what is there of the request
        self._broken = False  # the request has a hole
        self._earlier = earlier
        self._accept: bytes | None = None  # what an answer behind others has to say
        self._body_length: int | None = None
        self._ways: tuple[FrameWay, FrameWay] | None = None
        self._close: tuple[Direction, bytes] | None = None

    @property
    def held(self) -> int:
        """Bytes that are kept until more comes, at most."""
        held = len(self._head) + self._waiting_bytes
        return held if self._ways is None else held + self._ways[0].held + self._ways[1].held

    @property
    def waits(self) -> bool:
        """Whether bytes may be held; false in the usual case, that frames end where segments do."""
        return self._ways is None or self._ways[0].waits or self._ways[1].waits

    def received(self, direction: Direction, data: bytes, time_ns: int, *, starts: bool = True) -> None:
        """Take the next bytes of a direction; SENT is the client's. ``starts``: a segment begins with them."""
        if self._ways is not None:
            self._ways[direction].data(data, time_ns, starts=starts)
        else:
            self._take(_Piece(direction, data, 0, time_ns, starts))

    def missing(self, direction: Direction, count: int, time_ns: int) -> None:
        """``count`` bytes of a direction come next and were not captured."""
        if self._ways is not None:
            self._ways[direction].hole(count, time_ns)
        else:
            self._take(_Piece(direction, b"", count, time_ns, False))

    def without_request(self, time_ns: int) -> None:
        """What the client sends from here on comes behind a request that was not captured."""
        if self.phase is Phase.REQUEST and not self._broken:
            self._broken = True
            self._give_up(time_ns)

    def is_inside(self, way: int) -> bool:
        """Whether a direction's frame has begun and is not whole."""
        return self._ways is not None and self._ways[way].is_inside

    def shed(self, time_ns: int) -> None:
        """Hold less: what waits becomes rows now."""
        if self._ways is None:
            self._give_up(time_ns)
        for way in self._ways or ():
            way.shed(time_ns)

    def cut(self, time_ns: int) -> None:
        """The capture ends, and the connection does not."""
        self._give_up(time_ns)
        if self.phase is Phase.REFUSED:
            self.closed(time_ns)
        for way in self._ways or ():
            way.end(time_ns, ended=False)

    def closed(self, time_ns: int, how: str = "", said: str = "") -> None:
        """TCP is over (``how``: see `How`); ``said`` is what a reset carried as text."""
        self._give_up(time_ns)
        for way in self._ways or ():
            way.end(time_ns, ended=True)
        if not self.number:
            return
        if self._ways is None:
            end = (1006, "", EndedBy.HANDSHAKE, "The opening handshake failed.")
        elif self._close is None:
            end = (1006, "", EndedBy.LOSS, f"TCP ended without a close frame (1006).{said}")
        else:
            direction, payload = self._close
            code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            who, ended_by = (Role.CLIENT, EndedBy.LOCAL) if direction is _SENT else (Role.SERVER, EndedBy.PEER)
            text = f"The {who.value} closed first: {close_code_name(code)}.{said}"
            end = (code, payload[2:].decode(errors="replace"), ended_by, text)
        self._builder.put(ConnectionClosed(self.number, time_ns, *end, how))

    # --- the opening handshake

    def _take(self, piece: _Piece) -> None:
        direction, data, hole, time_ns, _ = piece
        if self._ways is not None:
            if hole:
                self._ways[direction].hole(hole, time_ns)
            else:
                self._ways[direction].data(data, time_ns, starts=piece.starts)
        elif self.phase is Phase.REQUEST:
            if direction is _RECEIVED or self._broken:
                self._wait(piece)
            elif hole:
                self._broken_request(piece)
            else:
                self._read_request(data, time_ns)
        elif self.phase is Phase.RESPONSE:
            if direction is _SENT:
                self._wait(piece)
            elif hole:
                self._broken_answer(hole, time_ns)
            else:
                self._read_answer(data, time_ns)
        elif self.phase is Phase.BODY:
            self._read_body(piece)

    def _wait(self, piece: _Piece) -> None:
        """Keep what the other direction's head has to come before."""
        self._waiting.append(piece)
        self._waiting_bytes += len(piece.data) + 100
        if self.phase is Phase.REQUEST:
            answer = self._waiting_answer()
            if not answer.startswith(b"HTTP/1."[: len(answer)]) and not self._head:
                self.phase = Phase.OTHER  # a server that speaks first, and not in HTTP
            elif self._broken and _ACCEPTED.match(answer) and self._end_of(answer) is not None:
                self._give_up(piece.time_ns)
        if self._waiting_bytes > WAITING:
            self._give_up(piece.time_ns)

    def _waiting_answer(self) -> bytes:
        parts = []
        size = 0
        for piece in self._waiting:
            if piece.direction is _RECEIVED:
                if piece.hole or size > HEAD_LIMIT:
                    break
                parts.append(piece.data)
                size += len(piece.data)
        return b"".join(parts)

    def _replay(self) -> None:
        pieces, self._waiting, self._waiting_bytes = self._waiting, [], 0
        for piece in pieces:
            self._take(piece)

    def _read_request(self, data: bytes, time_ns: int) -> None:
        self._head += data
        while True:
            if not b"GET ".startswith(self._head[:4]):
                self._no_request(time_ns)
                return
            end = self._end()
            if end is None:
                if len(self._head) > HEAD_LIMIT:
                    self._long_head(time_ns)
                return
            head = bytes(self._head[:end])
            if _UPGRADE.search(head):
                break
            del self._head[:end]
            self._searched = 0
            self._earlier = True
            if not self._head:
                self.phase = Phase.OTHER
                return
        rest = bytes(self._head[end:])
        self._request = head
        self._ask(head, time_ns, whole=True)
        if rest:
            self._waiting.insert(0, _Piece(_SENT, rest, 0, time_ns, True))
        self._replay()

    def _no_request(self, time_ns: int) -> None:
        """The client says something else: frames, if the server has accepted them."""
        answer = self._waiting_answer()
        if not (_ACCEPTED.match(answer) and _LIKELY.search(answer)):
            self.phase = Phase.OTHER
            return
        self._waiting.insert(0, _Piece(_SENT, bytes(self._head), 0, time_ns, True))
        self._head.clear()
        self._guess_request(time_ns)
        self._replay()

    def _ask(self, head: bytes, time_ns: int, *, whole: bool) -> None:
        """It is a WebSocket: its request, or what is there of it."""
        self._head.clear()
        self._searched = 0
        self.phase = Phase.RESPONSE
        self.number = self._new_number()
        words = head.split(b"\n", 1)[0].split(b" ")
        target = words[1].strip().decode("latin-1") if len(words) > 1 else "/"
        host = _HOST.search(head)
        name = host[1].strip().decode("latin-1") if host else self._server
        url = target if "://" in target else f"ws://{name}{target}"
        self._offers = offered(head)
        key = _KEY.search(head)
        self._accept = accept_value(key[1].decode("latin-1")).encode() if key is not None and self._earlier else None
        self._builder.put(
            ConnectionOpened(self.number, self._opened_ns, Role.CLIENT.value, url, self._client, self._server)
        )
        if head:
            found = judge_request_head(head) if whole else []
            self._builder.put(HandshakeSeen(self.number, time_ns, _SENT, head, found))

    def _broken_request(self, piece: _Piece) -> None:
        """A hole in the request: what is there may say enough, or the answer will."""
        self._broken = True
        if _LIKELY.search(self._head):
            self._waiting.insert(0, piece)
            self._guess_request(piece.time_ns)
            self._replay()
        else:
            self._wait(piece)

    def _guess_request(self, time_ns: int) -> None:
        """It is a WebSocket though its request is not there, or only its beginning."""
        head = bytes(self._head)
        self._broken = True
        self._ask(head, time_ns, whole=False)
        what = "a part of the request" if head else "the request"
        self._problem(f"Connection {self.number}: {what} was not captured; that it is a WebSocket is a guess.")
        hole = next((place for place, piece in enumerate(self._waiting) if piece.direction is _SENT), None)
        if hole is not None and self._waiting[hole].hole:
            piece = self._waiting.pop(hole)
            self._missing(_SENT, piece.hole, piece.time_ns, "They belong to the request.")
        elif not head:
            self._builder.put(BytesMissing(self.number, time_ns, _SENT, f"{_UNKNOWN}: the request."))

    def _long_head(self, time_ns: int) -> None:
        if not _LIKELY.search(self._head):
            self.phase = Phase.OTHER
            return
        self._guess_request(time_ns)
        self._problem(f"Connection {self.number}: a head of more than {HEAD_LIMIT} bytes is not read to its end.")

    def _read_answer(self, data: bytes, time_ns: int) -> None:
        if not self._head:
            self._head_ns = time_ns
        self._head += data
        while self.phase is Phase.RESPONSE:
            status = _STATUS.match(self._head)
            end = self._end()
            if status is None and (end is not None or not b"HTTP/1.".startswith(self._head[:7])):
                self._refused(time_ns)
                return
            if end is None:
                if len(self._head) > HEAD_LIMIT:
                    self._problem(
                        f"Connection {self.number}: the answer's head of more than {HEAD_LIMIT} bytes is cut."
                    )
                    self._refused(time_ns)
                return
            head = bytes(self._head[:end])
            code = int(status[1]) if status is not None else 0
            if not 100 <= code < 200:
                self._refused(time_ns, head)
                return
            found = broken_rules(judge_response_head(head, self._request)) if self._request is not None else []
            self._builder.put(HandshakeSeen(self.number, time_ns, _RECEIVED, head, found))
            del self._head[:end]
            self._searched = 0
            if code == 101:
                self._open(deflate_of(self._request, head), time_ns)

    def _refused(self, time_ns: int, head: bytes | None = None) -> None:
        """The head of a refusal is there; its body follows, as long as it says or the other side is silent."""
        self.phase = Phase.BODY
        length = _LENGTH.search(head) if head is not None else None
        if head is not None and length is not None:
            self._body_length = len(head) + int(length[1])
        self._read_body(_Piece(_RECEIVED, b"", 0, time_ns, False))

    def _read_body(self, piece: _Piece) -> None:
        if piece.direction is _SENT:
            self._end_body(piece.time_ns)
            return
        self._head += piece.data
        if self._answered_behind(piece.time_ns):
            return
        whole = self._accept is None and self._body_length is not None and len(self._head) >= self._body_length
        if piece.hole or whole or len(self._head) >= _BODY_LIMIT:
            self._end_body(piece.time_ns)
            if piece.hole:
                self._missing(_RECEIVED, piece.hole, piece.time_ns, "They belong to the answer.")

    def _answered_behind(self, time_ns: int) -> bool:
        """Whether what looked like a refusal answered an earlier request, as the right answer stands behind it."""
        at = self._head.find(self._accept) if self._accept is not None else -1
        start = self._head.rfind(b"HTTP/1.", 0, at) if at > 0 else -1
        if start <= 0 or not _ACCEPTED.match(self._head, start):
            return False
        self._builder.note(f"In front of it stand {start} bytes that answer an earlier request.")
        del self._head[:start]
        self._searched = 0
        self._head_ns = time_ns
        self._body_length = None
        self.phase = Phase.RESPONSE
        self._read_answer(b"", time_ns)
        return True

    def _end_body(self, time_ns: int) -> None:
        raw = bytes(self._head[:_BODY_LIMIT])
        found = broken_rules(judge_response_head(raw, self._request))
        self._builder.put(HandshakeSeen(self.number, self._head_ns, _RECEIVED, raw, found))
        self._head.clear()
        self.phase = Phase.REFUSED

    def _broken_answer(self, hole: int, time_ns: int) -> None:
        """A hole in the answer: what is there may say that it was accepted, or frames will."""
        head = bytes(self._head)
        if head and not _ACCEPTED.match(head):
            self._refused(time_ns)
            self._end_body(time_ns)
            self._missing(_RECEIVED, hole, time_ns, "They belong to the answer.")
            return
        self._guess_answer(time_ns, hole)

    def _guess_answer(self, time_ns: int, hole: int = 0) -> None:
        head = bytes(self._head)
        if head:
            self._builder.put(HandshakeSeen(self.number, self._head_ns, _RECEIVED, head))
            deflate = deflate_of(None, head)
        else:
            deflate = None
            if not hole:
                self._builder.put(BytesMissing(self.number, time_ns, _RECEIVED, f"{_UNKNOWN}: the answer."))
        self._head.clear()
        what = "a part of the answer" if head else "the answer"
        self._problem(f"Connection {self.number}: {what} was not captured; that it was accepted is a guess.")
        if hole:
            self._missing(_RECEIVED, hole, time_ns, "They belong to the answer.")
        if deflate is None and self._offers:
            deflate = Deflate()
        self._open(deflate, time_ns, sure=False)

    def _missing(self, direction: Direction, count: int, time_ns: int, what: str) -> None:
        bytes_ = "1 byte was" if count == 1 else f"{count} bytes were"
        self._builder.put(BytesMissing(self.number, time_ns, direction, f"{bytes_} not captured. {what}"))
        who = (Role.CLIENT, Role.SERVER)[direction].value
        self._problem(f"{bytes_} not captured from the {who} of connection {self.number}.")

    def _open(self, deflate: Deflate | None, time_ns: int, *, sure: bool = True) -> None:
        self.phase = _OPEN
        rules = (deflate, self._problem, self._closing)
        sent = FrameWay(self._builder, self.number, _SENT, *rules, sure=sure)
        received = FrameWay(self._builder, self.number, _RECEIVED, *rules, sure=sure)
        self._ways = (sent, received)
        first = next((piece.data for piece in self._waiting if piece.data), b"")
        if self._broken or (not sure and not is_plausible(first, Role.CLIENT, RSV1 * (deflate is not None))):
            sent.lost()
        if not sure:
            received.lost()
        rest = bytes(self._head)
        self._head.clear()
        self._replay()
        if rest:
            received.data(rest, time_ns)

    def _closing(self, direction: Direction, payload: bytes) -> None:
        """A close frame: the other side may answer with its code, even one that it would not choose."""
        if self._close is None:
            self._close = (direction, payload)
            code = payload[:2]
            for way in (self._ways or ())[1 - direction : 2 - direction]:
                way.judge.answers = int.from_bytes(code, "big") if len(code) == 2 else None

    def _give_up(self, time_ns: int) -> None:
        """What is awaited of the handshake does not come: go on with what is there."""
        if self.phase is Phase.REQUEST:
            answer = self._waiting_answer()
            accepted = _ACCEPTED.match(answer) is not None and _LIKELY.search(answer) is not None
            if not accepted and not _LIKELY.search(self._head):
                self.phase = Phase.OTHER
                return
            self._guess_request(time_ns)
            self._replay()
        if self.phase is Phase.RESPONSE:
            if self._head and not _ACCEPTED.match(self._head):
                self._refused(time_ns)
            elif self._head or any(piece.data for piece in self._waiting):
                self._guess_answer(time_ns)
        if self.phase is Phase.BODY:
            self._end_body(time_ns)
        if self._ways is None and self.number:
            # Frames without an answer, or behind a refusal: nobody can say what they are.
            for piece in self._waiting:
                if piece.hole:
                    self._missing(piece.direction, piece.hole, piece.time_ns, "What they belong to is not known.")
                else:
                    self._builder.put(BytesSeen(self.number, piece.time_ns, piece.direction, piece.data))
            self._waiting = []
            self._waiting_bytes = 0

    def _end(self) -> int | None:
        """Where the head that is there ends; None while it does not."""
        end = self._end_of(self._head, max(self._searched - 3, 0))
        self._searched = len(self._head)
        return end

    @staticmethod
    def _end_of(data: bytes | bytearray, start: int = 0) -> int | None:
        blank = blank_line(data, start)
        return None if blank is None else blank[1]
