"""Faults of UTF-8 in text messages (RFC 6455 section 8.1, RFC 3629)."""

from __future__ import annotations

from wsgui.protocol.faults.model import BOTH, FrameFault, fail
from wsgui.protocol.frames import FIN
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.raw_frame import RawFrame

_BAD = fail(1007)
_TEXT = int(Opcode.TEXT)
_CONT = int(Opcode.CONTINUATION)


def _text(*parts: bytes, end: bool = True) -> tuple[RawFrame, ...]:
    last = len(parts) - 1
    return tuple(
        RawFrame((_CONT if index else _TEXT) | FIN * (end and index == last), None, part)
        for index, part in enumerate(parts)
    )


TEXT_FAULTS: tuple[FrameFault, ...] = (
    *(
        FrameFault(f"utf8-{name}", f"UTF-8: {words}", "utf8.invalid", BOTH, _BAD, explanation, _text(data))
        for name, words, explanation, data in (
            ("ff", "byte 0xff", "0xfe and 0xff stand in no UTF-8 text.", b"abc\xff"),
            ("alone", "continuation byte alone", "0x80 to 0xbf only follow a first byte.", b"abc\x80"),
            ("latin-1", "Latin-1 sent as UTF-8", "An é of Latin-1, as old programs send it.", b"caf\xe9 au lait"),
            ("overlong-2", "overlong form of two bytes", "“/” in two bytes; one would do.", b"\xc0\xaf"),
            ("overlong-3", "overlong form of three bytes", "“/” in three bytes; one would do.", b"\xe0\x80\xaf"),
            ("overlong-4", "overlong form of four bytes", "“/” in four bytes; one would do.", b"\xf0\x80\x80\xaf"),
            ("overlong-nul", "NUL in two bytes", "Java's “modified UTF-8” writes U+0000 so.", b"\xc0\x80"),
            ("surrogate", "surrogate", "U+D800 is half of a pair of UTF-16 and no character.", b"\xed\xa0\x80"),
            (
                "surrogate-pair",
                "pair of surrogates",
                "A character above U+FFFF as two surrogates (CESU-8).",
                b"\xed\xa0\xbd\xed\xb1\x8b",
            ),
            ("above", "above U+10FFFF", "U+110000 is one more than Unicode has.", b"\xf4\x90\x80\x80"),
            ("five", "five bytes", "Forms of five and six bytes were abolished by RFC 3629.", b"\xf8\x88\x80\x80\x80"),
        )
    ),
    FrameFault(
        "utf8-border",
        "UTF-8: broken at a fragment border",
        "utf8.invalid",
        BOTH,
        _BAD,
        "The first fragment ends inside a character, and the next one does not go on with it.",
        _text(b"\xce", b"A"),
    ),
    FrameFault(
        "utf8-early",
        "UTF-8: wrong in a fragment that is not the last",
        "utf8.invalid",
        BOTH,
        _BAD,
        "The text is wrong already; a peer should fail at once and not wait for the end.",
        _text(b"caf\xc3\xa9", b"\xff\xfe", end=False),
    ),
    FrameFault(
        "utf8-cut",
        "UTF-8: the text ends inside a character",
        "utf8.cut",
        BOTH,
        _BAD,
        "Two of the three bytes of a euro sign, and the message is over.",
        _text(b"10 \xe2\x82"),
    ),
    FrameFault(
        "utf8-cut-fragments",
        "UTF-8: the last fragment ends inside a character",
        "utf8.cut",
        BOTH,
        _BAD,
        "Fragments may end inside a character, the message may not.",
        _text(b"10 \xe2", b"\x82"),
    ),
)
