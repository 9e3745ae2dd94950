"""The tree of a message, and what is tied to it: text, bytes, the Hex tab."""

from __future__ import annotations

import base64
import gc
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tests.patience import PATIENCE
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Message, TreeNode
from wsgui.dissect.json_text import same_place
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector import decoding_work
from wsgui.ui.inspector.decoded_model import DecodedModel
from wsgui.ui.inspector.inspector import Inspector
from wsgui.ui.inspector.message_view import MessageView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TEXT = '{"a":[1,"é",{"b":null}],"name":"say \\"hi\\""}'


@pytest.fixture
def view(qtbot: QtBot) -> MessageView:
    widget = MessageView()
    qtbot.addWidget(widget)
    widget.resize(1000, 400)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def show(view: MessageView, payload: bytes, opcode: int = 1) -> None:
    view.set_message(opcode, payload, [(0, len(payload))], True, False, "message 3")


def names(view: MessageView) -> list[tuple[str, str]]:
    """The top of the tree and what is below its first row."""
    model = view.decoded.model
    top = model.index(0, 0)
    return [
        (model.index(row, 0, owner).data(), model.index(row, 1, owner).data())
        for owner in (QModelIndex(), top)
        for row in range(model.rowCount(owner))
    ]


def select(view: MessageView, *rows: int) -> None:
    """As a person does, with the keys or the mouse: the row at these places, from the top down."""
    model, index = view.decoded.model, QModelIndex()
    for row in rows:
        index = model.index(row, 0, index)
    view.decoded.tree.setCurrentIndex(index)


def test_a_message_has_a_tree_beside_its_text(view: MessageView) -> None:
    show(view, TEXT.encode())
    assert view.decoded.isVisible()
    assert names(view) == [("JSON", "{2}"), ("a", "[3]"), ("name", '"say \\"hi\\""')]
    assert view.decoded.choice.currentText() == "Auto: JSON"
    assert view.decoded.tree.isExpanded(view.decoded.model.index(0, 0))
    tip = view.decoded.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "JSON: 45 bytes from byte 0"


def test_plain_text_needs_none(view: MessageView) -> None:
    show(view, b"hello")
    assert not view.decoded.isVisible()
    assert view.decoded.choice.currentText() == "Auto: Text"
    show(view, base64.b64encode(b"noticed below the line"))
    assert view.decoded.isVisible()
    show(view, b"")
    assert not view.decoded.isVisible()


def test_a_node_selects_its_bytes_and_its_text(view: MessageView, qtbot: QtBot) -> None:
    show(view, TEXT.encode())
    with qtbot.waitSignal(view.bytes_chosen) as told:
        select(view, 0, 0, 2)
    assert told.args == [13, 10]
    assert view.bytes.selection == (13, 10)
    assert view.text.textCursor().selectedText() == '{\u2029      "b": null\u2029    }'
    view.json_toggle.setChecked(False)
    select(view, 0, 1)
    assert view.bytes.selection == (25, 19)
    select(view, 0, 0, 2)
    assert view.text.textCursor().selectedText() == '{"b":null}'


def test_bytes_and_text_select_their_node(view: MessageView, qtbot: QtBot) -> None:
    show(view, TEXT.encode())
    view.bytes_toggle.setChecked(True)
    assert view.bytes.isVisible()
    assert not view.text.isVisible()
    with qtbot.assertNotEmitted(view.bytes_chosen):
        view.bytes.select(18, 2)
    model = view.decoded.model
    assert model.node(view.decoded.tree.currentIndex()).label == "b"
    assert view.text.textCursor().selectedText() == "nu"
    view.bytes_toggle.setChecked(False)
    view.text.setFocus()
    cursor = view.text.textCursor()
    cursor.setPosition(same_place(TEXT, view.text.toPlainText(), 8))
    view.text.setTextCursor(cursor)
    assert model.node(view.decoded.tree.currentIndex()).label == "[1]"
    view.json_toggle.setChecked(False)
    cursor.setPosition(8)
    view.text.setTextCursor(cursor)
    assert model.node(view.decoded.tree.currentIndex()).label == "[1]"
    view.select_byte(10_000)  # no node has it
    assert model.node(view.decoded.tree.currentIndex()).label == "[1]"


def test_binary_messages_are_tied_too(view: MessageView) -> None:
    payload = b"\xff" * 64
    show(view, payload, opcode=2)
    view.decoded.choice.setCurrentIndex(view.decoded.choice.findData("hex"))
    view.decoded.choice.activated.emit(view.decoded.choice.currentIndex())
    select(view, 2)
    assert view.bytes.selection == (32, 16)
    assert view.text.textCursor().blockNumber() == 2


def test_a_part_of_a_long_text_is_brought_in_sight(view: MessageView, qtbot: QtBot) -> None:
    text = '["' + "é\\r\\n" * 30_000 + '",7]'
    show(view, text.encode())
    qtbot.waitUntil(lambda: view.decoded.model.rowCount() > 0, timeout=PATIENCE * 1000)
    select(view, 0, 1)
    assert view.parts.part == 2
    assert view.text.textCursor().selectedText() == "7"
    view.text.setFocus()
    cursor = view.text.textCursor()
    cursor.setPosition(3)
    view.text.setTextCursor(cursor)
    assert view.decoded.model.node(view.decoded.tree.currentIndex()).label == "[0]"


def choose(view: MessageView, name: str) -> None:
    place = view.decoded.choice.findData(name)
    view.decoded.choice.setCurrentIndex(place)
    view.decoded.choice.activated.emit(place)


