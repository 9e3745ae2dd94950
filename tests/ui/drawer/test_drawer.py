"""The drawer on its own: fields, what is wrong with them, what they make of the settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from tests.ui.real_window import click
from wsgui.endpoint.engine_options import client_options, server_options
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import Role
from wsgui.session.kinds import KINDS
from wsgui.ui.drawer.drawer import Drawer
from wsgui.ui.drawer.pages import drawer_pages
from wsgui.ui.drawer.pairs_field import PairsField
from wsgui.ui.window.actions import ACTIONS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Desk:
    """A drawer over settings of its own, as a session has them."""

    def __init__(self, qtbot: QtBot, settings: EndpointSettings) -> None:
        self.settings = settings
        self.check: Any = client_options if settings.kind == "client" else server_options
        self.query = PairsField("query", "Quer&y", "The query", "=", "part")
        role = KINDS[settings.kind].endpoint.role
        pages = drawer_pages(role, {"Query": self.query} if role is Role.CLIENT else None)
        self.drawer = Drawer(KINDS[settings.kind], pages, lambda: self.settings, self.use)
        qtbot.addWidget(self.drawer)
        self.drawer.resize(1000, 300)
        self.drawer.show()
        qtbot.waitExposed(self.drawer)

    def use(self, settings: EndpointSettings) -> None:
        self.check(settings)
        self.settings = settings

    def __getitem__(self, name: str) -> Any:
        """A field, with its page in front."""
        field = self.drawer.fields[name]
        self.drawer.list.setCurrentRow(self.drawer._page_of[field])
        return field

    def pages(self) -> list[str]:
        return [self.drawer.list.item(place).text() for place in range(self.drawer.list.count())]


@pytest.fixture
def client(qtbot: QtBot) -> Desk:
    return Desk(qtbot, EndpointSettings())


@pytest.fixture
def server(qtbot: QtBot) -> Desk:
    return Desk(qtbot, EndpointSettings(kind="server"))


def type_cell(field: PairsField, place: int, column: int, text: str) -> None:
    table = field.table
    table.setCurrentCell(place, column)
    if table.state() is not QAbstractItemView.State.EditingState:
        table.editItem(table.item(place, column))
    (editor,) = [one for one in table.viewport().findChildren(QLineEdit) if one.isVisible()]
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt takes Enter in a cell at the next turn of the loop


def test_headers_keep_order_case_and_duplicates(client: Desk) -> None:
    field = client["headers"]
    for place, (name, value) in enumerate([("X-b", "1"), ("x-B", "2")]):
        click(field.add)
        type_cell(field, place, 0, name)
        type_cell(field, place, 1, value)
    assert client.settings.headers == [("X-b", "1"), ("x-B", "2")]
    field.table.setCurrentCell(1, 0)
    click(field.up)
    assert client.settings.headers == [("x-B", "2"), ("X-b", "1")]
    assert field.table.currentRow() == 0
    click(field.up)
    click(field.down)
    assert client.settings.headers == [("X-b", "1"), ("x-B", "2")]
    click(field.remove)
    assert client.settings.headers == [("X-b", "1")]


def test_a_header_that_is_switched_off_is_kept_and_not_sent(client: Desk) -> None:
    field = client["headers"]
    QGuiApplication.clipboard().setText("A: 1\n\nB: two: 2\r\nC:3\n")
    field.table.setFocus()
    QTest.keyClick(field.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert client.settings.headers == [("A", "1"), ("B", "two: 2"), ("C", "3")]
    item = field.table.item(1, 0)
    at = field.table.visualItemRect(item)
    QTest.mouseClick(field.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at.left() + 10, at.center().y()))
    assert client.settings.headers == [("A", "1"), ("C", "3")]
    assert client.settings.headers_off == [("B", "two: 2")]
    client.drawer.follow()
    assert field.table.item(1, 0).text() == "B", "it stays in its place"
    at = field.table.visualItemRect(field.table.item(1, 1)).center()
    QTest.mouseClick(field.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(field.table, Qt.Key.Key_Delete)
    assert client.settings.headers_off == []
    QTest.keyClick(field.table, Qt.Key.Key_Insert)
    assert field.table.state() == QAbstractItemView.State.EditingState


def test_what_is_wrong_is_said_at_its_field_and_not_in_force(client: Desk) -> None:
    field = client["subprotocols"]
    QTest.keyClicks(field.edit, "chat, d e")
    sentence = "The subprotocol 'd e' has a character that is not allowed there."
    assert client.drawer.error is not None
    assert field.wrong.isVisible()
    assert field.wrong.text() == sentence
    assert client.drawer.trouble.text() == f"Not in force: {sentence}"
    assert client.pages()[3] == "Handshake ⚠"
    assert client.settings.subprotocols == ["chat", "d"], "what was right before holds"
    client.drawer.follow()
    assert field.edit.text() == "chat, d e", "what is being typed stays"
    client.drawer.list.setCurrentRow(0)
    client.drawer.show_trouble()
    assert client.drawer.list.currentRow() == 3
    assert field.edit.hasFocus()
    for _ in range(3):
        QTest.keyClick(field.edit, Qt.Key.Key_Backspace)
    assert client.drawer.error is None
    assert not field.wrong.isVisible()
    assert not client.drawer.trouble.isVisible()
    assert client.pages()[3] == "Handshake"
    assert client.settings.subprotocols == ["chat"]


def test_secrets_are_dots_until_they_are_shown(client: Desk) -> None:
    client["auth"].box.setCurrentIndex(1)
    field = client["password"]
    QTest.keyClicks(field.edit, "hush")
    assert client.settings.password == "hush"
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    assert field.edit.displayText() == "●●●●"
    click(field.show_button)
    assert field.edit.displayText() == "hush"
    click(field.show_button)
    assert field.edit.displayText() == "●●●●"


def test_a_password_in_the_proxys_url_goes_to_its_own_field(client: Desk) -> None:
    field = client["proxy"]
    assert not field.edit.isEnabled()
    field.box.setCurrentIndex(1)
    assert client.settings.proxy == "environment"
    field.box.setCurrentIndex(2)
    QTest.keyClicks(field.edit, "socks5://me:h%40sh@127.0.0.1:1080")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.text() == "socks5://me@127.0.0.1:1080"
    assert (client.settings.proxy, client.settings.proxy_password) == ("socks5://me@127.0.0.1:1080", "h@sh")
    assert client_options(client.settings).network.proxy == "socks5://me:h%40sh@127.0.0.1:1080"
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "ftp://x")
    assert field.wrong.text().startswith("A proxy's URL starts with http://")
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "http://me:%FF@127.0.0.1:1")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.text() == "http://me:%FF@127.0.0.1:1"
    assert "is not UTF-8 behind its percent signs" in field.wrong.text()
    field.box.setCurrentIndex(0)
    assert client.settings.proxy == ""


def test_parameters_of_deflate_as_widgets_and_as_text(client: Desk) -> None:
    client["deflate"].box.click()
    assert client.settings.deflate
    field = client["offer"]
    click(field.switches["server_no_context_takeover"])
    window = field.windows["client_max_window_bits"]
    window.setCurrentIndex(window.findText("10"))
    assert client.settings.offer == "permessage-deflate; server_no_context_takeover; client_max_window_bits=10"
    assert field.edit.text() == client.settings.offer
    assert "looks back 1 KiB" in field.meaning.text()
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "permessage-deflate; server_max_window_bits=8")
    assert not field.switches["server_no_context_takeover"].isChecked()
    assert field.windows["server_max_window_bits"].currentText() == "8"
    assert window.currentText() == "not said"
    QTest.keyClicks(field.edit, "0")
    assert field.meaning.text() == "server_max_window_bits is 80, not 8 to 15. The text is sent as it is."
    assert client.settings.offer.endswith("=80")
    assert client.drawer.error is None, "an illegal offer may be sent"
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "x-other")
    assert "this is another header" in field.meaning.text()


def test_a_servers_wish_must_be_right(server: Desk) -> None:
    server["deflate"].box.click()
    field = server["wish"]
    field.windows["server_max_window_bits"].setCurrentIndex(0)
    assert server.settings.wish == "client_max_window_bits=12"
    field.edit.setFocus()
    field.edit.end(False)
    QTest.keyClicks(field.edit, "3")
    assert field.wrong.text() == "client_max_window_bits is 123, not 8 to 15."
    assert server.settings.wish == "client_max_window_bits=12"


def test_not_verifying_has_a_warning_that_is_seen(client: Desk) -> None:
    field = client["verify"]
    assert not field.warning.isVisible()
    click(field.box)
    assert not client.settings.verify
    assert field.warning.isVisible()
    assert field.warning.text().startswith("The server is not verified")
    click(field.box)
    assert client.settings.verify
    assert not field.warning.isVisible()


def test_messages_on_connect_have_lines(client: Desk) -> None:
    field = client["on_connect"]
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "one")
    for text in ("---", "two", "lines", " --- ", ""):
        QTest.keyClick(field.edit, Qt.Key.Key_Return)
        QTest.keyClicks(field.edit, text)
    assert client.settings.on_connect == ["one", "two\nlines"]


def test_messages_on_connect_are_what_was_typed(client: Desk) -> None:
    field = client["on_connect"]
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "10\u00a0km")
    QTest.keyClick(field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(field.edit, " b ")
    assert client.settings.on_connect == ["10\u00a0km\n b "]


def test_messages_of_a_file_come_back_as_they_were(client: Desk) -> None:
    messages = ["a\n---\nb", "\n", "c\r\nd", "e\u2028f"]
    field = client["on_connect"]
    field.show_value(messages)
    client["redirects"].box.setValue(2)
    assert client.settings.redirects == 2
    assert client.settings.on_connect == messages
    field.edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(field.edit, "g")
    assert client.settings.on_connect != messages


def test_numbers_and_times(client: Desk) -> None:
    client["idle_timeout"].box.setValue(2.5)
    client["redirects"].box.setValue(3)
    client["reconnect_jitter"].box.setValue(35)
    assert client["ping_interval"].box.text() == "no pings"
    settings = client.settings
    assert (settings.idle_timeout, settings.redirects, settings.reconnect_jitter) == (2.5, 3, 0.35)
    client["opening_timeout"].box.setValue(0)
    assert client["opening_timeout"].wrong.text() == "The opening timeout is more than 0 seconds."


def test_a_servers_fields(server: Desk) -> None:
    server["paths"].edit.setPlainText("/chat\n\n /news/* ")
    server["origins"].edit.setPlainText("https://a")
    server["subprotocol_required"].box.click()
    server["reject_body"].edit.setPlainText("no\nentry")
    server["reject_status"].box.setValue(503)
    server["secure"].box.click()
    server["required_headers"].paste("X-Key: 1")
    server["auth"].box.setCurrentIndex(1)
    settings = server.settings
    assert settings.paths == ["/chat", "/news/*"]
    assert settings.origins == ["https://a"]
    assert settings.subprotocol_required
    assert settings.secure
    assert (settings.reject_status, settings.reject_body) == (503, "no\nentry")
    assert settings.required_headers == [("X-Key", "1")]
    assert settings.auth == "basic"
    server["paths"].edit.setPlainText("chat")
    assert server["paths"].wrong.text() == "A path starts with /: 'chat' does not."
    server["reject_status"].box.setValue(100)
    assert server.drawer.error is not None
    assert server.drawer.error.field == "reject_status"


@pytest.mark.parametrize("kind", ["client", "server"])
def test_every_setting_of_the_role_has_a_field(qtbot: QtBot, kind: str) -> None:
    desk = Desk(qtbot, EndpointSettings(kind=kind))
    elsewhere = {"kind", "notes", "policies", "url", "host", "port"}
    servers = {
        "behaviour",
        "behaviour_options",
        "routes",
        "unix_path",
        "secure",
        "page",
        "static_folder",
        "paths",
        "origins",
        "hosts",
        "refused_origins",
        "refused_hosts",
        "required_headers",
        "subprotocol_required",
        "reject_status",
        "reject_body",
        "wish",
    }
    clients = {
        "cookies",
        "pins",
        "origin",
        "offer",
        "redirects",
        "family",
        "bind",
        "proxy",
        "proxy_auth",
        "proxy_password",
        "verify",
        "server_name",
        "on_connect",
        "templates",
        "variables",
        "environment",
        "sent_environment",
        "answers",
        "answer_limit",
        "reconnect",
        "reconnect_first",
        "reconnect_most",
        "reconnect_jitter",
        "reconnect_attempts",
    }
    everything = {name for name in dir(EndpointSettings()) if not name.startswith("_") and name != "changed"}
    assert set(desk.drawer.fields) - {"query"} == everything - elsewhere - (servers if kind == "client" else clients)


@pytest.mark.parametrize("kind", ["client", "server"])
def test_everything_that_is_loaded_is_shown_and_given_back(qtbot: QtBot, kind: str) -> None:
    desk = Desk(qtbot, EndpointSettings(kind=kind))
    wanted = EndpointSettings(
        kind=kind,
        headers=[("A", "1")],
        headers_off=[("B", "2")],
        cookies=[("c", "d")] if kind == "client" else [],
        subprotocols=["x", "y"],
        auth="basic",
        user="me",
        password="p",
        deflate=True,
        idle_timeout=7.25,
        alpn=["h"],
        minimum_tls="1.3",
        behaviour="clock" if kind == "server" else "echo",
        behaviour_options=[("template", "{n}"), ("interval", "1s")] if kind == "server" else [],
        routes=["/a=echo", "/b='silent'"] if kind == "server" else [],
        paths=["/a"] if kind == "server" else [],
        on_connect=["a\nb", "c"] if kind == "client" else [],
        family="ipv4" if kind == "client" else "any",
        proxy="http://h:1" if kind == "client" else "",
        reconnect_jitter=0.5,
        notes="kept",
    )
    desk.drawer.load(wanted)
    assert desk.settings == wanted
    assert desk.drawer.draft() == wanted
    desk.drawer.load(EndpointSettings(kind=kind))
    assert desk.drawer.draft() == EndpointSettings(kind=kind)


def test_wrong_settings_of_a_saved_endpoint_are_shown_as_such(client: Desk) -> None:
    client.drawer.load(EndpointSettings(proxy="ftp://x"))
    assert client.drawer.error is not None
    assert client["proxy"].wrong.text().startswith("A proxy's URL starts with")


def test_a_path_that_was_browsed_for(client: Desk) -> None:
    field = client["ca_file"]
    asked: list[Any] = []
    client.drawer.browse_wanted.connect(asked.append)
    click(field.browse)
    assert asked == [field]
    field.choose("/ca.pem")
    assert client.settings.ca_file == "/ca.pem"


def test_escape_shuts_it(client: Desk, qtbot: QtBot) -> None:
    client.drawer.list.setFocus()
    with qtbot.waitSignal(client.drawer.closed):
        QTest.keyClick(client.drawer.list, Qt.Key.Key_Escape)


def test_what_is_being_typed_is_kept_when_a_button_is_clicked(client: Desk) -> None:
    field = client["headers"]
    click(field.add)
    editor = field.table.viewport().findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "X-A")
    click(field.paste_button)
    assert client.settings.headers[0] == ("X-A", "")


def mnemonics(texts: list[str]) -> list[str]:
    return [found[1].lower() for text in texts if (found := re.search("&([^&])", text))]


COMPOSER_KEYS = frozenset("xbioltre")
"""Mnemonics of the composer's tabs and of Send, which are in view together with the drawer."""


@pytest.mark.parametrize("kind", ["client", "server"])
def test_mnemonics_of_a_page_leave_the_menus_and_the_composer_alone(
    qtbot: QtBot, kind: Literal["client", "server"]
) -> None:
    drawer = Desk(qtbot, EndpointSettings(kind=kind)).drawer
    taken = COMPOSER_KEYS.union(mnemonics([row.menu for row in ACTIONS]))
    for page in range(drawer.list.count()):
        drawer.list.setCurrentRow(page)
        shown = [one for one in drawer.findChildren(QWidget) if one.isVisibleTo(drawer)]
        keys = mnemonics([one.text() for one in shown if isinstance(one, QAbstractButton | QLabel)])
        assert sorted(keys) == sorted(set(keys)), drawer.pages.currentWidget().accessibleName()
        assert not set(keys) & taken, drawer.pages.currentWidget().accessibleName()


def test_only_what_the_kind_of_authorization_needs_can_be_typed(client: Desk) -> None:
    names = ("user", "password", "token")
    kind = client["auth"]
    for place, wanted in enumerate(([], ["user", "password"], ["token"], ["user", "password"])):
        kind.box.setCurrentIndex(place)
        assert [name for name in names if client.drawer.fields[name].isEnabled()] == wanted
