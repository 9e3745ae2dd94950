"""An address as a person types it into the window: completed where only one thing can be meant, and what may be meant
where it is wrong. The command line takes whole URLs alone: a program's line is not guessed at."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from wsgui.protocol.url import UrlError, WsUrl

_WEB: Final = re.compile(r"(?i)http(s?)://")
_HALF: Final = re.compile(r"(?i)(?:(wss?|https?):(?!\d+(?:[/?#]|\Z)))?[/\\]*")
"""A scheme without its slashes, or slashes alone; a host may be called so: ``ws:8080``."""


class TypedUrl(NamedTuple):
    """``url`` is what to connect to; ``other`` what may be meant instead, or ""."""

    url: str
    other: str = ""


def completed(typed: str) -> TypedUrl:
    """``localhost:9085`` as ``ws://localhost:9085``, ``https://…`` as ``wss://…``. What is whole stays; so does what is
    no URL with a scheme either, and `mended` may know what is meant."""
    text = typed.strip()
    web = _WEB.match(text)
    if web:
        made = f"ws{web[1].lower()}://{text[web.end() :]}"
        return TypedUrl(made) if _works(made) else TypedUrl(text)
    half = _HALF.match(text)
    if "://" in text or half is None or half.end() == len(text):
        return TypedUrl(text)
    secure = (half[1] or "").lower() in ("wss", "https") or bool(re.match(r"[^/?#]*:443(?!\d)", text[half.end() :]))
    made, other = (f"{scheme}://{text[half.end() :]}" for scheme in (("wss", "ws") if secure else ("ws", "wss")))
    return TypedUrl(made, other) if _works(made) else TypedUrl(text)


def mended(url: str) -> str:
    """What may be meant by a URL that cannot be connected to, without its fragment and with a scheme for WebSockets;
    or ""."""
    text = completed("".join(url.split())).url
    scheme, mark, rest = text.partition("://")
    if mark and scheme.lower() not in ("ws", "wss", "ws+unix", "wss+unix"):
        text = f"{'wss' if scheme.lower().endswith('s') and len(scheme) > 2 else 'ws'}://{rest}"
    text = text.partition("#")[0]
    return text if text != url and _works(text) else ""


def _works(url: str) -> bool:
    try:
        WsUrl.parse(url)
    except UrlError:
        return False
    return True
