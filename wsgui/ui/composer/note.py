"""A sentence below an entry: a hint, a warning or what is wrong, in the theme's colour."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.reference_links import linked, open_reference
from wsgui.ui.widgets.theme import colour, theme_of


class Tone(Enum):
    """What a note is about; the value is the name of the theme's colour."""

    HINT = "dim"
    WARNING = "warning"
    ERROR = "error"
    GOOD = "good"
    TEXT = "text"


@guarded
class Note(QLabel):
    """Plain text, wrapped, with sections of RFCs as links; hidden while it is empty unless ``keeps_room``.

    ``shrinks`` is for long texts in a pane that scrolls: they take the height of the width that they get, not of
    the narrow column that a wrapped label wishes for.
    """

    def __init__(self, parent: QWidget | None = None, *, keeps_room: bool = False, shrinks: bool = False) -> None:
        super().__init__(parent)
        self._said = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        vertical = QSizePolicy.Policy.Preferred if shrinks else QSizePolicy.Policy.Minimum
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.LinksAccessibleByMouse)
        self.linkActivated.connect(open_reference)
        self.linkHovered.connect(self.setToolTip)
        self._keeps_room = keeps_room
        self._tone = Tone.HINT
        self._show(keeps_room)
        self._paint_tone()

    @property
    def tone(self) -> Tone:
        """What the shown sentence is about."""
        return self._tone

    def say(self, text: str, tone: Tone = Tone.HINT) -> None:
        """Show ``text``; an empty one clears the note."""
        self._tone = tone
        self.setText(text)
        self._show(bool(text) or self._keeps_room)
        self._paint_tone()

    def setText(self, text: str) -> None:
        """Show a text."""
        self._said = text
        html = linked(text, getattr(theme_of(self), self._tone.value))
        self.setTextFormat(Qt.TextFormat.RichText if html else Qt.TextFormat.PlainText)
        super().setText(html or text)

    def text(self) -> str:
        """What was set."""
        return self._said

    def minimumSizeHint(self) -> QSize:
        """One line: a wrapped label asks for the height that it would have if it were as narrow as a word."""
        return QSize(super().minimumSizeHint().width(), self.fontMetrics().height())

    def _show(self, yes: bool) -> None:
        if yes and self.parent() is None:
            # Before it is laid out it would flash up as a window of its own; so it comes with its parent.
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            self.setVisible(yes)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_tone()

    def _paint_tone(self) -> None:
        wanted = colour(getattr(theme_of(self), self._tone.value))
        palette = self.palette()
        # Setting a palette is itself a palette change: stop when the colour is there.
        if palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText) != wanted:
            palette.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(palette)
            self.setText(self._said)
