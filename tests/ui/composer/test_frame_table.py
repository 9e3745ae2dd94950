from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from wsgui.ui.composer.frame_plan import FramePlan
from wsgui.ui.composer.frame_table import PlanTable, payload_preview
from wsgui.ui.composer.outgoing import Outgoing, SplitMessage
from wsgui.ui.widgets.theme import DARK, colour, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def rows(table: PlanTable) -> list[list[str]]:
    model = table.frame_model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_cells(qtbot: QtBot) -> None:
    plan = FramePlan(SplitMessage(1, b"Hello", 3))
    table = PlanTable(plan)
    qtbot.addWidget(table)
    tester = QAbstractItemModelTester(table.frame_model, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    assert tester.model() is table.frame_model
    plan.insert(Outgoing(9, b"beat"), 1)
    table.show_plan(1)
    assert rows(table) == [
        ["1", "0", "TEXT", "3", "Hel"],
        ["2", "1", "PING", "4", "beat"],
        ["3", "1", "CONT", "2", "lo"],
    ]
    assert table.selected_row() == 1
    plan.gone = 1
    table.frame_model.as_hex = True
    table.show_plan()
    assert [row[0] for row in rows(table)] == ["✓ 1", "▸ 2", "3"]
    assert rows(table)[0][4] == "48 65 6c"
    assert table.selected_row() == -1


def test_colours_and_headers(qtbot: QtBot) -> None:
    plan = FramePlan(SplitMessage(1, b"Hello", 3))
    table = PlanTable(plan)
    qtbot.addWidget(table)
    table.setPalette(palette_of(DARK))
    plan.gone = 1
    table.show_plan()
    model = table.frame_model
    ink = Qt.ItemDataRole.ForegroundRole
    assert model.index(0, 2).data(ink) == colour(DARK.dim)
    assert model.index(1, 2).data(ink) == colour(DARK.text_chip[1])
    assert model.index(1, 0).data(ink) is None
    assert model.data(QModelIndex()) is None
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(column, horizontal) for column in range(6)] == [
        "#",
        "FIN",
        "Opcode",
        "Bytes",
        "Payload",
        None,
    ]


def test_previews_stay_on_one_line() -> None:
    frame = Outgoing(1, b"a\n\tb\r\x1b\xff")
    assert payload_preview(frame, as_hex=False) == "a␊␉b␍·\ufffd"
    assert payload_preview(Outgoing(1, b"x" * 41), as_hex=False) == "x" * 40 + "…"
    assert payload_preview(Outgoing(2, bytes(41)), as_hex=True) == "00 " * 39 + "00…"
