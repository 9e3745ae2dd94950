"""What a schema says of messages, and which message of it a payload is (`SchemaChoice`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.decoders.binary_value import Reader
from wsgui.dissect.decoders.model import NotFittingError
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wsgui.dissect.decoders.model import Context

VARINT, I64, LEN, START, END, I32 = range(6)
"""How a value stands on the wire (https://protobuf.dev/programming-guides/encoding/#structure)."""

SCALARS: Final = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool"), VARINT),
    **dict.fromkeys(("fixed64", "sfixed64", "double"), I64),
    **dict.fromkeys(("fixed32", "sfixed32", "float"), I32),
    **dict.fromkeys(("string", "bytes"), LEN),
}


class SchemaError(ValueError):
    """A file that is no schema, in one sentence with the place."""


@dataclass(slots=True)
class ProtoEnum:
    """The names of an enumeration by their numbers."""

    name: str
    names: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class ProtoField:
    """A field. ``type`` is a scalar's name, or empty where ``message`` or ``enum`` says it; a map is a repeated message
    with the fields 1 and 2."""

    number: int
    name: str
    type: str = ""
    repeated: bool = False
    packed: bool = False
    is_map: bool = False
    message: ProtoMessage | None = None
    enum: ProtoEnum | None = None

    @property
    def wire(self) -> int:
        """How one value of it stands on the wire."""
        return LEN if self.message is not None else VARINT if self.enum is not None else SCALARS[self.type]

    @property
    def type_name(self) -> str:
        """Its type for people."""
        owner = self.message or self.enum
        return self.type if owner is None else "map" if self.is_map else owner.name


@dataclass(slots=True)
class ProtoMessage:
    """The fields of a message by their numbers; ``name`` is its full one, without a dot before it."""

    name: str
    fields: dict[int, ProtoField] = field(default_factory=dict)

    def named(self, name: str) -> ProtoField | None:
        """The field of that name, or of that name in lowerCamelCase."""
        return next((one for one in self.fields.values() if name in (one.name, _camel(one.name))), None)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class Schema(NamedTuple):
    """A file: every message that it declares or imports by its full name, and the names of those of the file itself
    that no other one of them contains."""

    file: str
    messages: Mapping[str, ProtoMessage]
    roots: tuple[str, ...]

    def find(self, name: str) -> ProtoMessage:
        """The message of a full name, or of a last part that only one has. Raises SchemaError."""
        wanted = name.removeprefix(".")
        found = self.messages.get(wanted)
        if found is not None:
            return found
        ends = [one for key, one in self.messages.items() if key.endswith(f".{wanted}")]
        if len(ends) != 1:
            known = ", ".join(sorted(self.messages)[:12]) or "none"
            said = "several messages" if ends else "no message"
            raise SchemaError(f"{self.file} has {said} {name!r}; there are {known}.")
        return ends[0]


class TypeRule(NamedTuple):
    """Which messages are of a type: those of a ``path`` (with a ``*`` for what may be anything), that went one
    ``way`` (the role that sent them), or whose first field has a number and a ``value``."""

    message: ProtoMessage
    path: str = ""
    way: str = ""
    first: tuple[int, str] | None = None


_FIRST: Final = re.compile(r"(\d+):(.*)")


class SchemaChoice(NamedTuple):
    """A schema, and the rules that say which message of it a payload is; the first that fits counts."""

    schema: Schema
    rules: tuple[TypeRule, ...]

    def message_for(self, context: Context, data: bytes) -> ProtoMessage | None:
        """The message that a payload is; None if no rule fits."""
        for rule in self.rules:
            if rule.path and not fnmatchcase(context.path, rule.path):
                continue
            if rule.way and context.from_client is not (rule.way == Role.CLIENT.value):
                continue
            if rule.first is not None and _first_field(data) != rule.first:
                continue
            return rule.message
        return None


def choose(schema: Schema, rules: Sequence[str]) -> SchemaChoice:
    """``chat.Say`` for every message, ``/path=chat.Say`` for those of a path, ``client=chat.Say`` and
    ``server=chat.Say`` for those that one side sent, ``1:7=chat.Say`` for those whose first field is number 1 with
    the value 7. Without rules, a schema with one message that no other contains needs none. Raises SchemaError."""
    made = []
    for rule in filter(None, (one.strip() for one in rules)):
        where, _, name = rule.rpartition("=")
        message = schema.find(name.strip())
        where = where.strip()
        if (first := _FIRST.fullmatch(where)) is not None:
            made.append(TypeRule(message, first=(int(first[1]), first[2])))
        elif where in (Role.CLIENT.value, Role.SERVER.value):
            made.append(TypeRule(message, way=where))
        elif not where or where.startswith(("/", "*")):
            made.append(TypeRule(message, path=where))
        else:
            raise SchemaError(
                f"{where!r} says no messages; write a path, client, server, or a first field such as 1:7, "
                "before the message's name."
            )
    if not made:
        if len(schema.roots) != 1:
            raise SchemaError(
                f"{schema.file} has {'several' if schema.roots else 'no'} messages to choose from"
                + (f": name one of {', '.join(schema.roots[:12])}." if schema.roots else ".")
            )
        made.append(TypeRule(schema.messages[schema.roots[0]]))
    return SchemaChoice(schema, tuple(made))


def _first_field(data: bytes) -> tuple[int, str] | None:
    """The number of the first field and its value as text."""
    reader = Reader(data)
    try:
        tag = read_varint(reader)
        if tag & 7 == VARINT:
            return tag >> 3, str(read_varint(reader))
        if tag & 7 == LEN:
            return tag >> 3, reader.take(read_varint(reader)).decode("utf-8", "replace")
        return tag >> 3, str(int.from_bytes(reader.take(8 if tag & 7 == I64 else 4), "little"))
    except NotFittingError:
        return None


def read_varint(reader: Reader) -> int:
    """A number of up to ten bytes. Raises NotFittingError."""
    value = 0
    for count in range(10):
        byte = reader.number(1)
        value |= (byte & 127) << 7 * count
        if byte < 128:
            return value & (1 << 64) - 1
    raise NotFittingError(f"the number before byte {reader.place} has no end")
