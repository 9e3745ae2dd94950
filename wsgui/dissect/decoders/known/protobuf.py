"""Protocol Buffers without a schema (https://protobuf.dev/programming-guides/encoding/).

The wire tells field numbers and four ways to write a value, and no types: what a value means is a guess, and is said to
be one.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui.dissect.decoders.binary_value import Reader, bytes_text
from wsgui.dissect.decoders.model import Budget, CutOff, Decoder, NotFittingError, TreeNode
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context, Message

_VARINT, _I64, _LEN, _START, _END, _I32 = range(6)
_HIGHEST: Final = (1 << 29) - 1
_DEEPEST: Final = 32


@register
class ProtobufDecoder(Decoder):
    """Fields by their numbers; guesses of what they mean stand as notes."""

    name = "protobuf"
    title = "Protobuf (no schema)"
    prefix = "protobuf"

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if message.text or not data:
            return 0.0
        ours = "proto" in context.subprotocol.lower()
        if not message.whole or len(data) > 4096:
            return 0.6 if ours else 0.0
        try:
            fill_message(TreeNode("", stop=len(data)), data, Budget(nodes=500, seconds=1))
        except CutOff:
            return 0.6 if ours else 0.25
        except NotFittingError:
            return 0.0
        return 0.9 if ours else 0.3

    def one_line(self, context: Context, message: Message) -> str:
        del context
        root = TreeNode("", stop=len(message.data))
        with suppress(CutOff, NotFittingError):
            fill_message(root, message.data, Budget(nodes=60, seconds=1))
        return ", ".join(f"{node.label.removeprefix('field ')}: {node.text}" for node in root.children[:12])

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        fill_message(root, message.data, budget)


def fill_message(root: TreeNode, data: bytes, budget: Budget) -> None:
    """Put the fields of a message into ``root``."""
    _fields(root, Reader(data), budget, 0)


def _fields(parent: TreeNode, reader: Reader, budget: Budget, depth: int) -> None:
    groups: list[tuple[TreeNode, int]] = []
    while reader.left:
        start = reader.place
        tag = _varint(reader)
        number, form = tag >> 3, tag & 7
        if not 0 < number <= _HIGHEST:
            raise NotFittingError(f"no field begins at byte {start}")
        budget.spend(start)
        if form == _END:
            if not groups or groups[-1][1] != number:
                raise NotFittingError(f"the group that ends at byte {start} was not begun")
            groups.pop()[0].stop = reader.place
            continue
        owner = groups[-1][0] if groups else parent
        node = owner.add(TreeNode(f"field {number}", "", start, reader.end, inner=reader.place))
        if form == _START:
            budget.check_depth(len(groups) + depth + 1, start)
            node.text, node.note = "{\u2026}", "group"
            groups.append((node, number))
            continue
        _value(node, form, reader, budget, depth)
        node.stop = reader.place
    if groups:
        raise NotFittingError(f"the group at byte {groups[-1][0].start} has no end")


def _value(node: TreeNode, form: int, reader: Reader, budget: Budget, depth: int) -> None:
    if form == _VARINT:
        value = _varint(reader)
        zigzag = value >> 1 ^ -(value & 1)
        node.value, node.text = value, str(value)
        signed = f"int {value - (1 << 64)}" if value >> 63 else f"sint {zigzag}"
        node.note = f"varint; perhaps {signed}" + (", bool" if value < 2 else "")
    elif form in (_I64, _I32):
        data = reader.take(8 if form == _I64 else 4)
        node.value = int.from_bytes(data, "little")
        node.text = str(node.value)
        real = struct.unpack("<d" if form == _I64 else "<f", data)[0]
        node.note = f"fixed{64 if form == _I64 else 32}; perhaps {real:.9g}"
    elif form == _LEN:
        length = _varint(reader)
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
            _fields(inner, inside, budget, depth + 1)
        except NotFittingError:
            pass
        else:
            node.children = inner.children
            node.text, node.note = f"{{{len(inner.children)}}}", "perhaps a message"
            return
    node.text = bytes_text(data)


def _varint(reader: Reader) -> int:
    value = 0
    for count in range(10):
        byte = reader.number(1)
        value |= (byte & 127) << 7 * count
        if byte < 128:
            return value & (1 << 64) - 1
    raise NotFittingError(f"the number before byte {reader.place} has no end")
