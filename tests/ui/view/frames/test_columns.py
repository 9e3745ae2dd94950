from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray, QPoint
from PySide6.QtWidgets import QApplication

from wsgui.ui.view.frames.cells import BITS, DELTA, KEY, LENGTH, MESSAGE, PAYLOAD, TITLES
from wsgui.ui.view.frames.columns import PAYLOAD_WIDTH
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.view.frames.conftest import Tape


@pytest.fixture
def table(tape: Tape, qtbot: QtBot) -> FrameTable:
    made = FrameTable(FrameModel(tape.reader))
    made.keep = made.model()  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.resize(1600, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def hidden(table: FrameTable) -> list[int]:
    return [column for column in range(len(TITLES)) if table.columns.isSectionHidden(column)]


def needed(table: FrameTable) -> int:
    """The width at which every column and the payload's share just fit."""
    frame = table.width() - table.viewport().width()
    return sum(table.columns.sectionSize(column) for column in range(PAYLOAD)) + PAYLOAD_WIDTH + frame


def test_a_wide_table_shows_every_column(table: FrameTable) -> None:
    assert hidden(table) == []


def test_spare_columns_give_way_one_by_one_and_come_back(table: FrameTable) -> None:
    width = needed(table)
    delta, message = table.columns.sectionSize(DELTA), table.columns.sectionSize(MESSAGE)
    for at, gone in (
        (width, []),
        (width - 1, [DELTA]),
        (width - delta, [DELTA]),
        (width - delta - 1, [DELTA, MESSAGE]),
        (width - delta - message - 1, sorted([DELTA, MESSAGE, BITS])),
        (300, sorted([DELTA, MESSAGE, BITS, KEY, LENGTH])),
        (width - 1, [DELTA]),
        (width, []),
    ):
        table.resize(at, 300)
        assert sorted(hidden(table)) == sorted(gone), at
    assert table.columns.sectionSize(DELTA) == delta


def test_the_menu_chooses_but_number_and_payload(table: FrameTable) -> None:
    menu = table.columns.menu()
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == list(TITLES[1:-1])
    assert all(action.isChecked() for action in actions.values())
    actions["Mask key"].trigger()
    assert hidden(table) == [KEY]
    again = {action.text(): action for action in table.columns.menu().actions()}
    assert not again["Mask key"].isChecked()
    again["Mask key"].trigger()
    assert hidden(table) == []


def test_what_a_person_put_away_does_not_come_back_by_itself(table: FrameTable) -> None:
    table.columns.choose(DELTA, False)
    table.resize(400, 300)
    table.resize(1600, 300)
    assert hidden(table) == [DELTA]
    table.resize(400, 300)
    assert [table.columns.is_chosen(column) for column in (DELTA, MESSAGE)] == [False, True]
    table.columns.choose(MESSAGE, False)
    table.resize(1600, 300)
    assert hidden(table) == [DELTA, MESSAGE]


def test_what_gave_way_is_remembered_as_chosen(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.columns.resizeSection(1, 199)
    table.columns.choose(KEY, False)
    table.resize(400, 300)
    gone = hidden(table)
    choice = table.columns.choice()
    assert hidden(table) == gone
    other = FrameTable(FrameModel(tape.reader))
    other.keep = other.model()  # type: ignore[attr-defined]
    qtbot.addWidget(other)
    other.resize(400, 300)
    other.show()
    assert hidden(other)
    other.columns.restore(choice)
    assert sorted(hidden(other)) == sorted(gone)
    other.resize(1600, 300)
    assert hidden(other) == [KEY]
    assert other.columns.sectionSize(1) == 199
    other.columns.restore(QByteArray(b"junk"))
    assert hidden(other) == [KEY]


def test_the_menu_comes_where_the_mouse_is(table: FrameTable) -> None:
    table.columns.customContextMenuRequested.emit(QPoint(5, 5))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
