"""The drawer of a client: its query table follows the address bar, its preview shows the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.session.kinds import CLIENT
from wsgui.session.query_text import read_query, with_query
from wsgui.session.request_preview import preview_request
from wsgui.ui.drawer.drawer import Drawer
from wsgui.ui.drawer.pages import drawer_pages
from wsgui.ui.drawer.pairs_field import PairsField

if TYPE_CHECKING:
    from wsgui.session.client import ClientSession


class ClientDrawer(Drawer):
    """Has the query of the address as a table, and the request that would be sent."""

    has_request = True

    def __init__(self, session: ClientSession) -> None:
        self._url = ""
        self._query = PairsField(
            "query", "Quer&y of the URL", "What stands behind the ? of the address, decoded", "=", "part"
        )
        super().__init__(
            CLIENT,
            drawer_pages(CLIENT.endpoint.role, {"Query": self._query}),
            lambda: session.settings,
            session.use_settings,
        )
        self._query.changed.connect(self._query_edited)
        self.changed.connect(self._show_preview)

    def show_url(self, url: str) -> None:
        """Show the query of what stands in the address bar, and the request for it."""
        if url != self._url:
            self._url = url
            pairs = read_query(url)
            if pairs != self._query.value():
                self._query.show_value(pairs)
        self._show_preview()

    def _query_edited(self) -> None:
        self._url = with_query(self._url, self._query.value())
        self.url_edited.emit(self._url)
        self._show_preview()

    def _show_preview(self) -> None:
        self.set_preview(preview_request(self._url, self.draft()))
