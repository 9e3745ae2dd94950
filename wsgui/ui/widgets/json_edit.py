"""A text widget whose JSON is coloured and can be folded: a margin has an arrow at each line that opens something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from wsgui.dissect.json_text import folds, looks_like_json
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.json_colours import JsonColours
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QTextBlock

MARGIN: Final = 16
"""Pixels of the margin with the arrows."""
LARGEST: Final = 256 * 1024
"""Characters up to which a text is coloured, folded and checked."""
FOLD: Final = "Ctrl+Shift+["
UNFOLD: Final = "Ctrl+Shift+]"


@guarded
class JsonEdit(QPlainTextEdit):
    """Plain text; where it looks like JSON, JSON. Ctrl+Shift+[ folds what the cursor's line opens or is in, and
    Ctrl+Shift+] unfolds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folds: dict[int, int] = {}
        self._folded: set[int] = set()
        self.colours = JsonColours(self)
        self.margin = _Margin(self)
        self.margin.hide()
        self.textChanged.connect(self._read)
        self.updateRequest.connect(self._scrolled)
        self.cursorPositionChanged.connect(self._show_cursor)

    @property
    def is_json(self) -> bool:
        """Whether the text looks like JSON, and is short enough to be treated so."""
        return self.colours.on

    @property
    def foldable(self) -> dict[int, int]:
        """The lines that can be folded, each with the line that ends it."""
        return self._folds

    @property
    def folded(self) -> frozenset[int]:
        """The lines that are folded."""
        return frozenset(self._folded)

    def _read(self) -> None:
        """The text is another one."""
        text = self.toPlainText() if self.document().characterCount() <= LARGEST else ""
        json = looks_like_json(text)
        self._folds = folds(text) if json and "\n" in text else {}
        if self._folded:  # what is typed is seen
            self._folded.clear()
            self._show_lines()
        if json is not self.colours.on:
            self.colours.switch(json)
        self._lay_out()

    def fold(self, line: int, yes: bool = True) -> None:
        """Hide the lines between the one that opens and the one that closes, or show them again."""
        if line not in self._folds or (line in self._folded) is yes:
            return
        if yes:
            self._folded.add(line)
            cursor = self.textCursor()
            if line < cursor.blockNumber() < self._folds[line]:
                cursor.setPosition(self.document().findBlockByNumber(line).position())
                self.setTextCursor(cursor)
        else:
            self._folded.discard(line)
        self._show_lines()

    def fold_at_cursor(self, yes: bool) -> None:
        """Fold or unfold the innermost thing that the cursor is in or at."""
        here = self.textCursor().blockNumber()
        around = [
            line for line, end in self._folds.items() if line <= here <= end and (line in self._folded) is not yes
        ]
        if around:
            self.fold(max(around), yes)

    def fold_all(self, yes: bool) -> None:
        """Fold everything but the outermost, or unfold all."""
        outermost = min(self._folds, default=-1)
        self._folded = {line for line in self._folds if line != outermost} if yes else set()
        self._show_lines()

    def _show_lines(self) -> None:
        hidden = [(line + 1, self._folds[line]) for line in self._folded]
        until = -1
        spans = dict(sorted(hidden))
        block = self.document().firstBlock()
        while block.isValid():
            number = block.blockNumber()
            if number in spans:
                until = max(until, spans[number])
            visible = number >= until
            if block.isVisible() is not visible:
                block.setVisible(visible)
                block.setLineCount(1 if visible else 0)
            block = block.next()
        self.document().markContentsDirty(0, self.document().characterCount())
        self.viewport().update()
        self.margin.update()
        self._count_lines()

    def _count_lines(self) -> None:
        """Let the scroll bar count the lines that are seen."""
        layout = self.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())

    def _show_cursor(self) -> None:
        """Whoever puts the cursor into what is folded sees it."""
        here = self.textCursor().blockNumber()
        around = {line for line in self._folded if line < here < self._folds[line]}
        if around:
            self._folded -= around
            self._show_lines()

    # --- the margin

    def _lay_out(self) -> None:
        shown = bool(self._folds)
        if shown is self.margin.isHidden():
            self.margin.setVisible(shown)
            self.setViewportMargins(MARGIN if shown else 0, 0, 0, 0)
        self._place_margin()
        self.margin.update()

    def _place_margin(self) -> None:
        inside = self.contentsRect()
        self.margin.setGeometry(QRect(inside.left(), inside.top(), MARGIN, inside.height()))

    def _scrolled(self, _: QRect, by: int) -> None:
        if by:
            self.margin.scroll(0, by)
        self.margin.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_margin()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "colours") and self.colours.on:
            self.colours.rehighlight()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if self._folds and keys in (FOLD, UNFOLD, "Ctrl+Shift+{", "Ctrl+Shift+}", "Ctrl+{", "Ctrl+}"):
            self.fold_at_cursor(keys[-1] in "[{")
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._folds:
            menu.addSeparator()
            menu.addAction(f"Fold\t{FOLD}", lambda: self.fold_at_cursor(yes=True))
            menu.addAction(f"Unfold\t{UNFOLD}", lambda: self.fold_at_cursor(yes=False))
            menu.addAction("Fold All", lambda: self.fold_all(yes=True))
            menu.addAction("Unfold All", lambda: self.fold_all(yes=False))
        menu.popup(event.globalPos())

    def lines_in_view(self) -> list[tuple[QTextBlock, QRect]]:
        """The lines that are seen, with where they stand in the margin."""
        found = []
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > self.viewport().height():
                break
            if block.isVisible():
                found.append((block, QRect(0, int(place.top()), MARGIN, self.fontMetrics().lineSpacing())))
            block = block.next()
        return found


@guarded
class _Margin(QWidget):
    """Arrows beside the lines that open something; a click folds, another one unfolds."""

    def __init__(self, edit: JsonEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.setAccessibleName("Arrows that fold and unfold")
        self.setToolTip(f"Fold and unfold ({FOLD} and {UNFOLD} at the cursor)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(MARGIN, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for block, place in self._edit.lines_in_view():
            if place.contains(event.position().toPoint()):
                line = block.blockNumber()
                self._edit.fold(line, line not in self._edit.folded)
                return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for block, place in self._edit.lines_in_view():
            line = block.blockNumber()
            if line in self._edit.foldable:
                shut = line in self._edit.folded
                painter.setBrush(colour(theme.accent if shut else theme.dim))
                x, y = place.center().x(), place.center().y()
                points = [(-2, -4), (4, 0), (-2, 4)] if shut else [(-4, -2), (4, -2), (0, 4)]
                painter.drawPolygon([QPointF(x + dx, y + dy) for dx, dy in points])
        painter.end()
