"""What ``wsgui show --messages`` prints: whole messages, as their decoders understand them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.capture.contexts import Contexts
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.exchanges import Exchanges
from wsgui.dissect.decoders.model import Decoder, Message
from wsgui.dissect.sizes import clock_text
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, Direction

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from wsgui.capture.exchange.source import Source
    from wsgui.capture.views import Row

_DATA: Final = (Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY)
_ARROWS: Final = {Direction.SENT: "->", Direction.RECEIVED: "<-"}
_WAYS: Final = {Direction.SENT: "sent", Direction.RECEIVED: "received"}


class DecodedMessage(NamedTuple):
    """A message: its first row, how it is read, and how long its receiver waited for it (ns; None if
    it answers nothing that was seen). ``frames`` and ``length`` are what it took on the wire."""

    row: Row
    opcode: int
    message: Message
    frames: int
    length: int
    decoder: Decoder
    summary: str
    fields: dict[str, Any]
    answer_ns: int | None


def messages(
    source: Source, decoder: str = "", wanted: Container[int] | None = None, *, fields: bool = True
) -> Iterator[DecodedMessage]:
    """The messages of a source's rows, each once; with ``wanted``, those alone that have a row among these ids.
    ``decoder`` names the one to take where it fits; without ``fields`` they may be left out.

    All messages are decoded, wanted or not: the request that a wanted message answers may be none of them. Raises what
    the reader raises.
    """
    contexts, exchanges = Contexts(source.reader), Exchanges()
    begun: dict[tuple[int, int], tuple[int, DecodedMessage | None]] = {}
    for page in source.pages():
        for row in page:
            if row.opcode not in _DATA:
                continue
            way = (row.connection, row.direction)
            number, one = begun.get(way, (0, None))
            if row.message is None or row.message != number:
                one = _decoded(source, contexts, exchanges, row, decoder, all_fields=fields)
            if one is not None and (wanted is None or row.id in wanted):
                yield one
                one = None  # it is told once, whichever of its fragments were asked for
            if row.message is not None and not row.flags & FLAG_FIN:
                begun[way] = (row.message, one)
            else:
                begun.pop(way, None)  # it is whole: nothing more comes of it


def _decoded(
    source: Source, contexts: Contexts, exchanges: Exchanges, row: Row, wanted: str, *, all_fields: bool
) -> DecodedMessage:
    opcode, message, frames, length = _joined(source, row)
    context = contexts.of(row.connection, row.direction)
    decoder = registry.chosen(wanted, context, message)
    needed = all_fields or type(decoder).exchange is not Decoder.exchange
    values = registry.values(decoder, context, message) if needed else {}
    answer_ns = exchanges.answered(decoder, context, values, row.connection, row.time_ns)
    fields = {".".join(part for part in (decoder.prefix, name) if part): value for name, value in values.items()}
    summary = registry.line(decoder, context, message)
    return DecodedMessage(row, opcode, message, frames, length, decoder, summary, fields, answer_ns)


def _joined(source: Source, row: Row) -> tuple[int, Message, int, int]:
    """Opcode, message, number of frames and bytes on the wire."""
    if row.opcode != Opcode.CONTINUATION and row.flags & FLAG_FIN:
        inflated = source.inflated(row)
        data = source.payload(row) if inflated is None else inflated
        return row.opcode, Message(data, text=row.opcode == Opcode.TEXT), 1, row.length
    view = source.reader.message_of(row.id)
    whole = view.finished and not view.truncated
    message = Message(view.payload, text=view.opcode == Opcode.TEXT, whole=whole)
    return view.opcode, message, len(view.parts), view.wire_length


def text_line(source: Source, one: DecodedMessage, width: int) -> str:
    """A message for people. Nothing in it can steer a terminal."""
    row = one.row
    many = f" {row.connection}" if len(source.connections) > 1 else ""
    number = "" if row.message is None else f"m{row.message}"
    length = str(one.length)
    if one.message.length != one.length:
        length += f">{one.message.length}"
    answer = "" if one.answer_ns is None else f" (after {one.answer_ns / 1e6:.3f} ms)"
    return (
        f"{row.id:>{width}} {clock_text(row.time_ns)}{many} {_ARROWS[row.direction]} {number:<6} {length:>7} "
        f"{one.decoder.name:<11} {one.summary}{answer}"
    ).rstrip()


def json_line(one: DecodedMessage) -> str:
    """A message as one JSON object in ASCII; ``answer_time`` in seconds."""
    row = one.row
    return json.dumps(
        {
            "type": "message",
            "id": row.id,
            "connection": row.connection,
            "direction": _WAYS[row.direction],
            "time_ns": row.time_ns,
            "message": row.message,
            "opcode": one.opcode,
            "frames": one.frames,
            "length": one.length,
            "inflated_length": one.message.length if row.inflated_length is not None else None,
            "finished": one.message.whole,
            "decoder": one.decoder.name,
            "summary": one.summary,
            "answer_time": None if one.answer_ns is None else one.answer_ns / 1e9,
            "fields": _plain(one.fields),
        },
        separators=(",", ":"),
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it: bytes as hex, and numbers that JSON cannot write as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
