"""The tab of each kind of session: a row for each of `wsgui.session.kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.session.kinds import CLIENT, SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.session.base import Session
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.window.settings import Settings


def _client(session: Session, settings: Settings) -> LiveTab:
    from wsgui.ui.tabs.client.client_tab import ClientTab  # half of the window's modules, for whoever has a session

    return ClientTab(session, settings)  # type: ignore[arg-type]


def _server(session: Session, _settings: Settings) -> LiveTab:
    from wsgui.ui.tabs.server.server_tab import ServerTab

    return ServerTab(session)  # type: ignore[arg-type]


TABS: Final[dict[str, Callable[[Session, Settings], LiveTab]]] = {
    CLIENT.name: _client,
    SERVER.name: _server,
}
"""What makes the tab of a session, by the name of its kind."""
