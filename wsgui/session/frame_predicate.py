"""The filter language asked of a frame that is about to be sent, without a capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.protocol.frames import Frame


class PredicateError(ValueError):
    """Text that is no filter; the message names the place and what would fit there."""


def frame_predicate(text: str) -> Callable[[Frame], bool]:
    """Whether a frame fits the filter; empty text takes every frame.

    It asks what the frame itself says: opcode, bits, key, length, payload, text, json. Raises PredicateError, for a
    field that is known only in a row or a capture (number, time, delta, message, violation) too.
    """
    if not text.strip():
        return lambda _: True
    from wsgui.filter import FilterError, PlainRow, Scope, evaluate, parse  # takes 50 ms that most do not need

    try:
        wanted = parse(text, Scope.WIRE)
    except FilterError as error:
        raise PredicateError(str(error)) from error

    def fits(frame: Frame) -> bool:
        head, form, key, payload = frame
        sent = int(Direction.SENT)
        return evaluate(
            wanted,
            PlainRow(0, 0, 0, sent, head & 0xF, head >> 4, key, form, len(payload), None, None, payload, None, (), 0),
        )

    return fits
