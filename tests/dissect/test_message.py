from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.message import (
    PART_CHARACTERS,
    character_at,
    fragment_line,
    message_summary,
    part_count,
    text_part,
    utf8_state,
)


@pytest.mark.parametrize(
    ("payload", "whole", "valid", "words"),
    [
        (b"", True, True, "valid UTF-8"),
        ("Grüße".encode(), True, True, "valid UTF-8"),
        (b"a\xff", True, False, "not UTF-8 at byte 1 (0xff)"),
        (b"a\xff", False, False, "not UTF-8 at byte 1 (0xff)"),
        (b"a\xe2\x82", True, False, "not UTF-8 at byte 1 (0xe2)"),
        (b"a\xe2\x82", False, True, "valid UTF-8 so far"),
        (b"a", False, True, "valid UTF-8 so far"),
        (b"a\xed\xa0\x80", True, False, "not UTF-8 at byte 1 (0xed)"),
    ],
)
def test_utf8_state(payload: bytes, whole: bool, valid: bool, words: str) -> None:
    assert utf8_state(payload, whole=whole) == (valid, words)


def test_the_summary_of_a_fragmented_text() -> None:
    text = message_summary("message 3", 1, b"x" * 280364, 3, finished=True, truncated=False)
    assert text == "message 3 · text · 3 fragments · 280\u202f364 bytes · valid UTF-8"


@pytest.mark.parametrize(
    ("opcode", "fragments", "finished", "truncated", "text"),
    [
        (2, 1, True, False, "m · binary · 1 frame · 1 byte"),
        (1, 1, False, False, "m · text · 1 fragment · 1 byte · valid UTF-8 so far · not finished"),
        (2, 2, True, True, "m · binary · 2 fragments · 1 byte · cut here: more bytes than are shown"),
        (3, 1, True, False, "m · opcode 0x3 · 1 frame · 1 byte"),
    ],
)
def test_other_summaries(opcode: int, fragments: int, finished: bool, truncated: bool, text: str) -> None:
    assert message_summary("m", opcode, b"x", fragments, finished=finished, truncated=truncated) == text


@pytest.mark.parametrize(("characters", "parts"), [(0, 1), (1, 1), (65536, 1), (65537, 2), (131073, 3)])
def test_part_count(characters: int, parts: int) -> None:
    assert part_count(characters) == parts


def test_the_parts_joined_are_the_text() -> None:
    text = "ab" * PART_CHARACTERS + "c"
    assert "".join(text_part(text, part) for part in range(part_count(len(text)))) == text
    assert len(text_part(text, 0)) == PART_CHARACTERS
    assert text_part(text, 3) == text_part(text, -1) == ""


@pytest.mark.parametrize(
    ("start", "length", "text"),
    [
        (131072, 131072, "fragment 2: bytes 131\u202f072 to 262\u202f143 (131\u202f072 bytes)"),
        (5, 1, "fragment 2: byte 5 (1 byte)"),
        (5, 0, "fragment 2: empty, at byte 5"),
    ],
)
def test_fragment_line(start: int, length: int, text: str) -> None:
    assert fragment_line(2, start, length) == text


@given(st.text(), st.data())
def test_character_at_finds_the_character_of_each_byte(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)))
    start = len(text[:index].encode())
    size = len(text[index : index + 1].encode())
    payload = text.encode()
    assert all(character_at(payload, start + i) == index for i in range(max(size, 1)))


@given(st.binary(max_size=30), st.integers(-5, 40))
def test_character_at_takes_any_bytes(payload: bytes, byte: int) -> None:
    assert 0 <= character_at(payload, byte) <= len(payload)
