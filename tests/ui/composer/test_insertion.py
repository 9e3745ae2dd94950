from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.ui.composer.insertion import Insertion
from wsgui.ui.composer.outgoing import Outgoing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("kind", "frame"),
    [
        ("ping", Outgoing(9, b"beat")),
        ("pong", Outgoing(10, b"beat")),
        ("close", Outgoing(8, b"\x03\xe8bye")),
        ("text message", Outgoing(1, b"other")),
        ("text, FIN 0", Outgoing(1, b"other", fin=False)),
        ("continuation", Outgoing(0, b"more", fin=False)),
    ],
)
def test_each_kind_has_a_payload_to_start_with(kind: str, frame: Outgoing, qtbot: QtBot) -> None:
    insertion = Insertion()
    qtbot.addWidget(insertion)
    insertion.kind.setCurrentText(kind)
    insertion.kind.activated.emit(insertion.kind.currentIndex())
    assert insertion.frame() == frame


@pytest.mark.parametrize("text", ["x", "99999", "-1", "123456", "१"])
def test_a_close_that_cannot_be_read(text: str, qtbot: QtBot) -> None:
    insertion = Insertion()
    qtbot.addWidget(insertion)
    insertion.kind.setCurrentText("close")
    insertion.payload.setText(text)
    with pytest.raises(ValueError, match="Write a close as its code and the reason"):
        insertion.frame()
    insertion.payload.setText("1000 " + "x" * 124)
    with pytest.raises(ValueError, match="up to 123 bytes"):
        insertion.frame()
