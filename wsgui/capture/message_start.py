"""What a message's row tells beyond its first frame: all of its bytes, its frames, and how it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.views import PREVIEW_BYTES
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from wsgui.capture.reader import CaptureReader
    from wsgui.capture.views import Row

MOST_FRAMES: Final = 4096
"""Frames of a message that is read for its row; of one with more the first frame alone is shown."""


class MessageStart(NamedTuple):
    """Of a message, as far as it has come: its bytes on the wire and what they inflate to (None unless it was
    compressed and all of it inflated), its frames, whether its last one is there, and its first bytes, inflated."""

    length: int
    inflated_length: int | None
    frames: int
    finished: bool
    preview: bytes

    @property
    def size(self) -> int:
        """Bytes of the message as the application sees it."""
        return self.length if self.inflated_length is None else self.inflated_length


def message_start(reader: CaptureReader, row: Row) -> MessageStart:
    """What the message begins and comes to whose first frame ``row`` is. Raises what the reader raises."""
    if row.flags & FLAG_FIN:
        return MessageStart(row.length, row.inflated_length, 1, True, row.preview)
    known = reader.message_extent(row.id)
    if known is None:
        return MessageStart(row.length, row.inflated_length, 1, False, row.preview)
    frames, length, finished = known
    if frames > MOST_FRAMES:
        return MessageStart(length, None, frames, finished, row.preview)
    view = reader.message_of(row.id, PREVIEW_BYTES)
    inflated = reader.message_sizes(row.id)[1] if view.inflated else None
    return MessageStart(length, inflated, frames, finished, view.payload)
