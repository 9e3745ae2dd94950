"""Files to and from clients."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from wsgui.behaviours.safe_names import create, safe_name
from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.registry import register
from wsgui.engine.errors import ConnectionClosedError
from wsgui.engine.tasks import TaskOwner
from wsgui.options.model import Shape
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from io import BufferedReader

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

MIB: Final = 1024 * 1024
WAITING_BYTES: Final = 4 * MIB
"""What of an upload may wait to be written; then the client is not read until less does."""
MOST_FILES: Final = 10_000
"""Files of a folder that are sent or listed."""
MOST_UPLOADS: Final = 10_000
"""Files that are received while the server runs."""


class _Refusal(ValueError):  # noqa: N818
    """Why something is not done, in a sentence for the client."""


class _Upload:
    """One that is under way: what it is called, its size as it was announced, and what has come. All but `come` and
    `hash` blocks, and is for a worker thread; `drop` is quick, and may come at any time."""

    def __init__(self, size: int) -> None:
        self.path = Path()
        self.size = size
        self.come = 0
        self.hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._dropped = False
        # A task that is cancelled goes on at once; the thread that worked for it does not end before its time.
        self._lock = threading.Lock()

    def open(self, folder: Path, name: str) -> None:
        """Raises OSError."""
        with self._lock:
            if not self._dropped:
                self.path, self._file = create(folder, name)

    def write(self, data: bytes) -> None:
        """Raises OSError."""
        with self._lock:
            if self._file is not None:
                self._file.write(data)
                self.hash.update(data)
                self.come += len(data)

    def close(self) -> None:
        """It is whole. Raises OSError."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def drop(self) -> None:
        """It was not finished: nothing is left of it, and nothing comes of it later."""
        with self._lock:
            self._dropped = True
            if self._file is not None:
                with suppress(OSError):  # the disk is full, say, and what waits cannot be written
                    self._file.close()
                self._file = None
                self.path.unlink(missing_ok=True)


@contextmanager
def _dropped_unless_done(upload: _Upload) -> Iterator[_Upload]:
    """Whatever ends the work on an upload before its time, a cancelled task too, leaves no half of a file."""
    try:
        yield upload
    except BaseException:
        upload.drop()
        raise


