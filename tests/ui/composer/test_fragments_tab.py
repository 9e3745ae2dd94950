from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from wsgui.protocol.connection import Connection
from wsgui.protocol.states import Role
from wsgui.ui.composer.split_choice import SIZES

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk
    from wsgui.ui.composer.fragments_tab import FragmentsTab

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def tab(desk: Desk) -> FragmentsTab:
    desk.show(desk.composer.fragments_tab)
    desk.composer.set_role(Role.SERVER)  # unmasked: the bytes can be read
    return desk.composer.fragments_tab


def rows(tab: FragmentsTab) -> list[str]:
    model = tab.table.frame_model
    return [" ".join(str(model.index(row, column).data()) for column in range(5)) for row in range(model.rowCount())]


def cursor_to(tab: FragmentsTab, position: int) -> None:
    cursor = QTextCursor(tab.message.text_edit.document())
    cursor.setPosition(position)
    tab.message.text_edit.setTextCursor(cursor)


def test_5_7_hello_in_two_fragments(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.message.text_edit, "Hello")
    tab.choice.every.setValue(3)
    assert rows(tab) == ["1 0 TEXT 3 Hel", "2 1 CONT 2 lo"]
    qtbot.waitUntil(lambda: desk.preview() == ["01 03 48 65 6c", "80 02 6c 6f"])
    assert desk.composer.send_button.text() == "S&end all"
    qtbot.keyClick(tab.message.text_edit, Qt.Key.Key_Return, CTRL)
    assert desk.wire() == "01 03 48 65 6c 80 02 6c 6f"
    assert tab.progress.text() == "all have gone"
    desk.composer.send()
    assert desk.wire(1) == desk.wire(0)


def test_sizes(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    tab.message.text_edit.replace_all("Hello, you")
    tab.choice.way.setCurrentIndex(SIZES)
    tab.choice.sizes.setText("5, 2")
    assert rows(tab) == ["1 0 TEXT 5 Hello", "2 0 CONT 2 , ", "3 1 CONT 3 you"]
    tab.choice.sizes.setText("5, 20")
    sentence = "The sizes ask for 25 bytes, and the message has 10."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    assert not desk.composer.send_button.isEnabled()
    assert not tab.send_next.isEnabled()
    tab.choice.sizes.setText("5; x")
    sentence = "Character 4, “x”, is not a digit: write sizes as 5, 3, 10."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)


