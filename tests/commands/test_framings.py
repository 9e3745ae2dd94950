"""Where messages end: whatever their length, byte for byte, however the pieces were read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.chunks import cuts, split
from wsgui.commands.encodings import ENCODINGS, InputError
from wsgui.commands.framings import FRAMINGS


def messages(framing: str, *pieces: bytes) -> list[bytes]:
    splitter = FRAMINGS[framing].make()
    return [one for piece in pieces for one in splitter.feed(piece)] + splitter.end()


@pytest.mark.parametrize(
    ("framing", "pieces", "found"),
    [
        ("lines", [b"a\nb\r\n\nc"], [b"a", b"b", b"", b"c"]),
        ("lines", [b"a", b"b", b"\n", b"c\n"], [b"ab", b"c"]),
        ("lines", [b"a\r", b"\nb\r\r\n"], [b"a", b"b\r"]),
        ("lines", [b"last\r"], [b"last\r"]),
        ("lines", [b"a\0b\n"], [b"a\0b"]),
        ("whole", [b"a\nb", b"\n"], [b"a\nb\n"]),
        ("whole", [], []),
        ("nul", [b"a\nb\r\0", b"\0c"], [b"a\nb\r", b"", b"c"]),
        ("length", [b"\0\0\0\x02ab\0\0", b"\0\0\0\0\0\x01c"], [b"ab", b"", b"c"]),
    ],
)
def test_framings(framing: str, pieces: list[bytes], found: list[bytes]) -> None:
    assert messages(framing, *pieces) == found


@pytest.mark.parametrize("cut", [b"\0\0", b"\0\0\0\x02a"])
def test_an_input_that_ends_inside_a_message(cut: bytes) -> None:
    with pytest.raises(InputError, match="ends before its length says"):
        messages("length", b"\0\0\0\x01x", cut)


@pytest.mark.parametrize(
    ("framing", "pieces"),
    [
        ("lines", [b"a\n1234", b"56789"]),
        ("nul", [b"12345678", b"9\0"]),
        ("whole", [b"1234", b"5678", b"9"]),
        ("length", [b"\0\0\0\x01a", b"\0\0\0\x09"]),
        ("length", [b"\0\0\0\x01a\0\0\0\x09", b"1"]),
    ],
)
def test_an_input_without_an_end(framing: str, pieces: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.commands.framings.LONGEST", 8)
    splitter = FRAMINGS[framing].make()
    *first, last = pieces
    assert [one for piece in first for one in splitter.feed(piece)] == ([b"a"] if b"a" in first[0] else [])
    with pytest.raises(InputError, match=r"^is longer than 0 MiB$"):
        splitter.feed(last)


@given(st.lists(st.binary(max_size=20)), cuts)
def test_how_it_was_read_makes_no_difference(payloads: list[bytes], places: list[int]) -> None:
    measured = b"".join(len(one).to_bytes(4, "big") + one for one in payloads)
    assert messages("length", *split(measured, places)) == payloads
    plain = [one.replace(b"\0", b"") for one in payloads]
    assert messages("nul", *split(b"".join(one + b"\0" for one in plain), places)) == plain
    lines = [one.replace(b"\n", b"").removesuffix(b"\r") for one in payloads]
    lines = [one.removesuffix(b"\r") for one in lines if not one.endswith(b"\r")]
    assert messages("lines", *split(b"".join(one + b"\r\n" for one in lines), places)) == lines


@pytest.mark.parametrize(
    ("encoding", "written", "message"),
    [
        ("text", "Grüße".encode(), "Grüße"),
        ("binary", b"\xff\0", b"\xff\0"),
        ("hex", b"00 fF\t10", b"\x00\xff\x10"),
        ("hex", b"", b""),
        ("base64", b"+/8=", b"\xfb\xff"),
        ("base64", b"-_8", b"\xfb\xff"),
        ("base64", b"Y W\nJj", b"abc"),
    ],
)
def test_encodings(encoding: str, written: bytes, message: str | bytes) -> None:
    assert ENCODINGS[encoding].decode(written) == message


@pytest.mark.parametrize(
    ("encoding", "written", "why"),
    [
        ("text", b"\xff", "is not UTF-8"),
        ("hex", b"0", "is not pairs of hex digits"),
        ("hex", b"\xc3\xa4", "is not pairs of hex digits"),
        ("base64", b"a", "is not base64"),
        ("base64", b"a*==", "is not base64"),
    ],
)
def test_what_is_not_written_so(encoding: str, written: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        ENCODINGS[encoding].decode(written)
