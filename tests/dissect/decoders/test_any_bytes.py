"""Any bytes to any decoder give a tree or "does not fit": nothing fails, nothing is left without bound."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dissect.decoders import golden
from tests.dissect.decoders.trees import check
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import BYTES_LIMIT, NO_CONTEXT, Budget, Context, Message, NotFittingError
from wsgui.dissect.preview import PREVIEW_CHARACTERS
from wsgui.dissect.visible import visible

NAMES = sorted(registry.all_decoders())
KNOWN = [(golden.context_of(case), golden.message_of(case).data) for _, _, case in golden.cases()]
CONTEXTS = sorted({context for context, _ in KNOWN}, key=str)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A real message with some bytes replaced, left out, doubled or cut off."""
    data = bytearray(draw(st.sampled_from(KNOWN))[1])
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def decoded_well(name: str, context: Context, message: Message) -> None:
    decoder = registry.all_decoders()[name]
    fits = decoder.fits(context, message)
    assert 0 <= fits <= 1
    found = registry.decode(decoder, context, message, Budget(nodes=2000, seconds=600))
    assert "has failed" not in found.sentence, found.sentence
    check(found.root, len(message.data))
    if fits:
        line = registry.line(decoder, context, message)
        assert len(line) <= PREVIEW_CHARACTERS + 1
        assert visible(line) == line
        # Not by way of the registry, which would hide what goes wrong.
        decoder.one_line(context, message)
        decoder.values(context, message)
        with suppress(NotFittingError):
            decoder.pretty(message)


@settings(max_examples=60)
@given(
    data=st.one_of(spoiled(), st.binary(max_size=60)),
    text=st.booleans(),
    whole=st.booleans(),
    context=st.sampled_from(CONTEXTS),
)
@pytest.mark.parametrize("name", NAMES)
def test_any_bytes(name: str, data: bytes, text: bool, whole: bool, context: Context) -> None:
    length = len(data) if whole else len(data) + 1000
    decoded_well(name, context, Message(data, text=text, whole=whole, length=length))


DEEP = 1_000_000
NESTED = {
    "json": b"[" * DEEP,
    "json objects": b'{"a":' * DEEP,
    "jsonrpc": b'{"jsonrpc":"2.0","params":' + b"[" * DEEP,
    "socket.io": b"42[" + b"[" * DEEP,
    "msgpack": b"\x91" * DEEP + b"\xc0",
    "cbor": b"\x81" * DEEP + b"\xf6",
    "cbor without ends": b"\x9f" * DEEP,
    "cbor tags": b"\xc1" * DEEP,
    "protobuf groups": b"\x0b" * DEEP,
    "bson": b"\x07\x00\x00\x00\x04\x00" * (DEEP // 6),
    "xml": b"<a>" * (DEEP // 3),
    "signalr": b'{"type":1,"arguments":' + b"[" * DEEP + b"\x1e",
    "stomp": b"SEND\n" + b"a:b\n" * (DEEP // 4),
}


@pytest.mark.parametrize("nested", NESTED)
def test_no_nesting_is_too_deep(nested: str) -> None:
    for name in NAMES:
        for text in (True, False):
            message = Message(NESTED[nested], text=text)
            found = registry.decode(registry.all_decoders()[name], NO_CONTEXT, message)
            assert "has failed" not in found.sentence, (name, found.sentence)
            registry.automatic(NO_CONTEXT, message)


def protobuf_within(depth: int) -> bytes:
    data = b"\x08\x01\xff\x01"[:2]
    for _ in range(depth):
        size, length = len(data), b""
        while size > 127:
            length += bytes([size & 127 | 128])
            size >>= 7
        data = b"\x12" + length + bytes([size]) + data
    return data


def test_messages_within_messages_end_somewhere() -> None:
    found = registry.decode(registry.all_decoders()["protobuf"], NO_CONTEXT, Message(protobuf_within(100), text=False))
    assert "has failed" not in found.sentence


LARGE = {
    "json": b"[" + b"1," * (BYTES_LIMIT // 2) + b"1]",
    "one text": b'"' + b"a" * BYTES_LIMIT + b'"',
    "msgpack": b"\xdd\x01\x00\x00\x00" + b"\x01" * BYTES_LIMIT,
    "cbor": b"\x9f" + b"\x01" * BYTES_LIMIT + b"\xff",
    "zeros": bytes(BYTES_LIMIT + 1),
    "lines": b"a\n" * (BYTES_LIMIT // 2 + 1),
    "stomp": b"SEND\n\n\0" * (BYTES_LIMIT // 7 + 1),
    "mqtt": b"\xc0\x00" * (BYTES_LIMIT // 2 + 1),
    "xml": b"<a>" + b"<b/>" * (BYTES_LIMIT // 4) + b"</a>",
}


@pytest.mark.parametrize("large", LARGE)
def test_large_messages_are_cut_off_and_it_is_said(large: str) -> None:
    ticks = iter(range(10**9))
    for name in NAMES:
        decoder = registry.all_decoders()[name]
        message = Message(LARGE[large], text=True)
        # The clock counts how often it is asked: what takes long has to ask it.
        found = registry.decode(decoder, NO_CONTEXT, message, Budget(seconds=50, clock=lambda: next(ticks)))
        assert found.sentence, name
        assert "has failed" not in found.sentence, (name, found.sentence)
