from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.exchange import ip_fragments
from wsgui.capture.exchange.ip_fragments import LARGEST, Datagram, Fragments

if TYPE_CHECKING:
    import random

    import pytest

KEY = (b"ab", 1, 6)
TEXT = bytes(range(160))


def test_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ip_fragments, "MOST_DATAGRAMS", 2)
    fragments = Fragments()
    keys = [(b"ab", number, 6) for number in range(3)]
    assert fragments.add(keys[0], 8, b"b", last=False) == []
    assert fragments.add(keys[1], 0, b"a", last=False) == []
    assert fragments.add(keys[2], 0, b"a", last=False) == [Datagram(keys[0], [(8, b"b")], whole=False)]
    assert [one.key for one in fragments.rest()] == keys[1:]


def test_what_cannot_be() -> None:
    fragments = Fragments()
    assert fragments.add(KEY, LARGEST, b"x", last=True) == []
    assert fragments.rest() == []


def test_overlapping() -> None:
    fragments = Fragments()
    fragments.add(KEY, 0, b"abcd", last=False)
    fragments.add(KEY, 8, b"XYZ", last=True)
    assert fragments.add(KEY, 2, b"12345678", last=False) == [Datagram(KEY, [(0, b"abcd345678Z")], whole=True)]


def test_more_than_the_last_allows() -> None:
    fragments = Fragments()
    fragments.add(KEY, 0, b"a" * 24, last=False)
    assert fragments.add(KEY, 8, b"b" * 8, last=True) == [Datagram(KEY, [(0, b"a" * 16)], whole=True)]


@given(st.lists(st.integers(0, 19)), st.randoms())
def test_any_order(again: list[int], random: random.Random) -> None:
    parts = [*range(20), *again]
    random.shuffle(parts)
    fragments = Fragments()
    found = [one for at in parts for one in fragments.add(KEY, at * 8, TEXT[at * 8 : at * 8 + 8], last=at == 19)]
    assert found[0] == Datagram(KEY, [(0, TEXT)], whole=True)
