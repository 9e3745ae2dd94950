"""Values within JSON payloads."""

from __future__ import annotations

from wsgui.filter.json_value import MISSING, json_value


def test_json_values() -> None:
    assert json_value(b'{"a":1,"a":2}', ("a",)) == 1
    assert json_value(b"[9223372036854775807, 9223372036854775808, -9223372036854775808]", ()) == [
        2**63 - 1,
        2.0**63,
        -(2**63),
    ]
    assert json_value(b"1" + b"0" * 5000, ()) == float("inf")
    assert json_value(b"[" * 100_000, ()) is MISSING
    for payload in (b"", b"NaN", b"[Infinity]", b"{", b"\xff", b"\xef\xbb\xbf1", b"1\0"):
        assert json_value(payload, ()) is MISSING
    assert json_value(b'"\xff"', ()) == "\udcff"
    assert json_value(b"[1]", ("a",)) is MISSING
    assert json_value(b'{"a":1}', (0,)) is MISSING
