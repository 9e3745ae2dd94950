"""The small widgets around the frame table: address bar, server bar, frame bar, banner, chip, welcome page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from wsgui.engine.behaviours import all_behaviours
from wsgui.protocol.states import State
from wsgui.ui.tabs.client.address_bar import AddressBar
from wsgui.ui.tabs.server.server_bar import ServerBar
from wsgui.ui.view.frame_bar import FrameBar
from wsgui.ui.widgets.banner import Banner
from wsgui.ui.widgets.chip import TONES, Chip
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of
from wsgui.ui.window.welcome import WelcomePage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


def show(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()


@pytest.fixture
def address(qtbot: QtBot) -> AddressBar:
    bar = AddressBar(["ws://one/", "ws://two/"])
    show(bar, qtbot)
    return bar


def line_of(bar: AddressBar) -> QLineEdit:
    line = bar.address.lineEdit()
    assert line is not None
    return line


def test_enter_and_the_button_connect(address: AddressBar, qtbot: QtBot) -> None:
    wanted: list[str] = []
    address.connect_requested.connect(wanted.append)
    qtbot.keyClicks(line_of(address), "  ws://host/x ")
    qtbot.keyClick(line_of(address), Qt.Key.Key_Return)
    qtbot.mouseClick(address.button, LEFT)
    assert wanted == ["ws://host/x", "ws://host/x"]


def test_enter_in_the_list_of_completions_connects_once(address: AddressBar, qtbot: QtBot) -> None:
    wanted: list[str] = []
    address.connect_requested.connect(wanted.append)
    line = line_of(address)
    popup = address.address.completer().popup()
    line.setFocus()
    qtbot.keyClicks(line, "ws://o")
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert wanted == ["ws://o"], "nothing was chosen from the list"
    line.clear()
    qtbot.keyClicks(line, "tw")
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert wanted[1:] == ["ws://two/"]


@pytest.mark.parametrize(
    ("state", "button", "tip"),
    [
        (State.CLOSED, "Connect", "Open a connection to this URL"),
        (State.CONNECTING, "Cancel", "Stop the attempt to connect"),
        (State.OPEN, "Disconnect", "Close the connection with code 1000"),
        (State.CLOSING, "Disconnect", "Close the connection with code 1000"),
    ],
)
def test_the_button_does_what_makes_sense(
    address: AddressBar, qtbot: QtBot, state: State, button: str, tip: str
) -> None:
    told: list[str] = []
    address.connect_requested.connect(told.append)
    address.disconnect_requested.connect(lambda: told.append("disconnect"))
    address.set_url("ws://a/")
    address.set_state(state)
    assert (address.button.text(), address.button.toolTip()) == (button, tip)
    assert address.chip.text() == state.name
    assert address.chip.toolTip() == f"readyState {int(state)}: {state.name}"
    assert address.button.isEnabled() is (state is not State.CLOSING)
    qtbot.keyClick(line_of(address), Qt.Key.Key_Return)
    assert told == (["ws://a/"] if state is State.CLOSED else [])
    qtbot.mouseClick(address.button, LEFT)
    assert told[-1:] == {State.CLOSED: ["ws://a/"], State.CLOSING: []}.get(state, ["disconnect"])


def test_the_history_leaves_the_field_alone_and_a_long_url_shows_its_beginning(address: AddressBar) -> None:
    address.set_url("ws://typed/" + "x" * 400)
    address.set_history(["ws://three/"])
    assert [address.address.itemText(0), address.address.count()] == ["ws://three/", 1]
    assert address.url.startswith("ws://typed/")
    assert line_of(address).cursorPosition() == 0


@pytest.fixture
def server(qtbot: QtBot) -> ServerBar:
    bar = ServerBar()
    show(bar, qtbot)
    return bar


def test_start_and_stop(server: ServerBar, qtbot: QtBot) -> None:
    told: list[object] = []
    server.start_requested.connect(lambda host, port: told.append((host, port)))
    server.stop_requested.connect(lambda: told.append("stop"))
    server.client_requested.connect(lambda: told.append("client"))
    assert not server.client.isEnabled()
    server.host.setText(" 0.0.0.0 ")
    server.port.setValue(0)
    qtbot.mouseClick(server.button, LEFT)
    server.set_listening("ws://0.0.0.0:4711/")
    server.request_start()
    assert not server.host.isEnabled()
    assert not server.port.isEnabled()
    assert server.port.value() == 4711, "0 has become a port"
    assert (server.chip.text(), server.chip.toolTip()) == ("LISTENING", "Clients connect to ws://0.0.0.0:4711/")
    qtbot.mouseClick(server.client, LEFT)
    qtbot.mouseClick(server.button, LEFT)
    assert told == [("0.0.0.0", 0), "client", "stop"]
    server.set_listening("")
    assert server.button.text() == "Start"
    assert server.chip.text() == "STOPPED"


def test_behaviours_are_offered_with_what_they_do(server: ServerBar, qtbot: QtBot) -> None:
    box = server.behaviour
    assert [box.itemData(place) for place in range(box.count())] == list(all_behaviours())
    first = next(iter(all_behaviours().values()))
    assert box.itemData(0, Qt.ItemDataRole.ToolTipRole) == first.summary
    told: list[str] = []
    server.behaviour_chosen.connect(told.append)
    server.choose_behaviour("clock")
    assert (box.currentText(), told) == ("clock", [])
    server.choose_behaviour("unheard of")
    assert box.currentText() == ""
    server.choose_behaviour("broadcast")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert told == [list(all_behaviours())[list(all_behaviours()).index("broadcast") + 1]]


@pytest.fixture
def frames(qtbot: QtBot) -> FrameBar:
    bar = FrameBar()
    around = QWidget()
    column = QVBoxLayout(around)
    for widget in (bar, bar.follow, bar.pause):
        column.addWidget(widget)
    show(around, qtbot)
    bar.around = around  # type: ignore[attr-defined]
    return bar


def test_the_frame_bar_says_what_is_shown(frames: FrameBar) -> None:
    assert frames.note.text() == "All frames"
    assert not frames.isVisible()
    assert not frames.everything.isVisible()
    frames.show_connection(3)
    assert frames.note.text() == "Connection #3 alone"
    assert frames.everything.isVisible()
    for count, text in ((1, "⚠ 1 violation"), (2, "⚠ 2 violations")):
        frames.show_violations(count)
        assert (frames.violations.text(), frames.violations.isVisible()) == (text, True)
    frames.show_violations(0)
    assert not frames.violations.isVisible()
    assert frames.isVisible()
    frames.show_connection(None)
    assert not frames.isVisible()
    extra = QLabel("found")
    extra.hide()
    frames.add_note(extra)
    assert not frames.isVisible()
    extra.show()
    assert frames.isVisible()
    assert extra.isVisible()


def test_the_frame_bar_tells(frames: FrameBar, qtbot: QtBot) -> None:
    told: list[object] = []
    frames.follow_toggled.connect(lambda yes: told.append(("follow", yes)))
    frames.pause_toggled.connect(lambda yes: told.append(("pause", yes)))
    frames.all_requested.connect(lambda: told.append("all"))
    frames.violation_wanted.connect(lambda: told.append("violation"))
    frames.show_connection(1)
    frames.show_violations(1)
    for button in (frames.follow, frames.pause, frames.everything, frames.violations):
        qtbot.mouseClick(button, LEFT)
    assert told == [("follow", False), ("pause", True), "all", "violation"]
    frames.show_held(0)
    assert frames.paused.text() == "paused"
    frames.show_held(7)
    assert frames.paused.text() == "paused · 7 new"
    frames.pause.setChecked(False)
    frames.show_held(0)
    assert not frames.paused.isVisible()


def test_a_banner_shows_plain_text_until_it_is_put_away(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert not banner.isVisible()
    banner.show_sentence("<b>bold</b> & so on")
    assert banner.isVisible()
    assert banner.sentence == "<b>bold</b> & so on"
    label = banner.findChild(QLabel)
    assert label is not None
    assert label.textFormat() is Qt.TextFormat.PlainText
    close = banner.findChild(QToolButton)
    assert close is not None
    qtbot.mouseClick(close, LEFT)
    assert not banner.isVisible()
    banner.show_sentence("Again.")
    assert banner.isVisible()
    banner.show_sentence("")
    assert not banner.isVisible()


def test_a_long_sentence_makes_the_banner_higher_not_wider(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_sentence("word " * 200)
    assert banner.minimumSizeHint().width() < 400
    assert banner.heightForWidth(500) > 100


@pytest.mark.parametrize("tone", TONES)
def test_a_chip(qtbot: QtBot, tone: str) -> None:
    chip = Chip()
    qtbot.addWidget(chip)
    chip.set_chip("OPEN", tone)
    assert chip.isVisible()
    wide = chip.sizeHint().width()
    chip.set_chip("OPEN AND MORE", tone)
    assert chip.sizeHint().width() > wide
    before = chip.grab().toImage()
    chip.set_chip("OPEN AND MORE", "error" if tone != "error" else "good")
    assert chip.grab().toImage() != before
    chip.set_chip("", tone)
    assert not chip.isVisible()


def test_the_welcome_page_has_six_ways_to_begin(qtbot: QtBot) -> None:
    page = WelcomePage()
    page.last = lambda: ["Client h/", "a & b.wscap", "c", "d", "e"]
    show(page, qtbot)
    told: list[str] = []
    page.action_wanted.connect(told.append)
    for button in (page.playground, page.tour, page.client, page.server, page.open, page.again):
        qtbot.mouseClick(button, LEFT)
    assert told == ["playground", "tour", "new-client", "new-server", "open", "last-tabs"]
    assert page.again.description() == "Client h/, a & b.wscap, c and 2 more: nothing is connected yet."
    page.show_last([])
    assert page.again.isHidden()


def test_the_welcome_page_lists_what_was_used_lately(qtbot: QtBot) -> None:
    page = WelcomePage()
    show(page, qtbot)
    page.show_recent([], [])
    assert page.recent.isHidden()
    endpoints = [(f"id{number}", f"One {number}", "wss://h/") for number in range(7)]
    page.show_recent([f"ws://h/{number}" for number in range(9)], ["/tmp/a & b.wscap"], endpoints)
    saved, *buttons = page.recent.findChildren(QPushButton)[0], *page.recent.findChildren(QPushButton)[5:]
    assert (saved.text(), saved.toolTip()) == ("One 0", "<qt>wss://h/</qt>")
    with qtbot.waitSignal(page.endpoint_chosen) as endpoint:
        qtbot.mouseClick(saved, LEFT)
    assert endpoint.args == ["id0"]
    assert [button.text() for button in buttons] == [*(f"ws://h/{number}" for number in range(5)), "a && b.wscap"]
    assert buttons[-1].toolTip()
    with qtbot.waitSignal(page.url_chosen) as url:
        qtbot.mouseClick(buttons[1], LEFT)
    assert url.args == ["ws://h/1"]
    with qtbot.waitSignal(page.file_chosen) as file:
        qtbot.mouseClick(buttons[-1], LEFT)
    assert file.args == [Path("/tmp/a & b.wscap")]


@pytest.mark.parametrize("width", [440, 800, 1200])
def test_nothing_of_the_welcome_page_is_cut(qtbot: QtBot, width: int) -> None:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(width, 640)
    page.show()
    qtbot.waitExposed(page)
    heading = page.findChild(QLabel)
    assert heading is not None
    for widget in (heading, page.playground, page.client, page.server):
        assert widget.height() >= widget.heightForWidth(widget.width())


def test_the_arrows_of_the_welcome_page_follow_the_theme(qtbot: QtBot) -> None:
    page = WelcomePage()
    qtbot.addWidget(page)
    for theme in (DARK, LIGHT):
        page.setPalette(palette_of(theme))
        for button in (page.playground, page.client, page.server):
            assert button.icon().pixmap(20, 20).toImage().pixelColor(9, 10).name() == theme.accent
