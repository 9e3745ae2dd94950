"""Bytes as text that can be pasted elsewhere: hex, text, base64, a Python literal, a C array.

Measured on 16 MiB: hex and base64 take some 20 ms, the others a few hundred; callers ask before they copy that much.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES_A_LINE = 16


class CopyKind(NamedTuple):
    """One way to copy: its name for programs, its label for menus, text units for each byte, and the function."""

    name: str
    label: str
    growth: float
    render: Callable[[bytes], str]


def as_hex(data: bytes) -> str:
    """``81 05 48 65``, without line breaks."""
    return data.hex(" ")


def as_text(data: bytes) -> str:
    """UTF-8; each run of bytes that is none becomes U+FFFD, so a copy shows what it lost."""
    return data.decode(errors="replace")


def as_base64(data: bytes) -> str:
    """The standard alphabet with padding, in one line (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def as_python(data: bytes) -> str:
    """A bytes literal; more than 16 bytes stand as adjacent literals in parentheses, 16 bytes a line."""
    if len(data) <= BYTES_A_LINE:
        return repr(data)
    lines = [f"    {data[at : at + BYTES_A_LINE]!r}" for at in range(0, len(data), BYTES_A_LINE)]
    return "(\n" + "\n".join(lines) + "\n)"


def as_c(data: bytes) -> str:
    """An array of unsigned char with its length; an empty one has a byte that is not counted, as C demands."""
    rows = (data[at : at + BYTES_A_LINE] for at in range(0, len(data), BYTES_A_LINE))
    lines = ["    0x" + row.hex(",").replace(",", ", 0x") for row in rows] or ["    0x00"]
    size = len(data) or 1
    body = ",\n".join(lines)
    return (
        f"static const unsigned char data[{size}] = {{\n{body}\n}};\n"
        f"static const unsigned long data_length = {len(data)};\n"
    )


COPY_KINDS: dict[str, CopyKind] = {
    kind.name: kind
    for kind in (
        CopyKind("hex", "Hex", 3, as_hex),
        CopyKind("text", "Text (UTF-8)", 1, as_text),
        CopyKind("base64", "Base64", 4 / 3, as_base64),
        CopyKind("python", "Python bytes literal", 4, as_python),
        CopyKind("c", "C array", 6, as_c),
    )
}
"""Every way to copy, in the order of the menu."""


def copy_as(kind: str, data: bytes) -> str:
    """``data`` as text of the given kind, a key of `COPY_KINDS`; raises KeyError for any other."""
    return COPY_KINDS[kind].render(data)
