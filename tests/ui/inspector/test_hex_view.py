from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from wsgui.dissect import hexrows
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector.hex_geometry import HexColumn, HexMode
from wsgui.ui.inspector.hex_view import LARGE_COPY, HexView
from wsgui.ui.widgets.theme import DARK, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

KEY = bytes.fromhex("5e11c890")
BODY = b',{"id":911,"name":"Grace"},{"id":912,"name":"Alan"}'
FRAME = Frame.build(0, BODY, fin=False, masking_key=KEY, length_form=64)
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot) -> HexView:
    widget = HexView()
    widget.set_row_length(16)
    qtbot.addWidget(widget)
    widget.resize(1100, 300)
    widget.set_frame(FRAME)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.setFocus()
    return widget


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def explained(view: HexView) -> list[str]:
    texts: list[str] = []
    view.explained.connect(lambda pieces: texts.append("".join(piece.text for piece in pieces)))
    return texts


def point(view: HexView, offset: int, column: HexColumn) -> QPoint:
    return view.point_of(offset, column).toPoint()


def painted(view: HexView) -> QImage:
    return view.viewport().grab().toImage()


def has_colour(image: QImage, middle: QPointF, colour: str) -> bool:
    """Whether a colour stands somewhere on the byte around ``middle``."""
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(round(middle.x()) + dx, round(middle.y()) + dy) == wanted
        for dx in range(-7, 8)
        for dy in range(-6, 7)
    )


def test_masked_frames_stand_side_by_side_and_others_in_one_column(view: HexView) -> None:
    assert view.mode is HexMode.SIDE_BY_SIDE
    view.set_frame(Frame.build(1, b"Hello"))
    assert view.mode is HexMode.WIRE
    view.set_frame(FRAME)
    assert view.mode is HexMode.SIDE_BY_SIDE


def test_a_chosen_mode_stays_for_every_frame(view: HexView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.mode_changed) as caught:
        view.set_mode(HexMode.UNMASKED)
    assert caught.args == [HexMode.UNMASKED]
    view.set_frame(Frame.build(1, b"Hello"))
    assert view.mode is HexMode.UNMASKED
    assert view.active_column is HexColumn.UNMASKED
    view.set_mode(HexMode.SIDE_BY_SIDE)
    assert view.mode is HexMode.SIDE_BY_SIDE


def test_bytes_that_are_no_frame_have_one_column(view: HexView) -> None:
    view.set_mode(HexMode.SIDE_BY_SIDE)
    view.set_bytes(b"GET / HTTP/1.1\r\n\r\n")
    assert view.mode is HexMode.WIRE
    assert not view.is_masked


def test_arrow_keys_move_and_shift_extends(view: HexView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selection == (0, 1)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selection == (14, 1)
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert (view.selection, view.cursor_offset) == ((14, 4), 17)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.selection == (29, 1)
    qtbot.keyClick(view, Qt.Key.Key_Home, CONTROL | SHIFT)
    assert view.selection == (0, 30)
    qtbot.keyClick(view, Qt.Key.Key_End, CONTROL)
    assert view.selection == (FRAME.header_length + len(BODY) - 1, 1)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selection == (0, 0)


def test_page_keys_scroll_by_what_is_visible(view: HexView, qtbot: QtBot) -> None:
    view.set_frame(Frame.build(2, bytes(16 * 1000)))
    rows = view.visible_rows
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.cursor_offset == 4 + (rows - 1) * 16
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.verticalScrollBar().value() == rows + 1
    qtbot.keyClick(view, Qt.Key.Key_End, CONTROL)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum() == 1001 - rows
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    qtbot.keyClick(view, Qt.Key.Key_Home, CONTROL)
    assert view.verticalScrollBar().value() == 0


def test_other_keys_are_left_to_the_window(view: HexView, qtbot: QtBot) -> None:
    view.select(3, 2)
    qtbot.keyClick(view, Qt.Key.Key_F5)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.selection == (3, 2)


@pytest.mark.parametrize("column", list(HexColumn))
def test_a_click_selects_the_byte_in_every_column(view: HexView, qtbot: QtBot, column: HexColumn) -> None:
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point(view, 0x1A, column))
    assert view.selection == (0x1A, 1)
    assert view.active_column is column


