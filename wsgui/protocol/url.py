"""WebSocket URLs (RFC 6455 section 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit


class UrlError(ValueError):
    """A URL that cannot be a WebSocket's; the message is one sentence for people."""


_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
# What may stand in a path or a query as it is (RFC 3986); anything else is percent-encoded as UTF-8.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%?"


@dataclass(frozen=True, slots=True)
class WsUrl:
    """A parsed URL. ``host`` has no brackets and is ASCII (IDNA); ``resource`` is path and query, never empty.

    ``unix_path`` is the socket of ``ws+unix:///path/of/socket:/resource`` (as Node's ``ws`` writes it), else None.
    """

    secure: bool
    host: str
    port: int
    resource: str
    user: str | None = None
    password: str | None = None
    unix_path: str | None = None

    @property
    def host_header(self) -> str:
        """The Host header's value: the port is left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        if self.unix_path is not None:
            return f"{'wss' if self.secure else 'ws'}+unix://{quote(self.unix_path)}:{self.resource}"
        return f"{'wss' if self.secure else 'ws'}://{self.host_header}{self.resource}"

    @classmethod
    def parse(cls, text: str) -> WsUrl:
        """Parse what a person typed. Raises UrlError with a sentence that says what to change."""
        text = text.strip()
        if not text:
            raise UrlError("Type a URL that starts with ws:// or wss://.")
        if _UNSAFE.search(text):
            raise UrlError("The URL has a blank or a control character in it.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UrlError("The URL has a character in it that is not Unicode.") from None
        if "://" not in text:
            raise UrlError(f"The URL has no scheme: try ws://{text.lstrip('/')}")
        try:
            parts = urlsplit(text)
            port = parts.port
            host = parts.hostname
        except ValueError as error:
            raise UrlError(f"This is not a valid URL: {error}.") from None
        scheme = parts.scheme.lower()
        if scheme in ("ws+unix", "wss+unix"):
            return cls._parse_unix(text, secure=scheme == "wss+unix")
        if scheme in ("http", "https"):
            better = text.replace("http", "ws", 1) if text.startswith("http") else "ws://…"
            raise UrlError(f"A WebSocket URL starts with ws:// or wss://: try {better}")
        if scheme not in ("ws", "wss"):
            raise UrlError(f"The scheme is {parts.scheme}://, but a WebSocket URL starts with ws:// or wss://.")
        if not host:
            raise UrlError("The URL names no host.")
        if parts.fragment or text.endswith("#"):
            raise UrlError("A WebSocket URL has no fragment: take out '#' and what follows (or write %23).")
        if port == 0:
            raise UrlError("Port 0 cannot be connected to.")
        try:
            host = host if host.isascii() else host.encode("idna").decode()
        except UnicodeError:
            raise UrlError(f"The host name {host} cannot be written in ASCII (IDNA).") from None
        resource = quote(parts.path or "/", safe=_PATH_SAFE)
        if parts.query:
            resource += "?" + quote(parts.query, safe=_PATH_SAFE)
        return cls(
            secure=scheme == "wss",
            host=host,
            port=port or (443 if scheme == "wss" else 80),
            resource=resource if resource.startswith("/") else "/" + resource,
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    @classmethod
    def _parse_unix(cls, text: str, *, secure: bool) -> WsUrl:
        place = text.partition("://")[2]
        path, _, resource = place.partition(":")
        path = unquote(path)
        if not path.startswith("/"):
            raise UrlError("A Unix socket's URL is ws+unix:///path/of/socket:/resource, with the path from the root.")
        if "\x00" in path:
            raise UrlError("The path of a Unix socket has no zero byte.")
        if "#" in resource:
            raise UrlError("A WebSocket URL has no fragment: take out '#' and what follows (or write %23).")
        resource = quote(resource or "/", safe=_PATH_SAFE)
        return cls(
            secure=secure,
            host="localhost",
            port=443 if secure else 80,
            resource=resource if resource.startswith("/") else "/" + resource,
            unix_path=path,
        )
