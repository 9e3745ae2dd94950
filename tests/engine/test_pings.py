from __future__ import annotations

from wsgui.engine.pings import PINGS_KEPT, Pings


def test_a_pong_answers_its_ping() -> None:
    pings = Pings()
    pings.sent(b"a", 1000)
    assert len(pings.waiting) == 1
    assert pings.answered(b"a", 1750) == [(b"a", 750)]
    assert len(pings.waiting) == 0


def test_a_pong_nobody_asked_for_answers_nothing() -> None:
    pings = Pings()
    pings.sent(b"a", 1000)
    assert pings.answered(b"b", 1750) == []
    assert len(pings.waiting) == 1


def test_a_pong_answers_the_older_pings_too_and_not_the_newer() -> None:
    pings = Pings()
    for time_ns, payload in enumerate((b"a", b"b", b"c")):
        pings.sent(payload, time_ns)
    assert pings.answered(b"b", 10) == [(b"a", 10), (b"b", 9)]
    assert pings.answered(b"c", 12) == [(b"c", 10)]


def test_a_payload_that_is_sent_again_counts_from_then() -> None:
    pings = Pings()
    pings.sent(b"", 0)
    pings.sent(b"x", 5)
    pings.sent(b"", 10)
    assert pings.answered(b"x", 20) == [(b"x", 15)]
    assert pings.answered(b"", 20) == [(b"", 10)]


def test_a_peer_that_never_answers_fills_no_memory() -> None:
    pings = Pings()
    for number in range(PINGS_KEPT + 1):
        pings.sent(number.to_bytes(4, "big"), number)
    assert len(pings.waiting) == PINGS_KEPT
    assert pings.answered(bytes(4), 0) == []
