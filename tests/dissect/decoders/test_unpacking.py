"""What is packed in messages: each compression, what only looks like one, and bombs."""

from __future__ import annotations

import base64
import json
import zlib

import brotli
import pytest
from backports import zstd

from tests.dissect.decoders.trees import message, sentence, tree
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Budget, CutOff
from wsgui.dissect.decoders.unpacking import inflated

TEXT = b"hello, hello, hello, hello, hello, what is packed reads well"
PACKED = {
    "zstd": zstd.compress(TEXT),
    "brotli": brotli.compress(TEXT),
    "zlib": zlib.compress(TEXT),
    "gzip": zlib.compress(TEXT, wbits=31),
    "deflate": zlib.compress(TEXT, wbits=-15),
}


def unpacked(data: bytes, limit: int = 1000) -> tuple[str, bytes] | None:
    return inflated(data, Budget(unpacked=limit), lambda out: out.isascii())


@pytest.mark.parametrize("kind", PACKED)
def test_each_is_unpacked(kind: str) -> None:
    assert unpacked(PACKED[kind]) == (kind, TEXT)
    assert unpacked(PACKED[kind][:-3]) is None
    spoiled = bytearray(PACKED[kind])
    spoiled[len(spoiled) // 2] ^= 0xFF
    assert unpacked(bytes(spoiled)) != (kind, TEXT)


@pytest.mark.parametrize("kind", ["zstd", "brotli"])
def test_it_is_a_part_of_a_string_and_of_a_message(kind: str) -> None:
    inner = b'{"a": [1, 2], "b": "' + b"x" * 40 + b'"}'
    packed = (zstd if kind == "zstd" else brotli).compress(inner)
    lines = tree("json", json.dumps({"p": base64.b64encode(packed).decode()}))
    assert any(line.strip().startswith(f"{kind} = ") for line in lines), lines
    assert any("a = [2]" in line for line in lines)
    assert any(line.startswith(f"{kind} = ") for line in tree("hex", packed))


@pytest.mark.parametrize("kind", ["zstd", "zlib", "gzip", "deflate"])
def test_bombs_stop_at_the_limit(kind: str) -> None:
    bomb = {
        "zstd": zstd.compress(bytes(10_000)),
        "zlib": zlib.compress(bytes(10_000)),
        "gzip": zlib.compress(bytes(10_000), wbits=31),
        "deflate": zlib.compress(b"a" * 10_000, wbits=-15),
    }[kind]
    with pytest.raises(CutOff, match="becomes too large"):
        unpacked(bomb)


def test_a_bomb_of_brotli_is_no_text() -> None:
    assert unpacked(brotli.compress(bytes(100_000_000)), 1000) is None
    with pytest.raises(CutOff, match="becomes too large"):
        unpacked(brotli.compress(b"hello " * 300), 1000)


def test_a_bomb_in_a_message_is_said() -> None:
    bomb = zstd.compress(bytes(8 * 1024 * 1024))
    assert sentence("hex", bomb) == "Cut off: what is packed here becomes too large."


def test_a_window_of_gigabytes_is_refused() -> None:
    data = zstd.compress(TEXT * 10, options={zstd.CompressionParameter.window_log: 27})
    head = bytearray(data[:4] + b"\x00\xa8" + data[6:])  # a frame that asks for a window of 2 GiB
    assert unpacked(bytes(head)) is None


def test_other_bytes_are_not() -> None:
    for data in (b"", b"\x28\xb5\x2f\xfd", b"\x78\x9c1234567", bytes(range(40)), b"\xff" * 40):
        assert unpacked(data) is None
    assert registry.automatic(NO_CONTEXT, message(b"\x28\xb5\x2f\xfd\x00")).name == "hex"
