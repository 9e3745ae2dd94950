"""Three people on their way, with their clicks counted: a student, a tester with an endpoint of her own, and somebody
who has just installed the program. Keys are free: what is typed has to be typed anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from tests.ui.real_window import Desk, at_desk
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.records import Direction

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from wsgui.ui.tabs.client.client_tab import ClientTab

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Clicks and counts them; types into whatever has the focus."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        self.clicks += 1
        QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if at is None else at)

    def type(self, text: str) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifier)


@at_desk
async def test_the_student_sees_a_first_frame_with_one_click_and_breaks_a_rule_with_three(desk: Desk) -> None:
    hand = Hand()
    hand.click(desk.window.welcome.playground)
    await desk.until(lambda: desk.window.tabs.count() == 2)
    client: ClientTab = desk.window.all_tabs()[1]  # type: ignore[assignment]
    await desk.until(client.composer.send_button.isEnabled)
    await desk.until(client.composer.text_tab.edit.hasFocus)
    hand.type("Hello")
    hand.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rows = await desk.rows(client, 4)
    assert [(row.direction, row.preview) for row in rows[2:]] == [
        (Direction.SENT, b"Hello"),
        (Direction.RECEIVED, b"Hello"),
    ]
    assert hand.clicks == 1
    hand = Hand()
    bar = client.composer.tabs.tabBar()
    place = next(place for place in range(bar.count()) if "Raw" in bar.tabText(place).replace("&", ""))
    hand.click(bar, bar.tabRect(place).center())
    hand.click(client.composer.raw_tab.header.bits.cells[1])  # RSV1
    await desk.until(client.composer.send_button.isEnabled)
    hand.click(client.composer.send_button)
    await desk.until(lambda: client.client.state is State.CLOSED)
    await desk.until(lambda: client.session.recorder.tally.violations)
    assert hand.clicks == 3
    assert client.client.last_end is not None
    assert client.client.last_end.code == 1002


@at_desk
async def test_the_tester_saves_an_endpoint_with_token_and_subprotocol_with_seven(desk: Desk) -> None:
    hand = Hand()
    window = desk.window
    hand.click(window.welcome.client)
    tab: ClientTab = window.front  # type: ignore[assignment]
    hand.type("wss://api.example/feed")
    hand.click(tab.address_bar.options)
    drawer = tab.options.drawer

    def page(title: str) -> None:
        found = drawer.list.findItems(title, Qt.MatchFlag.MatchExactly)[0]
        hand.click(drawer.list.viewport(), drawer.list.visualItemRect(found).center())

    page("Authorization")
    combo = drawer.fields["auth"].findChild(QComboBox)
    assert combo is not None
    hand.click(combo)
    await desk.until(combo.view().isVisible)
    # A mouse picks it with one more click; Qt does not hear that one so soon after the list has opened.
    hand.clicks += 1
    QTest.keyClicks(combo.view(), "bea")
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    await desk.until(lambda: not combo.view().isVisible())
    await desk.until(combo.hasFocus)
    hand.key(Qt.Key.Key_Tab)
    hand.type("t0ken")
    page("Handshake")
    hand.key(Qt.Key.Key_Tab)
    hand.key(Qt.Key.Key_Tab)
    hand.type("chat.v2")
    desk.ask.text = "feed"
    hand.click(tab.address_bar.star)
    saved = window.endpoints.store.named("feed").settings
    assert (saved.url, saved.auth, saved.subprotocols) == ("wss://api.example/feed", "bearer", ["chat.v2"])
    assert tab.session.settings.token == "t0ken"
    assert hand.clicks == 7


@at_desk
async def test_an_error_is_found_among_five_thousand_messages_with_two(desk: Desk) -> None:
    server, client = await desk.playground()
    texts = [f'{{"id": {number}, "state": "fine"}}' for number in range(5000)]
    texts[3456] = '{"id": 3456, "state": "error"}'
    message = client.client.ws.driver.connection.message  # type: ignore[union-attr]
    for start in range(0, 5000, 500):
        client.session.send([message(Opcode.TEXT, text.encode()) for text in texts[start : start + 500]], None)
    await desk.until(lambda: server.session.recorder.committed >= 10_002)
    desk.window.tabs.setCurrentWidget(server)
    await desk.until(lambda: server.model.rowCount() >= 10_002)
    hand = Hand()
    hand.click(server.filter_bar.edit)
    hand.type("error")
    hand.key(Qt.Key.Key_Return)
    await desk.until(lambda: server.model.rowCount() == 2)
    table = server.table
    hand.click(table.viewport(), table.visualRect(server.model.index(0, 0)).center())
    row = server.model.row(table.currentIndex().row())
    assert row is not None
    assert b"error" in row.preview
    assert hand.clicks == 2
