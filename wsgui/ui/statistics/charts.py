"""Four charts over one another: frames/s, bytes/s, sizes, and the longest round trips and gaps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from wsgui.dissect.sizes import delta_text, human_bytes
from wsgui.ui.statistics.groups import groups
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import pyqtgraph

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wsgui.capture.statistics import Figures
    from wsgui.ui.widgets.theme import Theme

SECOND: Final = 1e9
SHOWN: Final = 256
"""Intervals of a curve over time at most."""
FRAMES, BYTES, SIZES, SPANS = range(4)
_HEADROOM: Final = 0.3
"""Of the height of a chart, above what is drawn: there the legend stands, and hides nothing."""
_TITLES = ("frames/s", "bytes/s", "frames by size of payload", "longest ping round trip and gap between messages")


@guarded
class _TextAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """An axis whose numbers are written by a function of ours."""

    def __init__(self, side: str, text: Any) -> None:
        super().__init__(side)
        self._text = text
        self.enableAutoSIPrefix(False)

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:
        """What stands at the ticks."""
        return [self._text(value) for value in values]


def _size_text(value: float) -> str:
    """Of bin n: its least size."""
    bin_ = round(value)
    if abs(value - bin_) > 0.01 or bin_ < 0:
        return ""
    return "0" if bin_ == 0 else human_bytes(1 << (bin_ - 1)) if bin_ < 63 else ""


def _span_text(value: float) -> str:
    """Of the logarithm of a span in ns."""
    return delta_text(round(10**value)) if 0 <= value < 18 else ""


@guarded
class Charts(pyqtgraph.GraphicsLayoutWidget):  # type: ignore[misc]
    """Emits ``time_chosen(ns)`` for a click on a curve over time, ``row_chosen(id)`` for one on a size or a span."""

    time_chosen = Signal(object)
    row_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: Figures | None = None
        self._by = "direction"
        self._theme: Theme | None = None
        axes = (
            None,
            {"left": _TextAxis("left", lambda value: human_bytes(max(round(value), 0)))},
            {"bottom": _TextAxis("bottom", _size_text)},
            {"left": _TextAxis("left", _span_text)},
        )
        self.plots = []
        for at, (title, axis) in enumerate(zip(_TITLES, axes, strict=True)):
            plot = self.addPlot(row=at // 2, col=at % 2, axisItems=axis or {})
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.showGrid(x=True, y=True, alpha=0.18)
            plot.setTitle(title, size="9pt")
            plot.setLabel("bottom", "payload, bytes or more" if at == SIZES else "seconds since the first row")
            plot.getAxis("left").setWidth(62)
            plot.getAxis("bottom").enableAutoSIPrefix(False)
            plot.addLegend(offset=(-6, 4), labelTextSize="8pt")
            plot.setLimits(yMin=0)
            self.plots.append(plot)
        for at in (BYTES, SPANS):
            self.plots[at].setXLink(self.plots[FRAMES])
        self.scene().sigMouseClicked.connect(self._clicked)
        self._restyle()

    def show_by(self, by: str) -> None:
        """Split the curves over time by ``direction`` or ``opcode``."""
        self._by = by
        self._draw()

    def show_figures(self, figures: Figures | None) -> None:
        """Show figures; None for nothing."""
        self._figures = figures
        self._draw()

    def _draw(self) -> None:
        for plot in self.plots:
            plot.clear()
            plot.legend.clear()
        self.plots[SPANS].getAxis("left").setStyle(showValues=False)  # without spans its numbers mean nothing
        figures, theme = self._figures, self._theme
        if figures is None or theme is None or not figures.used:
            return
        seconds = figures.width_ns / SECOND
        middles = (np.arange(figures.used) + 0.5) * seconds
        # Of a short capture the intervals are so short that a frame in one would look like a thousand a second.
        joined = -(-figures.used // SHOWN)
        starts = np.arange(0, figures.used, joined)
        edges = np.append(starts, starts[-1] + joined) * seconds
        for at, table in ((FRAMES, figures.frames), (BYTES, figures.bytes)):
            for group in groups(self._by, theme):
                values = np.add.reduceat(group.of(table)[: figures.used], starts) / (seconds * joined)
                if values.any():
                    self.plots[at].plot(
                        edges, values, stepMode="center", pen=_pen(group.colour, group.dashes), name=group.name
                    )
        self._draw_sizes(figures, theme)
        for worst, name, ink, symbol in (
            (figures.slowest, "round trip", theme.warning, "o"),
            (figures.longest, "gap", theme.received, "t"),
        ):
            spans = worst.spans[: figures.used]
            some = spans >= 0
            if some.any():
                self.plots[SPANS].getAxis("left").setStyle(showValues=True)
                self.plots[SPANS].plot(
                    middles[some],
                    np.log10(np.maximum(spans[some], 1)),
                    pen=None,
                    symbol=symbol,
                    symbolSize=6,
                    symbolPen=None,
                    symbolBrush=colour(ink),
                    name=name,
                )

        for plot in self.plots:
            _make_room(plot)

    def _draw_sizes(self, figures: Figures, theme: Theme) -> None:
        below = np.zeros(figures.sizes.shape[1])
        filled = np.flatnonzero(figures.sizes.sum(axis=0))
        for direction, (name, ink, pattern) in enumerate(
            (
                ("↑ sent", theme.sent, Qt.BrushStyle.SolidPattern),
                ("↓ received", theme.received, Qt.BrushStyle.BDiagPattern),
            )
        ):
            heights = figures.sizes[direction].astype(float)
            if heights.any():
                brush = pyqtgraph.mkBrush(colour(ink))
                brush.setStyle(pattern)
                bars = pyqtgraph.BarGraphItem(
                    x=filled, y0=below[filled], height=heights[filled], width=0.8, brush=brush, pen=_pen(ink, ())
                )
                self.plots[SIZES].addItem(bars)
                self.plots[SIZES].legend.addItem(_Swatch(ink, pattern), name)
            below += heights

    # --- clicks

    def _clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            for at, plot in enumerate(self.plots):
                if plot.vb.sceneBoundingRect().contains(event.scenePos()):
                    point = plot.vb.mapSceneToView(event.scenePos())
                    self.choose(at, QPointF(point))

    def choose(self, at: int, point: QPointF) -> None:
        """A point of chart ``at`` was clicked, in the chart's own numbers."""
        figures = self._figures
        if figures is None or figures.start_ns is None or not figures.used:
            return
        if at == SIZES:
            bin_ = round(point.x())
            if 0 <= bin_ < len(figures.size_rows) and figures.size_rows[bin_]:
                self.row_chosen.emit(int(figures.size_rows[bin_]))
            return
        place = point.x() * SECOND / figures.width_ns
        if at == SPANS:
            row = _nearest(figures, place, point.y())
            if row:
                self.row_chosen.emit(row)
            return
        interval = min(max(int(place), 0), figures.used - 1)
        self.time_chosen.emit(figures.start_ns + interval * figures.width_ns)

    # --- colours

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_theme"):
            self._restyle()

    def _restyle(self) -> None:
        theme = theme_of(self)
        if theme is self._theme:
            return
        self._theme = theme
        self.setBackground(colour(theme.base))
        for plot, title in zip(self.plots, _TITLES, strict=True):
            plot.setTitle(title, color=theme.text, size="9pt")
            plot.legend.setLabelTextColor(colour(theme.text))
            plot.legend.setBrush(colour(theme.base))
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(colour(theme.dim))
                axis.setTextPen(colour(theme.dim))
        self._draw()


