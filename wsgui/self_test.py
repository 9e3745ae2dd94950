"""``wsgui --self-test``: the real window does what people do, and says whether all of it works here.

For whoever has installed a package, and for the packages' own tests. Nothing of the person is touched: settings and
captures lie in a folder that is gone afterwards, and traffic stays on loopback.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

os.environ["QT_API"] = "pyside6"  # qasync would take PyQt6 if that were installed

import PySide6
import qasync
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import wsgui
from wsgui import console
from wsgui.capture.copy import copy_capture
from wsgui.capture.exchange import export_capture, import_file
from wsgui.capture.formats import FORMATS
from wsgui.capture.reader import CaptureReader
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol import core
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.resource_files import resource
from wsgui.session.copying import copy_row
from wsgui.ui.tabs.capture.capture_tab import CaptureTab
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.widgets.questions import Questions
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.collector import GuiCollector
from wsgui.ui.window.main_window import MainWindow
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from PySide6.QtWidgets import QWidget

PATIENCE: Final = 60.0
"""Seconds for one step, of a slow machine too."""
PASSED: Final = 0
FAILED: Final = 1


class SelfTestError(Exception):
    """What is not as it should be, in one sentence."""


def expect(true: object, sentence: str) -> None:
    """Raise SelfTestError with the sentence unless it is true."""
    if not true:
        raise SelfTestError(sentence)


class Agreeable(Questions):
    """Nobody answers here: what is told is kept, and what is asked is agreed to."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, parent: QWidget, title: str, text: str) -> None:
        """Keep it."""
        self.told.append(f"{title}: {text}")

    def confirm(self, parent: QWidget, title: str, text: str, action: str, answer: Callable[[bool], None]) -> None:
        """Agree."""
        answer(True)


class Bench:
    """The window of the test with what its steps share."""

    def __init__(self, folder: Path, application: QApplication) -> None:
        self.folder = folder
        self.ask = Agreeable()
        self.failures: list[str] = []
        self.tasks = TaskOwner(report=lambda name, error: self.failures.append(f"{name}: {error}"))
        check = resource("icons/check.svg")
        self.appearance = Appearance(application, "light", check.as_posix() if check else "")
        settings = Settings(folder / "settings.ini")
        self.window = MainWindow(lambda: folder, settings, self.ask, self.appearance, self.tasks)
        self.client: Any = None
        self.capture = folder / "saved.wscap"

    def tabs(self, kind: type) -> list[Any]:
        """The open tabs of a kind."""
        return [tab for tab in self.window.all_tabs() if isinstance(tab, kind)]

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a fact. Raises SelfTestError if it does not come."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():  # noqa: ASYNC110 - of widgets, which set no events
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise SelfTestError(f"Waited {PATIENCE:.0f} s in vain for {what}.") from None


async def _show(bench: Bench) -> None:
    bench.window.resize(1280, 720)
    bench.window.show()
    await bench.until(bench.window.isVisible, "the window")
    expect(not bench.window.grab().isNull(), "The window paints nothing.")
    for name in ("icons/wsgui.svg", "third-party.txt"):
        expect(resource(name), f"The file {name} is missing.")


async def _playground(bench: Bench) -> None:
    bench.window.actions_["playground"].trigger()
    await bench.until(lambda: bench.tabs(ClientTab), "the playground")
    bench.client = bench.tabs(ClientTab)[0]
    await bench.until(lambda: bench.client.client.state is State.OPEN, "the connection of the playground")
    await bench.until(lambda: bench.client.composer.send_button.isEnabled(), "the composer")


SENT: Final = (
    ("a text", Opcode.TEXT, "Grüße 👋".encode()),
    ("a binary message", Opcode.BINARY, bytes(range(256))),
    ("an empty text", Opcode.TEXT, b""),
    ("a message of 70 000 bytes", Opcode.BINARY, b"x" * 70_000),
    ("a ping", Opcode.PING, b"ping"),
    ("a pong", Opcode.PONG, b"pong"),
)
"""What the composer sends one by one: its name, opcode and payload."""


def _frames_of(bench: Bench) -> list[tuple[int, Any]]:
    """The rows of the client's table that are frames, each with its place."""
    model = bench.client.model
    rows = ((place, model.row(place)) for place in range(model.rowCount()))
    return [(place, row) for place, row in rows if row is not None and row.opcode >= 0]


async def _frames(bench: Bench) -> None:
    for sent in SENT:
        await _frame(bench, *sent)


async def _frame(bench: Bench, what: str, opcode: Opcode, payload: bytes) -> None:
    composer = bench.client.composer
    before = len(_frames_of(bench))
    wanted = before + (1 if opcode == Opcode.PONG else 2)  # all but an unsolicited pong are answered
    composer.compose(opcode, payload)
    await bench.until(lambda: composer.can_send, f"{what} to be put together")
    composer.send()
    await bench.until(lambda: len(_frames_of(bench)) >= wanted, f"the answer to {what}")
    row = _frames_of(bench)[before][1]
    expect(row.opcode == opcode and row.length == len(payload), f"The table does not show {what} as it was sent.")
    await bench.until(lambda: bench.client.session.recorder.committed >= row.id, f"{what} to be recorded")
    with CaptureReader(bench.client.session.path) as reader:
        expect(reader.payload(row.id) == payload, f"The capture has {what} otherwise than it was sent.")


