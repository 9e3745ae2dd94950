"""The tour, taken in the real window from its first step to its last, left and gone on with in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.protocol.states import State
from wsgui.ui.learn.steps import TOUR, Deed

if TYPE_CHECKING:
    from wsgui.ui.learn.panel import TourPanel


def ticked(panel: TourPanel) -> list[bool]:
    return [text.startswith("✓") for text in panel.said]


async def at(desk: Desk, panel: TourPanel, title: str) -> None:
    """The step is done: go on from it."""
    assert panel.step.title == title
    await desk.until(lambda: all(ticked(panel)))
    click(panel.on)


@at_desk
async def test_from_the_first_step_to_the_last(desk: Desk) -> None:
    window = desk.window
    window.welcome.again.hide()
    click(window.welcome.tour)
    panel = window.tour.panel
    assert panel is not None
    assert panel.isVisible()
    assert window.left.isVisible()
    assert ticked(panel) == [False, False, False]
    assert not panel.back.isEnabled()
    click(panel.begin)
    await desk.until(lambda: window.tabs.count() == 2)
    client = window.all_tabs()[1]
    await desk.until(lambda: client.client.state is State.OPEN)  # type: ignore[union-attr]
    await desk.until(lambda: ticked(panel) == [True, False, False])
    composer = client.composer  # type: ignore[union-attr]
    await desk.until(composer.send_button.isEnabled)
    composer.text_tab.edit.setPlainText("Hello")
    click(composer.send_button)
    await at(desk, panel, "Watch both sides")
    assert ticked(panel) == [False]
    await desk.until(lambda: client.model.rowCount() >= 4)
    client.table.select_place(2)
    await at(desk, panel, "Read a frame")
    # Left in the middle, it goes on where it was.
    click(panel.away)
    assert not panel.isVisible()
    window.actions_["tour"].trigger()
    assert panel.isVisible()
    assert panel.step.title == "Cut a message"
    composer.text_tab.edit.setPlainText("Grüße")
    composer.text_tab.split_box.setChecked(True)
    composer.text_tab.split_size.setValue(3)
    click(composer.send_button)
    await desk.until(lambda: ticked(panel) == [True, False])
    client.inspector.tabs.setCurrentWidget(client.inspector.message)
    client.table.select_place(4)
    await at(desk, panel, "Cut a message")
    composer.tabs.setCurrentIndex(composer._tabs.index(composer.close_tab))
    composer.close_tab.number.setValue(4000)
    await desk.until(composer.send_button.isEnabled)
    click(composer.send_button)
    await desk.until(lambda: ticked(panel) == [True, False])
    await desk.until(lambda: client.client.state is State.CLOSED)  # type: ignore[union-attr]
    client.session_start()  # type: ignore[union-attr]
    await at(desk, panel, "Close with a reason")
    client.table.select_place(0)
    client.inspector.tabs.setCurrentWidget(client.inspector.handshake)
    await at(desk, panel, "Look at the handshake")
    client.filter_bar.edit.setText("Hello")
    QTest.keyClick(client.filter_bar.edit, Qt.Key.Key_Return)
    await at(desk, panel, "Find a frame")
    composer.tabs.setCurrentIndex(composer._tabs.index(composer.raw_tab))
    composer.raw_tab.header.bits.flip_wanted.emit(1)  # RSV1
    await desk.until(composer.send_button.isEnabled)
    click(composer.send_button)
    await at(desk, panel, "Break a rule")
    assert not panel.isVisible()
    assert desk.settings.text("tour/done") == ",".join(sorted(one.value for one in Deed))
    window.actions_["tour"].trigger()  # it was finished: from the beginning
    assert panel.step is TOUR[0]
    window.tick()
    assert not any(ticked(panel)[1:])  # what was done before does not count again


@at_desk
async def test_what_the_settings_hold_is_checked(desk: Desk) -> None:
    desk.settings.keep("tour/done", "sent,nonsense,,looked")
    desk.settings.keep("tour/step", "99")
    desk.window.actions_["tour"].trigger()
    panel = desk.window.tour.panel
    assert panel is not None
    assert ticked(panel) == [False, True, False]
    click(panel.on)
    assert ticked(panel) == [True]
    click(panel.back)
    assert panel.step is TOUR[0]
