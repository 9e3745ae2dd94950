"""Where frames go on behind a hole: does a header of a WebSocket frame stand at the start of these bytes?

Nothing marks the start of a frame (RFC 6455 section 5.2), so this is a guess, and whoever acts on it has to say so. But
peers write whole frames, and TCP sends what they write: behind a hole the next segment that begins with a header that
makes sense, and goes on making sense up to its end, begins a frame nearly always.
"""

from __future__ import annotations

from typing import Final

from wsgui.protocol.close import may_be_sent
from wsgui.protocol.frames import FIN, MASK, RSV
from wsgui.protocol.states import Role

LONGEST: Final = 1 << 32
"""Bytes of payload that a guessed header may declare."""

_DATA: Final = frozenset((1, 2))
_CONTROL: Final = frozenset((8, 9, 10))


def is_plausible(data: bytes, sender: Role, rsv_allowed: int) -> bool:
    """Whether frames that ``sender`` may have sent begin with the first byte of ``data``, one behind the other up to
    its end. ``rsv_allowed`` are the RSV bits that an extension defines."""
    place, size = 0, len(data)
    opened: bool | None = None  # whether a message is under way; None: nobody knows
    masked = sender is Role.CLIENT
    closed = False
    while place < size:
        if size - place < 2:
            return place > 0
        head, length = data[place], data[place + 1]
        opcode = head & 0xF
        if head & RSV & ~rsv_allowed or (length >= MASK) is not masked:
            return False
        control = opcode in _CONTROL
        if control:
            if head & FIN == 0 or length & 0x7F > 125 or head & RSV:
                return False
        elif closed or (opcode not in _DATA and opcode) or opened is (opcode != 0):
            return False
        length &= 0x7F
        body = place + 2 + (0, 2, 8)[(length > 125) + (length > 126)] + 4 * masked
        if length > 125:
            number = data[place + 2 : place + (4 if length == 126 else 10)]
            if len(number) < (2 if length == 126 else 8):
                return place > 0
            shortest = 126 if length == 126 else 0x10000
            length = int.from_bytes(number, "big")
            if not shortest <= length <= LONGEST:
                return False
        if not control:
            if head == 0 and not length:  # as in any row of zeros
                return False
            opened = head & FIN == 0
        elif opcode == 8:
            closed = True
            if length == 1 or (not masked and length and not _is_code(data[body : body + 2])):
                return False
        if not masked and head == 0x81 and body + length <= size and not _is_utf8(data[body : body + length]):
            return False
        place = body + length
    return size > 0


def _is_code(data: bytes) -> bool:
    return len(data) < 2 or may_be_sent(int.from_bytes(data, "big"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
