from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from wsgui.ui.composer.note import Tone

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_5_7_a_ping_with_hello(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.ping_tab
    desk.show(tab)
    tab.entry.line.setFocus()
    qtbot.keyClicks(tab.entry.line, "Hello")
    assert tab.entry.note.text() == "5 bytes of 125"
    qtbot.keyClick(tab.entry.line, Qt.Key.Key_Return, CTRL)
    assert desk.wire() == "89 85 37 fa 21 3d 7f 9f 4d 51 58"
    assert "pong that carries the same bytes" in tab.answer.text()


def test_a_pong_in_hex(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.pong_tab
    desk.show(tab)
    tab.entry.as_hex.click()
    qtbot.keyClicks(tab.entry.line, "00 ff")
    qtbot.keyClick(tab.entry.line, Qt.Key.Key_Return, CTRL)
    assert desk.wire() == "8a 82 37 fa 21 3d 37 05"
    assert "sends no answer" in tab.answer.text()


def test_125_bytes_are_the_limit(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.ping_tab
    desk.show(tab)
    tab.entry.line.setText("x" * 125)
    qtbot.waitUntil(desk.composer.send_button.isEnabled)
    tab.entry.line.setText("é" * 65)
    sentence = "A ping carries up to 125 bytes (RFC 6455 5.5); this one has 130."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    assert desk.composer.status.tone is Tone.ERROR
    assert (tab.entry.note.text(), tab.entry.note.tone) == ("130 bytes of 125", Tone.ERROR)
    assert not desk.composer.send_button.isEnabled()
    assert desk.title() == "wire preview · nothing to send"
    qtbot.keyClick(tab.entry.line, Qt.Key.Key_Return, CTRL)
    assert desk.sent == []


def test_wrong_hex_has_a_place(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.pong_tab
    desk.show(tab)
    tab.entry.as_hex.click()
    tab.entry.line.setText("00 1g")
    assert tab.entry.note.text() == "not hex yet"
    sentence = "The hex digit “1” at character 4 stands alone: a byte has two."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    assert tab.entry.line.text() == "00 1g"


def test_text_and_hex_are_translated(desk: Desk) -> None:
    entry = desk.composer.ping_tab.entry
    entry.line.setText("hé")
    entry.as_hex.click()
    assert (entry.line.text(), entry.payload) == ("68 c3 a9", "hé".encode())
    entry.as_text.click()
    assert (entry.line.text(), entry.payload) == ("hé", "hé".encode())
    entry.as_hex.click()
    entry.line.setText("ff")
    entry.as_text.click()
    assert entry.line.text() == "ff"


def test_a_payload_that_was_seen(desk: Desk) -> None:
    entry = desk.composer.ping_tab.entry
    entry.set_payload(b"\xff\0")
    assert (entry.as_hex.isChecked(), entry.line.text(), entry.payload) == (True, "ff 00", b"\xff\0")
    entry.set_payload(b"beat")
    assert (entry.as_text.isChecked(), entry.line.text(), entry.payload) == (True, "beat", b"beat")
    entry.set_payload(b"a\n")
    assert (entry.as_hex.isChecked(), entry.payload) == (True, b"a\n")
    entry.set_payload(b"")
    assert (entry.as_text.isChecked(), entry.payload) == (True, b"")