def test_the_selection_is_painted_in_every_column(view: HexView) -> None:
    view.setPalette(palette_of(DARK))
    view.select(0x1A, 1)
    image = painted(view)
    for column in HexColumn:
        assert has_colour(image, view.point_of(0x1A, column), DARK.highlight)
        assert not has_colour(image, view.point_of(0x1A + 18, column), DARK.highlight)


def test_a_mark_is_a_frame_and_no_selection(view: HexView) -> None:
    view.setPalette(palette_of(DARK))
    before = painted(view)
    view.mark(0x1A, 2)
    marked = painted(view)
    assert marked != before
    assert view.selection == (0, 0)
    view.mark(0, 0)
    assert painted(view) == before


def test_dragging_selects_in_linked_columns(view: HexView, qtbot: QtBot) -> None:
    viewport = view.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=point(view, 15, HexColumn.UNMASKED))
    qtbot.mouseMove(viewport, point(view, 20, HexColumn.UNMASKED))
    assert view.selection == (15, 6)
    qtbot.mouseMove(viewport, point(view, 36, HexColumn.UNMASKED))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=point(view, 36, HexColumn.UNMASKED))
    assert view.selection == (15, 22)
    qtbot.mouseMove(viewport, point(view, 40, HexColumn.UNMASKED))
    assert view.selection == (15, 22)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, SHIFT, point(view, 10, HexColumn.WIRE))
    assert view.selection == (10, 6)


def test_dragging_below_the_rows_goes_on_scrolling(view: HexView, qtbot: QtBot) -> None:
    view.set_frame(Frame.build(2, bytes(16 * 1000)))
    viewport = view.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=point(view, 10, HexColumn.WIRE))
    qtbot.mouseMove(viewport, QPoint(200, viewport.height() + 60))
    after_one = view.verticalScrollBar().value()
    assert after_one > 0
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > after_one)
    qtbot.mouseMove(viewport, QPoint(200, 100))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert view.selection[0] == 10


def test_a_click_beside_the_bytes_clears_the_selection(view: HexView, qtbot: QtBot) -> None:
    view.select(3, 4)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(5, 290))
    assert view.selection == (3, 4)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 290))
    assert view.selection == (0, 0)


def test_places_beside_the_bytes_are_no_bytes(view: HexView) -> None:
    assert view.offset_at(QPointF(100, 3)) is None
    assert view.offset_at(QPointF(3, 40)) is None
    last_row = view.point_of(FRAME.header_length + len(BODY) - 1, HexColumn.WIRE)
    assert view.offset_at(QPointF(last_row.x() + 60, last_row.y())) is None
    assert view.offset_at(view.point_of(20, HexColumn.TEXT)) == 20


def test_the_explanation_follows_the_mouse_and_then_the_cursor(view: HexView, qtbot: QtBot) -> None:
    texts = explained(view)
    qtbot.mouseMove(view.viewport(), point(view, 0x1A, HexColumn.TEXT))
    assert texts[-1] == "byte 0x1a: wire 30 ⊕ key 5e (i = 12, i mod 4 = 0) = 6e 'n'"
    qtbot.mouseMove(view.viewport(), QPoint(3, 290))
    assert texts[-1] == ""
    view.select(1, 1)
    assert texts[-1] == "byte 0x01: MASK = 1, len 7 = 127"
    qtbot.mouseMove(view.viewport(), point(view, 0x1B, HexColumn.TEXT))
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert texts[-1].startswith("byte 0x00: FIN = 0")
    view.select(1, 1)
    qtbot.mouseMove(view.viewport(), point(view, 0x1A, HexColumn.WIRE))
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert texts[-1].startswith("byte 0x01")


def test_a_byte_of_no_frame_is_explained_too(view: HexView) -> None:
    texts = explained(view)
    view.set_bytes(b"GET")
    view.select(0, 1)
    assert texts[-1] == "byte 0x00: 47 'G'"


def test_assistive_technology_hears_the_current_byte(view: HexView) -> None:
    assert view.accessibleName() == "Bytes in hex"
    assert view.accessibleDescription() == "wire column, 65 bytes, none selected"
    view.set_active_column(HexColumn.UNMASKED)
    view.select(0x1A, 3)
    assert view.accessibleDescription() == (
        "unmasked column, byte 0x1a: wire 30 ⊕ key 5e (i = 12, i mod 4 = 0) = 6e 'n', 3 bytes selected"
    )


