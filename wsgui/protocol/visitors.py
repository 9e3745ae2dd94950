"""Who comes to a server: is it a page of another site, or one that reached us under another name?

Any page that is open in a browser may connect to a server on this machine, and the browser says of which site it is in
Origin (RFC 6455 sections 4.1 and 10.2): cross-site WebSocket hijacking. A site that makes its own name point to
127.0.0.1 (DNS rebinding) is told by Host. Programs that are no browsers send no Origin.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from wsgui.protocol.handshake_rules import Headers

ANY: Final = "*"
"""Stands in a list for everybody."""

LONGEST: Final = 300
"""Characters of an origin or a host that a person is asked about; a DNS name has 253 at most."""

_ORIGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(\[[^\[\]/?#@\s]*\]|[^\[\]/?#@:\s]*)(?::([0-9]{1,5}))?")
_HOST: Final = re.compile(r"(\[[^\[\]/?#@\s]*\]|[^\[\]/?#@:\s]+)(?::([0-9]{0,5}))?")
_USUAL_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


class Visitor(NamedTuple):
    """What is foreign about who comes, as the headers say it in canonical form; both empty for a program or a page of
    this machine. ``origin`` is ``null`` where a browser does not tell, as for a file."""

    origin: str = ""
    host: str = ""

    def __bool__(self) -> bool:
        return bool(self.origin or self.host)

    @property
    def well_formed(self) -> bool:
        """Whether it is what a browser sends: a person may be asked about it, and a list may hold it."""
        right = (not self.origin or not check_origin(self.origin)) and (not self.host or not check_host(self.host))
        return right and max(len(self.origin), len(self.host)) <= LONGEST

    def __str__(self) -> str:
        who = ""
        if self.origin:
            who = "a page without an origin (null)" if self.origin == "null" else f"the page {self.origin}"
        name = f"the host name {self.host}" if self.host else ""
        return f"{who}, under {name}" if who and name else who or f"a client that calls this server by {name}"


@dataclass(frozen=True, slots=True)
class Welcome:
    """Which foreign ``origins`` and ``hosts`` a server lets in, and which it has been told to refuse.

    An origin is written as in its header; ``*`` is any, and ``https://*.example.org`` any below a domain. A host is a
    name, or ``*.example.org``. Compared without case, and without the scheme's own port.
    """

    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    refused_origins: tuple[str, ...] = ()
    refused_hosts: tuple[str, ...] = ()

    def judge(self, visitor: Visitor, *, alone: bool) -> bool | None:
        """Whether a foreign visitor may come in; None if nobody has said. ``alone``: a client hears only itself, so
        anybody may come unless there is a list. What no browser sends is refused."""
        if _listed(visitor.origin, self.refused_origins) or _listed(visitor.host, self.refused_hosts):
            return False
        unknown = [
            name
            for name, known in ((visitor.origin, self.origins), (visitor.host, self.hosts))
            if name and not _listed(name, known) and not (alone and not known)
        ]
        if not unknown:
            return True
        return None if visitor.well_formed else False


def visitor_of(headers: Headers, names: Collection[str] = (), welcome: Welcome | None = None) -> Visitor:
    """What is foreign about a request. ``names`` are this server's own: host names in lower case, addresses.

    Hosts that are IP addresses are no names that could be rebound. Several values are foreign if one is.
    """
    hosts = [_host(value) for value in headers.all("host")]
    known = set(names)
    if welcome is not None:
        known.update(host for host, text in hosts if host and _listed(text, welcome.hosts))
    foreign_host = next((text for host, text in hosts if not (_address(host) or _is_ours(host, names))), "")
    foreign_origin = next((text for text in map(_foreign_origin(known), headers.all("origin")) if text), "")
    return Visitor(foreign_origin, foreign_host)


def check_origin(text: str) -> str:
    """What is wrong with an origin that a person lists, in one sentence; empty if nothing is."""
    text = text.strip()
    if text in (ANY, "null") or _ORIGIN.fullmatch(_bare(text)):
        return ""
    return f"An origin is written scheme://host, scheme://host:port or null, not {text!r}."


def check_host(text: str) -> str:
    """What is wrong with a host name that a person lists, in one sentence; empty if nothing is."""
    if text.strip() == ANY or _HOST.fullmatch(text.strip()):
        return ""
    return f"A host is a name or an address, without a scheme or a path: not {text!r}."


def _bare(origin: str) -> str:
    """Without the slash that a person may have copied behind the host."""
    return origin if origin.endswith("://") else origin.removesuffix("/")


def _listed(name: str, known: Iterable[str]) -> bool:
    return bool(name) and any(_fits(name, pattern.strip().lower()) for pattern in known)


def _fits(name: str, pattern: str) -> bool:
    if pattern == ANY:
        return True
    pattern = _canonical(_bare(pattern)) if "://" in pattern else _host(pattern)[1] or pattern
    before, star, after = pattern.partition("*.")
    return name.startswith(before) and name.endswith("." + after) if star else name == pattern


def _canonical(origin: str) -> str:
    """In lower case and without the scheme's own port, so that ``HTTPS://A.example:443`` is ``https://a.example``."""
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        return origin.strip().lower()
    scheme, host, port = match[1].lower(), match[2].lower(), match[3]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORTS.get(scheme) else "")


def _foreign_origin(names: Collection[str]) -> Callable[[str], str]:
    def foreign(value: str) -> str:
        value = value.strip()
        match = _ORIGIN.fullmatch(value)
        if match is not None and match[1].lower() in ("http", "https") and _is_ours(_host(match[2])[0], names):
            return ""
        return _canonical(value) or "null"

    return foreign


def _host(value: str) -> tuple[str, str]:
    """The host of a Host header, bare and empty if it is none, and the text to call it by."""
    match = _HOST.fullmatch(value.strip())
    if match is None:
        return "", value.strip().lower()
    host = match[1].lower()
    return host.strip("[]"), host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_ours(host: str, names: Collection[str]) -> bool:
    """Whether a host is this machine: localhost and what is below it (RFC 6761 section 6.3), an address of loopback,
    "any address" (browsers take it for loopback), or one of ``names``."""
    if host in names:
        return True
    address = _address(host)
    if address is not None:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return bool(mapped.is_loopback or mapped.is_unspecified)
    name = host.removesuffix(".")
    return name == "localhost" or name.endswith(".localhost") or name in names
