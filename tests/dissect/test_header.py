from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.header import HeaderField, declared_length, header_fields, header_fields_of_bytes
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import RULES, violation

KEY = bytes.fromhex("5e11c890")


def rows(fields: list[HeaderField]) -> dict[str, HeaderField]:
    return {field.name: field for field in fields}


def test_every_field_of_the_longest_header() -> None:
    frame = Frame.build(0, b"x" * 131072, fin=False, masking_key=KEY)
    fields = header_fields(frame)
    assert [(f.label, f.name, f.bit_offset, f.bit_width, f.bits, f.value) for f in fields] == [
        ("FIN", "fin", 0, 1, "0", "0"),
        ("RSV1", "rsv1", 1, 1, "0", "0"),
        ("RSV2", "rsv2", 2, 1, "0", "0"),
        ("RSV3", "rsv3", 3, 1, "0", "0"),
        ("opcode", "opcode", 4, 4, "0000", "0x0 CONTINUATION"),
        ("MASK", "masked", 8, 1, "1", "1"),
        ("len 7", "length", 9, 7, "1111111", "127"),
        ("extended length 64", "extended_length", 16, 64, "00 00 00 00 00 02 00 00", "131\u202f072"),
        ("masking key", "masking_key", 80, 32, "5e 11 c8 90", "5e 11 c8 90"),
    ]
    assert [(f.first_byte, f.byte_count) for f in fields[4:]] == [(0, 1), (1, 1), (1, 1), (2, 8), (10, 4)]
    assert fields[-1].reference == "RFC 6455 §5.3"
    assert declared_length(fields) == 131072


def test_a_short_unmasked_frame_has_seven_fields() -> None:
    fields = header_fields(Frame.build(1, b"H"))
    assert [f.name for f in fields] == ["fin", "rsv1", "rsv2", "rsv3", "opcode", "masked", "length"]
    assert fields[-1].meaning == "The payload has 1 byte."
    assert declared_length(fields) == 1


@pytest.mark.parametrize(
    ("opcode", "value", "words"),
    [
        (0x1, "0x1 TEXT", "text message"),
        (0x9, "0x9 PING", "answers with a pong"),
        (0x3, "0x3", "Reserved for data frames"),
        (0xB, "0xB", "Reserved for control frames"),
    ],
)
def test_opcodes_are_named_and_explained(opcode: int, value: str, words: str) -> None:
    field = rows(header_fields(Frame.build(opcode)))["opcode"]
    assert field.value == value
    assert words in field.meaning


def test_reserved_bits_that_are_set_say_what_they_may_mean() -> None:
    fields = rows(header_fields(Frame.build(1, rsv1=True)))
    assert "permessage-deflate" in fields["rsv1"].meaning
    assert fields["rsv2"].meaning.startswith("Reserved")


def test_a_length_that_is_not_minimal_says_so() -> None:
    fields = rows(header_fields(Frame.build(1, b"Hi", length_form=64)))
    assert "7 bits would hold that" in fields["extended_length"].meaning
    fields = rows(header_fields(Frame.build(1, b"H", length_form=16)))
    assert fields["extended_length"].meaning.startswith("The payload has 1 byte. 7 bits")


def test_a_length_whose_top_bit_is_set_says_so() -> None:
    fields = rows(header_fields_of_bytes(bytes.fromhex("827f8000000000000000")))
    assert "top bit must be 0" in fields["extended_length"].meaning
    assert declared_length(list(fields.values())) == 2**63


