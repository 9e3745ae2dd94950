"""The messages of one recorded connection, read from a capture of either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role
from wsgui.records import FLAG_FIN, Direction, EndedBy

if TYPE_CHECKING:
    from wsgui.capture.views import ConnectionRow

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_MESSAGES: Final = 200_000
_ROWS_AT_ONCE: Final = 1000
_DATA: Final = (Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY)


class ConversationError(ValueError):
    """A capture that nothing can be answered from, in one sentence."""


class Said(NamedTuple):
    """A message: whether the server said it, and when, in ns."""

    by_server: bool
    time_ns: int
    message: str | bytes


class TalkPart(NamedTuple):
    """What the client said (None: nothing, it has connected), when, and what the server said until the client spoke
    again."""

    request: str | bytes | None
    time_ns: int
    answers: tuple[Said, ...]


class RecordedTalk(NamedTuple):
    """The parts in their order; ``close`` is the code and reason with which the server ended it, if it did; ``cut`` is
    whether there was more than is read."""

    parts: tuple[TalkPart, ...]
    close: tuple[int, str] | None
    cut: bool


def check_capture(path: str, number: int) -> None:
    """Whether it is a capture with this connection; 0 for any. Raises ConversationError."""
    try:
        with CaptureReader(path) as reader:
            _chosen(reader, number)
    except (CaptureError, OSError) as error:
        raise ConversationError(str(error)) from None


def read_conversation(path: str, number: int) -> RecordedTalk:
    """The conversation of a connection; 0 for the first one that was opened. Blocks: for a worker thread. Raises
    ConversationError."""
    try:
        with CaptureReader(path) as reader:
            row = _chosen(reader, number)
            said, cut = _messages(reader, row)
    except (CaptureError, OSError) as error:
        raise ConversationError(str(error)) from None
    ours = EndedBy.LOCAL if row.role == Role.SERVER.value else EndedBy.PEER
    close = None
    if row.ended_by is ours and row.code is not None and row.code not in (1005, 1006):
        close = (row.code, row.reason or "")
    return RecordedTalk(_parts(said, row.opened_ns), close, cut)


def _chosen(reader: CaptureReader, number: int) -> ConnectionRow:
    there = reader.connections()
    found = [one for one in there if not number or one.id == number]
    if not found:
        raise ConversationError(f"It has no connection {number}." if there else "It has no connection.")
    return found[0]


def _messages(reader: CaptureReader, row: ConnectionRow) -> tuple[list[Said], bool]:
    said: list[Said] = []
    size = 0
    server = Direction.SENT if row.role == Role.SERVER.value else Direction.RECEIVED
    last = reader.last_id()
    for first in range(1, last + 1, _ROWS_AT_ONCE):
        for one in reader.rows(first, min(first + _ROWS_AT_ONCE - 1, last)):
            if one.connection != row.id or one.opcode not in _DATA or not one.flags & FLAG_FIN:
                continue
            whole = reader.message_of(one.id)
            size += len(whole.payload)
            if size > MOST_BYTES or len(said) >= MOST_MESSAGES:
                return said, True
            text = whole.opcode == Opcode.TEXT
            message = whole.payload.decode("utf-8", "replace") if text else whole.payload
            said.append(Said(one.direction is server, one.time_ns, message))
    return said, False


def _parts(said: list[Said], opened: int) -> tuple[TalkPart, ...]:
    parts: list[TalkPart] = []
    request: str | bytes | None = None
    time_ns = opened
    answers: list[Said] = []
    for one in said:
        if one.by_server:
            answers.append(one)
        else:
            parts.append(TalkPart(request, time_ns, tuple(answers)))
            request, time_ns, answers = one.message, one.time_ns, []
    return (*parts, TalkPart(request, time_ns, tuple(answers)))
