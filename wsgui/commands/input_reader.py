"""Messages of standard input for the loop, in batches."""

from __future__ import annotations

import asyncio
import errno
import select
import threading
from typing import TYPE_CHECKING, TextIO

from wsgui.commands.encodings import InputError
from wsgui.engine.errors import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.commands.encodings import Encoding
    from wsgui.commands.framings import Framing

CHUNK = 64 * 1024
BATCHES_WAITING = 16
"""Batches that wait to be sent before reading stops."""


class InputReader:
    """``async for messages in reader`` gives lists of messages (str for text, bytes for binary) until the input ends.

    A thread reads: the loop could read a pipe, but neither a file nor a terminal. It reads the file descriptor and not
    the text stream, whose lock would kill the interpreter if the program ends while the thread waits for a key.
    ``complain`` hears, in that thread, of a message that is not what it should be; reading stops there and `failed`
    says so.
    """

    def __init__(
        self, stream: TextIO | None, framing: Framing, encoding: Encoding, complain: Callable[[str], None]
    ) -> None:
        self.failed = False
        self.ended = False
        self._stream = stream
        self._terminal = stream is not None and not stream.closed and stream.isatty()  # asked now: hung up, it is none
        self._framing = framing
        self._decode = encoding.decode
        self._complain = complain
        self._number = 0
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[list[str | bytes] | None] = asyncio.Queue()
        self._room = threading.Semaphore(BATCHES_WAITING)
        # A daemon: it may wait for the keyboard when the program ends.
        threading.Thread(target=self._run, name="standard input", daemon=True).start()

    def __aiter__(self) -> InputReader:
        return self

    async def __anext__(self) -> list[str | bytes]:
        messages = None if self.ended else await self._queue.get()
        if messages is None:
            self.ended = True
            raise StopAsyncIteration
        self._room.release()
        return messages

    # What follows runs in the thread.

    def _run(self) -> None:
        try:
            self._read()
        except InputError as error:
            self._fail(error)
        except OSError as error:
            if not self._nobody_there(error):  # what was still to come is missing: that is no end
                self.failed = True
                self._complain(f"Standard input cannot be read: {reason_of(error)}.")
        except ValueError:
            pass  # the stream was closed
        self._put(None)

    def _read(self) -> None:
        splitter = self._framing.make()
        while data := self._chunk():
            if not self._take(splitter.feed(data)):
                return
        self._take(splitter.end())

    def _nobody_there(self, error: OSError) -> bool:
        """Whether there is no input to miss: nohup puts a descriptor there that cannot be read, and a terminal that
        was hung up, or belongs to others, gives an error too."""
        return error.errno == errno.EBADF or self._terminal

    def _chunk(self) -> bytes:
        if self._stream is None:
            return b""
        raw = getattr(getattr(self._stream, "buffer", None), "raw", None)
        if raw is None:
            return self._stream.read(CHUNK).encode()
        while (data := raw.read(CHUNK)) is None:  # whoever started us made it non-blocking, and nothing is there yet
            select.select([raw], [], [])
        return bytes(data)

    def _take(self, pieces: list[bytes]) -> bool:
        good: list[str | bytes] = []
        wrong: InputError | None = None
        for piece in pieces:
            try:
                good.append(self._decode(piece))
            except InputError as error:
                wrong = error
                break
        self._number += len(good)
        if good:
            self._put(good)
        if wrong is not None:
            self._fail(wrong)
        return wrong is None

    def _fail(self, error: InputError) -> None:
        self.failed = True
        self._complain(f"{self._framing.unit} {self._number + 1} of standard input {error}: reading stopped there.")

    def _put(self, messages: list[str | bytes] | None) -> None:
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, messages)
        except RuntimeError:
            return  # the program has ended meanwhile
