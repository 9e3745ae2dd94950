from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.capture.errors import CaptureError
from wsgui.capture.writer import CaptureWriter
from wsgui.dissect.compare import BlockKind
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import Direction, FramesSeen, HandshakeSeen
from wsgui.session import comparing
from wsgui.session.comparing import compare_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with CaptureWriter(tmp_path / "a.wscap") as writer:
        writer.put(HandshakeSeen(1, 10, Direction.SENT, b"GET / HTTP/1.1"))
        frames = [Frame(0x01, 7, b"\1\2\3\4", b"one "), Frame(0x80, 16, None, b"two"), Frame(0x89, 7, None, b"ping")]
        writer.put(FramesSeen(1, 20, Direction.SENT, frames, [(2, violation("mask.client-unmasked", "x"))]))
    return tmp_path / "a.wscap"


def test_fields_and_payloads_of_two_frames(path: Path) -> None:
    compared = compare_rows(path, 2, 3)
    pairs = {pair.name: pair for pair in compared.fields}
    assert pairs["kind"][1:] == ("TEXT", "CONTINUATION")
    assert pairs["direction"].same
    assert pairs["FIN"][1:] == ("0", "1")
    assert not pairs["length"].same
    key = next(pair for name, pair in pairs.items() if "key" in name.lower())
    assert (key.left, key.right) == ("01 02 03 04", "")
    assert (compared.bytes.left, compared.bytes.right) == (b"one ", b"two")
    assert not compared.cut
    pairs = {pair.name: pair for pair in compare_rows(path, 1, 4).fields}
    assert pairs["kind"][1:] == ("HTTP", "PING")
    assert pairs["broken rules"][1:] == ("none", "mask.client-unmasked")


def test_whole_messages(path: Path) -> None:
    compared = compare_rows(path, 3, 4, messages=True)
    assert (compared.bytes.left, compared.bytes.right) == (b"one two", b"ping")
    assert compare_rows(path, 2, 3, messages=True).bytes.blocks[0].kind is BlockKind.EQUAL


def test_what_is_too_long_is_cut_and_what_is_missing_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "LARGEST", 3)
    compared = compare_rows(path, 2, 3)
    assert compared.cut
    assert compared.bytes.left == b"one"
    with pytest.raises(LookupError, match="no frame 9"):
        compare_rows(path, 1, 9)
    path.unlink()
    with pytest.raises(CaptureError):
        compare_rows(path, 1, 2)
