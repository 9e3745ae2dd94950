from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.parse import ParseError, parse_base64, parse_hex, parse_sizes


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""),
        ("  \n", b""),
        ("37fa213d", b"\x37\xfa\x21\x3d"),
        ("37 FA\n21\t3d", b"\x37\xfa\x21\x3d"),
        ("0x37, 0XFA; 21:3d-00", b"\x37\xfa\x21\x3d\0"),
        (r"\x37\xfa", b"\x37\xfa"),
    ],
)
def test_hex(text: str, data: bytes) -> None:
    assert parse_hex(text) == data


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("37 g0", 3, "Character 4, “g”, is not a hex digit."),
        ("0x", 0, "The hex digit “0” at character 1 stands alone: a byte has two."),
        ("12x", 2, "Character 3, “x”, is not a hex digit."),
        ("37 f", 3, "The hex digit “f” at character 4 stands alone: a byte has two."),
        ("3 7", 0, "The hex digit “3” at character 1 stands alone: a byte has two."),
        ("37,\0", 3, "Character 4, U+0000, is not a hex digit."),
        ("３７", 0, "Character 1, “３”, is not a hex digit."),
    ],
)
def test_wrong_hex(text: str, position: int, sentence: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_hex(text)
    assert (caught.value.position, caught.value.text) == (position, sentence)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", b""),
        ("SGVsbG8=", b"Hello"),
        ("SGVs\n bG8", b"Hello"),
        ("++//", b"\xfb\xef\xff"),
        ("--__", b"\xfb\xef\xff"),
        ("QQ = =", b"A"),
    ],
)
def test_base64(text: str, data: bytes) -> None:
    assert parse_base64(text) == data


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("SGV$", 3, "Character 4, “$”, is not base64."),
        ("QQ==QQ", 4, "Character 5, “Q”, stands after the padding “=”."),
        ("SGVsb =", 4, "The base64 digit “b” at character 5 stands alone: the end is missing."),
    ],
)
def test_wrong_base64(text: str, position: int, sentence: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_base64(text)
    assert (caught.value.position, caught.value.text) == (position, sentence)


@pytest.mark.parametrize(("text", "sizes"), [("", []), ("5, 3, 10", [5, 3, 10]), (" 5;0 7,", [5, 0, 7])])
def test_sizes(text: str, sizes: list[int]) -> None:
    assert parse_sizes(text) == sizes


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("5, x", 3, "Character 4, “x”, is not a digit: write sizes as 5, 3, 10."),
        ("-5", 0, "Character 1, “-”, is not a digit: write sizes as 5, 3, 10."),
        ("1 1000000000", 2, "The size at character 3 is too large."),
        ("٣", 0, "Character 1, “٣”, is not a digit: write sizes as 5, 3, 10."),
    ],
)
def test_wrong_sizes(text: str, position: int, sentence: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_sizes(text)
    assert (caught.value.position, caught.value.text) == (position, sentence)


@given(st.binary(), st.sampled_from(["", " ", ":", ", 0x", "-", "\\x", "\n"]))
def test_hex_round_trip(data: bytes, gap: str) -> None:
    assert parse_hex(gap.join(f"{byte:02x}" for byte in data)) == data


@given(st.binary())
def test_base64_round_trip(data: bytes) -> None:
    assert parse_base64(base64.b64encode(data).decode()) == data
    assert parse_base64(base64.urlsafe_b64encode(data).decode().rstrip("=")) == data


@given(st.text() | st.text("0123456789abcdefgxX\\ ,:=-+/_"), st.sampled_from([parse_hex, parse_base64, parse_sizes]))
def test_any_text_is_read_or_its_mistake_has_a_place(text: str, parse: object) -> None:
    mistake = None
    try:
        parse(text)  # type: ignore[operator]
    except ParseError as error:
        mistake = error
    if mistake is not None:
        assert 0 <= mistake.position < len(text)
        assert mistake.text.endswith(".")
