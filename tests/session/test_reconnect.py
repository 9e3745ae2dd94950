from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.endpoint.settings import EndpointSettings
from wsgui.records import ConnectionClosed, EndedBy
from wsgui.session.reconnect import Backoff, gave_up, was_lost


def test_waits_double_up_to_the_most() -> None:
    backoff = Backoff(1, 10, 0)
    assert [backoff.wait() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    assert backoff.tried == 6
    backoff.held(4.9)  # a server that accepts and hangs up is not called again at once
    assert backoff.wait() == 10
    backoff.held(5)
    assert backoff.wait() == 1


def test_a_server_may_ask_to_be_left_alone() -> None:
    backoff = Backoff(1, 10, 0)
    assert backoff.wait(at_least=7) == 7
    assert backoff.wait(at_least=1) == 2


def test_the_end_of_it() -> None:
    assert gave_up(1) == "Gave up after 1 attempt."
    assert gave_up(3) == "Gave up after 3 attempts."


def test_it_gives_up() -> None:
    backoff = Backoff.of(EndpointSettings(reconnect_attempts=2, reconnect_jitter=0))
    assert [backoff.wait(), backoff.wait(), backoff.wait()] == [1.0, 2.0, None]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 2000))
def test_chance_stays_within_its_part(chance: float, jitter: float, tried: int) -> None:
    backoff = Backoff(1, 30, jitter, chance=lambda: chance)
    backoff.tried = tried
    wait = backoff.wait()
    base = min(2.0 ** min(tried, 60), 30)
    assert wait is not None
    assert base * (1 - jitter) - 1e-9 <= wait <= base * (1 + jitter) + 1e-9


@pytest.mark.parametrize(("code", "lost"), [(1000, False), (1005, False), (1001, True), (1006, True), (1011, True)])
def test_what_calls_for_another_connection(code: int, lost: bool) -> None:
    assert was_lost(ConnectionClosed(1, 1, code, "", EndedBy.PEER, "")) is lost
    assert was_lost(None)
