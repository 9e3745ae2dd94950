"""What a row is copied as: its payload, or a command that repeats its connection's handshake, secrets masked or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.contexts import Contexts
from wsgui.dissect.copyas import copy_as
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Message, NotFittingError
from wsgui.dissect.reproduce import Reopening
from wsgui.dissect.reproductions import REPRODUCTIONS
from wsgui.protocol.opcodes import Opcode
from wsgui.records import HTTP
from wsgui.redaction import Redactor

if TYPE_CHECKING:
    from wsgui.capture.reader import CaptureReader


class RowCopy(NamedTuple):
    """A way to copy a row: its name for programs, its label for menus, and whether it is of the handshake."""

    name: str
    label: str
    handshake: bool


KINDS: Final = (
    RowCopy("text", "Payload as &Text", False),
    RowCopy("hex", "Payload as &Hex", False),
    RowCopy("base64", "Payload as &Base64", False),
    RowCopy("python", "Payload as &Python Bytes", False),
    RowCopy("decoded", "&Message, Decoded", False),
    *(RowCopy(one.name, one.label, True) for one in REPRODUCTIONS.values()),
)


def copy_row(
    reader: CaptureReader, id_: int, kind: str, *, keep_secrets: bool = False, decoder: str = "", joined: bool = False
) -> tuple[str, bool]:
    """The text for the clipboard, and whether secrets in it were masked; ``decoder`` is the one that a person has
    chosen (empty: whichever fits best), ``joined`` asks for the whole message of a fragment. Raises CaptureError and
    LookupError."""
    row = reader.row(id_)
    if kind == "decoded" and row.opcode in (Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY):
        return decoded_text(reader, id_, decoder), False
    redactor = Redactor(keep=keep_secrets)
    if not next(one for one in KINDS if one.name == kind).handshake:
        payload = payload_of(reader, id_, joined=joined)
        if row.opcode == HTTP:
            payload = redactor.head(payload)
        return copy_as("text" if kind == "decoded" else kind, payload), bool(redactor.masked)
    request, _ = reader.handshake(row.connection)
    if request is not None:
        request = redactor.head(request)
    known = next((one for one in reader.connections() if one.id == row.connection), None)
    url = redactor.url("" if known is None else known.url)
    whole = row.opcode in (Opcode.TEXT, Opcode.BINARY)
    message = payload_of(reader, id_, joined=joined) if whole else None
    text = REPRODUCTIONS[kind].render(Reopening(url, request, message, text=row.opcode == Opcode.TEXT))
    return text, bool(redactor.masked)


def decoded_text(reader: CaptureReader, id_: int, decoder: str = "") -> str:
    """The message that a row belongs to, joined and inflated, as its decoder writes it for people; as it came if the
    decoder cannot. Raises CaptureError and LookupError."""
    view = reader.message_of(id_)
    message = Message(view.payload, text=view.opcode == Opcode.TEXT, whole=view.finished and not view.truncated)
    context = Contexts(reader).of(view.connection, view.direction)
    try:
        return registry.pretty(registry.chosen(decoder, context, message), message)
    except NotFittingError:
        return copy_as("text" if message.text else "hex", view.payload)


def editable_of(reader: CaptureReader, id_: int, decoder: str = "", *, joined: bool = False) -> tuple[str, str] | None:
    """The name of the decoder that can write a row's binary message again, and the text that it makes it of; None where
    there is none but hex, for a frame that is not all of its message (unless that is asked for, ``joined``), and for
    what is no binary message. Raises CaptureError and LookupError."""
    if reader.row(id_).opcode not in (Opcode.CONTINUATION, Opcode.BINARY):
        return None
    view = reader.message_of(id_)
    if view.opcode != Opcode.BINARY or (len(view.parts) > 1 and not joined):
        return None
    message = Message(view.payload, text=False, whole=view.finished and not view.truncated)
    context = Contexts(reader).of(view.connection, view.direction)
    one = registry.chosen(decoder, context, message)
    if one.name == "hex":
        return None
    try:
        text = registry.editable(one, context, message)
        registry.encode(one, text, context)
    except ValueError:  # NotFittingError is one
        return None
    return one.name, text


def payload_of(reader: CaptureReader, id_: int, *, joined: bool = False) -> bytes:
    """A row's payload as the application sees it; with ``joined`` that of the whole message that a frame belongs to.
    Raises CaptureError and LookupError."""
    if joined and reader.message_extent(id_) is not None:
        return reader.message_of(id_).payload
    inflated = reader.inflated(id_)
    return reader.payload(id_) if inflated is None else inflated
