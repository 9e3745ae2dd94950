"""The playground: a server on a free port of this machine, and a client connected to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.learn.lesson import Stage
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.server.server_tab import ServerTab
    from wsgui.ui.tabs.session_tab import SessionTab


async def play(
    tab: ServerTab,
    new_client: Callable[[str], ClientTab | None],
    split: Callable[[SessionTab, Qt.Orientation], object],
    stage: Stage | None = None,
) -> None:
    """Start the server of ``tab`` and open a client of it, side by side, with the cursor where a message is typed. The
    server echoes, or is that of a lesson."""
    if stage is not None:
        settings = tab.endpoint()
        settings = replace(settings, behaviour=stage.behaviour, behaviour_options=list(stage.options))
        tab.use_endpoint(replace(settings, deflate=stage.deflate))
    tab.server_bar.port.setValue(0)
    started = tab.server.start("127.0.0.1", 0)
    if started is not None:
        await started
    if tab.server.listening:
        client = new_client("" if stage is not None else tab.server.url)
        if client is not None:
            if stage is not None:
                url = tab.server.url.rstrip("/") + stage.path
                client.use_endpoint(replace(client.endpoint(), url=url, deflate=stage.deflate))
                client.session_start()
            split(tab, Qt.Orientation.Horizontal)
            client.composer.current_tab.setFocus()
