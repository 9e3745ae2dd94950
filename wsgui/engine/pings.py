"""The pings of one connection that wait for their pongs (RFC 6455 sections 5.5.2 and 5.5.3)."""

from __future__ import annotations

PINGS_KEPT = 4096
"""Unanswered pings that are remembered; a peer that never answers must not fill the memory."""


class Pings:
    """Payloads of pings with the time they left, oldest first."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: dict[bytes, int] = {}
        """When each left that was not answered, in ns, oldest first."""

    def sent(self, payload: bytes, time_ns: int) -> None:
        """A ping has left."""
        self.waiting.pop(payload, None)
        self.waiting[payload] = time_ns
        if len(self.waiting) > PINGS_KEPT:
            del self.waiting[next(iter(self.waiting))]

    def answered(self, payload: bytes, time_ns: int) -> list[tuple[bytes, int]]:
        """The pings that a pong answers, with their round trips in ns; the last one is the pong's own.

        A peer may answer only the latest of several pings, so the older ones are answered with it. Empty for a pong
        that nobody asked for.
        """
        if payload not in self.waiting:
            return []
        answered = []
        for one in list(self.waiting):
            answered.append((one, time_ns - self.waiting.pop(one)))
            if one == payload:
                break
        return answered
