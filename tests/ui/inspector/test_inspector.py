from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.ui.inspector.inspector import Inspector

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

FRAME = Frame.build(1, b"Hello", masking_key=b"abcd")


class Wanted:
    """Counts what an inspector asks for."""

    def __init__(self, inspector: Inspector) -> None:
        self.messages = self.handshakes = 0
        inspector.message_wanted.connect(self._message)
        inspector.handshake_wanted.connect(self._handshake)

    def _message(self) -> None:
        self.messages += 1

    def _handshake(self) -> None:
        self.handshakes += 1


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    widget = Inspector()
    qtbot.addWidget(widget)
    widget.resize(900, 420)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def look_at(inspector: Inspector, widget: QWidget, qtbot: QtBot) -> None:
    bar = inspector.tabs.tabBar()
    place = bar.tabRect(inspector.tabs.indexOf(widget)).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    assert inspector.tabs.currentWidget() is widget


def test_an_empty_inspector_says_what_to_do(inspector: Inspector) -> None:
    assert inspector.is_empty
    assert not inspector.tabs.isVisible()


def test_a_frame_is_shown_in_hex_and_details(inspector: Inspector) -> None:
    inspector.show_frame(FRAME, [violation("mask.server-masked", "Masked.")], "frame 3 · ↓ TEXT")
    assert not inspector.is_empty
    assert inspector.title == "frame 3 · ↓ TEXT"
    assert inspector.hex.view.shown.length == 11
    assert inspector.hex.diagram.fields[5].wrong
    first = inspector.details.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "Broken rules"


def test_a_row_of_the_details_selects_bytes_in_hex(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.show_frame(FRAME)
    look_at(inspector, inspector.details, qtbot)
    qtbot.keyClick(inspector.details, Qt.Key.Key_Home)
    qtbot.keyClick(inspector.details, Qt.Key.Key_End)
    assert inspector.hex.view.selection == (6, 5)


def test_nothing_large_is_asked_for_until_it_is_looked_at(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    for _ in range(3):
        inspector.show_frame(FRAME)
    assert (wanted.messages, wanted.handshakes) == (0, 0)
    look_at(inspector, inspector.message, qtbot)
    assert (wanted.messages, wanted.handshakes) == (1, 0)
    look_at(inspector, inspector.handshake, qtbot)
    assert (wanted.messages, wanted.handshakes) == (1, 1)
    look_at(inspector, inspector.message, qtbot)
    look_at(inspector, inspector.hex, qtbot)
    assert (wanted.messages, wanted.handshakes) == (1, 1)


def test_the_visible_tab_asks_again_for_each_row(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    inspector.show_frame(FRAME)
    look_at(inspector, inspector.message, qtbot)
    inspector.show_message(1, b"Hello", [(0, 5)], True, False, "message 1")
    assert inspector.message.summary == "message 1 · text · 1 frame · 5 bytes · valid UTF-8"
    inspector.show_frame(FRAME)
    assert wanted.messages == 2
    assert inspector.message.summary == "Reading the message…"
    inspector.show_no_message("A ping belongs to no message.")
    assert inspector.message.summary == "A ping belongs to no message."


def test_an_answer_that_was_not_asked_for_is_kept(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    inspector.show_frame(FRAME)
    inspector.show_message(1, b"Hello", [(0, 5)], True, False)
    inspector.show_handshake(b"GET / HTTP/1.1\r\n\r\n", None)
    look_at(inspector, inspector.message, qtbot)
    look_at(inspector, inspector.handshake, qtbot)
    assert (wanted.messages, wanted.handshakes) == (0, 0)
    assert inspector.handshake.request.toPlainText() == "GET / HTTP/1.1"


def test_a_hidden_inspector_asks_when_it_is_shown(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    inspector.show_frame(FRAME)
    look_at(inspector, inspector.handshake, qtbot)
    inspector.hide()
    inspector.show_frame(FRAME)
    assert wanted.handshakes == 1
    with qtbot.waitExposed(inspector):
        inspector.show()
    assert wanted.handshakes == 2


def test_bytes_that_form_no_frame_belong_to_no_message(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    inspector.show_bytes(b"\x81\x7e\x01", "undecoded", [violation("frame.cut", "TCP ended.")], header=True)
    assert inspector.title == "undecoded"
    assert inspector.hex.diagram.isVisible()
    look_at(inspector, inspector.message, qtbot)
    assert wanted.messages == 0
    assert inspector.message.summary == "These bytes belong to no message."
    inspector.show_bytes(b"GET / HTTP/1.1\r\n\r\n", "HTTP")
    look_at(inspector, inspector.handshake, qtbot)
    assert wanted.handshakes == 1


def test_clear_lets_go_of_everything(inspector: Inspector, qtbot: QtBot) -> None:
    wanted = Wanted(inspector)
    inspector.show_frame(FRAME, (), "frame 1")
    inspector.show_message(1, b"Hello", [(0, 5)], True, False)
    look_at(inspector, inspector.handshake, qtbot)
    inspector.clear()
    assert inspector.is_empty
    assert (inspector.title, inspector.hex.view.shown.length, inspector.details.topLevelItemCount()) == ("", 0, 0)
    assert inspector.message.text.toPlainText() == ""
    inspector.hide()
    inspector.show()
    assert wanted.handshakes == 1
