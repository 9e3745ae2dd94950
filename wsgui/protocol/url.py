"""WebSocket URLs (RFC 6455 section 3)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, unquote_to_bytes, urlsplit


class UrlError(ValueError):
    """A URL that cannot be a WebSocket's; the message is one sentence for people."""


_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_AS_TYPED: Final = "".join(map(chr, range(0x21, 0x7F)))
"""What leaves as it is in a path or a query: all of ASCII that can be seen, percent signs too. Other characters are
percent-encoded as UTF-8 (RFC 3987 section 3.1)."""


@dataclass(frozen=True, slots=True)
class WsUrl:
    """A parsed URL. ``host`` has no brackets and is ASCII (IDNA), with the zone of a link-local address behind a
    percent sign (``fe80::1%eth0``); ``resource`` is path and query, never empty.

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
        """The Host header's value: the port is left out where it is the scheme's own, and so is the zone of an
        address, which means something on this machine alone (RFC 6874 section 4)."""
        return self._place(self.bare_host)

    @property
    def bare_host(self) -> str:
        """The host without the zone of an address: its name for others."""
        return self.host.partition("%")[0] if ":" in self.host else self.host

    @property
    def origin(self) -> tuple[bool, str, int, str | None]:
        """What URLs of one server have in common: TLS, host, port, Unix socket."""
        return self.secure, self.host, self.port, self.unix_path

    def _place(self, host: str) -> str:
        host = f"[{host}]" if ":" in host else host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    def __str__(self) -> str:
        scheme = "wss" if self.secure else "ws"
        if self.unix_path is not None:
            return f"{scheme}+unix://{quote(self.unix_path, errors='surrogateescape')}:{self.resource}"
        host = self.host.replace("%", "%25") if ":" in self.host else self.host
        return f"{scheme}://{self._place(host)}{self.resource}"

    @classmethod
    def parse(cls, text: str) -> WsUrl:
        """Parse what a person typed. Raises UrlError with a sentence that says what to change."""
        text = text.strip(" \t\r\n")
        if not text:
            raise UrlError("Type a URL that starts with ws:// or wss://.")
        check_characters(text)
        if "://" not in text:
            bare = text[len(_HALF_SCHEME.match(text)[0]) :]  # type: ignore[index]  # it fits everything
            raise UrlError(f"The URL has no scheme: try ws://{_quotable(bare)}")
        parts, host, port = split_url(text)
        scheme = parts.scheme.lower()
        if scheme in ("ws+unix", "wss+unix"):
            return cls._parse_unix(text, secure=scheme == "wss+unix")
        if scheme in ("http", "https"):
            better = _quotable(text.replace("http", "ws", 1)) if text.startswith("http") else "ws://…"
            raise UrlError(f"A WebSocket URL starts with ws:// or wss://: try {better}")
        if scheme not in ("ws", "wss"):
            raise UrlError(f"The scheme is {parts.scheme}://, but a WebSocket URL starts with ws:// or wss://.")
        if not host:
            raise UrlError("The URL names no host.")
        if parts.fragment or text.endswith("#"):
            raise UrlError("A WebSocket URL has no fragment: take out '#' and what follows (or write %23).")
        if port == 0:
            raise UrlError("Port 0 cannot be connected to.")
        user = None if parts.username is None else read_userinfo(parts.username)
        if user is not None and ":" in user:
            raise UrlError("The user name in the URL has a colon in it, which HTTP Basic has no place for (RFC 7617).")
        return cls(
            secure=scheme == "wss",
            host=host,
            port=port or (443 if scheme == "wss" else 80),
            resource=_resource(text[text.index("://") + 3 + len(parts.netloc) :]),
            user=user,
            password=None if parts.password is None else read_userinfo(parts.password),
        )

    @classmethod
    def _parse_unix(cls, text: str, *, secure: bool) -> WsUrl:
        place = text.partition("://")[2]
        path, _, resource = place.partition(":")
        path = unquote(path, errors="surrogateescape")  # any bytes may be the name of a file
        if not path.startswith("/"):
            raise UrlError("A Unix socket's URL is ws+unix:///path/of/socket:/resource, with the path from the root.")
        if "\x00" in path:
            raise UrlError("The path of a Unix socket has no zero byte.")
        if "#" in resource:
            raise UrlError("A WebSocket URL has no fragment: take out '#' and what follows (or write %23).")
        return cls(
            secure=secure,
            host="localhost",
            port=443 if secure else 80,
            resource=_resource(resource),
            unix_path=path,
        )


def split_url(text: str) -> tuple[SplitResult, str, int | None]:
    """The parts of a URL, its host as `WsUrl` has it (empty if there is none), and its port if it names one.

    Raises UrlError. Nothing of what stands in front of the path is quoted, as a password may stand there, or end up
    where a port or a host is looked for.
    """
    check_characters(text)
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise UrlError(f"This is not a valid URL: {_NFKC if 'NFKC' in str(error) else _BRACKETS}") from None
    try:
        port = parts.port
    except ValueError:
        raise UrlError(f"This is not a valid URL: {_PORT}") from None
    if "\\" in parts.netloc:  # browsers take it for a slash, so the host would be another one there
        raise UrlError(f"This is not a valid URL: {_BACKSLASH}")
    place = parts.netloc.rpartition("@")[2]
    host = parts.hostname or ""
    if "[" in place or "]" in place:
        host, mark, zone = host.partition("%")
        if not _BRACKETED.fullmatch(place) or not _is_ipv6(host):
            raise UrlError(f"This is not a valid URL: {_BRACKETS}")
        return parts, host + (mark + zone.removeprefix("25") if zone not in ("", "25") else ""), port  # RFC 6874: %25
    return parts, host if host.isascii() else _ascii_host(host), port


_BRACKETED: Final = re.compile(r"\[[^\[\]]*\](?::[0-9]*)?")
_BRACKETS: Final = (
    "in brackets stands an address of IPv6 alone, as in ws://[::1]:8080/. In a password, [ is written %5B and ] %5D."
)
_BACKSLASH: Final = "there is a backslash in front of the path. Write / there, and %5C in a password."
_PORT: Final = "the port is no number from 0 to 65535. In a password, / is written %2F, ? %3F and # %23."
_NFKC: Final = "it has a character in front of the path that is another way to write one of / ? # @ : there."
_HALF_SCHEME: Final = re.compile(r"(?i)(?:(?:wss?|https?):(?!\d+(?:[/?#]|\Z)))?[/\\]*")
"""What a person typed of a scheme and its slashes (``ws:/host``). A host may be called so: ``ws:8080``."""


def check_characters(text: str) -> None:
    """Raises UrlError for what no URL has; urllib would leave some of it out without a word."""
    if _UNSAFE.search(text):
        raise UrlError("The URL has a blank or a control character in it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UrlError("The URL has a character in it that is not Unicode.") from None


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _quotable(text: str) -> str:
    """A URL in a sentence: where a password or a token may stand, as far as that."""
    user = text.rfind("@")
    text = text if user < 0 else f"{text.partition('://')[0] + '://' if '://' in text else ''}…{text[user:]}"
    return text if "?" not in text else f"{text.partition('?')[0]}?…"


def _resource(text: str) -> str:
    """Path and query as they go into the request, from what stands behind the authority."""
    resource = quote(text, safe=_AS_TYPED)
    return resource if resource.startswith("/") else "/" + resource


def _ascii_host(host: str) -> str:
    """A host name in ASCII (RFC 5891, UTS 46), as browsers write it. Python's own codec follows the IDNA of 2003, for
    which ``straße`` is ``strasse``: another name, which may be somebody else's. Raises UrlError."""
    import idna  # its tables take 10 ms, and hardly anybody needs them

    try:
        return idna.encode(host, uts46=True).decode()
    except UnicodeError as error:
        why = str(error).rstrip(".") or "it is not valid"
        raise UrlError(f"The host name {host} cannot be written in ASCII (IDNA): {why}.") from None


def read_userinfo(text: str) -> str:
    """A user name or a password that stands in a URL, decoded. Raises UrlError unless it is UTF-8: what stands for
    other bytes would have to be put in their place."""
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise UrlError("The user name or the password in the URL is not UTF-8 behind its percent signs.") from None
