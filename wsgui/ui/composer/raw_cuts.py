"""What the Raw tab asks to be sent, and how its bytes are cut into TCP writes. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from wsgui.engine.raw_writer import RawWrite
from wsgui.ui.composer.parse import parse_sizes
from wsgui.ui.composer.wire_lines import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.raw_frame import RawFrame

PIECES_LIMIT = 20_000
"""TCP writes of one sending; more would keep the connection busy for minutes."""


@dataclass(frozen=True, slots=True)
class RawPlan:
    """Frames that may lie, and the TCP writes in which their bytes leave."""

    frames: Sequence[RawFrame]
    pieces: Sequence[RawWrite]

    @property
    def title(self) -> str:
        """``wire preview · 12 bytes · 1 frame · 3 writes``."""
        size = sum(len(piece.data) for piece in self.pieces)
        writes = "one write" if len(self.pieces) == 1 else count_of(len(self.pieces), "write")
        end = ", then the end of TCP" if self.pieces and self.pieces[-1].fin else ""
        return f"wire preview · {count_of(size, 'byte')} · {count_of(len(self.frames), 'frame')} · {writes}{end}"


def cut_places(text: str, size: int) -> list[int]:
    """Places such as ``2, 6`` in bytes from the start. Raises ValueError, with a sentence, for one not inside."""
    places = parse_sizes(text)
    for place in places:
        if not 0 < place < size:
            raise ValueError(f"There is nothing to cut at byte {place}: the cuts are from 1 to {size - 1}.")
    return sorted(set(places))


def pieces_at(data: bytes, places: Sequence[int], pause: float, *, fin: bool) -> list[RawWrite]:
    """``data`` cut at ``places``, ``pause`` seconds between the writes, FIN behind the last one if wanted."""
    edges = [0, *places, len(data)]
    pieces = [RawWrite(data[start:end], pause if start else 0.0) for start, end in pairwise(edges)]
    pieces[-1] = pieces[-1]._replace(fin=fin)
    return pieces


def bytewise(data: bytes, pause: float, *, fin: bool) -> list[RawWrite]:
    """Each byte in a write of its own. Raises ValueError, with a sentence, when they are too many."""
    if len(data) > PIECES_LIMIT:
        raise ValueError(f"{count_of(len(data), 'write')} are too many: send at most {PIECES_LIMIT} byte by byte.")
    return pieces_at(data, range(1, len(data)), pause, fin=fin)
