"""The filter language asked of a message that came, before it is recorded or while nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.behaviours.mock.came import TooSlowError
from wsgui.filter import FilterError, PlainRow, Scope, evaluate, parse
from wsgui.filter.patterns import PatternTooSlowError
from wsgui.filter.tree import And, Compare
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.behaviours.mock.came import Came
    from wsgui.filter.tree import Node, Scalar
    from wsgui.templates.filling import Path


def message_filter(text: str) -> tuple[Callable[[Came], bool], tuple[Path, Scalar] | None]:
    """A filter as a question to whole messages, each of them as one frame, which is not masked any more; and a path in
    JSON with the value that stands there in every message that fits, if the filter tells of one. Raises ValueError for
    a text that is no filter, and for fields that are known in a capture alone; the question raises TooSlowError."""
    try:
        wanted = parse(text, Scope.WIRE)
    except FilterError as error:
        raise ValueError(str(error)) from None

    def test(came: Came) -> bool:
        if came.message is None:
            return False
        try:
            return evaluate(wanted, came.as_row(_row))
        except PatternTooSlowError as error:
            raise TooSlowError(str(error)) from None

    return test, _equal(wanted.root)


def _row(came: Came) -> PlainRow:
    opcode = Opcode.TEXT if isinstance(came.message, str) else Opcode.BINARY
    data = came.data
    form = 7 if len(data) < 126 else 16 if len(data) < 65536 else 64
    number, received = came.ws.number, int(Direction.RECEIVED)
    return PlainRow(0, number, 0, received, int(opcode), FLAG_FIN, None, form, len(data), None, None, data, None, (), 0)


def _equal(node: Node) -> tuple[Path, Scalar] | None:
    if isinstance(node, And):
        return next((found for operand in node.operands if (found := _equal(operand)) is not None), None)
    if isinstance(node, Compare) and node.operator == "==" and node.ref.field.name == "json":
        return node.ref.path, node.value.value
    return None
