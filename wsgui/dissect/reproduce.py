"""Commands and code that repeat an opening handshake: `dissect.reproductions` is their table.

What a client makes itself (the key, the upgrade, Host where it says nothing new) is left to it; curl, which knows no
WebSocket here, gets every header as it was. Arguments are quoted for a POSIX shell, whatever the peer put into them.
"""

from __future__ import annotations

import shlex
from typing import Final, NamedTuple

from wsgui.dissect.http_head import HeadLine, HttpHead, read_head

_OWN: Final = frozenset(
    (
        "connection",
        "host",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "upgrade",
    )
)
_PROTOCOL: Final = "Sec-WebSocket-Protocol"


def as_curl(url: str, request: bytes | None) -> str:
    """A curl command that sends the same request; curl then shows the answer and the bytes that follow."""
    lines = _lines(request)
    words = ["curl --include --no-buffer --http1.1"]
    if lines:
        words += [f"--header {_quoted(f'{name}: {value}' if value else f'{name};')}" for name, value in lines]
    else:
        words += [
            f"--header {_quoted(line)}"
            for line in (
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            )
        ]
    return " \\\n  ".join([*words, _quoted(_http(url))])


def as_websocat(url: str, request: bytes | None) -> str:
    """A websocat command that opens the same connection."""
    words = ["websocat"]
    protocols = _protocols(request)
    if protocols:
        words.append(f"--protocol {_quoted(protocols)}")
    words += [f"--header {_quoted(f'{name}: {value}')}" for name, value in _further(request)]
    return " \\\n  ".join([*words, _quoted(url)])


def as_websockets(url: str, request: bytes | None, payload: bytes | None = None, *, text: bool = False) -> str:
    """A Python program with the ``websockets`` package that opens the same connection, and sends ``payload`` on it."""
    options = ""
    protocols = [part.strip() for part in _protocols(request).split(",") if part.strip()]
    further = [(line.name, line.value) for line in _further(request)]
    if protocols:
        options += f",\n        subprotocols={protocols!r}"
    if further:
        headers = "".join(f"            {pair!r},\n" for pair in further)
        options += f",\n        additional_headers=[\n{headers}        ]"
    call = f"connect(\n        {url!r}{options},\n    )" if options else f"connect({url!r})"
    body = "        print(await ws.recv())\n"
    if payload is not None:
        message = repr(payload.decode(errors="replace")) if text else repr(payload)
        body = f"        await ws.send({message})\n{body}"
    return (
        "import asyncio\n\nfrom websockets.asyncio.client import connect\n\n\n"
        f"async def main():\n    async with {call} as ws:\n{body}\n\nasyncio.run(main())\n"
    )


class Reopening(NamedTuple):
    """What is repeated: the URL, the request's bytes (None if they were not seen), and the message that is sent then
    (None for none), which is ``text`` or binary."""

    url: str
    request: bytes | None
    payload: bytes | None = None
    text: bool = False

    @property
    def protocols(self) -> list[str]:
        """The subprotocols that were offered."""
        return [part.strip() for part in _protocols(self.request).split(",") if part.strip()]

    @property
    def further(self) -> list[tuple[str, str]]:
        """The headers that a client does not make itself."""
        return [(line.name, line.value) for line in _further(self.request)]


def _head(request: bytes | None) -> HttpHead | None:
    return None if request is None else read_head(request)


def _lines(request: bytes | None) -> list[HeadLine]:
    """The headers of a request; lines that are none are left out, and what no command line can hold."""
    head = _head(request)
    return [] if head is None else [line for line in head.lines if line.name and "\0" not in line.name + line.value]


def _further(request: bytes | None) -> list[HeadLine]:
    return [line for line in _lines(request) if line.name.lower() not in _OWN]


def _protocols(request: bytes | None) -> str:
    return ", ".join(line.value for line in _lines(request) if line.name.lower() == _PROTOCOL.lower())


def _quoted(text: str) -> str:
    return shlex.quote(text.replace("\0", ""))


def _http(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{ {'ws': 'http', 'wss': 'https'}.get(scheme, scheme) }{mark}{rest}"
