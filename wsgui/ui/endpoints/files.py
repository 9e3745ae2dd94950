"""Endpoints that come and go: export as TOML without secrets, import of whatever other programs write, and paste."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication

from wsgui.dissect.visible import visible
from wsgui.endpoint.elsewhere.model import ElsewhereError
from wsgui.endpoint.elsewhere.sources import SOURCES, file_filters, read_elsewhere, read_file
from wsgui.endpoint.risks import risks_of, without_risks
from wsgui.endpoint.saved import EndpointFileError, SavedEndpoint
from wsgui.endpoint.secrets import secrets_apart

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from wsgui.endpoint.elsewhere.model import Findings, ForeignEndpoint
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.endpoint.store import EndpointStore
    from wsgui.engine.tasks import TaskOwner
    from wsgui.ui.widgets.questions import Questions

MOST_RISKS: Final = 12
"""Lines of what an imported endpoint may do that a question shows."""
TOML: Final = ("Endpoints (*.toml)", "All files (*)")
IMPORT: Final = "Import Endpoints"
PASTE: Final = "Endpoint from Clipboard"


class EndpointFiles:
    """Asks for files and says how it went.

    ``imported(endpoints)`` is called when endpoints have come into the store, with their secrets; ``opened(settings,
    complaints)`` with the one that a person has pasted.
    """

    def __init__(
        self,
        window: QWidget,
        store: EndpointStore,
        ask: Questions,
        tasks: TaskOwner,
        imported: Callable[[list[SavedEndpoint]], None],
        opened: Callable[[EndpointSettings, list[str]], None],
    ) -> None:
        self._window = window
        self._store = store
        self._ask = ask
        self._tasks = tasks
        self._imported = imported
        self._opened = opened

    def ask_export(self, ids: list[str] | None = None) -> None:
        """Write some endpoints, or all, to a file."""

        def write(path: Path) -> None:
            try:
                self._store.export(path, ids)
            except EndpointFileError as error:
                self._ask.tell(self._window, "Export Endpoints", str(error))

        self._ask.save_file(self._window, "Export Endpoints", Path.home() / "endpoints.toml", TOML, write)

    def ask_import(self) -> None:
        """Add the endpoints of a file."""
        self._ask.open_file(
            self._window,
            IMPORT,
            file_filters(),
            lambda path: self._tasks.start(self._read(IMPORT, path.name, lambda: read_file(path)), "import endpoints"),
        )

    def paste(self) -> None:
        """Open the endpoint that the clipboard holds as a command, as code or as a request; add them if it holds
        several."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._tasks.start(self._read(PASTE, "the clipboard", lambda: read_elsewhere(text)), "paste an endpoint")
        else:
            names = "\n".join(f"\u2022 {one.label}" for one in SOURCES.values())
            self._ask.tell(self._window, PASTE, f"The clipboard holds no text. Copy one of these first:\n\n{names}")

    async def _read(self, title: str, place: str, read: Callable[[], Findings]) -> None:
        """Read off this thread: a collection may be large."""
        try:
            found = await asyncio.to_thread(read)
        except ElsewhereError as error:
            self._ask.tell(self._window, title, visible(str(error)))
            return
        risky = [f"{visible(one.name)} {risk}." for one in found.endpoints for risk in risks_of(one.settings)]
        if not risky:
            self._take(title, place, found)
            return

        def chosen(which: int) -> None:
            if which == 0:
                for one in found.endpoints:
                    without_risks(one.settings)
            self._take(title, place, found)

        more = [f"And {len(risky) - MOST_RISKS} more."] * (len(risky) > MOST_RISKS)
        text = "\n".join([f"Look at what comes with {place} before it is used:", "", *risky[:MOST_RISKS], *more])
        self._ask.choose(self._window, title, text, ("Import Without These Options", "Import As It Is"), chosen)

    def _take(self, title: str, place: str, found: Findings) -> None:
        complaints = [visible(one) for one in found.complaints]
        if title == PASTE and len(found.endpoints) == 1:
            self._opened(found.endpoints[0].with_notes(), complaints)
            return
        endpoints = [_saved(one) for one in found.endpoints]
        try:
            self._store.take(endpoints)
        except EndpointFileError as error:
            self._ask.tell(self._window, title, str(error))
            return
        count = len(endpoints)
        self._imported(endpoints)
        text = f"{count} endpoint{'s' * (count != 1)} came from {place}."
        if complaints:
            text = f"{text} Some of it could not be used."
            self._ask.tell_at_length(self._window, title, text, "\n".join(complaints))
        else:
            self._ask.tell(self._window, title, text)


def _saved(one: ForeignEndpoint) -> SavedEndpoint:
    settings = one.with_notes()
    return SavedEndpoint("", one.name, one.folder, settings if one.plain else secrets_apart(settings), one.plain)
