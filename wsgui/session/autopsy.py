"""How a connection ended, from its capture: who, how, with which code, over which frame, and what came too late.

All of it is read from the file, so a saved capture tells as much as a live session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.reader import CaptureReader
from wsgui.dissect.sizes import delta_text
from wsgui.protocol.close import CLOSE_CODES, Close, close_code_name, decode_close
from wsgui.protocol.opcodes import opcode_name
from wsgui.records import MISSING, NO_FRAME, Direction, EndedBy, How

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.views import ConnectionRow, Row
    from wsgui.protocol.violations import Violation

_PEACEFUL: Final = (1000, 1001, 1005)
LATE_ROWS: Final = 200
"""Rows after the first close frame that are looked at."""


class Finding(NamedTuple):
    """One line: ``label``, one sentence, and the row that it is about, if there is one."""

    label: str
    text: str
    row: int | None = None


class Autopsy(NamedTuple):
    """How connection ``connection`` ended. ``headline`` is one sentence; ``clean`` says that both close frames went and
    nothing was wrong; ``findings`` are in the order in which to read them."""

    connection: int
    headline: str
    clean: bool
    findings: tuple[Finding, ...]


_WHO: Final = {
    EndedBy.LOCAL: "This side ended it.",
    EndedBy.PEER: "The peer ended it, with a close frame.",
    EndedBy.RULE: "This side failed the connection, because the peer broke a rule.",
    EndedBy.LOSS: "TCP ended first; nobody sent a close frame before that.",
    EndedBy.TIMEOUT: "This side gave up waiting.",
    EndedBy.HANDSHAKE: "It never opened: the handshake failed.",
    EndedBy.HTTP: "It was plain HTTP, and never to be a WebSocket.",
}
_HOW: Final = {
    How.FIN: "In order: each end sent its FIN.",
    How.RESET: "With a reset (RST): what was under way is lost.",
    How.CUT: "This side cut it, without waiting for the peer's FIN.",
    How.TLS: "TLS failed under the connection.",
}


def autopsy(path: Path, connection: int) -> Autopsy | None:
    """Read how a connection ended; None while it has not. Looks through the whole capture: not for the window's
    thread. Raises CaptureError, and LookupError if there is no such connection."""
    with CaptureReader(path) as reader:
        row = next((one for one in reader.connections() if one.id == connection), None)
        if row is None:
            raise LookupError(f"no connection {connection}")
        if row.closed_ns is None or row.ended_by is None:
            return None
        rows = reader.closing(connection, LATE_ROWS)
        return _examine(row, rows, _broken(reader, row, rows))


def _broken(reader: CaptureReader, row: ConnectionRow, rows: list[tuple[Row, bytes]]) -> Finding | None:
    """The rule over which it ended: the peer's that we failed it for, or ours that the peer may have meant."""
    found = reader.failing(row.id)
    if row.ended_by is EndedBy.RULE:
        for id_, breach in found:
            if (row.text or "").startswith(breach.text):
                return Finding("Rule", _rule(breach), id_)
    if row.ended_by is EndedBy.PEER and row.code not in _PEACEFUL:
        theirs = next((one.id for one, _ in rows if one.opcode == 8 and one.direction is Direction.RECEIVED), 0)
        for id_, breach in reversed(found):
            if id_ < theirs and reader.row(id_).direction is Direction.SENT:
                return Finding("Perhaps because", f"This side had broken a rule: {_rule(breach)}", id_)
    return None


def _rule(breach: Violation) -> str:
    return f"{breach.text} {breach.reference} ({breach.rule})"


def _examine(row: ConnectionRow, rows: list[tuple[Row, bytes]], broken: Finding | None) -> Autopsy:
    closes: dict[Direction, tuple[Row, Close]] = {}
    for one, payload in rows:
        if one.opcode == 8 and one.direction not in closes:
            closes[one.direction] = (one, decode_close(payload))
    findings = [Finding("Who", _WHO[EndedBy.LOSS if row.ended_by is None else row.ended_by])]
    if row.ended_by in (EndedBy.HANDSHAKE, EndedBy.HTTP):
        return Autopsy(row.id, row.text or "", row.ended_by is EndedBy.HTTP, (*findings, *_tcp(row)))
    findings += _code(row)
    if broken is not None:
        findings.append(broken)
    for direction, words in ((Direction.SENT, "Our close frame"), (Direction.RECEIVED, "Their close frame")):
        if direction in closes:
            one, close = closes[direction]
            findings.append(Finding(words, _said(close), one.id))
        else:
            findings.append(Finding(words, "None was sent." if direction is Direction.SENT else "None came."))
    findings += _times(row, closes)
    findings += _tcp(row)
    late = _late(rows, closes)
    findings += late
    clean = len(closes) == 2 and row.code in _PEACEFUL and broken is None and not late and row.how == How.FIN
    return Autopsy(row.id, row.text or "", clean, tuple(findings))


def _code(row: ConnectionRow) -> list[Finding]:
    code = row.code
    if code is None:
        return []
    known = CLOSE_CODES.get(code)
    text = close_code_name(code) + (f": {known.meaning}" if known is not None else ".")
    return [Finding("Code", text), *([Finding("Reason", row.reason)] if row.reason else [])]


def _said(close: Close) -> str:
    if close.code is None:
        return "Without a code."
    return close_code_name(close.code) + (f", “{close.reason}”" if close.reason else "")


def _times(row: ConnectionRow, closes: dict[Direction, tuple[Row, Close]]) -> list[Finding]:
    found = []
    times = sorted(one.time_ns for one, _ in closes.values())
    if len(times) == 2:
        first = "this side" if closes[Direction.SENT][0].id < closes[Direction.RECEIVED][0].id else "the peer"
        text = f"{delta_text(times[1] - times[0])} between the two close frames; {first} began."
        found.append(Finding("Closing handshake", text))
    if times and row.closed_ns is not None:
        found.append(Finding("End of TCP", f"{delta_text(row.closed_ns - times[-1])} after the last close frame."))
    if row.closed_ns is not None:
        found.append(Finding("Lasted", delta_text(row.closed_ns - row.opened_ns)))
    return found


def _tcp(row: ConnectionRow) -> list[Finding]:
    return [Finding("TCP", _HOW[How(row.how)])] if row.how in set(How) else []


_NAMES: Final = {NO_FRAME: "bytes that form no frame", MISSING: "places where bytes are missing"}


def _late(rows: list[tuple[Row, bytes]], closes: dict[Direction, tuple[Row, Close]]) -> list[Finding]:
    if Direction.RECEIVED not in closes:
        return []
    end = closes[Direction.RECEIVED][0].id
    late = [one for one, _ in rows if one.id > end and one.direction is Direction.RECEIVED]
    if not late:
        return []
    kinds: dict[str, int] = {}
    for one in late:
        name = _NAMES.get(one.opcode) or opcode_name(one.opcode)
        kinds[name] = kinds.get(name, 0) + 1
    more = "at least " if len(rows) >= LATE_ROWS else ""
    text = ", ".join(f"{count} {name}" for name, count in kinds.items())
    return [
        Finding(
            "After the close frame", f"The peer went on: {more}{text}. An endpoint sends no more data then.", late[0].id
        )
    ]
