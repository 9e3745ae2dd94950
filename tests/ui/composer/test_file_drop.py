"""A file that is dropped on the composer is its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from wsgui.ui.composer.composer import Composer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer(new_key=lambda: b"abcd")
    qtbot.addWidget(made)
    made.show()
    return made


def drop(target: QWidget, paths: Sequence[Path], text: str = "") -> bool:
    data = QMimeData()
    if paths:
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    else:
        data.setText(text)
    at = QPointF(5, 5)
    enter = QDragEnterEvent(at.toPoint(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    taken = enter.isAccepted()
    move = QDragMoveEvent(at.toPoint(), COPY, data, LEFT, NONE)
    QApplication.sendEvent(target, move)
    if taken:
        QApplication.sendEvent(target, QDropEvent(at, COPY, data, LEFT, NONE))
    return taken


def test_text_becomes_the_text(composer: Composer, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "hello.json"
    path.write_bytes('{"é": 1}\n'.encode())
    with qtbot.waitSignal(composer.file_drop.loaded):
        assert drop(composer, [path])
    assert composer.current_tab is composer.text_tab
    assert composer.text_tab.edit.exact_bytes() == '{"é": 1}\n'.encode()
    assert composer.text_tab.note.text() == "10 bytes from hello.json."


def test_other_bytes_become_binary_and_so_does_text_where_bytes_are_wanted(
    composer: Composer, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"\xff\x00")
    with qtbot.waitSignal(composer.file_drop.loaded):
        drop(composer, [path])
    assert composer.current_tab is composer.binary_tab
    assert composer.binary_tab.edit.data() == b"\xff\x00"
    path.write_bytes(b"text")
    with qtbot.waitSignal(composer.file_drop.loaded):
        drop(composer, [path])
    assert composer.current_tab is composer.binary_tab
    assert composer.binary_tab.edit.data() == b"text"


def test_the_text_field_leaves_files_to_it_and_takes_text_itself(
    composer: Composer, tmp_path: Path, qtbot: QtBot
) -> None:
    viewport = composer.text_tab.edit.viewport()
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    with qtbot.waitSignal(composer.file_drop.loaded):
        assert drop(viewport, [path])
    assert composer.text_tab.edit.toPlainText() == "content", "and not the file's address"
    composer.text_tab.edit.clear()
    assert drop(viewport, [], "words")
    assert composer.text_tab.edit.toPlainText() == "words"
    assert not drop(composer, [], "words")


def test_several_files_and_a_missing_one_are_refused(composer: Composer, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(composer.file_drop.failed) as refused:
        drop(composer, [tmp_path / "a", tmp_path / "b"])
    assert refused.args == ["Drop one file at a time: these are 2 (a, b)."]
    with qtbot.waitSignal(composer.file_drop.failed):
        drop(composer, [tmp_path / "gone"])
    assert "gone" in composer.status.text()
