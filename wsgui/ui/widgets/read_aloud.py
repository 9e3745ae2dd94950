"""What screen readers are told of views that paint themselves: a role, and the lines on screen as text with a caret.

Qt knows its own tables, trees and editors. Of a view that paints it knows name and description alone, so such a view
has a ``reading()`` (see `Readable`), and `read_aloud` makes Qt ask for it. As with terminals the text is what is on
screen: a frame of 16 MiB is never made one text. Without a screen reader nothing of this runs.

A label with a name ("state") would hide its text ("OPEN") from them: `name_label` lets it say both.

What was tried with PySide6 6.11: a factory of Python's gets widgets whose constructors have not returned, so that they
have two wrappers, and the process ends when they go; hence each interface is registered by whoever makes the widget.
An ``interface_cast`` that answers with None ends the process, an address does not. The selection of a text interface
comes back through pointers, which PySide6 does not hand to Python; so none is claimed there, and the view's description
says what is selected.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, NamedTuple, Protocol, cast
from weakref import ref

import shiboken6
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleTextCursorEvent,
    QAccessibleTextInterface,
    QTextDocumentFragment,
)
from PySide6.QtWidgets import QAccessibleWidget, QLabel, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import might_be_rich


class Reading(NamedTuple):
    """What is on screen: its lines, where each stands (in the widget's coordinates), and the caret.

    ``line`` and ``column`` are the caret's; a line of -1 means that there is none, or that it is out of sight.
    """

    lines: list[str]
    places: list[QRectF]
    line: int = -1
    column: int = 0
    editable: bool = False

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def starts(self) -> list[int]:
        """Where each line begins in the text."""
        return [0, *accumulate(len(line) + 1 for line in self.lines)][: len(self.lines)]

    @property
    def caret(self) -> int:
        """Where the caret stands in the text; 0 if there is none."""
        return self.starts[self.line] + self.column if 0 <= self.line < len(self.lines) else 0


NOTHING = Reading([], [])


class Readable(Protocol):
    """A widget that paints itself and can be read aloud."""

    def reading(self) -> Reading:
        """What is on screen now."""


def caret_moved(view: QWidget) -> None:
    """Tell screen readers that the caret of a view is elsewhere, or stands on other text."""
    if QAccessible.isActive():
        if not isinstance(QAccessible.queryAccessibleInterface(view), _Spoken):
            read_aloud(view)
        QAccessible.updateAccessibility(QAccessibleTextCursorEvent(view, cast(Readable, view).reading().caret))


@guarded
class _Text(QAccessibleTextInterface):
    """The lines on screen, as Qt asks for them; offsets count characters of the whole text."""

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self._of = ref(view)

    @property
    def view(self) -> QWidget | None:
        """The widget, while it is there."""
        view = self._of()
        return view if view is not None and shiboken6.isValid(view) else None

    @property
    def now(self) -> Reading:
        """What is on screen."""
        view = self.view
        return NOTHING if view is None else cast(Readable, view).reading()

    def characterCount(self) -> int:
        return len(self.now.text)

    def text(self, start: int, end: int) -> str:
        text = self.now.text
        return text[start : end if end >= 0 else len(text)]

    def cursorPosition(self) -> int:
        return self.now.caret

    def characterRect(self, offset: int) -> QRect:
        now, view = self.now, self.view
        for line, start, place in zip(now.lines, now.starts, now.places, strict=True):
            if view is not None and start <= offset <= start + len(line):
                width = place.width() / max(len(line), 1)
                box = QRectF(place.x() + (offset - start) * width, place.y(), width, place.height()).toRect()
                return box.translated(view.mapToGlobal(QPoint(0, 0)))
        return QRect()

    def offsetAtPoint(self, point: QPoint) -> int:
        now, view = self.now, self.view
        at = point if view is None else view.mapFromGlobal(point)
        for line, start, place in zip(now.lines, now.starts, now.places, strict=True):
            if place.contains(at.x(), at.y()):
                return start + min(int((at.x() - place.x()) * len(line) / max(place.width(), 1)), len(line))
        return -1

    def selectionCount(self) -> int:
        return 0

    def addSelection(self, start: int, end: int) -> None:
        del start, end

    def removeSelection(self, number: int) -> None:
        del number

    def setSelection(self, number: int, start: int, end: int) -> None:
        del number, start, end

    def setCursorPosition(self, offset: int) -> None:
        del offset

    def scrollToSubstring(self, start: int, end: int) -> None:
        del start, end


@guarded
class _Spoken(QAccessibleWidget):
    """A view that can be read: Qt's own answers, with text."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view, QAccessible.Role.EditableText)
        self._text = _Text(view)
        self._address = shiboken6.VoidPtr(shiboken6.getCppPointer(self._text)[0])

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        if kind == QAccessible.InterfaceType.TextInterface:
            return self._address
        return super().interface_cast(kind) or shiboken6.VoidPtr(0)

    def state(self) -> QAccessible.State:
        state = super().state()
        editable = self._text.now.editable
        state.multiLine = True
        state.editable = editable
        state.readOnly = not editable
        return state


@guarded
class _Label(QAccessibleWidget):
    """A label: its name, where it has one, and what it says."""

    def __init__(self, label: QLabel) -> None:
        super().__init__(label, QAccessible.Role.StaticText)
        self._of = ref(label)

    def text(self, what: QAccessible.Text) -> str:
        label = self._of()
        if label is None or not shiboken6.isValid(label):
            return ""
        if what == QAccessible.Text.Name:
            name, said = label.accessibleName(), _said(label)
            return f"{name}: {said}" if name and said and said != name else said or name
        if what == QAccessible.Text.Description:
            told = label.accessibleDescription() or label.toolTip()
            return "" if told == _said(label) else told
        return super().text(what)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        return super().interface_cast(kind) or shiboken6.VoidPtr(0)


def _said(label: QLabel) -> str:
    text = label.text()
    rich = label.textFormat() == Qt.TextFormat.RichText or (
        label.textFormat() == Qt.TextFormat.AutoText and might_be_rich(text)
    )
    return QTextDocumentFragment.fromHtml(text).toPlainText() if rich else text


_kept: list[_Spoken | _Label] = []
"""Qt owns what it was given, and Python has to keep it: until the widget is gone."""


def _register(view: QWidget, made: _Spoken | _Label) -> None:
    if QAccessible.isActive():  # Qt may have made one of its own meanwhile
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(QAccessible.queryAccessibleInterface(view)))
    _kept[:] = [one for one in _kept if shiboken6.isValid(one)]
    _kept.append(made)
    QAccessible.registerAccessibleInterface(made)


def read_aloud(view: QWidget) -> None:
    """Let a `Readable` be read aloud: at the end of its constructor, as Qt asks anew for a widget of another class."""
    _register(view, _Spoken(view))


def name_label(label: QLabel, name: str) -> None:
    """Name what a label says: screen readers get both."""
    label.setAccessibleName(name)
    _register(label, _Label(label))
