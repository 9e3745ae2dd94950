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
    return unquote_plus(name), unquote_plus(value)


def _encode(name: str, value: str) -> str:
    return f"{quote(name, safe='/:', errors='replace')}={quote(value, safe='/:,', errors='replace')}"
