"""All connections of a capture, as a list shows them: where each came from, what it asked for, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from wsgui.capture.reader import CaptureReader
from wsgui.dissect.sizes import clock_text, delta_text
from wsgui.dissect.visible import visible
from wsgui.records import EndedBy
from wsgui.redaction.urls import shown_url

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.views import ConnectionRow

LONGEST = 300
"""Characters of a path that are shown."""


class ListedConnection(NamedTuple):
    """One line; all texts are safe to show, and secrets in the path are masked. ``is_over`` is whether it has ended."""

    number: int
    peer: str
    path: str
    opened: str
    lasted: str
    end: str
    is_over: bool


def connection_list(path: Path) -> list[ListedConnection]:
    """Read them all, in the order in which they came. For a worker thread. Raises CaptureError."""
    with CaptureReader(path) as reader:
        lines = reader.request_lines()
        return [_listed(row, lines.get(row.id, b"")) for row in reader.connections()]


def _listed(row: ConnectionRow, line: bytes) -> ListedConnection:
    over = row.closed_ns is not None
    code = "" if row.code is None or row.ended_by is EndedBy.HTTP else f"{row.code} "
    return ListedConnection(
        row.id,
        visible(row.remote) or "a Unix socket",
        _path(row, line),
        clock_text(row.opened_ns),
        delta_text(row.closed_ns - row.opened_ns) if row.closed_ns is not None else "",
        f"{code}{visible(row.text or '')}" if over else "",
        over,
    )


def _path(row: ConnectionRow, line: bytes) -> str:
    """What was asked for, as the request's line says it; without a request, as the connection's URL does."""
    words = line.decode("latin-1").split(" ")
    if len(words) > 1:
        target = words[1]
    else:
        try:
            parts = urlsplit(row.url)
        except ValueError:
            return ""
        target = parts.path + (f"?{parts.query}" if parts.query else "")
    return shown_path(target)


def shown_path(target: str) -> str:
    """What a request asked for, as it may be shown: in one line, bounded, secrets masked."""
    if target.startswith("/"):
        return visible(shown_url(f"ws://x{target}").removeprefix("ws://x")[:LONGEST])
    return visible(shown_url(target)[:LONGEST])
