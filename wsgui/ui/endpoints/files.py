"""Export and import of saved endpoints as TOML, without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.toml_file import EndpointFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from wsgui.endpoint.store import EndpointStore
    from wsgui.ui.widgets.questions import Questions

TOML: Final = ("Endpoints (*.toml)", "All files (*)")


class EndpointFiles:
    """Asks for files and says how it went; ``imported()`` is called when endpoints have come in."""

    def __init__(self, window: QWidget, store: EndpointStore, ask: Questions, imported: Callable[[], None]) -> None:
        self._window = window
        self._store = store
        self._ask = ask
        self._imported = imported

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
        self._ask.open_file(self._window, "Import Endpoints", TOML, self._import)

    def _import(self, path: Path) -> None:
        try:
            count, complaints = self._store.import_(path)
        except EndpointFileError as error:
            self._ask.tell(self._window, "Import Endpoints", str(error))
            return
        self._imported()
        text = f"{count} endpoint{'s' * (count != 1)} came from {path.name}."
        if complaints:
            text = f"{text} Some of it could not be used."
            self._ask.tell_at_length(self._window, "Import Endpoints", text, "\n".join(complaints))
        else:
            self._ask.tell(self._window, "Import Endpoints", text)
