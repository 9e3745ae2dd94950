"""Lines of standard input for the loop, in batches."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 64 * 1024
BATCHES_WAITING = 16
"""Batches that wait to be sent before reading stops."""


class LineReader:
    """``async for lines in reader`` gives lists of lines, without their ends, until the input ends.

    A thread reads: the loop could read a pipe, but neither a file nor a terminal. It reads the file descriptor and not
    the text stream, whose lock would kill the interpreter if the program ends while the thread waits for a key.
    ``complain`` hears, in that thread, of a line that is not UTF-8; reading stops there and `failed` says so.
    """

    def __init__(self, stream: TextIO | None, complain: Callable[[str], None]) -> None:
        self.failed = False
        self._stream = stream
        self._complain = complain
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[list[str] | None] = asyncio.Queue()
        self._room = threading.Semaphore(BATCHES_WAITING)
        # A daemon: it may wait for the keyboard when the program ends.
        threading.Thread(target=self._run, name="standard input", daemon=True).start()

    def __aiter__(self) -> LineReader:
        return self

    async def __anext__(self) -> list[str]:
        lines = await self._queue.get()
        self._room.release()
        if lines is None:
            raise StopAsyncIteration
        return lines

    # What follows runs in the thread.

    def _run(self) -> None:
        with suppress(OSError, ValueError):  # the stream was closed
            self._read()
        self._put(None)

    def _read(self) -> None:
        number = 0
        started: list[bytes] = []  # the pieces of a line whose end has not come; joined once, however many they are
        while data := self._chunk():
            first, *more = data.split(b"\n")
            started.append(first)
            if not more:
                continue
            whole = [b"".join(started), *more[:-1]]
            if not self._take(whole, number):
                return
            number += len(whole)
            started = [more[-1]]
        rest = b"".join(started)
        if rest:
            self._take([rest], number)

    def _chunk(self) -> bytes:
        if self._stream is None:
            return b""
        raw = getattr(getattr(self._stream, "buffer", None), "raw", None)
        return (raw.read(CHUNK) or b"") if raw is not None else self._stream.read(CHUNK).encode()

    def _take(self, lines: list[bytes], before: int) -> bool:
        good: list[str] = []
        for line in lines:
            try:
                good.append(line.rstrip(b"\r").decode())
            except UnicodeDecodeError:
                self.failed = True
                break
        if good:
            self._put(good)
        if self.failed:
            self._complain(f"line {before + len(good) + 1} of standard input is not UTF-8: reading stopped there.")
        return not self.failed

    def _put(self, lines: list[str] | None) -> None:
        self._room.acquire()
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, lines)
        except RuntimeError:
            return  # the program has ended meanwhile