def test_tab_goes_through_the_columns_and_then_on(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before, view, behind = QLineEdit(), HexView(), QLineEdit()
    column = QVBoxLayout(window)
    for widget in (before, view, behind):
        column.addWidget(widget)
    view.set_frame(FRAME)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    before.setFocus()
    seen = []
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    while view.hasFocus() and len(seen) < 9:
        seen.append(view.active_column)
        qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert seen == [HexColumn.WIRE, HexColumn.UNMASKED, HexColumn.TEXT]
    assert behind.hasFocus()
    qtbot.keyClick(behind, Qt.Key.Key_Backtab, SHIFT)
    assert (view.hasFocus(), view.active_column) == (True, HexColumn.TEXT)
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Backtab, SHIFT)
    assert before.hasFocus()


@pytest.mark.parametrize(
    ("column", "text"), [(HexColumn.WIRE, "72 6a"), (HexColumn.UNMASKED, "2c 7b"), (HexColumn.TEXT, ",{")]
)
def test_ctrl_c_copies_what_the_active_column_shows(view: HexView, qtbot: QtBot, column: HexColumn, text: str) -> None:
    view.set_active_column(column)
    view.select(14, 2)
    qtbot.keyClick(view, Qt.Key.Key_C, CONTROL)
    assert clipboard() == text


def test_without_a_selection_everything_is_copied(view: HexView, qtbot: QtBot) -> None:
    view.set_active_column(HexColumn.TEXT)
    view.copy()
    assert clipboard() == BODY.decode()
    view.set_active_column(HexColumn.WIRE)
    view.copy_as("hex")
    assert bytes.fromhex(clipboard()) == FRAME.wire()
    qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
    assert view.selection == (0, 65)
    view.set_active_column(HexColumn.UNMASKED)
    view.copy_as("base64")
    assert clipboard() == "LHsiaWQiOjkxMSwibmFtZSI6IkdyYWNlIn0seyJpZCI6OTEyLCJuYW1lIjoiQWxhbiJ9"


def test_outside_the_wire_column_the_header_is_left_out_unless_it_is_all(view: HexView) -> None:
    view.set_active_column(HexColumn.UNMASKED)
    view.select(10, 6)
    assert view.selected_bytes() == b",{"
    view.select(10, 4)
    assert view.selected_bytes() == KEY


def test_the_text_beside_wire_bytes_is_copied_as_it_is_shown(view: HexView) -> None:
    view.set_mode(HexMode.WIRE)
    view.set_active_column(HexColumn.TEXT)
    view.select(14, 2)
    view.copy()
    assert clipboard() == "rj"


def test_every_entry_of_the_menu_copies(view: HexView) -> None:
    view.set_active_column(HexColumn.UNMASKED)
    view.select(14, 2)
    copied = {}
    for action in view.menu.actions():
        if action.text().startswith("Copy"):
            action.trigger()
            copied[action.text()] = clipboard().split("\n")[0]
    assert copied == {
        "Copy": "2c 7b",
        "Copy as Hex": "2c 7b",
        "Copy as Text (UTF-8)": ",{",
        "Copy as Base64": "LHs=",
        "Copy as Python bytes literal": "b',{'",
        "Copy as C array": "static const unsigned char data[2] = {",
    }
    view.menu.actions()[-1].trigger()
    assert view.selection == (0, 65)


def test_the_context_menu_opens(view: HexView) -> None:
    spot = QPoint(100, 50)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(view.viewport(), event)
    assert view.menu.isVisible()
    view.menu.close()


