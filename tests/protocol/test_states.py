from __future__ import annotations

import pytest

from wsgui.protocol.states import Role, State, Trigger, next_state

CONNECTING, OPEN, CLOSING, CLOSED = State
DONE, SENT, RECEIVED, FAILED, GONE = Trigger


def test_the_numbers_are_those_of_ready_state() -> None:
    assert [int(state) for state in State] == [0, 1, 2, 3]
    assert [state.name for state in State] == ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (CONNECTING, {DONE: OPEN, SENT: CONNECTING, RECEIVED: CONNECTING, FAILED: CLOSING, GONE: CLOSED}),
        (OPEN, {DONE: OPEN, SENT: CLOSING, RECEIVED: CLOSING, FAILED: CLOSING, GONE: CLOSED}),
        (CLOSING, {DONE: CLOSING, SENT: CLOSING, RECEIVED: CLOSING, FAILED: CLOSING, GONE: CLOSED}),
        (CLOSED, {DONE: CLOSED, SENT: CLOSED, RECEIVED: CLOSED, FAILED: CLOSED, GONE: CLOSED}),
    ],
)
def test_every_trigger_in_every_state(state: State, after: dict[Trigger, State]) -> None:
    assert {trigger: next_state(state, trigger) for trigger in Trigger} == after


def test_roles() -> None:
    assert Role.CLIENT.other is Role.SERVER
    assert Role.SERVER.other is Role.CLIENT
    assert Role("client") is Role.CLIENT
