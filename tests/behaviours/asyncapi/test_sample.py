from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from wsgui.behaviours.asyncapi.sample import sample

SCHEMAS: list[tuple[Any, Any]] = [
    ({"type": "string", "minLength": 6}, "textxx"),
    ({"type": "string", "maxLength": 2}, "te"),
    ({"type": "string", "format": "uuid"}, "4d2fe3f0-63a1-4c1b-9b43-1a8f2f0f4a52"),
    ({"type": "integer", "exclusiveMinimum": 3}, 4),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "integer", "maximum": -4}, -4),
    ({"type": "integer", "minimum": 4, "multipleOf": 5}, 5),
    ({"type": "boolean"}, True),
    ({"type": ["null", "string"]}, "text"),
    ({"type": "null"}, None),
    ({"const": [1]}, [1]),
    ({"enum": ["b", "a"]}, "b"),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
    ({"type": "array", "maxItems": 0}, []),
    ({"properties": {"a": {"default": 5}}}, {"a": 5}),
    ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
    ({"oneOf": [{"const": 7}, {"const": 8}]}, 7),
    ({"$ref": "#/schemas/tree"}, {"children": [{"children": [{}]}]}),
]
ROOT = {
    "schemas": {
        "tree": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/schemas/tree"}}}}
    }
}


@pytest.mark.parametrize(("schema", "value"), SCHEMAS)
def test_a_value_is_made(schema: Any, value: Any) -> None:
    found = sample(ROOT, schema)
    assert found == value
    if "$ref" not in schema:
        Draft7Validator(schema).validate(found)
