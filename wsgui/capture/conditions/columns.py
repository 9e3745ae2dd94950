"""Where the fields of the filter language stand in a capture file: SQL for each row of `wsgui.filter.fields`."""

from __future__ import annotations

from typing import Final, NamedTuple

from wsgui.capture.schema import FLAG_INFLATED
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, FLAG_RSV1, FLAG_RSV2, FLAG_RSV3


class FieldColumn(NamedTuple):
    """``sql`` is an expression over ``frames``, ``guard`` a condition that holds where a row has the field ("" if every
    row has it), ``order_guard`` one that holds where ``< <= > >=`` apply."""

    sql: str
    guard: str = ""
    order_guard: str = ""


_IS_FRAME: Final = "frames.opcode >= 0"
_INFLATED: Final = "(SELECT inflated.payload FROM inflated WHERE inflated.frame = frames.id)"
_IS_INFLATED: Final = f"(frames.flags & {FLAG_INFLATED}) != 0"
DATA: Final = f"CASE WHEN {_IS_INFLATED} THEN {_INFLATED} ELSE frames.payload END"
_HAS_CODE: Final = f"frames.opcode = {int(Opcode.CLOSE)} AND frames.length >= 2"


def _bit(flag: int) -> FieldColumn:
    return FieldColumn(f"(frames.flags & {flag}) != 0", _IS_FRAME)


COLUMNS: Final = {
    "opcode": FieldColumn("frames.opcode", order_guard=_IS_FRAME),
    "fin": _bit(FLAG_FIN),
    "rsv": FieldColumn("(frames.flags & 7)", _IS_FRAME),
    "rsv1": _bit(FLAG_RSV1),
    "rsv2": _bit(FLAG_RSV2),
    "rsv3": _bit(FLAG_RSV3),
    "masked": FieldColumn("frames.masking_key IS NOT NULL", _IS_FRAME),
    "key": FieldColumn("frames.masking_key", "frames.masking_key IS NOT NULL"),
    "length": FieldColumn("frames.length"),
    "length_form": FieldColumn("frames.length_form", "frames.length_form > 0"),
    "direction": FieldColumn("frames.direction"),
    "connection": FieldColumn("frames.connection"),
    "number": FieldColumn("frames.id"),
    "time": FieldColumn("frames.time"),
    "delta": FieldColumn(
        "(frames.time - (SELECT before.time FROM loaded AS before WHERE before.id = frames.id - 1))", "frames.id > 1"
    ),
    "message": FieldColumn("frames.message", "frames.message IS NOT NULL"),
    "fragment": FieldColumn("frames.fragment", "frames.fragment IS NOT NULL"),
    "close_code": FieldColumn("hex(substr(frames.payload, 1, 2))", _HAS_CODE),
    "reason": FieldColumn("substr(frames.payload, 3)", _HAS_CODE),
    "violation": FieldColumn("violations.rule"),
    "note": FieldColumn("notes.text"),
    "bookmark": FieldColumn("frames.id IN (SELECT marked.frame FROM notes AS marked WHERE marked.text = '')"),
    "text": FieldColumn(DATA, "frames.opcode BETWEEN 0 AND 1"),
    "payload": FieldColumn("frames.payload"),
    "inflated": FieldColumn(_INFLATED, _IS_INFLATED),
    "json": FieldColumn(DATA, f"frames.opcode = {int(Opcode.TEXT)} AND (frames.flags & {FLAG_FIN}) != 0"),
}
"""By the name of the field."""