def test_a_choice_stays_for_the_session(view: MessageView, qtbot: QtBot) -> None:
    show(view, TEXT.encode())
    with qtbot.waitSignal(view.decoded.decoder_chosen) as told:
        choose(view, "text")
    assert told.args == ["text"]
    assert names(view)[0][0] == "line 1"
    show(view, b"[1]")
    assert (view.decoded.decoder, names(view)[0][0]) == ("text", "line 1")
    choose(view, "")
    assert names(view)[0][0] == "JSON"
    choose(view, "json")
    show(view, b"words")
    assert view.decoded.note.text() == "JSON does not fit this message; it is shown as Text."
    assert view.decoded.choice.currentText() == "JSON"


def test_what_is_cut_off_or_wrong_is_said_in_the_pane(view: MessageView) -> None:
    show(view, b"a\xffb")
    choose(view, "text")
    assert view.decoded.note.text() == "This is not Text: byte 1 (0xff) is no UTF-8."
    assert view.decoded.note.isVisible()
    view.clear()
    assert not view.decoded.isVisible()
    assert view.decoded.note.text() == ""


def large(count: int = 60_000) -> bytes:
    return b"[" + b",".join(b'{"id":%d}' % number for number in range(count)) + b"]"


def test_a_large_message_is_decoded_beside_the_window(view: MessageView, qtbot: QtBot) -> None:
    show(view, large())
    assert view.decoded.work.busy
    assert view.decoded.bar.isVisible()
    assert view.decoded.stop_button.isVisible()
    view.decoded.work.progressed.emit(50, 200)
    assert view.decoded.bar.value() == 25
    qtbot.waitUntil(lambda: not view.decoded.work.busy, timeout=PATIENCE * 1000)
    assert names(view)[0][0] == "JSON"
    assert not view.decoded.bar.isVisible()


def test_decoding_is_stopped(view: MessageView, qtbot: QtBot) -> None:
    show(view, large())
    view.decoded.stop_button.click()
    assert view.decoded.note.text() == "Stopped: the message was not decoded."
    assert not view.decoded.bar.isVisible()
    view.decoded.work.stop()  # there is nothing more to stop
    show(view, large())
    show(view, b"[7]")  # another row is looked at meanwhile
    assert names(view)[1] == ("[0]", "7")
    decoding_work._pool().submit(int).result(PATIENCE)  # whatever was begun has ended
    QApplication.processEvents()
    assert names(view)[1] == ("[0]", "7")


def test_values_are_copied_and_become_filters(view: MessageView, qtbot: QtBot) -> None:
    show(view, TEXT.encode())
    tree, model = view.decoded.tree, view.decoded.model
    top = model.node(model.index(0, 0))

    def run(node: TreeNode, text: str) -> None:
        menu = tree.menu_of(node)
        next(action for action in menu.actions() if action.text() == text).trigger()

    run(top.children[1], "Copy &Value")
    assert QGuiApplication.clipboard().text() == 'say "hi"'
    run(top.children[0].children[2].children[0], "Copy &Path")
    assert QGuiApplication.clipboard().text() == "json.a[2].b"
    run(top, "Copy &Value")
    assert QGuiApplication.clipboard().text().splitlines()[:3] == ["a: [3]", "  [0]: 1", "  [1]: é"]
    with qtbot.waitSignal(tree.filter_requested) as told:
        run(top.children[1], "&Filter by This Value")
    assert told.args == ['json.name == "say \\"hi\\""']
    tree.setCurrentIndex(model.index(0, 0, model.index(0, 0, model.index(0, 0))))
    qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1"
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert model.node(tree.currentIndex()).label == "[1]"


def test_the_model_keeps_qt_s_rules() -> None:
    model = DecodedModel(lambda: None)  # type: ignore[arg-type, return-value]
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    root = TreeNode("root", stop=3)
    first = root.add(TreeNode("a", "1", 0, 2))
    first.add(TreeNode("b\x1b", note="odd", stop=1))
    model.set_root(root)
    index = model.index(0, 1, model.index(0, 0))
    assert index.data() == "odd"
    assert model.index(0, 0, model.index(0, 0)).data() == "b\u241b"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "b\u241b: byte 0. odd"
    assert model.parent(model.index(0, 0, model.index(0, 0))) == model.index(0, 0)
    assert model.rowCount(model.index(0, 1)) == 0
    model.set_root(TreeNode(""))
    assert model.index_at(0) == QModelIndex()
    del tester


def test_the_hex_tab_follows_the_tree(qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    frame = Frame.build(1, b'{"a":1}', masking_key=b"abcd")
    inspector.show_frame(frame)
    inspector.show_message(1, b'[0,{"a":1}]', [(0, 3), (3, 7), (10, 1)], True, False, own=(3, 7))
    select(inspector.message, 0, 1, 0)
    assert inspector.hex.view.selection == (6 + 1, 5)
    select(inspector.message, 0, 0)  # another frame has brought it
    assert inspector.hex.view.selection == (6 + 1, 5)
    assert inspector.message.decoded.used is not None


def test_a_window_that_goes_ends_the_work() -> None:
    work = decoding_work.DecodingWork()
    json = registry.all_decoders()["json"]
    work.start(json, NO_CONTEXT, Message(large(200_000), text=True))
    running = work._running
    del work
    gc.collect()
    assert running[0].is_set()
    decoding_work._pool().submit(int).result(PATIENCE)  # what was begun has ended, long before it was done
