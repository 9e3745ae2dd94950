"""One JSON object for each thing in a capture: the lines of JSON Lines, and the frames in a HAR's ``_wsgui``.

A line's ``type`` is ``capture`` (the head), ``connection``, ``frame``, ``http`` (a message of the opening handshake),
``bytes`` (that formed no frame), ``missing`` (a sentence on bytes that an import lacks), ``note`` or ``problem`` (what
an import could not read). Times are whole nanoseconds since the Unix epoch. A payload is ``text`` where its bytes are
UTF-8, and ``base64`` otherwise, for binary frames, and beyond `TEXT_LIMIT`. It is what crossed the wire; what a
compressed one inflates to stands under ``inflated``, in the same way. All is ASCII, so no program that shows a line can
be steered by what a peer sent.

The same object always gives the same bytes: a file that was imported is exported as it was.
"""

from __future__ import annotations

import json
from binascii import b2a_base64
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, Final

from wsgui.capture.schema import NO_FRAME
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ROW_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.capture.views import ConnectionRow, Row
    from wsgui.protocol.violations import Violation
    from wsgui.records import EndedBy

FORMAT: Final = 1
"""Version of the lines. A file with a higher one is refused."""

TEXT_LIMIT: Final = 256 * 1024
"""Bytes of payload that are written as text at most."""

DIRECTIONS: Final = ("sent", "received")
ENDINGS: Final = ("local", "peer", "rule", "loss", "timeout", "handshake", "http")

_BOOL: Final = ("false", "true")
FLAGS: Final = tuple(
    f'"fin":{_BOOL[bits >> 3 & 1]},"rsv1":{_BOOL[bits >> 2 & 1]},"rsv2":{_BOOL[bits >> 1 & 1]},"rsv3":{_BOOL[bits & 1]}'
    for bits in range(16)
)
"""How the four flags of a frame are written, by FIN 8, RSV1 4, RSV2 2, RSV3 1."""

_BINARY: Final = int(Opcode.BINARY)
_CLOSE: Final = int(Opcode.CLOSE)


def compact(value: object) -> str:
    """JSON without blanks, in ASCII."""
    return json.dumps(value, separators=(",", ":"))


def head_line(meta: dict[str, str]) -> str:
    """The first line: what the capture is."""
    created, at = meta.get("created", ""), meta.get("imported", "")
    imported = {"imported_ns": int(at), "imported_from": meta.get("source", "")} if at.isdecimal() else {}
    return compact(
        {
            "type": "capture",
            "format": FORMAT,
            "program": meta.get("program", ""),
            "name": meta.get("name", ""),
            "role": meta.get("role", ""),
            "created_ns": int(created) if created.isdecimal() else 0,
            **imported,
        }
    )


def connection_line(row: ConnectionRow, url: str) -> str:
    """A connection with how it ended; ``url`` is the one to show."""
    how = {} if row.how is None else {"how": row.how}  # captures and lines of before have none
    return compact(
        {
            "type": "connection",
            "connection": row.id,
            "opened_ns": row.opened_ns,
            "role": row.role,
            "url": url,
            "local": row.local,
            "remote": row.remote,
            "closed_ns": row.closed_ns,
            "code": row.code,
            "reason": row.reason,
            "ended_by": _ending(row.ended_by),
            "text": row.text,
            **how,
        }
    )


def _ending(ended_by: EndedBy | None) -> str | None:
    return None if ended_by is None else ENDINGS[ended_by]


def note_line(text: str) -> str:
    """A note behind the last frame."""
    return compact({"type": "note", "text": text})


def problem_line(offset: int | None, text: str) -> str:
    """What the import that made the capture could not read."""
    return compact({"type": "problem", "offset": offset, "text": text})


def row_start(row: Row, id_: int, length: int, message: int | None, fragment: int | None) -> str:
    """A row's line up to its payload, without the comma behind; ``length`` is that of the payload that follows."""
    _, connection, time_ns, _, direction, opcode, flags, key, form, *_ = row
    if opcode < 0:
        return (
            f'{{"type":"{ROW_KINDS[opcode].word}","id":{id_},"connection":{connection},'
            f'"time_ns":{time_ns},"direction":"{DIRECTIONS[direction]}","length":{length}'
        )
    return (
        f'{{"type":"frame","id":{id_},"connection":{connection},"time_ns":{time_ns},'
        f'"direction":"{DIRECTIONS[direction]}","opcode":{opcode},{FLAGS[flags & 15]},'
        f'"key":{_key(key)},"form":{form},"length":{length},'
        f'"message":{"null" if message is None else message},"fragment":{"null" if fragment is None else fragment}'
    )


def _key(key: bytes | None) -> str:
    return "null" if key is None else f'"{key.hex()}"'


def row_payload(opcode: int, payload: bytes) -> str:
    """``,"text":"..."`` or ``,"base64":"..."``; a close frame's code and reason in front, for who reads it."""
    if opcode not in (_BINARY, NO_FRAME) and len(payload) <= TEXT_LIMIT:
        try:
            return f',"text":{quote(payload.decode())}'
        except UnicodeDecodeError:
            pass
    start = ""
    if opcode == _CLOSE and 2 <= len(payload) <= TEXT_LIMIT:
        start = f',"code":{int.from_bytes(payload[:2], "big")},"reason":{quote(payload[2:].decode(errors="replace"))}'
    return f'{start},"base64":"{b2a_base64(payload, newline=False).decode()}"'


def inflated_part(opcode: int, inflated: bytes | None) -> str:
    """``,"inflated":{"length":5,"text":"Hello"}``; nothing for a row that has none."""
    if inflated is None:
        return ""
    return f',"inflated":{{"length":{len(inflated)}{row_payload(opcode, inflated)}}}'


def row_end(violations: Sequence[Violation], notes: Sequence[str]) -> str:
    """The end of a row's line."""
    end = ""
    if violations:
        end = f',"violations":{compact([violation._asdict() for violation in violations])}'
    if notes:
        end += f',"notes":{compact(notes)}'
    return end + "}"


def row_line(row: Row, payload: bytes, notes: Sequence[str], inflated: bytes | None) -> str:
    """A row with the numbers that it has in the capture."""
    start = row_start(row, row.id, len(payload), row.message, row.fragment)
    middle = row_payload(row.opcode, payload) + inflated_part(row.opcode, inflated)
    return start + middle + row_end(row.violations, notes)
