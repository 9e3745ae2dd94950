from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.chunks import cuts, split
from wsgui.protocol import core
from wsgui.protocol.messages import TextJudge, over_limit
from wsgui.protocol.violations import Violation

NO_LIMIT = 1 << 26
TEXT, BINARY = 1, 2

# In the manner of Markus Kuhn's stress test: the bytes, and the first byte that cannot stand where it stands.
VALID = [
    b"",
    "κόσμε".encode(),
    b"\x00",
    "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff".encode(),
    "\ud7ff\ue000\ufffd".encode(),
    "\ufffe\uffff\U0001fffe\U0010fffe".encode(),
    "\ufeffBOM".encode(),
    "a\u0308 \U0001f469\u200d\U0001f680".encode(),
]
INVALID = [
    ("80", 0, "invalid start byte"),
    ("bf", 0, "invalid start byte"),
    ("61 80 62", 1, "invalid start byte"),
    ("c0 af", 0, "invalid start byte"),
    ("c1 bf", 0, "invalid start byte"),
    ("e0 80 af", 0, "invalid continuation byte"),
    ("e0 9f bf", 0, "invalid continuation byte"),
    ("f0 80 80 af", 0, "invalid continuation byte"),
    ("f0 8f bf bf", 0, "invalid continuation byte"),
    ("f8 88 80 80 80", 0, "invalid start byte"),
    ("fc 84 80 80 80 80", 0, "invalid start byte"),
    ("fe", 0, "invalid start byte"),
    ("ff", 0, "invalid start byte"),
    ("ed a0 80", 0, "invalid continuation byte"),
    ("ed ad bf", 0, "invalid continuation byte"),
    ("ed a0 80 ed b0 80", 0, "invalid continuation byte"),
    ("f4 90 80 80", 0, "invalid continuation byte"),
    ("f5 80 80 80", 0, "invalid start byte"),
    ("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65", 11, "invalid continuation byte"),
    ("c3 20", 0, "invalid continuation byte"),
    ("e2 82 20", 0, "invalid continuation byte"),
    ("f0 9f 98 41", 0, "invalid continuation byte"),
]
CUT = [("c3", 0), ("61 e2", 1), ("61 e2 82", 1), ("f0 9f 98", 0), ("c3 a9 f0", 2)]


def joined(
    opcode: int, parts: list[bytes], limit: int = NO_LIMIT, *, look: bool = False
) -> str | bytes | Violation | None:
    """The message of ``parts``; ``look`` peeks at each byte of each part before it is added."""
    messages = core.current.messages()
    messages.start(opcode)
    for index, part in enumerate(parts, 1):
        if look:
            for place in range(len(part)):
                breach = messages.peek(part[place : place + 1])
                if breach is not None:
                    return breach
            messages.peeked = 0
        result = messages.add(part, index == len(parts), limit)
        if result is not None:
            assert messages.opcode is None
            return result
    return None


def everywhere(text: bytes) -> list[list[bytes]]:
    ways = [[text], [b"", text], [text[index : index + 1] for index in range(len(text))] or [text]]
    return ways + [[text[:place], text[place:]] for place in range(len(text) + 1)]


@pytest.mark.parametrize("text", VALID)
@pytest.mark.parametrize("look", [False, True])
def test_8_1_valid_text_split_anywhere(text: bytes, look: bool) -> None:
    for parts in everywhere(text):
        assert joined(TEXT, parts, look=look) == text.decode()


@pytest.mark.parametrize(("hexed", "place", "reason"), INVALID)
@pytest.mark.parametrize("look", [False, True])
def test_8_1_invalid_text_split_anywhere(hexed: str, place: int, reason: str, look: bool) -> None:
    text = bytes.fromhex(hexed)
    for parts in everywhere(text):
        breach = joined(TEXT, parts, look=look)
        assert isinstance(breach, Violation)
        assert (breach.rule, breach.close_code) == ("utf8.invalid", 1007)
        assert breach.text == f"Byte {place} of the text (0x{text[place]:02x}) is not UTF-8: {reason}."


@pytest.mark.parametrize(("hexed", "place"), CUT)
@pytest.mark.parametrize("look", [False, True])
def test_8_1_text_that_ends_inside_a_character(hexed: str, place: int, look: bool) -> None:
    for parts in everywhere(bytes.fromhex(hexed)):
        breach = joined(TEXT, parts, look=look)
        assert isinstance(breach, Violation)
        assert (breach.rule, breach.close_code) == ("utf8.cut", 1007)
        assert breach.text == f"The text ends inside a character, at byte {place}."


@given(st.binary(max_size=30), cuts, st.sampled_from([TEXT, BINARY]), st.booleans())
def test_any_fragments_say_what_the_whole_says(data: bytes, places: list[int], opcode: int, look: bool) -> None:
    look = look and opcode == TEXT
    assert joined(opcode, split(data, places), look=look) == joined(opcode, [data])


