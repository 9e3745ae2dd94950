from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication

from wsgui.ui.view.frames.cells import NUMBER, PAYLOAD
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu
    from pytestqt.qtbot import QtBot

    from tests.ui.view.frames.conftest import Tape


@pytest.fixture
def model(tape: Tape) -> FrameModel:
    return FrameModel(tape.reader)


@pytest.fixture
def table(model: FrameModel, qtbot: QtBot) -> FrameTable:
    made = FrameTable(model)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def at_end(table: FrameTable) -> bool:
    bar = table.verticalScrollBar()
    return bar.value() == bar.maximum()


def wheel(table: FrameTable, steps: int) -> None:
    at = QPointF(20, 20)
    event = QWheelEvent(
        at,
        QPointF(table.viewport().mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(table.viewport(), event)


def click(table: FrameTable, place: int, qtbot: QtBot) -> None:
    at = table.visualRect(table.model().index(place, PAYLOAD)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_it_follows_the_newest_row(table: FrameTable, tape: Tape) -> None:
    assert table.follow
    assert table.refresh(tape.texts(100)) == 100
    assert at_end(table)
    assert table.rowAt(2) > 50
    table.refresh(tape.texts(100))
    assert at_end(table)


def test_scrolling_away_ends_following_and_scrolling_back_begins_it(
    table: FrameTable, tape: Tape, qtbot: QtBot
) -> None:
    changes: list[bool] = []
    table.follow_changed.connect(changes.append)
    table.refresh(tape.texts(100))
    wheel(table, 2)
    assert not table.follow
    before = table.verticalScrollBar().value()
    table.refresh(tape.texts(100))
    assert table.verticalScrollBar().value() == before
    wheel(table, -1000)
    assert table.follow
    assert changes == [False, True]


def test_the_scroll_bar_does_the_same(table: FrameTable, tape: Tape) -> None:
    table.refresh(tape.texts(100))
    bar = table.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
    assert not table.follow
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    assert table.follow
    bar.setSliderDown(True)
    bar.setSliderPosition(10)
    assert not table.follow
    bar.setSliderPosition(bar.maximum())
    bar.setSliderDown(False)
    assert table.follow


def test_keys(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    places: list[int] = []
    table.row_selected.connect(places.append)
    qtbot.keyClick(table, Qt.Key.Key_End)
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert places == []
    table.refresh(tape.texts(100))
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert (places[-1], table.follow) == (0, False)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert places[-1] == 1
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert (places[-1], table.follow) == (99, True)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert (places[-1], table.follow) == (98, False)
    table.set_follow(True)
    qtbot.keyClick(table, Qt.Key.Key_PageUp)
    assert not table.follow
    assert places[-1] < 98


def test_a_click_on_a_row_stays_there(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.texts(5))
    click(table, 4, qtbot)
    assert table.follow, "the newest row was clicked"
    click(table, 2, qtbot)
    assert (table.currentIndex().row(), table.follow) == (2, False)
    assert table.selectionModel().isRowSelected(2)


def test_paused_it_holds_still(table: FrameTable, tape: Tape) -> None:
    table.refresh(tape.texts(3))
    table.set_paused(True)
    assert table.paused
    count = tape.texts(4)
    assert table.refresh(count) == 0
    assert table.model().rowCount() == 3
    table.set_paused(False)
    assert table.refresh(count) == 4


def test_a_row_is_copied_as_it_is_shown(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.conversation())
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "before", "no row is selected"
    click(table, 2, qtbot)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert len(cells) == 10
    assert cells[NUMBER] == "3"
    assert cells[3:] == ["↑", "TEXT", "FIN", "37 fa 21 3d", "5", "m1", "Hello"]


def closed(menu: QMenu) -> None:
    menu.close()


def test_the_menu_of_a_row(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.conversation())
    menu = table.row_menu()
    assert [action.isEnabled() for action in menu.actions()] == [False, False]
    click(table, 0, qtbot)
    menu = table.row_menu()
    assert [action.isEnabled() for action in menu.actions()] == [False, True], "HTTP cannot be sent as a frame"
    click(table, 3, qtbot)
    wanted: list[int] = []
    table.compose_requested.connect(wanted.append)
    menu = table.row_menu()
    menu.actions()[0].trigger()
    assert wanted == [3]
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text().endswith("\tHello")


def test_the_menu_comes_where_the_mouse_is(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.texts(3))
    at = QPoint(20, 20)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()


def test_select_place_shows_the_row(table: FrameTable, tape: Tape) -> None:
    table.refresh(tape.texts(200))
    table.set_follow(False)
    table.select_place(10)
    assert table.rowAt(5) <= 10
    assert table.currentIndex().row() == 10


def test_no_row_is_current_after_a_reset(table: FrameTable, model: FrameModel, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.texts(3))
    click(table, 1, qtbot)
    model.show_connection(7)
    assert table.currentIndex().row() == -1


def test_several_rows_are_selected_and_copied(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.conversation())
    table.set_follow(False)
    table.select_place(2)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_places(5) == [2, 3]
    assert table.selected_places(1) == []
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[NUMBER] for line in lines] == ["3", "4"]
    table.grab()


def test_notes_stand_beside_the_number(table: FrameTable, model: FrameModel, tape: Tape) -> None:
    table.refresh(tape.texts(3))
    tape.writer.set_notes(2, ["", "odd"])
    tape.writer.flush()
    assert model.index(1, NUMBER).data() == "2 ★ ✎"


def test_scrolled_up_it_says_how_many_rows_are_new(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.texts(100))
    assert table.new_rows.isHidden()
    wheel(table, 2)
    assert table.new_rows.isHidden(), "what was in view is not new"
    table.refresh(tape.texts(137))
    assert table.new_rows.text() == "↓ 137 new"
    assert table.new_rows.accessibleName() == "137 new rows"
    assert table.viewport().geometry().contains(table.new_rows.geometry())
    table.grab()
    bar = table.verticalScrollBar()
    bar.setValue(bar.maximum() - 50)
    assert table.new_rows.count == 50, "those that were scrolled past have been seen"
    bar.setValue(0)
    assert table.new_rows.count == 50
    qtbot.mouseClick(table.new_rows, Qt.MouseButton.LeftButton)
    assert table.follow
    assert at_end(table)
    assert table.new_rows.isHidden()


def test_rows_that_fit_into_the_view_are_not_new(table: FrameTable, tape: Tape, qtbot: QtBot) -> None:
    table.refresh(tape.texts(3))
    click(table, 1, qtbot)
    table.refresh(tape.texts(2))
    assert table.new_rows.isHidden()
    table.refresh(tape.texts(200))
    assert table.new_rows.count > 180
    table.resize(1000, 400)
    assert table.new_rows.count < 200
    assert table.currentIndex().row() == 1


def test_following_ends_before_the_row_that_is_looked_at_leaves_the_view(
    table: FrameTable, tape: Tape, qtbot: QtBot
) -> None:
    table.refresh(tape.texts(100))
    click(table, 99, qtbot)
    table.refresh(tape.texts(2))
    assert table.follow
    assert at_end(table)
    table.refresh(tape.texts(500))
    assert not table.follow
    assert table.visualRect(table.currentIndex()).intersects(table.viewport().rect())
    assert table.new_rows.count == 500
    table.show_newest()
    assert table.follow
    table.refresh(tape.texts(500))
    assert table.follow, "the person went to the end"
    assert table.currentIndex().row() == 99
    table.set_follow(False)
    table.set_paused(True)
    table.show_newest()
    assert not table.follow, "it is held still"


def test_other_rows_are_not_new(table: FrameTable, model: FrameModel, tape: Tape) -> None:
    table.refresh(tape.texts(100))
    wheel(table, 2)
    table.refresh(tape.texts(50, connection=2))
    assert table.new_rows.count == 50
    model.show_connection(2)
    assert table.new_rows.isHidden()
