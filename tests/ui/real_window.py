"""The real window on a real Qt loop for tests: a desk to work at, and peers on plain sockets.

A test that is decorated with `at_desk` is a coroutine that runs on the same loop as the window it is given.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import gc
import hashlib
import inspect
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import qasync
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.patience import PATIENCE
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.states import State
from wsgui.ui.widgets.questions import Questions
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.main_window import MainWindow
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QAbstractButton, QWidget

    from wsgui.capture.reader import Row
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.server.server_tab import ServerTab

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class FakeQuestions(Questions):
    """Says yes to every question and keeps what was asked and told, as (title, text)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.told: list[tuple[str, str]] = []
        self.files: list[Path] = []
        """What the next questions for a file are answered with; Cancel when there is none."""
        self.suggested: list[Path] = []
        self.choice = 0
        """Which button of several is pressed."""
        self.text = ""
        self.sentence = ""
        self.secrets_given: list[str] | None = None
        """What secrets are answered with; None for Cancel."""
        """What is written where a text is asked for."""

    def open_file(self, parent: QWidget, title: str, filters: Sequence[str], answer: Callable[[Path], object]) -> None:
        self.asked.append((title, "; ".join(filters)))
        if self.files:
            answer(self.files.pop(0))

    def folder(self, parent: QWidget, title: str, start: Path, answer: Callable[[Path], object]) -> None:
        self.open_file(parent, title, (), answer)

    def save_file(
        self, parent: QWidget, title: str, suggested: Path, filters: Sequence[str], answer: Callable[[Path], object]
    ) -> None:
        self.suggested.append(suggested)
        self.open_file(parent, title, filters, answer)

    def read(self, parent: QWidget, title: str, text: str, label: str, body: str) -> None:
        self.told.append((title, f"{text}\n{label}\n{body}"))

    def tell_at_length(self, parent: QWidget, title: str, text: str, details: str) -> None:
        self.told.append((title, f"{text}\n{details}"))

    def confirm(self, parent: QWidget, title: str, text: str, action: str, answer: Callable[[bool], None]) -> None:
        self.asked.append((title, text))
        answer(True)

    def choose(
        self, parent: QWidget, title: str, text: str, actions: Sequence[str], answer: Callable[[int], object]
    ) -> None:
        self.asked.append((title, text))
        answer(self.choice)

    def write(self, parent: QWidget, title: str, label: str, text: str, answer: Callable[[str], None]) -> None:
        self.asked.append((label, text))
        answer(self.text)

    def line(self, parent: QWidget, title: str, label: str, text: str, take: Callable[[str], str]) -> None:
        self.asked.append((title, text))
        self.sentence = take(self.text)

    def secrets(
        self,
        parent: QWidget,
        title: str,
        text: str,
        labels: Sequence[str],
        optional: Sequence[int],
        action: str,
        answer: Callable[[list[str]], object],
    ) -> None:
        self.asked.append((title, "\n".join(labels)))
        if self.secrets_given is not None:
            answer(self.secrets_given)

    def tell(self, parent: QWidget, title: str, text: str) -> None:
        self.told.append((title, text))


class Desk:
    """The window, and what a person does with it."""

    def __init__(self, folder: Path, appearance: Appearance) -> None:
        self.folder = folder
        self.appearance = appearance
        self.ask = FakeQuestions()
        self.failures: list[tuple[str, BaseException]] = []
        self.tasks = TaskOwner(report=lambda name, error: self.failures.append((name, error)))
        self.settings = Settings(folder / "settings.ini")
        self.window = MainWindow(lambda: folder, self.settings, self.ask, appearance, self.tasks)
        self.window.resize(1400, 900)
        self.window.show()

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the loop turn until ``condition`` holds."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - of widgets, which set no events
                await asyncio.sleep(0.005)

    async def client(self, url: str) -> ClientTab:
        """A client tab that has tried to connect as a person does: URL into the address bar, Enter."""
        self.window.actions_["new-client"].trigger()
        tab: ClientTab = self.window.front  # type: ignore[assignment]
        line = tab.address_bar.address.lineEdit()
        assert line is not None
        QTest.keyClicks(line, url)
        QTest.keyClick(line, Qt.Key.Key_Return)
        await self.until(lambda: tab.client.state is not State.CONNECTING)
        return tab

    async def server(self, port: int = 0) -> ServerTab:
        """A server tab that listens, or has tried to."""
        self.window.actions_["new-server"].trigger()
        tab: ServerTab = self.window.front  # type: ignore[assignment]
        tab.server_bar.port.setValue(port)
        click(tab.server_bar.button)
        await self.until(lambda: tab.server.listening or tab.session.failed)
        return tab

    async def playground(self) -> tuple[ServerTab, ClientTab]:
        """The playground, connected."""
        click(self.window.welcome.playground)
        await self.until(lambda: self.window.tabs.count() == 2)
        server, client = self.window.all_tabs()
        await self.until(lambda: client.client.state is State.OPEN)  # type: ignore[union-attr]
        await self.until(client.composer.send_button.isEnabled)
        await self.until(client.composer.text_tab.edit.hasFocus)
        return server, client  # type: ignore[return-value]

    async def rows(self, tab: ClientTab | ServerTab, count: int) -> list[Row]:
        """The rows of a tab's table, once there are ``count``."""
        self.window.tabs.setCurrentWidget(tab)
        await self.until(lambda: tab.model.rowCount() >= count)
        rows = [tab.model.row(place) for place in range(tab.model.rowCount())]
        assert None not in rows
        return rows  # type: ignore[return-value]

    async def ended(self, tab: ClientTab, sentence: str) -> None:
        """Wait until a client's connection is over and its sentence is shown in the banner and the status bar."""
        self.window.tabs.setCurrentWidget(tab)
        await self.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
        # Each is brought up to date in a turn of its own.
        status, bar = self.window.status, tab.address_bar
        await self.until(lambda: bar.button.text() == "Connect" and status.text("message") == tab.banner.sentence)
        assert tab.banner.sentence == sentence
        assert status.text("state") == "CLOSED · readyState 3"
        assert bar.chip.text() == "CLOSED"
        await self.until(lambda: not tab.session.recorder.writer.backlog)
        await self.until(lambda: tab.model.rowCount() == tab.session.recorder.committed)


