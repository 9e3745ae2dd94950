"""BSON 1.1 (https://bsonspec.org/spec.html), read here because libraries keep no places."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import BinaryValueDecoder, Container, Reader, put_bytes, put_text
from wsgui.dissect.decoders.model import NO_CONTEXT, Bare, DecodedField, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import (
    DEEPEST,
    Pairs,
    as_text,
    deep_enough,
    hex_bytes,
    map_notation,
    number,
    pair,
    read_json,
    real_notation,
    text_notation,
    unknown_notation,
    utf8,
    whole,
)
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
    writes = True
    binary = True
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

    def editable(self, context: Context, message: Message) -> str:
        del context
        reader = Reader(message.data)
        value = _document_notation(reader, 0, is_map=True)
        if reader.left:
            raise NotFittingError(f"the document ends at byte {reader.place}, and more follows")
        return as_text(value)

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        value = read_json(text)
        kind, data = _written(value, 0)
        if kind != 0x03:
            raise ValueError("A message of BSON is a document: an object.")
        return data


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
        value = _decimal_text(reader.take(16))
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


# Writing: MongoDB's Extended JSON v2 in its relaxed form, with `$numberLong` where a small number takes 64 bits.
# (https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md)

_EXPONENT_BIAS: Final = 6176
_MOST_DIGITS: Final = 34


def _decimal_text(data: bytes) -> str:
    """A number of IEEE 754 decimal128, its coefficient in binary, as digits."""
    low, high = struct.unpack("<QQ", data)
    sign = high >> 63
    if high >> 58 & 31 == 31:
        return "NaN"
    if high >> 58 & 31 == 30:
        return "-Infinity" if sign else "Infinity"
    if high >> 61 & 3 == 3:  # a coefficient beyond 34 digits, which stands for zero
        return str(Decimal((sign, (0,), (high >> 47 & 0x3FFF) - _EXPONENT_BIAS)))
    coefficient = (high & (1 << 49) - 1) << 64 | low
    digits = tuple(int(digit) for digit in str(coefficient))
    return str(Decimal((sign, digits, (high >> 49 & 0x3FFF) - _EXPONENT_BIAS)))


def _decimal_bytes(text: Any) -> bytes:
    try:
        value = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise ValueError('Expected a number in quotes behind $numberDecimal, such as "1.50".')
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return struct.pack("<QQ", 0, (30 if exponent == "F" else 31) << 58 | sign << 63)
    exponent += _EXPONENT_BIAS
    if len(digits) > _MOST_DIGITS or not 0 <= exponent < 0x3000:
        raise ValueError(f"The number behind $numberDecimal has over {_MOST_DIGITS} digits, or is too large or small.")
    coefficient = int("".join(map(str, digits)))
    return struct.pack("<QQ", coefficient & (1 << 64) - 1, sign << 63 | exponent << 49 | coefficient >> 64)


def _document_notation(reader: Reader, depth: int, *, is_map: bool) -> Any:
    deep_enough(depth)
    end = _document_end(reader)
    found: list[tuple[Any, Any]] = []
    while (kind := reader.number(1)) != 0:
        name = _exact_c_string(reader)
        found.append((name, _value_notation(reader, kind, depth)))
    if reader.place != end:
        raise NotFittingError(f"the document ends at byte {reader.place}, and says byte {end}")
    if is_map:
        return map_notation(found)
    if [name for name, _ in found] != [str(place) for place in range(len(found))]:
        raise NotFittingError(f"the array that ends at byte {end} has other names than 0, 1, 2")
    return [value for _, value in found]


def _exact(reader: Reader, length: int) -> str:
    """A text that can be written the same again. Raises NotFittingError."""
    start = reader.place
    if length < 0:
        raise NotFittingError(f"the text at byte {start} has no end, or says that it has {length} bytes")
    try:
        return reader.take(length).decode()
    except UnicodeDecodeError:
        raise NotFittingError(f"the text at byte {start} is no UTF-8") from None


def _exact_string(reader: Reader) -> str:
    text = _exact(reader, reader.unpack("<i") - 1)
    reader.number(1)
    return text


def _exact_c_string(reader: Reader) -> str:
    text = _exact(reader, reader.data.find(b"\0", reader.place) - reader.place)
    reader.number(1)
    return text


def _value_notation(reader: Reader, kind: int, depth: int) -> Any:
    if kind in (0x03, 0x04):
        return _document_notation(reader, depth + 1, is_map=kind == 0x03)
    if kind == 0x02:
        text = text_notation(reader.take(max(reader.unpack("<i") - 1, 0)))
        reader.number(1)
        return text
    if kind == 0x01:
        return real_notation(reader.unpack("<d"))
    if kind in (0x0A, 0x08):
        return None if kind == 0x0A else reader.number(1) != 0
    if kind == 0x10:
        return reader.unpack("<i")
    if kind == 0x12:
        value = int(reader.unpack("<q"))
        return {"$numberLong": str(value)} if -(1 << 31) <= value < 1 << 31 else value
    if kind == 0x05:
        length, subtype = reader.unpack("<i"), reader.number(1)
        data = reader.take(max(length, 0))
        if subtype == 0:
            return {"$bytes": data.hex()}
        return {"$binary": {"base64": base64.b64encode(data).decode(), "subType": f"{subtype:02x}"}}
    if kind == 0x09:
        milliseconds = reader.unpack("<q")
        shown = _time(milliseconds)
        return {"$date": shown if isinstance(shown, str) else {"$numberLong": str(milliseconds)}}
    if kind == 0x13:
        data = reader.take(16)
        text = _decimal_text(data)
        return {"$numberDecimal": text} if _decimal_bytes(text) == data else {"$decimal128": data.hex()}
    if kind == 0x11:
        step, seconds = reader.unpack("<I"), reader.unpack("<I")
        return {"$timestamp": {"t": seconds, "i": step}}
    if kind == 0x0B:
        return {"$regularExpression": {"pattern": _exact_c_string(reader), "options": _exact_c_string(reader)}}
    if kind == 0x0C:
        return {"$dbPointer": [_exact_string(reader), reader.take(12).hex()]}
    if kind == 0x0F:
        reader.unpack("<i")
        return {"$codeWithScope": [_exact_string(reader), _document_notation(reader, depth + 1, is_map=True)]}
    if kind in (0x0D, 0x0E):
        return {"$code" if kind == 0x0D else "$symbol": _exact_string(reader)}
    if kind == 0x07:
        return {"$oid": reader.take(12).hex()}
    constant = next((name for name, one in _CONSTANTS.items() if one == kind), None)
    if constant is None:
        raise NotFittingError(f"there is no type 0x{kind:02x}, which stands before byte {reader.place}")
    return {constant: True}


_CONSTANTS: Final = {"$undefined": 0x06, "$minKey": 0xFF, "$maxKey": 0x7F}


def _written(value: Any, depth: int) -> tuple[int, bytes]:
    """The type of a value, and its bytes. Raises ValueError with a sentence."""
    if depth > DEEPEST:
        raise ValueError(f"It is nested deeper than {DEEPEST} levels.")
    if isinstance(value, Pairs):
        return (0x03, _document(value, depth)) if value.special is None else _special(*value.special, depth)
    if isinstance(value, list):
        return 0x04, _document([(str(place), one) for place, one in enumerate(value)], depth)
    if isinstance(value, str):
        return 0x02, _string_bytes(utf8(value))
    if value is None:
        return 0x0A, b""
    if isinstance(value, bool):
        return 0x08, bytes([value])
    if isinstance(value, float):
        return 0x01, struct.pack("<d", value)
    if -(1 << 31) <= value < 1 << 31:
        return 0x10, struct.pack("<i", value)
    return 0x12, _long(value)


def _document(pairs: list[tuple[str, Any]], depth: int) -> bytes:
    out = bytearray(4)
    for name, value in pairs:
        kind, data = _written(value, depth + 1)
        out += bytes([kind]) + _c_bytes(name) + data
    out.append(0)
    out[:4] = struct.pack("<i", len(out))
    return bytes(out)


def _long(value: int) -> bytes:
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError(f"BSON has no number {value}: at most 64 bits can be written.")
    return struct.pack("<q", value)


def _c_bytes(text: Any) -> bytes:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError("A name of BSON, and a regular expression, is a text without the character U+0000.")
    return utf8(text) + b"\0"


def _string_bytes(data: bytes) -> bytes:
    return struct.pack("<i", len(data) + 1) + data + b"\0"


def _text_of(name: str, value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError(f"Expected a text behind {name}.")
    return _string_bytes(utf8(value))


def _members(name: str, value: Any, *wanted: str) -> list[Any]:
    found = dict(value) if isinstance(value, Pairs) else {}
    if sorted(found) != sorted(wanted):
        raise ValueError(f"Expected an object with {' and '.join(wanted)} behind {name}.")
    return [found[one] for one in wanted]


def _special(name: str, value: Any, depth: int) -> tuple[int, bytes]:
    if name in _CONSTANTS:
        return _CONSTANTS[name], b""
    if name == "$bytes":
        data = hex_bytes(name, value)
        return 0x05, struct.pack("<iB", len(data), 0) + data
    if name == "$binary":
        text, subtype = _members(name, value, "base64", "subType")
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise ValueError("What stands behind base64 is none.") from None
        kind = hex_bytes("subType", subtype)
        if len(kind) != 1:
            raise ValueError("Expected two hex digits behind subType.")
        return 0x05, struct.pack("<i", len(data)) + kind + data
    if name == "$text":
        return 0x02, _string_bytes(hex_bytes(name, value))
    if name == "$float":
        return 0x01, struct.pack("<d", number(name, value))
    if name in ("$numberDouble", "$numberInt", "$numberLong"):
        return _number(name, value)
    if name in ("$numberDecimal", "$decimal128"):
        data = _decimal_bytes(value) if name == "$numberDecimal" else hex_bytes(name, value)
        if len(data) != 16:
            raise ValueError("Expected 16 bytes behind $decimal128.")
        return 0x13, data
    if name == "$oid":
        return 0x07, _object_id(name, value)
    if name == "$date":
        return 0x09, _date(value)
    if name == "$timestamp":
        seconds, step = (whole(name, one, 0, (1 << 32) - 1) for one in _members(name, value, "t", "i"))
        return 0x11, struct.pack("<II", step, seconds)
    if name == "$regularExpression":
        pattern, options = _members(name, value, "pattern", "options")
        return 0x0B, _c_bytes(pattern) + _c_bytes(options)
    if name in ("$code", "$symbol"):
        return 0x0D if name == "$code" else 0x0E, _text_of(name, value)
    if name == "$dbPointer":
        space, id_ = pair(name, value)
        return 0x0C, _text_of(name, space) + _object_id(name, id_)
    if name == "$codeWithScope":
        code, scope = pair(name, value)
        scope_kind, data = _written(scope, depth + 1)
        if scope_kind != 0x03:
            raise ValueError("Expected an object as the second value behind $codeWithScope.")
        data = _text_of(name, code) + data
        return 0x0F, struct.pack("<i", len(data) + 4) + data
    if name == "$map":
        if not isinstance(value, list) or not all(isinstance(one, list) and len(one) == 2 for one in value):
            raise ValueError('Expected pairs behind $map, such as {"$map": [["a", 1], ["a", 2]]}.')
        return 0x03, _document(value, depth)
    raise ValueError(unknown_notation(name, "BSON"))


def _number(name: str, value: Any) -> tuple[int, bytes]:
    try:
        if name == "$numberDouble":
            return 0x01, struct.pack("<d", number(name, float(value) if isinstance(value, str) else value))
        digits = int(value) if isinstance(value, str) else whole(name, value, -(1 << 63), (1 << 63) - 1)
    except ValueError:
        raise ValueError(f'Expected a number behind {name}, such as "7".') from None
    if name == "$numberLong":
        return 0x12, _long(digits)
    return 0x10, struct.pack("<i", whole(name, digits, -(1 << 31), (1 << 31) - 1))


def _object_id(name: str, value: Any) -> bytes:
    data = hex_bytes(name, value)
    if len(data) != 12:
        raise ValueError(f"Expected 24 hex digits behind {name}.")
    return data


def _date(value: Any) -> bytes:
    if isinstance(value, Pairs) and value.special is not None and value.special[0] == "$numberLong":
        return _number(*value.special)[1]
    try:
        since = datetime.fromisoformat(value) - _EPOCH
    except (TypeError, ValueError):  # a TypeError also for a time without its zone
        raise ValueError('Expected a time behind $date, such as "2026-01-31T12:00:00.500Z".') from None
    return _long(since // timedelta(milliseconds=1))
