"""The one door to standard output and standard error.

What a peer, a file or a name says may hold escape sequences, characters that turn or hide text, and bytes that are no
Unicode; on a terminal they would move the cursor, set the title or hide what is there. So everything that is printed
passes here: `visible_lines` for text, `json_line` for JSON. Bytes as they are go only through `Output.write_bytes`,
which refuses a terminal.

A closed or full standard error changes nothing about what a program does: `say` never raises.
"""

from __future__ import annotations

import io
import os
import select
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from wsgui.dissect.visible import HIDDEN, visible

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import TextIO

    from _typeshed import ReadableBuffer


def visible_lines(text: str) -> str:
    """`visible` line by line: line feeds stay, everything else that could steer a terminal is shown."""
    return text if text.isascii() and text.isprintable() else "\n".join(map(visible, text.split("\n")))


def json_line(text: str) -> str:
    r"""JSON with every hidden character inside it written as ``\u202e``: the same value, and nothing to steer with."""
    return text if text.isascii() and text.isprintable() else HIDDEN.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    # Above U+FFFF two UTF-16 units (RFC 8259 section 7).
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def say(sentence: str, *details: str) -> None:
    """One sentence on standard error, with the program's name; ``details`` are lines below it, indented."""
    _complain("".join([f"wsgui: {visible(sentence)}\n", *(f"  {visible(line)}\n" for line in details)]))


def complain_lines(text: str) -> None:
    """Lines on standard error as they are, but for what could steer a terminal."""
    _complain(visible_lines(text))


def show_progress(text: str) -> None:
    """A piece of a line that is overwritten by the next: ``text`` holds no text of others. Only for terminals."""
    _complain(text)


def on_terminal() -> bool:
    """Whether standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def _complain(text: str) -> None:
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        # Nobody hears it. Python would try once more as it flushes at exit, and exit with 120.
        _to_nowhere(stream)


def _to_nowhere(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def open_streams() -> None:
    """Give a program its three standard descriptors if it was started without (``>&-``).

    Else the next file that is opened takes the number, and what is printed goes into somebody's capture.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
    sys.stdout, sys.stderr = _patient(sys.stdout, 1), _patient(sys.stderr, 2)
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")


LAST_PATIENCE: Final = 1.0
"""Seconds that a reader has for each piece once the program was told to stop."""


class _Patient(io.RawIOBase):
    """A descriptor that is written to the end, whether or not it blocks.

    Whoever shares a pipe or a terminal with us may have made it non-blocking for both (Node.js and ssh do). Python then
    writes a part, and either raises or, without a buffer (``PYTHONUNBUFFERED``), says nothing of the rest.
    """

    waits_for: int | None = None
    """The descriptor of the one that waits for a reader; there is one thread that writes."""

    told = False
    """Whether the program was told to stop."""

    def __init__(self, number: int) -> None:
        self._number = number
        # So much can be written without waiting where select says that there is room (POSIX).
        self._piece = sys.maxsize if _never_waits(number) else select.PIPE_BUF

    def fileno(self) -> int:
        return self._number

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, data: ReadableBuffer, /) -> int:
        piece = memoryview(data)[: self._piece]
        while True:
            _Patient.waits_for = self._number
            try:
                if not select.select([], [self._number], [], LAST_PATIENCE if _Patient.told else None)[1]:
                    raise OutputStoppedError(_NOT_READ)
            finally:
                _Patient.waits_for = None
            try:
                return os.write(self._number, piece)
            except BlockingIOError:
                continue  # somebody else has filled it meanwhile


def _never_waits(number: int) -> bool:
    """Whether what is written to a descriptor waits for no reader: it goes to a file, or nowhere."""
    found = os.fstat(number)
    return stat.S_ISREG(found.st_mode) or (
        stat.S_ISCHR(found.st_mode) and found.st_rdev == os.stat(os.devnull).st_rdev  # noqa: PTH116 - no path of ours
    )


class OutputStoppedError(OSError):
    """The program was told to stop while nobody read what it writes. Without a number: EINTR would be tried again."""


def break_off() -> None:
    """For the handler of a signal that stops the program: a write that waits for a reader raises OutputStoppedError.

    Else a program whose output nobody reads (``| less``) could only be killed.
    """
    _Patient.told = True
    number = _Patient.waits_for
    if number is not None and not select.select([], [number], [], 0)[1]:
        raise OutputStoppedError(_NOT_READ)


_NOT_READ: Final = "nobody read it, and the program was told to stop"


def _patient(stream: TextIO, number: int) -> TextIO:
    """The process's own stream with a patient writer below it; any other as it is."""
    if os.name != "posix" or type(stream) is not io.TextIOWrapper:
        return stream
    try:
        if stream.fileno() != number:
            return stream
        stream.flush()
    except (OSError, ValueError):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Patient(number)),
        stream.encoding,
        stream.errors,
        line_buffering=number == 2 or stream.isatty(),
    )


class _Nowhere(io.TextIOBase):
    """Takes everything and keeps nothing, in the place of a standard output that is closed."""

    def write(self, text: str) -> int:
        return len(text)


class Output:
    """Standard output, or a stream in its place; a closed one takes everything and keeps nothing.

    Writing raises OSError when nobody reads any more or the disk is full; `abandon` keeps Python from complaining of it
    a second time at exit.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        if stream is None and isinstance(sys.stdout, io.TextIOWrapper):
            # As messages are, whatever the terminal's locale says. What was written before goes out here: if that
            # fails, the next write does too.
            with suppress(OSError):
                sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        self._stream: TextIO = stream or sys.stdout or cast("TextIO", _Nowhere())
        self.terminal: Final = self._stream.isatty()

    def write_lines(self, text: str) -> None:
        """Text that is shown to people: nothing in it steers a terminal, wherever it goes."""
        self._stream.write(visible_lines(text))

    def write_messages(self, texts: Iterable[str]) -> None:
        """Texts as lines: for programs as they are; on a terminal each in one line, and nothing steers it."""
        if self.terminal:
            texts = map(visible, texts)
        self._stream.write("\n".join([*texts, ""]))

    def write_json(self, line: str) -> None:
        """One line of JSON."""
        self._stream.write(f"{json_line(line)}\n")

    def write_bytes(self, data: bytes) -> None:
        """Bytes as they are, for programs. Raises ValueError on a terminal."""
        if self.terminal:
            raise ValueError("bytes as they are do not go to a terminal")
        binary = getattr(self._stream, "buffer", None)
        if binary is None:
            self._stream.write(data.decode("latin-1"))
        else:
            self._stream.flush()
            binary.write(data)

    def flush(self) -> None:
        """Send what was written on its way."""
        self._stream.flush()

    def abandon(self) -> None:
        """Write no more: whoever read it has gone, or the disk is full."""
        _to_nowhere(self._stream)


def show(text: str) -> None:
    """Lines for people on standard output, for a program that does nothing else; nobody need read them."""
    out = Output()
    try:
        out.write_lines(text)
        out.flush()
    except OSError:
        out.abandon()
