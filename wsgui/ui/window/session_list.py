"""The list of sessions at the left; below each server its connections, with their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.ui.policies.strip import misbehaviour_line
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.widgets.theme import theme_of
from wsgui.ui.window.stripes import paint_stripe, stripe_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QContextMenuEvent

    from wsgui.session.base import Session
    from wsgui.session.snapshot import ConnectionLine, Light, Snapshot
    from wsgui.session.stored import StoredCapture
    from wsgui.ui.window.stripes import Stripe

_SESSION_ROLE = Qt.ItemDataRole.UserRole
_CONNECTION_ROLE = Qt.ItemDataRole.UserRole + 1
_MORE_ROLE = Qt.ItemDataRole.UserRole + 2


def dot(colour_name: str, mark: str = "", stripe: Stripe | None = None) -> QIcon:
    """A round light in a colour; with the colour of a ``mark``, a triangle beside it: it misbehaves on purpose; with a
    ``stripe``, that of its endpoint at the left."""
    pixmap = QPixmap(QSize(24, 24))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if stripe is not None:
        paint_stripe(painter, stripe, 24)
    painter.setBrush(QColor(colour_name))
    if mark:
        painter.drawEllipse(6, 12, 10, 10)
        painter.setBrush(QColor(mark))
        painter.drawPolygon([QPoint(17, 1), QPoint(24, 14), QPoint(10, 14)])
    else:
        painter.drawEllipse(7, 7, 11, 11)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # Qt would tint it
    return icon


@guarded
class SessionList(QTreeWidget):
    """Emits ``session_chosen(session)`` and ``connection_chosen(session, number)`` (None for all of them)."""

    session_chosen = Signal(object)
    connection_chosen = Signal(object, object)
    action_wanted = Signal(str)
    """The action of that id is to be done with the session that was chosen last."""
    lights_changed = Signal()
    """The theme has changed, and `icon_of` with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._items: dict[int, QTreeWidgetItem] = {}
        self._sessions: dict[int, Session | StoredCapture] = {}
        self._icons: dict[str, QIcon] = {}
        super().__init__(parent)
        self.setHeaderHidden(True)  # the panel has the title
        self.setAccessibleName("Sessions")
        self.setRootIsDecorated(True)
        self.setUniformRowHeights(True)
        self.setMinimumWidth(180)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemClicked.connect(self._chosen)
        self.itemActivated.connect(self._chosen)

    def add(self, session: Session | StoredCapture) -> None:
        """List a session."""
        item = QTreeWidgetItem(self)
        item.setData(0, _SESSION_ROLE, id(session))
        item.setExpanded(True)
        self._items[id(session)] = item
        self._sessions[id(session)] = session
        self.update_session(session)

    def remove(self, session: Session | StoredCapture) -> None:
        """Take a session off the list."""
        item = self._items.pop(id(session))
        del self._sessions[id(session)]
        self.takeTopLevelItem(self.indexOfTopLevelItem(item))

    def select(self, session: Session | StoredCapture) -> None:
        """Mark the session whose tab is in front, unless one of its connections is marked."""
        item = self._items.get(id(session))
        current = self.currentItem()
        if item is not None and current is not item and (current is None or current.parent() is not item):
            self.setCurrentItem(item)

    def update_session(self, session: Session | StoredCapture) -> None:
        """Show a session's name, state and connections as they are now."""
        item = self._items[id(session)]
        seen = session.snapshot()
        item.setText(0, seen.name)
        self._update_connections(item, session, seen.connections)
        self._tell_of_others(item, seen)
        item.setIcon(0, self._icon(seen.light, marked=bool(seen.misbehaviour), url=_url_of(session)))
        item.setToolTip(0, plain_tip(tip_of(seen)))

    def _update_connections(
        self, item: QTreeWidgetItem, session: Session | StoredCapture, lines: Sequence[ConnectionLine]
    ) -> None:
        wanted = {line.number: line for line in lines}
        have: dict[int, QTreeWidgetItem] = {}
        for known in [item.child(place) for place in range(item.childCount())]:
            if known is not None and known.data(0, _CONNECTION_ROLE) in wanted:
                have[known.data(0, _CONNECTION_ROLE)] = known
            elif known is not None and not known.data(0, _MORE_ROLE):
                item.removeChild(known)
        for number, line in wanted.items():
            child = have.get(number) or QTreeWidgetItem(item)
            if number not in have:
                child.setData(0, _SESSION_ROLE, id(session))
                child.setData(0, _CONNECTION_ROLE, number)
            child.setText(0, line.label)
            child.setIcon(0, self._icon(line.light))
            child.setToolTip(0, plain_tip(line.tip))

    def _tell_of_others(self, item: QTreeWidgetItem, seen: Snapshot) -> None:
        """The first line below a server that has more connections than are listed there."""
        first = item.child(0)
        is_there = first is not None and first.data(0, _MORE_ROLE)
        if not seen.unlisted:
            if first is not None and is_there:
                item.removeChild(first)
            return
        if first is None or not is_there:
            first = QTreeWidgetItem()
            first.setData(0, _SESSION_ROLE, item.data(0, _SESSION_ROLE))
            first.setData(0, _MORE_ROLE, True)
            item.insertChild(0, first)
        first.setText(0, f"{grouped(seen.unlisted)} earlier…")
        first.setToolTip(0, "List all connections (Ctrl+Shift+N)")

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours for the lights."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for session in self._sessions.values():
                self.update_session(session)
            self.lights_changed.emit()

    def icon_of(self, session: Session | StoredCapture) -> QIcon:
        """The light of a session, for its tab."""
        return self._items[id(session)].icon(0)

    def _icon(self, light: Light, *, marked: bool = False, url: str = "") -> QIcon:
        name = str(getattr(theme_of(self), light.value))
        mark = theme_of(self).error if marked else ""
        stripe = stripe_of(url)
        key = f"{name}{mark}{stripe}"
        icon = self._icons.get(key)
        if icon is None:
            icon = self._icons[key] = dot(name, mark, stripe)
        return icon

    def event(self, event: QEvent) -> bool:
        """F2 is the window's own while the list has not the focus."""
        if is_rename(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames the session."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_F2 and item is not None:
            self.session_chosen.emit(self._sessions.get(item.data(0, _SESSION_ROLE)))
            self.action_wanted.emit("rename")
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the connection under the pointer, or with the current one."""
        item = self.itemAt(event.pos()) if event.reason() is event.Reason.Mouse else self.currentItem()
        menu = None if item is None else self.menu_of(item)
        if menu is not None:
            menu.popup(event.globalPos())

    def menu_of(self, item: QTreeWidgetItem) -> QMenu | None:
        """The menu of a connection; it deletes itself when it closes. None for a session."""
        from wsgui.session.base import Session

        session, number = self._sessions.get(item.data(0, _SESSION_ROLE)), item.data(0, _CONNECTION_ROLE)
        if not isinstance(session, Session) or number is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Show Its Rows", lambda: self._chosen(item))
        menu.addSeparator()
        menu.addAction("&Close with 1000", lambda: session.close_connection(number))
        menu.addAction("D&rop TCP (No Close Frame)", lambda: session.cut(number))
        return menu

    def _chosen(self, item: QTreeWidgetItem) -> None:
        session = self._sessions.get(item.data(0, _SESSION_ROLE))
        if session is not None:
            self.session_chosen.emit(session)
            if item.data(0, _MORE_ROLE):
                self.action_wanted.emit("connections")
                return
            self.connection_chosen.emit(session, item.data(0, _CONNECTION_ROLE))


def is_rename(event: QEvent) -> bool:
    """Whether F2 is about to be taken for a shortcut of the window."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() == Qt.Key.Key_F2 and not event.modifiers()


def tip_of(seen: Snapshot) -> str:
    """What the tool tips of a session say: its name, the last thing that happened, what it does wrong on purpose."""
    line = misbehaviour_line(seen.misbehaviour)
    return "\n".join(part for part in (seen.name, seen.message, line) if part)


def _url_of(session: Session | StoredCapture) -> str:
    """Where a session leads; empty while it is not known, and for a file."""
    return str(getattr(session, "url", ""))
