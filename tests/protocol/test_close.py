from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.close import (
    CLOSE_CODES,
    Close,
    CloseCode,
    close_code_name,
    decode_close,
    encode_close,
    may_be_sent,
)
from wsgui.protocol.states import Role


def test_the_table_has_every_code_of_the_enum_in_order() -> None:
    assert list(CLOSE_CODES) == list(CloseCode) == sorted(CloseCode)
    assert [int(code) for code in CloseCode][:16] == list(range(1000, 1016))
    for meaning in CLOSE_CODES.values():
        assert meaning.meaning.endswith(".")


def test_the_table_agrees_with_may_be_sent() -> None:
    for code, meaning in CLOSE_CODES.items():
        assert meaning.on_wire is may_be_sent(code)
        assert (not meaning.senders) is not meaning.on_wire


def test_who_sends_what() -> None:
    def sent_by(*senders: Role) -> list[int]:
        return [int(code) for code, meaning in CLOSE_CODES.items() if meaning.senders == set(senders)]

    assert sent_by(Role.CLIENT) == [1010]
    assert sent_by(Role.SERVER) == [1011, 1012, 1013, 1014]
    assert sent_by() == [1004, 1005, 1006, 1015]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (CloseCode.NORMAL_CLOSURE, "1000 normal closure"),
        (1002, "1002 protocol error"),
        (1015, "1015 TLS handshake"),
        (3000, "3000 unauthorized"),
        (3001, "3001 registered"),
        (3999, "3999 registered"),
        (4000, "4000 private use"),
        (4999, "4999 private use"),
        (1016, "1016 reserved"),
        (2999, "2999 reserved"),
        (0, "0 invalid"),
        (999, "999 invalid"),
        (5000, "5000 invalid"),
        (65535, "65535 invalid"),
    ],
)
def test_names(code: int, name: str) -> None:
    assert close_code_name(code) == name


def test_7_4_codes_that_may_be_sent() -> None:
    sendable = [code for code in range(0x10000) if may_be_sent(code)]
    assert sendable == [1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)]


def test_encode() -> None:
    assert encode_close(None) == b""
    assert encode_close(1000) == b"\x03\xe8"
    assert encode_close(CloseCode.PROTOCOL_ERROR, "reserved opcode") == b"\x03\xeareserved opcode"
    assert encode_close(1006, "é") == b"\x03\xee\xc3\xa9"
    assert encode_close(0) == b"\0\0"
    assert encode_close(65535, "x" * 123) == b"\xff\xff" + b"x" * 123


@pytest.mark.parametrize(
    ("code", "reason", "complaint"),
    [
        (None, "bye", "needs a close code"),
        (-1, "", "16 bits"),
        (65536, "", "not 65536"),
        (1000, "x" * 124, "not 124"),
        (1000, "é" * 62, "not 124"),
        (1000, "\ud800", "surrogates"),
    ],
)
def test_what_no_close_frame_can_say(code: int | None, reason: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        encode_close(code, reason)


def test_decode() -> None:
    assert decode_close(b"") == Close(None, "")
    assert decode_close(b"\x03") == Close(None, "")
    assert decode_close(b"\x03\xe8") == Close(1000, "")
    assert decode_close(b"\x03\xe8\xc3\xa9") == Close(1000, "é")
    assert decode_close(b"\x03\xe8a\xc3") == Close(1000, "a\ufffd")


@given(st.binary(max_size=200))
def test_decode_never_raises(payload: bytes) -> None:
    code, reason = decode_close(payload)
    assert (code is None) is (len(payload) < 2)
    assert isinstance(reason, str)


@given(st.integers(0, 0xFFFF), st.text(max_size=30))
def test_round_trip(code: int, reason: str) -> None:
    assert decode_close(encode_close(code, reason)) == (code, reason)
