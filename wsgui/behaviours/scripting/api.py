"""The clients of a server, as its script sees them. This is used in the script's process."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[..., None]


class ClientGoneError(ConnectionError):
    """The client is not there any more."""


class Client:
    """One connection. ``number`` counts from 1, ``path`` is what it asked for without its query, ``query`` has that by
    names, ``headers`` its handshake headers by their names in lower case, ``remote`` its address, ``subprotocol`` what
    was agreed on. ``data`` is the script's own: what is put there stays when the file is read again."""

    def __init__(
        self, tell: Tell, number: int, url: str, headers: dict[str, str], remote: str, subprotocol: str | None
    ) -> None:
        self.number = number
        self.path, _, query = url.partition("?")
        self.query: dict[str, str] = dict(parse_qsl(query, keep_blank_values=True))
        self.headers = headers
        self.remote = remote
        self.subprotocol = subprotocol
        self.data: dict[str, Any] = {}
        self.open = True
        self._tell = tell
        self._free = asyncio.Event()
        self._free.set()

    def __repr__(self) -> str:
        return f"<Client #{self.number} {self.path}>"

    async def send(self, message: str | bytes | dict[str, Any] | list[Any]) -> None:
        """Send a text (str), a binary message (bytes), or a value as JSON; waits while the client does not keep up.

        Raises ClientGoneError once it has gone, TypeError for anything else.
        """
        if isinstance(message, dict | list):
            message = json.dumps(message, ensure_ascii=False)
        if not isinstance(message, str | bytes | bytearray | memoryview):
            raise TypeError(f"a message is str, bytes, dict or list, not {type(message).__name__}")
        await asyncio.sleep(0)  # a loop of nothing but sends still lets the others come
        while self.open and not self._free.is_set():
            await self._free.wait()
        if not self.open:
            raise ClientGoneError(f"client {self.number} has gone")
        self._tell("send", self.number, message if isinstance(message, str) else bytes(message))

    async def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Send a close frame. Raises ValueError for a code or a reason that a close frame cannot have."""
        if code is not None and not 0 <= code <= 65535:
            raise ValueError(f"a close code fits 16 bits, and {code} does not")
        if len(reason.encode()) > 123 or (code is None and reason):
            raise ValueError("a reason has at most 123 bytes of UTF-8, and needs a code before it")
        self._tell("close", self.number, code, reason)

    def abort(self) -> None:
        """Cut TCP without a close frame."""
        self._tell("abort", self.number)

    def _keeps_up(self, yes: bool) -> None:
        if yes:
            self._free.set()
        else:
            self._free.clear()

    def _gone(self) -> None:
        self.open = False
        self._free.set()


CLIENTS: Final[dict[int, Client]] = {}
"""All that are there, by number."""


def clients(path: str | None = None) -> list[Client]:
    """All clients that are there, in the order in which they came; those of one path if it is named."""
    return [one for one in CLIENTS.values() if path is None or one.path == path]
