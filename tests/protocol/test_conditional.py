"""Conditions and ranges, as RFC 9110 sections 13 and 14 have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.conditional import RangeAnswer, Version, asked_for
from wsgui.protocol.handshake_rules import Headers

VERSION = Version(100, 784111777, '"a-1"')
WHOLE = RangeAnswer(200, 0, 100)
NOW = b"Sun, 06 Nov 1994 08:49:37 GMT"
BEFORE = b"Sun, 06 Nov 1994 08:49:36 GMT"


def test_what_a_client_is_told() -> None:
    assert VERSION.headers == (("ETag", '"a-1"'), ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"))


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ([], WHOLE),
        # Only if it has changed.
        ([(b"If-None-Match", b'"a-1"')], RangeAnswer(304)),
        ([(b"If-None-Match", b'"b", W/"a-1"')], RangeAnswer(304)),
        ([(b"If-None-Match", b"*")], RangeAnswer(304)),
        ([(b"If-None-Match", b'"b"')], WHOLE),
        ([(b"If-None-Match", b"a-1")], WHOLE),
        ([(b"If-Modified-Since", NOW)], RangeAnswer(304)),
        ([(b"If-Modified-Since", BEFORE)], WHOLE),
        ([(b"If-Modified-Since", b"yesterday")], WHOLE),
        ([(b"If-Modified-Since", b"Sun, 99 Nov 1994 08:49:37 GMT")], WHOLE),
        ([(b"If-None-Match", b'"b"'), (b"If-Modified-Since", NOW)], WHOLE),
        # Only if it is still the same.
        ([(b"If-Match", b'"a-1"')], WHOLE),
        ([(b"If-Match", b"*")], WHOLE),
        ([(b"If-Match", b'W/"a-1"')], RangeAnswer(412)),
        ([(b"If-Match", b'"b"')], RangeAnswer(412)),
        ([(b"If-Unmodified-Since", BEFORE)], RangeAnswer(412)),
        ([(b"If-Unmodified-Since", NOW)], WHOLE),
        ([(b"If-Match", b'"a-1"'), (b"If-Unmodified-Since", BEFORE)], WHOLE),
        # Parts.
        ([(b"Range", b"bytes=0-0")], RangeAnswer(206, 0, 1)),
        ([(b"Range", b"Bytes=10-")], RangeAnswer(206, 10, 90)),
        ([(b"Range", b"bytes=90-200")], RangeAnswer(206, 90, 10)),
        ([(b"Range", b"bytes=-7")], RangeAnswer(206, 93, 7)),
        ([(b"Range", b"bytes=-700")], RangeAnswer(206, 0, 100)),
        ([(b"Range", b"bytes=-0")], RangeAnswer(416)),
        ([(b"Range", b"bytes=100-")], RangeAnswer(416)),
        ([(b"Range", b"bytes=9-8")], WHOLE),
        ([(b"Range", b"bytes=-")], WHOLE),
        ([(b"Range", b"bytes=0-1,3-4")], WHOLE),
        ([(b"Range", b"lines=0-1")], WHOLE),
        ([(b"Range", b"bytes=0-1"), (b"Range", b"bytes=2-3")], WHOLE),
        ([(b"Range", b"bytes=0-" + b"9" * 30)], WHOLE),
        ([(b"Range", b"bytes=0-1"), (b"If-Range", b'"a-1"')], RangeAnswer(206, 0, 2)),
        ([(b"Range", b"bytes=0-1"), (b"If-Range", NOW)], RangeAnswer(206, 0, 2)),
        ([(b"Range", b"bytes=0-1"), (b"If-Range", b'"b"')], WHOLE),
        ([(b"Range", b"bytes=0-1"), (b"If-Range", BEFORE)], WHOLE),
    ],
)
def test_what_is_given(headers: list[tuple[bytes, bytes]], part: RangeAnswer) -> None:
    assert asked_for("GET", Headers(headers), VERSION) == part


def test_a_head_has_no_ranges() -> None:
    assert asked_for("HEAD", Headers([(b"Range", b"bytes=0-1")]), VERSION) == WHOLE


@given(st.text(), st.text(), st.integers(0, 10))
def test_any_header_is_answered(one: str, other: str, length: int) -> None:
    names = (b"If-Range", b"If-Match", b"If-None-Match", b"If-Modified-Since", b"If-Unmodified-Since")
    found = asked_for(
        "GET",
        Headers([(b"Range", b"bytes=" + one.encode()), *((name, other.encode()) for name in names)]),
        Version(length, 0, '"a"'),
    )
    assert 0 <= found.start <= found.start + found.length <= length