@pytest.mark.parametrize(
    ("rule", "frame", "names"),
    [
        ("mask.client-unmasked", Frame.build(1), {"masked"}),
        ("rsv.not-negotiated", Frame.build(1, rsv1=True, rsv3=True), {"rsv1", "rsv3"}),
        ("opcode.reserved-control", Frame.build(0xB), {"opcode"}),
        ("continuation.nothing-open", Frame.build(0), {"opcode"}),
        ("length.not-minimal", Frame.build(1, length_form=16), {"length", "extended_length"}),
        ("control.fragmented", Frame.build(9, fin=False), {"fin"}),
        ("control.too-long", Frame.build(9, b"x" * 126), {"length", "extended_length"}),
        ("utf8.invalid", Frame.build(1, b"\xff"), set()),
    ],
)
def test_a_violation_marks_the_fields_it_shows_in(rule: str, frame: Frame, names: set[str]) -> None:
    broken = violation(rule, "Because.")
    fields = header_fields(frame, [broken])
    assert {field.name for field in fields if field.wrong} == names
    assert all(field.wrong == (broken,) for field in fields if field.wrong)


def test_violations_given_as_an_iterator_reach_every_field() -> None:
    broken = [violation("opcode.reserved-control", "a"), violation("mask.server-masked", "b")]
    fields = header_fields(Frame.build(0xB, masking_key=KEY), iter(broken))
    assert [field.name for field in fields if field.wrong] == ["opcode", "masked"]


def test_every_frame_rule_of_the_table_names_known_fields() -> None:
    frame = Frame.build(9, b"x", fin=False, rsv1=True, rsv2=True, rsv3=True, masking_key=KEY, length_form=16)
    shown = {rule for rule in RULES if any(f.wrong for f in header_fields(frame, [violation(rule, "")]))}
    kinds = ("mask.", "rsv.", "opcode.", "length.", "continuation.", "fragment.", "control.")
    assert shown == {rule for rule in RULES if rule.startswith(kinds)}


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("", []),
        ("81", ["fin", "rsv1", "rsv2", "rsv3", "opcode"]),
        ("8185", ["masked", "length"]),
        ("81853721", ["masked", "length", "masking_key"]),
        ("81fe", ["masked", "length"]),
        ("81fe01", ["masked", "length", "extended_length"]),
        ("81fe0100", ["masked", "length", "extended_length"]),
        ("81fe010037fa213d48", ["masked", "length", "extended_length", "masking_key"]),
    ],
)
def test_a_cut_header_has_the_fields_that_are_there(data: str, names: list[str]) -> None:
    fields = header_fields_of_bytes(bytes.fromhex(data))
    assert [field.name for field in fields if field.name not in ("fin", "rsv1", "rsv2", "rsv3", "opcode")] == [
        name for name in names if name not in ("fin", "rsv1", "rsv2", "rsv3", "opcode")
    ]


def test_cut_fields_say_how_much_of_them_is_there() -> None:
    field = header_fields_of_bytes(bytes.fromhex("81ff000000"))[-1]
    assert (field.whole, field.value, field.bit_width) == (False, "00 00 00", 24)
    assert field.meaning == "The bytes end inside the length: 3 of 8 are there."
    field = header_fields_of_bytes(bytes.fromhex("81853721"))[-1]
    assert (field.whole, field.value) == (False, "37 21")
    assert field.meaning == "The bytes end inside the masking key: 2 of 4 are there."


@pytest.mark.parametrize(
    ("data", "length"), [("", None), ("81", None), ("817e", None), ("817e01", None), ("8105", 5), ("817e0100", 256)]
)
def test_declared_length_is_none_until_it_is_whole(data: str, length: int | None) -> None:
    assert declared_length(header_fields_of_bytes(bytes.fromhex(data))) == length


@given(st.binary(max_size=20))
def test_any_bytes_give_fields_that_cover_their_bits_without_gaps(data: bytes) -> None:
    fields = header_fields_of_bytes(data)
    at = 0
    for field in fields:
        assert field.bit_offset == at
        assert 0 <= field.raw < 1 << field.bit_width
        at += field.bit_width
    assert at <= 8 * len(data)
    whole = int.from_bytes(data, "big")
    for field in fields:
        assert field.raw == whole >> (8 * len(data) - field.bit_offset - field.bit_width) & ((1 << field.bit_width) - 1)
