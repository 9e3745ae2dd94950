"""MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), read here because libraries keep no places."""

from __future__ import annotations

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
from wsgui.dissect.decoders.model import Bare, DecodedField, NotFittingError, TreeNode
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


def _begins_container(data: bytes) -> bool:
    return 0x80 <= data[0] < 0xA0 or 0xDC <= data[0] <= 0xDF


def fill_value(root: TreeNode, data: bytes, budget: Budget, *, path: str = "") -> Any:
    """Put the value that ``data`` is into ``root``; returns it as JSON has it, bytes as they are."""
    reader = Reader(data)
    value = _fill(root, reader, budget, path)
    if reader.left:
        raise NotFittingError(f"the value ends at byte {reader.place}, and more follows")
    return value


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
