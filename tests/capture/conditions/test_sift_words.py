"""Texts that decoders find verbatim: their bytes are looked for first, and what may be written otherwise is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.capture.column_store import ColumnStore
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.filter.fields import FIELDS
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

_TEXTS = (
    b'{"jsonrpc":"2.0","id":1,"method":"add"}',
    b'{"jsonrpc":"2.0","id":2,"method":"a\\u0064d"}',
    b'{"jsonrpc":"2.0","id":3,"method":"sub","params":"add"}',
    b'{"jsonrpc":"2.0","id":4,"result":"add"}',
    b"add",
)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('jsonrpc.method == "add"', [1, 2]),
        ('jsonrpc.method != "add"', [3]),
        ('jsonrpc.method contains "dd"', [1, 2]),
        ('jsonrpc.method in {"add", "sub"}', [1, 2, 3]),
        ('jsonrpc.method matches "^s"', [3]),
        ('jsonrpc.method == ""', []),
        ("jsonrpc.method", [1, 2, 3]),
        ('topic == "add"', []),
        ('method == "add"', [1, 2]),
    ],
)
def test_words_are_looked_for_before_decoding(tmp_path: Path, expression: str, found: list[int]) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x81, 7, None, text) for text in _TEXTS]))
    with Search(path, parse(expression), ColumnStore(least=1)) as search:
        assert list(search.ids(0, 99, progress=lambda *_: None, cancelled=bool)) == found


def test_common_fields_are_verbatim_if_all_decoders_promise_it() -> None:
    assert FIELDS["topic"].verbatim
    assert not FIELDS["method"].verbatim  # Centrifugo's are words of the decoder