def test_split_at_the_cursor(tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("né, yes")
    cursor_to(tab, 2)
    tab.choice.at_cursor.click()
    assert tab.choice.sizes.text() == "3, 5"
    cursor_to(tab, 4)
    tab.choice.at_cursor.click()
    assert tab.choice.sizes.text() == "3, 2, 3"
    assert rows(tab) == ["1 0 TEXT 3 né", "2 0 CONT 2 , ", "3 1 CONT 3 yes"]
    cursor_to(tab, 0)
    tab.choice.at_cursor.click()
    assert tab.note.text() == "Put the cursor inside the message first: there is nothing to split here."
    tab.choice.sizes.setText("3, ?")
    cursor_to(tab, 4)
    tab.choice.at_cursor.click()
    assert tab.choice.sizes.text() == "3, ?"
    assert "is not a digit" in tab.note.text()


def test_binary(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    tab.message.text_edit.replace_all("kept")
    tab.message.as_binary.click()
    qtbot.keyClicks(tab.message.hex_edit, "00ff1020")
    qtbot.keyClick(tab.message.hex_edit, Qt.Key.Key_Left)
    tab.choice.at_cursor.click()
    assert rows(tab) == ["1 0 BINARY 3 00 ff 10", "2 1 CONT 1 20"]
    desk.composer.send()
    assert desk.wire() == "02 03 00 ff 10 80 01 20"
    tab.message.as_text.click()
    assert tab.message.payload == b"kept"


def test_a_cut_character_is_legal(tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("€")
    tab.choice.every.setValue(2)
    assert tab.note.text().startswith("Frame 2 begins inside the character “€”. That is legal")


def test_pings_between_fragments(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(2)
    tab.insertion.button.click()
    assert rows(tab) == ["1 0 TEXT 2 He", "2 1 PING 4 beat", "3 0 CONT 2 ll", "4 1 CONT 1 o"]
    tab.down.click()
    assert rows(tab)[1:3] == ["2 0 CONT 2 ll", "3 1 PING 4 beat"]
    tab.insertion.payload.setText("x")
    tab.insertion.button.click()
    assert rows(tab)[3] == "4 1 PING 1 x"
    tab.up.click()
    assert [row[4:] for row in rows(tab)[2:4]] == ["PING 1 x", "PING 4 beat"]
    tab.table.selectRow(3)
    tab.remove.click()
    desk.composer.send()
    assert desk.wire() == "01 02 48 65 00 02 6c 6c 89 01 78 80 01 6f"


def comments(tab: FragmentsTab) -> list[str]:
    """What the judge says beside each frame."""
    model = tab.table.frame_model
    return [str(model.index(row, 5).data() or "") for row in range(model.rowCount())]


def choose(tab: FragmentsTab, kind: str) -> None:
    """Choose a kind of frame to insert, as a person does."""
    tab.insertion.kind.setCurrentText(kind)
    tab.insertion.kind.activated.emit(tab.insertion.kind.currentIndex())


def test_which_frames_can_be_moved(tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hi")
    assert [button.isEnabled() for button in (tab.up, tab.down, tab.remove)] == [False, False, False]
    tab.table.selectRow(0)
    assert [button.isEnabled() for button in (tab.up, tab.down, tab.remove)] == [False, False, False]
    tab.insertion.button.click()
    assert [button.isEnabled() for button in (tab.up, tab.down, tab.remove)] == [True, False, True]
    tab.up.click()
    assert [button.isEnabled() for button in (tab.up, tab.down, tab.remove)] == [False, True, True]


def test_5_4_fragments_in_the_wrong_order(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(2)
    assert tab.table.frame_model.columnCount() == 5
    tab.table.selectRow(0)
    tab.down.click()
    assert [row[2:] for row in rows(tab)] == ["0 CONT 2 ll", "0 TEXT 2 He", "1 CONT 1 o"]
    assert comments(tab) == ["A continuation frame, but no message was started. (RFC 6455 §5.4)", "", ""]
    assert tab.verdict.text() == "A correct peer fails the connection: close 1002 protocol error. (RFC 6455 §7.1.7)"
    desk.composer.send()
    assert desk.wire() == "00 02 6c 6c 01 02 48 65 80 01 6f"
    tab.choice.every.setValue(3)  # cut anew: in order again
    assert rows(tab) == ["1 0 TEXT 3 Hel", "2 1 CONT 2 lo"]
    assert tab.verdict.isHidden()


def test_5_4_without_the_last_fragment(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.table.selectRow(1)
    tab.remove.click()
    assert rows(tab) == ["1 0 TEXT 3 Hel"]
    assert tab.verdict.text() == "The peer keeps it and waits for the rest of the TEXT message. (RFC 6455 §5.4)"
    assert not tab.remove.isEnabled()
    desk.composer.send()
    assert desk.wire() == "01 03 48 65 6c"


def test_5_4_a_second_message_inside_the_first(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    choose(tab, "text message")
    tab.insertion.button.click()
    assert rows(tab)[1] == "2 1 TEXT 5 other"
    assert comments(tab)[1].startswith("A new TEXT message starts before the TEXT message ended.")
    choose(tab, "text, FIN 0")
    tab.insertion.button.click()
    assert rows(tab)[2] == "3 0 TEXT 5 other"


def test_5_5_a_close_between_fragments(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    choose(tab, "close")
    qtbot.keyClick(tab.insertion.payload, Qt.Key.Key_Return)
    assert rows(tab)[1].startswith("2 1 CLOSE 5 ")
    assert comments(tab)[2] == "A CONTINUATION frame after the close frame. (RFC 6455 §5.5.1)"
    desk.composer.send()
    assert desk.wire() == "01 03 48 65 6c 88 05 03 e8 62 79 65 80 02 6c 6f"
    tab.insertion.payload.setText("soon")
    tab.insertion.button.click()
    assert tab.note.text() == "Write a close as its code and the reason, such as 1000 bye; or nothing at all."
    tab.insertion.payload.setText("")
    assert tab.insertion.frame().payload == b""


def test_the_judge_knows_what_has_gone(desk: Desk, tab: FragmentsTab) -> None:
    connection = Connection(Role.SERVER, new_key=lambda: bytes(4))
    connection.opened()
    tab.peer = connection.peer_now
    desk.composer.send_requested.connect(lambda frames, *_: connection.judge_sent([one.frame() for one in frames]))
    tab.message.text_edit.replace_all("Hé!")
    tab.choice.every.setValue(2)
    tab.send_next.click()
    tab.table.selectRow(1)
    assert comments(tab) == ["", ""]
    tab.insertion.kind.setCurrentText("continuation")
    tab.insertion.button.click()  # what follows half an é is no é any more
    tab.table.selectRow(2)
    tab.up.click()
    assert "is not UTF-8" in comments(tab)[1] or "is not UTF-8" in comments(tab)[2]


def test_a_ping_that_is_too_long(tab: FragmentsTab) -> None:
    tab.insertion.payload.setText("x" * 126)
    tab.insertion.button.click()
    assert tab.note.text() == "A ping carries up to 125 bytes (RFC 6455 5.5); this one has 126."
    assert len(rows(tab)) == 1


def test_step_by_step(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    desk.composer.set_role(Role.CLIENT)
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(2)
    qtbot.waitUntil(lambda: len(desk.preview()) == 3)
    shown = desk.preview()
    assert shown[0] == "01 82 37 fa 21 3d 7f 9f"
    tab.send_next.click()
    assert desk.wire() == shown[0]
    assert desk.preview() == shown[1:]
    assert [row[:3] for row in rows(tab)] == ["✓ 1", "▸ 2", "3 1"]
    assert tab.progress.text() == "1 of 3 have gone"
    assert desk.composer.send_button.text() == "S&end rest"
    assert not tab.message.stack.isEnabled()
    assert not tab.choice.isEnabled()
    tab.send_next.click()
    assert desk.wire() == shown[1]
    tab.insertion.button.click()
    assert [frame.opcode for frame in desk.composer.current_tab.frames()] == [0, 9]
    desk.composer.send()
    assert [frame.opcode for frame in desk.sent[-1][0]] == [0, 9]
    assert tab.progress.text() == "all have gone"
    assert tab.message.stack.isEnabled()
    assert not tab.send_next.isEnabled()
    tab.start_over.click()
    assert tab.progress.text() == ""
    assert tab.note.isHidden()
    assert tab.send_next.isEnabled()


def test_stepping_to_the_end(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.send_next.click()
    tab.send_next.click()
    assert [desk.wire(0), desk.wire(1)] == ["01 03 48 65 6c", "80 02 6c 6f"]
    assert not tab.send_next.isEnabled()
    tab.insertion.button.click()
    assert tab.progress.text() == ""
    assert len(rows(tab)) == 3


def test_starting_over_in_the_middle_warns(tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.send_next.click()
    tab.start_over.click()
    assert tab.note.text() == ("The peer still waits for the rest of the message: a new one now breaks RFC 6455 5.4.")


def test_another_message_in_the_middle_is_warned_of(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.send_next.click()
    assert not desk.composer.target.isEnabled()
    desk.show(desk.composer.text_tab)
    assert desk.composer.status.text() == ("A fragmented message is half sent: a new message now breaks RFC 6455 5.4.")
    desk.show(desk.composer.ping_tab)
    assert desk.composer.status.text() == ""


def test_the_connection_ends_in_the_middle(desk: Desk, tab: FragmentsTab) -> None:
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.send_next.click()
    desk.composer.set_enabled_state(False, "Not connected: press Connect first.")
    assert tab.note.text() == "The connection ended after 1 of 2 frames. The message starts anew."
    assert not tab.send_next.isEnabled()
    assert tab.message.stack.isEnabled()
    desk.composer.send_next()
    assert len(desk.sent) == 1


def test_the_chosen_connection_ends_in_the_middle(desk: Desk, tab: FragmentsTab) -> None:
    desk.composer.set_targets([(1, "#1"), (2, "#2")])
    desk.composer.target.box.setCurrentIndex(2)
    tab.message.text_edit.replace_all("Hello")
    tab.choice.every.setValue(3)
    tab.send_next.click()
    assert desk.sent[0][1] == 2
    desk.composer.set_targets([(2, "#2")])
    assert tab.progress.text() == "1 of 2 have gone"
    desk.composer.set_targets([(3, "#3")])
    assert tab.progress.text() == ""


def test_too_many_fragments(desk: Desk, tab: FragmentsTab, qtbot: QtBot) -> None:
    tab.message.as_binary.click()
    tab.choice.every.setValue(1)
    tab.message.hex_edit.set_data(bytes(100_001))
    qtbot.waitUntil(lambda: desk.composer.status.text() == "100\xa0001 frames are too many: choose larger ones.")


def test_wrong_hex_is_refused(tab: FragmentsTab) -> None:
    tab.message.refused.emit("Character 1, “x”, is not a hex digit.")
    assert tab.note.text() == "Character 1, “x”, is not a hex digit."