@guarded
class _Swatch(pyqtgraph.graphicsItems.LegendItem.ItemSample):  # type: ignore[misc]
    """The mark of bars in a legend."""

    def __init__(self, ink: str, pattern: Qt.BrushStyle) -> None:
        super().__init__(pyqtgraph.PlotDataItem())
        self._ink, self._pattern = ink, pattern

    def paint(self, painter: QPainter, *_: object) -> None:
        """A small box."""
        brush = pyqtgraph.mkBrush(colour(self._ink))
        brush.setStyle(self._pattern)
        painter.setPen(_pen(self._ink, ()))
        painter.setBrush(brush)
        painter.drawRect(2, 5, 15, 10)


def _make_room(plot: Any) -> None:
    """Let the chart reach higher than what is drawn, by a point that is not seen.

    The legend's columns keep it low, however many groups there are.
    """
    bounds = [item.dataBounds(1) for item in plot.items if hasattr(item, "dataBounds")]
    ends = [end for low_high in bounds if low_high is not None for end in low_high if end is not None]
    if not ends:
        return
    plot.legend.setColumnCount(1 if len(plot.legend.items) <= 2 else 3)
    low, high = min(ends), max(ends)
    left = plot.items[0].dataBounds(0)[0]
    above = high + ((high - low) or 1.0) * _HEADROOM / (1 - _HEADROOM)
    # A single point draws no line; without a pen it would not count.
    plot.addItem(pyqtgraph.PlotDataItem([left], [above], pen=pyqtgraph.mkPen(0, 0, 0, 0)))


def _pen(ink: str, dashes: tuple[int, ...]) -> QPen:
    pen = QPen(colour(ink))
    pen.setCosmetic(True)
    pen.setWidthF(1.0)
    if dashes:
        pen.setDashPattern([float(dash) for dash in dashes])
    return pen


def _nearest(figures: Figures, place: float, height: float) -> int:
    """The row of the span that is drawn closest to a point: ten intervals or half a decade away count alike."""
    best, row = 1e9, 0
    reach = max(figures.used / 50, 1.0)
    for worst in (figures.slowest, figures.longest):
        spans = worst.spans[: figures.used]
        some = np.flatnonzero(spans >= 0)
        if len(some):
            far = np.hypot((some + 0.5 - place) / reach, (np.log10(np.maximum(spans[some], 1)) - height) / 0.3)
            at = int(far.argmin())
            if far[at] < best:
                best, row = float(far[at]), int(worst.rows[some[at]])
    return row
