"""An outlook in sentences: which rules bytes would break, what a lying length leads to, what a correct peer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.header import header_fields_of_bytes
from wsgui.dissect.sizes import grouped
from wsgui.protocol.close import close_code_name, decode_close
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.protocol.violations import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wsgui.protocol.outlook import Outlook
    from wsgui.protocol.raw_frame import RawFrame


class Remark(NamedTuple):
    """One sentence; ``kind`` is broken, warning, answer, explain or good; ``reference`` may be empty."""

    kind: str
    text: str
    reference: str = ""

    @property
    def line(self) -> str:
        """The sentence with its reference."""
        return f"{self.text} ({self.reference})" if self.reference else self.text


def remarks(found: Outlook, meant: Sequence[RawFrame]) -> list[Remark]:
    """What is to be said of bytes that are meant as ``meant``: broken rules, lengths that lie, the answer."""
    said = list(_broken(found))
    if not said and not found.waiting:
        said.append(Remark("good", "This breaks no rule."))
    said += _lies(found, meant)
    said += _answers(found)
    return said


def _broken(found: Outlook) -> Iterator[Remark]:
    several = len(found.frames) > 1
    for index, breach in found.violations:
        kind = "broken" if breach.severity is Severity.ERROR else "warning"
        which = f"Frame {index + 1}: " if several else ""
        yield Remark(kind, which + breach.text, breach.reference)
    for breach in found.rest_violations:
        yield Remark("broken", breach.text, breach.reference)


def _lies(found: Outlook, meant: Sequence[RawFrame]) -> Iterator[Remark]:
    for number, frame in enumerate(meant, 1):
        if not frame.surplus or (frame.surplus < 0 and found.failure is not None):
            continue
        which = f"Frame {number}" if len(meant) > 1 else "The header"
        declared, carried = grouped(frame.length), _bytes(len(frame.payload))
        if frame.surplus < 0:
            missing = _bytes(-frame.surplus)
            yield Remark(
                "explain",
                f"{which} declares {declared} and carries {carried}: the peer waits for {missing} more, "
                "and takes whatever is sent next for them.",
            )
        else:
            surplus = frame.wire()[-frame.surplus :]
            yield Remark(
                "explain",
                f"{which} declares {declared} and carries {carried}: the peer reads the surplus "
                f"{_hex(surplus)} as the next header: {header_in_words(surplus)}.",
            )


def header_in_words(data: bytes) -> str:
    """The fields that bytes hold if a header starts with them: ``FIN 1, RSV1 0, … len 7 5``."""
    return ", ".join(f"{field.label} {field.value}" for field in header_fields_of_bytes(data))


def _answers(found: Outlook) -> Iterator[Remark]:
    if found.dropped:
        yield Remark("answer", "A close frame has gone: the peer acts on nothing that follows.", "RFC 6455 §5.5.1")
        return
    if found.failure is not None:
        code = found.failure.close_code or 1002
        yield Remark(
            "answer", f"A correct peer fails the connection: close {close_code_name(code)}.", "RFC 6455 §7.1.7"
        )
        return
    said = False
    for frame in found.replies:
        said = True
        if frame.opcode == Opcode.CLOSE:
            given = decode_close(frame.payload).code
            words = "an empty close frame" if given is None else f"close {close_code_name(given)}"
            yield Remark("answer", f"A correct peer answers with {words}.", "RFC 6455 §5.5.1")
        else:
            size = _bytes(len(frame.payload))
            yield Remark("answer", f"A correct peer answers with a pong of the same {size}.", "RFC 6455 §5.5.3")
    if found.waiting:
        if found.missing is None:
            yield Remark("answer", f"The peer waits: {_bytes(len(found.waiting))} of a header are there.")
        else:
            yield Remark("answer", f"The peer waits for {_bytes(found.missing)} of payload.")
    elif found.open_opcode >= 0:
        name = opcode_name(found.open_opcode)
        yield Remark("answer", f"The peer keeps it and waits for the rest of the {name} message.", "RFC 6455 §5.4")
    elif found.frames and not said:
        yield Remark("answer", "A correct peer takes it; no answer is due.")


def _bytes(count: int) -> str:
    return f"{grouped(count)} byte" if count == 1 else f"{grouped(count)} bytes"


def _hex(data: bytes) -> str:
    return data[:8].hex(" ") + (" …" if len(data) > 8 else "")
