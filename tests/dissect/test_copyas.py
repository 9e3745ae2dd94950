from __future__ import annotations

import ast
import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.copyas import COPY_KINDS, copy_as

sizes = st.binary(max_size=70)


def test_the_kinds_in_the_order_of_the_menu() -> None:
    assert list(COPY_KINDS) == ["hex", "text", "base64", "python", "c"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("hex", "48 69 ff"),
        ("text", "Hi\ufffd"),
        ("base64", "SGn/"),
        ("python", "b'Hi\\xff'"),
        (
            "c",
            (
                "static const unsigned char data[3] = {\n    0x48, 0x69, 0xff\n};\n"
                "static const unsigned long data_length = 3;\n"
            ),
        ),
    ],
)
def test_three_bytes_in_every_kind(kind: str, text: str) -> None:
    assert copy_as(kind, b"Hi\xff") == text


def test_long_python_literals_have_sixteen_bytes_a_line() -> None:
    assert copy_as("python", b"0123456789abcdefX") == "(\n    b'0123456789abcdef'\n    b'X'\n)"


def test_no_bytes_make_a_c_array_that_compiles() -> None:
    assert "data[1] = {\n    0x00\n}" in copy_as("c", b"")
    assert "data_length = 0;" in copy_as("c", b"")


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        copy_as("rot13", b"")


@given(sizes)
def test_what_is_copied_reads_back(data: bytes) -> None:
    assert bytes.fromhex(copy_as("hex", data)) == data
    assert b64decode(copy_as("base64", data), validate=True) == data
    assert ast.literal_eval(copy_as("python", data)) == data
    array = re.findall("0x(..)", copy_as("c", data))
    assert bytes.fromhex("".join(array)) == (data or b"\0")