def at_desk(test: Callable[..., Coroutine[object, object, None]]) -> Callable[..., None]:
    """Run a test on the window's loop: its first argument is a `Desk`, the others are fixtures.

    At the end everything is closed in order, as app.py does it. A task of the window that failed, or that is still
    there afterwards, fails the test.
    """
    wanted = list(inspect.signature(test).parameters.values())[1:]

    passes_path = "tmp_path" in {one.name for one in wanted}

    @functools.wraps(test)
    def run(qapp: QApplication, tmp_path: Path, **fixtures: object) -> None:
        loop = qasync.QEventLoop(qapp)
        with garbage_kept_to_this_thread(), loop:
            # The one of qasync leaves a thread object behind in Python's books for each thread of Qt.
            loop.set_default_executor(ThreadPoolExecutor(4))
            if passes_path:
                fixtures["tmp_path"] = tmp_path
            loop.run_until_complete(_sit(qapp, tmp_path, lambda desk: test(desk, **fixtures)))
            loop.run_until_complete(loop.shutdown_default_executor())

    own = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for name in ("qapp", "tmp_path")
        if name not in {one.name for one in wanted}
    ]
    run.__signature__ = inspect.Signature([*own, *wanted])  # type: ignore[attr-defined]
    return pytest.mark.qt_log_ignore("This plugin does not support", extend=True)(run)  # type: ignore[no-any-return]


@contextmanager
def garbage_kept_to_this_thread() -> Iterator[None]:
    """As GuiCollector does it: a widget that another thread frees cannot stop its timers."""
    gc.collect()
    gc.freeze()  # what lives on is not looked through again and again
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.enable()


async def _sit(qapp: QApplication, folder: Path, test: Callable[[Desk], Coroutine[object, object, None]]) -> None:
    appearance = Appearance(qapp, "light")
    desk = Desk(folder, appearance)
    try:
        await desk.until(desk.window.windowHandle().isExposed)
        desk.window.activateWindow()
        await desk.until(desk.window.isActiveWindow)
        await test(desk)
    finally:
        await desk.window.shutdown()
        await desk.tasks.close()
        desk.window.deleteLater()
        drop_appearance(appearance)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not desk.failures
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks left running: {left}"


def drop_appearance(appearance: Appearance) -> None:
    """Delete it now, so that it hears no more of the system, and leave the application as it was before."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    appearance.deleteLater()
    QApplication.sendPostedEvents(appearance, QEvent.Type.DeferredDelete)
    application.setStyleSheet("")
    application.setPalette(QPalette())


def click(button: QAbstractButton) -> None:
    """Click a button with the mouse."""
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_row(tab: ClientTab | ServerTab, place: int) -> None:
    """Click a row of the frame table."""
    table = tab.table
    at: QPoint = table.visualRect(table.model().index(place, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def texts(tab: ClientTab | ServerTab, column: int) -> list[str]:
    """What a column of the table shows."""
    model = tab.model
    return [str(model.index(place, column).data()) for place in range(model.rowCount())]


# --- peers on plain sockets


def read_head(peer: socket.socket) -> bytes:
    """Bytes up to the blank line."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = peer.recv(4096)
        if not data:
            break
        head += data
    return head


def agree(peer: socket.socket) -> None:
    """The server's half of the opening handshake."""
    lines = read_head(peer).split(b"\r\n")
    key = next(line[19:] for line in lines if line.lower().startswith(b"sec-websocket-key: "))
    accept = base64.b64encode(hashlib.sha1(key.strip() + GUID).digest())
    peer.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def read_to_end(peer: socket.socket) -> bytes:
    """Everything until the other side ends TCP."""
    data = b""
    with suppress(OSError):
        while more := peer.recv(65536):
            data += more
    return data


@contextmanager
def raw_server(*serve: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server whose connections are served by ``serve``, one after another, in a thread; gives its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(PATIENCE)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for one in serve:
                peer, _ = listener.accept()
                peer.settimeout(PATIENCE)
                with peer:
                    one(peer)
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=run, name="raw server")
    thread.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join(PATIENCE)
        listener.close()
        assert not failures
