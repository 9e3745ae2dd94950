"""MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), read here because libraries keep no places."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime
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
    hex_bytes,
    map_notation,
    pair,
    read_json,
    real_notation,
    text_notation,
    unknown_notation,
    whole,
)
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget, Context, Message

_NUMBERS: Final = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_PLAIN: Final = {0xC0: ("null", None), 0xC2: ("false", False), 0xC3: ("true", True)}
_LENGTHS: Final = {  # head: kind, bytes of the length
    0xC4: ("bin", 1),
    0xC5: ("bin", 2),
    0xC6: ("bin", 4),
    0xC7: ("ext", 1),
    0xC8: ("ext", 2),
    0xC9: ("ext", 4),
    0xD9: ("str", 1),
    0xDA: ("str", 2),
    0xDB: ("str", 4),
    0xDC: ("array", 2),
    0xDD: ("array", 4),
    0xDE: ("map", 2),
    0xDF: ("map", 4),
}
_FIXED: Final = ((0x80, 0x90, "map", 15), (0x90, 0xA0, "array", 15), (0xA0, 0xC0, "str", 31))


@register
class MessagePackDecoder(BinaryValueDecoder):
    """A message that is one map or array; others read as MessagePack by chance too often."""

    name = "msgpack"
    title = "MessagePack"
    prefix = "msgpack"
    writes = True
    binary = True
    fields = (DecodedField("", "json", "A value in a binary message: msgpack.a.b[0].", "7"),)

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if message.text or not data or not _begins_container(data):
            return 0.0
        ours = "msgpack" in context.subprotocol
        if not message.whole or len(data) > 4096:
            return 0.9 if ours else 0.55 if data[0] >> 4 == 8 and len(data) > 1 and data[1] >> 5 == 5 else 0.0
        value = self.small(message)
        if value is None:
            return 0.0
        if ours:
            return 0.95
        if isinstance(value, dict):
            return 0.75 if value else 0.2
        return 0.6 if len(value) > 1 and len(data) > 3 else 0.2

    def read(self, root: TreeNode, data: bytes, budget: Budget, path: str = "") -> Any:
        return fill_value(root, data, budget, path=path)

    def editable(self, context: Context, message: Message) -> str:
        del context
        return as_text(notation_of(message.data))

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        return packed(read_json(text))


def _begins_container(data: bytes) -> bool:
    return 0x80 <= data[0] < 0xA0 or 0xDC <= data[0] <= 0xDF


def fill_value(root: TreeNode, data: bytes, budget: Budget, *, path: str = "") -> Any:
    """Put the value that ``data`` is into ``root``; returns it as JSON has it, bytes as they are."""
    reader = Reader(data)
    value = _fill(root, reader, budget, path)
    if reader.left:
        raise NotFittingError(f"the value ends at byte {reader.place}, and more follows")
    return value


def fill_part(root: TreeNode, reader: Reader, budget: Budget) -> Any:
    """As `fill_value`, of a value that stands among other bytes; the reader is behind it afterwards."""
    return _fill(root, reader, budget, "")


def _fill(root: TreeNode, reader: Reader, budget: Budget, path: str) -> Any:
    stack: list[Container] = []
    while True:
        start = reader.place
        owner = stack[-1] if stack else None
        kind, value, count = _head(reader)
        if owner is not None and owner.wants_key:
            owner.key = (value if isinstance(value, str) else _key_text(kind, value), start)
            if count and kind in ("map", "array"):
                raise NotFittingError(f"the key at byte {start} is a {kind}")
            continue
        budget.spend(start)
        label, key_start, here = ("value", None, path) if owner is None else owner.label()
        parent = root if owner is None else owner.node
        first = start if key_start is None else key_start
        node = parent.add(TreeNode(label, "", first, reader.place, inner=start, path=here))
        if kind in ("map", "array"):
            budget.check_depth(len(stack) + 1, start)
            if count > reader.left:
                raise NotFittingError(
                    f"the {kind} at byte {start} says {count} values, and {reader.left} bytes are left"
                )
            node.stop = reader.end
            stack.append(Container(node, count, here, is_map=kind == "map"))
        else:
            _show(node, kind, value, budget)
            if owner is None:
                return value
            owner.put(value)
        while stack and stack[-1].left == 0:
            done = stack.pop()
            done.close(reader.place)
            if not stack:
                return done.value
            stack[-1].put(done.value)


def _key_text(kind: str, value: Any) -> str:
    return bytes_text(value) if isinstance(value, bytes) else kind if kind in ("map", "array") else str(value)


def _show(node: TreeNode, kind: str, value: Any, budget: Budget) -> None:
    if kind == "str":
        put_text(node, value, budget)
    elif kind == "bin":
        put_bytes(node, value, budget)
    elif kind.startswith("ext"):
        node.value = value
        node.text = value if isinstance(value, str) else bytes_text(value)
        node.note = kind
    else:
        node.value = node.text = Bare(_PLAIN_TEXT[value] if isinstance(value, (bool, type(None))) else value)


def _head(reader: Reader) -> tuple[str, Any, int]:
    """Kind, value, and for containers how many values are within."""
    head = reader.number(1)
    if head < 0x80:
        return "int", head, 0
    if head >= 0xE0:
        return "int", head - 256, 0
    if head in _PLAIN:
        return _PLAIN[head][0], _PLAIN[head][1], 0
    if head in _NUMBERS:
        return "number", reader.unpack(_NUMBERS[head]), 0
    if 0xD4 <= head <= 0xD8:
        return _extension(reader, 1 << (head - 0xD4))
    if head in _LENGTHS:
        kind, size = _LENGTHS[head]
        count = reader.number(size)
    else:
        found = next(((kind, head & mask) for low, high, kind, mask in _FIXED if low <= head < high), None)
        if found is None:
            raise NotFittingError(f"byte {reader.place - 1} (0x{head:02x}) begins no value")
        kind, count = found
    if kind in ("map", "array"):
        return kind, None, count
    if kind == "ext":
        return _extension(reader, count)
    data = reader.take(count)
    return kind, data if kind == "bin" else data.decode("utf-8", "replace"), 0


def _extension(reader: Reader, count: int) -> tuple[str, Any, int]:
    """A value of an application's own type; -1 is a time."""
    code = reader.unpack(">b")
    data = reader.take(count)
    if code == -1 and count in (4, 8, 12):
        if count == 4:
            seconds, nanoseconds = int.from_bytes(data, "big"), 0
        elif count == 8:
            both = int.from_bytes(data, "big")
            seconds, nanoseconds = both & (1 << 34) - 1, both >> 34
        else:
            nanoseconds, seconds = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:], "big", signed=True)
        try:
            moment = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return "ext -1: time", data, 0
        fraction = f".{nanoseconds:09}" if nanoseconds else ""
        return "ext -1: time", f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z", 0
    return f"ext {code}", data, 0


