from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.ui.widgets.reading_dialog import ReadingDialog
from wsgui.ui.window import about
from wsgui.ui.window.about import notice

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_the_notice_is_shown_whole(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ReadingDialog(parent, "About", "wsgui", "&Packages", notice())
    assert dialog.body.toPlainText().startswith("wsgui stands on the work of others.")
    assert dialog.body.isReadOnly()
    assert dialog.body.accessibleName() == "Packages"
    assert dialog.body.fontMetrics().horizontalAdvance("0") * 84 < dialog.width() < 1280


def test_a_copy_without_the_notice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "resource", lambda name: None)
    assert notice() == "The file third-party.txt is not there: this copy of wsgui is incomplete."
