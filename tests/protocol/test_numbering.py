"""Message numbers (RFC 6455 section 5.4)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wsgui.protocol.frames import Frame
from wsgui.protocol.numbering import FragmentedMessage, MessageNumbering

NONE = (None, None)


def frames(*heads: int) -> list[Frame]:
    return [Frame(head, 7, None, b"abc"[: index % 4]) for index, head in enumerate(heads)]


def test_whole_messages_count_from_one() -> None:
    numbering = MessageNumbering()
    assert numbering.number(frames(0x81, 0x82, 0xC1)) == [(1, 0), (2, 0), (3, 0)]
    assert numbering.number(frames(0x81)) == [(4, 0)]
    assert numbering.changed() == []


@pytest.mark.parametrize("head", [0x83, 0x87, 0xB4])
def test_reserved_data_opcodes_are_messages(head: int) -> None:
    assert MessageNumbering().number(frames(head)) == [(1, 0)]


@pytest.mark.parametrize("head", [0x88, 0x89, 0x8A, 0x8B, 0x8F, 0x08, 0xF9])
def test_control_frames_belong_to_no_message(head: int) -> None:
    assert MessageNumbering().number(frames(head, 0x81)) == [NONE, (1, 0)]


def test_fragments_with_a_ping_between_them() -> None:
    numbering = MessageNumbering()
    got = numbering.number(frames(0x81, 0x01, 0x89, 0x00, 0x80, 0x81), first=11)
    assert got == [(1, 0), (2, 0), NONE, (2, 1), (2, 2), (3, 0)]
    # payloads of 1, 3 and 0 bytes
    assert numbering.changed() == [FragmentedMessage(2, 1, 12, 15, 3, 4, finished=True)]
    assert numbering.changed() == []


@pytest.mark.parametrize("head", [0x00, 0x80])
def test_a_continuation_of_nothing(head: int) -> None:
    numbering = MessageNumbering()
    assert numbering.number(frames(head, 0x81)) == [NONE, (1, 0)]
    assert numbering.changed() == []


def test_fragments_across_batches_are_reported_as_they_grow() -> None:
    numbering = MessageNumbering()
    assert numbering.number(frames(0x02), first=1) == [(1, 0)]
    assert numbering.changed() == []  # one fragment so far
    assert numbering.number(frames(0x00), first=2) == [(1, 1)]
    assert numbering.changed() == [FragmentedMessage(1, 2, 1, 2, 2, 0, finished=False)]
    assert numbering.number(frames(0x89), first=3) == [NONE]
    assert numbering.changed() == []  # it did not grow
    assert numbering.number(frames(0x89, 0x80), first=4) == [NONE, (1, 2)]
    assert numbering.changed() == [FragmentedMessage(1, 2, 1, 5, 3, 1, finished=True)]


def test_a_data_frame_inside_a_message_starts_another() -> None:
    numbering = MessageNumbering()
    assert numbering.number(frames(0x01, 0x00, 0x02, 0x81, 0x80), first=1) == [(1, 0), (1, 1), (2, 0), (3, 0), NONE]
    # Message 2 had one fragment only, 1 had two and never ended.
    assert numbering.changed() == [FragmentedMessage(1, 1, 1, 2, 2, 1, finished=False)]


def test_a_message_that_replaces_one_of_as_many_fragments_is_told_of() -> None:
    numbering = MessageNumbering()
    numbering.number(frames(0x01, 0x00), first=1)
    assert numbering.changed() == [FragmentedMessage(1, 1, 1, 2, 2, 1, finished=False)]
    assert numbering.number(frames(0x02, 0x00), first=3) == [(2, 0), (2, 1)]
    assert numbering.changed() == [
        FragmentedMessage(1, 1, 1, 2, 2, 1, finished=False),
        FragmentedMessage(2, 2, 3, 4, 2, 1, finished=False),
    ]


@given(st.lists(st.integers(0, 255)), st.lists(st.integers(0, 40)))
@example([1, 0, 1, 0], [2])
def test_any_batches_give_the_same_numbers(heads: list[int], cuts: list[int]) -> None:
    every = frames(*heads)
    whole = MessageNumbering()
    numbers = whole.number(every, 1)
    last = {message.number: message for message in whole.changed()}

    numbering = MessageNumbering()
    got: list[tuple[int | None, int | None]] = []
    reported: dict[int, FragmentedMessage] = {}
    edges = [0, *sorted(cut for cut in cuts if cut < len(every)), len(every)]
    for start, end in pairwise(edges):
        got += numbering.number(every[start:end], start + 1)
        reported |= {message.number: message for message in numbering.changed()}
    assert got == numbers
    assert reported == last

    # What is reported is what the frames' own numbers say.
    for number in {number for number, _ in numbers if number is not None}:
        members = [index for index, (mine, _) in enumerate(numbers) if mine == number]
        assert [numbers[index][1] for index in members] == list(range(len(members)))
        assert (number in reported) == (len(members) > 1)
        if len(members) > 1:
            assert reported[number] == FragmentedMessage(
                number,
                every[members[0]].head & 0xF,
                members[0] + 1,
                members[-1] + 1,
                len(members),
                sum(len(every[index].payload) for index in members),
                finished=every[members[-1]].head >= 0x80,
            )
