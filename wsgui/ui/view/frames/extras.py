"""Columns beside the ten that the table is made with: each has a text for a row. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.message_start import MessageStart
    from wsgui.capture.reader import Row


class ExtraColumn(NamedTuple):
    """``key`` names it in what is kept of the table; ``sample`` is a text that its first width is made for.
    ``text(row, start)`` gives the cell; ``start`` is what the row's message comes to, None while frames are shown."""

    key: str
    title: str
    tip: str
    sample: str
    text: Callable[[Row, MessageStart | None], str]


def _inflated(row: Row, start: MessageStart | None) -> str:
    size = row.inflated_length if start is None else start.inflated_length
    return "" if size is None else grouped(size)


INFLATED: Final = ExtraColumn(
    "inflated",
    "Inflated",
    "Bytes of the message once it is inflated; empty for what was not compressed",
    "000 000",
    _inflated,
)
