"""What decoders of binary values share: reading with a bound, and keeping a value beside its tree."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_places import step_path
from wsgui.dissect.decoders.model import Budget, CutOff, Decoder, NotFittingError, TreeNode
from wsgui.dissect.decoders.notices import notice, picture_words, unpack_into
from wsgui.dissect.preview import hex_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context, Message

_SHOWN: Final = 32
_SHORT: Final = 160
_SMALL: Final = 5000


class Reader:
    """Bytes that are read from the front; ``place`` is where the next ones stand."""

    def __init__(self, data: bytes, place: int = 0, end: int | None = None) -> None:
        self.data = data
        self.place = place
        self.end = len(data) if end is None else end

    def take(self, count: int) -> bytes:
        """The next bytes. Raises NotFittingError if there are fewer."""
        stop = self.place + count
        if stop > self.end:
            raise NotFittingError(f"it ends at byte {self.end}, where {stop - self.end} more are missing")
        found = self.data[self.place : stop]
        self.place = stop
        return found

    def number(self, count: int) -> int:
        """An unsigned number of so many bytes, the highest first (network order)."""
        return int.from_bytes(self.take(count), "big")

    def unpack(self, form: str) -> Any:
        """One value as `struct` writes it."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return self.end - self.place


def bytes_text(data: bytes) -> str:
    """Bytes as a node shows them."""
    words = picture_words(data)
    more = "\u2026" if len(data) > _SHOWN else ""
    return f"{len(data)} bytes: {words or data[:_SHOWN].hex(' ') + more}" if data else "0 bytes"


def put_text(node: TreeNode, value: str, budget: Budget) -> None:
    """Make a node one of a text."""
    node.value = value
    if budget.plain:
        return
    node.text = json.dumps(value[:400], ensure_ascii=False)
    notice(node, value, budget)


def put_bytes(node: TreeNode, value: bytes, budget: Budget) -> None:
    """Make a node one of bytes, with what is packed in them."""
    node.value = value
    if budget.plain:
        return
    node.text = bytes_text(value)
    unpack_into(node, value, budget)


class BinaryValueDecoder(Decoder):
    """A subclass says what fits, and reads a whole message as one value."""

    def read(self, root: TreeNode, data: bytes, budget: Budget, path: str = "") -> Any:
        """Put the value that ``data`` is into ``root``; returns it as JSON has it, bytes as they are. Raises
        NotFittingError, and what the budget raises."""
        raise NotImplementedError

    def small(self, message: Message) -> Any:
        """The value of a whole message; None if it is none, or too large to be looked at quickly."""
        if self.name not in message.known:
            budget = Budget(nodes=_SMALL, seconds=1, plain=True)
            try:
                message.known[self.name] = self.read(TreeNode("", stop=len(message.data)), message.data, budget)
            except (NotFittingError, CutOff):
                message.known[self.name] = None
        return message.known[self.name]

    def one_line(self, context: Context, message: Message) -> str:
        del context
        value = self.small(message) if message.whole else None
        return hex_line(message.data, message.length) if value is None else short_value(value)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        self.read(root, message.data, budget, self.prefix)

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        del context
        value = self.small(message)
        return {} if value is None else {"": value}

    def pretty(self, message: Message) -> str:
        value = self.small(message)
        if value is None:
            raise NotFittingError("it cannot be read to its end, or has too many values")
        return json.dumps(value, ensure_ascii=False, indent=2, default=_other)


class Container:
    """An array or map that is being read: how many values are still to come (None: until its end is told), and the
    values that have come, as JSON has them."""

    __slots__ = ("key", "left", "node", "path", "value")

    def __init__(self, node: TreeNode, left: int | None, path: str, *, is_map: bool) -> None:
        self.node = node
        self.left = left
        self.path = path
        self.value: dict[str, Any] | list[Any] = {} if is_map else []
        self.key: tuple[str, int] | None = None

    @property
    def wants_key(self) -> bool:
        """Whether the next value is a key."""
        return isinstance(self.value, dict) and self.key is None

    def put(self, value: Any) -> None:
        """A value has come, and with it its node."""
        if isinstance(self.value, dict):
            self.value.setdefault((self.key or ("", 0))[0], value)
            self.key = None
        else:
            self.value.append(value)
        if self.left is not None:
            self.left -= 1

    def label(self) -> tuple[str, int | None, str]:
        """What the next value is called, where its key begins, and its path."""
        if isinstance(self.value, dict):
            name, start = self.key or ("", 0)
            return name, start, step_path(self.path, name)
        place = len(self.value)
        return f"[{place}]", None, step_path(self.path, place)

    def close(self, stop: int) -> None:
        """Its end has come."""
        self.node.stop = stop
        count = len(self.node.children)
        self.node.text = f"{{{count}}}" if isinstance(self.value, dict) else f"[{count}]"


def short_value(value: Any) -> str:
    """A value in one line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_other)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}\u2026"


def _other(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
