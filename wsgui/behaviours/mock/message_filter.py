"""The filter language asked of a message that came, before it is recorded or while nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.behaviours.mock.came import TooSlowError
from wsgui.filter import FilterError, PlainRow, Scope, evaluate, parse
from wsgui.filter.patterns import PatternTooSlowError
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.behaviours.mock.came import Came


def message_filter(text: str) -> Callable[[Came], bool]:
    """A filter as a question to whole messages: as one frame, which is not masked any more. Raises ValueError for a
    text that is no filter, and for fields that are known in a capture alone; the question raises
    TooSlowError."""
    try:
        wanted = parse(text, Scope.WIRE)
    except FilterError as error:
        raise ValueError(str(error)) from None

    def test(came: Came) -> bool:
        message = came.message
        if message is None:
            return False
        opcode = Opcode.TEXT if isinstance(message, str) else Opcode.BINARY
        data = came.data
        form = 7 if len(data) < 126 else 16 if len(data) < 65536 else 64
        number, received = came.ws.number, int(Direction.RECEIVED)
        row = PlainRow(
            0, number, 0, received, int(opcode), FLAG_FIN, None, form, len(data), None, None, data, None, (), 0
        )
        try:
            return evaluate(wanted, row)
        except PatternTooSlowError as error:
            raise TooSlowError(str(error)) from None

    return test
