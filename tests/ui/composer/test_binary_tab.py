from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from wsgui.ui.composer.binary_tab import ask_with_dialog

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_typed_bytes_are_sent(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.binary_tab
    desk.show(tab)
    tab.edit.setFocus()
    qtbot.keyClicks(tab.edit, "0001feff")
    qtbot.waitUntil(lambda: desk.preview() == ["82 84 37 fa 21 3d 37 fb df c2"])
    qtbot.keyClick(tab.edit, Qt.Key.Key_Return, CTRL)
    assert desk.wire() == "82 84 37 fa 21 3d 37 fb df c2"
    assert tab.edit.data() == b"\0\1\xfe\xff"
    assert tab.place.text() == "4 bytes · at 0x4 · insert"


def test_the_place_names_selection_and_mode(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.binary_tab
    tab.edit.set_data(bytes(20))
    qtbot.keyClick(tab.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(tab.edit, Qt.Key.Key_Insert)
    selected = tab.edit.layout_now.per_row
    assert tab.place.text() == f"20 bytes · at 0x{selected:x} · {selected} selected · overwrite"


def test_paste_hex_and_base64(desk: Desk) -> None:
    tab = desk.composer.binary_tab
    QGuiApplication.clipboard().setText("0x48, 0x65")
    tab.paste_hex.click()
    QGuiApplication.clipboard().setText("bGxv")
    tab.paste_base64.click()
    assert tab.edit.data() == b"Hello"
    assert tab.note.isHidden()


def test_a_wrong_paste_loses_nothing(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.binary_tab
    tab.edit.set_data(b"kept")
    QGuiApplication.clipboard().setText("48 zz")
    tab.paste_hex.click()
    assert tab.note.text() == "Character 4, “z”, is not a hex digit. Nothing was pasted."
    QGuiApplication.clipboard().setText("QQ*=")
    tab.paste_base64.click()
    assert tab.note.text() == "Character 3, “*”, is not base64. Nothing was pasted."
    QGuiApplication.clipboard().setText("")
    tab.paste_hex.click()
    assert tab.note.text() == "There is no text on the clipboard."
    QGuiApplication.clipboard().setText("0")
    qtbot.keyClick(tab.edit, Qt.Key.Key_V, CTRL)
    assert tab.note.text() == "The hex digit “0” at character 1 stands alone: a byte has two."
    assert tab.edit.data() == b"kept"


def test_load_a_file(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    tab = desk.composer.binary_tab
    tab.edit.set_data(b"before")
    (tmp_path / "blob.bin").write_bytes(bytes(1_500_000))
    desk.path = str(tmp_path / "blob.bin")
    with qtbot.waitSignal(tab.loader.loaded):
        tab.load_button.click()
        assert tab.note.text() == "Reading blob.bin …"
        assert not tab.load_button.isEnabled()
    assert tab.edit.data() == bytes(1_500_000)
    assert tab.note.text() == "1\xa0500\xa0000 bytes from blob.bin."
    assert tab.load_button.isEnabled()
    qtbot.keyClick(tab.edit, Qt.Key.Key_Z, CTRL)
    assert tab.edit.data() == b"before"


def test_a_file_that_cannot_be_read(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    tab = desk.composer.binary_tab
    tab.edit.set_data(b"kept")
    desk.path = str(tmp_path / "none")
    with qtbot.waitSignal(tab.loader.failed):
        tab.load_button.click()
    assert tab.note.text() == "none cannot be read: No such file or directory."
    assert tab.load_button.isEnabled()
    assert tab.edit.data() == b"kept"


def test_a_person_may_say_no(desk: Desk) -> None:
    desk.composer.binary_tab.load_button.click()
    assert not desk.composer.binary_tab.loader.busy


def test_clear(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.binary_tab
    tab.edit.set_data(b"some")
    tab.clear_button.click()
    assert tab.edit.data() == b""
    tab.clear_button.click()
    qtbot.keyClick(tab.edit, Qt.Key.Key_Z, CTRL)
    assert tab.edit.data() == b"some"


def test_the_dialog_is_opened_and_answers(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[str] = []
    ask_with_dialog(parent, chosen.append)
    dialog = parent.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.fileSelected.emit("/some/file")
    assert chosen == ["/some/file"]
    dialog.reject()
    qtbot.waitUntil(lambda: parent.findChild(QFileDialog) is None)
