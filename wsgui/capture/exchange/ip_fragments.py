"""IP datagrams put together from fragments that may come twice, overlapping or out of order (RFC 791, RFC 8200 4.5).

What lacks a part when it is given up is not lost: the pieces that are there come back with the places where they stood.
"""

from __future__ import annotations

from typing import Final, NamedTuple

MOST_DATAGRAMS: Final = 1024
"""Datagrams that wait for a part at a time; beyond that the one that began first is given up."""

LARGEST: Final = 65_535
"""Bytes of a datagram's payload (RFC 791 section 3.1)."""


class Datagram(NamedTuple):
    """A datagram's payload in pieces: (place, bytes), not overlapping, by place. ``key`` is what `Fragments.add` was
    given. One piece from place 0 is a whole datagram if ``whole``."""

    key: tuple[bytes, int, int]
    pieces: list[tuple[int, bytes]]
    whole: bool


class _Waiting:
    __slots__ = ("pieces", "size", "total")

    def __init__(self) -> None:
        self.pieces: list[tuple[int, bytes]] = []
        self.size = 0
        self.total: int | None = None


class Fragments:
    """Hand it each fragment with `add`; it hands back what is whole, or what it gives up."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[bytes, int, int], _Waiting] = {}

    def add(self, key: tuple[bytes, int, int], place: int, data: bytes, *, last: bool) -> list[Datagram]:
        """Take the fragment whose payload stands at byte ``place``; ``key`` is addresses, number and protocol.

        Returns datagrams that are whole now, or that have to make room.
        """
        if place + len(data) > LARGEST:
            return []
        one = self._waiting.get(key)
        found: list[Datagram] = []
        if one is None:
            if len(self._waiting) >= MOST_DATAGRAMS:
                oldest = next(iter(self._waiting))
                found.append(Datagram(oldest, self._waiting.pop(oldest).pieces, whole=False))
            one = self._waiting[key] = _Waiting()
        if last:
            one.total = place + len(data)
        one.pieces = _with(one.pieces, place, data)
        if one.total is not None and len(one.pieces) == 1 and one.pieces[0][0] == 0:
            del self._waiting[key]
            found.append(Datagram(key, [(0, one.pieces[0][1][: one.total])], whole=True))
        return found

    def rest(self) -> list[Datagram]:
        """Give up all that still wait, oldest first."""
        found = [Datagram(key, one.pieces, whole=False) for key, one in self._waiting.items()]
        self._waiting.clear()
        return found


def _with(pieces: list[tuple[int, bytes]], place: int, data: bytes) -> list[tuple[int, bytes]]:
    """``pieces`` and one more, joined where they touch; where they overlap, the one that begins first stays."""
    found: list[tuple[int, bytes]] = []
    for start, old in sorted([*pieces, (place, data)], key=lambda piece: piece[0]):
        if found and start <= found[-1][0] + len(found[-1][1]):
            before, head = found[-1]
            found[-1] = (before, head + old[before + len(head) - start :])
        else:
            found.append((start, old))
    return found
