"""A program that ends at its first paint, ``window`` or ``table``, and prints ms of CPU and of time until then.

Everything counts from the start of the process: the interpreter, imports, and what is made to be painted.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def end() -> None:
    """Say how long it took, and end at once: what is let go of at an end is not measured."""
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:  # noqa: PTH123 - nothing more is imported
        started = int(stat.read().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        took = float(uptime.read().split()[0]) - started
    print(f"{time.process_time() * 1e3:.1f} {took * 1e3:.0f}", flush=True)
    os._exit(0)


def window() -> None:
    """wsgui, as it is started without words."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QMainWindow

    from wsgui.cli import main

    class Painted(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, end)
            return False

    def watching(show: Callable[[QMainWindow], None]) -> Callable[[QMainWindow], None]:
        def watched(self: QMainWindow) -> None:
            self.painted = Painted(self)  # type: ignore[attr-defined]
            self.installEventFilter(self.painted)  # type: ignore[attr-defined]
            show(self)

        return watched

    for name in ("show", "showMaximized"):  # the first window takes a small screen whole
        setattr(QMainWindow, name, watching(getattr(QMainWindow, name)))
    sys.argv[1:] = []
    main()


def table() -> None:
    """The least that shows a table."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QStandardItemModel
    from PySide6.QtWidgets import QApplication, QTableView

    class Painted(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, end)
            return False

    application = QApplication([])
    model = QStandardItemModel(40, 10)
    view = QTableView()
    view.setModel(model)
    view.resize(1280, 720)
    painted = Painted()
    view.viewport().installEventFilter(painted)
    view.show()
    application.exec()


if __name__ == "__main__":
    {"window": window, "table": table}[sys.argv[1]]()
