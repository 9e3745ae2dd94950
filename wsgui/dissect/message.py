"""A whole message for showing: its summary, its text in parts, its fragments."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.dissect.sizes import grouped

PART_CHARACTERS = 64 * 1024
"""Characters of a text that are shown at once: a text widget that holds megabytes stands still."""


class Utf8State(NamedTuple):
    """Whether bytes are UTF-8: ``valid``, and a few words that say so."""

    valid: bool
    words: str


def utf8_state(payload: bytes, *, whole: bool) -> Utf8State:
    """Judge bytes as UTF-8 (RFC 6455 section 8.1); if they are not the ``whole`` text, its end may be cut."""
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        if not whole and error.reason == "unexpected end of data" and error.end == len(payload):
            return Utf8State(True, "valid UTF-8 so far")
        return Utf8State(False, f"not UTF-8 at byte {grouped(error.start)} (0x{payload[error.start]:02x})")
    return Utf8State(True, "valid UTF-8" if whole else "valid UTF-8 so far")


def message_summary(title: str, opcode: int, payload: bytes, fragments: int, *, finished: bool, truncated: bool) -> str:
    """``message 3 · text · 3 fragments · 280 364 bytes · valid UTF-8``."""
    words = [title, {1: "text", 2: "binary"}.get(opcode, f"opcode 0x{opcode:X}")]
    words.append("1 frame" if fragments == 1 and finished else _count(fragments, "fragment"))
    words.append(_count(len(payload), "byte"))
    if opcode == 1:
        words.append(utf8_state(payload, whole=finished and not truncated).words)
    if not finished:
        words.append("not finished")
    if truncated:
        words.append("cut here: more bytes than are shown")
    return " · ".join(word for word in words if word)


def _count(number: int, noun: str) -> str:
    return f"{grouped(number)} {noun}" + ("" if number == 1 else "s")


def part_count(characters: int) -> int:
    """Number of parts of a text; an empty one has one."""
    return max(1, -(-characters // PART_CHARACTERS))


def text_part(text: str, part: int) -> str:
    """Part 0, 1, … of a text; empty outside."""
    return text[part * PART_CHARACTERS : (part + 1) * PART_CHARACTERS] if part >= 0 else ""


def fragment_line(number: int, start: int, length: int) -> str:
    """A row for fragment ``number`` (from 1): ``fragment 2: bytes 131 072 to 262 143 (131 072 bytes)``."""
    if not length:
        return f"fragment {number}: empty, at byte {grouped(start)}"
    span = f"bytes {grouped(start)} to {grouped(start + length - 1)}" if length > 1 else f"byte {grouped(start)}"
    return f"fragment {number}: {span} ({_count(length, 'byte')})"


def character_at(payload: bytes, byte: int) -> int:
    """The index, in the lossily decoded text, of the character that starts at or contains ``byte``."""
    start = max(0, min(byte, len(payload)))
    # Back to the character's first byte: a fragment may begin inside a character.
    for _ in range(3):
        if start < len(payload) and start > 0 and 0x80 <= payload[start] < 0xC0:
            start -= 1
    return len(payload[:start].decode(errors="replace"))
