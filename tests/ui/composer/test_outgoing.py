from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.outgoing import (
    Outgoing,
    SplitMessage,
    cut_characters,
    fragment_starts,
    header_size,
    split_sizes,
    wire_size,
    with_fresh_keys,
    with_keys,
)

KEY = bytes.fromhex("37fa213d")


def test_5_7_a_masked_hello() -> None:
    frame = Outgoing(1, b"Hello", True, KEY).frame()
    assert frame.wire() == bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")


def test_5_7_an_unmasked_hello_in_two_fragments() -> None:
    wire = b"".join(frame.frame().wire() for frame in SplitMessage(1, b"Hello", 3))
    assert wire == bytes.fromhex("01 03 48 65 6c 80 02 6c 6f")


def test_an_empty_message_is_one_frame() -> None:
    assert list(SplitMessage(2, b"", 5)) == [Outgoing(2, b"", True)]
    assert split_sizes(2, b"", []) == [Outgoing(2, b"", True)]


def test_a_split_message_is_a_sequence() -> None:
    frames = SplitMessage(1, b"abcde", 2)
    assert len(frames) == 3
    assert frames[-1] == frames[2] == Outgoing(0, b"e", True)
    assert frames[:2] == [Outgoing(1, b"ab", False), Outgoing(0, b"cd", False)]
    for index in (3, -4):
        with pytest.raises(IndexError):
            frames[index]
    with pytest.raises(ValueError, match="at least one byte"):
        SplitMessage(1, b"abcde", 0)


def test_sizes_and_the_rest() -> None:
    assert split_sizes(1, b"abcdef", [1, 0, 2]) == [
        Outgoing(1, b"a", False),
        Outgoing(0, b"", False),
        Outgoing(0, b"bc", False),
        Outgoing(0, b"def", True),
    ]
    assert split_sizes(1, b"abc", [1, 2]) == [Outgoing(1, b"a", False), Outgoing(0, b"bc", True)]
    assert split_sizes(1, b"abc", [3, 0])[-1] == Outgoing(0, b"", True)


def test_sizes_that_ask_for_too_much() -> None:
    with pytest.raises(ValueError, match=r"The sizes ask for 7 bytes, and the message has 6\."):
        split_sizes(1, b"abcdef", [3, 4])


@pytest.mark.parametrize(
    ("length", "masked", "size"),
    [(0, False, 2), (125, True, 6), (126, False, 4), (65535, True, 8), (65536, False, 10), (65536, True, 14)],
)
def test_header_size(length: int, masked: bool, size: int) -> None:
    assert header_size(length, masked=masked) == size


def test_keys() -> None:
    frames = [Outgoing(1, b"a", False), Outgoing(0, b"b")]
    masked = with_keys(frames, [KEY, b"abcd"])
    assert [frame.masking_key for frame in masked] == [KEY, b"abcd"]
    assert [frame.payload for frame in masked] == [b"a", b"b"]
    with pytest.raises(ValueError, match="shorter"):
        with_keys(frames, [KEY])
    fresh = with_fresh_keys([masked[0], frames[1]], lambda: b"wxyz")
    assert [frame.masking_key for frame in fresh] == [b"wxyz", None]


def test_a_cut_character_is_named() -> None:
    payload = "aé€🐍".encode()  # 1 + 2 + 3 + 4 bytes
    assert cut_characters(payload, [1, 3, 6]) == []
    assert cut_characters(payload, [2, 3, 5]) == [(2, "é"), (4, "€")]
    assert cut_characters(payload, fragment_starts(SplitMessage(1, payload, 1))) == [(3, "é"), (5, "€"), (6, "€")]
    assert cut_characters(payload, [len(payload), 9]) == [(3, "🐍")]
    assert cut_characters(b"ascii", [1, 2]) == []


def test_starts() -> None:
    assert list(fragment_starts(SplitMessage(1, b"abcde", 2))) == [2, 4]
    assert list(fragment_starts(split_sizes(1, b"abcde", [2, 0, 3]))) == [2, 2]
    assert list(fragment_starts(SplitMessage(1, b"", 2))) == []


@given(st.binary(max_size=400), st.integers(1, 200), st.booleans())
def test_splitting_loses_nothing(payload: bytes, size: int, masked: bool) -> None:
    frames = SplitMessage(2, payload, size)
    made = list(frames)
    assert len(made) == len(frames)
    assert b"".join(frame.payload for frame in made) == payload
    assert [frame.fin for frame in made] == [False] * (len(made) - 1) + [True]
    assert [frame.opcode for frame in made] == [2] + [0] * (len(made) - 1)
    assert all(1 <= len(frame.payload) <= size for frame in made if payload)
    wire = sum(len(frame.frame().wire()) for frame in (with_keys(made, [KEY] * len(made)) if masked else made))
    assert wire_size(frames, masked=masked) == wire_size(made, masked=masked) == wire


@given(st.binary(max_size=60), st.lists(st.integers(0, 20), max_size=8))
def test_sizes_lose_nothing(payload: bytes, sizes: list[int]) -> None:
    if sum(sizes) > len(payload):
        with pytest.raises(ValueError, match="ask for"):
            split_sizes(1, payload, sizes)
        return
    made = split_sizes(1, payload, sizes)
    assert b"".join(frame.payload for frame in made) == payload
    assert [len(frame.payload) for frame in made][: len(sizes)] == sizes
    assert [frame.fin for frame in made] == [False] * (len(made) - 1) + [True]


@given(st.text(max_size=30), st.lists(st.integers(1, 100), max_size=10))
def test_cut_characters_are_those_that_do_not_decode(text: str, starts: list[int]) -> None:
    payload = text.encode()
    for number, character in cut_characters(payload, sorted(starts)):
        start = sorted(starts)[number - 2]
        with pytest.raises(UnicodeDecodeError):
            payload[start:].decode()
        assert character in text
