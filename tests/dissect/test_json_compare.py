from __future__ import annotations

import pytest

from wsgui.dissect.json_compare import LARGEST, MOST, json_differences


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (b'{"a":1,"b":[true]}', b'{ "b" : [true], "a": 1.0 }', []),
        (b'["\\u00e9"]', '["é"]'.encode(), []),
        (b'{"a":1}', b'{"a":2}', [("json.a", "1", "2")]),
        (b'{"a":1}', b'{"a":true}', [("json.a", "1", "true")]),
        (b'{"a":1,"x y":2}', b'{"b":null,"a":1}', [('json["x y"]', "2", ""), ("json.b", "", "null")]),
        (b'{"a":{"b":[1,2,{"c":0.5}]}}', b'{"a":{"b":[1,2,{"c":0.25}]}}', [("json.a.b[2].c", "0.5", "0.25")]),
        (b"[1,2,3,4]", b"[2,3,4]", [("json[0]", "1", "")]),
        (b"[1,3]", b"[1,2,3]", [("json[1]", "", "2")]),
        (b"[[1],[2]]", b"[[9],[2]]", [("json[0][0]", "1", "9")]),
        (b"{}", b"[]", [("json", "{}", "[]")]),
        (b'{"a":1,"a":2}', b'{"a":1,"a":3}', [('json["a (2)"]', "2", "3")]),
        (b'{"a":1,"a":2,"a":3}', b'{"a":1}', [('json["a (2)"]', "2", ""), ('json["a (3)"]', "3", "")]),
    ],
)
def test_what_differs(left: bytes, right: bytes, found: list[tuple[str, str, str]]) -> None:
    assert json_differences(left, right) == found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (b"1", b"2"),
        (b"{}", b"no"),
        (b"\xff", b"{}"),
        (b"[" * 100_000, b"[]"),
        (b"[" + b" " * LARGEST + b"]", b"[]"),
        (b"[1e9999999999999999999]", b"[]"),
    ],
)
def test_what_is_not_compared(left: bytes, right: bytes) -> None:
    assert json_differences(left, right) is None


def test_many_and_long_ones() -> None:
    left = b"[" + b"1," * 1000 + b"1]"
    right = b"[" + b"2," * 1000 + b"2]"
    found = json_differences(left, right)
    assert found is not None
    assert len(found) == MOST
    assert found[-1].path == f"json[{MOST - 1}]"
    (one,) = json_differences(b'["' + b"x" * 500 + b'"]', b"[1]") or ()
    assert one.left.endswith("x…")
    assert len(one.left) == 201
