"""A message of Protocol Buffers as JSON that people edit, and back, by a schema.

Fields have their names in the schema, enumerations theirs, maps are objects, 64-bit numbers have all their digits;
bytes and NaN stand as `wsgui.dissect.decoders.notation` has them. Fields that the schema does not know are kept in
``$unknown``, as they are on the wire, so that editing loses nothing.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import Reader
from wsgui.dissect.decoders.model import NotFittingError
from wsgui.dissect.decoders.notation import (
    DEEPEST,
    Pairs,
    deep_enough,
    hex_bytes,
    number,
    real_notation,
    text_notation,
    utf8,
    varint,
    whole,
)
from wsgui.dissect.decoders.schema.model import END, I32, I64, LEN, START, VARINT, ProtoField, read_varint
from wsgui.dissect.decoders.schema.reading import FORMS, varint_value

if TYPE_CHECKING:
    from wsgui.dissect.decoders.schema.model import ProtoMessage

UNKNOWN: Final = "$unknown"


def message_notation(data: bytes, message: ProtoMessage, depth: int = 0) -> dict[str, Any]:
    """A message for `as_text`. Raises NotFittingError."""
    deep_enough(depth)
    reader, unknown = Reader(data), b""
    found: dict[str, Any] = {}
    while reader.left:
        start = reader.place
        tag = read_varint(reader)
        field, form = message.fields.get(tag >> 3), tag & 7
        if field is None or form not in (field.wire, LEN if field.repeated else field.wire):
            _skip(reader, form, tag >> 3)
            unknown += data[start : reader.place]
            continue
        if form == LEN and field.wire != LEN:
            inside = Reader(reader.take(read_varint(reader)))
            values = found.setdefault(field.name, [])
            while inside.left:
                values.append(_value_notation(inside, field, depth))
            continue
        value = _value_notation(reader, field, depth)
        if field.is_map:
            key, inner = value.get("key", _NOTHING.get(message_key_type(field), 0)), value.get("value")
            entries = found.setdefault(field.name, {})
            text = str(key).lower() if isinstance(key, bool) else str(key)
            if set(value) - {"key", "value"} or "value" not in value or text in entries:
                raise NotFittingError(f"an entry of the map {field.name} before byte {reader.place} is no usual one")
            entries[text] = inner
        elif field.repeated:
            found.setdefault(field.name, []).append(value)
        elif field.name in found:
            raise NotFittingError(f"the field {field.name} stands twice, again before byte {reader.place}")
        else:
            found[field.name] = value
    return {**found, **({UNKNOWN: unknown.hex()} if unknown else {})}


def message_key_type(field: ProtoField) -> str:
    """The type of a map's keys."""
    return field.message.fields[1].type if field.message is not None else ""


_NOTHING: Final = {"string": "", "bool": False}
"""What a key is that is left out; others are 0."""


def _value_notation(reader: Reader, field: ProtoField, depth: int) -> Any:
    if field.message is not None:
        return message_notation(reader.take(read_varint(reader)), field.message, depth + 1)
    if field.wire == LEN:
        data = reader.take(read_varint(reader))
        return {"$bytes": data.hex()} if field.type == "bytes" else text_notation(data)
    if field.wire == VARINT:
        value = varint_value(read_varint(reader), field.type or "int32")
        return value if field.enum is None else field.enum.names.get(value, value)
    value = reader.unpack(FORMS[field.type])
    return real_notation(value) if isinstance(value, float) else value


def _skip(reader: Reader, form: int, number_: int) -> None:
    """Pass over a value of which the schema says nothing."""
    waiting: list[int] = []
    while True:
        if form == VARINT:
            read_varint(reader)
        elif form in (I64, I32):
            reader.take(8 if form == I64 else 4)
        elif form == LEN:
            reader.take(read_varint(reader))
        elif form == START:
            waiting.append(number_)
        elif form != END or not waiting or waiting.pop() != number_:
            raise NotFittingError(f"there is no wire type {form}, which stands before byte {reader.place}")
        if not waiting:
            return
        tag = read_varint(reader)
        number_, form = tag >> 3, tag & 7


