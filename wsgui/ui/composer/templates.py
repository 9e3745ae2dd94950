"""Texts to start from. Knows no Qt."""

from __future__ import annotations

_LINE = "The quick brown fox jumps over the lazy dog 012345678 WebSocket\n"


def text_of(size: int) -> str:
    """``size`` bytes of ASCII in lines of 64, so that an editor need not lay out one endless line."""
    return (_LINE * (size // 64 + 1))[:size]


TEMPLATES: dict[str, str] = {
    "JSON object": '{\n  "type": "subscribe",\n  "channel": "orders"\n}',
    "JSON-RPC 2.0 call": '{\n  "jsonrpc": "2.0",\n  "method": "subtract",\n  "params": [42, 23],\n  "id": 1\n}',
    "125 bytes of text": text_of(125),
    "126 bytes of text": text_of(126),
    "1 KiB of text": text_of(1024),
    "64 KiB of text": text_of(65536),
    "UTF-8 of every length": (
        "1 byte: A (U+0041)\n"
        "2 bytes: \u00e9 (U+00E9)\n"
        "3 bytes: \u20ac (U+20AC)\n"
        "4 bytes: \U0001f40d (U+1F40D)\n"
        "joined: e\u0301 (U+0065 U+0301)\n"
        "right to left: \u05e9\u05dc\u05d5\u05dd\n"
    ),
}
"""Name in the menu: text."""
