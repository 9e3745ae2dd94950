"""The files of a folder, as plain HTTP gives them: conditions and ranges are heeded, and a long one goes in pieces, so
that it is never in memory as a whole."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import stat
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wsgui.engine.behaviours.flow import RECORDER_PAUSE
from wsgui.protocol.conditional import Version, asked_for
from wsgui.protocol.http_exchange import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path
    from typing import BinaryIO

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import Rest

PIECE: Final = 256 * 1024
"""Bytes of a file that are in memory at a time."""
SAFE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
)
NOT_KEPT: Final = (("Cache-Control", "no-store"),)
_ASKED_AGAIN: Final = (("Cache-Control", "no-cache"),)
"""A browser may keep a file, and asks each time whether it has changed."""
_TYPES: Final = mimetypes.MimeTypes()
"""Python's own table, so that a file is served alike on every system."""
for _kind, _ending in (
    ("text/javascript", ".js"),  # RFC 9239; Python before 3.12 has the old name
    ("text/javascript", ".mjs"),
    ("application/wasm", ".wasm"),
    ("text/markdown", ".md"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
):
    _TYPES.add_type(_kind, _ending)
_TEXTS: Final = ("application/javascript", "application/json", "application/xml", "image/svg+xml")


class FileChangedError(Exception):
    """A file became another one, or shorter, while it was sent."""


@dataclass(frozen=True)
class FilePart:
    """``length`` bytes of a file from ``start`` on; ``seen`` is what it was when its headers were made."""

    file: Path
    seen: os.stat_result
    start: int
    length: int

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Its bytes, read in a worker thread. Raises FileChangedError, and OSError where it cannot be read."""
        at, end = self.start, self.start + self.length
        while at < end:
            # Opened for each piece: who is cancelled meanwhile leaves no open file behind in the worker.
            piece = await asyncio.to_thread(self._read, at, min(end - at, PIECE))
            at += len(piece)
            yield piece

    def _read(self, at: int, size: int) -> bytes:
        with open_plain(self.file) as opened:
            now = os.fstat(opened.fileno())
            if (now.st_dev, now.st_ino) != (self.seen.st_dev, self.seen.st_ino):
                raise FileChangedError(f"{self.file.name} was replaced while it was sent.")
            opened.seek(at)
            piece = opened.read(size)
        if not piece:
            raise FileChangedError(f"{self.file.name} became shorter while it was sent.")
        return piece


async def send_rest(ws: WebSocket, rest: Rest) -> None:
    """Send what follows of an answer, piece by piece, as its client reads and the recorder keeps up. A client that
    reads nothing for as long as its next request may take is cut off, and so is one whose file is no longer the same:
    it sees that its answer is not whole."""
    opening, patience = ws.driver.opening, ws.driver.options.timeouts.between_requests
    if not opening.handshake.replying:  # it was a HEAD, or the client has gone
        return
    try:
        async with aclosing(rest.pieces()) as pieces:
            async for piece in pieces:
                async with asyncio.timeout(patience):
                    await ws.taken()
                while ws.driver.held:  # noqa: ASYNC110 - a recorder says nothing when it has caught up
                    await asyncio.sleep(RECORDER_PAUSE)
                if not opening.reply_more(piece):
                    return
    except TimeoutError:
        ws.driver.abort(f"The client read nothing of its answer for {patience:g} s.")
    except (FileChangedError, OSError) as error:
        ws.driver.abort(
            str(error) if isinstance(error, FileChangedError) else f"A file was not read: {error.strerror}."
        )


def open_plain(file: Path) -> BinaryIO:
    """A file for reading. Raises OSError, for one that is no plain file too."""
    # A pipe would never end; it is not even opened for reading, which would wait for a writer.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    opened = os.fdopen(os.open(file, flags), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise OSError("no plain file")
    return opened


def file_answer(folder: Path, path: str, method: str, headers: Headers) -> HttpAnswer:
    """A file of a folder, or the ``index.html`` of a folder in it. What lies outside of it is not there, whether the
    path or a symbolic link leads there, and neither is what begins with a dot. For a worker thread."""
    nothing = HttpAnswer.text(404, f"There is nothing at {path}.", *SAFE, *NOT_KEPT)
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or ":" in part or not part.isprintable() for part in parts):
        return nothing
    try:
        top = folder.resolve(strict=True)
        file = top.joinpath(*parts).resolve(strict=True)
        if not file.is_relative_to(top):
            return nothing
        if file.is_dir():
            if not path.endswith("/"):
                there = ("Location", _slashed(parts))
                return HttpAnswer.text(301, "A folder's path ends with a slash.", there, *SAFE, *NOT_KEPT)
            file = (file / "index.html").resolve(strict=True)
        if not file.is_relative_to(top) or any(part.startswith(".") for part in file.relative_to(top).parts):
            return nothing
        return _content(file, method, headers)
    except (OSError, ValueError, RuntimeError):  # not there, no rights, a name no system has, links in a circle
        return nothing


def _slashed(parts: list[str]) -> str:
    """The path of a folder; one slash at its beginning, as two would lead to another host."""
    return "/" + "".join(f"{quote(part)}/" for part in parts)


def _content(file: Path, method: str, headers: Headers) -> HttpAnswer:
    """What is asked for of a file. Raises OSError."""
    with open_plain(file) as opened:
        seen = os.fstat(opened.fileno())
        version = Version(seen.st_size, seen.st_mtime_ns // 1_000_000_000, f'"{seen.st_mtime_ns:x}-{seen.st_size:x}"')
        status, start, length = asked_for(method, headers, version)
        told = (*version.headers, *SAFE, *_ASKED_AGAIN)
        if status == 304:
            return HttpAnswer(304, headers=told)
        if status == 412:
            return HttpAnswer.text(412, f"{file.name} is not what it is asked to be.", *SAFE, *NOT_KEPT)
        if status == 416:
            whole = ("Content-Range", f"bytes */{version.length}")
            return HttpAnswer.text(416, f"{file.name} has {version.length} bytes.", whole, *SAFE, *NOT_KEPT)
        if status == 206:
            told = (("Content-Range", f"bytes {start}-{start + length - 1}/{version.length}"), *told)
        told = (("Content-Type", _kind_of(file)), ("Accept-Ranges", "bytes"), *told)
        if method == "HEAD" or length > PIECE:
            return HttpAnswer(status, b"", told, FilePart(file, seen, start, length))
        opened.seek(start)
        return HttpAnswer(status, _exactly(opened, length), told)


def _exactly(opened: BinaryIO, length: int) -> bytes:
    """So many bytes, or those that are left. A read may give fewer than it was asked for."""
    body = b""
    while len(body) < length and (more := opened.read(length - len(body))):
        body += more
    return body


def _kind_of(file: Path) -> str:
    kind, coding = _TYPES.guess_type(file.name)
    if coding is not None:  # `a.tar.gz` is given as it is, and nobody is to unpack it on the way
        return "application/gzip" if coding == "gzip" else "application/octet-stream"
    kind = kind or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _TEXTS else kind
