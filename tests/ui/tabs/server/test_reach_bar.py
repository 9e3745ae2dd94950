"""The line below a server's bar, the QR code, and the table of its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.engine import connect
from wsgui.session.clients import ServedClient
from wsgui.ui.connections.client_model import COLUMNS, ClientModel
from wsgui.ui.tabs.server.qr_dialog import MODULE, QUIET, QrDialog, code_image

if TYPE_CHECKING:
    import pytest
    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from wsgui.ui.connections.client_window import ClientWindow
    from wsgui.ui.tabs.server.server_tab import ServerTab


def test_a_qr_code_is_black_on_white_with_a_margin(qtbot: QtBot) -> None:
    image = code_image("http://192.0.2.7:8765/")
    modules = image.width() // MODULE
    dark = [image.pixelColor(place * MODULE, QUIET * MODULE).black() > 128 for place in range(modules)]
    assert dark[:QUIET] == [False] * QUIET
    assert dark[QUIET : QUIET + 8] == [True] * 7 + [False]  # the upper edge of a finder pattern
    dialog = QrDialog("http://192.0.2.7:8765/")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.address.text() == "http://192.0.2.7:8765/"


@at_desk
async def test_the_page_is_one_click_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    tab = await desk.server()
    await desk.until(tab.reach.isVisible)
    assert tab.reach.chip.isHidden()
    assert tab.reach.code.isHidden()
    assert tab.reach.label.text() == "Takes 10\u202f000 connections and messages of 67.1 MB."
    QTest.mouseClick(tab.reach.browser, Qt.MouseButton.LeftButton)
    assert opened == [tab.server.url.replace("ws://", "http://")]
    actions = desk.window.actions_
    await desk.until(actions["browser"].isEnabled)
    actions["browser"].trigger()
    assert opened == [tab.server.url.replace("ws://", "http://")] * 2
    actions["clients"].trigger()
    assert tab.clients is not None
    tab.session_stop()
    await desk.until(lambda: not tab.reach.isVisible())
    await desk.until(lambda: not actions["clients"].isEnabled())


async def clients_of(desk: Desk, tab: ServerTab, count: int) -> ClientWindow:
    await desk.until(tab.reach.isVisible)
    QTest.mouseClick(tab.reach.clients, Qt.MouseButton.LeftButton)
    window = tab.clients
    assert window is not None
    await desk.until(lambda: window.model.there == count)
    return window


@at_desk
async def test_clients_are_listed_sent_to_and_closed(desk: Desk) -> None:
    tab = await desk.server()
    tab.server.use_behaviour("chat")
    url = tab.server.url
    async with connect(f"{url}red?name=Ann") as ann, connect(f"{url}red?name=Bob") as bob, connect(f"{url}blue") as cy:
        window = await clients_of(desk, tab, 3)
        await desk.until(lambda: [one.room for one in window.model.rows] == ["red", "red", "blue"])
        assert [one.state for one in window.model.rows] == ["OPEN"] * 3
        assert window.note.text() == "3 clients"
        assert not window.send.isEnabled()
        window.search.setText("blue")
        assert [one.path for one in window.model.rows] == ["/blue"]
        assert window.note.text() == "1 of 3 clients"
        window.search.clear()
        # To one, to a room, to all that are listed.
        window.table.selectRow(1)
        window.text.setText("to one")
        QTest.keyClick(window.text, Qt.Key.Key_Return)
        assert window.note.text() == "Sent to 1 client · 3 clients"
        window.whom.setCurrentIndex(1)
        window.text.setText("to a room")
        QTest.mouseClick(window.send, Qt.MouseButton.LeftButton)
        window.whom.setCurrentIndex(2)
        window.text.setText("to all")
        QTest.mouseClick(window.send, Qt.MouseButton.LeftButton)
        heard = {}
        for name, ws in (("ann", ann), ("bob", bob), ("cy", cy)):
            heard[name] = []
            while "to all" not in heard[name]:
                heard[name].append(await ws.receive())
        assert [[text for text in one if not text.startswith("*")] for one in heard.values()] == [
            ["to a room", "to all"],
            ["to one", "to a room", "to all"],
            ["to all"],
        ]
        # Faults of one alone.
        window.whom.setCurrentIndex(0)
        window.fault.setEditText("auto-pong=off")
        QTest.mouseClick(window.apply, Qt.MouseButton.LeftButton)
        assert [one.wrong for one in window.model.rows] == ["", "auto-pong=off", ""], window.note.text()
        window.fault.setEditText("dance")
        QTest.mouseClick(window.apply, Qt.MouseButton.LeftButton)
        assert window.note.text() == "A policy is written name=value, not dance. · 3 clients"
        QTest.mouseClick(window.forgive, Qt.MouseButton.LeftButton)
        assert [one.wrong for one in window.model.rows] == [""] * 3
        # Close and cut.
        window.code.setValue(4001)
        window.reason.setText("x" * 124)
        QTest.mouseClick(window.close_them, Qt.MouseButton.LeftButton)
        assert window.note.text() == "A close reason has up to 123 bytes of UTF-8, not 124 · 3 clients"
        window.reason.setText("enough")
        QTest.mouseClick(window.close_them, Qt.MouseButton.LeftButton)
        await bob.wait_closed()
        assert bob.closed is not None
        assert (bob.closed.code, bob.closed.reason) == (4001, "enough")
        await desk.until(lambda: window.model.there == 2)
        shown: list[object] = []
        window.chosen.connect(shown.append)
        window.table.selectRow(1)
        QTest.mouseClick(window.rows, Qt.MouseButton.LeftButton)
        assert shown == [window.model.rows[1].number]
        QTest.mouseClick(window.cut, Qt.MouseButton.LeftButton)
        await cy.wait_closed()
        await desk.until(lambda: window.model.there == 1)


def client(number: int, **more: object) -> ServedClient:
    usual = ServedClient(number, f"127.0.0.1:{number}", "/", 0, "OPEN", None, 0, 0, 0, 0, "", "", 0, "", "")
    return usual._replace(**more)  # type: ignore[arg-type]


def test_a_selection_goes_with_its_connection(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QTableView

    model, view = ClientModel(), QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    model.show([client(number, bytes_received=number) for number in range(5000)])
    view.selectionModel().select(model.index(7, 0), QItemSelectionModel.SelectionFlag.Select)
    titles = [column.title for column in COLUMNS]
    model.sort(titles.index("Bytes in"), Qt.SortOrder.DescendingOrder)
    assert [index.row() for index in view.selectionModel().selectedIndexes()] == [4992]
    model.show([client(number) for number in range(5000) if number != 7])
    assert view.selectionModel().selectedIndexes() == []
    assert (model.rowCount(), model.rows[0].number) == (4999, 0)


def test_texts_are_made_of_rows_that_are_asked_for(qtbot: QtBot) -> None:
    model = ClientModel()
    model.show([client(1, rtt_ns=1_500_000, bytes_sent=2048, backlog=10, room="red", wrong="auto-pong=off")])
    texts = [model.data(model.index(0, place)) for place in range(len(COLUMNS))]
    assert texts[4:] == ["OPEN", "1.5 ms", "0", "0", "0 B", "2 kB", "10 B", "red", "", "", "auto-pong=off"]
    assert str(model.data(model.index(0, 3), Qt.ItemDataRole.ToolTipRole)).endswith(" ago")
    assert model.data(model.index(5, 0)) is None
    assert model.headerData(0, Qt.Orientation.Horizontal) == "#"
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "Number of the connection"