@register
@dataclass(eq=False)
class Files(Crowd):
    """Each file that is sent begins with the text `{"file": NAME, "size": BYTES, "chunks": N}`, then come N binary
    messages, then `{"sent": NAME, "size": BYTES, "sha256": HEX}`. A client asks for `{"list": true}` and for
    `{"get": NAME}`. It uploads by the same first text and binary messages until the size is reached; a binary message
    that nothing announced is a file of its own. The answer is `{"saved": NAME, "size": BYTES, "sha256": HEX}`, or
    `{"error": SENTENCE}`. Names of uploads lose folders and all that is harmful, nothing that exists is written over,
    and what was not finished is deleted. Folders within a folder, hidden files and links are left out."""

    name = "files"
    summary = "Sends a file or those of a folder in chunks, and receives uploads into a folder."
    alone = False
    file: str = setting(Shape.FILE, "", "Send file", "A file that is sent")
    folder: str = setting(Shape.FOLDER, "", "Send folder", "A folder whose files are sent")
    chunk: int = setting(Shape.COUNT, 65536, "Chunk", "Bytes of each binary message", least=1, most=64 * MIB)
    greet: bool = setting(
        Shape.FLAG, True, "Send all to each client that connects", "Otherwise a client gets those that it asks for"
    )
    receive: str = setting(Shape.FOLDER, "", "Uploads into", "A folder for what clients send; empty: nothing is taken")
    largest: int = setting(Shape.COUNT, 100, "Largest upload", "MiB of one upload", least=1, most=1024 * 1024)
    total: int = setting(
        Shape.COUNT,
        1000,
        "All uploads",
        "MiB of all uploads together, while the server runs",
        least=1,
        most=1024 * 1024,
    )

    def __post_init__(self) -> None:
        self._tasks = TaskOwner()
        self._wake: dict[WebSocket, asyncio.Future[None]] = {}
        self._events: dict[WebSocket, deque[str | bytes]] = {}
        self._size: dict[WebSocket, int] = {}
        self._busy: dict[WebSocket, asyncio.Task[None]] = {}
        self._received = 0
        self._uploads = 0
        self._own: dict[WebSocket, list[asyncio.Task[None]]] = {}

    def check(self) -> None:
        for name in ("folder", "receive"):
            value = getattr(self, name)
            if value and not _is(value, folder=True):
                raise OptionError(name, f"{name}: There is no folder {value}.")
        if self.file and not _is(self.file, folder=False):
            raise OptionError("file", f"file: There is no file {self.file}.")

    # --- sending

    def _files(self) -> list[Path]:
        """What there is to be sent. Blocks: for a worker thread. Raises OSError."""
        found = [Path(self.file)] if self.file else []
        if self.folder:
            there = (one for one in Path(self.folder).iterdir() if not one.name.startswith("."))
            found += sorted(one for one in there if one.is_file() and not one.is_symlink())[:MOST_FILES]
        return found

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        if self.greet and (self.file or self.folder):
            self._start(ws, self._send(ws, None), "send files")

    def _start(self, ws: WebSocket, work: Any, what: str) -> asyncio.Task[None]:
        task = self._tasks.start(work, f"{what} to #{ws.number}")
        own = self._own.setdefault(ws, [])
        own[:] = [one for one in own if not one.done()]
        own.append(task)
        return task

    async def _send(self, ws: WebSocket, wanted: str | None) -> None:
        """Send all files, or the one of this name."""
        try:
            files = await asyncio.to_thread(self._files)
            if wanted is not None:
                files = [one for one in files if one.name == wanted][:1]
                if not files:
                    raise _Refusal(f"There is no file {wanted[:200]!r}.")
            for one in files:
                await self._send_one(ws, one)
        except ConnectionClosedError:
            pass
        except (OSError, _Refusal) as error:
            await self._tell(ws, {"error": _sentence(error)})

    async def _send_one(self, ws: WebSocket, path: Path) -> None:
        size = (await asyncio.to_thread(path.stat)).st_size
        chunks = -(-size // self.chunk)
        await ws.send(json.dumps({"file": path.name, "size": size, "chunks": chunks}))
        told = hashlib.sha256()
        sent = 0
        async for data in _pieces(path, self.chunk, size):
            told.update(data)
            sent += len(data)
            await ws.send(data)
        if sent != size:
            raise _Refusal(f"{path.name} became shorter while it was sent: {sent} of {size} bytes have gone.")
        await ws.send(json.dumps({"sent": path.name, "size": sent, "sha256": told.hexdigest()}))

    async def _tell(self, ws: WebSocket, value: dict[str, Any]) -> None:
        with suppress(ConnectionClosedError):
            await ws.send(json.dumps(value))

    # --- receiving

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        messages = [one for one in events if isinstance(one, str | bytes)]
        if not messages:
            return
        self._events.setdefault(ws, deque()).extend(messages)
        waiting = self._size[ws] = self._size.get(ws, 0) + sum(map(len, messages))
        if waiting > WAITING_BYTES:
            ws.driver.pause_reading("files")
        if ws in self._wake and not self._wake[ws].done():
            self._wake[ws].set_result(None)
        if ws not in self._busy:
            self._busy[ws] = self._start(ws, self._take(ws), "take from")

    async def _take(self, ws: WebSocket) -> None:
        """Messages of one client, one after another, until it goes."""
        upload: _Upload | None = None
        waiting = self._events[ws]
        try:
            while True:
                while not waiting:
                    await self._more(ws)
                message = waiting.popleft()
                self._size[ws] -= len(message)
                if self._size[ws] <= WAITING_BYTES // 2:
                    ws.driver.resume_reading("files")
                try:
                    if isinstance(message, bytes):
                        upload = await self._bytes(ws, upload, message)
                    else:
                        if upload is not None:
                            come = f"{upload.come} of {upload.size} bytes came"
                            raise _Refusal(f"{upload.path.name} is not finished: {come}.")
                        upload = await self._text(ws, message)
                except (OSError, _Refusal) as error:
                    if upload is not None:
                        upload.drop()
                        upload = None
                    await self._tell(ws, {"error": _sentence(error)})
        finally:
            if upload is not None:
                upload.drop()

    async def _more(self, ws: WebSocket) -> None:
        """Wait until something comes."""
        self._wake[ws] = asyncio.get_running_loop().create_future()
        await self._wake[ws]

    async def _text(self, ws: WebSocket, text: str) -> _Upload | None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise _Refusal('Expected {"file": NAME, "size": BYTES}, {"get": NAME} or {"list": true}.')
        if "list" in said:
            files = await asyncio.to_thread(lambda: [(one.name, one.stat().st_size) for one in self._files()])
            await self._tell(ws, {"files": [{"name": name, "size": size} for name, size in files]})
        elif "get" in said:
            self._start(ws, self._send(ws, str(said["get"])), "send a file")
        elif "file" in said:
            size = said.get("size")
            if isinstance(size, bool) or not isinstance(size, int) or size < 0:
                raise _Refusal("The size of a file is a number of bytes.")
            upload = await self._open(str(said["file"]), size)
            if size:
                return upload
            await self._saved(ws, upload)
        else:
            raise _Refusal('Expected {"file": NAME, "size": BYTES}, {"get": NAME} or {"list": true}.')
        return None

    async def _open(self, name: str, size: int) -> _Upload:
        if not self.receive:
            raise _Refusal("This server takes no files.")
        if size > self.largest * MIB:
            raise _Refusal(f"A file of {size} bytes is too large: {self.largest} MiB are taken.")
        if self._received + size > self.total * MIB or self._uploads >= MOST_UPLOADS:
            raise _Refusal("This server has taken as much as it takes.")
        self._received += size  # as announced: two that begin together do not both fit
        self._uploads += 1
        with _dropped_unless_done(_Upload(size)) as upload:
            await asyncio.to_thread(upload.open, Path(self.receive), safe_name(name))
        return upload

    async def _bytes(self, ws: WebSocket, upload: _Upload | None, data: bytes) -> _Upload | None:
        if upload is None:
            upload = await self._open("upload.bin", len(data))
        with _dropped_unless_done(upload):
            if upload.come + len(data) > upload.size:
                raise _Refusal(f"{upload.path.name} was announced with {upload.size} bytes, and more came.")
            await asyncio.to_thread(upload.write, data)
        if upload.come < upload.size:
            return upload
        await self._saved(ws, upload)
        return None

    async def _saved(self, ws: WebSocket, upload: _Upload) -> None:
        with _dropped_unless_done(upload):
            await asyncio.to_thread(upload.close)
        await self._tell(ws, {"saved": upload.path.name, "size": upload.come, "sha256": upload.hash.hexdigest()})

    # --- the end

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        for task in self._own.pop(ws, ()):
            task.cancel()
        for kept in (self._events, self._size, self._busy, self._wake):
            kept.pop(ws, None)

    def stop(self) -> None:
        for tasks in self._own.values():
            for task in tasks:
                task.cancel()

    async def ended(self) -> None:
        await self._tasks.close()


async def _pieces(path: Path, chunk: int, size: int) -> AsyncIterator[bytes]:
    """The file's bytes, ``size`` at most, in pieces. Raises OSError."""
    opening = asyncio.get_running_loop().run_in_executor(None, path.open, "rb")
    try:
        file = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unused)
        raise
    try:
        left = size
        while left and (data := await asyncio.to_thread(file.read, min(chunk, left))):
            left -= len(data)
            yield data
    finally:
        file.close()


def _close_unused(opening: asyncio.Future[BufferedReader]) -> None:
    """Whoever waited for the file has gone."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _is(text: str, *, folder: bool) -> bool:
    try:
        return Path(text).is_dir() if folder else Path(text).is_file()
    except (OSError, ValueError):
        return False


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"It failed: {error.strerror or error}."
    return str(error)
