"""The playground: an echo server on a free port of this machine, and a client connected to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.server.server_tab import ServerTab
    from wsgui.ui.tabs.session_tab import SessionTab


async def play(
    tab: ServerTab,
    new_client: Callable[[str], ClientTab | None],
    split: Callable[[SessionTab, Qt.Orientation], object],
) -> None:
    """Start the server of ``tab`` and open a client of it, side by side, with the cursor where a message is typed."""
    tab.server_bar.port.setValue(0)
    started = tab.server.start("127.0.0.1", 0)
    if started is not None:
        await started
    if tab.server.listening:
        client = new_client(tab.server.url)
        if client is not None:
            split(tab, Qt.Orientation.Horizontal)
            client.composer.current_tab.setFocus()
