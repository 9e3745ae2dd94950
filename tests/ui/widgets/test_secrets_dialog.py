from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from wsgui.ui.widgets.secrets_dialog import SecretsDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_lines_of_dots(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = SecretsDialog(parent, "Connect", "It lacks two.", ["Password\u202e of me", "Token"], [1], "&Connect")
    given: list[list[str]] = []
    dialog.given.connect(given.append)
    first, second = dialog.edits
    assert first.echoMode() == second.echoMode() == QLineEdit.EchoMode.Password
    assert "\u202e" not in first.accessibleName()
    assert not dialog.go.isEnabled()
    QTest.keyClicks(first, "hush")
    assert dialog.go.isEnabled()
    dialog.show_them.click()
    assert first.echoMode() == QLineEdit.EchoMode.Normal
    dialog.go.click()
    assert given == [["hush", ""]]
