"""The process of a script: it reads what happens on standard input, calls the script's functions, and writes what they
want on what was its standard output.

A process, not a thread: Python cannot end a thread that loops or waits in C, and one that loops takes the interpreter
from the server at every turn. A thread of this process reads, so that it can say where the script is while that blocks.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from wsgui.behaviours.scripting.api import CLIENTS, Client
from wsgui.behaviours.scripting.wire import line_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

HOOKS: Final = {"on_connect": 1, "on_message": 2, "on_close": 1, "on_reload": 1}
"""The functions that a script may have, and how many arguments each takes."""


class ScriptHost:
    """``tell`` writes a line to the server."""

    def __init__(self, path: str, out: BinaryIO) -> None:
        self.path = path
        self._out = out
        self._lock = threading.Lock()
        self._hooks: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {}
        self._queues: dict[int, asyncio.Queue[str | bytes]] = {}
        self._tasks: dict[int, list[asyncio.Task[None]]] = {}
        self._last: set[asyncio.Task[None]] = set()

    def tell(self, *words: Any) -> None:
        """Write one thing."""
        line = line_of(*words)
        with self._lock:
            self._out.write(line)
            self._out.flush()

    # --- the file

    def load(self) -> bool:
        """Read the script; if that fails, what was read before goes on."""
        found: dict[str, Any] = {"__name__": "wsgui_script", "__file__": self.path}
        try:
            source = Path(self.path).read_bytes()
            exec(compile(source, self.path, "exec"), found)  # noqa: S102 - it is what the person asks for
            hooks = {name: found[name] for name in HOOKS if name in found}
            for name, hook in hooks.items():
                self._check(name, hook)
        except Exception as error:  # noqa: BLE001 - whatever a script raises
            self._failed(error, "The version that was read before goes on." if self._hooks else "")
            return False
        except SystemExit as error:
            self._failed(error, "")
            return False
        self._hooks = hooks
        if not hooks:
            self.tell("error", f"{Path(self.path).name} has none of {', '.join(HOOKS)}: it does nothing.")
        self.tell("loaded")
        return True

    def _check(self, name: str, hook: Any) -> None:
        if not inspect.iscoroutinefunction(hook):
            raise _wrong(self.path, hook, f"{name} is written async def {name}(…)")
        try:
            inspect.signature(hook).bind(*range(HOOKS[name]))
        except TypeError:
            takes = "client, message" if HOOKS[name] == 2 else "client"
            raise _wrong(self.path, hook, f"{name} takes ({takes})") from None

    def _failed(self, error: BaseException, more: str, hook: str = "") -> None:
        self.tell("error", " ".join(filter(None, (sentence_of(error, self.path, hook), more))))

    def reload(self) -> None:
        """The file was saved: read it again. Clients stay."""
        if self.load() and "on_reload" in self._hooks:
            for number in list(CLIENTS):
                for task in self._tasks.get(number, [])[1:]:
                    task.cancel()
                self._go_on(number, "on_reload")

    # --- what happens

    def here(self, number: int, url: str, headers: dict[str, str], remote: str, sub: str | None, new: bool) -> None:
        """A client is there; ``new`` is whether it has just come."""
        CLIENTS[number] = Client(self.tell, number, url, headers, remote, sub)
        self._queues[number] = asyncio.Queue()
        self._tasks[number] = [self._start(self._serve(number))]
        self._go_on(number, "on_connect" if new else "on_reload")

    def _go_on(self, number: int, hook: str) -> None:
        if hook in self._hooks:
            tasks = self._tasks[number]
            tasks[1:] = [task for task in tasks[1:] if not task.done()]
            tasks.append(self._start(self._call(hook, CLIENTS[number])))

    def message(self, number: int, message: str | bytes) -> None:
        """A message came."""
        if number in self._queues:
            self._queues[number].put_nowait(message)

    def keeps_up(self, number: int, yes: bool) -> None:
        """A client does not keep up, or does again."""
        if number in CLIENTS:
            CLIENTS[number]._keeps_up(yes)

    def gone(self, number: int) -> None:
        """A client has gone."""
        client = CLIENTS.pop(number, None)
        self._queues.pop(number, None)
        tasks = self._tasks.pop(number, [])
        if client is None:
            return
        client._gone()
        for task in tasks:
            task.cancel()
        if "on_close" in self._hooks:
            self._start(self._call("on_close", client))

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._last.add(task)
        task.add_done_callback(self._last.discard)
        return task

    async def _serve(self, number: int) -> None:
        """The messages of one client, one after another."""
        queue, client = self._queues[number], CLIENTS[number]
        while True:
            message = await queue.get()
            await self._call("on_message", client, message)
            self.tell("done", number)

    async def _call(self, name: str, client: Client, *more: Any) -> None:
        hook = self._hooks.get(name)
        if hook is None:
            return
        try:
            await hook(client, *more)
        except ConnectionError as error:
            if client.open:
                self._failed(error, "", name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a script raises
            self._failed(error, "", name)

    # --- the thread that reads

    def read(self, lines: BinaryIO, loop: asyncio.AbstractEventLoop) -> None:
        """Hand every line to the loop; what is asked while the script blocks is answered here."""
        does: dict[str, Callable[..., None]] = {
            "here": self.here,
            "message": self.message,
            "free": self.keeps_up,
            "gone": self.gone,
            "reload": self.reload,
            "ask": lambda number: self.tell("alive", number),
        }
        main = threading.main_thread().ident
        with contextlib.suppress(RuntimeError, OSError):  # the loop, or the server, has gone
            for line in lines:
                word, *rest = words_of(line)
                if word == "where":
                    self.tell("where", self._where(main))
                else:
                    loop.call_soon_threadsafe(does[word], *rest)
        os._exit(0)

    def _where(self, thread: int | None) -> str:
        frame = sys._current_frames().get(thread or 0)
        found = ""
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                found = f"line {frame.f_lineno}, in {frame.f_code.co_name}"
                break
            frame = frame.f_back
        return found


class _Printed(io.TextIOBase):
    """Standard output of the script: each line goes to the server."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._tell("print", line)
        return len(text)


def _wrong(path: str, hook: Any, sentence: str) -> Exception:
    line = getattr(getattr(hook, "__code__", None), "co_firstlineno", None)
    return _Wrong(f"{Path(path).name}{f', line {line}' * (line is not None)}: {sentence}.")


class _Wrong(Exception):  # noqa: N818
    """Its text is all there is to say."""


def sentence_of(error: BaseException, path: str, hook: str = "") -> str:
    """What a script has raised: the file, the line of it that was executed last, and the error."""
    if isinstance(error, _Wrong):
        return str(error)
    name = Path(path).name
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{name}, line {error.lineno}: {error.msg}."
    lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == path]
    place = f", line {lines[-1]}" if lines else ""
    where = f" in {hook}" if hook else ""
    text = "".join(traceback.format_exception_only(error)).strip().replace("\n", " ")
    return f"{name}{place}{where}: {text[:500]}"


async def _run(path: str, out: BinaryIO) -> None:
    host = ScriptHost(path, out)
    sys.stdout = _Printed(host.tell)
    sys.path.insert(0, str(Path(path).parent))
    loop = asyncio.get_running_loop()
    threading.Thread(target=host.read, args=(sys.stdin.buffer, loop), daemon=True).start()
    host.tell("up")
    host.load()
    await asyncio.Event().wait()


def main() -> None:
    """Run the script that the command line names, until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints does not get between the lines
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(sys.argv[1], out))


if __name__ == "__main__":
    main()