def test_a_large_copy_asks_first(view: HexView, qtbot: QtBot) -> None:
    view.set_frame(Frame.build(2, bytes(LARGE_COPY)))
    view.set_active_column(HexColumn.TEXT)
    QGuiApplication.clipboard().setText("before")
    with qtbot.waitSignal(view.large_copy_requested) as caught:
        view.copy_as("base64")
    assert caught.args == ["base64", LARGE_COPY + 10]
    assert clipboard() == "before"
    view.copy_as("base64", confirmed=True)
    assert len(clipboard()) == 4 * -(-LARGE_COPY // 3)


def test_a_copy_at_the_limit_does_not_ask(view: HexView, qtbot: QtBot) -> None:
    view.set_bytes(bytes(LARGE_COPY))
    with qtbot.assertNotEmitted(view.large_copy_requested):
        view.copy_as("text")
    assert len(clipboard()) == LARGE_COPY


def test_the_window_s_shortcuts_give_way_while_the_view_has_the_focus(qtbot: QtBot, view: HexView) -> None:
    for key, taken in ((Qt.Key.Key_C, True), (Qt.Key.Key_A, True), (Qt.Key.Key_N, False)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, CONTROL)
        event.ignore()
        QApplication.sendEvent(view, event)
        assert event.isAccepted() is taken


def test_the_selection_scrolls_into_sight_in_both_directions(view: HexView) -> None:
    view.resize(300, 150)
    view.set_frame(Frame.build(2, bytes(16 * 1000), masking_key=KEY))
    view.set_active_column(HexColumn.TEXT)
    view.select(8000, 4)
    area = view.viewport().rect()
    assert area.contains(point(view, 8000, HexColumn.TEXT))
    view.set_active_column(HexColumn.WIRE)
    view.select(0, 1)
    assert area.contains(point(view, 0, HexColumn.WIRE))
    view.horizontalScrollBar().setValue(50)
    assert view.offset_at(view.point_of(9, HexColumn.WIRE)) == 9


def test_a_new_frame_starts_at_its_top_without_a_selection(view: HexView) -> None:
    view.set_frame(Frame.build(2, bytes(16 * 1000)))
    view.select(9000, 4)
    texts = explained(view)
    view.set_frame(FRAME)
    assert (view.selection, view.verticalScrollBar().value()) == ((0, 0), 0)
    assert texts == [""]


def test_no_bytes_at_all_can_be_worked_with(view: HexView, qtbot: QtBot) -> None:
    view.set_frame(None)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 60))
    view.copy()
    view.select(0, 4)
    painted(view)
    assert view.selection == (0, 0)
    assert clipboard() == ""


def test_a_frame_of_sixteen_mebibytes_is_shown_without_masking_it(
    view: HexView, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked: list[int] = []
    real = hexrows.mask_slice
    monkeypatch.setattr(hexrows, "mask_slice", lambda data, key, at: masked.append(len(data)) or real(data, key, at))
    view.set_frame(Frame.build(2, bytes(16 * 1024 * 1024), masking_key=KEY))
    painted(view)
    view.select(16 * 1024 * 1024, 1)
    painted(view)
    assert view.verticalScrollBar().maximum() > 1024 * 1024 - 100
    assert masked
    assert sum(masked) < 16 * 200


def test_a_larger_font_makes_larger_rows(view: HexView) -> None:
    rows = view.visible_rows
    font = QFont(view.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert view.visible_rows < rows
    assert view.offset_at(view.point_of(20, HexColumn.TEXT)) == 20


def test_long_offsets_get_more_digits(view: HexView) -> None:
    before = view.point_of(0, HexColumn.WIRE).x()
    view.set_bytes(bytes(16 * 1024 * 1024 + 1))
    view.set_mode(HexMode.WIRE)
    assert view.point_of(0, HexColumn.WIRE).x() > before


def test_a_row_has_as_many_bytes_as_fit_or_as_were_chosen(qtbot: QtBot) -> None:
    view = HexView()
    qtbot.addWidget(view)
    view.set_frame(Frame.build(2, bytes(200), masking_key=b"abcd"))
    view.show()
    for width, columns in ((557, 8), (900, 16), (2000, 32), (900, 16), (100, 8)):
        view.resize(width, 200)
        assert view.shown.columns == columns
        assert (view.horizontalScrollBar().maximum() == 0) is (width != 100)
    view.resize(900, 100)
    view.verticalScrollBar().setValue(4)
    top, _ = view.shown.row_span(4)
    lengths = next(one for one in view.menu.actions() if one.text() == "Bytes a row").menu()
    assert [one.text() for one in lengths.actions()] == ["As many as fit", "8", "16", "32"]
    assert lengths.actions()[0].isChecked()
    lengths.actions()[1].trigger()
    assert (view.row_length, view.shown.columns) == (8, 8)
    assert view.shown.row_span(view.verticalScrollBar().value())[0] == top
    assert lengths.actions()[1].isChecked()
    view.resize(2000, 200)
    assert view.shown.columns == 8
    lengths.actions()[0].trigger()
    assert view.shown.columns == 32
