from __future__ import annotations

import pytest

from wsgui.protocol.opcodes import Opcode, is_control, is_reserved, opcode_name


def test_11_8_registered_opcodes() -> None:
    assert {int(opcode): opcode.name for opcode in Opcode} == {
        0: "CONTINUATION",
        1: "TEXT",
        2: "BINARY",
        8: "CLOSE",
        9: "PING",
        10: "PONG",
    }


@pytest.mark.parametrize(
    ("opcode", "name"), [(0, "CONTINUATION"), (1, "TEXT"), (8, "CLOSE"), (Opcode.PONG, "PONG"), (3, "0x3"), (15, "0xF")]
)
def test_names(opcode: int, name: str) -> None:
    assert opcode_name(opcode) == name


def test_5_2_which_are_control_frames_and_which_are_reserved() -> None:
    assert [opcode for opcode in range(16) if is_control(opcode)] == list(range(8, 16))
    assert [opcode for opcode in range(16) if is_reserved(opcode)] == [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]
