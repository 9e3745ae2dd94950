from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.opcodes import Opcode
from wsgui.session.filler import Filler
from wsgui.ui.composer.outgoing import Repeat

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_5_7_hello_is_sent_masked(desk: Desk, qtbot: QtBot) -> None:
    edit = desk.composer.text_tab.edit
    qtbot.keyClicks(edit, "Hello")
    qtbot.waitUntil(lambda: desk.preview() == ["81 85 37 fa 21 3d 7f 9f 4d 51 58"])
    assert desk.title() == "wire preview · 11 bytes · 1 frame · masked"
    qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert desk.wire() == "81 85 37 fa 21 3d 7f 9f 4d 51 58"
    assert desk.sent[0][1:] == (None, Repeat(1, 0))
    assert edit.exact_text() == "Hello"


def test_counts(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.text_tab
    assert tab.counts.text() == "0 bytes · 0 characters"
    qtbot.keyClicks(tab.edit, "a")
    assert tab.counts.text() == "1 byte · 1 character"
    tab.edit.replace_all("é🐍")
    assert tab.counts.text() == "6 bytes · 2 characters"


def test_split_into_frames(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.text_tab
    qtbot.keyClicks(tab.edit, "Hello")
    assert not tab.split_size.isEnabled()
    tab.split_box.click()
    tab.split_size.setValue(3)
    tab.edit.setFocus()
    qtbot.keyClick(tab.edit, Qt.Key.Key_Enter, CTRL | Qt.KeyboardModifier.KeypadModifier)
    # 48 65 6c under 37 fa 21 3d, then 6c 6f under 00 00 00 02
    assert desk.wire() == "01 83 37 fa 21 3d 7f 9f 4d 80 82 00 00 00 02 6c 6f"
    assert len(desk.sent) == 1


def test_a_cut_character_is_pointed_out(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.split_box.click()
    tab.split_size.setValue(1)
    tab.edit.replace_all("aé")
    assert tab.note.text() == (
        "Frame 3 begins inside the character “é”. That is legal: only the whole message must be UTF-8 "
        "(RFC 6455 5.4, 8.1)."
    )
    tab.split_box.click()
    assert tab.note.isHidden()


def test_too_many_frames(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.text_tab
    tab.edit.replace_all("x" * 100_001)
    tab.split_box.click()
    tab.split_size.setValue(1)
    sentence = "100\xa0001 frames are too many to send in one go: choose larger ones."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    assert not desk.composer.send_button.isEnabled()
    tab.split_size.setValue(2)
    qtbot.waitUntil(desk.composer.send_button.isEnabled)
    assert desk.composer.preview.line_count() == 50_001


def test_templates(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.edit.replace_all("mine")
    actions = tab.template_button.menu().actions()
    assert [action.text() for action in actions[:6]] == [
        "JSON object",
        "125 bytes of text",
        "126 bytes of text",
        "1 KiB of text",
        "64 KiB of text",
        "UTF-8 of every length",
    ]
    assert [action.text() for action in actions[7:] if action.menu()] == [
        "BSON",
        "CBOR",
        "Engine.IO",
        "GraphQL",
        "JSON-RPC",
        "MessagePack",
        "MQTT",
        "Socket.IO",
        "STOMP",
    ]
    actions[4].trigger()
    assert len(tab.edit.exact_bytes()) == 65536
    tab.edit.undo()
    assert tab.edit.exact_text() == "mine"


def test_repeat(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.text_tab
    tab.repeat_count.selectAll()
    qtbot.keyClicks(tab.repeat_count, "50")
    tab.repeat_interval.setValue(250)
    qtbot.keyClick(tab.repeat_interval, Qt.Key.Key_Return, CTRL)
    assert desk.sent[0][2] == Repeat(50, 250)
    assert (tab.repeat_count.minimum(), tab.repeat_count.maximum()) == (1, 1_000_000)
    assert (tab.repeat_interval.minimum(), tab.repeat_interval.maximum()) == (0, 3_600_000)


# --- templates


def test_templates_are_filled_in_where_that_is_chosen(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.filler = Filler()
    tab.filler.use(EndpointSettings(variables=[("room", "blue")]))
    tab.edit.setPlainText("{{room}} {{counter}}")
    desk.composer.send()
    assert desk.sent[-1][0][0].payload == b"{{room}} {{counter}}"
    tab.fill_box.click()
    for number in (b"1", b"2"):
        desk.composer.refresh()
        assert "12 bytes" in desk.title()
        desk.composer.send()
        assert desk.sent[-1][0][0].payload == b"blue " + number
    repeat = desk.sent[-1][2]
    assert repeat.anew is not None
    tab.edit.setPlainText("other")
    assert [one.payload for one in repeat.anew()] == [b"blue 3"]
    tab.filler.values["room"] = "red"
    tab.edit.setPlainText("{{room}}")
    tab.split_box.click()
    tab.split_size.setValue(2)
    assert [one.payload for one in tab.frames()] == [b"re", b"d"]
    anew = tab.repeat().anew
    assert anew is not None
    assert [one.payload for one in anew()] == [b"re", b"d"]


def test_what_came_fills_in_what_is_typed(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.filler = Filler()
    tab.fill_box.click()
    tab.edit.setPlainText("{{token}}")
    desk.composer.refresh()
    assert not desk.composer.can_send
    assert tab.problem() == "{{token}}: There is no variable 'token'; there are none."
    assert desk.composer.status.text() == tab.problem()
    tab.look_at_values()
    tab.filler.values["token"] = "T"
    tab.look_at_values()
    desk.composer.refresh()
    assert desk.composer.can_send
    del tab.filler.values["token"]
    anew = tab.repeat().anew
    assert anew is not None
    with pytest.raises(ValueError, match="There is no variable 'token'"):
        anew()
    desk.composer.send()  # it was gone when Send was pressed
    assert desk.sent == []
    assert desk.composer.status.text() == tab.problem()


# --- formats


def test_json_is_made_into_a_binary_format(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.format.setCurrentIndex(tab.format.findData("msgpack"))
    tab.edit.setPlainText('{"a": [1, null]}')
    desk.composer.send()
    (frame,) = desk.sent[-1][0]
    assert (frame.opcode, frame.payload) == (Opcode.BINARY, bytes.fromhex("81 a1 61 92 01 c0"))
    assert tab.counts.text() == "6 bytes · binary"
    tab.edit.setPlainText('{"a": ')
    assert not desk.composer.can_send
    assert tab.problem()
    tab.format.setCurrentIndex(0)
    assert [one.payload for one in tab.frames()] == [b'{"a": ']


def test_a_text_of_a_format_to_start_from_counts(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.filler = Filler()
    below = next(one for one in tab.template_button.menu().actions() if one.text() == "MQTT")
    menu = below.menu()
    assert isinstance(menu, QMenu)
    next(one for one in menu.actions() if one.text() == "Publish, QoS 1").trigger()
    assert tab.fill_box.isChecked()
    desk.composer.send()
    repeat = desk.sent[-1][2]
    assert desk.sent[-1][0][0].payload == bytes.fromhex("32 0f 00 06") + b"chat/a" + bytes.fromhex("00 01") + b"hello"
    assert repeat.anew is not None
    assert repeat.anew()[0].payload[10:12] == b"\x00\x02"


def test_what_was_seen_is_sent_as_it_was(desk: Desk) -> None:
    composer, tab = desk.composer, desk.composer.text_tab
    tab.filler = Filler()
    tab.fill_box.click()
    composer.compose(1, b"{{uuid}}")
    assert [one.payload for one in tab.frames()] == [b"{{uuid}}"]
    composer.compose_as("cbor", '{"a": 1}')
    assert composer.current_tab is tab
    assert [(one.opcode, one.payload) for one in tab.frames()] == [(Opcode.BINARY, bytes.fromhex("a1 61 61 01"))]
    composer.compose(1, b"[")
    assert [(one.opcode, one.payload) for one in tab.frames()] == [(Opcode.TEXT, b"[")]


def test_places_in_json_are_no_mistakes_while_they_are_filled_in(desk: Desk) -> None:
    tab = desk.composer.text_tab
    tab.filler = Filler()
    tab.edit.setPlainText('{"id": {{counter}}, "at": "{{now}}"}')
    assert tab.json.mistake is not None
    tab.fill_box.click()
    assert tab.json.mistake is None
    assert not tab.json.format.isEnabled()
    tab.edit.setPlainText('{"id": {{counter}}')
    assert tab.json.mistake is not None
    tab.edit.setPlainText('{"id": 1}')
    assert tab.json.format.isEnabled()
