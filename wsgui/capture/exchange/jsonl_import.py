"""Import of JSON Lines as `jsonl_export` writes them. A line that cannot be understood is reported and left out."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, unhexlify
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.lines import DIRECTIONS, ENDINGS, FLAGS, FORMAT
from wsgui.protocol.frames import CONTROL_LIMIT, Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import BytesMissing, BytesSeen, ConnectionClosed, ConnectionOpened, Direction, EndedBy, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.capture.exchange.importing import Import
    from wsgui.capture.exchange.report import ImportReport

BAD_LINE: Final = (ValueError, TypeError, KeyError, RecursionError)
"""What a line that is not understood makes the parser raise."""

LINE_LIMIT: Final = 384 * 1024 * 1024
"""Bytes of a line that are read at most: a payload of 256 MiB in base64, and some."""

_SKIP: Final = 1024 * 1024
_LARGEST: Final = 2**63 - 1

_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED
_DIRECTIONS: Final = dict(zip(DIRECTIONS, (_SENT, _RECEIVED), strict=True))

# The line of a usual frame as the exporter writes it, with a text that needs no unescaping: 3 us instead of 7 through
# the JSON parser. Any other line takes the long way, and so does one with a number that is too large.
_USUAL: Final = re.compile(
    rb'\{"type":"frame","id":\d{1,18},"connection":(\d{1,18}),"time_ns":(\d{1,18}|[1-8]\d{18}),'
    rb'"direction":"(sent|received)","opcode":(\d\d?,"fin":[a-z]+,"rsv1":[a-z]+,"rsv2":[a-z]+,"rsv3":[a-z]+),'
    rb'"key":(?:null|"([0-9a-f]{8})"),"form":(7|16),"length":\d{1,5},"message":(?:null|\d{1,18}),'
    rb'"fragment":(?:null|\d{1,18}),(?:"text":"([ !#-\[\]-~]*)"|"base64":"([A-Za-z0-9+/]*={0,2})")\}\r?\n?\Z'
)
_HEADS: Final = {
    f"{opcode},{flags}".encode(): bits << 4 | opcode for opcode in range(16) for bits, flags in enumerate(FLAGS)
}
_FORMS: Final = {b"7": (7, CONTROL_LIMIT), b"16": (16, 0xFFFF)}
_WAYS: Final = {b"sent": _SENT, b"received": _RECEIVED}


def read_jsonl(job: Import) -> None:
    """Read lines. Raises CaptureError if the file says that a newer wsgui wrote it; OSError if it cannot be read."""
    file, builder, report, check, name, _ = job
    usual = _USUAL.match
    place = 0
    for count, (offset, line) in enumerate(_lines(file, report)):
        if not count & 0x3FF or offset - place > _SKIP:
            check(offset)
            place = offset
        if not offset:
            line = line.removeprefix(BOM_UTF8)
        match = usual(line)
        if match is not None and _usual(match, builder):
            continue
        line = line.rstrip(b"\0")  # as they stand at the end of a file when the power failed while it was written
        if not line.strip():
            continue
        try:
            _line(json.loads(line), builder, name)
        except BAD_LINE as error:
            report.problem(offset, f"This line is not understood: {reason(error)}.")


def _lines(file: BinaryIO, report: ImportReport) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while line := file.readline(LINE_LIMIT):
        size = len(line)
        if size < LINE_LIMIT or line.endswith(b"\n"):
            yield offset, line
        else:
            report.problem(offset, f"This line is longer than {LINE_LIMIT} bytes.")
            while rest := file.readline(_SKIP):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
        offset += size


def _usual(match: re.Match[bytes], builder: CaptureBuilder) -> bool:
    connection, time_ns, direction, flags, key, form, payload, base64 = match.groups()
    head = _HEADS.get(flags)
    bits, most = _FORMS[form]
    if payload is None:
        try:
            payload = a2b_base64(base64, strict_mode=True)
        except ValueError:
            return False
    if head is None or len(payload) > most:
        return False
    frame = Frame(head, bits, None if key is None else unhexlify(key), payload)
    builder.frame(int(connection), int(time_ns), _WAYS[direction], frame)
    return True


def reason(error: Exception) -> str:
    """What is wrong with a line, in words that fit behind a colon."""
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (character {error.pos + 1})"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)


def _line(line: Any, builder: CaptureBuilder, name: str) -> None:
    if not isinstance(line, dict):
        raise TypeError("it is no object")
    match line.get("type"):
        case "frame" | "http" | "bytes" | "missing":
            add_row(line, builder)
        case "connection":
            add_connection(line, builder)
        case "note":
            builder.note(_text(line, "text"))
        case "problem":
            offset = None if line["offset"] is None else _number(line, "offset")
            builder.problem(offset, _text(line, "text"))
        case "capture":
            if _number(line, "format") > FORMAT:
                raise CaptureError(
                    f"{name} was made by a newer wsgui (format {line['format']}; this one reads up to {FORMAT})."
                )
            at = line.get("imported_ns")
            builder.meta(
                imported="" if at is None else str(_number(line, "imported_ns")),
                source="" if at is None else _text(line, "imported_from"),
                name=_text(line, "name"),
                role=_text(line, "role"),
                program=_text(line, "program"),
                created=str(_number(line, "created_ns")),
            )
        case _:
            raise ValueError("its type is unknown")


def add_row(line: dict[str, Any], builder: CaptureBuilder, connection: int | None = None) -> None:
    """Add a frame, an HTTP message or bytes from the object that describes it.

    ``connection`` is the number to give it, the line's own if None. Raises ValueError, TypeError or KeyError; `reason`
    says then what is wrong with the line, and nothing was added.
    """
    if connection is None:
        connection = _number(line, "connection")
    time_ns = _number(line, "time_ns")
    direction = _DIRECTIONS.get(_text(line, "direction"))
    if direction is None:
        raise ValueError("'direction' is neither sent nor received")
    payload = _payload(line)
    violations = [_violation(one) for one in line.get("violations", ())]
    notes = [_string(note, "note") for note in line.get("notes", ())]
    kind = line["type"]
    if kind == "frame":
        frame = _frame(line, payload)
        inflated = line.get("inflated")
        if inflated is not None:
            if not isinstance(inflated, dict):
                raise TypeError("'inflated' is no object")
            inflated = _payload(inflated)
        for note in notes:
            builder.note(note)
        builder.frame(connection, time_ns, direction, frame, violations, inflated)
        return
    for note in notes:
        builder.note(note)
    if kind == "missing":
        builder.put(BytesMissing(connection, time_ns, direction, payload.decode()))
        return
    record = HandshakeSeen if kind == "http" else BytesSeen
    builder.put(record(connection, time_ns, direction, payload, violations))


def _payload(line: dict[str, Any]) -> bytes:
    if "text" in line:
        return _text(line, "text").encode()
    return a2b_base64(_text(line, "base64"), strict_mode=True)


def _frame(line: dict[str, Any], payload: bytes) -> Frame:
    key = line["key"]
    return Frame.build(
        _number(line, "opcode"),
        payload,
        fin=_bool(line, "fin"),
        rsv1=_bool(line, "rsv1"),
        rsv2=_bool(line, "rsv2"),
        rsv3=_bool(line, "rsv3"),
        masking_key=None if key is None else bytes.fromhex(_string(key, "key")),
        length_form=_number(line, "form"),
    )


def add_connection(line: dict[str, Any], builder: CaptureBuilder, connection: int | None = None) -> None:
    """Add a connection, and how it ended, from the object that describes it. Raises what `add_row` raises."""
    if connection is None:
        connection = _number(line, "connection")
    opened = ConnectionOpened(
        connection, _number(line, "opened_ns"), *(_text(line, name) for name in ("role", "url", "local", "remote"))
    )
    closed = None
    if line.get("closed_ns") is not None:
        name = _text(line, "ended_by")
        if name not in ENDINGS:
            raise ValueError("'ended_by' is unknown")
        closed = ConnectionClosed(
            connection,
            _number(line, "closed_ns"),
            _number(line, "code"),
            _text(line, "reason"),
            EndedBy(ENDINGS.index(name)),
            _text(line, "text"),
            "" if line.get("how") is None else _text(line, "how"),
        )
    builder.put(opened)
    if closed is not None:
        builder.put(closed)


def _violation(line: Any) -> Violation:
    if not isinstance(line, dict):
        raise TypeError("a violation is no object")
    code = None if line["close_code"] is None else _number(line, "close_code")
    return Violation(
        _text(line, "rule"), _text(line, "section"), Severity(_number(line, "severity")), code, _text(line, "text")
    )


def _number(line: dict[str, Any], name: str) -> int:
    value = line[name]
    if type(value) is not int or not -_LARGEST <= value <= _LARGEST:
        raise TypeError(f"{name!r} is no number that can be")
    return value


def _text(line: dict[str, Any], name: str) -> str:
    return _string(line[name], name)


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name!r} is no text")
    value.encode()  # UnicodeEncodeError for half a surrogate pair: SQLite takes none
    return value


def _bool(line: dict[str, Any], name: str) -> bool:
    value = line[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name!r} is neither true nor false")
    return value
