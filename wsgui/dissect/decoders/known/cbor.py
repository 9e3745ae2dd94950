"""CBOR (RFC 8949), read here because libraries keep no places."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import (
    BinaryValueDecoder,
    Container,
    Reader,
    bytes_text,
    put_bytes,
    put_text,
)
from wsgui.dissect.decoders.model import Bare, DecodedField, NotFittingError, TreeNode
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget, Context, Message

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_TAGS: Final = {
    0: "time",
    1: "time since 1970",
    2: "large number",
    3: "large negative number",
    4: "decimal fraction",
    5: "large float",
    21: "to be base64url",
    22: "to be base64",
    23: "to be hex",
    24: "CBOR within",
    32: "URI",
    33: "base64url",
    34: "base64",
    36: "MIME message",
    37: "UUID",
    55799: "CBOR",
}
_CONSTANTS: Final = {20: ("false", False), 21: ("true", True), 22: ("null", None), 23: ("undefined", None)}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_BREAK: Final = object()
_MOST_TAGS: Final = 16


@register
class CborDecoder(BinaryValueDecoder):
    """A message that is one map or array, or says by a tag that it is CBOR."""

    name = "cbor"
    title = "CBOR"
    prefix = "cbor"
    fields = (DecodedField("", "json", "A value in a binary message: cbor.a.b[0].", "7"),)

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if message.text or not data:
            return 0.0
        marked = data[:3] == b"\xd9\xd9\xf7"
        ours = "cbor" in context.subprotocol
        if not marked and data[0] >> 5 not in (_ARRAY, _MAP):
            return 0.0
        if not message.whole or len(data) > 4096:
            return (
                0.9
                if ours or marked
                else 0.55
                if data[0] >> 5 == _MAP and len(data) > 1 and data[1] >> 5 == _TEXT
                else 0.0
            )
        value = self.small(message)
        if value is None:
            return 0.0
        if ours or marked:
            return 0.95
        if isinstance(value, dict):
            return 0.7 if value else 0.2
        return 0.55 if isinstance(value, list) and len(value) > 1 and len(data) > 3 else 0.2

    def read(self, root: TreeNode, data: bytes, budget: Budget, path: str = "") -> Any:
        return fill_value(root, data, budget, path=path)


def fill_value(root: TreeNode, data: bytes, budget: Budget, *, path: str = "") -> Any:
    """Put the value that ``data`` is into ``root``; returns it as JSON has it, bytes as they are."""
    reader = Reader(data)
    stack: list[Container] = []
    while True:
        start = reader.place
        owner = stack[-1] if stack else None
        notes, major, value, count = _item(reader, start)
        if value is _BREAK:
            if owner is None or owner.left is not None or owner.key is not None:
                raise NotFittingError(f"the break at byte {start} ends nothing")
            owner.left = 0
        elif owner is not None and owner.wants_key:
            if major in (_ARRAY, _MAP):
                raise NotFittingError(f"the key at byte {start} is an array or map")
            owner.key = (bytes_text(value) if isinstance(value, bytes) else str(value), start)
            continue
        else:
            budget.spend(start)
            label, key_start, here = ("value", None, path) if owner is None else owner.label()
            parent = root if owner is None else owner.node
            first = start if key_start is None else key_start
            node = parent.add(TreeNode(label, "", first, reader.place, inner=start, path=here))
            if major in (_ARRAY, _MAP):
                budget.check_depth(len(stack) + 1, start)
                if count is not None and count > reader.left:
                    raise NotFittingError(f"{count} values are said at byte {start}, and {reader.left} bytes are left")
                node.stop = len(data)
                node.note = notes
                stack.append(Container(node, count, here, is_map=major == _MAP))
            else:
                _show(node, major, value, notes, budget)
                if owner is None:
                    break
                owner.put(value)
        while stack and stack[-1].left == 0:
            done = stack.pop()
            done.close(reader.place)
            value = done.value
            if stack:
                stack[-1].put(value)
        if not stack:
            break
    if reader.left:
        raise NotFittingError(f"the value ends at byte {reader.place}, and more follows")
    return value


def _item(reader: Reader, start: int) -> tuple[str, int, Any, int | None]:
    """Notes of its tags, major type, value, and for containers how many values are within (None: until the break)."""
    notes: list[str] = []
    while True:
        head = reader.number(1)
        major, low = head >> 5, head & 31
        if 28 <= low <= 30:
            raise NotFittingError(f"byte {reader.place - 1} (0x{head:02x}) begins no value")
        argument = low if low < 24 else None if low == 31 else reader.number(1 << (low - 24)) if major != _SIMPLE else 0
        if major != _TAG:
            break
        if argument is None or len(notes) >= _MOST_TAGS:
            raise NotFittingError(f"the tag at byte {start} has no number, or too many follow it")
        notes.append(f"tag {argument}" + (f": {_TAGS[argument]}" if argument in _TAGS else ""))
    note = ", ".join(notes)
    if major == _SIMPLE:
        return note, major, _simple(reader, low), None
    if major in (_ARRAY, _MAP):
        return note, major, None, argument
    if major in (_BYTES, _TEXT):
        data = _pieces(reader, major) if argument is None else reader.take(argument)
        return note, major, data if major == _BYTES else data.decode("utf-8", "replace"), None
    if argument is None:
        raise NotFittingError(f"the number at byte {start} has no length")
    return note, major, argument if major == _UNSIGNED else -1 - argument, None


def _pieces(reader: Reader, major: int) -> bytes:
    """A text or bytes of indefinite length (section 3.2.3)."""
    pieces = []
    while (head := reader.number(1)) != 0xFF:
        low = head & 31
        if head >> 5 != major or low > 27:
            raise NotFittingError(f"byte {reader.place - 1} (0x{head:02x}) begins no piece of the same type")
        pieces.append(reader.take(low if low < 24 else reader.number(1 << (low - 24))))
    return b"".join(pieces)


def _simple(reader: Reader, low: int) -> Any:
    if low == 31:
        return _BREAK
    if low in _FLOATS:
        return reader.unpack(_FLOATS[low])
    if low in _CONSTANTS:
        return _CONSTANTS[low][1]
    return f"simple({reader.number(1) if low == 24 else low})"


def _show(node: TreeNode, major: int, value: Any, note: str, budget: Budget) -> None:
    if major == _TEXT:
        put_text(node, value, budget)
    elif major == _BYTES:
        put_bytes(node, value, budget)
    else:
        text = (
            {None: "null", False: "false", True: "true"}[value] if isinstance(value, (bool, type(None))) else str(value)
        )
        if isinstance(value, float) and not math.isfinite(value):
            text = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[text]
        node.value = node.text = text if isinstance(value, str) else Bare(text)
    node.note = ", ".join(part for part in (note, node.note) if part)
