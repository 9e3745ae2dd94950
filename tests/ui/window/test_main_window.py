"""What holds for the window as a whole: names, tips, shortcuts, colours, tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QToolButton,
    QWidget,
)

from tests.ui.real_window import Desk, at_desk, click, texts
from wsgui.protocol.states import State
from wsgui.ui.view.frames.cells import OPCODE
from wsgui.ui.widgets.theme import DARK, LIGHT
from wsgui.ui.window.actions import ACTIONS

if TYPE_CHECKING:
    import pytest
    from PySide6.QtGui import QImage

INSIDES = (QComboBox, QAbstractSpinBox)
LEAST = 1060
"""Pixels of width with the sessions at the left, which give way below."""
"""Widgets whose line edits, lists and so on are their own affair."""


def is_inside(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, INSIDES):
            return True
        parent = parent.parentWidget()
    # Tabs' close buttons, and the button that clears a line edit.
    return widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QTabBar | QLineEdit)


def interactive(root: QWidget) -> list[QWidget]:
    """Every widget that takes the keyboard or the mouse, but parts that Qt makes."""
    kinds = (QAbstractButton, QLineEdit, *INSIDES, QAbstractItemView, QAbstractScrollArea)
    return [
        widget
        for widget in root.findChildren(QWidget)
        if (isinstance(widget, kinds) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not is_inside(widget)
        and not (isinstance(widget, QAbstractScrollArea) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus)
        and not isinstance(widget, QTabBar | QLabel)  # a label takes the mouse so that its text can be copied
    ]


def told_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}: {widget.accessibleName()!r}"


@at_desk
async def test_every_interactive_widget_has_a_name(desk: Desk) -> None:
    await desk.playground()
    found = interactive(desk.window)
    assert len(found) > 60
    nameless = [
        told_of(widget)
        for widget in found
        if not widget.accessibleName() and not str(widget.property("text") or "").strip()
    ]
    # Qt's own places: they hold widgets that have names.
    assert [one for one in nameless if not one.startswith(("QMenuBar", "QTabWidget"))] == []


@at_desk
async def test_every_control_has_a_tool_tip(desk: Desk) -> None:
    await desk.playground()
    controls = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)
    silent = [
        f"{told_of(widget)} {widget.property('text')!r}"
        for widget in interactive(desk.window)
        if isinstance(widget, controls) and not widget.toolTip()
    ]
    # A command link has its explanation below its label.
    assert [one for one in silent if not one.startswith("QCommandLinkButton")] == []


@at_desk
async def test_every_action_of_the_table_is_in_a_menu_and_connected(desk: Desk) -> None:
    menus = [action.menu() for action in desk.window.menuBar().actions()]
    menus += [
        action.menu() for menu in menus for action in menu.actions() if action.menu() and action.text() == "P&anels"
    ]
    in_menus = [action for menu in menus for action in menu.actions() if action.text() and action.text() != "P&anels"]
    assert len(in_menus) == len(ACTIONS)
    assert {action.text() for action in in_menus} == {row.text for row in ACTIONS}
    for row in ACTIONS:
        assert desk.window.actions_[row.id.lstrip("-")] in in_menus


@at_desk
async def test_what_needs_a_session_waits_for_one(desk: Desk) -> None:
    actions = desk.window.actions_
    needs = ("close-tab", "connect", "disconnect", "cut", "ping", "address", "composer", "table", "follow", "pause")
    assert not any(actions[name].isEnabled() for name in needs)
    for name in needs:
        actions[name].trigger()
    actions["stop-repeat"].trigger()
    desk.window.close_tab(0)
    actions["new-client"].trigger()
    assert all(actions[name].isEnabled() for name in needs)
    assert not actions["stop-repeat"].isEnabled()
    assert desk.window.front is not None
    assert desk.window.front.address_bar.address.lineEdit().hasFocus()


@at_desk
async def test_shortcuts_reach_what_they_name(desk: Desk) -> None:
    _, client = await desk.playground()
    control = Qt.KeyboardModifier.ControlModifier
    shift = Qt.KeyboardModifier.ShiftModifier
    window = desk.window
    QTest.keyClick(window, Qt.Key.Key_L, control)
    assert client.address_bar.address.lineEdit().hasFocus()
    QTest.keyClick(window, Qt.Key.Key_E, control)
    assert client.composer.text_tab.edit.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert client.table.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.sessions.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert client.table.paused
    QTest.keyClick(window, Qt.Key.Key_L, control | shift)
    assert not client.table.follow
    QTest.keyClick(window, Qt.Key.Key_PageUp, control)
    assert window.tabs.currentIndex() == 0
    assert not window.actions_["pause"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_PageUp, control)
    assert window.tabs.currentIndex() == 1
    assert window.actions_["pause"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_G, control | shift)
    await desk.until(lambda: client.client.rtt_ns is not None)
    QTest.keyClick(window, Qt.Key.Key_D, control)
    await desk.until(lambda: client.client.state is State.CLOSED)
    QTest.keyClick(window, Qt.Key.Key_F1, control)
    assert window.help.sheet is not None
    window.help.sheet.reject()
    QTest.keyClick(window, Qt.Key.Key_T, control)
    assert window.tabs.count() == 3
    QTest.keyClick(window, Qt.Key.Key_T, control | shift)
    QTest.keyClick(window, Qt.Key.Key_L, control)
    assert window.front.server_bar.host.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_W, control)
    assert window.tabs.count() == 3
    assert desk.ask.told == []
    window.actions_["about"].trigger()
    assert "MIT licence" in desk.ask.told[-1][1]
    assert "Licence: Apache-2.0 OR BSD-3-Clause" in desk.ask.told[-1][1]


@at_desk
async def test_the_button_beside_the_tabs_opens_sessions(desk: Desk) -> None:
    desk.window.actions_["new-client"].trigger()
    menus = [button.menu() for button in desk.window.tabs.findChildren(QToolButton) if button.menu() is not None]
    assert ["New &Client", "New &Server", "&Playground"] in [
        [action.text() for action in menu.actions()] for menu in menus
    ]


@at_desk
async def test_the_welcome_page_comes_back(desk: Desk) -> None:
    pages = desk.window.pages
    for button in (desk.window.welcome.client, desk.window.welcome.server):
        assert pages.currentWidget() is desk.window.welcome
        click(button)
        assert pages.currentWidget() is desk.window.tabs
        desk.window.actions_["close-tab"].trigger()


@at_desk
async def test_the_list_and_the_tabs_go_together(desk: Desk) -> None:
    server, client = await desk.playground()
    sessions = desk.window.sessions
    assert sessions.currentItem() is sessions.topLevelItem(1)
    assert sessions.topLevelItem(1).text(0) == client.session.name
    first = sessions.topLevelItem(0)
    QTest.mouseClick(sessions.viewport(), Qt.MouseButton.LeftButton, pos=sessions.visualItemRect(first).center())
    assert desk.window.front is server
    desk.window.tabs.setCurrentWidget(client)
    assert sessions.currentItem() is sessions.topLevelItem(1)


@at_desk
async def test_a_long_name_is_cut_in_its_tab_and_whole_in_its_tip(desk: Desk) -> None:
    url = "ws://127.0.0.1:1/" + "a<b>&c/" * 60
    desk.window.new_client(url)
    tab = desk.window.front
    assert tab is not None
    await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
    tabs = desk.window.tabs
    assert len(tabs.tabText(0)) < 60
    assert tabs.tabText(0).endswith("…")
    assert "a&lt;b&gt;&amp;c/" * 60 in tabs.tabToolTip(0)
    assert tabs.tabToolTip(0).endswith("<br>Connection refused: nothing listens on 127.0.0.1:1.</qt>")
    assert desk.window.minimumSizeHint().width() < LEAST


def has(image: QImage, name: str) -> bool:
    return any(image.pixelColor(x, y).name() == name for x in range(image.width()) for y in range(image.height()))


@at_desk
async def test_light_dark_and_back_recolour_what_is_shown(desk: Desk) -> None:
    server, client = await desk.playground()
    desk.window.tabs.unsplit()
    port = server.server_bar.port.value()
    busy = await desk.server(port)
    await desk.until(busy.banner.isVisible)
    window = desk.window
    for name, theme in (("dark", DARK), ("light", LIGHT), ("dark", DARK)):
        window.actions_[f"theme-{name}"].trigger()
        await desk.until(lambda theme=theme: has(busy.banner.grab().toImage(), theme.close_chip[0]))
        assert theme.error in window.status._labels["message"].styleSheet()
        for place, tone in ((0, theme.good), (1, theme.good), (2, theme.error)):
            picture = window.tabs.tabIcon(place).pixmap(24, 24).toImage()
            assert has(picture, tone), (name, place)
            assert has(window.sessions.topLevelItem(place).icon(0).pixmap(24, 24).toImage(), tone)
        window.tabs.setCurrentWidget(server)
        chip, rows = server.server_bar.chip, client.table.viewport()
        await desk.until(lambda chip=chip, theme=theme: has(chip.grab().toImage(), theme.text_chip[0]))
        window.tabs.setCurrentWidget(client)
        await desk.until(lambda rows=rows, theme=theme: has(rows.grab().toImage(), theme.http_chip[0]))
        window.tabs.setCurrentWidget(busy)
        assert desk.settings.text("theme") == name


@at_desk
async def test_the_status_line_counts(desk: Desk) -> None:
    _, client = await desk.playground()
    status = desk.window.status
    client.session.send([client.client.ws.frame(1, b"x" * 2000)])
    await desk.rows(client, 4)
    await desk.until(lambda: status.text("received").startswith("↓ 1 frame · "))
    assert status.text("state") == "OPEN · readyState 1"
    assert status.text("sent").startswith("↑ 1 frame · 2.")
    assert status.text("violations") == ""
    assert status.text("capture").startswith("4 of 4 rows · capture ")
    assert status.text("message").startswith("Connected to 127.0.0.1:")
    long = "a sentence " * 100
    client.session.say(long, failed=True)
    await desk.until(lambda: status.text("message") == long)
    label = status._labels["message"]
    assert has(label.grab().toImage(), LIGHT.error), "in the colour of bad news"
    assert "a sentence a sentence" in label.toolTip()
    assert desk.window.minimumSizeHint().width() < LEAST


@at_desk
async def test_violations_are_counted_and_gone_to(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    # A pong of 126 bytes breaks section 5.5; the server fails the connection.
    ws.write_frames([ws.frame(10, bytes(126))])
    await desk.until(lambda: client.client.state is State.CLOSED)
    await desk.until(lambda: client.frame_bar.violations.isVisible())
    await desk.until(lambda: desk.window.status.text("violations") != "")
    await desk.until(lambda: not client.session.recorder.writer.backlog)
    await desk.rows(client, client.session.recorder.committed)
    click(client.frame_bar.violations)
    row = client.model.row(client.table.currentIndex().row())
    assert row is not None
    assert row.violations[0].section == "5.5"
    assert not client.table.follow
    assert texts(client, OPCODE)[2] == "PONG"
    click(client.frame_bar.violations)
    assert client.table.currentIndex().row() >= 0


@at_desk
async def test_a_capture_that_is_deleted_meanwhile_is_shown_on(desk: Desk) -> None:
    _, client = await desk.playground()
    await desk.rows(client, 2)
    client.session.recorder.path.unlink()
    desk.window.actions_["ping"].trigger()
    await desk.until(lambda: "has been written anew" in client.banner.sentence)
    rows = await desk.rows(client, 4)
    assert [row.opcode for row in rows[2:4]] == [9, 10]
    assert client.session.recorder.path.exists()


@at_desk
async def test_a_capture_that_cannot_be_read_gives_a_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, client = await desk.playground()
    from wsgui.capture.errors import CaptureError

    def fail(*_: object) -> object:
        raise CaptureError("x.wscap is damaged.")

    for name in ("rows", "frame", "payload", "handshake", "violations", "broken_rows", "ids", "row", "message_of"):
        monkeypatch.setattr(client.reader, name, fail)
    client.show_connection(1)
    assert client.banner.sentence == "x.wscap is damaged."
    client.banner.hide()
    client.next_violation()
    assert client.banner.isVisible()
    client.banner.hide()
    client._show_message()
    client._shown_id = 1
    for method in (client._show_handshake, client._show_message):
        client.banner.hide()
        method()
        assert client.banner.isVisible()
