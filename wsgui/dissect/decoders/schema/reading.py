"""A message of Protocol Buffers as a tree tied to its bytes and as values, by a schema or without one.

The wire tells field numbers and four ways to write a value, and no types: without a schema what a value means is a
guess, and is said to be one (https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import Reader, bytes_text, put_bytes, put_text
from wsgui.dissect.decoders.json_places import step_path
from wsgui.dissect.decoders.model import Bare, NotFittingError, TreeNode
from wsgui.dissect.decoders.schema.model import END, I32, I64, LEN, START, VARINT, read_varint

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget
    from wsgui.dissect.decoders.schema.model import ProtoField, ProtoMessage

_HIGHEST: Final = (1 << 29) - 1
_DEEPEST: Final = 32
FORMS: Final = {
    "fixed64": "<Q",
    "sfixed64": "<q",
    "double": "<d",
    "fixed32": "<I",
    "sfixed32": "<i",
    "float": "<f",
}
"""How `struct` writes the scalars of a fixed length."""


def fill_message(
    root: TreeNode, data: bytes, budget: Budget, message: ProtoMessage | None = None, path: str = ""
) -> dict[str, Any]:
    """Put the fields of a message into ``root``; returns the values of those that the schema names, bytes as they are.
    Raises NotFittingError, and what the budget raises."""
    return _fields(root, Reader(data), budget, 0, message, path)


def _fields(
    parent: TreeNode, reader: Reader, budget: Budget, depth: int, message: ProtoMessage | None, path: str = ""
) -> dict[str, Any]:
    groups: list[tuple[TreeNode, int]] = []
    values: dict[str, Any] = {}
    while reader.left:
        start = reader.place
        tag = read_varint(reader)
        number, form = tag >> 3, tag & 7
        if not 0 < number <= _HIGHEST:
            raise NotFittingError(f"no field begins at byte {start}")
        budget.spend(start)
        if form == END:
            if not groups or groups[-1][1] != number:
                raise NotFittingError(f"the group that ends at byte {start} was not begun")
            groups.pop()[0].stop = reader.place
            continue
        owner = groups[-1][0] if groups else parent
        field = message.fields.get(number) if message is not None and not groups else None
        node = owner.add(TreeNode(f"field {number}", "", start, reader.end, inner=reader.place))
        if form == START:
            budget.check_depth(len(groups) + depth + 1, start)
            node.text, node.note = "{\u2026}", "group"
            groups.append((node, number))
            continue
        if field is None or form not in (field.wire, LEN if field.repeated else field.wire):
            _guess(node, form, reader, budget, depth)
            if message is not None:
                said = "the schema has no such field" if field is None else f"the schema has {field.type_name} here"
                node.note = ", ".join(filter(None, (said, node.note)))
        else:
            _named(node, field, form, reader, budget, depth, values, path)
        node.stop = reader.place
    if groups:
        raise NotFittingError(f"the group at byte {groups[-1][0].start} has no end")
    return values


def _named(
    node: TreeNode,
    field: ProtoField,
    form: int,
    reader: Reader,
    budget: Budget,
    depth: int,
    values: dict[str, Any],
    path: str,
) -> None:
    """A field that the schema names: one value, or several in one field (packed)."""
    node.label = field.name
    here = step_path(path, field.name)
    if form == LEN and field.wire != LEN:
        end = read_varint(reader) + reader.place
        if end > reader.end:
            raise NotFittingError(f"it ends at byte {reader.end}, where {end - reader.end} more are missing")
        inside = Reader(reader.data, reader.place, end)
        found = values.setdefault(field.name, [])
        while inside.left:
            budget.spend(inside.place)
            part = node.add(TreeNode(f"[{len(node.children)}]", "", inside.place, inside.place))
            part.path = step_path(here, len(found))
            found.append(_scalar(part, field, inside, budget))
            part.stop = inside.place
        node.text, node.note = f"[{len(node.children)}]", f"packed {field.type_name}"
        reader.place = end
        return
    if field.message is None:
        value = _scalar(node, field, reader, budget)
    else:
        length = read_varint(reader)
        start = reader.place
        reader.take(length)
        inner_path = here if not field.repeated else step_path(here, len(values.get(field.name, ())))
        budget.check_depth(depth + 1, start)
        inside = Reader(reader.data, start, reader.place)
        value = _fields(node, inside, budget, depth + 1, field.message, "" if field.is_map else inner_path)
        node.text, node.note = f"{{{len(node.children)}}}", field.type_name
        node.path = "" if field.is_map else inner_path
    if field.is_map:
        entries = values.setdefault(field.name, {})
        entries[_key_text(value.get("key", ""))] = value.get("value")
    elif field.repeated:
        found = values.setdefault(field.name, [])
        node.path = step_path(here, len(found))
        found.append(value)
    else:
        node.path = here
        values[field.name] = value


def _key_text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _scalar(node: TreeNode, field: ProtoField, reader: Reader, budget: Budget) -> Any:
    """One value; its node is given its text."""
    kind, note = field.type, field.type_name
    value: Any
    if field.wire == LEN:
        data = reader.take(read_varint(reader))
        if kind == "bytes":
            put_bytes(node, data, budget)
            value = data
        else:
            value = data.decode("utf-8", "replace")
            put_text(node, value, budget)
        node.note = ", ".join(filter(None, (note, node.note)))
        return value
    if field.wire == VARINT:
        value = varint_value(read_varint(reader), kind or "int32")
        if field.enum is not None:
            name = field.enum.names.get(value)
            note = f"{note} {value}" if name is not None else f"{note}: it has no such value"
            value = value if name is None else name
    else:
        value = reader.unpack(FORMS[kind])
    text = str(value).lower() if isinstance(value, bool) else str(value)
    node.value = value if isinstance(value, str) else Bare(_SAID.get(text, text))
    node.text, node.note = str(node.value), note
    return value


_SAID: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def varint_value(value: int, kind: str) -> int | bool:
    """What a number on the wire means for a type."""
    if kind == "bool":
        return value != 0
    if kind in ("sint32", "sint64"):
        return value >> 1 ^ -(value & 1)
    bits = 32 if kind.endswith("32") else 64
    value &= (1 << bits) - 1
    return value if kind.startswith("u") or not value >> (bits - 1) else value - (1 << bits)


def _guess(node: TreeNode, form: int, reader: Reader, budget: Budget, depth: int) -> None:
    """A value of which the schema says nothing."""
    if form == VARINT:
        value = read_varint(reader)
        zigzag = value >> 1 ^ -(value & 1)
        node.value, node.text = value, str(value)
        signed = f"int {value - (1 << 64)}" if value >> 63 else f"sint {zigzag}"
        node.note = f"varint; perhaps {signed}" + (", bool" if value < 2 else "")
    elif form in (I64, I32):
        data = reader.take(8 if form == I64 else 4)
        node.value = int.from_bytes(data, "little")
        node.text = str(node.value)
        real = struct.unpack("<d" if form == I64 else "<f", data)[0]
        node.note = f"fixed{64 if form == I64 else 32}; perhaps {real:.9g}"
    elif form == LEN:
        length = read_varint(reader)
        start = reader.place
        _delimited(node, reader.take(length), Reader(reader.data, start, start + length), budget, depth)
    else:
        raise NotFittingError(f"there is no wire type {form}, which stands before byte {reader.place}")


def _delimited(node: TreeNode, data: bytes, inside: Reader, budget: Budget, depth: int) -> None:
    """Text, a message, or bytes: whichever reads well, in this order."""
    node.value = data
    text = data.decode("utf-8", "replace")
    if data and "\ufffd" not in text and all(character.isprintable() or character in "\r\n\t" for character in text):
        node.value = node.text = text
        node.text = f'"{text[:180]}"'
        node.note = "perhaps text"
        return
    if data and depth < _DEEPEST:
        inner = TreeNode("", start=inside.place, stop=inside.end)
        try:
            _fields(inner, inside, budget, depth + 1, None)
        except NotFittingError:
            pass
        else:
            node.children = inner.children
            node.text, node.note = f"{{{len(inner.children)}}}", "perhaps a message"
            return
    node.text = bytes_text(data)
