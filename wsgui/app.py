"""The composition root of the window: application, loop, wiring, orderly shutdown."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

os.environ["QT_API"] = "pyside6"  # qasync would take PyQt6 if that were installed

import qasync
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from wsgui import console
from wsgui.engine.descriptors import open_more_files
from wsgui.engine.tasks import TaskOwner
from wsgui.resource_files import resource
from wsgui.session.defects import note_defect, note_loop_defect
from wsgui.session.folders import captures_folder, notices
from wsgui.session.signals import stop_signals
from wsgui.ui.widgets import guard
from wsgui.ui.widgets.questions import Questions
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.collector import GuiCollector
from wsgui.ui.window.layout import show_window
from wsgui.ui.window.main_window import MainWindow
from wsgui.ui.window.preparing import Preparing
from wsgui.ui.window.settings import Settings
from wsgui.ui.window.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType


PAINTED: Final = 0.1
"""Seconds after which the window has been painted, and what it does without can be done."""


def run_window(
    url: str | None = None, *, demo: bool = False, files: Sequence[Path] = (), endpoint: str | None = None
) -> int:
    """Open the window, connected to ``url`` or the saved ``endpoint``, or with ``files``, and stay until it is closed;
    returns the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)  # noqa: S101
    gc.disable()  # until a collector is there, which is not before the first paint
    application.setApplicationName("wsgui")
    application.setDesktopFileName("wsgui")
    application.setQuitOnLastWindowClosed(False)
    icon = resource("icons/wsgui.svg")
    if icon is not None:
        application.setWindowIcon(QIcon(str(icon)))
    sys.excepthook = _note_defect
    open_more_files()
    settings = Settings()
    check = resource("icons/check.svg")
    appearance = Appearance(application, settings.text("theme", "system"), check.as_posix() if check else "")
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(_note_loop_defect)
    with loop:
        loop.run_until_complete(_live(settings, appearance, url, demo=demo, files=files, endpoint=endpoint))
    gc.enable()
    return 0


async def _live(
    settings: Settings,
    appearance: Appearance,
    url: str | None,
    *,
    demo: bool,
    files: Sequence[Path],
    endpoint: str | None,
) -> None:
    tasks = TaskOwner(report=lambda _, error: _note_defect(type(error), error, error.__traceback__))
    questions = Questions()
    window = MainWindow(captures_folder, settings, questions, appearance, tasks)
    collectors: list[GuiCollector] = []
    painted = asyncio.get_running_loop().call_later(PAINTED, lambda: collectors.append(GuiCollector(window)))
    watchdog = Watchdog(window) if os.environ.get("WSGUI_DEV") else None
    closed = asyncio.Event()
    window.close_requested.connect(closed.set)
    loop = asyncio.get_running_loop()
    for number in stop_signals():
        try:
            loop.add_signal_handler(number, closed.set)
        except (NotImplementedError, RuntimeError):  # Windows' loops have no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(closed.set))
    show_window(window, settings)
    with suppress(OSError):  # said by whoever needs the folder
        captures_folder()
    for notice in notices():
        console.say(notice)
        questions.tell(window, "Captures", notice)
    if demo:
        window.open_playground()
    elif url is not None:
        window.new_client(url)
    if endpoint is not None:
        window.endpoints.open_named(endpoint)
    window.endpoints.complain()
    window.files.open_paths(files)
    window.files.offer_crashed()
    Preparing(window)
    await closed.wait()
    await window.shutdown()
    await tasks.close()
    if watchdog is not None:
        watchdog.close()
    painted.cancel()
    for collector in collectors:
        collector.close()
    window.deleteLater()


def _note_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell the window too: who started it from a menu sees no standard error."""
    note_defect(kind, error, trace)
    guard.tell(guard.sentence_of(error))


def _note_loop_defect(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    note_loop_defect(loop, context)
    error = context.get("exception")
    if isinstance(error, BaseException):
        guard.tell(guard.sentence_of(error))
