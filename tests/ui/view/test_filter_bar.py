"""The filter bar: what is typed, what the chips add, what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from tests.ui.view.frames.conftest import tape
from wsgui.filter import Filter, parse
from wsgui.ui.view.filter_bar import CHIPS, FilterBar
from wsgui.ui.view.view_control import comparisons

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.view.frames.conftest import Tape

__all__ = ["tape"]


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar()
    qtbot.addWidget(bar)
    qtbot.addWidget(bar.note)
    qtbot.addWidget(bar.cancel)
    bar.resize(1000, 40)
    bar.show()
    return bar


def test_enter_uses_what_is_typed(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.filter_changed) as changed:
        qtbot.keyClicks(bar.edit, "length > 100")
        bar.edit.setCursorPosition(0)
        qtbot.keyClick(bar.edit, Qt.Key.Key_Escape)
        bar.edit.returnPressed.emit()
    assert isinstance(changed.args[0], Filter)
    assert bar.expression == "(length > 100)"


def test_what_is_typed_is_used_after_a_pause_too(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.filter_changed) as changed:
        bar.edit.setText("fin")
    assert isinstance(changed.args[0], Filter)
    with qtbot.waitSignal(bar.filter_changed) as changed:
        bar.edit.clear()
    assert changed.args == [None]


def test_a_wrong_filter_names_the_place_and_changes_nothing(bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_text("fin")
    with qtbot.assertNotEmitted(bar.filter_changed):
        bar.set_text("length > 1 and colour == 3")
    assert bar.note.text().startswith("Character 16: ")
    assert "colour" in bar.note.text()
    assert not bar.note.isHidden()
    with qtbot.waitSignal(bar.filter_changed):
        bar.set_text("length > 1")
    assert bar.note.text() == ""


def test_chips_of_one_group_widen_and_groups_narrow(bar: FilterBar, qtbot: QtBot) -> None:
    by_label = {chip.text(): chip for chip in bar.chips}
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.mouseClick(by_label["Close"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.mouseClick(by_label["Ping/Pong"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.mouseClick(by_label["↑ sent"], Qt.MouseButton.LeftButton)
    assert bar.expression == "(opcode in {ping, pong} or opcode == close) and (direction == sent)"
    for label in ("Close", "Ping/Pong", "↑ sent"):
        qtbot.mouseClick(by_label[label], Qt.MouseButton.LeftButton)
    assert bar.expression == ""
    assert [chip.text() for chip in bar.chips] == [label for label, _, _ in CHIPS]


def test_completion_takes_the_word_at_the_cursor(bar: FilterBar, qtbot: QtBot) -> None:
    bar.edit.setFocus()
    qtbot.keyClicks(bar.edit, "opcode == te")
    popup = bar.edit.completion_popup
    assert popup.isVisible()
    words = [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]
    assert "text" in words
    popup.setCurrentIndex(popup.model().index(words.index("text"), 0))
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert bar.edit.text() == "opcode == text"
    bar.edit.clear()
    qtbot.keyClick(bar.edit, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_it_says_how_many_match(bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_text("fin")
    bar.show_found(3, 1200, searching=True)
    assert bar.note.text() == "3 of 1\u202f200 rows match · searching…"
    assert not bar.cancel.isHidden()
    with qtbot.waitSignal(bar.cancel_requested):
        qtbot.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    bar.show_found(4, 1200, searching=False)
    assert bar.note.text() == "4 of 1\u202f200 rows match"
    assert bar.cancel.isHidden()


def test_narrowing_keeps_what_was_there(bar: FilterBar) -> None:
    bar.narrow("fin")
    assert bar.edit.text() == "fin"
    bar.narrow("length == 5")
    assert bar.edit.text() == "(fin) and length == 5"


def test_plain_words_look_for_text_and_the_note_says_so(bar: FilterBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.filter_changed) as changed:
        bar.set_text('{"id": 7')
    assert isinstance(changed.args[0], Filter)
    assert changed.args[0] == parse('"{\\"id\\": 7"')
    bar.show_found(1, 4, searching=False)
    assert bar.note.text() == 'Text “{"id": 7”: 1 of 4 rows match'
    bar.set_text("violations")
    bar.show_found(0, 4, searching=False)
    assert bar.note.text() == "Text “violations” (or the field violation?): 0 of 4 rows match"
    bar.narrow("opcode == 9")
    assert bar.edit.text() == '("violations") and opcode == 9'
    bar.set_text("x" * 40 + "\u202e")
    bar.show_found(0, 4, searching=False)
    assert bar.note.text() == f"Text “{'x' * 30}…”: 0 of 4 rows match"


def test_a_mistake_stays_told_until_it_is_mended_or_cleared(bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_text("fin")
    bar.show_found(3, 5, searching=False)
    bar.set_text("lenght > 5")
    assert "lenght" in bar.note.text()
    bar.show_found(4, 6, searching=False)
    assert "lenght" in bar.note.text()
    assert bar.in_force == "(fin)"
    bar.set_text("fin")
    assert bar.note.text() == "4 of 6 rows match"
    bar.set_text("lenght > 5")
    with qtbot.waitSignal(bar.filter_changed) as changed:
        bar.set_text("")
    assert changed.args == [None]
    assert bar.note.text() == ""
    assert bar.note.isHidden()
    bar.set_text("lenght > 5")
    bar.set_text("")
    assert bar.note.isHidden()


def test_a_mistake_with_a_chip_changes_nothing(bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_text("lenght > 5")
    with qtbot.assertNotEmitted(bar.filter_changed):
        bar.chips[0].click()
        bar.narrow("opcode == 9")
    assert "lenght" in bar.edit.text()
    assert "lenght" in bar.note.text()


def test_every_row_can_be_filtered_by_its_values(tape: Tape) -> None:
    count = tape.conversation()
    for row in tape.reader.rows(1, count):
        found = comparisons(row)
        assert len(found) >= 4
        for _, text in found:
            assert isinstance(parse(text), Filter)


def test_enter_behind_a_whole_filter_applies_it_and_tab_completes(bar: FilterBar, qtbot: QtBot) -> None:
    bar.edit.setFocus()
    qtbot.keyClicks(bar.edit, 'payload contains "x"')
    popup = bar.edit.completion_popup
    assert popup.isVisible()  # and, or
    with qtbot.waitSignal(bar.filter_changed):
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert bar.edit.text() == 'payload contains "x"'
    bar.edit.clear()
    qtbot.keyClicks(bar.edit, "opco")
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Tab)
    assert bar.edit.text() == "opcode"
    assert bar.edit.hasFocus() or popup.isVisible()


def test_chips_are_in_a_menu_where_there_is_no_room(qtbot: QtBot) -> None:
    around = QWidget()  # the layout of a window would not let it be too small
    qtbot.addWidget(around)
    around.resize(1200, 60)
    bar = FilterBar(around)
    bar.resize(1000, 40)
    around.show()
    row = bar.chip_row
    assert not row.folded
    assert all(chip.isVisible() for chip in bar.chips)
    assert not row.more.isVisible()
    bar.chips[0].setFocus()
    bar.resize(bar.minimumSizeHint().width(), 40)
    assert row.folded
    assert not any(chip.isVisible() for chip in bar.chips)
    assert around.focusWidget() is row.more
    assert (row.more.text(), row.more.accessibleName()) == ("Show", "Quick filters")
    entries = row.more.menu().actions()
    assert [entry.text() for entry in entries] == [label for label, _, _ in CHIPS]
    with qtbot.waitSignal(bar.filter_changed):
        entries[3].trigger()
    assert bar.expression == "(opcode == close)"
    assert (row.more.text(), row.more.accessibleName()) == ("Show · 1", "Quick filters, 1 on")
    bar.replace("length > 3")
    assert not entries[3].isChecked()
    bar.resize(1000, 40)
    assert not row.folded
    tool = QToolButton()
    tool.setText("A button so wide that the chips have no room beside it " * 2)
    bar.add_tools(tool)
    qtbot.waitUntil(lambda: row.folded)
    tool.hide()
    qtbot.waitUntil(lambda: not row.folded)
