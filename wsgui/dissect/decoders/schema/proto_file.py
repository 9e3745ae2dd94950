"""`.proto` files (https://protobuf.dev/reference/protobuf/proto3-spec/) as schemas; proto-schema-parser reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from antlr4.error.ErrorListener import ErrorListener
from proto_schema_parser import ast
from proto_schema_parser.parser import Parser

from wsgui.dissect.decoders.schema.model import SCALARS, ProtoEnum, ProtoField, ProtoMessage, Schema, SchemaError
from wsgui.dissect.decoders.schema.well_known import WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 1024 * 1024
"""Bytes of a file that is read."""
_MOST_FILES: Final = 200


def read_proto(path: Path) -> Schema:
    """The schema of a file and of what it imports. Raises SchemaError."""
    return _Files(path).read()


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise SchemaError(f"{path.name} is larger than 1 MiB.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SchemaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path.name} is no text: byte {error.start} is no UTF-8.") from None


class _Listener(ErrorListener):  # type: ignore[misc]  # the library has no types
    def __init__(self, name: str) -> None:
        self.name = name

    def syntaxError(
        self, recognizer: object, symbol: Any, line: int, column: int, message: str, error: object
    ) -> NoReturn:
        del recognizer, error
        found = "this character" if symbol is None else "the end" if symbol.text == "<EOF>" else repr(symbol.text)
        wanted = re.search(r"expecting (?:\{)?('[^']+')\}?$|missing ('[^']+')", message)
        said = next(filter(None, wanted.groups())) if wanted else ""
        raise SchemaError(
            f"{self.name}, line {line}, character {column + 1}: {found} is not expected"
            + (f"; {said} is missing." if said else ".")
        )


class _Files:
    """A file and those that it imports, while they are read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.messages: dict[str, ProtoMessage] = {}
        self.enums: dict[str, ProtoEnum] = {}
        self.own: list[str] = []
        self.contained: set[str] = set()
        self.waiting: list[tuple[str, str, ProtoField, str, str]] = []
        """Fields whose types are not looked up yet: file, text, field, type and the scope it stands in."""
        self.seen: set[str] = set()

    def read(self) -> Schema:
        self._file(self.path.name, _text(self.path), first=True)
        for file, text, one, type_, scope in self.waiting:
            self._resolve(file, text, one, type_, scope)
        # What others contain is a part; a file in which each message is a part of another has them all to choose from.
        roots = [name for name in self.own if name not in self.contained] or self.own
        return Schema(self.path.name, self.messages, tuple(roots))

    def _file(self, name: str, text: str, *, first: bool = False) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        if len(self.seen) > _MOST_FILES:
            raise SchemaError(f"{self.path.name} imports more than {_MOST_FILES} files.")
        tree = self._parsed(name, text)
        package = next((one.name for one in tree.file_elements if isinstance(one, ast.Package)), "")
        packs = tree.syntax != "proto2" and (tree.syntax is not None or tree.edition is not None)
        for element in tree.file_elements:
            if isinstance(element, ast.Import):
                self._import(name, text, element.name)
            elif isinstance(element, ast.Message):
                self._message(name, text, element, package, packs=packs, first=first)
            elif isinstance(element, ast.Enum):
                self._enum(element, package)

    def _parsed(self, name: str, text: str) -> ast.File:
        listener = _Listener(name)

        def listen(machine: Any) -> None:
            machine.removeErrorListeners()
            machine.addErrorListener(listener)

        try:
            return Parser(setup_lexer=listen, setup_parser=listen).parse(text)
        except SchemaError:
            raise
        except RecursionError:
            raise SchemaError(f"{name} is nested too deeply.") from None
        except Exception as error:  # noqa: BLE001 - whatever the library makes of a file that is none
            raise SchemaError(f"{name} is no .proto file: {str(error) or type(error).__name__}.") from None

    def _import(self, name: str, text: str, wanted: str) -> None:
        known = WELL_KNOWN.get(wanted)
        if known is not None:
            self._file(wanted, known)
            return
        if ".." in wanted.split("/") or wanted.startswith("/"):
            raise SchemaError(f"{_place(name, text, wanted)}: {wanted!r} lies outside the folder of the first file.")
        # As protoc with the folder of the first file, or one above it, as its --proto_path.
        for folder in (self.path.parent, *list(self.path.parent.parents)[:4]):
            path = folder / wanted
            if path.is_file():
                self._file(wanted, _text(path))
                return
        raise SchemaError(f"{_place(name, text, wanted)}: the file {wanted!r} that it imports is not there.")

    def _enum(self, element: ast.Enum, scope: str) -> None:
        full = f"{scope}.{element.name}" if scope else element.name
        made = self.enums[full] = ProtoEnum(full)
        for value in element.elements:
            if isinstance(value, ast.EnumValue):
                made.names.setdefault(int(value.number), value.name)

    def _message(
        self, file: str, text: str, element: ast.Message | ast.Group, scope: str, *, packs: bool, first: bool
    ) -> None:
        full = f"{scope}.{element.name}" if scope else element.name
        made = self.messages[full] = ProtoMessage(full)
        if first:
            self.own.append(full)
            if scope in self.messages:
                self.contained.add(full)
        for inner in _elements(element):
            if isinstance(inner, ast.Message):
                self._message(file, text, inner, full, packs=packs, first=first)
            elif isinstance(inner, ast.Enum):
                self._enum(inner, full)
            elif isinstance(inner, ast.MapField):
                entry = ProtoMessage(f"{full}.{inner.name} entry")
                entry.fields[1] = ProtoField(1, "key", inner.key_type)
                entry.fields[2] = ProtoField(2, "value")
                self.waiting.append((file, text, entry.fields[2], inner.value_type, full))
                self._add(file, text, made, ProtoField(inner.number, inner.name, "", True, is_map=True, message=entry))
            elif isinstance(inner, ast.Field):
                repeated = inner.cardinality == ast.FieldCardinality.REPEATED
                asked = next((option.value for option in inner.options if option.name == "packed"), packs)
                one = ProtoField(inner.number, inner.name, "", repeated, repeated and asked in (True, "true"))
                self.waiting.append((file, text, one, inner.type, full))
                self._add(file, text, made, one)

    def _add(self, file: str, text: str, message: ProtoMessage, one: ProtoField) -> None:
        if not 0 < one.number < 1 << 29:
            raise SchemaError(f"{_place(file, text, one.name)}: {one.name!r} has no number from 1 to 536870911.")
        if one.number in message.fields:
            other = message.fields[one.number].name
            place = _place(file, text, one.name)
            raise SchemaError(f"{place}: {one.name!r} has the number of {other!r}, {one.number}.")
        message.fields[one.number] = one

    def _resolve(self, file: str, text: str, one: ProtoField, type_: str, scope: str) -> None:
        """Find the type of a field, from its own message outwards."""
        if type_ in SCALARS:
            one.type = type_
            one.packed = one.packed and type_ not in ("string", "bytes")
            return
        within = [] if type_.startswith(".") else scope.split(".")
        wanted = type_.removeprefix(".")
        for count in range(len(within), -1, -1):
            full = ".".join([*within[:count], wanted])
            if full in self.messages:
                one.message = self.messages[full]
                one.packed = False
                if full != scope:
                    self.contained.add(full)
                return
            if full in self.enums:
                one.enum = self.enums[full]
                return
        raise SchemaError(f"{_place(file, text, type_)}: there is no type {type_!r}.")


def _elements(element: ast.Message | ast.Group) -> Iterator[Any]:
    for inner in element.elements:
        if isinstance(inner, ast.OneOf):
            yield from inner.elements
        else:
            yield inner


def _place(file: str, text: str, word: str) -> str:
    """The file, and the line in which a word stands that is not what it should be."""
    found = re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", re.sub(r"//[^\n]*", "", text))
    return f"{file}, line {text.count(chr(10), 0, found.start()) + 1}" if found else file
