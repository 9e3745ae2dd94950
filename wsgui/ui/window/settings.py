"""What the window remembers: layout, theme, address history. An INI file in the user's configuration folder.

A file that is damaged or was edited by hand gives defaults, never an error: every value is checked when read.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from wsgui.file_lock import locked
from wsgui.private_files import make_private

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORY_LENGTH = 30
RECENT_FILES = 9
"""As many as have a digit for a mnemonic."""


class Settings:
    """Typed access to the settings; ``path`` is the INI file (made when something is first kept)."""

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            path = Path(platformdirs.user_config_dir("wsgui", appauthor=False)) / "wsgui.ini"
        with suppress(OSError):  # Qt tries again when something is kept
            path.parent.mkdir(parents=True, exist_ok=True)
        make_private(path)
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def folder(self) -> Path:
        """The folder of the file; saved endpoints lie there too."""
        return Path(self._settings.fileName()).parent

    def save(self) -> None:
        """Write to disk now."""
        self._settings.sync()
        make_private(Path(self._settings.fileName()))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change a list within, as it is in the file now and not as it was when this window started: another window
        may have added to it."""
        with locked(Path(self._settings.fileName())):
            self._settings.sync()
            yield
            self.save()

    def text(self, key: str, default: str = "") -> str:
        """A short text."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """A yes or no."""
        return self.text(key, "true" if default else "false") == "true"

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number between ``low`` and ``high``."""
        try:
            value = int(self.text(key, str(default)))
        except ValueError:
            return default
        return value if low <= value <= high else default

    def layout(self, key: str) -> QByteArray:
        """What a ``saveState`` or ``saveGeometry`` of Qt gave; empty if nothing was kept."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, key: str, value: str | int | bool | QByteArray) -> None:
        """Remember a value."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        self._settings.setValue(key, str(value) if isinstance(value, int) else value)

    def forget(self, key: str) -> None:
        """Keep no value any more."""
        self._settings.remove(key)

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        value = self._settings.value(key, [])
        values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [one for one in values if isinstance(one, str) and one]

    def keep_texts(self, key: str, values: list[str]) -> None:
        """Remember a list of texts."""
        self._settings.setValue(key, values)

    # --- address history

    def history(self) -> list[str]:
        """The URLs that were connected to, the latest first. Passwords and tokens in them are masked."""
        typed = self.texts("history")
        if not typed:
            return []
        from wsgui.endpoint.variables import shown_typed

        shown = dict.fromkeys(map(shown_typed, typed))
        return list(shown)[:HISTORY_LENGTH]

    def remember_url(self, url: str) -> None:
        """Put a URL at the head of the history, without its secrets."""
        from wsgui.endpoint.variables import shown_typed

        url = shown_typed(url)
        with self.changing():
            urls = [url, *(known for known in self.history() if known != url)]
            self._settings.setValue("history", urls[:HISTORY_LENGTH])

    def clear_history(self) -> None:
        """Forget all URLs."""
        self._settings.remove("history")

    # --- recent files

    def recent_files(self) -> list[str]:
        """The files that were opened or saved, the latest first."""
        return self.texts("files/recent")[:RECENT_FILES]

    def remember_file(self, path: str) -> None:
        """Put a file at the head of the recent ones."""
        with self.changing():
            paths = [path, *(known for known in self.recent_files() if known != path)]
            self._settings.setValue("files/recent", paths[:RECENT_FILES])

    def clear_recent_files(self) -> None:
        """Forget the recent files."""
        self._settings.remove("files/recent")
