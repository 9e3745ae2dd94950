"""What Windows does otherwise, played here: its loop, its signals, its locks, its code pages, its paths."""

from __future__ import annotations

import asyncio
import io
import runpy
import signal
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import wsgui.engine
from wsgui import console, file_lock
from wsgui.capture.reader import CaptureReader
from wsgui.commands.signals import on_stop
from wsgui.session.folders import new_capture_path
from wsgui.session.signals import stop_signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class LikeProactor(asyncio.SelectorEventLoop):
    """A loop that waits for no descriptor and hears no signal, as ProactorEventLoop."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise NotImplementedError

    add_reader = remove_reader = add_writer = remove_writer = _refuse
    add_signal_handler = remove_signal_handler = _refuse


def on_proactor(work: Callable[[], Any]) -> None:
    with asyncio.Runner(loop_factory=LikeProactor) as runner:
        runner.run(work())


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> dict[int, Any]:
    """What is installed for which signal, instead of installing it."""
    found: dict[int, Any] = {}
    monkeypatch.setattr(signal, "signal", lambda number, handler: found.update({number: handler}))
    return found


def test_client_and_server_need_no_descriptors_to_watch() -> None:
    async def talk() -> None:
        async with (
            wsgui.engine.serve("127.0.0.1", 0, "echo") as server,
            wsgui.engine.connect(server.url) as one,
            wsgui.engine.connect(server.url) as other,
        ):
            await one.send("one")
            await other.send(b"x" * 300_000)
            assert await one.receive() == "one"
            assert await other.receive() == b"x" * 300_000

    on_proactor(talk)


def test_a_signal_reaches_a_loop_that_hears_none(signals: dict[int, Any]) -> None:
    async def work() -> None:
        stopped = asyncio.Event()
        on_stop(stopped.set)
        assert set(signals) == set(stop_signals())
        signals[signal.SIGINT](signal.SIGINT, None)
        await stopped.wait()

    on_proactor(work)


def test_a_system_without_hangup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    assert stop_signals() == [signal.SIGINT, signal.SIGTERM]


def test_files_are_locked_with_what_windows_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[int, int, int]] = []
    taken: list[OSError] = [OSError("another has it")]

    def locking(descriptor: int, how: int, count: int) -> None:
        asked.append((descriptor, how, count))
        if taken:
            raise taken.pop()

    windows = ModuleType("msvcrt")
    windows.LK_NBLCK, windows.locking = 2, locking  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(sys, "platform", "win32")
    locked = runpy.run_path(str(file_lock.__file__))["locked"]
    with locked(tmp_path / "endpoints.toml") as mine:
        assert mine
    # Of the first byte, without waiting; asked again until the other has gone.
    assert [(how, count) for _, how, count in asked] == [(2, 1), (2, 1)]


@pytest.mark.parametrize("page", ["cp437", "cp850", "cp1252", "cp932", "cp936"])
def test_console_code_pages_never_stop_a_sentence(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding=page, errors="strict"))
    console.open_streams()
    console.show("Grüße 👋 网\n")
    console.say("Grüße 👋 网")
    for stream, line in ((sys.stdout, "Grüße 👋 网\n"), (sys.stderr, "wsgui: Grüße 👋 网\n")):
        stream.flush()
        assert stream.buffer.getvalue().decode("utf-8") == line  # type: ignore[attr-defined]


def test_names_of_captures_fit_every_file_system(tmp_path: Path) -> None:
    for name in ('ws://h:1/a?b=*|"<>', "CON", "aux.", "x" * 500, "网页 ", "\x00\x1f"):
        made = new_capture_path(tmp_path, name).name
        assert not set(made) & set('<>:"/\\|?*') | {one for one in made if ord(one) < 32}
        assert len(made) < 120
        assert made[0].isdigit()  # so that it is none of the names of devices


def test_long_paths(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a folder with a long name"] * 12)
    folder.mkdir(parents=True)
    path = folder / "talk.wscap"
    assert len(str(path)) > 260

    async def talk() -> str:
        async with wsgui.engine.serve("127.0.0.1", 0, "echo") as server:
            program = [sys.executable, "-m", "wsgui", "connect", server.url, "--send", "far down"]
            words = [*program, "--wait-messages", "1", "--capture", str(path)]
            done = await asyncio.to_thread(subprocess.run, words, stdin=subprocess.DEVNULL, capture_output=True)
            assert done.returncode == 0, done.stderr
        with CaptureReader(path) as reader:
            return " ".join(str(reader.payload(row.id)) for row in reader.rows(1, reader.last_id()))

    assert "far down" in asyncio.run(talk())