_PLAIN_TEXT: Final = {None: "null", False: "false", True: "true"}


def packed(value: Any) -> bytes:
    """A value as `wsgui.dissect.decoders.notation.read_json` gives it. Raises ValueError with a sentence."""
    writer = _Packer()
    writer.write(value)
    return bytes(writer.out)


def notation_of(data: bytes) -> Any:
    """The value that ``data`` is, for `as_text`. Raises NotFittingError."""
    reader = Reader(data)
    value = _notation(reader, 0)
    if reader.left:
        raise NotFittingError(f"the value ends at byte {reader.place}, and more follows")
    return value


def _notation(reader: Reader, depth: int) -> Any:
    deep_enough(depth)
    start = reader.place
    kind, value, count = _head(reader)
    if count > reader.left:
        raise NotFittingError(f"the {kind} at byte {start} says {count} values, and {reader.left} bytes are left")
    if kind == "map":
        return map_notation([(_notation(reader, depth + 1), _notation(reader, depth + 1)) for _ in range(count)])
    if kind == "array":
        return [_notation(reader, depth + 1) for _ in range(count)]
    if kind == "str":
        return text_notation(reader.data[reader.place - _text_length(reader.data, start) : reader.place])
    if kind == "bin":
        return {"$bytes": value.hex()}
    if kind.startswith("ext"):
        return _extension_notation(reader.data[start : reader.place], kind, value)
    if isinstance(value, float):
        return real_notation(value, "$float32" if reader.data[start] == 0xCA else "")
    return value


