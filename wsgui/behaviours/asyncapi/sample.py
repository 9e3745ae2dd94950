"""A value that a schema describes, where its document has no example: as small as it may be, with every property."""

from __future__ import annotations

from typing import Any, Final

from wsgui.behaviours.asyncapi.checker import ROOT

_FORMATS: Final = {
    "date-time": "2026-11-21T12:04:10Z",
    "date": "2026-11-21",
    "time": "12:04:10Z",
    "duration": "PT1S",
    "email": "ann@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "uuid": "4d2fe3f0-63a1-4c1b-9b43-1a8f2f0f4a52",
    "byte": "AAE=",
    "binary": "x",
}
DEEPEST: Final = 12
_ALL_PROPERTIES: Final = 4
"""Levels on which properties stand that are not required."""


def sample(root: dict[str, Any], schema: Any, depth: int = 0) -> Any:
    """A value for a schema of the document ``root``; whether it fits is for `Checker` to say."""
    schema = _followed(root, schema)
    if not isinstance(schema, dict) or depth > DEEPEST:
        return None
    for key in ("const", "default", "example"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    if isinstance(schema.get("allOf"), list):
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for one in schema["allOf"]:
            _merge(merged, _followed(root, one))
        return sample(root, merged, depth + 1)
    for key in ("oneOf", "anyOf"):
        if isinstance(schema.get(key), list) and schema[key]:
            merged = {name: value for name, value in schema.items() if name != key}
            _merge(merged, _followed(root, schema[key][0]))
            return sample(root, merged, depth + 1)
    return _of_type(root, schema, depth)


def _of_type(root: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind == "object" or (kind is None and "properties" in schema):
        needed = schema.get("required", [])
        there = schema.get("properties", {})
        found = {
            name: sample(root, one, depth + 1)
            for name, one in there.items()
            if depth < _ALL_PROPERTIES or name in needed
        }
        return {**found, **{name: None for name in needed if name not in there}}
    if kind == "array" or (kind is None and "items" in schema):
        items = schema.get("items", {})
        if isinstance(items, list):
            return [sample(root, one, depth + 1) for one in items]
        count = min(int(schema.get("minItems", 1)) or 1, 100)
        return [] if schema.get("maxItems") == 0 else [sample(root, items, depth + 1)] * count
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    if kind == "boolean":
        return True
    return None if kind == "null" else _text(schema)


def _text(schema: dict[str, Any]) -> str:
    text = _FORMATS.get(str(schema.get("format", "")), "text")
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    text = text.ljust(min(least, 10_000), "x")
    return text[:most] if isinstance(most, int) else text


def _number(schema: dict[str, Any], *, whole: bool) -> Any:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    step = schema.get("multipleOf", 1)
    if least is None:
        value: Any = 1 if most is None or most >= 1 else most - ("exclusiveMaximum" in schema)
    else:
        value = least
        if "exclusiveMinimum" in schema and "minimum" not in schema:
            value = least + 1 if most is None or least + 1 <= most else (least + most) / 2
    if step not in (0, 1):
        value = -(-value // step) * step
    return int(value) if whole else value


def _followed(root: dict[str, Any], schema: Any) -> Any:
    for _ in range(32):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            return schema
        target = schema["$ref"].removeprefix(ROOT)
        schema = root
        for part in target.removeprefix("#").strip("/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(schema, list) and name.isdecimal() and int(name) < len(schema):
                schema = schema[int(name)]
            elif isinstance(schema, dict):
                schema = schema.get(name)
    return None


def _merge(into: dict[str, Any], more: Any) -> None:
    for key, value in more.items() if isinstance(more, dict) else ():
        if key == "properties" and isinstance(into.get(key), dict) and isinstance(value, dict):
            into[key] = {**into[key], **value}
        elif key == "required" and isinstance(into.get(key), list) and isinstance(value, list):
            into[key] = [*into[key], *value]
        else:
            into.setdefault(key, value)
