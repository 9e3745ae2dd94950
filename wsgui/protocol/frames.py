"""One WebSocket frame as it stood on the wire (RFC 6455 section 5.2), legal or not.

      0               1               2               3
     +-+-+-+-+-------+-+-------------+-------------------------------+
     |F|R|R|R| opcode|M| payload len |  extended payload length      |
     |I|S|S|S|  (4)  |A|     (7)     |  (0, 16 or 64 bits)           |
     |N|V|V|V|       |S|             |  masking key (0 or 4 bytes)   |
     | |1|2|3|       |K|             |  payload                      |
     +-+-+-+-+-------+-+-------------+-------------------------------+

A frame keeps what the wire said: which of the three length forms was used (minimal or padded), which key masked
the payload, which reserved bits were set. So ``frame.wire()`` gives back the very bytes that were parsed. The
payload is kept unmasked, once: the masked bytes are ``payload XOR key``.

`Frame` is a tuple of four because one is made for every frame received: 0.1 us each, where a frozen dataclass of
eight fields costs 0.8 us. Bits are read through properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.masking import apply_mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIN = 0x80
RSV1 = 0x40
RSV2 = 0x20
RSV3 = 0x10
RSV = RSV1 | RSV2 | RSV3
MASK = 0x80

CONTROL_LIMIT = 125
"""Bytes of payload that a control frame may carry (section 5.5); the 7-bit length form holds no more either."""

LENGTH_FORMS = (7, 16, 64)
"""The three ways to write a payload length, by the bits that hold it (RFC 6455 section 5.2)."""

LARGEST_LENGTH = {7: CONTROL_LIMIT, 16: 0xFFFF, 64: 0x7FFF_FFFF_FFFF_FFFF}
"""The longest payload, in bytes, that each length form can say."""


def minimal_length_form(length: int) -> int:
    """The shortest form (7, 16 or 64 bits) that holds ``length`` bytes; the RFC demands this one."""
    if length <= CONTROL_LIMIT:
        return 7
    return 16 if length <= 0xFFFF else 64


class Frame(NamedTuple):
    """A frame: first header byte, length form (7, 16 or 64 bits), masking key or None, unmasked payload.

    Build one by hand with `Frame.build`, which checks its arguments; the parser fills the tuple directly.
    """

    head: int
    length_form: int
    masking_key: bytes | None
    payload: bytes

    @classmethod
    def build(
        cls,
        opcode: int,
        payload: bytes = b"",
        *,
        fin: bool = True,
        rsv1: bool = False,
        rsv2: bool = False,
        rsv3: bool = False,
        masking_key: bytes | None = None,
        length_form: int | None = None,
    ) -> Frame:
        """Any frame that the wire can carry, illegal ones too; the length form is minimal unless given.

        Raises ValueError for what no bits can say: an opcode outside 0-15, a key that is not 4 bytes long, a length
        form that cannot hold the payload's length.
        """
        if not 0 <= opcode <= 0xF:
            raise ValueError(f"an opcode is 0 to 15, not {opcode}")
        if masking_key is not None and len(masking_key) != 4:
            raise ValueError(f"a masking key has 4 bytes, not {len(masking_key)}")
        if length_form is None:
            length_form = minimal_length_form(len(payload))
        elif length_form not in LARGEST_LENGTH:
            raise ValueError(f"a length form is 7, 16 or 64 bits, not {length_form}")
        elif len(payload) > LARGEST_LENGTH[length_form]:
            raise ValueError(f"{len(payload)} bytes do not fit the {length_form}-bit length form")
        head = opcode | FIN * fin | RSV1 * rsv1 | RSV2 * rsv2 | RSV3 * rsv3
        return cls(head, length_form, masking_key, bytes(payload))

    @property
    def fin(self) -> bool:
        """Whether this is the final fragment of a message."""
        return self.head >= FIN

    @property
    def rsv1(self) -> bool:
        """First reserved bit; permessage-deflate marks a compressed message with it (RFC 7692 section 6)."""
        return bool(self.head & RSV1)

    @property
    def rsv2(self) -> bool:
        """Second reserved bit; no registered extension uses it."""
        return bool(self.head & RSV2)

    @property
    def rsv3(self) -> bool:
        """Third reserved bit; no registered extension uses it."""
        return bool(self.head & RSV3)

    @property
    def opcode(self) -> int:
        """The four bits that say how to read the payload; see `wsgui.protocol.opcodes`."""
        return self.head & 0xF

    @property
    def masked(self) -> bool:
        """Whether a masking key stood in the header."""
        return self.masking_key is not None

    @property
    def header_length(self) -> int:
        """Bytes before the payload: 2 to 14."""
        return 2 + (0, 2, 8)[LENGTH_FORMS.index(self.length_form)] + (4 if self.masking_key is not None else 0)

    def header(self) -> bytes:
        """The header's bytes as they stand on the wire, masking key included."""
        return frame_header(self.head, self.length_form, self.masking_key, len(self.payload))

    def masked_payload(self) -> bytes:
        """The payload's bytes as they stand on the wire: XORed with the key if there is one."""
        key = self.masking_key
        return self.payload if key is None else bytes(apply_mask(self.payload, key))

    def wire(self) -> bytes:
        """The frame's bytes as they stand on the wire."""
        return self.header() + self.masked_payload()


def frame_header(head: int, length_form: int, masking_key: bytes | None, length: int) -> bytes:
    """The header of a frame with ``length`` payload bytes; ``length`` may lie, and then fits the form's bits."""
    mask = 0 if masking_key is None else MASK
    key = masking_key or b""
    if length_form == 7:
        return bytes((head, mask | length)) + key
    if length_form == 16:
        return bytes((head, mask | 126)) + length.to_bytes(2, "big") + key
    return bytes((head, mask | 127)) + length.to_bytes(8, "big") + key


def wire_of(frames: Iterable[Frame]) -> bytes:
    """The bytes of several frames in a row; short unmasked and masked ones on a fast path."""
    parts: list[bytes] = []
    add = parts.append
    for frame in frames:
        head, length_form, key, payload = frame
        if length_form == 7:
            if key is None:
                add(bytes((head, len(payload))))
                add(payload)
            else:
                add(bytes((head, MASK | len(payload))))
                add(key)
                add(apply_mask(payload, key))
        else:
            add(frame.header())
            add(frame.masked_payload())
    return b"".join(parts)


def payload_bytes(frames: Sequence[Frame]) -> int:
    """The sum of the payloads' lengths."""
    return sum([len(frame[3]) for frame in frames])
