"""The table of fields: what a filter can ask of a row.

Names are Wireshark's without ``websocket.`` in front, where it has the field; its long names are in `ALIASES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders import registry
from wsgui.filter.decoded import common_of, decoder_of, summary_of, value_of
from wsgui.protocol.close import CLOSE_CODES, CloseCode
from wsgui.protocol.frames import LENGTH_FORMS
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.rules import RULES
from wsgui.records import FLAG_FIN, FLAG_RSV1, FLAG_RSV2, FLAG_RSV3, HTTP, MISSING, NO_FRAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wsgui.dissect.decoders.model import DecodedField, Decoder
    from wsgui.filter.plain_row import PlainRow

LARGEST: Final = 2**63 - 1
"""The largest number that SQLite keeps exactly."""


class FieldKind(Enum):
    """What a field holds, as messages call it."""

    NUMBER = "a number"
    SIZE = "a number of bytes"
    SPAN = "a span of time"
    TIME = "a time"
    BOOL = "true or false"
    TEXT = "text"
    BYTES = "bytes"
    JSON = "a JSON value"


class Scope(IntEnum):
    """Where a field is known: in each place, and in all that come after it."""

    WIRE = 0
    """In the frame itself, before it is recorded, answered or sent on."""
    ROW = 1
    """In its row, once it is recorded."""
    CAPTURE = 2
    """In a capture: from other rows, or from what a person has put down there."""


class Name(NamedTuple):
    """A name that stands for a value, and a sentence about it."""

    value: int | str
    help: str


_EQUALITY: Final = ("==", "!=")
_ORDER: Final = ("<", "<=", ">", ">=")
_SEARCH: Final = ("contains", "matches")


@dataclass(frozen=True, eq=False)
class Field:
    """One field.

    ``value`` gives what a row has: None if it does not have the field, bytes for text that is kept as bytes.
    ``expects`` and ``example`` complete the sentence "Expected ... here, such as ....". ``names`` are words that stand
    for values; ``only_names`` if there are no others. ``ordered_from`` is the lowest value that ``< <= > >=`` apply to,
    None if they apply to all: HTTP and bytes that formed no frame have numbers below all opcodes, which mean nothing.
    ``scope`` is where it is known.
    """

    name: str
    kind: FieldKind
    help: str
    value: Callable[[PlainRow], Any]
    expects: str
    example: str
    ordered_from: int | None = None
    minimum: int = 0
    maximum: int = LARGEST
    scope: Scope = Scope.WIRE
    in_message: bool = False
    """Whether it looks into the message: a fragment is taken if its whole message is."""
    in_fragments: bool = True
    """Whether a fragment has it by itself, too."""
    names: Mapping[str, Name] = field(default_factory=dict)
    only_names: bool = False
    ordered: bool = True
    verbatim: bool = False
    """Whether a text stands in the payload as it is, unless there is a backslash in it."""

    @property
    def expectation(self) -> str:
        """The sentence that says what fits beside the field."""
        such_as = f", such as {self.example}" if self.example else ""
        return f"Expected {self.expects} here{such_as}."

    def names_in(self, scope: Scope) -> Mapping[str, Name]:
        """The names of values that a row can have in a scope: a frame is no HTTP."""
        if scope is not Scope.WIRE or self.ordered_from is None:
            return self.names
        least = self.ordered_from
        return {name: one for name, one in self.names.items() if isinstance(one.value, int) and one.value >= least}

    @property
    def value_words(self) -> tuple[str, ...]:
        """The words that fit beside the field, if they can be listed."""
        return ("true", "false") if self.kind is FieldKind.BOOL else tuple(self.names)

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that fit the field."""
        if self.kind is FieldKind.BOOL:
            return _EQUALITY
        if self.kind in (FieldKind.TEXT, FieldKind.BYTES):
            return (*_EQUALITY, "in", *_SEARCH)
        order = _ORDER if self.ordered else ()
        return (*_EQUALITY, *order, "in", *(_SEARCH if self.kind is FieldKind.JSON else ()))


