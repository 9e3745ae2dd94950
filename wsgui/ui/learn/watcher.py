"""What a person has done, as it can be seen of the tabs and of what they have recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from wsgui.capture.errors import CaptureError
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role
from wsgui.records import Direction
from wsgui.session.snapshot import Light
from wsgui.ui.learn.steps import Deed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsgui.capture.views import Row
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.session_tab import SessionTab

_AT_ONCE: Final = 500
"""Rows of a tab that are looked at in one go: a flood is not a person's deed."""


class Watcher:
    """`look` gathers in `done` what has been done since it was made; ``tabs`` are those that were open then."""

    def __init__(self, done: Iterable[Deed] = (), tabs: Iterable[SessionTab] = ()) -> None:
        self.done = set(done)
        self._read: WeakKeyDictionary[SessionTab, int] = WeakKeyDictionary()
        """Up to which row each tab was looked through."""
        self._connections: WeakKeyDictionary[SessionTab, int] = WeakKeyDictionary()
        for tab in tabs:
            self._read[tab] = tab.session.recorder.committed
            self._connections[tab] = tab.session.recorder.tally.connections

    def look(self, tabs: Iterable[SessionTab]) -> None:
        """Look at the tabs of the window; two of them are in view where it is split."""
        for tab in tabs:
            from wsgui.ui.tabs.live_tab import LiveTab

            if isinstance(tab, LiveTab) and tab.session.role is Role.CLIENT:
                self._look_at_session(tab)
            if tab.isVisible():
                self._look_at_view(tab)

    def _look_at_session(self, tab: LiveTab) -> None:
        if tab.session.snapshot().light is Light.GOOD:
            self.done.add(Deed.CONNECTED)
            if tab.session.recorder.tally.connections > max(self._connections.get(tab, 0), 1):
                self.done.add(Deed.AGAIN)
        committed = tab.session.recorder.committed
        after = self._read.get(tab, 0)
        if committed <= after:
            return
        self._read[tab] = committed
        try:
            rows = tab.reader.rows(max(after + 1, committed - _AT_ONCE + 1), committed)
        except CaptureError:  # the tab says so itself
            return
        for row in rows:
            self.done.update(deeds_of(row))

    def _look_at_view(self, tab: SessionTab) -> None:
        from wsgui.ui.view.frames.cells import HTTP

        if tab.view.filter is not None:
            self.done.add(Deed.FILTERED)
        place = tab.table.currentIndex().row() if tab.table.selectionModel().hasSelection() else -1
        try:
            row = tab.model.row(place) if place >= 0 else None
        except CaptureError:
            row = None
        if row is None:
            return
        shown = tab.inspector.tabs.currentWidget()
        if row.opcode == HTTP and shown is tab.inspector.handshake:
            self.done.add(Deed.HEADS)
        elif row.masking_key is not None:
            self.done.add(Deed.LOOKED)
        if (row.fragments or 0) > 1 and shown is tab.inspector.message:
            self.done.add(Deed.JOINED)


def deeds_of(row: Row) -> set[Deed]:
    """What a row of a client's capture tells."""
    sent = row.direction is Direction.SENT
    found: set[Deed] = set()
    if row.opcode == Opcode.TEXT:
        found.add(Deed.SENT if sent else Deed.ANSWERED)
    if sent and row.opcode >= 0 and (row.fragment or 0) >= 2:
        found.add(Deed.CUT)
    if sent and row.opcode >= 0 and row.violations:
        found.add(Deed.BROKEN)
    if row.opcode == Opcode.CLOSE and len(row.preview) >= 2:
        code = int.from_bytes(row.preview[:2], "big")
        if sent and 4000 <= code <= 4999:
            found.add(Deed.CLOSED)
        elif not sent and 1002 <= code <= 1011:
            found.add(Deed.BACK)
    return found
