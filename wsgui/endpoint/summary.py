"""What of an endpoint is not as usual, in a few words: for the button that opens its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

_TIMES = ("opening_timeout", "closing_timeout", "idle_timeout", "ping_timeout")


def summary(settings: EndpointSettings) -> list[str]:
    """Each thing that differs from the defaults, as ``3 headers``, ``deflate``, ``proxy``; most telling first."""
    changed = set(settings.changed())
    server = settings.kind == "server"
    found: list[str] = []
    if server:
        found += ["TLS"] * settings.secure + ["Unix socket"] * bool(settings.unix_path)
        if settings.reject_status:
            found.append(f"rejects with {settings.reject_status}")
        found += _count(len(settings.paths), "path") + _count(len(settings.origins), "origin")
        found += _count(len(settings.hosts), "host name")
        found += _count(len(settings.required_headers), "required header")
    elif not settings.verify:
        found.append("not verified")
    found += _count(len(settings.headers), "header")
    if not server:
        found += _count(len(settings.cookies), "cookie") + ["Origin"] * bool(settings.origin)
    found += _count(len(settings.subprotocols), "subprotocol")
    if settings.auth != "none":
        found.append(settings.auth.capitalize())
    found += ["deflate"] * settings.deflate
    if not server:
        found += ["proxy"] * bool(settings.proxy)
        if settings.family != "any":
            found.append(settings.family.replace("ip", "IP"))
        found += ["bind"] * bool(settings.bind) + _count(settings.redirects, "redirect")
    found += ["keep-alive"] * bool(settings.ping_interval) + ["times"] * bool(changed.intersection(_TIMES))
    found += ["own CA"] * bool(settings.ca_file) + ["certificate"] * bool(settings.certificate)
    found += ["TLS options"] * bool(changed & {"server_name", "alpn", "minimum_tls", "key_log"})
    if not server:
        found += ["reconnect"] * settings.reconnect + _count(len(settings.on_connect), "message")
    return found


def _count(number: int, word: str) -> list[str]:
    return [f"{number} {word}{'s' * (number != 1)}"] if number else []