_OPCODES: Final = {
    "text": Name(int(Opcode.TEXT), "A text message or its first fragment."),
    "binary": Name(int(Opcode.BINARY), "A binary message or its first fragment."),
    "continuation": Name(int(Opcode.CONTINUATION), "A further fragment of a message."),
    "close": Name(int(Opcode.CLOSE), "The closing handshake."),
    "ping": Name(int(Opcode.PING), "A ping."),
    "pong": Name(int(Opcode.PONG), "A pong."),
    "http": Name(HTTP, "An HTTP message of the opening handshake."),
    "no_frame": Name(NO_FRAME, "Bytes that formed no frame."),
    "missing": Name(MISSING, "A place where an imported file lacks bytes."),
    "cont": Name(int(Opcode.CONTINUATION), "A further fragment of a message."),
}
_CODES: Final = {
    "normal": Name(1000, CLOSE_CODES[1000].meaning),
    **{code.name.lower(): Name(int(code), CLOSE_CODES[code].meaning) for code in CloseCode},
}


def _bit(name: str, flag: int, text: str) -> Field:
    return Field(
        name,
        FieldKind.BOOL,
        text,
        lambda row: bool(row.flags & flag) if row.opcode >= 0 else None,
        "true or false",
        "",
    )


def _code(row: PlainRow) -> int | None:
    return int.from_bytes(row.payload[:2], "big") if row.opcode == Opcode.CLOSE and row.length >= 2 else None


def _reason(row: PlainRow) -> bytes | None:
    return row.payload[2:] if row.opcode == Opcode.CLOSE and row.length >= 2 else None


