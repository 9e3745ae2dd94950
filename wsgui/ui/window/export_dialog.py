"""File > Export: which rows, as what, and whether secrets stay in."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from wsgui.capture.formats import exports
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wsgui.capture.exchange import ExportReport
    from wsgui.capture.formats import Format
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.files import FileWork
    from wsgui.ui.window.jobs import Job


ALL, SHOWN, SELECTED = range(3)


class ExportDialog(QDialog):
    """``all_rows``, ``shown`` and ``selected`` are numbers of rows; ``shown`` is None while no filter is on.

    Emits ``chosen(scope, format, keep_secrets)``.
    """

    chosen = Signal(int, object, bool)

    def __init__(self, all_rows: int, shown: int | None, selected: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.scopes = QButtonGroup(self)
        rows = QVBoxLayout()
        for place, (text, tip) in enumerate(
            (
                (f"All {grouped(all_rows)} rows", "Every row of the capture"),
                (
                    "The rows that are shown" if shown is None else f"The {grouped(shown)} rows that are shown",
                    "Those that the filter and the connection let through",
                ),
                (f"The selected row{'s' * (selected != 1)}", "What is selected in the table"),
            )
        ):
            button = QRadioButton(text)
            button.setToolTip(tip)
            self.scopes.addButton(button, place)
            rows.addWidget(button)
        self.scopes.button(SHOWN).setEnabled(shown is not None)
        self.scopes.button(SELECTED).setEnabled(selected > 0)
        self.scopes.button(ALL if shown is None else SHOWN).setChecked(True)
        self.format = QComboBox()
        self.format.setAccessibleName("Format")
        self.format.setToolTip("What to write")
        for one in exports():
            self.format.addItem(f"{one.label} ({one.suffixes[0]})" if one.suffixes else one.label)
        self.purpose = QLabel()
        self.purpose.setWordWrap(True)
        self.keep = QCheckBox("Keep secrets")
        self.keep.setToolTip("Write Authorization, Cookie and the like as they are")
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        go = self.buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        go.setToolTip("Choose where to write")
        go.setDefault(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Write nothing")
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow("Rows", rows)
        form.addRow("Format", self.format)
        form.addRow("", self.purpose)
        form.addRow("Secrets", self.keep)
        form.addRow("", self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(520)
        self.format.currentIndexChanged.connect(lambda _: self._explain())
        self.keep.toggled.connect(lambda _: self._explain())
        self._explain()

    def _explain(self) -> None:
        self.purpose.setText(exports()[self.format.currentIndex()].purpose)
        self.notice.setText(
            "Passwords, cookies and tokens of the handshake and of URLs will be readable in the file."
            if self.keep.isChecked()
            else "Authorization, Cookie and the like, and tokens in URLs, are masked (***). Messages are written as "
            "they are."
        )

    def _accept(self) -> None:
        self.chosen.emit(self.scopes.checkedId(), exports()[self.format.currentIndex()], self.keep.isChecked())
        self.accept()


def open_export(files: FileWork, tab: SessionTab | None) -> ExportDialog | None:
    """Ask what to export of a tab, then where to, and do it in a worker thread."""
    if tab is None:
        return None
    model = tab.model
    shown = model.shown_ids()
    places = [index.row() for index in tab.table.selectionModel().selectedRows()]
    selected = array("q", sorted(row.id for place in places if (row := model.row(place)) is not None))
    dialog = ExportDialog(tab.session.recorder.committed, None if shown is None else len(shown), len(selected), tab)

    def chosen(scope: int, one: Format, keep: bool) -> None:
        ids: Sequence[int] | None = {ALL: None, SHOWN: shown, SELECTED: selected}[scope]
        source = tab.session.recorder.path
        suggested = files.folder / f"{source.stem}{one.suffixes[0] if one.suffixes else ' payloads'}"
        filters = [f"{one.label} (*{one.suffixes[0]})"] if one.suffixes else ["New folder (*)"]
        act = partial(_export, files, tab, source, one, ids, keep)
        files.ask.save_file(files.window, f"Export as {one.label}", suggested, filters, act)

    dialog.chosen.connect(chosen)
    dialog.open()
    return dialog


def _export(
    files: FileWork, tab: SessionTab, source: Path, one: Format, ids: Sequence[int] | None, keep: bool, target: Path
) -> None:
    from wsgui.capture.exchange import export_capture

    def work(job: Job) -> ExportReport:
        return export_capture(
            source,
            target,
            kind=one.name,
            ids=ids,
            keep_secrets=keep,
            overwrite=True,
            progress=job.progress,
            cancelled=job.cancelled,
        )

    def done(report: ExportReport) -> None:
        if not report.cancelled:
            files.saved(target)
            rows = f"{grouped(report.frames)} row{'s' * (report.frames != 1)}"
            tab.session.say(f"Wrote {rows} to {target.name}. {report.notice}".strip())

    files.jobs.start(f"Exporting {target.name}…", work, done)
