"""When to connect again: waits that double, with chance in them, so that a thousand clients do not come at once."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.records import ConnectionClosed


STEADY: Final = 5.0
"""Seconds that a connection has to hold before the next loss counts as the first one. A server that accepts and hangs
up at once would be called again and again if every handshake began the waits anew."""


class Attempt(NamedTuple):
    """One attempt to connect again: its number in the row, when (ns since the epoch), and what came of it."""

    number: int
    time_ns: int
    outcome: str


class Backoff:
    """The waits between attempts, in seconds: ``first``, then twice as long each time up to ``most``.

    ``jitter`` 0 to 1 is the part of a wait that is left to chance, on both sides. ``attempts`` 0 means no end.
    """

    def __init__(
        self,
        first: float = 1.0,
        most: float = 30.0,
        jitter: float = 0.2,
        attempts: int = 0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = max(first, 0.05)
        self._most = max(most, self._first)
        self._jitter = min(max(jitter, 0.0), 1.0)
        self._attempts = attempts
        self._chance = chance
        self.tried = 0
        """How many attempts there were since a connection last held."""

    @classmethod
    def of(cls, settings: EndpointSettings) -> Backoff:
        """As an endpoint wants it."""
        return cls(
            settings.reconnect_first, settings.reconnect_most, settings.reconnect_jitter, settings.reconnect_attempts
        )

    def wait(self, at_least: float = 0.0) -> float | None:
        """Seconds before the next attempt, which counts from now; None when it is time to give up. ``at_least`` is what
        the server asked for (Retry-After)."""
        if self._attempts and self.tried >= self._attempts:
            return None
        base = min(self._first * 2.0 ** min(self.tried, 60), self._most)
        self.tried += 1
        return max(base * (1 + self._jitter * (2 * self._chance() - 1)), at_least)

    def held(self, seconds: float) -> None:
        """A connection was open for so long. The waits begin anew if that was long enough."""
        if seconds >= STEADY:
            self.tried = 0


def gave_up(attempts: int) -> str:
    """The sentence for the end of it."""
    return f"Gave up after {attempts} attempt{'' if attempts == 1 else 's'}."


def was_lost(closed: ConnectionClosed | None) -> bool:
    """Whether a connection ended in a way that calls for another one: not with a close that was meant (1000), and not
    because this side broke it off."""
    return closed is None or closed.code not in (1000, 1005)
