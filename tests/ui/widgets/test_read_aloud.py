"""Views that paint themselves, as Qt's accessibility interface shows them to screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from wsgui.dissect.compare import Comparison
from wsgui.protocol.frames import Frame
from wsgui.ui.compare.view import CompareView
from wsgui.ui.composer.hex_edit import HexEdit
from wsgui.ui.composer.outgoing import Outgoing
from wsgui.ui.composer.preview import WirePreview
from wsgui.ui.inspector.byte_line import ByteLine
from wsgui.ui.inspector.header_diagram import HeaderDiagram
from wsgui.ui.inspector.hex_geometry import HexColumn
from wsgui.ui.inspector.hex_view import HexView
from wsgui.ui.widgets import read_aloud as room
from wsgui.ui.widgets.plain_tip import set_plain_tip, tab_tip
from wsgui.ui.widgets.read_aloud import NOTHING, Reading, caret_moved, name_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

FRAME = Frame.build(1, b"hello", masking_key=b"abcd")
NAME = QAccessible.Text.Name
DESCRIPTION = QAccessible.Text.Description


@pytest.fixture
def listening() -> Iterator[None]:
    """As if a screen reader were there."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def shown(qtbot: QtBot, view: QWidget, width: int = 900, height: int = 200) -> QWidget:
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    return view


def text_of(view: QWidget) -> tuple[list[str], int]:
    """The lines that a screen reader gets, and where the caret is."""
    text = QAccessible.queryAccessibleInterface(view).textInterface()
    assert text.characterCount() == len(text.text(0, -1))
    return text.text(0, -1).split("\n"), text.cursorPosition()


def caret_line(view: QWidget) -> str:
    lines, caret = text_of(view)
    return "\n".join(lines)[caret:].split("\n")[0]


def test_bytes_in_hex(qtbot: QtBot, listening: None) -> None:
    view = HexView()
    shown(qtbot, view)
    assert text_of(view) == ([""], 0)
    view.set_frame(FRAME)
    lines, _ = text_of(view)
    assert lines == [
        "000000  81 85 61 62 63 64    ",
        "000006  09 07 0f 08 0e  68 65 6c 6c 6f  hello",
    ]
    view.select(7, 2)
    assert caret_line(view).startswith("07 0f 08 0e")
    view.set_active_column(HexColumn.UNMASKED)
    assert caret_line(view).startswith("65 6c 6c 6f")
    view.set_active_column(HexColumn.TEXT)
    assert caret_line(view) == "ello"
    found = QAccessible.queryAccessibleInterface(view)
    assert found.role() == QAccessible.Role.EditableText
    assert found.text(NAME) == "Bytes in hex"
    assert "2 bytes selected" in found.text(DESCRIPTION)
    assert found.state().readOnly
    assert found.state().focusable
    assert not found.state().editable


def test_only_what_is_on_screen_is_text(qtbot: QtBot) -> None:
    view = HexView()
    shown(qtbot, view)
    view.set_bytes(bytes(1 << 20))
    lines, _ = text_of(view)
    assert len(lines) == view.visible_rows
    view.select((1 << 20) - 1, 1)
    lines, caret = text_of(view)
    assert lines[-1].startswith(f"{(1 << 20) - view.shown.columns:06x}  00 ")
    assert caret > 0
    view.verticalScrollBar().setValue(0)
    assert text_of(view)[1] == 0  # the caret is out of sight


def test_a_character_has_a_place_and_a_place_a_character(qtbot: QtBot) -> None:
    view = HexView()
    shown(qtbot, view)
    view.set_frame(FRAME)
    view.select(6, 1)
    text = QAccessible.queryAccessibleInterface(view).textInterface()
    box = text.characterRect(text.cursorPosition())
    assert abs(box.center().x() - view.mapToGlobal(view.point_of(6, HexColumn.WIRE)).x()) < box.width() + 1
    assert text.offsetAtPoint(box.center()) == text.cursorPosition()
    assert text.offsetAtPoint(view.mapToGlobal(QPoint(5, 190))) == -1
    assert text.characterRect(10_000).isEmpty()


def test_the_header(qtbot: QtBot) -> None:
    diagram = HeaderDiagram()
    shown(qtbot, diagram)
    diagram.set_frame(FRAME)
    lines, _ = text_of(diagram)
    assert len(lines) == len(diagram.fields)
    assert lines[0].startswith("FIN = 1: ")
    diagram.choose(4)
    assert caret_line(diagram).startswith("opcode = 0x1 TEXT: ")


def test_bytes_to_edit(qtbot: QtBot, listening: None) -> None:
    edit = HexEdit()
    shown(qtbot, edit)
    edit.set_data(b"ab" * 40)
    lines, caret = text_of(edit)
    assert lines[0].startswith("0000  61 62 61 62")
    assert lines[0].endswith("abab")
    found = QAccessible.queryAccessibleInterface(edit)
    assert found.state().editable
    assert found.text(DESCRIPTION) == "byte 0 of 80, inserting"
    edit.set_data(b"")
    lines, caret = text_of(edit)
    assert "\n".join(lines)[:caret] == "0000  "


def test_what_would_leave(qtbot: QtBot) -> None:
    view = WirePreview(lambda _: b"abcd")
    shown(qtbot, view)
    assert text_of(view) == ([""], 0)
    view.set_frames([Outgoing(1, b"hello"), Outgoing(9)])
    assert text_of(view) == (["81 85 61 62 63 64 09 07 0f 08 0e", "89 80 61 62 63 64"], 0)


