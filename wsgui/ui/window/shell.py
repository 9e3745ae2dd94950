"""What the parts of the main window may ask of it. The window fills this in; the parts know nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from wsgui.session.base import Session
    from wsgui.session.kinds import SessionKind
    from wsgui.ui.panels.docks import PanelDocks
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.actions import Actions


class Shell(QMainWindow):
    """Tabs and actions, as endpoints and files see them."""

    actions_: Actions
    panels: PanelDocks

    @property
    def front(self) -> SessionTab | None:
        """The tab in front."""
        raise NotImplementedError

    def all_tabs(self) -> list[SessionTab]:
        """Every open tab, from the left."""
        raise NotImplementedError

    def add_tab(self, tab: SessionTab) -> None:
        """Put a tab in front."""
        raise NotImplementedError

    def bring_to_front(self, tab: SessionTab) -> None:
        """Show a tab that is open."""
        raise NotImplementedError

    def new(self, kind: SessionKind) -> LiveTab | None:
        """Open a tab with a new session of a kind; says so if it cannot be made."""
        raise NotImplementedError

    def show_session(self, session: Session) -> LiveTab:
        """Open a tab for a session that runs or will."""
        raise NotImplementedError

    @property
    def is_shut(self) -> bool:
        """Whether the window has begun to shut down: no tab is opened any more."""
        raise NotImplementedError
