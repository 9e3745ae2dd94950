"""The pings of one connection that wait for their pongs (RFC 6455 sections 5.5.2 and 5.5.3)."""

from __future__ import annotations

PINGS_KEPT = 4096
"""Unanswered pings that are remembered; a peer that never answers must not fill the memory."""


class Pings:
    """Payloads of pings with the time they left, oldest first."""

    __slots__ = ("_sent",)

    def __init__(self) -> None:
        self._sent: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._sent)

    def sent(self, payload: bytes, time_ns: int) -> None:
        """A ping has left."""
        self._sent.pop(payload, None)
        self._sent[payload] = time_ns
        if len(self._sent) > PINGS_KEPT:
            del self._sent[next(iter(self._sent))]

    def answered(self, payload: bytes, time_ns: int) -> list[tuple[bytes, int]]:
        """The pings that a pong answers, with their round trips in ns; the last one is the pong's own.

        A peer may answer only the latest of several pings, so the older ones are answered with it. Empty for a pong
        that nobody asked for.
        """
        if payload not in self._sent:
            return []
        answered = []
        for waiting in list(self._sent):
            answered.append((waiting, time_ns - self._sent.pop(waiting)))
            if waiting == payload:
                break
        return answered
