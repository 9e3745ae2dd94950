"""Whole messages for filters and Find: a word that two fragments cut stands in neither of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeAlias

from wsgui.capture.reader import CaptureReader
from wsgui.filter.plain_row import Whole
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.database import Database

Key: TypeAlias = tuple[int, int, int]
"""Connection, direction and number of a message."""

FRAGMENT: Final = f"frames.message IS NOT NULL AND frames.fragment + {FLAG_FIN} > (frames.flags & {FLAG_FIN})"
"""Holds for rows that are not a message by themselves: a place beyond 0, or no FIN. Flat, because SQLite's parser takes
only so many parentheses."""

_KEPT: Final = 4
"""Messages that are held: rows of one mostly follow each other."""


class Joined:
    """Reads whole messages with a reader of its own, because SQLite asks for them in the middle of a query."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._reader: CaptureReader | None = None
        self._held: OrderedDict[tuple[Key, bool], Whole] = OrderedDict()

    @staticmethod
    def needed(database: Database) -> bool:
        """Whether a capture has messages of several fragments. Raises CaptureError."""
        return bool(database.all("SELECT 1 FROM messages LIMIT 1"))

    @property
    def reader(self) -> CaptureReader:
        """The reader that is used. Raises CaptureError."""
        if self._reader is None:
            self._reader = CaptureReader(self._path)
        return self._reader

    def close(self) -> None:
        """Close the file. May be called again."""
        if self._reader is not None:
            self._reader.close()

    def forget(self) -> None:
        """The file may have grown: messages are read again."""
        self._held.clear()

    def key_of(self, id_: int) -> Key:
        """Which message a row belongs to. Looked up by the id alone, and not handed over by the query: SQLite writes
        the 2 of ``connection = 2`` in the place of every ``connection`` of a condition, also for rows that have another
        one and are refused by a later part. Raises CaptureError; LookupError for a row that is gone or of none."""
        return self.reader.message_key(id_)

    def of(self, id_: int, key: Key, *, wire: bool) -> Whole:
        """The message of row ``id_``, joined as far as it has come, up to 64 MiB; with ``wire`` as it crossed the wire
        even if it was inflated. Raises CaptureError; LookupError for a row that is gone."""
        if (key, wire) not in self._held:
            self._held[key, wire] = self._read(id_, wire=wire)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return self._held[key, wire]

    def _read(self, id_: int, *, wire: bool) -> Whole:
        view = self.reader.message_of(id_, wire=wire)
        inflated = view.payload if view.inflated else None
        return Whole(view.opcode, view.finished, b"" if view.inflated else view.payload, inflated)
