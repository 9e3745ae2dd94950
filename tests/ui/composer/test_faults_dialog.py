from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.protocol.faults import frame_faults
from wsgui.protocol.states import Role
from wsgui.ui.composer.faults_dialog import FaultsDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from wsgui.protocol.faults import FrameFault


@pytest.fixture
def dialog(qtbot: QtBot) -> FaultsDialog:
    made = FaultsDialog(Role.SERVER)
    qtbot.addWidget(made)
    made.open()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.search.setFocus()
    qtbot.waitUntil(made.search.hasFocus)
    return made


def test_it_lists_what_the_role_can_commit(dialog: FaultsDialog) -> None:
    assert dialog.shown() == [one.name for one in frame_faults(Role.SERVER)]
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in range(4)] == ["Masked text", "mask.server-masked", "§5.1", "close 1002"]


def test_keys_go_from_the_search_into_the_list(dialog: FaultsDialog, qtbot: QtBot) -> None:
    chosen: list[FrameFault] = []
    dialog.chosen.connect(chosen.append)
    qtbot.keyClicks(dialog.search, "pong")
    assert dialog.shown() == ["Pong of 126 bytes"]
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.list.hasFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert [one.id for one in chosen] == ["pong-126"]
    assert not dialog.isVisible()


def test_a_double_click_chooses(dialog: FaultsDialog) -> None:
    chosen: list[FrameFault] = []
    dialog.chosen.connect(chosen.append)
    item = dialog.list.topLevelItem(2)
    dialog.list.setCurrentItem(item)
    dialog.list.itemDoubleClicked.emit(item, 0)
    assert [one.name for one in chosen] == [item.text(0)] if item is not None else False


def test_what_is_selected_stays_selected_while_it_is_there(dialog: FaultsDialog) -> None:
    dialog.search.setText("1007")
    dialog.list.setCurrentItem(dialog.list.topLevelItem(3))
    before = dialog.current
    dialog.search.setText("")
    assert dialog.current == before
    assert before is not None
    dialog.search.setText("1002")
    assert dialog.current != before


def test_nothing_found(dialog: FaultsDialog) -> None:
    chosen: list[FrameFault] = []
    dialog.chosen.connect(chosen.append)
    dialog.search.setText("no such thing")
    assert dialog.current is None
    dialog._use()
    assert chosen == []
    assert dialog.isVisible()
