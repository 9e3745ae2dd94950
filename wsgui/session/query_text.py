"""The query of a URL as names and values, and back. It takes any text that a person is in the middle of typing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_query(url: str) -> list[tuple[str, str]]:
    """Names and values behind the ``?``, decoded, in their order."""
    return [_decode(piece) for piece in _split(url)[1].split("&") if piece]


def with_query(url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """``url`` with another query. Pairs that stand in it already keep the spelling that they have there."""
    head, query, fragment = _split(url)
    spelled = {_decode(piece): piece for piece in query.split("&") if piece}
    pieces = [spelled.get((name, value)) or _encode(name, value) for name, value in pairs]
    return head + ("?" + "&".join(pieces) if pieces else "") + fragment


def _split(url: str) -> tuple[str, str, str]:
    rest, mark, fragment = url.partition("#")
    head, _, query = rest.partition("?")
    return head, query, mark + fragment


def _decode(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    # Bytes that are not UTF-8 come back out of this as they went in.
    return unquote_plus(name, errors="surrogateescape"), unquote_plus(value, errors="surrogateescape")


def _encode(name: str, value: str) -> str:
    return f"{_quoted(name, '/:')}={_quoted(value, '/:,')}"


def _quoted(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe, errors="surrogateescape")
    except UnicodeEncodeError:  # no bytes stand for it: it stays, and `WsUrl.parse` says what is wrong
        return "".join(quote(one, safe=safe) if one.isprintable() else one for one in text)
