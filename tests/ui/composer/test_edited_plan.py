from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.edited_plan import EditedPlan
from wsgui.ui.composer.outgoing import Outgoing, SplitMessage, wire_size

if TYPE_CHECKING:
    from collections.abc import Sequence

PING = Outgoing(9, b"!")
TEXT = Outgoing(1, b"T")


def plan_of(text: bytes = b"abc") -> EditedPlan:
    return EditedPlan(SplitMessage(1, text, 1))


def letters(plan: Sequence[Outgoing]) -> str:
    return b"".join(frame.payload for frame in plan).decode()


def test_control_frames_alone_change_nothing_else() -> None:
    plan = plan_of()
    plan.insert(PING, 1)
    plan.move(1, 1)
    assert (letters(plan), plan.edited) == ("ab!c", False)
    assert plan.remove(2)
    assert (letters(plan), plan.edited) == ("abc", False)


def test_fragments_can_be_moved_and_removed() -> None:
    plan = plan_of()
    plan.insert(PING, 1)
    assert plan.move(0, 1) == 1
    assert (letters(plan), plan.edited) == ("!abc", True)
    assert plan.is_control(0)
    assert not plan.is_control(1)
    assert plan.move(3, 1) == 3
    assert plan.remove(3)
    assert letters(plan) == "!ab"
    assert plan.insert(TEXT, 1) == 1
    assert letters(plan[1:]) == "Tab"
    assert plan[-1].payload == b"b"


def test_the_last_frame_stays() -> None:
    plan = plan_of(b"a")
    assert not plan.remove(0)


def test_what_has_gone_stays() -> None:
    plan = plan_of()
    plan.gone = 1
    assert plan.insert(TEXT, 0) == 1
    assert plan.move(1, -1) == 1
    assert not plan.remove(0)
    assert plan.message_open
    plan.gone = 2  # the text inside has ended, and with it, for most peers, all of it
    assert not plan.message_open


def test_cutting_anew_puts_all_in_order() -> None:
    plan = plan_of()
    plan.insert(PING, 1)
    plan.move(0, 1)
    plan.remove(3)
    plan.set_fragments(SplitMessage(1, b"xy", 1))
    assert (letters(plan), plan.edited) == ("x!y", False)


steps = st.lists(st.tuples(st.sampled_from(["ping", "text", "up", "down", "remove", "go"]), st.integers(0, 9)))


@given(st.binary(min_size=1, max_size=5), steps)
def test_a_plan_is_a_list(payload: bytes, actions: list[tuple[str, int]]) -> None:
    plan = plan_of(payload)
    same = list(plan)
    for name, index in actions:
        match name:
            case "go":
                plan.gone = min(len(plan), plan.gone + 1)
            case "remove":
                if plan.remove(index):
                    del same[index]
            case "up" | "down":
                at = plan.move(index, -1 if name == "up" else 1)
                if at != index:
                    same[at], same[index] = same[index], same[at]
            case _:
                frame = PING if name == "ping" else TEXT
                same.insert(plan.insert(frame, index), frame)
        assert list(plan) == same
        assert plan.wire_size(masked=True) == wire_size(same, masked=True)
