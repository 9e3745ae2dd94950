"""``python -m wsgui`` as a program of its own, with every warning an error."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

PYTHON = (sys.executable, "-W", "error")
WSGUI = (*PYTHON, "-m", "wsgui")


def environment(**more: str) -> dict[str, str]:
    """This process's environment without a screen."""
    screen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in screen}
    return kept | {"PYTHONUTF8": "0"} | more


def join_watchers() -> None:
    """Wait for the threads in which asyncio waited for processes; those have ended."""
    for thread in threading.enumerate():
        if thread.name.startswith("asyncio-waitpid"):
            thread.join(PATIENCE)


async def start(*words: str, cwd: str | None = None, **more: str) -> Process:
    """Start a program with pipes on its three streams, in the folder ``cwd``; ``more`` is added to its environment."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(**more), cwd=cwd, limit=2**24
    )


async def run(*words: str, stdin: bytes = b"", **more: str) -> tuple[int, str, str]:
    """``wsgui`` with these arguments, to its end: exit code, standard output, standard error."""
    process = await start(*WSGUI, *words, **more)
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate(stdin)
    finally:
        await end(process)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def run_without_end(*words: str) -> tuple[int, str, str]:
    """As `run`, with a standard input on which nothing comes, not even its end."""
    process = await start(*WSGUI, *words)
    try:
        async with asyncio.timeout(PATIENCE):
            assert process.stdout is not None
            assert process.stderr is not None
            out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
            code = await process.wait()
    finally:
        await end(process)
    return code, out.decode(), err.decode()


async def end(process: Process) -> None:
    """See to it that a process is gone and its pipes are closed."""
    if process.returncode is None:
        process.kill()
    await process.communicate()


@dataclass
class Served:
    """A running ``wsgui serve``; ``code``, ``out`` and ``err`` are known once it has been stopped."""

    process: Process
    url: str
    code: int | None = None
    out: str = ""
    err: str = ""
    words: tuple[str, ...] = field(default=())

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        await self.wait()

    async def wait(self) -> None:
        """Wait for the end."""
        async with asyncio.timeout(PATIENCE):
            out, err = await self.process.communicate()
        self.code, self.out, self.err = self.process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def serving(*words: str, says: str = "", code: int = 0) -> AsyncIterator[Served]:
    """``wsgui serve`` on a free port; stopped at the end, if that has not been done, and must have ended with ``code``.
    ``says`` is all that it may print on standard error, but for numbers of ports."""
    process = await start(*WSGUI, "serve", "--port", "0", *words)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on ws://"), (line, await process.communicate())
        served = Served(process, line.split()[2])
        yield served
        if served.code is None:
            await served.stop()
        assert (served.code, re.sub(r"(?<=127\.0\.0\.1:)[0-9]+", "PORT", served.err)) == (code, says)
    finally:
        await end(process)
