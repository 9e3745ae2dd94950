"""The filter language asked of a frame that is about to be sent, without a capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.protocol.frames import Frame


class PredicateError(ValueError):
    """Text that is no filter; the message names the place and what would fit there."""


class FramePredicate:
    """Whether a frame fits a filter. ``problem`` is a sentence once its expression took too long: it takes no frame any
    more then, as the window would stand still at each."""

    def __init__(self, evaluate: Callable[[Frame, bytes | None], bool], too_slow: type[Exception]) -> None:
        self.problem = ""
        self._evaluate = evaluate
        self._too_slow = too_slow

    def __call__(self, frame: Frame, inflated: bytes | None = None) -> bool:
        """``inflated`` is what the payload inflates to; None if it is not compressed. Never raises."""
        if self.problem:
            return False
        try:
            return self._evaluate(frame, inflated)
        except self._too_slow as error:
            self.problem = str(error)
            return False


def frame_predicate(text: str) -> FramePredicate:
    """The filter as a question to a frame on its way; empty text takes every frame.

    It asks what the frame itself says: opcode, bits, key, length, payload, text, json. Raises PredicateError, for a
    field that is known only in a row or a capture (number, time, delta, message, violation) too.
    """
    if not text.strip():
        return FramePredicate(lambda _, __: True, ValueError)
    from wsgui.filter import FilterError, PlainRow, Scope, evaluate, parse  # takes 50 ms that most do not need
    from wsgui.filter.patterns import PatternTooSlowError

    try:
        wanted = parse(text, Scope.WIRE)
    except FilterError as error:
        raise PredicateError(str(error)) from error

    def fits(frame: Frame, inflated: bytes | None) -> bool:
        head, form, key, payload = frame
        sent = int(Direction.SENT)
        # What a frame on its way has not, the filter does not ask.
        row = PlainRow(0, 0, 0, sent, head & 0xF, head >> 4, key, form, len(payload), None, None, payload, None, (), 0)
        return evaluate(wanted, row._replace(inflated=inflated))

    return FramePredicate(fits, PatternTooSlowError)
