"""The tabs of the last time, to be brought back on request: endpoints without their secrets, and files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.saved import EndpointFileError, SavedEndpoint
from wsgui.private_files import make_private
from wsgui.session.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell

_FILE: Final = "last-tabs.toml"
_CAPTURES: Final = "tabs/captures"


class LastTabs:
    """Of one window. ``open_file(path)`` opens a capture, ``open_saved(id)`` a saved endpoint without connecting, and
    says whether there is one."""

    def __init__(
        self,
        window: Shell,
        settings: Settings,
        open_file: Callable[[Path], object],
        open_saved: Callable[[str], bool],
    ) -> None:
        self._window, self._settings = window, settings
        self._open_file, self._open_saved = open_file, open_saved
        self._path = settings.folder / _FILE

    def keep(self, tabs: Iterable[SessionTab]) -> None:
        """Remember what is open now; a window without tabs leaves what there was."""
        live, files = [], []
        for tab in tabs:
            from wsgui.endpoint.secrets import secrets_apart
            from wsgui.ui.tabs.live_tab import LiveTab

            if isinstance(tab, LiveTab):
                saved = "" if tab.saved is None else tab.saved[0]
                name = tab.session.given_name or tab.session.name
                live.append(SavedEndpoint(saved, name, "", secrets_apart(tab.endpoint())))
            else:
                files.append(str(tab.session.path))
        if not (live or files):
            return
        from wsgui.endpoint.toml_file import write_endpoints

        with suppress(OSError):  # the window closes: there is nobody to be told, and nothing else is lost
            make_private(self._path)
            self._path.write_text(write_endpoints(live), encoding="utf-8")
        self._settings.keep_texts(_CAPTURES, files)

    def names(self) -> list[str]:
        """What would come back, in the order of the tabs."""
        return [one.name for one in self._endpoints()] + [path.name for path in self._files()]

    def bring_back(self) -> None:
        """Open them all; nothing is connected, as secrets were not kept and nobody has asked for it."""
        endpoints, files = self._endpoints(), self._files()
        for one in endpoints:
            if one.id and self._open_saved(one.id):
                continue
            tab = self._window.new(KINDS[one.settings.kind])
            if tab is None:
                return
            tab.use_endpoint(one.settings)
        for path in files:
            self._open_file(path)

    def _endpoints(self) -> list[SavedEndpoint]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return []
        from wsgui.endpoint.toml_file import read_endpoints

        try:
            return read_endpoints(text)[0]
        except EndpointFileError:
            return []

    def _files(self) -> list[Path]:
        return [path for path in map(Path, self._settings.texts(_CAPTURES)) if path.exists()]
