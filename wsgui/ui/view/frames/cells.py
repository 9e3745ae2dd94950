"""One row of the frame table as ten short texts; made once when a row is read, painted many times. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.compression import compression_line
from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.dissect.decoders.rows import row_line
from wsgui.dissect.header import WHY_MASKED
from wsgui.dissect.sizes import delta_text, grouped
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.records import HTTP as HTTP
from wsgui.records import MISSING
from wsgui.records import NO_FRAME as BYTES
from wsgui.ui.view.frames.times import Times

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.message_start import MessageStart
    from wsgui.capture.reader import Row
    from wsgui.dissect.decoders.model import Context

CLOCK = Times()

NUMBER, TIME, DELTA, DIRECTION, OPCODE, BITS, KEY, LENGTH, MESSAGE, PAYLOAD = range(10)

TITLES = ("#", "Time", "Δ", "Dir", "Opcode", "FIN RSV", "Mask key", "Length", "Message", "Payload")
TIPS = (
    "The row's number in the capture",
    "When it was read or written, local time to the microsecond",
    "Time since the row above",
    "↑ sent by this side, ↓ received from the peer",
    "How the payload is to be read (RFC 6455 section 5.2)",
    "FIN: the last frame of its message, else more follow; then the reserved bits that are set (section 5.2)",
    f"The masking key of a masked frame (section 5.3). {WHY_MASKED}",
    "Bytes of payload",
    "Message number in its direction, and the fragment's place in it (section 5.4)",
    "The unmasked payload in one line; a broken rule takes its place",
)

MESSAGE_TITLES = {LENGTH: "On wire", PAYLOAD: "Summary"}
"""What columns are called while the table shows messages, where that is something else."""
MESSAGE_TIPS = {
    NUMBER: "The number of the message's first row in the capture",
    TIME: "When its first frame was read or written, local time to the microsecond",
    DELTA: "Time since the message above",
    LENGTH: "Bytes of payload of all its frames, as they crossed the wire",
    MESSAGE: "Message number in its direction; (3): it has three frames",
    PAYLOAD: "The message in one line, as its decoder tells it; a broken rule takes its place",
}

_LABELS = {HTTP: "HTTP", BYTES: "BYTES", MISSING: "MISSING", int(Opcode.CONTINUATION): "CONT"}


class Cells(NamedTuple):
    """The texts of a row, column by column, with what the painter needs to colour them."""

    texts: tuple[str, ...]
    opcode: int
    sent: bool
    flags_wrong: bool
    violated: bool


def opcode_label(opcode: int) -> str:
    """What stands in the opcode's chip."""
    return _LABELS.get(opcode) or opcode_name(opcode)


def plain_line(row: Row, decoder: str = "", context: Context = NO_CONTEXT) -> str:
    """A row's payload in one line, by the decoder that was chosen (empty: whichever fits best)."""
    inflated = row.inflated_length
    if inflated is None:  # flags as in the first header byte
        return row_line(decoder, context, row.opcode, (row.flags & 15) << 4, row.preview, row.length)
    return row_line(decoder, context, row.opcode, (row.flags & 8) << 4, row.preview, inflated)


def _bits_text(flags: int) -> str:
    """``FIN RSV1``: the bits that are set, by their names; ``more`` where FIN is not, as more fragments follow."""
    reserved = "+".join(str(number) for number in (1, 2, 3) if flags >> (3 - number) & 1)
    return ("FIN" if flags & 8 else "more") + (f" RSV{reserved}" if reserved else "")


_BITS = tuple(map(_bits_text, range(16)))


def cells_of(row: Row, times: Times = CLOCK, line_of: Callable[[Row], str] = plain_line) -> Cells:
    """The texts of one row; ``line_of`` gives the one about its payload."""
    frame = row.opcode >= 0
    flags = row.flags
    bits = _BITS[flags & 15] if frame else ""
    key = row.masking_key.hex(" ") if row.masking_key is not None else ("—" if frame else "")
    broken = row.violations
    if broken:
        first = broken[0]
        expects = f", expect close {first.close_code}" if first.close_code is not None else ""
        text = f"{first.text} {first.reference}{expects}"
        number = f"{row.id} ⚠"
    else:
        text = line_of(row)
        number = str(row.id)
    if row.notes:
        number += f"{' ★' * ('' in row.notes)}{' ✎' * any(row.notes)}"
    return Cells(
        (
            number,
            times.text(row),
            "—" if row.delta_ns is None else delta_text(row.delta_ns),
            "↑" if row.direction == 0 else "↓",
            opcode_label(row.opcode),
            bits,
            key,
            "" if row.opcode == MISSING else grouped(row.length),
            message_text(row),
            text,
        ),
        row.opcode,
        row.direction == 0,
        flags & 7 != 0,
        bool(broken),
    )


def message_cells(
    row: Row, start: MessageStart, times: Times = CLOCK, line_of: Callable[[Row, MessageStart], str] | None = None
) -> Cells:
    """The texts of a message's row: of its first frame what all frames share, of the message sizes and summary."""
    cells = cells_of(row, times, lambda _: "")
    texts = list(cells.texts)
    texts[LENGTH] = grouped(start.length)
    frames = f" ({grouped(start.frames)})" if start.frames != 1 else ""
    texts[MESSAGE] = f"m{row.message}{frames}"  # fragments have no place of their own here
    if not texts[PAYLOAD]:  # no rule is broken
        line = message_line(row, start) if line_of is None else line_of(row, start)
        so_far = f"Not finished, {grouped(start.frames)} frame{'s' * (start.frames != 1)} so far · "
        texts[PAYLOAD] = line if start.finished else f"{so_far}{line}"
    return cells._replace(texts=tuple(texts))


def message_line(row: Row, start: MessageStart, decoder: str = "", context: Context = NO_CONTEXT) -> str:
    """A message in one line, by the decoder that was chosen (empty: whichever fits best)."""
    flags = 0x80 if start.inflated_length is not None else (row.flags & 7) << 4 | 0x80
    return row_line(decoder, context, row.opcode, flags, start.preview, start.size)


def damaged_cells(id_: int, sentence: str) -> Cells:
    """The texts of a row that cannot be read, and why."""
    texts = [""] * len(TITLES)
    _, damaged, what = sentence.partition(" is damaged: ")  # the table need not name its file in each row
    texts[NUMBER], texts[PAYLOAD] = f"{id_} ⚠", f"Damaged: {what}" if damaged else sentence
    return Cells(tuple(texts), BYTES, sent=False, flags_wrong=False, violated=True)


def row_tip(row: Row) -> str:
    """What compression came to for a row, as one sentence; empty for one without."""
    if row.inflated_length is None:
        return ""
    line = compression_line(row.length, row.inflated_length)
    return f"{line[0].upper()}{line[1:]}."


def message_text(row: Row) -> str:
    """``m3`` for a whole message, ``m3 ┌ 1/3`` and so on for its fragments."""
    if row.message is None:
        return ""
    fragment = row.fragment
    final = row.flags & 8 != 0
    if fragment is None or (fragment == 0 and final):
        return f"m{row.message}"
    mark = "└" if final else "┌" if fragment == 0 else "│"
    total = "" if row.fragments is None else f"/{row.fragments}"
    return f"m{row.message} {mark} {fragment + 1}{total}"
