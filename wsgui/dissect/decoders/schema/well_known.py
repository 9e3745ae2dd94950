"""The fields of the types that come with Protocol Buffers (https://protobuf.dev/reference/protobuf/google.protobuf/):
files import them by these names and do not bring them."""

from __future__ import annotations

from typing import Final

_WRAPPERS: Final = {
    "Double": "double",
    "Float": "float",
    "Int64": "int64",
    "UInt64": "uint64",
    "Int32": "int32",
    "UInt32": "uint32",
    "Bool": "bool",
    "String": "string",
    "Bytes": "bytes",
}
_MESSAGES: Final = {
    "any": "message Any { string type_url = 1; bytes value = 2; }",
    "duration": "message Duration { int64 seconds = 1; int32 nanos = 2; }",
    "empty": "message Empty {}",
    "field_mask": "message FieldMask { repeated string paths = 1; }",
    "struct": """
        message Struct { map<string, Value> fields = 1; }
        message Value { NullValue null_value = 1; double number_value = 2; string string_value = 3;
                        bool bool_value = 4; Struct struct_value = 5; ListValue list_value = 6; }
        message ListValue { repeated Value values = 1; }
        enum NullValue { NULL_VALUE = 0; }""",
    "timestamp": "message Timestamp { int64 seconds = 1; int32 nanos = 2; }",
    "wrappers": " ".join(f"message {name}Value {{ {type_} value = 1; }}" for name, type_ in _WRAPPERS.items()),
    "descriptor": "",  # options: they say nothing about what is on the wire
}

WELL_KNOWN: Final = {
    f"google/protobuf/{name}.proto": f'syntax = "proto3"; package google.protobuf; {text}'
    for name, text in _MESSAGES.items()
}
"""Texts by the names of the files."""
