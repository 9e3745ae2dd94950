"""The drawer of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.session.kinds import SERVER
from wsgui.ui.drawer.drawer import Drawer
from wsgui.ui.drawer.pages import drawer_pages

if TYPE_CHECKING:
    from wsgui.session.server import ServerSession


def server_drawer(session: ServerSession) -> Drawer:
    """The drawer of ``session``."""
    return Drawer(SERVER, drawer_pages(SERVER.endpoint.role), lambda: session.settings, session.use_settings)
