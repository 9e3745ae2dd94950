from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from wsgui.dissect.outlook import Remark
from wsgui.ui.composer.judge_view import JudgeView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_sentences_come_and_go(qtbot: QtBot) -> None:
    view = JudgeView()
    qtbot.addWidget(view)
    view.show_remarks(
        [Remark("broken", "<b>Bad.</b>", "RFC 6455 §5.1"), Remark("warning", "Hm."), Remark("good", "Ok.")]
    )
    assert view.lines == ["✗ <b>Bad.</b> (RFC 6455 §5.1)", "⚠ Hm.", "✓ Ok."]
    assert view._notes[0].textFormat() == Qt.TextFormat.RichText
    assert "&lt;b&gt;Bad.&lt;/b&gt;" in QLabel.text(view._notes[0])
    assert view._notes[1].textFormat() == Qt.TextFormat.PlainText
    view.show_remarks([Remark("explain", "So it is.")])
    assert view.lines == ["So it is."]
    assert view.accessibleDescription() == "So it is."
    view.show_remarks([Remark("answer", str(number)) for number in range(40)])
    assert len(view.lines) == 12
