"""Messages compressed and inflated as RFC 7692 section 7.2 says. No I/O; `deflate` has the negotiation.

A message is compressed as a whole: its bytes go through DEFLATE, are flushed to a byte border, and lose the four
bytes 00 00 ff ff that such a flush ends with (section 7.2.1). RSV1 of its first frame says that it was.

zlib's states are made when the first message needs them: with its defaults a deflating one takes 260 KiB, and most
connections of a server are idle.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from wsgui.protocol.frames import FIN, RSV1
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation

_TAIL = b"\x00\x00\xff\xff"
DEFAULT_LEVEL = 6
DEFAULT_MEMORY = 8


class Deflator:
    """Compresses the messages of one direction. ``bits``: 8 to 15; ``takeover`` keeps the window between messages.

    ``level`` 0 to 9 is zlib's effort, ``memory`` 1 to 9 its memory: 2 ** (memory + 9) bytes besides the window's
    2 ** (bits + 2).
    """

    __slots__ = ("_bits", "_compressor", "_level", "_memory", "_takeover")

    def __init__(
        self, bits: int | None, *, takeover: bool, level: int = DEFAULT_LEVEL, memory: int = DEFAULT_MEMORY
    ) -> None:
        self._bits = bits or 15
        self._takeover = takeover
        self._level = level
        self._memory = memory
        self._compressor: zlib._Compress | None = None

    def _new(self) -> zlib._Compress:
        if self._bits == 8:
            # zlib cannot deflate raw data with a window of 256 bytes. Huffman coding alone refers to nothing before
            # it, so that every window is large enough.
            return zlib.compressobj(self._level, zlib.DEFLATED, -9, self._memory, zlib.Z_HUFFMAN_ONLY)
        return zlib.compressobj(self._level, zlib.DEFLATED, -self._bits, self._memory)

    def fragment(self, payload: bytes, *, final: bool = True) -> bytes:
        """The next fragment of a message, compressed; after the ``final`` one a new message begins."""
        compressor = self._compressor
        if compressor is None:
            compressor = self._compressor = self._new()
        data = compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH)
        if not final:
            return data
        if not self._takeover:
            self._compressor = None
        # After a flush zlib has nothing to add for an empty message: one empty block then (section 7.2.3.6).
        return data[:-4] if data.endswith(_TAIL) else b"\x00"

    def copy(self) -> Deflator:
        """Another one in the same state, for a look at what would be sent."""
        twin = Deflator(self._bits, takeover=self._takeover, level=self._level, memory=self._memory)
        twin._compressor = None if self._compressor is None else self._compressor.copy()
        return twin


class Inflator:
    """Inflates the messages of one direction, frame by frame, never beyond a limit: a bomb is noticed, not blown up.

    Uncompressed messages pass untouched; a fragment belongs to a compressed message if the first one had RSV1.
    """

    __slots__ = ("_bits", "_broken", "_decompressor", "_takeover", "compressed")

    def __init__(self, bits: int | None, *, takeover: bool) -> None:
        # Peers whose zlib cannot deflate with 8 bits use 9 without saying so.
        self._bits = max(bits or 15, 9)
        self._takeover = takeover
        self._decompressor: zlib._Decompress | None = None
        self.compressed = False
        """Whether the message that is under way, or was last, is compressed."""
        self._broken = False

    def frame(self, head: int, payload: bytes, room: int) -> bytes | Violation | None:
        """What the payload of a data frame inflates to; None if its message is not compressed.

        ``room`` is how many bytes the message may still take. A violation if it would take more (1009) or is not
        DEFLATE data (1007); with context takeover no later message can be inflated either then.
        """
        if head & 0xF:
            self.compressed = head & RSV1 != 0
        if not self.compressed:
            return None
        if self._broken:
            return violation("deflate.invalid", "The data that this message refers back to could not be inflated.")
        final = head >= FIN
        result = self._inflate(payload + _TAIL if final else payload, room)
        if not isinstance(result, bytes):
            self._broken = self._takeover
            self._decompressor = None
        elif final and not self._takeover:
            self._decompressor = None
        return result

    def copy(self) -> Inflator:
        """Another one in the same state, to ask what would come of more."""
        twin = Inflator(self._bits, takeover=self._takeover)
        twin._decompressor = None if self._decompressor is None else self._decompressor.copy()
        twin.compressed, twin._broken = self.compressed, self._broken
        return twin

    def _inflate(self, data: bytes, room: int) -> bytes | Violation:
        decompressor = self._decompressor or zlib.decompressobj(-self._bits)
        parts: list[bytes] = []
        left = room
        try:
            while True:
                part = decompressor.decompress(data, left + 1)
                left -= len(part)
                parts.append(part)
                if left < 0:
                    text = f"The message inflates to more than the {room} bytes that may still come of it."
                    return violation("message.over-limit", text)
                data = decompressor.unconsumed_tail
                if decompressor.eof:
                    # A block with BFINAL ends zlib's stream, not the message (section 7.2.3.4).
                    data = decompressor.unused_data
                    decompressor = zlib.decompressobj(-self._bits)
                    if data == _TAIL:  # the empty block that should follow has lost its first byte
                        data = b""
                if not data:
                    break
        except zlib.error as error:
            return violation("deflate.invalid", f"The message cannot be inflated: {_reason(error)}.")
        self._decompressor = decompressor
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _reason(error: zlib.error) -> str:
    """zlib's own words, without its error number."""
    return str(error).rpartition(": ")[2] or str(error)
