"""The role under which items of a view have the keys of their topics. The texts are made when they are asked for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

TOPICS: Final = Qt.ItemDataRole.UserRole + 90


def explained(*keys: str) -> str:
    """The topics of some keys as rich text: what `Qt.ItemDataRole.WhatsThisRole` wants."""
    from wsgui.ui.explain.topics import as_html

    return as_html(keys)
