"""What a filter asks of decoders: values of a message in a row, by way of their registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import JSON_LIMIT, MISSING, Message
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import DecodedField, Decoder
    from wsgui.filter.plain_row import PlainRow

_MESSAGES = (Opcode.TEXT, Opcode.BINARY)
_LARGEST = 2**63


def message_of(row: PlainRow) -> Message | None:
    """The message that a row is by itself; None for a fragment, a control frame, HTTP."""
    if row.opcode not in _MESSAGES or not row.flags & FLAG_FIN:
        return None
    return Message(row.data, text=row.opcode == Opcode.TEXT)


def value_of(decoder: Decoder, field: DecodedField, row: PlainRow) -> Any:
    """The value of a decoder's field in a row, in the form that `Field.value` has for its kind: a tuple for text, the
    value or `MISSING` for JSON; None if the row does not have the field, or a value of another type.

    Messages beyond `JSON_LIMIT` have none.
    """
    message = message_of(row)
    value = MISSING
    if message is not None and len(message.data) <= JSON_LIMIT:
        value = registry.values(decoder, row.context, message).get(field.name, MISSING)
    if field.type == "json":
        return value
    if field.type == "text":
        return (value,) if isinstance(value, str) else None
    if field.type == "bool":
        return value if isinstance(value, bool) else None
    fits = isinstance(value, int) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
    return value if fits else None


def decoder_of(row: PlainRow) -> tuple[str, ...] | None:
    """The name of the decoder that fits a row's message best."""
    message = message_of(row)
    return None if message is None else (registry.automatic(row.context, message).name,)


def common_of(name: str, row: PlainRow) -> tuple[str, ...] | None:
    """What the decoder that fits best knows under a common name: ``event``, ``method``, ``topic``."""
    message = message_of(row)
    if message is None or len(message.data) > JSON_LIMIT:
        return None
    decoder = registry.automatic(row.context, message)
    field = next((field for field in decoder.fields if field.common == name), None)
    value = None if field is None else registry.values(decoder, row.context, message).get(field.name)
    return (value,) if isinstance(value, str) else None


def summary_of(row: PlainRow) -> tuple[str, ...] | None:
    """A row's message in one line, by the decoder that fits best."""
    message = message_of(row)
    if message is None:
        return None
    return (registry.line(registry.automatic(row.context, message), row.context, message),)