def write_message(value: Any, message: ProtoMessage, depth: int = 0) -> bytes:
    """The bytes of an object as `wsgui.dissect.decoders.notation.read_json` gives it. Raises ValueError with a
    sentence."""
    if depth > DEEPEST:
        raise ValueError(f"It is nested deeper than {DEEPEST} levels.")
    if not isinstance(value, Pairs):
        raise ValueError(f"Expected an object for a message {message.name}.")
    out = b""
    for name, one in value:
        if name == UNKNOWN:
            out += hex_bytes(UNKNOWN, one)
            continue
        field = message.named(name)
        if field is None:
            known = ", ".join(field.name for field in message.fields.values()) or "none"
            raise ValueError(f"The message {message.name} has no field {name!r}; it has {known}.")
        if field.is_map:
            out += _map(field, one, depth)
        elif field.repeated:
            if not isinstance(one, list) or isinstance(one, Pairs):
                raise ValueError(f"Expected an array behind {name}.")
            if field.packed:
                data = b"".join(_written(field, part, depth) for part in one)
                out += _tag(field, LEN) + varint(len(data)) + data if one else b""
            else:
                out += b"".join(_tag(field, field.wire) + _written(field, part, depth) for part in one)
        elif one is not None:
            out += _tag(field, field.wire) + _written(field, one, depth)
    return out


def _tag(field: ProtoField, form: int) -> bytes:
    return varint(field.number << 3 | form)


def _map(field: ProtoField, value: Any, depth: int) -> bytes:
    entry = field.message
    if not isinstance(value, Pairs) or entry is None:
        raise ValueError(f"Expected an object behind {field.name}.")
    out = b""
    key_field, value_field = entry.fields[1], entry.fields[2]
    for name, one in value:
        key: Any = name
        if key_field.type == "bool":
            key = {"true": True, "false": False}.get(name, name)
        elif key_field.type != "string":
            try:
                key = int(name)
            except ValueError:
                raise ValueError(f"The names in {field.name} are whole numbers, and {name!r} is none.") from None
        data = _tag(key_field, key_field.wire) + _written(key_field, key, depth)
        data += _tag(value_field, value_field.wire) + _written(value_field, one, depth + 1)
        out += _tag(field, LEN) + varint(len(data)) + data
    return out


def _written(field: ProtoField, value: Any, depth: int) -> bytes:
    """One value without its tag."""
    name, kind = field.name, field.type
    if field.message is not None:
        data = write_message(value, field.message, depth + 1)
        return varint(len(data)) + data
    if field.enum is not None:
        numbers = {text: place for place, text in field.enum.names.items()}
        if isinstance(value, str) and value not in numbers:
            raise ValueError(f"{field.enum.name} has no value {value!r}; it has {', '.join(numbers)}.")
        chosen = numbers[value] if isinstance(value, str) else whole(name, value, *_BITS["int32"])
        return varint(chosen % (1 << 64))
    special = value.special if isinstance(value, Pairs) else None
    if kind in ("string", "bytes"):
        if special is not None and special[0] == ("$bytes" if kind == "bytes" else "$text"):
            data = hex_bytes(*special)
        elif isinstance(value, str) and kind == "string":
            data = utf8(value)
        elif kind == "bytes":
            raise ValueError(f'Expected bytes behind {name}, such as {{"$bytes": "dead"}}.')
        else:
            raise ValueError(f"Expected a text behind {name}.")
        return varint(len(data)) + data
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError(f"Expected true or false behind {name}.")
        return bytes([value])
    if kind in ("double", "float"):
        try:
            return struct.pack(FORMS[kind], number(name, special[1] if special and special[0] == "$float" else value))
        except OverflowError:
            raise ValueError(f"The number behind {name} is too large.") from None
    value = whole(name, value, *_BITS[kind])
    if kind in FORMS:
        return struct.pack(FORMS[kind], value)
    if kind.startswith("sint"):
        return varint(value << 1 if value >= 0 else (-value << 1) - 1)
    return varint(value % (1 << 64))


_BITS: Final = {
    kind: (0, (1 << bits) - 1) if kind[0] in "uf" else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    for bits in (32, 64)
    for kind in (f"int{bits}", f"sint{bits}", f"uint{bits}", f"fixed{bits}", f"sfixed{bits}")
}
