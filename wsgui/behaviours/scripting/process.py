"""The script's process as the server sees it: lines out, lines in, and an end whatever the script does."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from wsgui.behaviours.scripting.wire import line_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM: Final = "import sys; sys.path[:] = {path!r}; from wsgui.behaviours.scripting.host import main; main()"
AT_ONCE: Final = 256
"""Lines that are taken in one turn of the loop."""


class ScriptProcess:
    """``took(words)`` is called on the loop for each thing that the script says, ``over(code)`` when its process has
    ended by itself.

    Two threads stand between loop and pipes, because a script that blocks does not read: one writes, one reads. The
    one that reads waits until the loop has taken what it read, so a script that talks without end is slowed down by its
    pipe. Raises OSError if no process can be started.
    """

    def __init__(self, path: str, took: Callable[[list[Any]], None], over: Callable[[int], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._took = took
        self._over = over
        self._stopped = False
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter that this program runs on
            [sys.executable, "-c", PROGRAM.format(path=sys.path), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._threads = [
            threading.Thread(target=self._write, name="script writer", daemon=True),
            threading.Thread(target=self._read, name="script reader", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def tell(self, *words: Any) -> None:
        """Say something to the script."""
        if not self._stopped:
            self._lines.put(line_of(*words))

    def stop(self) -> None:
        """End the process at once, whatever it does; `wait` until it has ended."""
        if not self._stopped:
            self._stopped = True
            self._process.kill()
            self._lines.put(None)

    def wait(self) -> None:
        """Wait until process and threads have ended after `stop`. Blocks: call it in a worker thread."""
        for thread in self._threads:
            thread.join()
        self._process.wait()

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101
        try:
            while (line := self._lines.get()) is not None:
                pipe.write(line)
                if self._lines.empty():
                    pipe.flush()
        except OSError:  # it has ended
            pass
        finally:
            with contextlib.suppress(OSError):
                pipe.close()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101
        taken = threading.Event()
        with pipe:
            while lines := pipe.readlines(1) if not self._stopped else []:
                for start in range(0, len(lines), AT_ONCE):
                    taken.clear()
                    if not self._post(self._take, lines[start : start + AT_ONCE], taken):
                        return
                    while not taken.wait(0.1) and not self._stopped:
                        pass
        code = self._process.wait()
        self._lines.put(None)
        if not self._stopped:
            self._post(self._over, code)

    def _post(self, function: Callable[..., None], *arguments: Any) -> bool:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed
            return False
        return True

    def _take(self, lines: list[bytes], taken: threading.Event) -> None:
        try:
            for line in lines:
                if self._stopped:
                    break
                try:
                    words = words_of(line)
                except ValueError:
                    continue
                self._took(words)
        finally:
            taken.set()
