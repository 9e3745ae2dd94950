"""Hits of a search in the text of the Message tab: where they stand, counted as Qt counts, and their colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from wsgui.filter.patterns import PatternTooSlowError
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit

    from wsgui.capture.needle import Hit, Needle

MOST_MARKS = 500
"""Hits that are marked in one part of a text."""

_DUMP_START = 10  # columns of the offset in front of the bytes
_DUMP_LINE = 10 + 47 + 2 + 16 + 1


def text_spans(needle: Needle | None, shown: str) -> list[tuple[int, int]]:
    """(place, length) in UTF-16 units of what the needle finds in a text as `QPlainTextEdit` shows it."""
    if needle is None:
        return []
    data = shown.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    spans = []
    byte = unit = 0
    for start, length in _hits(needle, data):
        unit += _units(data[byte:start])
        size = _units(data[start : start + length])
        spans.append((unit, size))
        byte, unit = start + length, unit + size
    return spans


def dump_spans(needle: Needle, data: bytes) -> list[tuple[int, int]]:
    """(place, length) of what the needle finds in ``data``, in the hex dump of it: a span of hex digits a line."""
    spans = []
    for start, length in _hits(needle, data):
        for line in range(start // 16, (start + length - 1) // 16 + 1):
            first = max(start - line * 16, 0)
            stop = min(start + length - line * 16, 16)
            spans.append((line * _DUMP_LINE + _DUMP_START + 3 * first, 3 * (stop - first) - 1))
    return spans


def mark(edit: QPlainTextEdit, spans: list[tuple[int, int]]) -> None:
    """Put a coloured ground under these places, and under no others."""
    theme = theme_of(edit)
    last = edit.document().characterCount() - 1
    marks = []
    for place, length in spans[:MOST_MARKS]:
        one = QTextEdit.ExtraSelection()
        cursor = QTextCursor(edit.document())
        cursor.setPosition(min(place, last))
        cursor.setPosition(min(place + length, last), QTextCursor.MoveMode.KeepAnchor)
        one.cursor = cursor
        one.format.setBackground(colour(theme.highlight))
        one.format.setForeground(colour(theme.highlight_text))
        marks.append(one)
    edit.setExtraSelections(marks)


def _hits(needle: Needle, data: bytes) -> list[Hit]:
    try:
        return needle.hits(data, MOST_MARKS)
    except PatternTooSlowError:  # told of by the search itself
        return []


def _units(data: bytes) -> int:
    return len(data.decode("utf-8", "replace").encode("utf-16-le")) // 2
