"""CBOR (RFC 8949), read here because libraries keep no places."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import (
    BinaryValueDecoder,
    Container,
    Reader,
    bytes_text,
    put_bytes,
    put_text,
)
from wsgui.dissect.decoders.model import NO_CONTEXT, Bare, DecodedField, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import (
    ValueWriter,
    as_text,
    deep_enough,
    map_notation,
    pair,
    read_json,
    real_notation,
    text_notation,
    whole,
)
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
    writes = True
    binary = True
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

    def editable(self, context: Context, message: Message) -> str:
        del context
        reader = Reader(message.data)
        value = _one(reader, 0)
        if reader.left:
            raise NotFittingError(f"the value ends at byte {reader.place}, and more follows")
        return as_text(value)

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        writer = _CborWriter()
        writer.write(read_json(text))
        return bytes(writer.out)


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


def _notation(reader: Reader, depth: int) -> Any:
    """The next value for `as_text`; `_BREAK` for the end of a container without a length. Raises NotFittingError."""
    deep_enough(depth)
    start = reader.place
    head = reader.number(1)
    major, low = head >> 5, head & 31
    if 28 <= low <= 30 or (low == 31 and major in (_UNSIGNED, _NEGATIVE, _TAG)):
        raise NotFittingError(f"byte {start} (0x{head:02x}) begins no value")
    if major == _SIMPLE:
        return _simple_notation(reader, low)
    argument = low if low < 24 else None if low == 31 else reader.number(1 << (low - 24))
    if major == _TAG:
        return {"$tag": [argument, _one(reader, depth + 1)]}
    if major in (_BYTES, _TEXT):
        data = _pieces(reader, major) if argument is None else reader.take(argument)
        return {"$bytes": data.hex()} if major == _BYTES else text_notation(data)
    if major not in (_ARRAY, _MAP):
        assert argument is not None  # noqa: S101 - seen to above
        return argument if major == _UNSIGNED else -1 - argument
    if argument is not None and argument > reader.left:
        raise NotFittingError(f"{argument} values are said at byte {start}, and {reader.left} bytes are left")
    found: list[Any] = []
    while argument is None or len(found) < argument:
        value = _notation(reader, depth + 1)
        if value is _BREAK and argument is None:
            break
        if value is _BREAK:
            raise NotFittingError(f"the break before byte {reader.place} ends nothing")
        found.append((value, _one(reader, depth + 1)) if major == _MAP else value)
    return map_notation(found) if major == _MAP else found


def _one(reader: Reader, depth: int) -> Any:
    value = _notation(reader, depth)
    if value is _BREAK:
        raise NotFittingError(f"the break before byte {reader.place} ends nothing")
    return value


def _simple_notation(reader: Reader, low: int) -> Any:
    if low == 31:
        return _BREAK
    if low in _FLOATS:
        return real_notation(reader.unpack(_FLOATS[low]), {25: "$float16", 26: "$float32"}.get(low, ""))
    if low == 23:
        return {"$undefined": True}
    if low in _CONSTANTS:
        return _CONSTANTS[low][1]
    return {"$simple": reader.number(1) if low == 24 else low}


class _CborWriter(ValueWriter):
    """Every head takes the fewest bytes that hold its number (section 4.1)."""

    title = "CBOR"

    def _head(self, major: int, argument: int) -> None:
        if argument < 24:
            self.out.append(major << 5 | argument)
            return
        power = next(power for power in range(4) if argument < 1 << (8 << power))
        self.out.append(major << 5 | 24 + power)
        self.out += argument.to_bytes(1 << power, "big")

    def integer(self, value: int) -> None:
        if -(1 << 64) <= value < 1 << 64:
            self._head(*((_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)))
            return
        self._head(_TAG, 2 if value >= 0 else 3)  # a large number (section 3.4.3)
        size = value if value >= 0 else -1 - value
        self.binary(size.to_bytes((size.bit_length() + 7) // 8, "big"))

    def real(self, value: float) -> None:
        self.out += b"\xfb" + struct.pack(">d", value)

    def short_real(self, value: float, form: str) -> None:
        self.out.append(0xFA if form == _FLOATS[26] else 0xF9)
        self.out += struct.pack(form, value)

    def constant(self, value: bool | None) -> None:
        self.out.append({None: 0xF6, False: 0xF4, True: 0xF5}[value])

    def text(self, data: bytes) -> None:
        self._head(_TEXT, len(data))
        self.out += data

    def binary(self, data: bytes) -> None:
        self._head(_BYTES, len(data))
        self.out += data

    def array(self, count: int) -> None:
        self._head(_ARRAY, count)

    def map(self, count: int) -> None:
        self._head(_MAP, count)

    def special(self, name: str, value: Any, depth: int) -> None:
        if name == "$tag":
            tag, inner = pair(name, value)
            self._head(_TAG, whole("the number of $tag", tag, 0, (1 << 64) - 1))
            self.write(inner, depth + 1)
        elif name == "$undefined":
            self.out.append(0xF7)
        elif name == "$simple":
            simple = whole(name, value, 0, 255)
            if 20 <= simple < 32:
                raise ValueError("Simple values from 20 to 31 are constants and heads of CBOR.")
            self._head(_SIMPLE, simple)
        else:
            super().special(name, value, depth)
