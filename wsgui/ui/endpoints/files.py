"""Export and import of saved endpoints as TOML, without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.dissect.visible import visible
from wsgui.endpoint.risks import risks_of, without_risks
from wsgui.endpoint.toml_file import EndpointFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from wsgui.endpoint.store import EndpointStore
    from wsgui.endpoint.toml_file import SavedEndpoint
    from wsgui.ui.widgets.questions import Questions

MOST_RISKS: Final = 12
"""Lines of what an imported endpoint may do that a question shows."""
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
            found, complaints = self._store.look_into(path)
        except EndpointFileError as error:
            self._ask.tell(self._window, "Import Endpoints", str(error))
            return
        risky = [f"{visible(one.name)} {risk}." for one in found for risk in risks_of(one.settings)]
        if not risky:
            self._take(path, found, complaints)
            return

        def chosen(place: int) -> None:
            if place == 0:
                for one in found:
                    without_risks(one.settings)
            self._take(path, found, complaints)

        more = [f"And {len(risky) - MOST_RISKS} more."] * (len(risky) > MOST_RISKS)
        text = "\n".join([f"Look at what comes with {path.name} before it is used:", "", *risky[:MOST_RISKS], *more])
        self._ask.choose(
            self._window, "Import Endpoints", text, ("Import Without These Options", "Import As It Is"), chosen
        )

    def _take(self, path: Path, found: list[SavedEndpoint], complaints: list[str]) -> None:
        try:
            self._store.take(found)
        except EndpointFileError as error:
            self._ask.tell(self._window, "Import Endpoints", str(error))
            return
        count = len(found)
        self._imported()
        text = f"{count} endpoint{'s' * (count != 1)} came from {path.name}."
        if complaints:
            text = f"{text} Some of it could not be used."
            self._ask.tell_at_length(self._window, "Import Endpoints", text, "\n".join(complaints))
        else:
            self._ask.tell(self._window, "Import Endpoints", text)
