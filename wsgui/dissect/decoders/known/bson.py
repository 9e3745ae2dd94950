"""BSON 1.1 (https://bsonspec.org/spec.html), read here because libraries keep no places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import BinaryValueDecoder, Container, Reader, put_bytes, put_text
from wsgui.dissect.decoders.model import Bare, DecodedField, NotFittingError, TreeNode
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget, Context, Message

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS: Final = {
    0x05: "binary",
    0x06: "undefined",
    0x07: "ObjectId",
    0x09: "time",
    0x0B: "regular expression",
    0x0C: "DBPointer",
    0x0D: "code",
    0x0E: "symbol",
    0x0F: "code with scope",
    0x10: "int32",
    0x11: "timestamp",
    0x12: "int64",
    0x13: "decimal128",
    0x7F: "max key",
    0xFF: "min key",
}


@register
class BsonDecoder(BinaryValueDecoder):
    """A document: its length stands at its beginning, a zero byte at its end."""

    name = "bson"
    title = "BSON"
    prefix = "bson"
    fields = (DecodedField("", "json", "A value in a binary message: bson.a.b[0].", "7"),)

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if message.text or len(data) < 5 or int.from_bytes(data[:4], "little") != message.length:
            return 0.0
        if not message.whole or len(data) > 4096:
            return 0.9
        ours = "bson" in context.subprotocol
        return 0.0 if self.small(message) is None else 0.95 if len(data) > 5 or ours else 0.6

    def read(self, root: TreeNode, data: bytes, budget: Budget, path: str = "") -> Any:
        return fill_value(root, data, budget, path=path)


def fill_value(root: TreeNode, data: bytes, budget: Budget, *, path: str = "") -> Any:
    """Put the document that ``data`` is into ``root``; returns it as JSON has it, bytes as they are."""
    reader = Reader(data)
    node = root.add(TreeNode("document", "", 0, len(data), path=path))
    stack = [(Container(node, None, path, is_map=True), _document_end(reader))]
    while True:
        owner, end = stack[-1]
        start = reader.place
        kind = reader.number(1)
        if kind == 0:
            if reader.place != end:
                raise NotFittingError(f"the document ends at byte {reader.place}, and says byte {end}")
            stack.pop()
            owner.close(end)
            if not stack:
                break
            stack[-1][0].put(owner.value)
            continue
        name = _c_string(reader)
        budget.spend(start)
        inner = reader.place
        owner.key = (name, start)
        label, _, here = owner.label()
        child = owner.node.add(TreeNode(label, "", start, inner, inner=inner, path=here))
        if kind in (0x03, 0x04):
            budget.check_depth(len(stack) + 1, start)
            child.stop = end
            stack.append((Container(child, None, here, is_map=kind == 0x03), _document_end(reader, end)))
            continue
        value = _value(reader, kind, child, budget)
        child.stop = reader.place
        note = _KINDS.get(kind, "")
        child.note = ", ".join(part for part in (note, child.note) if part)
        owner.put(value)
    if reader.left:
        raise NotFittingError(f"the document ends at byte {reader.place}, and more follows")
    return owner.value


def _document_end(reader: Reader, within: int | None = None) -> int:
    start = reader.place
    length = int(reader.unpack("<i"))
    end = start + length
    if length < 5 or end > (reader.end if within is None else within):
        raise NotFittingError(f"the document at byte {start} says {length} bytes")
    return end


def _c_string(reader: Reader) -> str:
    end = reader.data.find(b"\0", reader.place)
    if end < 0:
        raise NotFittingError(f"the name at byte {reader.place} has no end")
    return reader.take(end + 1 - reader.place)[:-1].decode("utf-8", "replace")


def _string(reader: Reader) -> str:
    start = reader.place
    length = int(reader.unpack("<i"))
    if length < 1:
        raise NotFittingError(f"the text at byte {start} says {length} bytes")
    return reader.take(length)[:-1].decode("utf-8", "replace")


def _value(reader: Reader, kind: int, node: TreeNode, budget: Budget) -> Any:
    value: Any
    if kind in (0x02, 0x0D, 0x0E):
        value = _string(reader)
        put_text(node, value, budget)
        return value
    if kind == 0x05:
        length = reader.unpack("<i")
        if length < 0:
            raise NotFittingError(f"the bytes at byte {reader.place - 4} say {length}")
        reader.number(1)
        value = reader.take(length)
        put_bytes(node, value, budget)
        return value
    if kind == 0x01:
        value = reader.unpack("<d")
    elif kind in (0x06, 0x0A):
        value = None
    elif kind == 0x07:
        value = reader.take(12).hex()
    elif kind == 0x08:
        value = reader.number(1) != 0
    elif kind == 0x09:
        value = _time(reader.unpack("<q"))
    elif kind == 0x0B:
        value = f"/{_c_string(reader)}/{_c_string(reader)}"
    elif kind == 0x0C:
        value = f"{_string(reader)} {reader.take(12).hex()}"
    elif kind == 0x0F:
        value = reader.take(max(reader.unpack("<i") - 4, 0)).hex()
    elif kind == 0x10:
        value = reader.unpack("<i")
    elif kind == 0x11:
        value = reader.unpack("<Q")
    elif kind == 0x12:
        value = reader.unpack("<q")
    elif kind == 0x13:
        value = f"0x{reader.take(16)[::-1].hex()}"
    elif kind in (0x7F, 0xFF):
        value = _KINDS[kind]
    else:
        raise NotFittingError(f"there is no type 0x{kind:02x}, which stands before byte {reader.place}")
    text = {None: "null", False: "false", True: "true"}[value] if isinstance(value, (bool, type(None))) else str(value)
    node.text = node.value = text if isinstance(value, str) else Bare(text)
    return value


def _time(milliseconds: int) -> Any:
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return milliseconds
