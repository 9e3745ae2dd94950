from __future__ import annotations

import json

from wsgui.ui.composer.templates import TEMPLATES, text_of


def test_sizes() -> None:
    assert len(TEMPLATES["1 KiB of text"].encode()) == 1024
    assert len(TEMPLATES["64 KiB of text"].encode()) == 65536
    assert text_of(0) == ""
    assert max(map(len, text_of(200).splitlines())) == 63


def test_json() -> None:
    assert json.loads(TEMPLATES["JSON object"])["type"] == "subscribe"
    assert json.loads(TEMPLATES["JSON-RPC 2.0 call"])["jsonrpc"] == "2.0"


def test_every_length_of_utf8() -> None:
    assert {len(character.encode()) for character in TEMPLATES["UTF-8 of every length"]} == {1, 2, 3, 4}
