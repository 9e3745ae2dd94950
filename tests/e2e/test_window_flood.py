"""Many frames while somebody scrolls, pauses and follows: nothing is lost and the table ends where it should.

``tests/soak/soak_window.py`` does the same with ten times as many.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.real_window import Desk, agree, at_desk, click, raw_server, read_to_end, texts
from wsgui.protocol.states import State
from wsgui.ui.view.frames.cells import PAYLOAD

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from wsgui.ui.view.frames.table import FrameTable

pytestmark = pytest.mark.e2e

FRAMES = 5_000


def pourer(frames: int) -> Callable[[socket.socket], None]:
    """A peer that sends so many numbered texts, then a close frame."""

    def pour(peer: socket.socket) -> None:
        agree(peer)
        for start in range(0, frames, 500):
            peer.sendall(b"".join(b"\x81\x0a%010d" % number for number in range(start, start + 500)))
        peer.sendall(b"\x88\x02\x03\xe8")
        assert peer.recv(100)[:2] == b"\x88\x82"  # and the server ends TCP (RFC 6455 section 7.1.1)

    return pour


def wheel(table: FrameTable, steps: int) -> None:
    at = QPointF(table.viewport().rect().center())
    event = QWheelEvent(
        at,
        QPointF(table.viewport().mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(table.viewport(), event)


async def scroll_in_a_flood(desk: Desk, frames: int) -> None:
    """A person scrolls about while so many come."""
    with raw_server(pourer(frames)) as url:
        tab = await desk.client(url)
        table = tab.table
        turn = 0

        def busy() -> bool:
            nonlocal turn
            turn += 1
            wheel(table, 3 if turn % 3 else -2)
            if turn % 5 == 0:
                QTest.keyClick(table, Qt.Key.Key_PageUp)
            if turn % 7 == 0:
                QTest.keyClick(table, Qt.Key.Key_Home)
            if turn % 11 == 0:
                QTest.keyClick(table, Qt.Key.Key_End)
            return tab.client.state is State.CLOSED and tab.session.recorder.committed == frames + 4

        await desk.until(busy)
    assert tab.session.recorder.tally.frames_received == frames + 1
    await desk.until(lambda: tab.model.rowCount() == frames + 4)
    ids = tab.reader.ids(None, 0, frames + 4)
    assert len(ids) == frames + 4
    for first in (3, frames // 2, frames - 997):
        rows = tab.reader.rows(first, first + 999)
        assert [row.preview for row in rows] == [b"%010d" % (first - 3 + place) for place in range(1000)]
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.follow
    assert table.currentIndex().row() == frames + 3
    assert table.rowAt(table.viewport().height() - 30) == frames + 3 or table.rowAt(5) > frames - 100
    assert tab.frame_bar.follow.isChecked()


@at_desk
async def test_a_flood_while_scrolling_loses_nothing(desk: Desk) -> None:
    await scroll_in_a_flood(desk, FRAMES)


@at_desk
async def test_following_ends_on_the_last_row(desk: Desk) -> None:
    with raw_server(pourer(FRAMES)) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.client.state is State.CLOSED)
        await desk.until(lambda: tab.model.rowCount() == FRAMES + 4)
    bar = tab.table.verticalScrollBar()
    assert tab.table.follow
    assert bar.value() == bar.maximum() > FRAMES - 200
    await desk.until(lambda: desk.window.status.text("capture").startswith("5\u202f004 of 5\u202f004 rows · capture "))


@at_desk
async def test_pausing_holds_the_table_and_recording_goes_on(desk: Desk) -> None:
    def wait_then_pour(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(b"\x81\x05begin")
        assert peer.recv(100)
        for number in range(300):
            peer.sendall(b"\x82\x04" + struct.pack("!I", number))
        read_to_end(peer)

    with raw_server(wait_then_pour) as url:
        tab = await desk.client(url)
        await desk.rows(tab, 3)
        click(tab.frame_bar.pause)
        assert desk.window.actions_["pause"].isChecked()
        await desk.until(tab.composer.send_button.isEnabled)
        click(tab.composer.send_button)
        await desk.until(lambda: tab.session.recorder.committed == 304)
        await desk.until(lambda: tab.frame_bar.paused.text() == "paused · 301 new")
        assert tab.model.rowCount() == 3
        assert texts(tab, PAYLOAD)[2] == "begin"
        await desk.until(lambda: desk.window.status.text("capture").startswith("3 of 304 rows"))
        desk.window.actions_["pause"].trigger()
        await desk.until(lambda: tab.model.rowCount() == 304)
        assert not tab.frame_bar.paused.isVisible()
        assert tab.table.follow
        assert tab.table.verticalScrollBar().value() == tab.table.verticalScrollBar().maximum()
        desk.window.actions_["cut"].trigger()
        await desk.until(lambda: tab.client.state is State.CLOSED)
