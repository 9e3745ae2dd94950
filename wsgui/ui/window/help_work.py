"""The Help menu: palette, shortcuts, About. What it opens is imported when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWhatsThis

from wsgui.ui.window.about import about
from wsgui.ui.window.keymap import Keymap

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.endpoints.work import EndpointWork
    from wsgui.ui.palette.dialog import Palette
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.files import FileWork
    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell
    from wsgui.ui.window.shortcut_sheet import ShortcutSheet


class HelpWork:
    """Of one window. ``palette`` and ``sheet`` are those that were opened last."""

    def __init__(
        self, window: Shell, settings: Settings, ask: Questions, endpoints: EndpointWork, files: FileWork
    ) -> None:
        self._window, self._settings, self._ask = window, settings, ask
        self._endpoints, self._files = endpoints, files
        self.keymap = Keymap(settings)
        self.palette: Palette | None = None
        self.sheet: ShortcutSheet | None = None

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {
            "palette": self.open_palette,
            "keys": self.open_sheet,
            "guide": self.open_guide,
            "whats-this": _explain,
            "point": QWhatsThis.enterWhatsThisMode,
            "about": lambda: about(self._window, self._ask),
        }

    def use(self) -> None:
        """The actions are made: give them their keys."""
        self._window.actions_.use_keys(self.keymap.all())

    def open_guide(self) -> None:
        """The user guide, at the page about what has the cursor."""
        from wsgui.ui.explain.guide import open_guide

        open_guide(self._window, self._window.panels)

    def open_palette(self) -> None:
        """Everything that can be done, found by a few letters."""
        from wsgui.ui.palette.dialog import Palette
        from wsgui.ui.palette.entries import entries

        self._window.actions_.show_front()
        endpoints = self._endpoints
        listed = entries(self._window, self._settings, endpoints.listed(), endpoints.open, self._files.open_path)
        self.palette = Palette(self._window, listed, self._settings)
        self.palette.destroyed.connect(self._palette_gone)
        self.palette.open()

    def open_sheet(self) -> None:
        """Every shortcut, to read and to change."""
        from wsgui.ui.window.shortcut_sheet import ShortcutSheet

        self.sheet = ShortcutSheet(self._window, self.keymap)
        self.sheet.changed.connect(self.use)
        self.sheet.destroyed.connect(self._sheet_gone)
        self.sheet.open()

    def _palette_gone(self) -> None:
        self.palette = None

    def _sheet_gone(self) -> None:
        self.sheet = None


def _explain() -> None:
    from wsgui.ui.explain.asking import tell_or_point

    tell_or_point()
