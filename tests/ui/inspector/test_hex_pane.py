from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from wsgui.dissect.explain import ExplanationPart
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector.byte_line import ByteLine, wrapped
from wsgui.ui.inspector.hex_geometry import HexMode
from wsgui.ui.inspector.hex_pane import HexPane
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

FRAME = Frame.build(0, b',{"id":911,"name":"Grace"}', fin=False, masking_key=bytes.fromhex("5e11c890"), length_form=64)


@pytest.fixture
def pane(qtbot: QtBot) -> HexPane:
    widget = HexPane()
    widget.view.set_row_length(16)
    qtbot.addWidget(widget)
    widget.resize(950, 400)
    widget.set_frame(FRAME)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_a_field_of_the_diagram_selects_its_bytes(pane: HexPane, qtbot: QtBot) -> None:
    spot = pane.diagram.cell_rects()[8].center().toPoint()
    qtbot.mouseClick(pane.diagram, Qt.MouseButton.LeftButton, pos=spot)
    assert pane.view.selection == (10, 4)
    assert pane.bar.line.text().startswith("masking key = 5e 11 c8 90: Payload byte i")


def test_pointing_at_a_field_changes_no_selection(pane: HexPane, qtbot: QtBot) -> None:
    pane.view.select(20, 2)
    qtbot.mouseMove(pane.diagram, pane.diagram.cell_rects()[4].center().toPoint())
    assert pane.view.selection == (20, 2)
    assert pane.bar.line.text().startswith("opcode = 0x0 CONTINUATION")
    QApplication.sendEvent(pane.diagram, QEvent(QEvent.Type.Leave))
    assert pane.bar.line.text().startswith("byte 0x14: wire")


def test_the_line_explains_the_byte_under_the_cursor(pane: HexPane) -> None:
    pane.view.select(0x1A, 1)
    assert pane.bar.line.text() == "byte 0x1a: wire 30 ⊕ key 5e (i = 12, i mod 4 = 0) = 6e 'n'"


@pytest.mark.parametrize("mode", list(HexMode))
def test_the_switch_sets_the_mode(pane: HexPane, qtbot: QtBot, mode: HexMode) -> None:
    qtbot.mouseClick(pane.bar.button(mode), Qt.MouseButton.LeftButton)
    assert pane.view.mode is mode
    assert [other for other in HexMode if pane.bar.button(other).isChecked()] == [mode]


def test_the_switch_shows_the_mode_that_a_frame_is_shown_in(pane: HexPane) -> None:
    assert pane.bar.button(HexMode.SIDE_BY_SIDE).isChecked()
    pane.set_frame(Frame.build(1, b"Hello"))
    assert pane.bar.button(HexMode.WIRE).isChecked()
    assert pane.bar.button(HexMode.SIDE_BY_SIDE).isEnabled()
    pane.set_bytes(b"GET / HTTP/1.1\r\n\r\n")
    assert not pane.bar.button(HexMode.SIDE_BY_SIDE).isEnabled()
    assert not pane.diagram.isVisible()
    pane.set_bytes(b"\x81\x7e\x01", header=True)
    assert pane.diagram.isVisible()
    assert [field.name for field in pane.diagram.fields][-1] == "extended_length"


def test_a_large_copy_is_asked_about_in_the_window(pane: HexPane, qtbot: QtBot) -> None:
    pane.set_frame(Frame.build(2, bytes(2 * 1024 * 1024)))
    QGuiApplication.clipboard().setText("before")
    pane.view.copy_as("hex")
    assert pane.question.isVisible()
    assert pane.question.label.text() == "Copy 2.1 MB as Hex? The clipboard gets about 6.3 MB."
    qtbot.mouseClick(pane.question.cancel_button, Qt.MouseButton.LeftButton)
    assert not pane.question.isVisible()
    assert QGuiApplication.clipboard().text() == "before"
    pane.view.copy_as("base64")
    qtbot.keyClick(pane.question, Qt.Key.Key_Escape)
    assert not pane.question.isVisible()
    pane.view.copy_as("base64")
    qtbot.keyClick(pane.question, Qt.Key.Key_F5)
    qtbot.mouseClick(pane.question.copy_button, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text()) > 2_700_000
    pane.view.copy_as("hex")
    pane.set_frame(FRAME)
    assert not pane.question.isVisible()


