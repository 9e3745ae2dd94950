from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QTableView

from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.view.frames.cells import BITS, DIRECTION, KEY, NUMBER, OPCODE, PAYLOAD
from wsgui.ui.view.frames.delegate import FrameDelegate
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable
from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from tests.ui.view.frames.conftest import Tape

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def shown(tape: Tape, theme: Theme, qtbot: QtBot) -> FrameTable:
    table = FrameTable(FrameModel(tape.reader))
    table.keep = table.model()  # type: ignore[attr-defined]
    qtbot.addWidget(table)
    table.setPalette(palette_of(theme))
    table.resize(1200, 400)
    with qtbot.waitExposed(table):
        table.show()
    table.refresh(tape.writer.committed)
    return table


def cell(table: FrameTable, place: int, column: int) -> QImage:
    return table.viewport().grab(table.visualRect(table.model().index(place, column))).toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@THEMES
def test_each_opcode_has_a_chip_in_its_colour(tape: Tape, theme: Theme, qtbot: QtBot) -> None:
    tape.conversation()
    table = shown(tape, theme, qtbot)
    for place, opcode in enumerate([-1, -1, 1, 1, 1, 9, 0, 10, 2, 11, 8, -2]):
        assert theme.chip(opcode)[0] in colours(cell(table, place, OPCODE)), (place, opcode)


@THEMES
def test_texts_are_drawn_in_the_colours_of_what_they_say(tape: Tape, theme: Theme, qtbot: QtBot) -> None:
    tape.conversation()
    table = shown(tape, theme, qtbot)

    def near(place: int, column: int, name: str) -> bool:
        """Whether the strongest ink of a cell is nearer to a colour than to any other of these."""
        from PySide6.QtGui import QColor

        def distance(one: QColor, other: QColor) -> int:
            return sum(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True))  # type: ignore[arg-type]

        ground = QColor(theme.base)
        ink = max((QColor(found) for found in colours(cell(table, place, column))), key=lambda c: distance(c, ground))
        names = (theme.text, theme.warning, theme.sent, theme.received, theme.key, theme.dim)
        return min(names, key=lambda one: distance(ink, QColor(one))) == name

    assert near(3, DIRECTION, theme.received)
    assert near(9, BITS, theme.warning)
    assert near(9, PAYLOAD, theme.warning)
    assert near(9, NUMBER, theme.warning)
    assert near(2, PAYLOAD, theme.text)
    assert near(2, KEY, theme.key)


@THEMES
def test_the_selected_row_has_its_ground(tape: Tape, theme: Theme, qtbot: QtBot) -> None:
    tape.texts(3)
    table = shown(tape, theme, qtbot)
    table.select_place(1)
    for column in range(10):
        assert theme.selection in colours(cell(table, 1, column))
        assert theme.selection not in colours(cell(table, 0, column))


def test_a_long_payload_ends_with_dots_where_its_column_ends(tape: Tape, qtbot: QtBot) -> None:
    tape.frames([Frame.build(Opcode.TEXT, b"i" * 250)])
    table = shown(tape, LIGHT, qtbot)
    table.resize(1200, 400)
    wide = cell(table, 0, PAYLOAD)
    edge = range(wide.width() - 60, wide.width() - 2)
    drawn = {wide.pixelColor(x, y).name() for x in edge for y in range(wide.height())}
    assert len(drawn) > 1, "text reaches the end of the column"


def test_a_row_that_cannot_be_read_is_empty(tape: Tape, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    tape.texts(2)
    table = shown(tape, LIGHT, qtbot)
    monkeypatch.setattr(table.model(), "cells", lambda _: None)
    table.viewport().update()
    QApplication.processEvents()
    assert colours(cell(table, 0, PAYLOAD)) == {LIGHT.base}


@THEMES
def test_another_view_may_paint_cell_by_cell(tape: Tape, theme: Theme, qtbot: QtBot) -> None:
    tape.conversation()
    model = FrameModel(tape.reader)
    model.refresh(tape.writer.committed)
    view = QTableView()
    view.keep = model  # type: ignore[attr-defined]
    qtbot.addWidget(view)
    view.setModel(model)
    view.setItemDelegate(FrameDelegate(view))
    view.setPalette(palette_of(theme))
    view.resize(1200, 500)
    with qtbot.waitExposed(view):
        view.show()
    view.selectRow(3)
    chip = view.viewport().grab(view.visualRect(model.index(3, OPCODE))).toImage()
    assert {theme.text_chip[0], theme.selection} <= colours(chip)
    other = view.viewport().grab(view.visualRect(model.index(8, OPCODE))).toImage()
    assert theme.binary_chip[0] in colours(other)
    assert theme.selection not in colours(other)
