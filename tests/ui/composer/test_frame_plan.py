from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.frame_plan import FramePlan, RestOfPlan
from wsgui.ui.composer.outgoing import Outgoing, SplitMessage, wire_size

if TYPE_CHECKING:
    from collections.abc import Sequence

PING = Outgoing(9, b"beat")


def plan_of(text: bytes = b"abc") -> FramePlan:
    return FramePlan(SplitMessage(1, text, 1))


def letters(plan: Sequence[Outgoing]) -> str:
    return "".join("!" if frame.opcode == 9 else frame.payload.decode() for frame in plan)


def test_insert_move_remove() -> None:
    plan = plan_of()
    assert plan.insert(PING, 1) == 1
    assert letters(plan) == "a!bc"
    assert plan.is_control(1)
    assert not plan.is_control(0)
    assert plan.move(1, 1) == 2
    assert letters(plan) == "ab!c"
    assert plan.move(2, 1) == 3
    assert letters(plan) == "abc!"
    assert plan.move(3, 1) == 3
    assert plan.move(0, 1) == 0
    assert letters(plan) == "abc!"
    assert plan.insert(PING, 99) == 4
    assert not plan.remove(0)
    assert plan.remove(4)
    assert letters(plan) == "abc!"


def test_control_frames_change_places() -> None:
    plan = plan_of()
    plan.insert(Outgoing(9, b"1"), 1)
    plan.insert(Outgoing(9, b"2"), 2)
    assert [frame.payload for frame in plan] == [b"a", b"1", b"2", b"b", b"c"]
    assert plan.move(2, -1) == 1
    assert [frame.payload for frame in plan] == [b"a", b"2", b"1", b"b", b"c"]
    assert plan.move(1, -1) == 0
    assert [frame.payload for frame in plan] == [b"2", b"a", b"1", b"b", b"c"]


def test_what_has_gone_stays() -> None:
    plan = plan_of()
    plan.insert(PING, 1)
    assert not plan.under_way
    plan.gone = 2
    assert plan.under_way
    assert plan.message_open
    assert not plan.remove(1)
    assert plan.move(1, 1) == 1
    assert plan.insert(PING, 0) == 2
    assert letters(plan) == "a!!bc"
    assert plan.move(2, -1) == 2
    assert letters(plan[plan.gone :]) == "!bc"


def test_a_message_is_open_between_its_first_and_last_fragment() -> None:
    plan = plan_of(b"ab")
    plan.insert(PING, 0)
    plan.insert(PING, 3)
    assert letters(plan) == "!ab!"
    states = []
    for plan.gone in range(5):
        states.append((plan.under_way, plan.message_open))
    assert states == [(False, False), (True, False), (True, True), (True, False), (False, False)]


def test_fewer_fragments() -> None:
    plan = plan_of(b"abcd")
    plan.insert(PING, 3)
    plan.gone = 1
    plan.set_fragments(SplitMessage(1, b"ab", 1))
    assert (letters(plan), plan.gone) == ("ab!", 0)
    assert plan[-1] == PING
    with pytest.raises(IndexError):
        plan[3]


def test_the_rest() -> None:
    plan = plan_of(b"abcd")
    plan.insert(PING, 3)
    plan.gone = 2
    rest = RestOfPlan(plan)
    assert letters(rest) == "c!d"
    assert rest[-1].payload == b"d"
    assert rest[1:] == list(plan)[3:]
    assert [rest.wire_size(masked=masked) for masked in (False, True)] == [3 + 6 + 3, 7 + 10 + 7]
    with pytest.raises(IndexError):
        rest[3]


actions = st.tuples(st.sampled_from(["insert", "up", "down", "remove", "go"]), st.integers(0, 12))


@given(st.binary(min_size=1, max_size=6), st.lists(actions, max_size=25))
def test_fragments_keep_their_order(payload: bytes, steps: list[tuple[str, int]]) -> None:
    plan = plan_of(payload)
    count = 0
    for name, index in steps:
        before = list(plan)
        match name:
            case "insert":
                count += 1
                at = plan.insert(Outgoing(9, bytes((count,))), index)
                assert plan[at].payload == bytes((count,))
            case "go":
                plan.gone = min(len(plan), plan.gone + 1)
            case "remove":
                if plan.remove(index):
                    assert list(plan) == before[:index] + before[index + 1 :]
            case _:
                by = -1 if name == "up" else 1
                frame = before[index] if index < len(before) else None
                at = plan.move(index, by)
                assert frame is None or plan[at] == frame
        fragments = [frame for frame in plan if frame.opcode != 9]
        assert fragments == list(SplitMessage(1, payload, 1))
        assert list(plan)[: plan.gone] == before[: plan.gone] or name == "go"
        assert plan.wire_size(masked=True) == wire_size(list(plan), masked=True)
