"""JSON in a text that is typed: whether it is right, where it is not, and the same with other white space."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QPushButton, QTextEdit

from wsgui.dissect.json_text import Mistake, indent_json, minify_json, mistake_in
from wsgui.ui.widgets.elided_label import ElidedLabel
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.composer.plain_edit import PlainEdit

_PLACE: Final = re.compile(r"\{\{.*?\}\}")


@guarded
class JsonHelp(QObject):
    """For one ``edit``: ``button`` has a menu to format it, to make it small and to go to its mistake, ``said`` tells
    whether there is one. Both are there while the text looks like JSON."""

    def __init__(self, edit: PlainEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.mistake: Mistake | None = None
        self.fills: Callable[[], bool] = lambda: False
        """Whether places of a template in the text are filled in: they are values then, whatever they become."""
        self.said = ElidedLabel("")
        self.said.setAccessibleName("Whether the text is JSON")
        self.button = QPushButton("&JSON")
        self.button.setToolTip("Format this JSON, or go to its mistake")
        menu = QMenu(self.button)
        self.format = menu.addAction("&Format", lambda: self._write(indent_json))
        self.minify = menu.addAction("&Minify", lambda: self._write(minify_json))
        self.go = menu.addAction("&Go to the Mistake", self.go_to_mistake)
        self.button.setMenu(menu)
        self.button.hide()
        self.said.hide()
        edit.textChanged.connect(self.look)

    def look(self) -> None:
        """Look at the text."""
        json = self._edit.is_json
        text = self._edit.exact_text() if json else ""
        looked_at = _PLACE.sub(lambda place: "1" * len(place[0]), text) if self.fills() else text
        self.mistake = mistake_in(looked_at) if json else None
        self.button.setVisible(json)
        self.said.setVisible(json)
        for action in (self.format, self.minify):
            action.setEnabled(self.mistake is None and looked_at == text)
        self.go.setEnabled(self.mistake is not None)
        if json:
            self._say(text)
        self._mark(text)

    def _say(self, text: str) -> None:
        if self.mistake is None:
            words, tone = "valid", "good"
        else:
            line = text.count("\n", 0, self.mistake.place) + 1
            column = self.mistake.place - text.rfind("\n", 0, self.mistake.place)
            words, tone = f"line {line}, column {column}: {self.mistake.what}", "error"
        self.said.setText(words)
        set_plain_tip(self.said, words if self.mistake else "This is JSON (RFC 8259)")
        self.said.setStyleSheet(f"color: {getattr(theme_of(self._edit), tone)}")

    def _mark(self, text: str) -> None:
        """A wavy line under the character where the mistake shows."""
        if self.mistake is None:
            self._edit.setExtraSelections([])
            return
        one = QTextEdit.ExtraSelection()
        cursor = self._cursor(text)
        if cursor.atEnd():
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        one.cursor = cursor
        one.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        one.format.setUnderlineColor(colour(theme_of(self._edit).error))
        self._edit.setExtraSelections([one])

    def _cursor(self, text: str) -> QTextCursor:
        cursor = QTextCursor(self._edit.document())
        place = 0 if self.mistake is None else self.mistake.place
        units = len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
        cursor.setPosition(min(units, self._edit.document().characterCount() - 1))
        return cursor

    def go_to_mistake(self) -> None:
        """Put the cursor where the mistake shows."""
        self._edit.setTextCursor(self._cursor(self._edit.exact_text()))
        self._edit.setFocus()

    def _write(self, make: Callable[[str], str]) -> None:
        self._edit.replace_all(make(self._edit.exact_text()))
        self._edit.setFocus()