def test_5_4_binary_fragments() -> None:
    assert joined(BINARY, [b"\xff\xfe", b"", b"\x00"]) == b"\xff\xfe\x00"
    assert joined(BINARY, [bytes([index]) for index in range(100)]) == bytes(range(100))


def test_the_first_bad_byte_is_enough() -> None:
    messages = core.current.messages()
    messages.start(TEXT)
    assert messages.add(b"abc\xf4", False, NO_LIMIT) is None
    assert messages.peek(b"") is None
    breach = messages.peek(b"\x90")
    assert breach is not None
    assert breach.text == "Byte 3 of the text (0xf4) is not UTF-8: invalid continuation byte."
    breach = messages.add(b"\x90\x80", False, NO_LIMIT)  # type: ignore[assignment]
    assert isinstance(breach, Violation)
    assert breach.text == "Byte 3 of the text (0xf4) is not UTF-8: invalid continuation byte."


def test_10_4_the_limit_counts_all_fragments_and_includes_itself() -> None:
    assert joined(BINARY, [b"12345", b"67890"], 10) == b"1234567890"
    breach = over_limit(11, 10)
    assert joined(BINARY, [b"12345", b"678901"], 10) == breach
    assert joined(BINARY, [b"12345", b"678901", b""], 10) == breach
    assert joined(BINARY, [b"12345678901"], 10) == breach
    assert (breach.rule, breach.close_code) == ("message.over-limit", 1009)
    assert breach.text == "The message has grown to 11 bytes; the limit is 10 bytes."


def test_a_new_message_drops_the_one_that_was_open() -> None:
    messages = core.current.messages()
    messages.start(TEXT)
    assert messages.add(b"old \xc3", False, NO_LIMIT) is None
    assert messages.size == 5
    messages.start(BINARY)
    assert messages.size == 0
    assert messages.add(b"new", True, NO_LIMIT) == b"new"
    messages.start(TEXT)
    assert messages.add(b"\xc3", False, NO_LIMIT) is None
    messages.drop()
    messages.start(TEXT)
    assert messages.add(b"text", True, NO_LIMIT) == "text"


def test_dropping_a_message_of_many_fragments() -> None:
    messages = core.current.messages()
    messages.start(BINARY)
    for _ in range(30):
        assert messages.add(b"xy", False, NO_LIMIT) is None
    messages.start(BINARY)
    assert messages.add(b"z", True, NO_LIMIT) == b"z"


@pytest.mark.parametrize("part", [b"", b"xy"])
def test_many_tiny_fragments_cost_what_they_hold(part: bytes) -> None:
    messages = core.current.messages()
    messages.start(BINARY)
    tracemalloc.start()
    try:
        for _ in range(50_000):
            assert messages.add(bytes(bytearray(part)), False, NO_LIMIT) is None
        assert tracemalloc.get_traced_memory()[0] < 200_000
    finally:
        tracemalloc.stop()
    assert messages.add(b"end", True, NO_LIMIT) == part * 50_000 + b"end"


@pytest.mark.parametrize(
    ("some", "rules"),
    [
        ([(0x81, b"plain"), (0x81, "grün".encode())], []),
        ([(0x81, b"gr\xc3")], ["utf8.cut"]),
        ([(0x81, b"\xff"), (0x81, b"\xff")], ["utf8.invalid"] * 2),
        ([(0x01, b"gr\xc3"), (0x89, b"\xff"), (0x80, b"\xbcn")], []),
        ([(0x01, b"a"), (0x00, b"b"), (0x80, b"\xc3")], ["utf8.cut"]),
        ([(0x01, b"\xff"), (0x80, b"\xff")], ["utf8.invalid"]),  # told once
        ([(0x02, b"\xff"), (0x80, b"\xff"), (0x80, b"\xff")], []),
    ],
)
def test_text_that_is_not_joined(some: list[tuple[int, bytes]], rules: list[str]) -> None:
    judge = TextJudge()
    assert [found.rule for head, payload in some if (found := judge.frame(head, payload)) is not None] == rules


def test_where_text_that_is_not_joined_breaks() -> None:
    judge = TextJudge()
    judge.frame(0x01, b"abc\xc3")
    found = judge.frame(0x80, b"\xbc\xff")
    assert found is not None
    assert found.text.startswith("Byte 5 of the text (0xff)")
    judge.frame(0x01, b"abc")
    found = judge.frame(0x80, b"d\xc3")
    assert found is not None
    assert found.text == "The text ends inside a character, at byte 4."
    judge.frame(0x01, b"abc")
    judge.drop()
    assert judge.frame(0x80, b"\xff") is None
