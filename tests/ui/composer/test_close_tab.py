from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.protocol.states import Role
from wsgui.ui.composer.close_tab import NO_CODE, OTHER_CODE, CloseTab
from wsgui.ui.composer.note import Tone

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def tab(desk: Desk) -> CloseTab:
    desk.show(desk.composer.close_tab)
    return desk.composer.close_tab


def choose(tab: CloseTab, data: int) -> None:
    tab.codes.setCurrentIndex(tab.codes.findData(data))


def test_a_normal_close(desk: Desk, tab: CloseTab, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.reason, "bye")
    qtbot.keyClick(tab.reason, Qt.Key.Key_Return, CTRL)
    # 03 e8 62 79 65 under 37 fa 21 3d
    assert desk.wire() == "88 85 37 fa 21 3d 34 12 43 44 52"
    assert tab.meaning.text() == "The purpose of the connection has been fulfilled. (RFC 6455 7.4.1)"
    assert tab.left.text() == "120 bytes left"


def test_no_code(desk: Desk, tab: CloseTab, qtbot: QtBot) -> None:
    tab.reason.setText("kept")
    choose(tab, NO_CODE)
    assert not tab.reason.isEnabled()
    assert not tab.number.isEnabled()
    assert tab.left.text() == "needs a code"
    desk.composer.send()
    assert desk.wire() == "88 80 37 fa 21 3d"
    choose(tab, 1001)
    assert tab.reason.text() == "kept"
    assert tab.reason.isEnabled()


def test_any_number(desk: Desk, tab: CloseTab, qtbot: QtBot) -> None:
    tab.number.setFocus()
    tab.number.selectAll()
    qtbot.keyClicks(tab.number, "1002")
    assert tab.codes.currentText() == "1002 protocol error"
    tab.number.setValue(65535)
    assert tab.codes.currentText() == "Other number"
    assert tab.warning.text() == (
        "65535 is not defined: a strict peer fails the connection and answers 1002, protocol error."
    )
    assert tab.warning.tone is Tone.WARNING
    qtbot.waitUntil(desk.composer.send_button.isEnabled)
    desk.composer.set_role(Role.SERVER)
    desk.composer.send()
    assert desk.wire() == "88 02 ff ff"
    assert (tab.number.minimum(), tab.number.maximum()) == (0, 65535)


def test_other_number_starts_with_private_use(tab: CloseTab) -> None:
    choose(tab, OTHER_CODE)
    assert tab.number.value() == 4000
    assert tab.codes.currentData() == OTHER_CODE
    assert "private use" in tab.meaning.text()
    assert tab.warning.isHidden()


def test_codes_of_the_other_side(desk: Desk, tab: CloseTab) -> None:
    choose(tab, 1011)
    assert tab.number.value() == 1011
    assert tab.warning.text().startswith("1011 is for servers, and this is the client")
    desk.composer.set_role(Role.SERVER)
    assert tab.warning.isHidden()


def test_a_reason_that_is_too_long(desk: Desk, tab: CloseTab, qtbot: QtBot) -> None:
    tab.reason.setText("é" * 62)
    assert tab.left.text() == "1 byte too many"
    sentence = "A close reason has up to 123 bytes of UTF-8 (RFC 6455 5.5); this one has 124."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    desk.composer.send()
    assert desk.sent == []
    tab.reason.setText("é" * 61 + "x")
    desk.composer.send()
    assert len(desk.sent[0][0][0].payload) == 125


def test_a_close_that_was_seen(tab: CloseTab) -> None:
    tab.set_close(1001, "gone")
    assert (tab.code, tab.reason.text(), tab.codes.currentText()) == (1001, "gone", "1001 going away")
    tab.set_close(4321, "")
    assert (tab.code, tab.reason.text(), tab.codes.currentText()) == (4321, "", "Other number")
    tab.set_close(None, "")
    assert tab.code is None
