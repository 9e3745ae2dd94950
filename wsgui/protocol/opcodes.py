"""Opcodes (RFC 6455 section 5.2) and their names."""

from __future__ import annotations

from enum import IntEnum


class Opcode(IntEnum):
    """The opcodes that RFC 6455 section 11.8 registers; 3-7 and 11-15 are reserved and stay plain ints."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


_NAMES = {int(opcode): opcode.name for opcode in Opcode}


def opcode_name(opcode: int) -> str:
    """The RFC's name in capitals (``TEXT``), or ``0xB`` for a reserved opcode."""
    return _NAMES.get(opcode) or f"0x{opcode:X}"


def is_control(opcode: int) -> bool:
    """Whether the opcode's most significant bit is set (RFC 6455 section 5.5), reserved ones included."""
    return opcode >= 0x8


def is_reserved(opcode: int) -> bool:
    """Whether RFC 6455 gives the opcode no meaning (3-7 for data frames, 0xB-0xF for control frames)."""
    return opcode not in _NAMES
