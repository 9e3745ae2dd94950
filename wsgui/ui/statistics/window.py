"""The statistics of one tab, in a window that can stay open: charts, percentiles, picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QShortcut
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.sizes import delta_text, grouped, human_bytes
from wsgui.ui.statistics.charts import Charts
from wsgui.ui.statistics.tables import FigureTables
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from wsgui.capture.statistics import Figures, Spread

PERCENTILES = (50, 90, 99)


@guarded
class StatisticsWindow(QWidget):
    """``closed()`` when the person closes it, ``stop_requested()`` when counting is to be stopped; the charts' own
    signals say where to go."""

    closed = Signal()
    stop_requested = Signal()
    methods_requested = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(f"Statistics · {title}")
        self.resize(1060, 720)
        self._figures: Figures | None = None
        self.charts = Charts()
        self.charts.setToolTip("Click a curve, a bar or a point to go to the frame")
        self.by = QComboBox()
        self.by.addItem("By direction", "direction")
        self.by.addItem("By opcode", "opcode")
        self.by.setToolTip("How the curves over time are split")
        self.by.setAccessibleName("Split by")
        self.tables = FigureTables()
        self.shown = QStackedWidget()
        self.shown.addWidget(self.charts)
        self.shown.addWidget(self.tables)
        self.by.currentIndexChanged.connect(lambda _: self._split(self.by.currentData()))
        self.as_tables = QCheckBox("As &Tables")
        self.as_tables.setToolTip("The figures of the charts as tables, for reading and for screen readers")
        self.as_tables.toggled.connect(self._turn)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        name_label(self.note, "What was counted")
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop counting; the figures so far stay")
        self.stop.clicked.connect(self.stop_requested)
        self.stop.hide()
        self.methods = QPushButton("By Method…")
        self.methods.setToolTip("How long requests of each method waited for their answers, in the whole capture")
        self.methods.clicked.connect(self.methods_requested)
        self.picture = QPushButton("Save Picture…")
        self.picture.setToolTip("Save the charts as PNG or SVG")
        self.picture.clicked.connect(self._ask_picture)
        self.spans = QLabel()
        self.spans.setTextFormat(Qt.TextFormat.PlainText)
        self.spans.setFont(fixed_font())
        self.spans.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name_label(self.spans, "Percentiles")
        self.spans.setContentsMargins(6, 2, 6, 4)
        top = QHBoxLayout()
        top.addWidget(self.by)
        top.addWidget(self.as_tables)
        top.addWidget(self.note, 1)
        top.addWidget(self.stop)
        top.addWidget(self.methods)
        top.addWidget(self.picture)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.shown, 1)
        column.addWidget(self.spans)
        QShortcut(Qt.Key.Key_Escape, self, self.close)

    def show_figures(self, figures: Figures, wanted: int, *, filtered: bool) -> None:
        """Show figures; they are still growing while ``figures.upto`` is below ``wanted``."""
        self._figures = figures
        self.charts.show_figures(figures)
        if self.as_tables.isChecked():
            self.tables.show_figures(figures)
        busy = figures.upto < wanted
        what = "rows of the filter" if filtered else "rows"
        words = [f"{grouped(figures.rows)} {what}", human_bytes(int(figures.bytes.sum()))]
        if figures.used:
            words.append(f"intervals of {delta_text(figures.width_ns)}")
        if busy:
            words.append(f"counting… {figures.upto * 100 // max(wanted, 1)} %")
        self.say(" · ".join(words), busy=busy)
        self.spans.setText(percentile_lines(figures.round_trips, figures.answers, figures.gaps))

    def _split(self, by: str) -> None:
        self.charts.show_by(by)
        self.tables.show_by(by)

    def _turn(self, as_tables: bool) -> None:
        self.shown.setCurrentIndex(int(as_tables))
        self.picture.setEnabled(not as_tables)
        self.tables.show_figures(self._figures if as_tables else None)

    def clear(self) -> None:
        """Show no figures: other rows are counted from now on."""
        self._figures = None
        self.charts.show_figures(None)
        self.tables.show_figures(None)
        self.spans.clear()

    def say(self, text: str, *, busy: bool = False) -> None:
        """A sentence above the charts, and whether there is something to stop."""
        self.note.setText(text)
        self.stop.setVisible(busy)

    def _ask_picture(self) -> None:
        dialog = QFileDialog(self, "Save Picture", "statistics.png", "PNG picture (*.png);;SVG picture (*.svg)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_picture(Path(name)))
        dialog.open()

    def save_picture(self, path: Path) -> None:
        """Write the charts to a ``.png`` or ``.svg`` file, and say how it went."""
        if path.suffix.lower() == ".svg":
            saved = self._save_svg(path)
        else:
            saved = self.charts.grab().save(str(path), "PNG")
        self.say(f"Saved as {path.name}." if saved else f"{path.name} cannot be written.")

    def _save_svg(self, path: Path) -> bool:
        try:
            path.touch()
        except OSError:
            return False
        size = self.charts.size()
        drawing = QSvgGenerator()
        drawing.setFileName(str(path))
        drawing.setSize(QSize(size))
        drawing.setViewBox(self.charts.rect())
        drawing.setTitle(self.windowTitle())
        painter = QPainter(drawing)
        painter.fillRect(self.charts.rect(), self.charts.backgroundBrush())
        self.charts.render(painter)
        return painter.end()

    def closeEvent(self, event: object) -> None:
        """Say so."""
        super().closeEvent(event)  # type: ignore[arg-type]
        self.closed.emit()


def percentile_lines(round_trips: Spread, answers: Spread, gaps: Spread) -> str:
    """A line for each kind of span; one for this side's answers to the peer's pings where there are any."""
    named = [("ping round trip", round_trips), ("our pong to a ping", answers), ("gap between messages", gaps)]
    return "\n".join(_line(name, spread) for name, spread in named if spread is not answers or answers.count)


def _line(name: str, spread: Spread) -> str:
    if not spread.count:
        return f"{name:<21}none"
    values = [f"p{percent} {delta_text(spread.percentile(percent) or 0):<9}" for percent in PERCENTILES]
    return f"{name:<21}{'  '.join(values)}  max {delta_text(spread.largest):<10} of {grouped(spread.count)}"
