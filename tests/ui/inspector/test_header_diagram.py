from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget

from wsgui.dissect.header import header_fields_of_bytes
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.ui.inspector.header_diagram import HeaderDiagram
from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

FRAME = Frame.build(0, b"x" * 70000, fin=False, masking_key=bytes.fromhex("5e11c890"))


@pytest.fixture
def diagram(qtbot: QtBot) -> HeaderDiagram:
    widget = HeaderDiagram()
    qtbot.addWidget(widget)
    widget.resize(900, 60)
    widget.set_frame(FRAME)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def center(diagram: HeaderDiagram, index: int) -> QPoint:
    return diagram.cell_rects()[index].center().toPoint()


def cell(diagram: HeaderDiagram, index: int) -> QImage:
    return diagram.grab(diagram.cell_rects()[index].toRect().adjusted(2, 2, -2, -2)).toImage()


def test_every_field_has_a_cell_in_the_order_of_the_bits(diagram: HeaderDiagram) -> None:
    rects = diagram.cell_rects()
    assert len(rects) == len(diagram.fields) == 9
    assert all(left.right() <= right.left() + 0.01 for left, right in pairwise(rects))
    assert rects[-1].right() <= diagram.width()


def test_it_stands_in_two_lines_where_it_is_narrow(diagram: HeaderDiagram) -> None:
    wide = diagram.heightForWidth(900)
    assert diagram.hasHeightForWidth()
    assert diagram.heightForWidth(450) > wide
    diagram.resize(450, 100)
    rects = diagram.cell_rects()
    assert len({rect.top() for rect in rects}) == 2
    assert rects[7].top() > rects[6].bottom()
    diagram.set_frame(Frame.build(1))
    assert diagram.heightForWidth(450) == wide
    diagram.resize(80, 60)
    assert diagram.cell_rects()[-1].right() <= 80


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_bit_that_breaks_a_rule_has_the_warning_colour(diagram: HeaderDiagram, theme: Theme) -> None:
    diagram.setPalette(palette_of(theme))
    frame = Frame.build(1, rsv1=True)
    diagram.set_frame(frame)
    before = [cell(diagram, index) for index in (1, 2)]
    assert diagram.value_colour(diagram.fields[1]) == theme.text
    diagram.set_frame(frame, [violation("rsv.not-negotiated", "RSV1 is set.")])
    assert diagram.value_colour(diagram.fields[1]) == theme.warning
    assert cell(diagram, 1) != before[0]
    assert cell(diagram, 2) == before[1]


def test_a_click_selects_the_bytes_of_the_field(diagram: HeaderDiagram, qtbot: QtBot) -> None:
    seen: list[object] = []
    diagram.field_selected.connect(lambda first, count: seen.append((first, count)))
    diagram.explained.connect(seen.append)
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=center(diagram, 7))
    assert seen == [
        (2, 8),
        "extended length 64 = 70\u202f000: The payload has 70\u202f000 bytes. (RFC 6455 §5.2)",
    ]
    assert diagram.current is not None
    assert diagram.current.name == "extended_length"
    with qtbot.assertNotEmitted(diagram.field_selected):
        qtbot.mouseClick(diagram, Qt.MouseButton.RightButton, pos=center(diagram, 0))
        qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))


def test_arrow_keys_go_from_field_to_field(diagram: HeaderDiagram, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    diagram.field_selected.connect(lambda first, count: seen.append((first, count)))
    names = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(diagram, key)
        names.append(diagram.current.name if diagram.current else None)
    assert names == ["fin", "rsv1", "fin", "masking_key", "masking_key", "fin"]
    assert seen == [(0, 1), (0, 1), (0, 1), (10, 4), (10, 4), (0, 1)]
    qtbot.keyClick(diagram, Qt.Key.Key_X)
    assert len(seen) == 6


def test_pointing_marks_without_selecting(diagram: HeaderDiagram, qtbot: QtBot) -> None:
    hovered: list[tuple[int, int]] = []
    diagram.field_hovered.connect(lambda first, count: hovered.append((first, count)))
    with qtbot.assertNotEmitted(diagram.field_selected):
        qtbot.mouseMove(diagram, center(diagram, 8))
        qtbot.mouseMove(diagram, center(diagram, 8) + QPoint(2, 0))
        QApplication.sendEvent(diagram, QEvent(QEvent.Type.Leave))
    assert hovered == [(10, 4), (0, 0)]


def test_the_tool_tip_explains_the_field(diagram: HeaderDiagram) -> None:
    diagram.set_frame(Frame.build(0xB), [violation("opcode.reserved-control", "<b>0xB</b> is reserved.")])
    spot = center(diagram, 4)
    QApplication.sendEvent(diagram, QHelpEvent(QEvent.Type.ToolTip, spot, diagram.mapToGlobal(spot)))
    assert "opcode = 0xB: Reserved for control frames" in QToolTip.text()
    assert "&lt;b&gt;0xB&lt;/b&gt; is reserved. (RFC 6455 §5.2)" in QToolTip.text()
    nowhere = QPoint(1, 1)
    QApplication.sendEvent(diagram, QHelpEvent(QEvent.Type.ToolTip, nowhere, diagram.mapToGlobal(nowhere)))
    QToolTip.hideText()


def test_tab_reaches_the_first_field(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    line, diagram = QLineEdit(), HeaderDiagram()
    column = QVBoxLayout(window)
    column.addWidget(line)
    column.addWidget(diagram)
    diagram.set_frame(FRAME)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    line.setFocus()
    with qtbot.waitSignal(diagram.field_selected) as caught:
        qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert caught.args == [0, 1]
    assert diagram.accessibleDescription().startswith("FIN = 0: More fragments")


def test_assistive_technology_hears_all_fields(diagram: HeaderDiagram) -> None:
    assert diagram.accessibleName() == "Frame header"
    assert diagram.accessibleDescription().startswith("FIN 0, RSV1 0, RSV2 0, RSV3 0, opcode 0x0 CONTINUATION, MASK 1")


def test_a_cut_header_and_none_at_all(diagram: HeaderDiagram, qtbot: QtBot) -> None:
    diagram.setPalette(palette_of(DARK))
    diagram.set_fields(header_fields_of_bytes(bytes.fromhex("81ff0000")))
    assert len(diagram.cell_rects()) == 8
    assert diagram.value_colour(diagram.fields[7]) == DARK.warning
    diagram.clear()
    assert diagram.cell_rects() == []
    assert diagram.accessibleDescription() == "no header"
    with qtbot.assertNotEmitted(diagram.field_selected):
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
        qtbot.keyClick(diagram, Qt.Key.Key_End)
    diagram.grab()
