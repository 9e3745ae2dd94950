"""The drawer in a tab: button, address bar, Connect, room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

from tests.ui.real_window import Desk, at_desk, click
from tests.ui.window.test_main_window import interactive, told_of
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


async def client(desk: Desk, url: str = "ws://127.0.0.1:1/") -> ClientTab:
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.address_bar.set_url(url)
    return tab


@at_desk
async def test_the_shortcut_and_the_button_open_and_shut_it(desk: Desk) -> None:
    tab = await client(desk)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(desk.window, Qt.Key.Key_O, keys)
    assert tab.options.isVisible()
    assert tab.address_bar.options.text() == "Options ▴"
    assert tab.options.drawer.list.hasFocus()
    QTest.keyClick(tab.options.drawer.list, Qt.Key.Key_Escape)
    assert not tab.options.isVisible()
    click(tab.address_bar.options)
    assert tab.options.isVisible()


@at_desk
async def test_the_query_and_the_address_follow_each_other(desk: Desk) -> None:
    tab = await client(desk, "ws://127.0.0.1:1/p?a=1&b=x%20y")
    tab.options.show_page("Query")
    query = tab.options.drawer.fields["query"]
    assert query.value() == [("a", "1"), ("b", "x y")]
    query.table.setCurrentCell(0, 0)
    click(query.remove)
    assert tab.address_bar.url == "ws://127.0.0.1:1/p?b=x%20y"
    query.paste("c=é")
    assert tab.address_bar.url == "ws://127.0.0.1:1/p?b=x%20y&c=%C3%A9"
    assert tab.options.drawer.preview.toPlainText().startswith("GET /p?b=x%20y&c=%C3%A9 HTTP/1.1\nHost: 127.0.0.1:1")
    tab.address_bar.set_url("ws://h/?z=1")
    assert query.value() == [("z", "1")]
    assert tab.options.drawer.preview.toPlainText().startswith("GET /?z=1 HTTP/1.1\nHost: h\n")


@at_desk
async def test_what_is_typed_is_sent_and_secrets_stay_masked(desk: Desk) -> None:
    server = await desk.server()
    tab = await client(desk, server.server.url)
    tab.options.show_page("Authorization")
    fields = tab.options.drawer.fields
    fields["auth"].box.setCurrentIndex(2)
    QTest.keyClicks(fields["token"].edit, "hush")
    preview = tab.options.drawer.preview.toPlainText()
    assert preview.endswith("Authorization: Bearer ••••••")
    assert "hush" not in preview
    await desk.until(lambda: tab.address_bar.options.text() == "Options: Bearer ▴")
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    rows = await desk.rows(tab, 2)
    assert b"\r\nAuthorization: Bearer hush\r\n" in tab.reader.payload(rows[0].id)
    await desk.until(tab.options.drawer.note.isVisible)
    assert tab.options.drawer.note.text() == "A connection is open: changes hold for the next one."


@at_desk
async def test_connect_says_what_is_wrong_and_goes_there(desk: Desk) -> None:
    tab = await client(desk)
    tab.options.show_page("Network")
    field = tab.options.drawer.fields["proxy"]
    field.box.setCurrentIndex(2)
    QTest.keyClicks(field.edit, "http://nowhere")
    tab.options.show_page("Headers")
    click(tab.address_bar.options)
    click(tab.address_bar.button)
    assert tab.client.state is State.CLOSED
    assert tab.banner.sentence == "The proxy's URL names no port."
    assert tab.options.isVisible()
    assert field.isVisible()
    assert field.wrong.text() == "The proxy's URL names no port."


@at_desk
async def test_start_says_it_too(desk: Desk) -> None:
    desk.window.actions_["new-server"].trigger()
    tab = desk.window.front
    assert tab is not None
    tab.options.show_page("Admission")
    tab.options.drawer.fields["paths"].edit.setPlainText("x")
    click(tab.server_bar.button)
    assert not tab.server.listening
    assert tab.banner.sentence == "A path starts with /: 'x' does not."
    tab.options.drawer.fields["paths"].edit.setPlainText("/x")
    tab.server_bar.port.setValue(0)
    click(tab.server_bar.button)
    await desk.until(lambda: tab.server.listening)
    refused = await desk.client(tab.server.url)
    await desk.until(lambda: refused.session.failed)
    assert "404" in refused.session.message
    welcome = await desk.client(tab.server.url + "x")
    assert welcome.client.state is State.OPEN


@at_desk
async def test_what_is_changed_elsewhere_is_shown(desk: Desk) -> None:
    tab = await client(desk)
    tab.options.show_page("Times")
    field = tab.options.drawer.fields["ping_interval"]
    desk.window.actions_["keep-alive"].trigger()
    await desk.until(lambda: field.box.value() == 20)
    assert tab.address_bar.options.accessibleName() == "Options: keep-alive"
    field.box.setValue(5)
    assert tab.session.settings.ping_interval == 5
    assert desk.window.actions_["keep-alive"].isChecked()
    field.box.setValue(0)
    assert not desk.window.actions_["keep-alive"].isChecked()


@at_desk
async def test_escape_in_a_cell_ends_its_editing_alone(desk: Desk) -> None:
    tab = await client(desk)
    tab.options.show_page("Headers")
    field = tab.options.drawer.fields["headers"]
    click(field.add)
    (editor,) = field.table.viewport().findChildren(QLineEdit)
    QTest.keyClicks(editor, "X")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    await desk.until(lambda: not editor.isVisible())
    assert tab.options.isVisible()
    assert tab.session.settings.headers == []


@at_desk
async def test_it_lies_over_the_table_and_leaves_the_rest_its_room(desk: Desk) -> None:
    server, tab = await desk.playground()
    desk.window.resize(1060, 640)
    await desk.until(lambda: desk.window.height() == 640)
    for one, bar in ((tab, tab.address_bar), (server, server.server_bar)):
        desk.window.tabs.setCurrentWidget(one)
        lower = one.inspector.height()
        click(bar.options)
        for place in range(one.options.drawer.list.count()):
            one.options.drawer.list.setCurrentRow(place)
            await desk.until(lambda one=one: one.options.height() <= one.upper.height())
            assert (desk.window.width(), desk.window.height()) == (1060, 640)
            assert one.upper.covered is not one.table.isVisible()
            assert one.inspector.height() == lower
        one.options.drawer.load(replace(one.session.settings, headers=[("a", "b")], deflate=True, ping_interval=9))
        await desk.until(lambda bar=bar: "3" in bar.options.text() or "1 header" in bar.options.text())
        assert bar.options.accessibleName() == "Options: 1 header, deflate, keep-alive"
        assert (desk.window.width(), desk.window.height()) == (1060, 640)
    assert desk.window.minimumSizeHint().height() <= 640
    assert desk.window.minimumSizeHint().width() <= 1060


@at_desk
async def test_every_widget_of_it_has_a_name_and_a_tip(desk: Desk) -> None:
    server, tab = await desk.playground()
    for one in (server, tab):
        one.options.turn()
        found = interactive(one.options)
        assert len(found) > 40
        controls = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)
        bad = [
            told_of(widget)
            for widget in found
            if (not widget.accessibleName() and not str(widget.property("text") or "").strip())
            or (isinstance(widget, controls) and not widget.toolTip())
        ]
        # Tables and splitters are made of parts of Qt's own.
        assert [one for one in bad if "Header" not in one and "QTableCornerButton" not in one] == []
