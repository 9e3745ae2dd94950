"""The tab of each kind of session: a row for each of `wsgui.session.kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.session.kinds import CLIENT, SERVER
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.tabs.server.server_tab import ServerTab

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.session.base import Session
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.window.settings import Settings

TABS: Final[dict[str, Callable[[Session, Settings], LiveTab]]] = {
    CLIENT.name: lambda session, settings: ClientTab(session, settings),  # type: ignore[arg-type]
    SERVER.name: lambda session, _: ServerTab(session),  # type: ignore[arg-type]
}
"""What makes the tab of a session, by the name of its kind."""
