from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_label_without_room_ends_in_dots_and_tells_the_rest(qtbot: QtBot) -> None:
    label = ElidedLabel("a name that is much too long for where it stands", "/some/<where>")
    qtbot.addWidget(label)
    label.resize(2000, 30)
    wide = label.grab().toImage()
    label.resize(80, 30)
    narrow = label.grab().toImage()
    assert wide.copy(narrow.rect()) != narrow
    assert label.text() == "a name that is much too long for where it stands"
    assert label.toolTip() == "<qt>a name that is much too long for where it stands<br>/some/&lt;where&gt;</qt>"
    assert ElidedLabel("a").toolTip() == "<qt>a</qt>"
