"""A script of the person's own."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wsgui.behaviours.lines import FileProblem, read_bytes
from wsgui.behaviours.scripting.process import ScriptProcess
from wsgui.behaviours.watched import WatchedFile
from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.close import REASON_LIMIT

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

SIZE_LIMIT: Final = 4 * 1024 * 1024
MOST_WAITING: Final = 256
"""Messages of a client that may wait for the script; then the client is not read until fewer do."""
WHERE_SECONDS: Final = 5.0
"""How long a script that blocks may take to say where: Python does, while it does not block in C."""
START_PAUSE: Final = 1.0
"""Seconds until a script that has ended by itself is started again; each time twice as many, up to `LONG`."""
LONG: Final = 60.0
"""Seconds after which a script has run well."""


@register
@dataclass(eq=False)
class Script(Crowd):
    """A Python file with `async def on_connect(client)`, `async def on_message(client, message)` and
    `async def on_close(client)`, each of which may be left out; `from wsgui.behaviours.scripting import Client,
    clients` has their types and all that a client can do. It runs in a process of its own, with this user's rights. An
    error is told with its line and the server goes on. The file is read again when it is saved, and connections stay;
    while it has an error, the last good version goes on. A script that blocks (a loop without `await`, `time.sleep`)
    is ended when the time is over, told with the line where it was, and started again."""

    name = "script"
    summary = "Does what a Python file of yours says."
    alone = False
    file: str = setting(
        Shape.FILE, "", "Script", "A Python file; it is read again whenever it is saved", files="Python (*.py)"
    )
    limit: float = setting(
        Shape.SECONDS, 5.0, "Blocked for", "A script that does not come back for so long is ended", least=0.1, most=3600
    )

    def __post_init__(self) -> None:
        self._process: ScriptProcess | None = None
        self._old: list[ScriptProcess] = []
        self._watch: WatchedFile | None = None
        self._by_number: dict[int, WebSocket] = {}
        self._waiting: dict[int, int] = {}
        self._asked = 0
        self._answered = 0
        self._stuck = False
        self._watchdog: asyncio.TimerHandle | None = None
        self._started = float("-inf")
        self._running = False
        self._pause = START_PAUSE / 2

    def check(self) -> None:
        if not self.file:
            return
        try:
            source = read_bytes(self.file, SIZE_LIMIT)
            ast.parse(source, self.file)
        except FileProblem as error:
            raise OptionError("file", error.of(self.file)) from None
        except SyntaxError as error:
            problem = FileProblem(f"{error.msg}.", error.lineno or 0)
            raise OptionError("file", problem.of(self.file)) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise OptionError("file", FileProblem(f"This is no Python: {error}.").of(self.file)) from None

    # --- the process

    def begin(self) -> None:
        self._running = True
        if self.file:
            self._watch = WatchedFile(self.file, self._saved)
            self._start()

    def retold(self) -> None:
        if self._running:
            self.stop()
            self.begin()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._started = loop.time()
        try:
            self._process = ScriptProcess(str(Path(self.file).absolute()), self._took, self._ended)
        except OSError as error:
            self.say(f"The script cannot be started: {error.strerror or error}.")
            return
        self._asked = self._answered = 0
        self._stuck = False
        self._waiting.clear()
        for ws in self.members:
            self._here(ws, new=False)

    def _saved(self) -> None:
        if self._process is None:
            self._let_go()
            self._start()
        else:
            self._process.tell("reload")

    def _ended(self, code: int) -> None:
        loop = asyncio.get_running_loop()
        self._let_go()
        self._pause = START_PAUSE if loop.time() - self._started > LONG else min(self._pause * 2, LONG)
        self._watchdog = loop.call_later(self._pause, self._start)
        self.say(
            f"{Path(self.file).name} has ended its process with {code}. It starts again in {self._pause:g} s; what "
            "comes until then does not reach it."
        )

    def _let_go(self) -> None:
        """The process is over, or is being ended: nobody waits for it."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            self._old.append(process)
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        for number in list(self._waiting):
            self._caught_up(number)

    def _tell(self, *words: Any) -> bool:
        if self._process is None:
            return False
        self._process.tell(*words)
        return True

    def stop(self) -> None:
        self._running = False
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        self._let_go()

    async def ended(self) -> None:
        old, self._old = self._old, []
        for process in old:
            await asyncio.to_thread(process.wait)

    # --- whether it comes back

    def _ask(self) -> None:
        """Ask now and then whether the script's loop turns; without an answer in time it is ended."""
        loop = asyncio.get_running_loop()
        if self._process is None:
            return
        if self._asked > self._answered:
            self._stuck = True
            self._process.tell("where")
            self._watchdog = loop.call_later(min(WHERE_SECONDS, self.limit), self._cut_off, "")
            return
        self._asked += 1
        self._process.tell("ask", self._asked)
        self._watchdog = loop.call_later(self.limit, self._ask)

    def _cut_off(self, where: str) -> None:
        place = f", {where}" if where else ""
        self.say(
            f"{Path(self.file).name}{place}: it did not come back for {self.limit:g} s, so it was ended, and starts "
            "again. What waits is written with await."
        )
        self._let_go()
        self._start()

    # --- what the script says

    def _took(self, words: list[Any]) -> None:
        word, *rest = words
        if word in ("error", "print"):
            self.say(str(rest[0]))
        elif word == "up":
            self._ask()
        elif word == "alive":
            self._answered = rest[0]
        elif word == "where":
            if self._stuck:
                self._cut_off(rest[0])
        elif word == "done":
            self._done(rest[0])
        elif word in ("send", "close", "abort"):
            ws = self._by_number.get(rest[0])
            if ws is not None:
                self._do(ws, word, rest[1:])

    def _do(self, ws: WebSocket, word: str, rest: list[Any]) -> None:
        if word == "send":
            message = rest[0]
            deliver(ws, [message.encode("utf-8", "replace").decode() if isinstance(message, str) else message])
        elif word == "abort":
            ws.abort()
        elif ws.driver.can_send:
            code, reason = rest
            if len(reason.encode("utf-8", "replace")) <= REASON_LIMIT:
                ws.driver.write([ws.driver.connection.close_frame(code, reason)])

    # --- what happens

    def _here(self, ws: WebSocket, *, new: bool) -> None:
        headers = {name.lower(): value for name, value in ws.headers.items}
        self._tell("here", ws.number, ws.url, headers, ws.remote, ws.subprotocol, new)

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        self._by_number[ws.number] = ws
        self._here(ws, new=True)

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, str | bytes):
                if not self._tell("message", ws.number, event):
                    continue  # said when the script ended
                waiting = self._waiting[ws.number] = self._waiting.get(ws.number, 0) + 1
                if waiting == MOST_WAITING:
                    ws.driver.pause_reading("script")

    def _done(self, number: int) -> None:
        waiting = self._waiting.get(number, 0) - 1
        if waiting > 0:
            self._waiting[number] = waiting
        if waiting <= MOST_WAITING // 2:
            self._caught_up(number, forget=waiting <= 0)

    def _caught_up(self, number: int, *, forget: bool = True) -> None:
        if forget:
            self._waiting.pop(number, None)
        ws = self._by_number.get(number)
        if ws is not None:
            ws.driver.resume_reading("script")

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        if self._process is not None:
            self._process.tell("free", ws.number, yes)

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._by_number.pop(ws.number, None)
        self._waiting.pop(ws.number, None)
        if self._process is not None:
            self._process.tell("gone", ws.number)
