"""Descriptor files: a FileDescriptorSet, as ``protoc --descriptor_set_out`` writes it. Its own schema reads it
(https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.model import Budget, CutOff, NotFittingError, TreeNode
from wsgui.dissect.decoders.schema.model import ProtoEnum, ProtoField, ProtoMessage, Schema, SchemaError
from wsgui.dissect.decoders.schema.reading import fill_message

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST: Final = 8 * 1024 * 1024
_TYPES: Final = (
    *("", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "message"),
    *("bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64"),
)
"""The values of FieldDescriptorProto.Type."""
_REPEATED: Final = 3


def _message(name: str, *fields: ProtoField) -> ProtoMessage:
    return ProtoMessage(name, {one.number: one for one in fields})


_OPTIONS: Final = _message("options", ProtoField(2, "packed", "bool"), ProtoField(7, "map_entry", "bool"))
_FIELD: Final = _message(
    "field",
    ProtoField(1, "name", "string"),
    ProtoField(3, "number", "int32"),
    ProtoField(4, "label", "int32"),
    ProtoField(5, "type", "int32"),
    ProtoField(6, "type_name", "string"),
    ProtoField(8, "options", message=_OPTIONS),
)
_VALUE: Final = _message("value", ProtoField(1, "name", "string"), ProtoField(2, "number", "int32"))
_ENUM: Final = _message("enum", ProtoField(1, "name", "string"), ProtoField(2, "value", repeated=True, message=_VALUE))
_MESSAGE: Final = _message(
    "message",
    ProtoField(1, "name", "string"),
    ProtoField(2, "field", repeated=True, message=_FIELD),
    ProtoField(4, "enum_type", repeated=True, message=_ENUM),
    ProtoField(7, "options", message=_OPTIONS),
)
_MESSAGE.fields[3] = ProtoField(3, "nested_type", repeated=True, message=_MESSAGE)
_FILE: Final = _message(
    "file",
    ProtoField(1, "name", "string"),
    ProtoField(2, "package", "string"),
    ProtoField(4, "message_type", repeated=True, message=_MESSAGE),
    ProtoField(5, "enum_type", repeated=True, message=_ENUM),
    ProtoField(12, "syntax", "string"),
)
_SET: Final = _message("set", ProtoField(1, "file", repeated=True, message=_FILE))


def read_descriptors(path: Path) -> Schema:
    """The schema of a descriptor file; its last file is the one that it was made for. Raises SchemaError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SchemaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    if len(data) > _LARGEST:
        raise SchemaError(f"{path.name} is larger than 8 MiB.")
    try:
        found = fill_message(TreeNode("", stop=len(data)), data, Budget(nodes=2_000_000, seconds=20, plain=True), _SET)
    except (NotFittingError, CutOff) as error:
        raise SchemaError(f"{path.name} is no descriptor file: {str(error).rstrip('.')}.") from None
    files = found.get("file", [])
    if not files:
        raise SchemaError(f"{path.name} is no descriptor file: it has no files.")
    made = _Made()
    for file in files:
        made.file(file, last=file is files[-1])
    try:
        return made.schema(path.name)
    except (KeyError, TypeError):
        raise SchemaError(f"{path.name} is no descriptor file: a field of it has no type.") from None


class _Made:
    def __init__(self) -> None:
        self.messages: dict[str, ProtoMessage] = {}
        self.enums: dict[str, ProtoEnum] = {}
        self.entries: set[str] = set()
        self.waiting: list[tuple[ProtoMessage, dict[str, Any], bool]] = []
        self.own: list[str] = []
        self.inner: set[str] = set()

    def file(self, file: dict[str, Any], *, last: bool) -> None:
        packs = file.get("syntax", "proto2") != "proto2"
        package = file.get("package", "")
        self._inside(file, package, "message_type", packs=packs, last=last)
        if last:
            self.own = [name for name in self.own if name not in self.entries]

    def _inside(self, owner: dict[str, Any], scope: str, key: str, *, packs: bool, last: bool) -> None:
        for enum in owner.get("enum_type", []):
            names = {one.get("number", 0): one.get("name", "") for one in reversed(enum.get("value", []))}
            full = _full(scope, enum)
            self.enums[full] = ProtoEnum(full, names)
        for message in owner.get(key, []):
            full = _full(scope, message)
            made = self.messages[full] = ProtoMessage(full)
            if message.get("options", {}).get("map_entry"):
                self.entries.add(full)
            if last:
                self.own.append(full)
                if key == "nested_type":
                    self.inner.add(full)
            self.waiting += [(made, one, packs) for one in message.get("field", [])]
            self._inside(message, full, "nested_type", packs=packs, last=last)

    def schema(self, name: str) -> Schema:
        for message, one, packs in self.waiting:
            kind = _TYPES[one["type"]]
            repeated = one.get("label") == _REPEATED
            made = ProtoField(one["number"], one["name"], repeated=repeated)
            wanted = one.get("type_name", "").removeprefix(".")
            if kind in ("message", "group"):
                made.message = self.messages[wanted]
                made.is_map = wanted in self.entries
                if not f"{message.name}.".startswith(f"{wanted}."):  # what contains itself is no part
                    self.inner.add(wanted)
            elif kind == "enum":
                made.enum = self.enums[wanted]
            else:
                made.type = kind
            can_pack = kind not in ("message", "group", "string", "bytes")
            made.packed = repeated and can_pack and bool(one.get("options", {}).get("packed", packs))
            message.fields[made.number] = made
        roots = [one for one in self.own if one not in self.inner] or self.own
        return Schema(name, self.messages, tuple(roots))


def _full(scope: str, one: dict[str, Any]) -> str:
    return f"{scope}.{one.get('name', '')}" if scope else str(one.get("name", ""))
