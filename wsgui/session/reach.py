"""Who can reach a server, where a browser finds it, and what it takes at most: the line below its address."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from wsgui.dissect.sizes import grouped, human_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.options import Options

_ELSEWHERE: Final = ("10.255.255.255", 9)
"""An address that need not exist: the system says from which of its own it would go there, and nothing is sent."""


class Reach(NamedTuple):
    """``page`` is the address of the test page for a browser on this machine, ``phone`` for one beyond it; empty where
    there is none. ``warning`` says who may come from beyond this machine, empty if nobody can; ``limits`` what the
    server takes."""

    page: str = ""
    phone: str = ""
    warning: str = ""
    limits: str = ""


def reach_of(urls: Sequence[str], settings: EndpointSettings, options: Options) -> Reach:
    """What there is to say of a server that listens at ``urls``."""
    tcp = [urlsplit(url) for url in urls if "+unix" not in url]
    most, size = grouped(options.limits.connections), human_bytes(options.policy.message_limit)
    limits = f"Takes {most} connections and messages of {size}"
    if not tcp:
        return Reach(limits=limits)
    # One of loopback first: it is reached whatever the network does.
    first = min(tcp, key=lambda url: not _is_loopback(url.hostname or ""))
    scheme = "https" if settings.secure else "http"
    host = first.hostname or ""
    beyond = [url.hostname or "" for url in tcp if not _is_loopback(url.hostname or "")]
    page = (
        f"{scheme}://{_bracketed('127.0.0.1' if host == '0.0.0.0' else '::1' if host == '::' else host)}:{first.port}/"  # noqa: S104
    )
    if not beyond:
        return Reach(page, "", "", limits)
    outside = next((one for one in beyond if one not in ("0.0.0.0", "::")), "") or own_address()  # noqa: S104
    phone = f"{scheme}://{_bracketed(outside)}:{first.port}/" if outside else ""
    return Reach(page, phone, _warning(settings), limits)


def _warning(settings: EndpointSettings) -> str:
    who = "Reached from beyond this machine"
    if settings.auth == "none":
        return f"{who}: everybody there may connect, and is asked for no password."
    if not settings.secure:
        word = "token" if settings.auth == "bearer" else "password"
        return f"{who}: a {word} is asked for, and without TLS it can be read on the way."
    return f"{who}: who connects is asked for a {'token' if settings.auth == 'bearer' else 'password'}."


def own_address() -> str:
    """An address of this machine in its network; empty if it has none."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(_ELSEWHERE)
        found = str(one.getsockname()[0])
        return "" if _is_loopback(found) or found == "0.0.0.0" else found  # noqa: S104
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
