"""The composition root: the real program in a process of its own, and its handling of defects."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import platformdirs
import pytest

from tests.patience import PATIENCE
from wsgui import app
from wsgui.session.defects import note_defect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# Runs the window and does what DO says once it is up; what it prints is what the test reads.
RUN = """
import asyncio, sys
from wsgui import app
from wsgui.ui.window import main_window

class Window(main_window.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        self._tasks.start(self.do(), "what the test wants")

    async def until(self, condition):
        async with asyncio.timeout({patience}):
            while not condition():
                await asyncio.sleep(0.01)

    async def do(self):
{do}

app.MainWindow = Window
sys.exit(app.run_window({arguments}))
"""


@contextmanager
def program(folder: Path, do: str, arguments: str = "", **more: str) -> Iterator[subprocess.Popen[str]]:
    """The program with a home of its own."""
    home = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    body = "\n".join("        " + line for line in do.splitlines())
    environment = {key: value for key, value in os.environ.items() if key != "WSGUI_DEV"} | home | more
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", RUN.format(do=body, arguments=arguments, patience=PATIENCE)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def outcome(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE)
    told = [line for line in err.splitlines() if "This plugin does not support" not in line]
    return process.returncode, out, "\n".join(told)


PLAYGROUND = """
await self.until(lambda: self.tabs.count() == 2)
client = self.all_tabs()[1]
await self.until(lambda: client.client.state.name == "OPEN")
await self.until(lambda: client.model.rowCount() == 2)
await self.until(lambda: all(tab.session.recorder.committed == 2 for tab in self.all_tabs()))
print([tab.kind if hasattr(tab, "kind") else tab.session.kind for tab in self.all_tabs()], flush=True)
"""


def test_the_demo_opens_the_playground_and_closing_the_window_ends_the_program(tmp_path: Path) -> None:
    with program(tmp_path, PLAYGROUND + "self.close()", "demo=True") as process:
        assert outcome(process) == (0, "['server', 'client']\n", "")
    captures = sorted(path.suffix for path in (tmp_path / "data" / "wsgui" / "captures").iterdir())
    assert captures == [".wscap", ".wscap"], "no logs are left beside them"
    assert (tmp_path / "config" / "wsgui" / "wsgui.ini").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_in_order(tmp_path: Path, number: int) -> None:
    with program(tmp_path, PLAYGROUND, "demo=True") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "['server', 'client']\n"
        process.send_signal(number)
        assert outcome(process) == (0, "", "")
    assert all(path.suffix == ".wscap" for path in (tmp_path / "data" / "wsgui" / "captures").iterdir())


def test_a_url_is_connected_to(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}/x"
        listener.settimeout(PATIENCE)
        with program(tmp_path, "pass", f"{url!r}") as process:
            peer, _ = listener.accept()
            with peer:
                assert peer.recv(100).startswith(b"GET /x HTTP/1.1\r\n")
                process.send_signal(signal.SIGTERM)
                assert outcome(process) == (0, "", "")


def test_a_file_is_opened_and_what_a_killed_run_left_is_offered(tmp_path: Path) -> None:
    with program(tmp_path, PLAYGROUND, "demo=True") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "['server', 'client']\n"
        process.kill()
        process.wait()
    captures = tmp_path / "data" / "wsgui" / "captures"
    left = next(path for path in captures.iterdir() if path.suffix == ".wscap" and "server" in path.name)
    do = """
await self.until(self.files.offer.isVisible)
print(self.files.offer.label.text().partition(" (")[0])
await self.until(lambda: self.front is not None)
print(self.front.path.name, self.front.model.rowCount())
self.close()
"""
    with program(tmp_path, do, f"files=[__import__('pathlib').Path({str(left)!r})]") as process:
        code, out, err = outcome(process)
    assert (code, err) == (0, "")
    assert out.splitlines() == ["wsgui ended unexpectedly and left 2 captures with 4 rows", f"{left.name} 2"]


def test_without_a_url_there_is_the_welcome_page(tmp_path: Path) -> None:
    do = "print(self.pages.currentWidget() is self.welcome, self.windowIcon().isNull())\nself.close()"
    with program(tmp_path, do) as process:
        assert outcome(process) == (0, "True False\n", "")


def test_settings_that_were_damaged_do_not_keep_the_window_shut(tmp_path: Path) -> None:
    ini = tmp_path / "config" / "wsgui" / "wsgui.ini"
    ini.parent.mkdir(parents=True)
    ini.write_text("[General]\ntheme=mauve\n[window]\ngeometry=@ByteArray(junk)\ncolumns=7\nsessions=maybe\n", "utf-8")
    do = 'print(self.actions_["theme-system"].isChecked())\nself.close()'
    with program(tmp_path, do) as process:
        assert outcome(process) == (0, "True\n", "")


def test_a_defect_in_a_task_is_one_sentence_and_a_log(tmp_path: Path) -> None:
    with program(
        tmp_path, 'asyncio.get_running_loop().call_later(0.05, self.close)\nraise RuntimeError("oh")'
    ) as process:
        code, out, err = outcome(process)
    assert (code, out) == (0, "")
    assert err.startswith("wsgui: something went wrong inside wsgui (RuntimeError: oh). Details are in ")
    assert len(err.splitlines()) == 1
    logs = list(tmp_path.rglob("defects.log"))
    assert len(logs) == 1
    assert "Traceback" in logs[0].read_text("utf-8")


def test_the_watchdog_runs_for_developers(tmp_path: Path) -> None:
    do = "import threading\nprint('stall watchdog' in [t.name for t in threading.enumerate()])\nself.close()"
    with program(tmp_path, do, WSGUI_DEV="1") as process:
        code, out, _ = outcome(process)
    assert (code, out) == (0, "True\n")


# --- defects


@pytest.fixture
def fail() -> Callable[[], tuple[type[BaseException], BaseException]]:
    def make() -> tuple[type[BaseException], BaseException]:
        try:
            raise KeyError("gone")
        except KeyError as error:
            return KeyError, error

    return make


def test_developers_see_the_traceback(
    fail: Callable[[], tuple[type[BaseException], BaseException]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WSGUI_DEV", "1")
    kind, error = fail()
    note_defect(kind, error, error.__traceback__)
    assert 'raise KeyError("gone")' in capsys.readouterr().err


def test_a_log_that_cannot_be_written_is_left_out(
    fail: Callable[[], tuple[type[BaseException], BaseException]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("WSGUI_DEV", raising=False)
    (tmp_path / "file").touch()
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda *_, **__: str(tmp_path / "file" / "no folder"))
    kind, error = fail()
    note_defect(kind, error, error.__traceback__)
    assert capsys.readouterr().err == "wsgui: something went wrong inside wsgui (KeyError: 'gone').\n"


def test_defects_on_the_loop(
    fail: Callable[[], tuple[type[BaseException], BaseException]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("WSGUI_DEV", raising=False)
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda *_, **__: str(tmp_path))
    loop = object()
    app._note_loop_defect(loop, {"exception": fail()[1]})  # type: ignore[arg-type]
    app._note_loop_defect(loop, {"message": "a socket was left open"})  # type: ignore[arg-type]
    app._note_loop_defect(loop, {})  # type: ignore[arg-type]
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.endswith(f"(KeyError: 'gone'). Details are in {tmp_path / 'defects.log'}.")
    assert (second, third) == ("wsgui: a socket was left open", "wsgui: something went wrong on the event loop")
