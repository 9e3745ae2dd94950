from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPlainTextEdit

from wsgui.dissect.json_text import LARGEST
from wsgui.dissect.message import PART_CHARACTERS
from wsgui.ui.inspector.fragment_list import FragmentModel
from wsgui.ui.inspector.message_view import MessageView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def view(qtbot: QtBot) -> MessageView:
    widget = MessageView()
    qtbot.addWidget(widget)
    widget.resize(900, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def show(view: MessageView, payload: bytes, *fragments: tuple[int, int], opcode: int = 1) -> None:
    view.set_message(opcode, payload, fragments or [(0, len(payload))], True, False, "message 3")


def shown(view: MessageView) -> str:
    return view.text.toPlainText()


def selected_fragment(view: MessageView, row: int, qtbot: QtBot) -> None:
    index = view.fragments.model().index(row, 0)
    place = view.fragments.visualRect(index).center()
    qtbot.mouseClick(view.fragments.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_text_joined_from_fragments(view: MessageView) -> None:
    show(view, b"Hello, world", (0, 5), (5, 7))
    assert view.summary == "message 3 · text · 2 fragments · 12 bytes · valid UTF-8"
    assert shown(view) == "Hello, world"
    model = view.fragments.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "fragment 1: bytes 0 to 4 (5 bytes)",
        "fragment 2: bytes 5 to 11 (7 bytes)",
    ]
    assert view.fragments.isVisible()
    assert not view.parts.isVisible()


def test_a_message_of_one_frame_lists_no_fragments(view: MessageView) -> None:
    show(view, b"Hello")
    assert not view.fragments.isVisible()


def test_markup_from_a_peer_stays_text(view: MessageView) -> None:
    show(view, b"<b>bold</b>")
    assert shown(view) == "<b>bold</b>"


def test_bad_utf8_is_shown_and_said(view: MessageView) -> None:
    show(view, b"a\xffb")
    assert shown(view) == "a\ufffdb"
    assert view.summary.endswith("not UTF-8 at byte 1 (0xff)")


def test_long_texts_come_in_parts(view: MessageView, qtbot: QtBot) -> None:
    text = "a" * PART_CHARACTERS + "b" * PART_CHARACTERS + "c"
    show(view, text.encode())
    assert shown(view) == "a" * PART_CHARACTERS
    assert view.parts.isVisible()
    assert not view.parts.previous_button.isEnabled()
    qtbot.mouseClick(view.parts.next_button, Qt.MouseButton.LeftButton)
    assert shown(view) == "b" * PART_CHARACTERS
    qtbot.mouseClick(view.parts.next_button, Qt.MouseButton.LeftButton)
    assert shown(view) == "c"
    assert not view.parts.next_button.isEnabled()
    view.parts.number.setValue(1)
    assert shown(view)[0] == "a"
    view.parts.go(2)
    qtbot.mouseClick(view.parts.previous_button, Qt.MouseButton.LeftButton)
    assert (shown(view)[0], view.parts.part) == ("b", 1)
    show(view, b"short")
    assert shown(view) == "short"
    assert not view.parts.isVisible()


def test_json_is_indented_while_the_toggle_is_on(view: MessageView, qtbot: QtBot) -> None:
    assert view.json_toggle.isChecked()
    show(view, b'{"id":1}')
    assert shown(view) == '{\n  "id": 1\n}'
    assert view.text.foldable == {0: 2}
    qtbot.mouseClick(view.json_toggle, Qt.MouseButton.LeftButton, pos=view.json_toggle.rect().center() * 0.2)
    assert shown(view) == '{"id":1}'
    view.json_toggle.setChecked(True)
    show(view, b"[2]")
    assert shown(view) == "[\n  2\n]"
    show(view, b"no json")
    assert shown(view) == "no json"
    assert view.hint == ""
    show(view, b"[no]")
    assert view.hint == "Shown as it came: no JSON: Expecting value at line 1, column 2."
    view.json_toggle.setChecked(False)
    assert view.hint == ""


def test_a_text_too_large_to_indent_says_why(view: MessageView) -> None:
    view.json_toggle.setChecked(True)
    show(view, b"[" + b"1," * (LARGEST // 2) + b"1]")
    assert not view.json_toggle.isEnabled()
    assert "to indent them would stop the window" in view.json_toggle.toolTip()
    assert shown(view).startswith("[1,1,")
    show(view, b"[1]")
    assert view.json_toggle.isEnabled()
    assert shown(view) == "[\n  1\n]"


def test_a_word_without_end_is_broken_anywhere(view: MessageView) -> None:
    show(view, b"x" * 5000)
    assert view.text.wordWrapMode() is QTextOption.WrapMode.WrapAnywhere
    show(view, b"x " * 5000)
    assert view.text.wordWrapMode() is QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


def test_wrap_can_be_switched_off(view: MessageView) -> None:
    view.wrap_toggle.setChecked(False)
    assert view.text.lineWrapMode() is QPlainTextEdit.LineWrapMode.NoWrap
    view.wrap_toggle.setChecked(True)
    assert view.text.lineWrapMode() is QPlainTextEdit.LineWrapMode.WidgetWidth


def test_copy_takes_the_whole_message_as_it_came(view: MessageView, qtbot: QtBot) -> None:
    view.json_toggle.setChecked(True)
    text = '{"a":"' + "x" * PART_CHARACTERS * 2 + '"}'
    show(view, text.encode())
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    show(view, b"\x00\xff", opcode=2)
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "00 ff"


def test_binary_is_a_summary_that_points_to_the_hex_tab(view: MessageView) -> None:
    show(view, b"\x00Az", opcode=2)
    assert shown(view) == "00000000  00 41 7a" + " " * 39 + "  .Az"
    assert view.hint == "The Hex tab shows every byte of each frame."
    show(view, bytes(5000), opcode=2)
    assert view.hint == "3\u202f976 more bytes. The Hex tab shows every byte of each frame."
    assert len(shown(view).split("\n")) == 64
    assert not view.json_toggle.isVisible()
    show(view, b"", opcode=2)
    assert shown(view) == ""


def test_choosing_a_fragment_goes_to_its_text(view: MessageView, qtbot: QtBot) -> None:
    first = "\U0001f600\r\n" + "é" * PART_CHARACTERS
    payload = (first + "end").encode()
    start = len(first.encode())
    show(view, payload, (0, 4), (4, start - 4), (start, 3))
    selected_fragment(view, 1, qtbot)
    assert view.parts.part == 0
    assert view.text.textCursor().position() == 2
    selected_fragment(view, 2, qtbot)
    assert view.parts.part == 1
    assert shown(view)[view.text.textCursor().position() :] == "end"


def test_fragments_of_indented_or_binary_messages(view: MessageView, qtbot: QtBot) -> None:
    show(view, bytes(64 * 16 + 10), (0, 40), (40, 984), (1024, 10), opcode=2)
    selected_fragment(view, 1, qtbot)
    assert view.text.textCursor().blockNumber() == 2
    selected_fragment(view, 2, qtbot)
    assert view.text.textCursor().blockNumber() == 2
    view.json_toggle.setChecked(True)
    show(view, b'{"a":1}', (0, 5), (5, 2))
    selected_fragment(view, 1, qtbot)
    assert view.text.textCursor().position() == 9  # the 1


def test_an_unfinished_and_cut_message_says_so(view: MessageView) -> None:
    view.set_message(1, b"Hel", [(0, 3)], False, True)
    assert view.summary == (
        "message · text · 1 fragment · 3 bytes · valid UTF-8 so far · not finished"
        " · cut here: more bytes than are shown"
    )


def test_clear_lets_go_and_says_why(view: MessageView) -> None:
    show(view, b"x" * 200_000, (0, 1), (1, 199_999))
    view.clear("A ping belongs to no message.")
    assert (view.summary, shown(view), view.hint) == ("A ping belongs to no message.", "", "")
    assert not view.copy_button.isEnabled()
    assert not view.parts.isVisible()
    assert not view.fragments.isVisible()
    view.json_toggle.setChecked(True)
    view.go_to_byte(5)
    assert shown(view) == ""


def test_an_empty_text(view: MessageView) -> None:
    show(view, b"")
    assert view.summary == "message 3 · text · 1 frame · 0 bytes · valid UTF-8"


def test_the_fragment_model_keeps_qt_s_rules() -> None:
    model = FragmentModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_fragments([(0, 4), (4, 0)])
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(model.index(0, 0), Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(9, 0)) is None
    model.set_fragments([])
    assert model.rowCount() == 0
    del tester