async def _fragments(bench: Bench) -> None:
    before = len(_frames_of(bench))
    key = b"\x01\x02\x03\x04"
    first = Frame.build(Opcode.TEXT, b"in two ", fin=False, masking_key=key)
    bench.client.session.send([first, Frame.build(Opcode.CONTINUATION, b"parts", masking_key=key)])
    await bench.until(lambda: len(_frames_of(bench)) >= before + 3, "the answer to a message in fragments")
    rows = [row for _, row in _frames_of(bench)[before:]]
    expect([row.opcode for row in rows[:2]] == [Opcode.TEXT, Opcode.CONTINUATION], "The fragments are not shown.")
    expect(sum(row.length for row in rows[2:]) == len(b"in two parts"), "The answer is another message.")


async def _bytes(bench: Bench) -> None:
    place, row = next((place, row) for place, row in _frames_of(bench) if row.opcode == Opcode.TEXT and row.length)
    model = bench.client.model
    texts = [str(model.index(place, column).data()) for column in range(model.columnCount())]
    expect("TEXT" in texts and any(SENT[0][2].decode() in one for one in texts), "The table shows other words.")
    bench.client.table.selectRow(place)
    await bench.until(lambda: f"Row {place + 1}" in bench.client.inspector.title, "the inspector")
    view = bench.client.inspector.hex.view
    view.select_all()
    shown = view.selected_bytes()
    expect(shown[:1] == b"\x81" and SENT[0][2] == _unmasked(shown), "The hex view shows other bytes than were sent.")
    with CaptureReader(bench.client.session.path) as reader:
        text, _ = copy_row(reader, row.id, "text")
    expect(text == SENT[0][2].decode(), "Copying gives another text.")


def _unmasked(wire: bytes) -> bytes:
    """The payload of a masked frame of up to 125 bytes (RFC 6455 section 5.3)."""
    return bytes(one ^ wire[2 + place % 4] for place, one in enumerate(wire[6:]))


async def _close(bench: Bench) -> None:
    composer = bench.client.composer
    composer.compose(Opcode.CLOSE, b"\x03\xe8done")
    composer.send()
    await bench.until(lambda: bench.client.client.state is State.CLOSED, "the closing handshake")


async def _save(bench: Bench) -> None:
    bench.client.session.flush()
    rows = bench.client.session.recorder.committed
    await asyncio.to_thread(copy_capture, bench.client.session.path, bench.capture)
    with CaptureReader(bench.capture) as reader:
        expect(reader.last_id() == rows, "The saved capture lacks rows.")


async def _exchange(bench: Bench) -> None:
    for name in ("har", "jsonl", "pcapng"):
        chosen = FORMATS[name]
        target = bench.folder / f"exported{chosen.suffixes[0]}"
        await asyncio.to_thread(export_capture, bench.capture, target, kind=name, ids=None, keep_secrets=False)
        back = bench.folder / f"{name}.wscap"
        await asyncio.to_thread(import_file, target, back)
        with CaptureReader(back) as reader, CaptureReader(bench.capture) as saved:
            expect(reader.last_id() == saved.last_id(), f"{chosen.label} gives back other rows than were exported.")


async def _open(bench: Bench) -> None:
    bench.window.files.open_paths([bench.capture])
    await bench.until(lambda: bench.tabs(CaptureTab), "the saved capture to open")
    with CaptureReader(bench.capture) as reader:
        rows = reader.last_id()
    await bench.until(lambda: bench.tabs(CaptureTab)[0].model.rowCount() == rows, "its rows")
    expect(not bench.ask.told, " ".join(bench.ask.told))


class Trial(NamedTuple):
    """One step: what a person would call it, and what it does (raises SelfTestError)."""

    name: str
    run: Callable[[Bench], Awaitable[None]]


STEPS: Final = (
    Trial("The window opens and paints", _show),
    Trial("The playground connects", _playground),
    Trial("Each kind of frame is sent, answered, shown and kept", _frames),
    Trial("A message in fragments is sent and shown", _fragments),
    Trial("Table and inspector show text and bytes", _bytes),
    Trial("The connection closes in order", _close),
    Trial("The capture is saved", _save),
    Trial("It is exported and imported again", _exchange),
    Trial("It is opened in the window", _open),
)
"""The test, step by step; each stands on those before it."""


def run_self_test() -> int:
    """Run every step and print a line for each; returns 0 if all went well, 1 if not."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)  # noqa: S101
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory(prefix="wsgui-self-test-", ignore_cleanup_errors=True) as folder:
        # The one of qasync leaves threads behind.
        loop.set_default_executor(ThreadPoolExecutor(4))
        code: int = loop.run_until_complete(_run(Path(folder), application))
        loop.run_until_complete(loop.shutdown_default_executor())
    return code


async def _run(folder: Path, application: QApplication) -> int:
    console.show(
        f"wsgui {wsgui.__version__}, Python {platform.python_version()}, Qt {PySide6.__version__} "
        f"({QGuiApplication.platformName()}), {platform.platform()}, core: {core.current.name}\n"
    )
    bench = Bench(folder, application)
    collector = GuiCollector(bench.window)
    code = PASSED
    for number, step in enumerate(STEPS, 1):
        began = time.perf_counter()
        try:
            await step.run(bench)
            expect(not bench.failures, " ".join(bench.failures))
            said = "ok"
        except SelfTestError as error:
            code, said = FAILED, str(error)
        except Exception as error:  # noqa: BLE001 - a report is what was asked for
            code, said = FAILED, f"{type(error).__name__}: {error}"
        console.show(f"{number}. {step.name}: {said} ({time.perf_counter() - began:.1f} s)\n")
        if code:
            break
    with suppress(Exception):
        await bench.window.shutdown()
        await bench.tasks.close()
    collector.close()
    bench.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    console.show("All is well.\n" if code == PASSED else "wsgui does not work here as it should.\n")
    return code
