from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.view.frames.cells import (
    BITS,
    DELTA,
    DIRECTION,
    KEY,
    LENGTH,
    MESSAGE,
    NUMBER,
    OPCODE,
    PAYLOAD,
    TIPS,
    TITLES,
    cells_of,
    opcode_label,
)

if TYPE_CHECKING:
    from tests.ui.view.frames.conftest import Tape


def column(tape: Tape, number: int) -> list[str]:
    return [cells_of(row).texts[number] for row in tape.reader.rows(1, tape.writer.committed)]


def test_a_row_of_each_kind(tape: Tape) -> None:
    tape.conversation()
    assert column(tape, OPCODE) == [
        "HTTP",
        "HTTP",
        "TEXT",
        "TEXT",
        "TEXT",
        "PING",
        "CONT",
        "PONG",
        "BINARY",
        "0xB",
        "CLOSE",
        "BYTES",
    ]
    assert column(tape, NUMBER) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10 ⚠", "11", "12"]
    assert "".join(column(tape, DIRECTION)) == "↑↓↑↓↓↓↓↑↓↓↑↓"
    assert column(tape, BITS)[2:11] == ["FIN", "FIN", "more", "FIN", "FIN", "FIN", "FIN", "FIN RSV1", "FIN"]
    assert column(tape, KEY)[2:4] == ["37 fa 21 3d", "—"]
    assert column(tape, MESSAGE) == ["", "", "m1", "m1", "m2 ┌ 1/2", "", "m2 └ 2/2", "", "m3", "", "", ""]
    assert column(tape, LENGTH)[2] == "5"
    assert column(tape, DELTA)[0] == "—"
    assert column(tape, DELTA)[1] == "1 ms"
    payloads = column(tape, PAYLOAD)
    assert payloads[0].startswith("GET /chat HTTP/1.1")
    assert payloads[1].startswith("101 Switching Protocols")
    assert payloads[2] == "Hello"
    assert payloads[9] == "Reserved control opcode 0xB. RFC 6455 §5.2, expect close 1002"
    assert payloads[10].startswith("1002 protocol error")
    assert "bye" in payloads[10]


def test_http_and_stray_bytes_have_no_bits_and_no_key(tape: Tape) -> None:
    tape.conversation()
    for number in (BITS, KEY, MESSAGE):
        cells = column(tape, number)
        assert (cells[0], cells[11]) == ("", "")


def test_a_middle_fragment_and_a_message_under_way(tape: Tape) -> None:
    tape.frames([Frame.build(Opcode.TEXT, b"a", fin=False), Frame.build(Opcode.CONTINUATION, b"b", fin=False)])
    assert column(tape, MESSAGE) == ["m1 ┌ 1", "m1 │ 2"]


def test_what_a_peer_sends_stays_in_one_line(tape: Tape) -> None:
    tape.frames([Frame.build(Opcode.TEXT, b"one\ntwo\t\x00\x1b[31m\xe2\x80\xaeevil")])
    text = column(tape, PAYLOAD)[0]
    assert not any(bad in text for bad in "\n\t\x00\x1b\u202e")


def test_every_column_has_a_title_and_a_tip() -> None:
    assert len(TITLES) == len(TIPS) == 10
    assert all(TITLES)
    assert all(TIPS)


def test_labels() -> None:
    assert [opcode_label(code) for code in (-2, -1, 0, 1, 2, 8, 9, 10)] == [
        "BYTES",
        "HTTP",
        "CONT",
        "TEXT",
        "BINARY",
        "CLOSE",
        "PING",
        "PONG",
    ]
    assert opcode_label(3) == "0x3"