def test_clear_shows_nothing(pane: HexPane) -> None:
    pane.clear()
    assert (pane.diagram.fields, pane.view.shown.length, pane.bar.line.text()) == ([], 0, "")


def test_the_line_goes_under_the_buttons_where_it_is_narrow(pane: HexPane, qtbot: QtBot) -> None:
    button = pane.bar.button(HexMode.WIRE)
    assert pane.bar.line.y() < button.geometry().bottom()
    pane.resize(480, 400)
    qtbot.waitUntil(lambda: pane.bar.line.y() >= button.geometry().bottom())


def test_the_line_is_painted_in_the_colours_of_its_pieces(qtbot: QtBot) -> None:
    line = ByteLine()
    qtbot.addWidget(line)
    line.resize(400, 24)
    images = []
    for theme in (DARK, LIGHT):
        line.setPalette(palette_of(theme))
        for kind in ("wire", "key"):
            line.set_pieces([ExplanationPart("plain", "byte "), ExplanationPart(kind, "30")])
            images.append(line.grab().toImage())
    assert all(images[0] != image for image in images[1:])
    line.set_pieces([ExplanationPart("wire", "x" * 500)])
    assert line.grab().toImage() != images[-1]
    assert line.text() == "x" * 500
    assert line.minimumSizeHint().width() < 100


def test_the_buttons_take_the_colours_of_a_new_theme(pane: HexPane) -> None:
    pane.setPalette(palette_of(DARK))
    assert DARK.selection in pane.bar.button(HexMode.WIRE).styleSheet()
    pane.setPalette(palette_of(LIGHT))
    assert LIGHT.selection in pane.bar.button(HexMode.WIRE).styleSheet()


def test_tool_tips_show_markup_as_text() -> None:
    assert plain_tip("<img src=x>\nb") == "<qt>&lt;img src=x&gt;<br>b</qt>"
    assert plain_tip("") == ""


def test_what_a_search_found_stands_in_the_inflated_bytes(pane: HexPane) -> None:
    compressed = Frame(0xC1, 7, None, bytes.fromhex("f248cdc9c90700"))
    pane.set_frame(compressed, (), b"Hello")
    assert not pane.shows_inflated
    pane.set_payload_hits([(1, 3)])
    pane.select_payload(1, 3)
    assert pane.shows_inflated
    assert pane.view.selection == (1, 3)
    pane.set_frame(FRAME)
    pane.set_payload_hits([(1, 3)])
    pane.select_payload(1, 3)
    assert not pane.shows_inflated
    assert pane.view.selection == (15, 3)


def test_a_long_line_wraps_and_is_never_cut(qtbot: QtBot) -> None:
    line = ByteLine()
    qtbot.addWidget(line)
    line.resize(200, 24)
    pieces = [ExplanationPart("plain", "byte 0x14: "), ExplanationPart("wire", "wire 30 with the key of the frame")]
    line.set_pieces(pieces)
    shown = line.lines()
    assert len(shown) > 1
    assert "".join(piece.text for one in shown for piece in one) == line.text()
    assert line.sizeHint().height() >= len(shown) * line.fontMetrics().height()
    height = line.sizeHint().height()
    line.set_pieces([])
    assert line.sizeHint().height() == height  # what is below does not dance
    line.resize(900, 24)
    line.set_pieces(pieces)
    assert len(line.lines()) == 1


def test_lines_are_broken_behind_blanks_and_within_long_words() -> None:
    pieces = [ExplanationPart("a", "one two"), ExplanationPart("b", " threefour")]
    assert wrapped(pieces, 5, len) == [
        [("a", "one ")],
        [("a", "two"), ("b", " ")],
        [("b", "three")],
        [("b", "four")],
    ]
    assert wrapped([], 5, len) == [[]]
    assert wrapped([ExplanationPart("a", "ab")], 0, len) == [[("a", "a")], [("a", "b")]]
