"""Where a redirect leads, and what goes along (RFC 9110 section 15.4).

A redirect is a word of the server's, not of the person's: it stays among ws, wss, http and https (so that no server
sends us to a Unix socket of this machine), never gives up encryption, and what proves who we are stays with the origin
that it was meant for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from wsgui.engine.errors import ConnectError, HandshakeError
from wsgui.protocol.url import UrlError, WsUrl, check_characters
from wsgui.redaction import Redactor, is_secret_header, shown_url

if TYPE_CHECKING:
    from wsgui.engine.options import Options

REDIRECTS: Final = (301, 302, 303, 307, 308)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NOT_JOINED: Final = "it cannot be read."
_SCHEMES: Final = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def redirected(target: WsUrl, options: Options, error: HandshakeError) -> tuple[WsUrl, Options]:
    """The next URL and the options for it, from the answer to the request for ``target``. Raises ConnectError with a
    sentence that names the place."""
    place = _location(error)
    if not place:
        raise ConnectError(f"The server redirects ({error.status}) without saying where.") from error
    found = _found(target, place, error)
    if target.secure and not found.secure:
        raise ConnectError(
            f"The server redirects from wss:// to {shown_url(str(found))}, which is not encrypted."
        ) from error
    if found.origin == target.origin:
        return replace(found, user=target.user, password=target.password), options
    return found, replace(
        options,
        headers=tuple((name, value) for name, value in options.headers if not _stays(name, value)),
        subprotocols=_ordinary(options.subprotocols),
        digest=None,
        tls=replace(options.tls, certificate="", key="", key_password="", server_name="", pins=()),
    )


def unfollowed(error: HandshakeError) -> HandshakeError:
    """The error of an answer that redirects and is not followed: where to is said."""
    place = _location(error)
    if error.status not in REDIRECTS or not place:
        return error
    sentence = f"The server redirects ({error.status}) to {shown_url(place)}; redirects are not followed."
    return error.saying(sentence)


def _location(error: HandshakeError) -> str:
    return next((value for name, value in error.headers if name.lower() == "location"), "")


def _found(target: WsUrl, place: str, error: HandshakeError) -> WsUrl:
    """The URL that a Location stands for, relative to ``target`` (section 10.2.2)."""
    try:
        check_characters(place)
        if match := _SCHEME.match(place):
            scheme = match[1].lower()
            if scheme not in _SCHEMES:
                allowed = ", ".join(f"{one}://" for one in _SCHEMES)
                raise ConnectError(
                    f"The server redirects to {shown_url(place)}; redirects are followed to {allowed} alone."
                )
            rest = place[match.end() :]
            if not rest.startswith("//"):  # urljoin would take it for a path if the scheme is the same (RFC 3986 5.2.2)
                raise UrlError("A scheme stands there, and no host behind it.")
            return WsUrl.parse(f"{_SCHEMES[scheme]}:{rest}".partition("#")[0])
        if target.unix_path is not None and not place.startswith("//"):
            resource = urljoin(f"http://h{target.resource}", place).removeprefix("http://h").partition("#")[0]
            return replace(target, resource=WsUrl.parse(f"ws://h{resource}").resource)
        # urljoin knows http, not ws; what it joins keeps the scheme of the base.
        base = f"{'https' if target.secure else 'http'}://{target.host_header}{target.resource}"
        found = urljoin(base, place).partition("#")[0]
        return WsUrl.parse(found.replace("http", "ws", 1))
    except ValueError as wrong:
        why = str(wrong) if isinstance(wrong, UrlError) else _NOT_JOINED
        raise ConnectError(f"The server redirects to {shown_url(place)}, which is no WebSocket URL: {why}") from error


def _stays(name: str, value: str) -> bool:
    """Whether a header is for one origin alone: what exports would mask, and the name that it was called by."""
    return name.lower() == "host" or is_secret_header(name) or Redactor().header(name, value) != value


def _ordinary(subprotocols: tuple[str, ...]) -> tuple[str, ...]:
    """The subprotocols without those that carry a token."""
    shown = Redactor().header("Sec-WebSocket-Protocol", ",".join(subprotocols)).split(",")
    return tuple(name for name, same in zip(subprotocols, shown, strict=False) if name == same)