def test_bytes_side_by_side(qtbot: QtBot, listening: None) -> None:
    view = CompareView()
    shown(qtbot, view, 1240)
    assert text_of(view) == ([""], 0)
    view.set_comparison(Comparison(b"one two", b"one TWO!"))
    lines, _ = text_of(view)
    assert lines[0].startswith("000000 6f 6e 65 20 changed 74 77 6f")
    assert "inserted 21" in lines[0]
    assert "gap of 1" in lines[0]
    found = QAccessible.queryAccessibleInterface(view)
    assert found.text(DESCRIPTION).startswith("difference 1 of ")
    view.set_comparison(None)


def test_the_line_that_explains_a_byte_is_a_label(qtbot: QtBot) -> None:
    line = ByteLine()
    shown(qtbot, line)
    line.set_pieces([])
    assert QAccessible.queryAccessibleInterface(line).text(NAME) == "No byte"


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("OPEN", "", "OPEN"),
        ("OPEN", "state", "state: OPEN"),
        ("", "state", "state"),
        ("OPEN", "OPEN", "OPEN"),
        ("", "", ""),
        ("<b>a</b> &amp; b", "", "a & b"),
    ],
)
def test_labels_say_their_name_and_their_text(qtbot: QtBot, text: str, name: str, said: str) -> None:
    label = QLabel(text)
    qtbot.addWidget(label)
    name_label(label, name)
    found = QAccessible.queryAccessibleInterface(label)
    assert found.text(NAME) == said
    assert found.role() == QAccessible.Role.StaticText
    assert found.textInterface() is None


def test_markup_of_a_peer_is_text(qtbot: QtBot) -> None:
    label = QLabel("<b>a</b>")
    qtbot.addWidget(label)
    name_label(label, "")
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_plain_tip(label, "<b>a</b>")
    found = QAccessible.queryAccessibleInterface(label)
    assert (found.text(NAME), found.text(DESCRIPTION)) == ("<b>a</b>", "")
    set_plain_tip(label, "<i>why\nso")
    assert found.text(DESCRIPTION) == "<i>why\nso"
    assert label.toolTip() == "<qt>&lt;i&gt;why<br>so</qt>"
    assert (tab_tip("one\ntwo"), tab_tip("<b>a</b>")) == ("one\ntwo", "<qt>&lt;b&gt;a&lt;/b&gt;</qt>")


class Plain(QWidget):
    """A view of two lines."""

    def __init__(self) -> None:
        super().__init__()
        room.read_aloud(self)

    def reading(self) -> Reading:
        return Reading(["one", "two"], [QRectF(0, 0, 30, 10), QRectF(0, 10, 30, 10)], 1, 2)


def test_a_view_that_is_gone_has_no_text(qtbot: QtBot) -> None:
    view = Plain()
    found = QAccessible.queryAccessibleInterface(view)
    text = found.textInterface()
    assert (text.text(0, -1), text.text(1, 3), text.cursorPosition()) == ("one\ntwo", "ne", 6)
    assert found.valueInterface() is None
    held = room._kept[-1]
    assert isinstance(held, room._Spoken)
    view.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(held)
    assert held._text.characterCount() == 0
    assert held._text.offsetAtPoint(QPoint(0, 0)) == -1
    assert held._text.characterRect(0).isEmpty()
    other = Plain()
    qtbot.addWidget(other)
    assert held not in room._kept


def test_a_view_is_not_kept_for_the_sake_of_readers(qtbot: QtBot) -> None:
    gone = ref(Plain())
    label = QLabel("a")
    name_label(label, "b")
    held = room._kept[-1]
    del label
    assert gone() is None
    assert not shiboken6.isValid(held)
    assert isinstance(held, room._Label)
    assert held._of() is None


def test_what_qt_made_meanwhile_gives_way(qtbot: QtBot, listening: None) -> None:
    label = QLabel("OPEN")
    qtbot.addWidget(label)
    assert QAccessible.queryAccessibleInterface(label).text(NAME) == "OPEN"
    name_label(label, "state")
    assert QAccessible.queryAccessibleInterface(label).text(NAME) == "state: OPEN"


def test_a_reader_cannot_change_what_is_on_screen(qtbot: QtBot) -> None:
    view = Plain()
    qtbot.addWidget(view)
    text = QAccessible.queryAccessibleInterface(view).textInterface()
    text.setCursorPosition(0)
    text.addSelection(0, 1)
    text.setSelection(0, 0, 1)
    text.removeSelection(0)
    text.scrollToSubstring(0, 1)
    assert (text.cursorPosition(), text.selectionCount()) == (6, 0)


def test_nothing_is_nothing() -> None:
    assert (NOTHING.text, NOTHING.caret, NOTHING.starts) == ("", 0, [])
    assert Reading(["a"], [], 3).caret == 0


def test_without_a_reader_nobody_is_told(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    told: list[object] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", told.append)
    view = Plain()
    qtbot.addWidget(view)
    QAccessible.setActive(False)
    caret_moved(view)
    assert told == []
    QAccessible.setActive(True)
    caret_moved(view)
    QAccessible.setActive(False)
    assert len(told) == 1
