from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.link import open_connection
from wsgui.dissect.outlook import Remark, header_in_words, remarks
from wsgui.protocol.outlook import outlook
from wsgui.protocol.raw_frame import RawFrame
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from wsgui.protocol.connection import Connection


def said(*frames: RawFrame, connection: Connection | None = None) -> list[str]:
    peer = (connection or open_connection(Role.SERVER)).peer_now()
    found = outlook(peer, b"".join(frame.wire() for frame in frames))
    return [f"{remark.kind}: {remark.line}" for remark in remarks(found, frames)]


def closed() -> Connection:
    connection = open_connection(Role.SERVER)
    connection.send([connection.close_frame(1000)])
    return connection


@pytest.mark.parametrize(
    ("frames", "lines"),
    [
        (
            [RawFrame(0x81, None, b"Hi")],
            ["good: This breaks no rule.", "answer: A correct peer takes it; no answer is due."],
        ),
        (
            [RawFrame(0x89, None, b"beat")],
            [
                "good: This breaks no rule.",
                "answer: A correct peer answers with a pong of the same 4 bytes. (RFC 6455 §5.5.3)",
            ],
        ),
        (
            [RawFrame(0x88)],
            [
                "good: This breaks no rule.",
                "answer: A correct peer answers with an empty close frame. (RFC 6455 §5.5.1)",
            ],
        ),
        (
            [RawFrame(0x88, None, b"\x03\xf2")],
            [
                "warning: A server closed with 1010, which only clients send. (RFC 6455 §7.4.1)",
                "answer: A correct peer answers with close 1010 mandatory extension. (RFC 6455 §5.5.1)",
            ],
        ),
        (
            [RawFrame(0x01, None, b"H")],
            [
                "good: This breaks no rule.",
                "answer: The peer keeps it and waits for the rest of the TEXT message. (RFC 6455 §5.4)",
            ],
        ),
        (
            [RawFrame(0x01, None, b"H"), RawFrame(0x83)],
            [
                "broken: Frame 2: Reserved data opcode 0x3. (RFC 6455 §5.2)",
                "broken: Frame 2: A new 0x3 message starts before the TEXT message ended. (RFC 6455 §5.4)",
                "answer: A correct peer fails the connection: close 1002 protocol error. (RFC 6455 §7.1.7)",
            ],
        ),
        (
            [RawFrame(0x81, None, b"Hello", None, 6)],
            [
                (
                    "explain: The header declares 6 and carries 5 bytes: the peer waits for 1 byte more, and takes "
                    "whatever is sent next for them."
                ),
                "answer: The peer waits for 1 byte of payload.",
            ],
        ),
        (
            [RawFrame(0x82, None, b"Hi\x89\x00", None, 2), RawFrame(0x81)],
            [
                "good: This breaks no rule.",
                (
                    "explain: Frame 1 declares 2 and carries 4 bytes: the peer reads the surplus 89 00 as the "
                    "next header: FIN 1, RSV1 0, RSV2 0, RSV3 0, opcode 0x9 PING, MASK 0, len 7 0."
                ),
                "answer: A correct peer answers with a pong of the same 0 bytes. (RFC 6455 §5.5.3)",
            ],
        ),
        (
            [RawFrame(0x82, None, b"Hi\x89", None, 2)],
            [
                (
                    "explain: The header declares 2 and carries 3 bytes: the peer reads the surplus 89 as the "
                    "next header: FIN 1, RSV1 0, RSV2 0, RSV3 0, opcode 0x9 PING."
                ),
                "answer: The peer waits: 1 byte of a header are there.",
            ],
        ),
        (
            [RawFrame(0x82, None, b"", 64, 1 << 40)],
            [
                "broken: A frame of 1099511627776 bytes is announced; the limit is 67108864 bytes. (RFC 6455 §10.4)",
                "answer: A correct peer fails the connection: close 1009 message too big. (RFC 6455 §7.1.7)",
            ],
        ),
    ],
)
def test_sentences(frames: list[RawFrame], lines: list[str]) -> None:
    assert said(*frames) == lines


def test_after_the_close_frame() -> None:
    assert said(RawFrame(0x89), connection=closed())[-1] == (
        "answer: A close frame has gone: the peer acts on nothing that follows. (RFC 6455 §5.5.1)"
    )


def test_nothing_at_all() -> None:
    assert said() == ["good: This breaks no rule."]


def test_long_surplus_is_cut() -> None:
    lines = said(RawFrame(0x82, None, b"\x8a\x08" + bytes(8), None, 0))
    assert "surplus 8a 08 00 00 00 00 00 00 … as the next header" in lines[1]


def test_words() -> None:
    assert header_in_words(b"\x01\x83") == "FIN 0, RSV1 0, RSV2 0, RSV3 0, opcode 0x1 TEXT, MASK 1, len 7 3"
    assert Remark("good", "Fine.").line == "Fine."
