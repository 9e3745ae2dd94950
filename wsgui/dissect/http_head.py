"""A lenient reading of an HTTP head for showing: it takes any bytes and never refuses.

The engine reads heads with a strict parser. Here a head that breaks HTTP must still be shown line by line, so each
line stands as it came, and what is no header says so.
"""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.head_text import head_text
from wsgui.protocol.http_head import blank_line, head_lines


class HeadLine(NamedTuple):
    """A line of a head: ``name`` and ``value`` without the blanks around them; ``name`` is empty in a line that is
    no header, and ``value`` is then the line."""

    name: str
    value: str


class HttpHead(NamedTuple):
    """A head's start line, header lines and body. ``raw`` is the head as text, each line as `head_text`
    reads it, ``ended`` whether an empty line closed it, ``body`` what follows, decoded lossily."""

    raw: str
    start_line: str
    lines: tuple[HeadLine, ...]
    ended: bool
    body: str

    def values(self, name: str) -> list[str]:
        """The values of every line with this header name, in order; names match in any case."""
        return [line.value for line in self.lines if line.name.lower() == name.lower()]

    @property
    def status(self) -> int | None:
        """The status code of a response; None if the start line is no status line."""
        version, _, rest = self.start_line.partition(" ")
        code = rest[:3]
        if version.startswith("HTTP/") and len(code) == 3 and code.isascii() and code.isdigit():
            return int(code)
        return None


def read_head(data: bytes) -> HttpHead:
    """Split bytes into head and body; bare line feeds end lines too (RFC 9112 section 2.2)."""
    blank = blank_line(data)
    if blank is not None:
        head, body = data[: blank[0]].removesuffix(b"\n").removesuffix(b"\r"), data[blank[1] :]
    else:
        head, body = data, b""
    text = "\n".join(map(head_text, head.split(b"\n")))
    start, *rest = map(head_text, head_lines(data))
    lines = tuple(_line(line) for line in rest if line)
    return HttpHead(text, start, lines, blank is not None, body.decode(errors="replace"))


def _line(line: str) -> HeadLine:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        return HeadLine("", line)
    return HeadLine(name, value.strip(" \t"))
