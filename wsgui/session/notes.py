"""What a view needs to keep notes and bookmarks on frames: a live session's writer has it, a read-only capture none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE_LIMIT = 10_000
"""Characters of a note that a person writes."""

READ_ONLY = "This capture is open to be read only: record into a copy to keep notes and bookmarks."


class NoteStore(Protocol):
    """`CaptureWriter` is one."""

    @property
    def note_revision(self) -> int:
        """Changes when notes have been written: look at them again."""

    def set_notes(self, frame: int, texts: Sequence[str]) -> None:
        """Make these the notes on a frame; an empty text is a bookmark. Raises CaptureError."""


def toggled(texts: Sequence[str]) -> list[str]:
    """The notes of a frame with its bookmark put there or taken away."""
    return [text for text in texts if text] if "" in texts else ["", *texts]


def with_note(texts: Sequence[str], note: str) -> list[str]:
    """The notes of a frame with one text in the place of those that are no bookmark; none for a blank one."""
    text = note.strip()[:NOTE_LIMIT]
    return [*([""] if "" in texts else []), *([text] if text else [])]


def note_text(texts: Sequence[str]) -> str:
    """The notes of a frame as one text; bookmarks say nothing."""
    return "\n".join(text for text in texts if text)