def _text_length(data: bytes, start: int) -> int:
    head = data[start]
    size = _LENGTHS[head][1] if head in _LENGTHS else 0
    return int.from_bytes(data[start + 1 : start + 1 + size], "big") if size else head & 31


def _extension_notation(data: bytes, kind: str, value: Any) -> Any:
    """A time as text if the same bytes come of it, else the type and the bytes."""
    if isinstance(value, str):
        writer = _Packer()
        writer.special("$time", value, 0)
        if writer.out == data:
            return {"$time": value}
    size = _LENGTHS[data[0]][1] if data[0] in _LENGTHS else 0
    code = struct.unpack_from(">b", data, 1 + size)[0]
    return {"$ext": [code, data[2 + size :].hex()]}


_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


class _Packer(ValueWriter):
    title = "MessagePack"

    def integer(self, value: int) -> None:
        if 0 <= value < 0x80 or -32 <= value < 0:
            self.out += struct.pack(">b", value)
            return
        for head in (0xCC, 0xCD, 0xCE, 0xCF) if value >= 0 else (0xD0, 0xD1, 0xD2, 0xD3):
            try:
                self.out += bytes([head]) + struct.pack(_NUMBERS[head], value)
            except struct.error:
                continue
            return
        raise ValueError(f"MessagePack has no number {value}: at most 64 bits can be written.")

    def real(self, value: float) -> None:
        self.out += b"\xcb" + struct.pack(">d", value)

    def short_real(self, value: float, form: str) -> None:
        if form != _NUMBERS[0xCA]:
            raise ValueError(unknown_notation("$float16", self.title))
        self.out += b"\xca" + struct.pack(form, value)

    def constant(self, value: bool | None) -> None:
        self.out.append({None: 0xC0, False: 0xC2, True: 0xC3}[value])

    def text(self, data: bytes) -> None:
        self._sized(len(data), "str", 0xA0, 31)
        self.out += data

    def binary(self, data: bytes) -> None:
        self._sized(len(data), "bin", 0, -1)
        self.out += data

    def array(self, count: int) -> None:
        self._sized(count, "array", 0x90, 15)

    def map(self, count: int) -> None:
        self._sized(count, "map", 0x80, 15)

    def special(self, name: str, value: Any, depth: int) -> None:
        if name == "$ext":
            code, data = pair(name, value)
            self._extension(whole("the type of $ext", code, -128, 127), hex_bytes(name, data))
        elif name == "$time":
            self._time(value)
        else:
            super().special(name, value, depth)

    def _sized(self, count: int, kind: str, short: int, most: int) -> None:
        """The head of something that has a length; the shortest there is."""
        if count <= most:
            self.out.append(short | count)
            return
        forms = ((head, size) for head, (name, size) in _LENGTHS.items() if name == kind and count < 1 << 8 * size)
        head, size = next(forms)
        self.out += bytes([head]) + count.to_bytes(size, "big")

    def _extension(self, code: int, data: bytes) -> None:
        if len(data) in (1, 2, 4, 8, 16):
            self.out.append(0xD4 + len(data).bit_length() - 1)
        else:
            self._sized(len(data), "ext", 0, -1)
        self.out += struct.pack(">b", code) + data

    def _time(self, value: Any) -> None:
        found = _TIME.fullmatch(value) if isinstance(value, str) else None
        try:
            moment = None if found is None else datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")
        except ValueError:
            moment = None
        if found is None or moment is None:
            raise ValueError('Expected a time behind $time, such as "2026-01-31T12:00:00.5Z".')
        since = moment - _EPOCH
        seconds, nanoseconds = since.days * 86_400 + since.seconds, int((found[3] or "").ljust(9, "0"))
        if nanoseconds == 0 and 0 <= seconds < 1 << 32:
            data = seconds.to_bytes(4, "big")
        elif 0 <= seconds < 1 << 34:
            data = (nanoseconds << 34 | seconds).to_bytes(8, "big")
        else:
            data = nanoseconds.to_bytes(4, "big") + seconds.to_bytes(8, "big", signed=True)
        self._extension(-1, data)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
