"""The statistics window: what it shows of literal figures, where clicks lead, pictures, both themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from wsgui.capture.statistics import Figures
from wsgui.ui.statistics.charts import BYTES, FRAMES, SIZES, SPANS
from wsgui.ui.statistics.groups import groups
from wsgui.ui.statistics.window import StatisticsWindow
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QTableWidget
    from pytestqt.qtbot import QtBot

MS = 1_000_000


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.fixture
def figures() -> Figures:
    figures = Figures()
    buckets = figures.add(
        numbers(1, 2, 3, 4),
        numbers(0, 10 * MS, 20 * MS, 900 * MS),
        numbers(0, 1, 0, 1),
        numbers(1, 2, 9, 10),
        numbers(0, 5, 300, 5),
    )
    figures.upto = 4
    figures.round_trips.add(numbers(880 * MS))
    figures.slowest.add(buckets[3:], numbers(880 * MS), numbers(4))
    figures.longest.add(buckets[1:2], numbers(10 * MS), numbers(2))
    figures.gaps.add(numbers(10 * MS))
    return figures


@pytest.fixture
def window(qtbot: QtBot, figures: Figures) -> StatisticsWindow:
    window = StatisticsWindow("a.wscap")
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.show_figures(figures, 4, filtered=False)
    return window


def test_what_is_counted_is_said(window: StatisticsWindow, figures: Figures) -> None:
    assert window.note.text() == "4 rows · 310 B · intervals of 1 ms"
    first, second = window.spans.text().splitlines()
    assert first.startswith("ping round trip      p50 877 ms")  # within 1 %
    assert first.endswith("max 880 ms     of 1")
    assert "max 10 ms" in second
    assert not window.stop.isVisible()
    window.show_figures(figures, 8, filtered=True)
    assert window.note.text() == "4 rows of the filter · 310 B · intervals of 1 ms · counting… 50 %"
    assert window.stop.isVisible()
    window.show_figures(Figures(), 0, filtered=False)
    assert window.spans.text().count("none") == 2


def test_clicks_lead_to_times_and_rows(window: StatisticsWindow) -> None:
    times: list[object] = []
    rows: list[object] = []
    window.charts.time_chosen.connect(times.append)
    window.charts.row_chosen.connect(rows.append)
    window.charts.choose(FRAMES, QPointF(0.0203, 5))
    window.charts.choose(BYTES, QPointF(-3, 5))
    window.charts.choose(BYTES, QPointF(99, 5))
    assert times == [20 * MS, 0, 900 * MS]
    window.charts.choose(SIZES, QPointF(0.3, 1))
    window.charts.choose(SIZES, QPointF(9.2, 1))
    window.charts.choose(SIZES, QPointF(30, 1))
    window.charts.choose(SPANS, QPointF(0.88, 8.9))
    window.charts.choose(SPANS, QPointF(0.01, 7))
    assert rows == [1, 3, 4, 2]
    window.charts.show_figures(None)
    window.charts.choose(FRAMES, QPointF(0, 0))
    assert len(times) == 3


def test_curves_are_split_and_never_told_by_colour_alone(window: StatisticsWindow) -> None:
    names = [label.text for _, label in window.charts.plots[FRAMES].legend.items]
    assert names == ["↑ sent", "↓ received"]
    window.by.setCurrentIndex(1)
    names = [label.text for _, label in window.charts.plots[FRAMES].legend.items]
    assert names == ["text", "binary", "ping, pong"]
    for by in ("direction", "opcode"):
        for theme in (DARK, LIGHT):
            dashes = [group.dashes for group in groups(by, theme)]
            assert len(set(dashes)) == len(dashes)
    kinds = sorted(kind for group in groups("opcode", DARK) for kind in group.kinds)
    assert kinds == list(range(18))


def test_pictures(window: StatisticsWindow, tmp_path: Path) -> None:
    window.save_picture(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    window.save_picture(tmp_path / "a.svg")
    drawing = (tmp_path / "a.svg").read_text()
    assert "<svg" in drawing
    assert "<path" in drawing or "<polyline" in drawing
    assert window.note.text() == "Saved as a.svg."
    for name in ("a.png", "a.svg"):
        window.save_picture(tmp_path / "nowhere" / name)
        assert window.note.text() == f"{name} cannot be written."


def test_colours_follow_the_theme(window: StatisticsWindow) -> None:
    for theme in (DARK, LIGHT):
        window.setPalette(palette_of(theme))
        assert window.charts.backgroundBrush().color().name() == theme.base


def test_the_legend_hides_nothing_that_is_drawn(window: StatisticsWindow) -> None:
    for by in (0, 1):
        window.by.setCurrentIndex(by)
        for plot in window.charts.plots:
            plot.vb.updateAutoRange()
            bottom = plot.vb.mapSceneToView(plot.legend.sceneBoundingRect().bottomLeft()).y()
            drawn = [item.dataBounds(1)[1] for item in plot.items[:-1]]
            assert drawn
            assert max(drawn) <= bottom


def test_without_spans_their_axis_has_no_numbers(window: StatisticsWindow) -> None:
    axis = window.charts.plots[SPANS].getAxis("left")
    assert axis.style["showValues"]
    window.show_figures(Figures(), 0, filtered=False)
    assert not axis.style["showValues"]


def test_escape_closes_it(window: StatisticsWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closed):
        QTest.keyClick(window, Qt.Key.Key_Escape)


def texts(table: QTableWidget) -> list[list[str]]:
    return [
        [item.text() if (item := table.item(row, column)) else "" for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_the_charts_as_tables(window: StatisticsWindow, figures: Figures) -> None:
    tables = window.tables
    assert tables.over_time.rowCount() == 0
    window.as_tables.click()
    assert tables.isVisible()
    assert not window.charts.isVisible()
    assert not window.picture.isEnabled()
    titles = [tables.over_time.horizontalHeaderItem(at).text() for at in range(tables.over_time.columnCount())]  # type: ignore[union-attr]
    assert titles == [
        "From",
        "↑ sent, frames/s",
        "↓ received, frames/s",
        "↑ sent, bytes/s",
        "↓ received, bytes/s",
        "longest ping round trip",
        "longest gap",
    ]
    rows = texts(tables.over_time)
    assert rows[0][1] != ""
    assert rows[-1][5] == "880 ms"
    assert texts(tables.by_size) == [["0 B", "1", "0"], ["4 B", "0", "2"], ["256 B", "1", "0"]]
    window.by.setCurrentIndex(1)
    assert any(
        "text" in tables.over_time.horizontalHeaderItem(at).text() for at in range(tables.over_time.columnCount())
    )  # type: ignore[union-attr]
    window.as_tables.click()
    assert window.charts.isVisible()
    window.as_tables.click()
    window.clear()
    assert (tables.over_time.rowCount(), tables.by_size.rowCount(), window.spans.text()) == (0, 0, "")


def test_enter_in_a_table_goes_to_the_frames(window: StatisticsWindow, qtbot: QtBot) -> None:
    window.as_tables.click()
    tables = window.tables
    tables.over_time.setCurrentCell(1, 2)
    with qtbot.waitSignal(tables.time_chosen) as told:
        QTest.keyClick(tables.over_time, Qt.Key.Key_Return)
    assert told.args == [8 * MS]  # of four intervals that are joined
    tables.by_size.setCurrentCell(0, 0)
    with qtbot.waitSignal(tables.row_chosen) as told:
        QTest.keyClick(tables.by_size, Qt.Key.Key_Return)
    assert told.args == [1]
    window.show_figures(window._figures, 4, filtered=False)  # type: ignore[arg-type]
    assert tables.over_time.currentRow() == 1
