"""What a session needs is imported before it is asked for, a little at a time, once the window has been painted.

The first paint does without it, and who opens a session a second later waits for none of it. It happens in the
window's thread: modules that threads import at the same time wait for one another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSE_MS: Final = 30
"""Between two modules the window does what else there is to do."""
ROOMS: Final = (
    *("sqlite3", "h11", "websockets.speedups", "python_socks.async_.asyncio", "cryptography.x509", "regex", "lark"),
    *("numpy", "tomlkit", "wsgui.engine.options", "wsgui.endpoint.settings", "wsgui.endpoint.policies"),
    *("wsgui.engine.driver", "wsgui.engine.client", "wsgui.engine.server", "wsgui.capture.reader"),
    *("wsgui.capture.writer", "wsgui.session.client", "wsgui.session.server", "wsgui.dissect.decoders.registry"),
    *(
        "wsgui.session.user_decoders:user_decoders",
        "wsgui.filter.fields",
        "wsgui.filter",
        "wsgui.capture.search",
        "wsgui.ui.inspector.inspector",
    ),
    *("wsgui.ui.composer.composer", "wsgui.ui.policies.control", "wsgui.ui.view.view_control"),
    *("wsgui.ui.tabs.session_tab", "wsgui.ui.tabs.live_tab", "wsgui.ui.tabs.client.client_tab"),
    *("wsgui.ui.tabs.server.server_tab", "wsgui.ui.tabs.capture.capture_tab"),
)
"""From what others need to what needs them, so that each takes a moment; behind a colon a function that is called."""


class Preparing(QObject):
    """Belongs to a window; imports ``rooms`` one after another while it is there."""

    def __init__(self, window: QObject, rooms: Sequence[str] = ROOMS) -> None:
        super().__init__(window)
        self._rooms = iter(rooms)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    @property
    def done(self) -> bool:
        """Whether everything is there."""
        return not self._timer.isActive()

    def _next(self) -> None:
        name = next(self._rooms, None)
        if name is None:
            self._timer.stop()
        else:
            module, _, function = name.partition(":")
            found = import_module(module)
            if function:
                getattr(found, function)()