_ALL: Final = (
    Field(
        "opcode",
        FieldKind.NUMBER,
        "What kind of frame it is, by the opcode's name or number.",
        lambda row: row.opcode,
        "a number or an opcode's name",
        "text or 0x2",
        ordered_from=0,
        maximum=15,
        names=_OPCODES,
    ),
    _bit("fin", FLAG_FIN, "Whether the frame is the last of its message."),
    Field(
        "rsv",
        FieldKind.NUMBER,
        "The three reserved bits as a number: RSV1 counts 4, RSV2 2, RSV3 1.",
        lambda row: row.flags & 7 if row.opcode >= 0 else None,
        "a number from 0 to 7",
        "4",
        maximum=7,
    ),
    _bit("rsv1", FLAG_RSV1, "The first reserved bit: the message is compressed, if that was agreed."),
    _bit("rsv2", FLAG_RSV2, "The second reserved bit."),
    _bit("rsv3", FLAG_RSV3, "The third reserved bit."),
    Field(
        "masked",
        FieldKind.BOOL,
        "Whether the frame is masked, as all from a client must be.",
        lambda row: row.masking_key is not None if row.opcode >= 0 else None,
        "true or false",
        "",
    ),
    Field(
        "key",
        FieldKind.BYTES,
        "The masking key.",
        lambda row: row.masking_key,
        "hex bytes or text in quotes",
        "0x37fa213d",
    ),
    Field(
        "length",
        FieldKind.SIZE,
        "Length of the payload in bytes.",
        lambda row: row.length,
        "a number",
        "125 or 64k",
    ),
    Field(
        "length_form",
        FieldKind.NUMBER,
        "How many bits hold the length: 7, 16 or 64.",
        lambda row: row.length_form or None,
        "7, 16 or 64",
        "",
        names={str(form): Name(form, f"The length is written in {form} bits.") for form in LENGTH_FORMS},
        only_names=True,
    ),
    Field(
        "direction",
        FieldKind.NUMBER,
        "Which way it went, seen from the endpoint that recorded it.",
        lambda row: row.direction,
        "sent or received",
        "",
        names={"sent": Name(0, "This endpoint sent it."), "received": Name(1, "The peer sent it.")},
        only_names=True,
        ordered=False,
        scope=Scope.ROW,
    ),
    Field(
        "connection",
        FieldKind.NUMBER,
        "Number of the connection, from 1 in each capture.",
        lambda row: row.connection,
        "a number",
        "1",
        scope=Scope.ROW,
    ),
    Field(
        "number",
        FieldKind.NUMBER,
        "Number of the row in the capture, from 1.",
        lambda row: row.id,
        "a number",
        "42",
        scope=Scope.ROW,
    ),
    Field(
        "time",
        FieldKind.TIME,
        "When it crossed the wire.",
        lambda row: row.time,
        "a time",
        "12:04:10.5, +2.5s or 2026-11-21T12:04",
        scope=Scope.ROW,
    ),
    Field(
        "delta",
        FieldKind.SPAN,
        "Time since the row before in the capture.",
        lambda row: row.delta,
        "a span of time",
        "100ms or 2.5s",
        minimum=-LARGEST,
        scope=Scope.CAPTURE,
    ),
    Field(
        "message",
        FieldKind.NUMBER,
        "Number of the message, from 1 in each direction of a connection; control frames have none.",
        lambda row: row.message,
        "a number",
        "3",
        scope=Scope.ROW,
    ),
    Field(
        "fragment",
        FieldKind.NUMBER,
        "Place of the frame within its message, from 0; control frames have none.",
        lambda row: row.fragment,
        "a number",
        "0",
        scope=Scope.ROW,
    ),
    Field(
        "close_code",
        FieldKind.NUMBER,
        "The code of a close frame, by its name or number.",
        _code,
        "a number or a close code's name",
        "1000 or protocol_error",
        maximum=0xFFFF,
        names=_CODES,
    ),
    Field(
        "reason",
        FieldKind.TEXT,
        "The reason in a close frame.",
        _reason,
        "text in quotes",
        '"bye"',
    ),
    Field(
        "violation",
        FieldKind.TEXT,
        "Ids of the rules that the row breaks; one has to fit, with != none may.",
        lambda row: row.violations or None,
        "a rule or text in quotes",
        "mask.client-unmasked",
        names={rule.id: Name(rule.id, rule.demand) for rule in RULES.values()},
        scope=Scope.ROW,
    ),
    Field(
        "note",
        FieldKind.TEXT,
        "Notes on the row; one has to fit, with != none may.",
        lambda row: tuple(filter(None, row.notes)) or None,
        "text in quotes",
        '"odd"',
        scope=Scope.CAPTURE,
    ),
    Field(
        "bookmark",
        FieldKind.BOOL,
        "Whether the row has a bookmark.",
        lambda row: "" in row.notes,
        "true or false",
        "",
        scope=Scope.CAPTURE,
    ),
    Field(
        "answer_time",
        FieldKind.SPAN,
        "How long an answer took: time since the request that the message answers, as its decoder joins them.",
        lambda row: row.answer_ns,
        "a span of time",
        "100ms or 2.5s",
        minimum=-LARGEST,
        scope=Scope.CAPTURE,
    ),
    Field(
        "unanswered",
        FieldKind.BOOL,
        "Whether a request, or a ping, has no answer in the capture.",
        lambda row: row.unanswered,
        "true or false",
        "",
        scope=Scope.CAPTURE,
    ),
    Field(
        "text",
        FieldKind.TEXT,
        "Payload of a text or continuation frame, or of its whole message, inflated if it was compressed.",
        lambda row: row.data if row.opcode in (Opcode.CONTINUATION, Opcode.TEXT) else None,
        "text in quotes",
        '"error"',
        in_message=True,
    ),
    Field(
        "payload",
        FieldKind.BYTES,
        "Unmasked payload of any row, or of its whole message, as bytes; compressed as it was on the wire.",
        lambda row: row.payload,
        "hex bytes or text in quotes",
        '0xdeadbeef or "error"',
        in_message=True,
    ),
    Field(
        "inflated",
        FieldKind.BYTES,
        "What the payload of a compressed message's frame, or of the whole message, inflates to.",
        lambda row: row.inflated,
        "hex bytes or text in quotes",
        '0xdeadbeef or "error"',
        in_message=True,
    ),
)

