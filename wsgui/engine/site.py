"""What a server shows to a browser beside its WebSockets: the test page, ``/health``, and the files of a folder.

Only GET and HEAD are answered here. A request that is for nothing of this gets 426, as it would without.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.engine.static_files import NOT_KEPT, SAFE, file_answer
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
_SAFE: Final = (*SAFE, *NOT_KEPT)


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
            answer = await asyncio.to_thread(file_answer, Path(options.folder), path, request.method, request.headers)
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
