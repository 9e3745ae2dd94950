"""A frame with a header that may lie: what a person puts on the wire bit by bit (RFC 6455 section 5.2)."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.frames import CONTROL_LIMIT, FIN, frame_header, minimal_length_form
from wsgui.protocol.masking import apply_mask
from wsgui.protocol.opcodes import Opcode

LARGEST = {7: CONTROL_LIMIT, 16: 0xFFFF, 64: 0xFFFF_FFFF_FFFF_FFFF}
"""The largest number that each length form can write, legal or not: 126 and 127 in seven bits mean the other two."""


class RawFrame(NamedTuple):
    """First header byte, masking key or None, unmasked payload, length form and declared length.

    ``length_form`` None writes the length in the fewest bytes; ``declared`` None tells the truth. What `problem` finds
    no bits for cannot be written.
    """

    head: int = FIN | Opcode.TEXT
    masking_key: bytes | None = None
    payload: bytes = b""
    length_form: int | None = None
    declared: int | None = None

    @property
    def opcode(self) -> int:
        """The four bits that say how to read the payload."""
        return self.head & 0xF

    @property
    def fin(self) -> bool:
        """Whether the first bit is set."""
        return self.head >= FIN

    @property
    def length(self) -> int:
        """The length that the header declares, in bytes."""
        return len(self.payload) if self.declared is None else self.declared

    @property
    def form(self) -> int:
        """The length form that is used: 7, 16 or 64 bits."""
        return minimal_length_form(self.length) if self.length_form is None else self.length_form

    @property
    def surplus(self) -> int:
        """Bytes of payload behind the declared length; negative for bytes that are announced and missing."""
        return len(self.payload) - self.length

    @property
    def problem(self) -> str:
        """Why no bits can say this, as a sentence; empty if they can."""
        largest = LARGEST[self.form]
        if self.length > largest:
            return f"The {self.form}-bit length form holds up to {largest}, and the length is {self.length}."
        return ""

    def header(self) -> bytes:
        """The header's bytes, masking key included. Raises ValueError where `problem` says something."""
        if self.problem:
            raise ValueError(self.problem)
        return frame_header(self.head, self.form, self.masking_key, self.length)

    def wire(self) -> bytes:
        """The bytes as they would stand on the wire; raises ValueError as `header` does."""
        key = self.masking_key
        return self.header() + (self.payload if key is None else bytes(apply_mask(self.payload, key)))
