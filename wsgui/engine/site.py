"""What a server shows to a browser beside its WebSockets: the test page, ``/health``, and the files of a folder.

Only GET and HEAD are answered here. A request that is for nothing of this gets 426, as it would without.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import mimetypes
import os
import re
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wsgui.protocol.admission import path_of
from wsgui.protocol.http_exchange import HttpAnswer
from wsgui.resource_files import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.options import SiteOptions
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpRequest

PAGE: Final = "test-page.html"
HEALTH: Final = "/health"
FILE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a file that are served."""
_SAFE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
_TYPES: Final = mimetypes.MimeTypes()
"""Python's own table, so that a file is served alike on every system."""
for _ending in (".js", ".mjs"):
    _TYPES.add_type("text/javascript", _ending)  # RFC 9239; Python before 3.12 has the old name


class Site:
    """``options`` gives what there is, at that moment; ``open_connections`` how many there are, for ``/health``."""

    def __init__(self, options: Callable[[], SiteOptions], open_connections: Callable[[], int]) -> None:
        self._options = options
        self._open_connections = open_connections

    def takes(self, method: str, target: str, headers: Headers) -> bool:
        """Whether a plain request is answered here."""
        options = self._options()
        if method not in ("GET", "HEAD") or not target.startswith("/"):
            return False
        return path_of(target) == HEALTH or bool(options.folder) or (options.page and _wants_html(headers))

    async def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer it."""
        options, path = self._options(), path_of(request.target)
        if options.folder:
            answer = await asyncio.to_thread(file_answer, Path(options.folder), path)
            # The page stands where the folder has nothing at its top.
            if answer.status != 404 or path not in ("/", HEALTH):
                return answer
        if path == HEALTH:
            body = {"status": "ok", "connections": self._open_connections()}
            return HttpAnswer(200, f"{json.dumps(body)}\n".encode(), (("Content-Type", "application/json"), *_SAFE))
        if options.page and _wants_html(request.headers):
            return page_answer()
        return HttpAnswer.text(404, f"There is nothing at {path}.", *_SAFE)


def _wants_html(headers: Headers) -> bool:
    return any(one.partition(";")[0].strip().lower() == "text/html" for one in headers.tokens("accept"))


@cache
def page_answer() -> HttpAnswer:
    """The test page. Its script and its style are those that are in it, by their hashes, and it connects to the server
    that it came from alone (CSP level 3)."""
    file = resource(PAGE)
    if file is None:
        return HttpAnswer.text(404, "The test page is not installed.")
    text = file.read_text(encoding="utf-8")
    policy = [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "connect-src 'self'",
        "img-src data:",
        f"script-src {_hash_of(text, 'script')}",
        f"style-src {_hash_of(text, 'style')}",
    ]
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", "; ".join(policy)),
        ("X-Frame-Options", "DENY"),
        *_SAFE,
    )
    return HttpAnswer(200, text.encode(), headers)


def _hash_of(text: str, element: str) -> str:
    found = re.search(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
    inside = "" if found is None else found[1]
    return f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"


def file_answer(folder: Path, path: str) -> HttpAnswer:
    """A file of a folder, or the ``index.html`` of a folder in it. What lies outside of it is not there, whether the
    path or a symbolic link leads there, and neither is what begins with a dot. For a worker thread."""
    nothing = HttpAnswer.text(404, f"There is nothing at {path}.", *_SAFE)
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or ":" in part or not part.isprintable() for part in parts):
        return nothing
    try:
        top = folder.resolve(strict=True)
        file = top.joinpath(*parts).resolve(strict=True)
        if file.is_dir():
            if not path.endswith("/"):
                return HttpAnswer.text(301, "A folder's path ends with a slash.", ("Location", _slashed(parts)), *_SAFE)
            file = (file / "index.html").resolve(strict=True)
        if not file.is_relative_to(top) or any(part.startswith(".") for part in file.relative_to(top).parts):
            return nothing
        body = _content(file)
    except (OSError, ValueError, RuntimeError):  # not there, no rights, a name no system has, links in a circle
        return nothing
    if body is None:
        return HttpAnswer.text(403, f"Files of more than {FILE_LIMIT >> 20} MiB are not served.", *_SAFE)
    kind = _TYPES.guess_type(file.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind in ("application/javascript", "application/json"):
        kind += "; charset=utf-8"
    return HttpAnswer(200, body, (("Content-Type", kind), *_SAFE))


def _slashed(parts: list[str]) -> str:
    """The path of a folder; one slash at its beginning, as two would lead to another host."""
    return "/" + "".join(f"{quote(part)}/" for part in parts)


def _content(file: Path) -> bytes | None:
    """What is in a file; None if it is too long. Raises OSError, for one that is no plain file too."""
    # A pipe would never end; it is not even opened for reading, which would wait for a writer.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("no plain file")
        body = opened.read(FILE_LIMIT + 1)
    return body if len(body) <= FILE_LIMIT else None
