"""How connections ended, from captures of real ones and of literal records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    How,
)
from wsgui.session.autopsy import Autopsy, autopsy

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
MS = 1_000_000
OPENED = ConnectionOpened(1, 0, "client", "ws://a/", "", "")
BYE = b"\x03\xe8bye"


def close(direction: Direction, time_ms: int, payload: bytes) -> FramesSeen:
    return FramesSeen(1, time_ms * MS, direction, [Frame(0x88, 7, None, payload)])


def ended(by: EndedBy, code: int, text: str, how: How | str = How.FIN, reason: str = "") -> ConnectionClosed:
    return ConnectionClosed(1, 100 * MS, code, reason, by, text, how)


def examined(path: Path, *records: Record) -> Autopsy:
    with CaptureWriter(path / "a.wscap") as writer:
        for record in (OPENED, *records):
            writer.put(record)
    found = autopsy(path / "a.wscap", 1)
    assert found is not None
    return found


def said(found: Autopsy) -> dict[str, tuple[str, int | None]]:
    return {one.label: (one.text, one.row) for one in found.findings}


def test_a_clean_end(tmp_path: Path) -> None:
    found = examined(
        tmp_path,
        FramesSeen(1, 1 * MS, SENT, [Frame(0x81, 7, None, b"a")]),
        close(SENT, 10, BYE),
        close(RECEIVED, 12, b"\x03\xe8"),
        ended(EndedBy.LOCAL, 1000, "Closed from this side; the peer answered 1000 normal closure."),
    )
    assert found.clean
    assert found.headline == "Closed from this side; the peer answered 1000 normal closure."
    assert said(found) == {
        "Who": ("This side ended it.", None),
        "Code": ("1000 normal closure: The purpose of the connection has been fulfilled.", None),
        "Our close frame": ("1000 normal closure, \u201cbye\u201d", 2),
        "Their close frame": ("1000 normal closure", 3),
        "Closing handshake": ("2 ms between the two close frames; this side began.", None),
        "End of TCP": ("88 ms after the last close frame.", None),
        "Lasted": ("100 ms", None),
        "TCP": ("In order: each end sent its FIN.", None),
    }


def test_a_broken_rule_of_the_peers(tmp_path: Path) -> None:
    breach = violation("opcode.reserved-data", "Reserved data opcode 0x3.")
    found = examined(
        tmp_path,
        FramesSeen(1, 1 * MS, RECEIVED, [Frame(0x83, 7, None, b"a")], [(0, breach)]),
        close(SENT, 1, b"\x03\xea"),
        ended(EndedBy.RULE, 1006, "Reserved data opcode 0x3. This breaks RFC 6455.", How.RESET),
    )
    assert not found.clean
    facts = said(found)
    assert facts["Rule"] == ("Reserved data opcode 0x3. RFC 6455 \u00a75.2 (opcode.reserved-data)", 1)
    assert facts["Their close frame"] == ("None came.", None)
    assert facts["TCP"] == ("With a reset (RST): what was under way is lost.", None)
    assert "Closing handshake" not in facts


def test_a_broken_rule_of_ours_that_the_peer_may_mean(tmp_path: Path) -> None:
    breach = violation("utf8.invalid", "Byte 0 is not UTF-8.")
    found = examined(
        tmp_path,
        FramesSeen(1, 1 * MS, SENT, [Frame(0x81, 7, None, b"\xff")], [(0, breach)]),
        close(RECEIVED, 2, b"\x03\xefbad"),
        close(SENT, 3, b"\x03\xef"),
        ended(EndedBy.PEER, 1007, "The peer closed.", reason="bad"),
    )
    assert said(found)["Perhaps because"][1] == 1
    assert said(found)["Reason"] == ("bad", None)
    assert said(found)["Closing handshake"][0] == "1 ms between the two close frames; the peer began."


def test_what_came_after_the_close_frame(tmp_path: Path) -> None:
    found = examined(
        tmp_path,
        close(RECEIVED, 2, b""),
        close(SENT, 3, b""),
        FramesSeen(1, 4 * MS, RECEIVED, [Frame(0x81, 7, None, b"a"), Frame(0x81, 7, None, b"b")]),
        BytesSeen(1, 5 * MS, RECEIVED, b"\x81\x05"),
        ended(EndedBy.PEER, 1005, "The peer closed.", How.CUT),
    )
    text, row = said(found)["After the close frame"]
    assert text == "The peer went on: 2 TEXT, 1 bytes that form no frame. An endpoint sends no more data then."
    assert row == 3
    assert said(found)["Their close frame"] == ("Without a code.", 1)


def test_a_handshake_that_failed(tmp_path: Path) -> None:
    found = examined(tmp_path, ended(EndedBy.HANDSHAKE, 1006, "The server answered 404.", How.FIN))
    assert said(found) == {
        "Who": ("It never opened: the handshake failed.", None),
        "TCP": ("In order: each end sent its FIN.", None),
    }


@pytest.mark.parametrize(
    ("by", "who"),
    [
        (EndedBy.LOSS, "TCP ended first; nobody sent a close frame before that."),
        (EndedBy.TIMEOUT, "This side gave up waiting."),
    ],
)
def test_other_ends(tmp_path: Path, by: EndedBy, who: str) -> None:
    found = examined(tmp_path, ended(by, 1006, "It ended.", ""))
    assert said(found)["Who"] == (who, None)
    assert "TCP" not in said(found)
    assert not found.clean


def test_one_that_has_not_ended(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path / "a.wscap") as writer:
        writer.put(OPENED)
    assert autopsy(tmp_path / "a.wscap", 1) is None
    with pytest.raises(LookupError):
        autopsy(tmp_path / "a.wscap", 2)


def test_plain_http_is_nothing_to_look_at(tmp_path: Path) -> None:
    found = examined(tmp_path, ended(EndedBy.HTTP, 1006, "Plain HTTP: 2 requests were answered."))
    assert found.clean
    assert found.headline == "Plain HTTP: 2 requests were answered."
    assert said(found)["Who"] == ("It was plain HTTP, and never to be a WebSocket.", None)
