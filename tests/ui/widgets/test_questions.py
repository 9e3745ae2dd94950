from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from wsgui.ui.widgets.questions import Questions

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def box_of(parent: QWidget) -> QMessageBox:
    box = parent.findChild(QMessageBox)
    assert box is not None
    assert box.textFormat() is Qt.TextFormat.PlainText
    return box


def button(box: QMessageBox, text: str) -> QPushButton:
    return next(one for one in box.findChildren(QPushButton) if one.text().replace("&", "") == text)


def test_a_question_is_answered_by_a_button(qtbot: QtBot) -> None:
    for text, wanted in (("Throw away", True), ("Cancel", False)):
        parent = QWidget()
        qtbot.addWidget(parent)
        parent.show()
        answers: list[bool] = []
        Questions().confirm(parent, "Sure?", "<b>Really?</b>", "Throw away", answers.append)
        box = box_of(parent)
        assert box.text() == "<b>Really?</b>"
        assert answers == []
        qtbot.mouseClick(button(box, text), Qt.MouseButton.LeftButton)
        assert answers == [wanted]


def test_escape_is_a_no(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    answers: list[bool] = []
    Questions().confirm(parent, "Sure?", "Really?", "Go", answers.append)
    qtbot.keyClick(box_of(parent), Qt.Key.Key_Escape)
    assert answers == [False]


def test_something_to_read(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    Questions().tell(parent, "Keys", "Ctrl+T\tNew")
    box = box_of(parent)
    assert (box.windowTitle(), box.text()) == ("Keys", "Ctrl+T\tNew")
    qtbot.mouseClick(button(box, "Close"), Qt.MouseButton.LeftButton)
    assert not box.isVisible()


def test_something_to_read_with_details(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    Questions().tell_at_length(parent, "Import", "One thing.", "At byte 7: <b>")
    box = box_of(parent)
    assert (box.text(), box.detailedText()) == ("One thing.", "At byte 7: <b>")
    qtbot.mouseClick(button(box, "Close"), Qt.MouseButton.LeftButton)


def test_a_file_to_read(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    answers: list[Path] = []
    (tmp_path / "a.wscap").write_bytes(b"")
    Questions().open_file(parent, "Open", ["Captures (*.wscap)"], answers.append)
    dialog = parent.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.nameFilters() == ["Captures (*.wscap)"]
    dialog.fileSelected.emit(str(tmp_path / "a.wscap"))
    assert answers == [tmp_path / "a.wscap"]
    dialog.reject()
    assert len(answers) == 1


def test_a_name_to_write_to(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    for folder in (tmp_path, tmp_path / "none"):
        Questions().save_file(parent, "Save", folder / "a.wscap", ["Captures (*.wscap)"], lambda _: None)
    first = parent.findChildren(QFileDialog)[0]
    assert first.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert first.defaultSuffix() == "wscap"
    assert first.directory().absolutePath() == str(tmp_path)
    for dialog in parent.findChildren(QFileDialog):
        dialog.reject()