_JSON_NAMES: Final = {
    "true": Name("true", "The value true."),
    "false": Name("false", "The value false."),
    "null": Name("null", "The value null."),
}
_EXPECTS: Final = {
    FieldKind.TEXT: ("text in quotes", '"open"'),
    FieldKind.NUMBER: ("a number", "7"),
    FieldKind.BOOL: ("true or false", ""),
    FieldKind.JSON: ("a number, text in quotes, true, false or null", '7 or "open"'),
}
_KINDS: Final = {"text": FieldKind.TEXT, "number": FieldKind.NUMBER, "bool": FieldKind.BOOL, "json": FieldKind.JSON}


_COMMON: Final = {
    "event": ("Name of the event, whichever decoder tells of one.", '"chat"'),
    "method": ("Name of the method, action or operation, whichever decoder tells of one.", '"add"'),
    "topic": ("The topic, channel or destination, whichever decoder tells of one.", '"news"'),
}


def _decoded(decoder: Decoder, known: DecodedField, name: str) -> Field:
    """A field of the language for a field of a decoder."""
    kind = _KINDS[known.type]
    expects, example = _EXPECTS[kind]
    return Field(
        name,
        kind,
        known.help,
        partial(value_of, decoder, known),
        expects,
        known.example or example,
        minimum=-LARGEST if kind in (FieldKind.JSON, FieldKind.NUMBER) else 0,
        scope=Scope.ROW if decoder.needs_context else Scope.WIRE,
        in_message=True,
        in_fragments=False,
        names=_JSON_NAMES if kind is FieldKind.JSON else {},
        verbatim=known.verbatim,
    )


def _of_decoders() -> Iterator[Field]:
    """What the decoders know of a message, and which of them fits it best."""
    for decoder, known, name in registry.fields():
        yield _decoded(decoder, known, name)
    yield Field(
        "decoder",
        FieldKind.TEXT,
        "Name of the decoder that fits the message best: json, socket.io, text.",
        decoder_of,
        "a decoder's name or text in quotes",
        "json",
        in_message=True,
        in_fragments=False,
        names={decoder.name: Name(decoder.name, f"{decoder.title}.") for decoder in registry.all_decoders().values()},
    )
    for name, (text, example) in _COMMON.items():
        of_all = [known.verbatim for _, known, _ in registry.fields() if known.common == name]
        yield Field(
            name,
            FieldKind.TEXT,
            text,
            partial(common_of, name),
            "text in quotes",
            example,
            in_message=True,
            in_fragments=False,
            verbatim=all(of_all),
        )
    yield Field(
        "summary",
        FieldKind.TEXT,
        "The message in one line, as that decoder tells it.",
        summary_of,
        "text in quotes",
        '"open"',
        in_message=True,
        in_fragments=False,
    )


FIELDS: Final[dict[str, Field]] = {entry.name: entry for entry in (*_ALL, *_of_decoders())}
"""Every field by its name, in the order in which to show them."""


def fields_in(scope: Scope) -> Mapping[str, Field]:
    """The fields that are known in a scope."""
    return {name: entry for name, entry in FIELDS.items() if entry.scope <= scope}


ALIASES: Final = {
    "websocket.opcode": "opcode",
    "websocket.fin": "fin",
    "websocket.rsv": "rsv",
    "websocket.mask": "masked",
    "websocket.masking_key": "key",
    "websocket.payload_length": "length",
    "websocket.payload": "payload",
    "websocket.payload.text": "text",
    "websocket.payload.close.status_code": "close_code",
    "websocket.payload.close.reason": "reason",
    "frame.number": "number",
    "frame.time": "time",
    "frame.time_delta": "delta",
}
"""Wireshark's own names of fields."""
