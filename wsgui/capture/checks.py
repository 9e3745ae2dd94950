"""What a capture's rows may hold: asked of everything that is read, because anybody may have edited the file.

STRICT tables keep writers to the types, but a damaged page says what it likes; and an UPDATE may put any number where
only a few mean something. What passes here is what a writer of ours could have written, so nobody above has to ask
again.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS, ROW_OPCODES
from wsgui.protocol.frames import LARGEST_LENGTH
from wsgui.protocol.violations import Severity
from wsgui.records import FLAG_FIN, FLAG_RSV1, FLAG_RSV2, FLAG_RSV3, Direction, EndedBy

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_LIMIT: Final = 65_536
"""Characters of a text beside the frames (a URL, a reason, a broken rule) that are read; what is longer ends in …."""


class DamageError(ValueError):
    """A value that no writer writes. ``str()`` fits behind "is damaged: "."""


def _types(columns: str) -> frozenset[tuple[type, ...]]:
    """The types that rows may have: ``i`` for a whole number, ``s`` text, ``b`` bytes; a capital may be NULL."""
    kinds = {"i": int, "s": str, "b": bytes}
    none = type(None)
    return frozenset(
        product(*[(kinds[one.lower()], none) if one.isupper() else (kinds[one],) for one in columns.replace(" ", "")])
    )


META: Final = _types("ss")
NOTE: Final = _types("is")
NOTED: Final = _types("iis")
TEXT: Final = _types("s")
PAYLOAD: Final = _types("ib")
FRAME: Final = _types("iii B ii b")
BROKEN: Final = _types("i ss i I s")
CONNECTION: Final = _types("ii ssss I I S I SS")
ROW: Final = _types("iiii ii B ii I I I B I")
PLACE: Final = _types("iiii I I B ii")
MESSAGE: Final = _types("iiii")
KEY: Final = _types("ii I")
PART: Final = _types("iii")
EXTENT: Final = _types("iii")
PAIR: Final = _types("ii")
REQUEST: Final = _types("ib")
NUMBER: Final = _types("I")
PROBLEM: Final = _types("Is")

_FLAGS: Final = FLAG_FIN | FLAG_RSV1 | FLAG_RSV2 | FLAG_RSV3 | FLAG_VIOLATIONS | FLAG_INFLATED
_DIRECTIONS: Final = frozenset(map(int, Direction))
_ENDINGS: Final = frozenset({None, *map(int, EndedBy)})
_SEVERITIES: Final = frozenset(map(int, Severity))
_CODES: Final = range(0x10000)


def checked(rows: list[Any], types: frozenset[tuple[type, ...]]) -> list[Any]:
    """``rows``, each with values of the types that its columns have; TypeError for what damage made of one."""
    for row in rows:
        if tuple(map(type, row)) not in types:
            raise TypeError
    return rows


def check_frame(id_: int, direction: int, opcode: int, flags: int, key: bytes | None, form: int, length: int) -> None:
    """Raise DamageError unless a row of ``frames`` is one that may have crossed a wire."""
    if opcode not in ROW_OPCODES:
        raise DamageError(f"row {id_} has the opcode {opcode}")
    if direction not in _DIRECTIONS:
        raise DamageError(f"row {id_} went neither way")
    if flags & ~_FLAGS:
        raise DamageError(f"row {id_} has flags that there are not")
    if key is not None and len(key) != 4:
        raise DamageError(f"the masking key of row {id_} has {len(key)} bytes and not 4")
    if opcode < 0:
        if form:
            raise DamageError(f"row {id_} is no frame and has a length form")
    elif form not in LARGEST_LENGTH:
        raise DamageError(f"the length of row {id_} is written in {form} bits")
    elif length > LARGEST_LENGTH[form]:
        raise DamageError(f"{length} bytes do not fit the length form of row {id_}")
    if length < 0:
        raise DamageError(f"row {id_} has {length} bytes")


def check_size(id_: int, length: int, found: int) -> None:
    """Raise DamageError unless a payload, or the beginning that was read, has the bytes that it should."""
    if length != found:
        raise DamageError(f"row {id_} has another number of bytes than it says")


def check_severity(id_: int, severity: int, code: int | None) -> None:
    """Raise DamageError unless a broken rule weighs something, and closes with a code of 16 bits or with none."""
    if severity not in _SEVERITIES or (code is not None and code not in _CODES):
        raise DamageError(f"a broken rule of row {id_} has numbers that mean nothing")


def check_connection(id_: int, code: int | None, ended_by: int | None) -> None:
    """Raise DamageError unless a connection ended in one of the known ways, with a code of 16 bits or with none."""
    if ended_by not in _ENDINGS or (code is not None and code not in _CODES):
        raise DamageError(f"connection {id_} ended in a way that there is not")


def check_message(number: int, opcode: int) -> None:
    """Raise DamageError unless a message has an opcode that the wire can carry."""
    if not 0 <= opcode <= 0xF:
        raise DamageError(f"message {number} has the opcode {opcode}")


def short(values: Sequence[Any]) -> tuple[Any, ...]:
    """The values, texts cut to `TEXT_LIMIT`; whoever asks the file needs ask for no more than one character above."""
    return tuple(
        f"{value[:TEXT_LIMIT]}…" if isinstance(value, str) and len(value) > TEXT_LIMIT else value for value in values
    )
