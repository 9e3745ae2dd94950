from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from wsgui.engine.deadlines import Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable


class Handle:
    def __init__(self, when: float, function: Callable[[], None]) -> None:
        self.when = when
        self.function = function
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clockwork:
    """A loop whose time stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.handles: list[Handle] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, function: Callable[[], None]) -> Handle:
        handle = Handle(when, function)
        self.handles.append(handle)
        return handle

    @property
    def armed(self) -> list[float]:
        return [handle.when for handle in self.handles if not handle.cancelled]

    def go(self, now: float) -> None:
        """Let time pass and fire what is due."""
        self.now = now
        due = [handle for handle in self.handles if not handle.cancelled and handle.when <= now]
        self.handles = [handle for handle in self.handles if handle not in due]
        for handle in due:
            handle.function()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Clockwork:
    clockwork = Clockwork()
    monkeypatch.setattr("wsgui.engine.deadlines.asyncio.get_running_loop", lambda: clockwork)
    return clockwork


def test_a_deadline_falls_due_once(loop: Clockwork) -> None:
    due: list[str] = []
    deadlines = Deadlines(due.append)
    deadlines.set("idle", 5)
    assert "idle" in deadlines
    assert deadlines.now() == 100
    loop.go(104)
    assert due == []
    loop.go(105)
    assert due == ["idle"]
    assert "idle" not in deadlines
    assert loop.armed == []


def test_one_timer_for_all_and_the_earliest_first(loop: Clockwork) -> None:
    due: list[str] = []
    deadlines = Deadlines(due.append)
    deadlines.set("late", 9)
    deadlines.set("early", 3)
    assert loop.armed == [103]
    loop.go(103)
    assert due == ["early"]
    assert loop.armed == [109]
    loop.go(109)
    assert due == ["early", "late"]


def test_moving_a_deadline_later_makes_no_timer(loop: Clockwork) -> None:
    due: list[str] = []
    deadlines = Deadlines(due.append)
    for _ in range(1000):
        deadlines.set("idle", 5)
        loop.now += 0.001
    assert len(loop.handles) == 1
    loop.go(105)
    assert due == []
    assert len(loop.armed) == 1
    loop.go(106)
    assert due == ["idle"]


def test_a_timer_that_is_a_hair_early_counts(loop: Clockwork) -> None:
    due: list[str] = []
    deadlines = Deadlines(due.append)
    deadlines.set("idle", 5)
    [handle] = loop.handles
    loop.handles.clear()
    loop.now = 104.9995
    handle.function()
    assert due == ["idle"]


def test_dropped_and_cleared_deadlines_are_not_heard_of(loop: Clockwork) -> None:
    due: list[str] = []
    deadlines = Deadlines(due.append)
    deadlines.set("one", 1)
    deadlines.drop("one")
    deadlines.drop("never set")
    loop.go(101)
    assert due == []
    deadlines.set("two", 1)
    deadlines.clear()
    deadlines.clear()
    assert loop.armed == []
    assert "two" not in deadlines


def test_a_deadline_may_clear_the_others_or_set_itself_again(loop: Clockwork) -> None:
    due: list[str] = []

    def clear(name: str) -> None:
        due.append(name)
        deadlines.clear()

    deadlines = Deadlines(clear)
    deadlines.set("one", 1)
    deadlines.set("two", 1)
    loop.go(101)
    assert due == ["one"]
    assert loop.armed == []

    again = Deadlines(lambda name: again.set(name, 2))
    again.set("tick", 2)
    loop.go(103)
    assert loop.armed == [105]
    again.clear()


async def test_on_a_real_loop() -> None:
    came = asyncio.Event()
    deadlines = Deadlines(lambda name: came.set())
    deadlines.set("soon", 0.01)
    async with asyncio.timeout(PATIENCE):
        await came.wait()
