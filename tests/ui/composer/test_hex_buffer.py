from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer import hex_buffer
from wsgui.ui.composer.hex_buffer import HexBuffer

if TYPE_CHECKING:
    import pytest


def typed(buffer: HexBuffer, digits: str) -> bytes:
    for digit in digits:
        buffer.type_digit(int(digit, 16))
    return buffer.data


def test_typing_inserts_bytes() -> None:
    buffer = HexBuffer()
    assert typed(buffer, "4") == b"\x40"
    assert buffer.half
    assert typed(buffer, "8") == b"\x48"
    assert not buffer.half
    assert typed(buffer, "65 6c".replace(" ", "")) == b"Hel"
    buffer.move(1)
    assert typed(buffer, "00") == b"H\0el"


def test_overwriting() -> None:
    buffer = HexBuffer(b"\x12\x34")
    buffer.overwrite = True
    assert typed(buffer, "a") == b"\xa2\x34"
    assert typed(buffer, "b") == b"\xab\x34"
    assert typed(buffer, "cdef") == b"\xab\xcd\xef"


def test_typing_replaces_the_selection() -> None:
    buffer = HexBuffer(b"abcdef")
    buffer.move(1)
    buffer.move(4, select=True)
    assert buffer.selected == b"bcd"
    assert buffer.selection == (1, 4)
    assert typed(buffer, "00") == b"a\0ef"


def test_backspace_and_delete() -> None:
    buffer = HexBuffer(b"abcd")
    buffer.move(2)
    buffer.backspace()
    assert (buffer.data, buffer.cursor) == (b"acd", 1)
    buffer.delete()
    assert (buffer.data, buffer.cursor) == (b"ad", 1)
    typed(buffer, "f")
    buffer.backspace()
    assert (buffer.data, buffer.cursor, buffer.half) == (b"ad", 1, False)
    buffer.move(0)
    buffer.backspace()
    assert buffer.data == b"ad"
    buffer.move(2)
    buffer.delete()
    assert buffer.data == b"ad"
    buffer.move(1, select=True)
    buffer.backspace()
    assert (buffer.data, buffer.cursor) == (b"a", 1)
    buffer.select_all()
    buffer.delete()
    assert (buffer.data, len(buffer)) == (b"", 0)


def test_moves_are_clipped() -> None:
    buffer = HexBuffer(b"ab")
    buffer.move(99)
    assert buffer.cursor == 2
    buffer.move(-3)
    assert buffer.cursor == 0


def test_undo_and_redo() -> None:
    buffer = HexBuffer(b"ab")
    buffer.replace_all(b"xyz")
    buffer.move(3)
    buffer.insert(b"!")
    assert buffer.undo()
    assert buffer.data == b"xyz"
    assert buffer.undo()
    assert buffer.data == b"ab"
    assert not buffer.undo()
    assert buffer.redo()
    assert buffer.redo()
    assert (buffer.data, buffer.cursor) == (b"xyz!", 4)
    assert not buffer.redo()
    buffer.undo()
    buffer.insert(b"?")
    assert not buffer.redo()


def test_old_steps_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hex_buffer, "UNDO_STEPS", 2)
    buffer = HexBuffer()
    for data in (b"a", b"b", b"c"):
        buffer.insert(data)
    assert [buffer.undo(), buffer.undo(), buffer.undo()] == [True, True, False]
    assert buffer.data == b"a"


def test_steps_that_hold_too_much_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hex_buffer, "UNDO_BYTES", 10)
    buffer = HexBuffer()
    buffer.insert(b"12345")
    buffer.insert(b"67890")
    buffer.insert(b"x")
    assert [buffer.undo(), buffer.undo(), buffer.undo()] == [True, True, False]


operations = st.lists(
    st.tuples(st.just("type"), st.integers(0, 15))
    | st.tuples(st.sampled_from(["move", "select"]), st.integers(-2, 40))
    | st.tuples(st.just("insert"), st.binary(max_size=5))
    | st.tuples(st.sampled_from(["backspace", "delete", "all", "mode"]), st.none()),
    max_size=40,
)


@given(st.binary(max_size=20), operations)
def test_undo_brings_everything_back(start: bytes, steps: list[tuple[str, object]]) -> None:
    buffer = HexBuffer(start)
    for name, value in steps:
        match name, value:
            case "type", int(digit):
                buffer.type_digit(digit)
            case "move", int(to):
                buffer.move(to)
            case "select", int(to):
                buffer.move(to, select=True)
            case "insert", bytes(data):
                buffer.insert(data)
            case "backspace", _:
                buffer.backspace()
            case "delete", _:
                buffer.delete()
            case "all", _:
                buffer.select_all()
            case _:
                buffer.overwrite = not buffer.overwrite
        assert 0 <= buffer.cursor <= len(buffer) == len(buffer.data)
        assert 0 <= buffer.anchor <= len(buffer)
        assert not buffer.half or buffer.cursor < len(buffer)
    end = buffer.data
    count = 0
    while buffer.undo():
        count += 1
    assert buffer.data == start
    for _ in range(count):
        assert buffer.redo()
    assert buffer.data == end
