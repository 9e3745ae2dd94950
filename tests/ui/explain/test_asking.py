"""What Is This? in the real window, by keys and by mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWhatsThis, QWidget

from tests.ui.real_window import Desk, at_desk
from wsgui.endpoint.settings import OPTIONS
from wsgui.protocol.frames import Frame
from wsgui.ui.drawer.fields import OptionField
from wsgui.ui.explain.asking import explain, tell, topics_at
from wsgui.ui.policies.value_rows import ValueRow
from wsgui.ui.view.frames.cells import OPCODE, TITLES

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_the_nearest_one_around_explains(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    inside = QLabel("x", around)
    assert topics_at(inside) == []
    assert not tell(None)
    assert not tell(inside)
    explain(around, "close:1002", "nothing:of ours")
    assert topics_at(inside) == ["close:1002"]
    button = QPushButton(around)
    explain(button, "policy:mask")
    assert topics_at(button) == ["policy:mask"]
    assert "Mask" in button.whatsThis()


@at_desk
async def test_rows_fields_and_options_by_keys(desk: Desk) -> None:
    window = desk.window
    _, client = await desk.playground()
    client.session.send([Frame.build(0x3, b"reserved", masking_key=b"abcd")])
    await desk.until(lambda: client.model.rowCount() >= 4)
    broken = next(place for place in range(4) if client.model.row(place).violations)  # type: ignore[union-attr]
    client.table.select_place(broken)
    client.table.setFocus()
    rule = client.model.row(broken).violations[0].rule  # type: ignore[union-attr]
    assert topics_at(client.table)[0] == f"rule:{rule}"
    window.activateWindow()
    await desk.until(client.table.hasFocus)
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    QWhatsThis.hideText()
    diagram = client.inspector.hex.diagram
    diagram.choose(4)
    assert topics_at(diagram) == [
        f"field:{diagram.current.name}",
        *(f"rule:{one.rule}" for one in diagram.current.wrong),
    ]
    client.inspector.tabs.setCurrentWidget(client.inspector.details)
    tree = client.inspector.details
    group = tree.topLevelItem(0)
    assert group is not None
    tree.setCurrentItem(group.child(0))
    assert topics_at(tree) == [f"rule:{rule}"]
    page = client.composer.close_tab
    page.number.setValue(1011)
    assert topics_at(page.reason) == ["close:1011"]
    for column in range(len(TITLES)):
        assert client.model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.WhatsThisRole)
    assert "RFC 6455 section 5.2" in str(client.model.index(broken, OPCODE).data(Qt.ItemDataRole.WhatsThisRole))


@at_desk
async def test_every_field_of_the_options_and_policies_is_explained(desk: Desk) -> None:
    for tab in await desk.playground():
        tab.options.turn()
        fields = tab.options.drawer.findChildren(OptionField)
        assert fields
        named = set(tab.options.drawer.fields.values())
        assert [
            field.names
            for field in fields
            if field in named and set(field.names) & set(OPTIONS) and not topics_at(field)
        ] == []
        tab.policies.toggle()
        rows = tab.policies.panel.findChildren(ValueRow)
        assert rows
        assert [row.item.name for row in rows if topics_at(row) != [f"policy:{row.item.name}"]] == []


@at_desk
async def test_the_mouse_asks_the_header_diagram(desk: Desk) -> None:
    _, client = await desk.playground()
    await desk.until(lambda: client.model.rowCount() >= 2)
    client.session.send([Frame.build(0x1, b"x", masking_key=b"abcd")])
    await desk.until(lambda: client.model.rowCount() >= 4)
    client.table.select_place(2)
    diagram = client.inspector.hex.diagram
    place = diagram.cell_rects()[0].center().toPoint()
    for where, taken in ((place, True), (QPoint(-5, -5), False)):
        asked = QHelpEvent(QEvent.Type.QueryWhatsThis, where, diagram.mapToGlobal(where))
        diagram.event(asked)
        assert asked.isAccepted() is taken
    diagram.event(QHelpEvent(QEvent.Type.WhatsThis, place, diagram.mapToGlobal(place)))
    QWhatsThis.hideText()
    desk.window.actions_["point"].trigger()
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()
