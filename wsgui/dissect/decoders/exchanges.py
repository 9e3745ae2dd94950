"""Requests and their answers: which message answers which, and how long that took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context, Decoder

_MOST: Final = 100_000
"""Requests that are waited for; beyond them the oldest are given up."""


class Exchanges:
    """Told of all messages in their order."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, str, bool, object], int] = {}

    def answered(
        self, decoder: Decoder, context: Context, values: Mapping[str, Any], connection: int, time_ns: int
    ) -> int | None:
        """How many ns after its request a message came; None if it answers none that was seen. Of several answers the
        first counts."""
        part = decoder.exchange(context, values)
        if part is None:
            return None
        from_client = bool(context.from_client)
        if part.asks:
            if len(self._waiting) >= _MOST:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[connection, decoder.name, from_client, part.key] = time_ns
            return None
        asked = self._waiting.pop((connection, decoder.name, not from_client, part.key), None)
        return None if asked is None else time_ns - asked
