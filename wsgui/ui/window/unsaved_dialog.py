"""File > Unsaved Captures, and the offer of what a crashed run left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.sizes import grouped, human_bytes
from wsgui.ui.widgets.plain_tip import plain_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wsgui.session.unsaved import Unsaved
    from wsgui.ui.window.files import FileWork
    from wsgui.ui.window.jobs import Job

COLUMNS: Final = ("Capture", "Last change", "Rows", "Size", "How recording ended")


class UnsavedDialog(QDialog):
    """Lists unsaved captures. Emits ``open_wanted``, ``save_wanted`` or ``delete_wanted`` with those chosen."""

    open_wanted = Signal(object)
    save_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved Captures")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 420)
        self.note = QLabel("Every session is recorded from its first frame. These captures were never saved.")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Unsaved captures")
        self.list.setHeaderLabels(list(COLUMNS))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._choose)
        self.list.itemActivated.connect(lambda *_: self.open_button.click())
        self.open_button: QPushButton = self._button("Open", "Look at these captures")
        self.save_button = self._button("Save As…", "Give this capture a name; it is then listed here no more")
        self.delete_button = self._button("Delete…", "Delete these captures from the disk")
        self.close_button = self._button("Close", "Close this list")
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(self.chosen))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.chosen[0]))
        self.delete_button.clicked.connect(lambda: self.delete_wanted.emit(self.chosen))
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        for button in (self.open_button, self.save_button, self.delete_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.note)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        self._found: list[Unsaved] = []
        self._choose()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        return button

    def show_captures(self, found: Sequence[Unsaved]) -> None:
        """List these."""
        from wsgui.ui.tabs.capture.capture_bar import time_text

        self.list.clear()  # while what is selected is still known
        self._found = list(found)
        for one in self._found:
            end = one.problem or ("wsgui ended unexpectedly" if one.crashed else "in order")
            rows = "" if one.problem else grouped(one.frames)
            item = QTreeWidgetItem(
                [one.name or one.path.stem, time_text(one.changed_ns), rows, human_bytes(one.size), end]
            )
            for column in (2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 8))
            item.setToolTip(0, plain_tip(str(one.path)))
            item.setToolTip(4, plain_tip(end))
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column in range(1, len(COLUMNS) - 1):
            self.list.resizeColumnToContents(column)
        self.list.setColumnWidth(0, 330)
        total = human_bytes(sum(one.size for one in self._found))
        count = len(self._found)
        text = "There is no unsaved capture."
        if count:
            text = f"{grouped(count)} captures were recorded and never saved; together they take {total}."
        if count == 1:
            text = f"One capture was recorded and never saved; it takes {total}."
        self.note.setText(text)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._choose()

    @property
    def chosen(self) -> list[Unsaved]:
        """What is selected."""
        return [self._found[self.list.indexOfTopLevelItem(item)] for item in self.list.selectedItems()]

    def _choose(self) -> None:
        chosen = self.chosen
        good = bool(chosen) and not any(one.problem for one in chosen)
        self.open_button.setEnabled(good)
        self.save_button.setEnabled(good and len(chosen) == 1)
        self.delete_button.setEnabled(bool(chosen))


def open_unsaved(files: FileWork) -> UnsavedDialog:
    """Show the list, and do what is chosen in it."""
    from wsgui.session.unsaved import delete_capture, find_unsaved, forget_crash

    dialog = UnsavedDialog(files.window)
    files.offer.hide()

    def look() -> None:
        files.with_folder(
            lambda folder: files.jobs.start(
                "Looking for unsaved captures…",
                lambda _: find_unsaved(folder),
                show,
            )
        )

    def show(found: list[Unsaved]) -> None:
        if alive:
            dialog.show_captures([one for one in found if files.tab_of(one.path) is None])
            for one in found:
                if one.crashed:
                    _quietly(forget_crash, one.path)

    def open_(chosen: Sequence[Unsaved]) -> None:
        dialog.close()
        files.open_paths([one.path for one in chosen])

    def save(one: Unsaved) -> None:
        suggested = files.folder / one.path.name
        files.ask.save_file(
            dialog, "Save Capture As", suggested, ["Captures (*.wscap)"], partial(_save, files, one, look)
        )

    def delete(chosen: Sequence[Unsaved]) -> None:
        count = len(chosen)
        what = f"{chosen[0].path.name}?" if count == 1 else f"{count} captures?"
        text = f"Delete {what} This cannot be undone."
        files.ask.confirm(dialog, "Delete", text, "Delete", lambda yes: remove(chosen) if yes else None)

    def remove(chosen: Sequence[Unsaved]) -> None:
        failed = [one.path.name for one in chosen if not _quietly(delete_capture, one.path)]
        if failed:
            files.ask.tell(dialog, "Delete", f"{', '.join(failed)} could not be deleted.")
        look()

    alive = [True]
    dialog.finished.connect(lambda _: alive.clear())
    dialog.open_wanted.connect(open_)
    dialog.save_wanted.connect(save)
    dialog.delete_wanted.connect(delete)
    dialog.open()
    look()
    return dialog


def _save(files: FileWork, one: Unsaved, look: Callable[[], None], target: Path) -> None:
    from wsgui.capture.copy import copy_capture
    from wsgui.session.unsaved import delete_capture

    def work(job: Job) -> int:
        rows = copy_capture(one.path, target, overwrite=True, progress=job.progress, cancelled=job.cancelled)
        delete_capture(one.path)
        return rows

    def done(_: int) -> None:
        files.saved(target)
        files.remember(target)
        look()

    files.jobs.start(f"Saving {target.name}…", work, done)


def _quietly(action: Callable[[Path], None], path: Path) -> bool:
    try:
        action(path)
    except OSError:
        return False
    return True
