from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.raw import NO_KEY, shaken_client
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve
from wsgui.engine.behaviours.known.transform import LARGEST, Transform, _laid_out


@pytest.mark.parametrize(
    ("into", "sent", "answer"),
    [
        ("upper", b"\x81\x83" + NO_KEY + b"abc", b"\x81\x03ABC"),
        ("upper", b"\x82\x83" + NO_KEY + b"a\xffb", b"\x82\x03A\xffB"),
        ("lower", b"\x81\x83" + NO_KEY + b"AbC", b"\x81\x03abc"),
        ("reverse", b"\x81\x84" + NO_KEY + b"a\xc3\xbcb", b"\x81\x04b\xc3\xbca"),
        ("reverse", b"\x82\x83" + NO_KEY + b"\x00\x01\x02", b"\x82\x03\x02\x01\x00"),
        ("compact", b"\x81\x88" + NO_KEY + b'{"a": 1}', b'\x81\x07{"a":1}'),
        ("json", b"\x81\x87" + NO_KEY + b'{"a":1}', b'\x81\x0c{\n  "a": 1\n}'),
        ("json", b"\x82\x87" + NO_KEY + b'{"a":1}', b'\x82\x0c{\n  "a": 1\n}'),
    ],
)
async def test_what_becomes_of_a_message(into: str, sent: bytes, answer: bytes) -> None:
    told = plan("transform", [("into", into)])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, shaken_client(server) as raw:
        raw.send(sent)
        assert await raw.read(len(answer)) == answer


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("{", "Not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        ("NaN", "Not JSON: NaN is no JSON."),
        (b"\xff", "Not JSON: no UTF-8 at byte 0."),
        ("[" * 101 + "]" * 101, "Not JSON: nested deeper than 100."),
        (" " * (LARGEST + 1), "Not laid out: over 1048576 bytes."),
        ("[" * 100_000, "Not JSON: "),
    ],
)
async def test_what_is_not_json(message: str | bytes, answer: str) -> None:
    told = plan("transform", [("into", "json")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        await ws.send(message)
        assert str(await ws.receive()).startswith(answer)


def test_numbers_and_strings_stay_as_they_were_written() -> None:
    text = '{ "a" : [1.0e400, 10000000000000000000000001, -0, "\\u00e9 , : {"], "a": {}, "b": [ ] }'
    assert _laid_out(text, 2) == (
        '{\n  "a": [\n    1.0e400,\n    10000000000000000000000001,\n    -0,\n    "\\u00e9 , : {"\n  ],\n'
        '  "a": {},\n  "b": []\n}'
    )
    assert _laid_out(text, None) == '{"a":[1.0e400,10000000000000000000000001,-0,"\\u00e9 , : {"],"a":{},"b":[]}'
    assert Transform(into="json", indent=0)._changed("[1]") == "[\n1\n]"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_it_is_laid_out_as_the_library_does(value: object) -> None:
    assert _laid_out(json.dumps(value), 3) == json.dumps(value, indent=3)
    assert _laid_out(json.dumps(value, indent=2), None) == json.dumps(value, separators=(",", ":"))
