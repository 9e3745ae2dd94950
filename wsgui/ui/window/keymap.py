"""Which keys belong to which action: those of the table, or what a person has given it instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence

from wsgui.ui.window.actions import ACTIONS, LOCAL_KEYS, native

if TYPE_CHECKING:
    from wsgui.ui.window.actions import ActionRow
    from wsgui.ui.window.settings import Settings

_NONE: Final = "none"
_EDITING: Final = ("Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+A", "Ctrl+Insert", "Shift+Insert")


class Keymap:
    """Of the settings. Keys are Qt's portable texts; "" is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> dict[str, str]:
        """The keys of each action by its name. What a person has given goes before what the table says."""
        given = {row.name: keys for row in ACTIONS if (keys := self._given(row)) is not None}
        taken = {keys for keys in given.values() if keys}
        found = {}
        for row in ACTIONS:
            keys = given.get(row.name)
            found[row.name] = keys if keys is not None else "" if row.shortcut in taken else row.shortcut
        return found

    def owner(self, keys: str) -> ActionRow | None:
        """The action that has these keys."""
        now = self.all()
        return next((row for row in ACTIONS if keys and now[row.name] == keys), None)

    def is_changed(self, row: ActionRow) -> bool:
        """Whether it has other keys than in the table."""
        return self.all()[row.name] != row.shortcut

    @staticmethod
    def problem(keys: str) -> str:
        """Why no action can have these keys, in a sentence; "" if one can."""
        sequence = QKeySequence.fromString(keys)
        if sequence.count() != 1:
            return "Press one key, with Ctrl or Alt or both."
        if keys in _EDITING:
            return f"{native(keys)} belongs to fields in which people type."
        local = next((one for one in LOCAL_KEYS if one.keys == keys and one.everywhere), None)
        if local is not None:
            return f"{native(keys)} is fixed: {local.text}."
        function = re.fullmatch(r"(Shift\+)?F\d+", keys)
        if not function and not any(f"{strong}+" in keys for strong in ("Ctrl", "Alt", "Meta")):
            return f"{native(keys)} is typed into fields: take Ctrl or Alt with it, or a function key."
        return ""

    def give(self, row: ActionRow, keys: str) -> ActionRow | None:
        """Give an action these keys, or none with "". Returns the action that they were taken from, if any."""
        before = self.owner(keys)
        if before is not None and before.name != row.name:
            self._keep(before, "")
        self._keep(row, keys)
        return None if before is None or before.name == row.name else before

    def reset(self, row: ActionRow) -> ActionRow | None:
        """The keys of the table again. Returns the action that they were taken from, if any."""
        return self.give(row, row.shortcut)

    def reset_all(self) -> None:
        """The table again, for all."""
        for row in ACTIONS:
            self._settings.forget(f"shortcuts/{row.name}")

    def _keep(self, row: ActionRow, keys: str) -> None:
        if keys == row.shortcut:
            self._settings.forget(f"shortcuts/{row.name}")
        else:
            self._settings.keep(f"shortcuts/{row.name}", keys or _NONE)

    def _given(self, row: ActionRow) -> str | None:
        """What the settings say, None for nothing of use: somebody may have edited them."""
        text = self._settings.text(f"shortcuts/{row.name}")
        if text == _NONE:
            return ""
        return text if text and not self.problem(text) else None
