"""One panel: a dock with a quiet title of our own along its side, and pages that follow the tab in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QDockWidget, QLabel, QWidget

from wsgui.ui.widgets.front_stack import FrontStack
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.mark_button import CLOSE, FLOAT, MarkButton
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QPaintEvent, QResizeEvent

    from wsgui.ui.panels.table import PanelRow

_STRIP = 20
"""Pixels across a title."""
_GRIP = 10


@guarded
class PanelTitle(QWidget):
    """A strip to drag a panel by, with its name and two buttons as far as there is room for them."""

    def __init__(self, text: str, *, upright: bool) -> None:
        super().__init__()
        self._text, self._upright = text, upright
        self.close_button = MarkButton(CLOSE, f"Hide {text} (View > Panels brings it back)")
        self.float_button = MarkButton(FLOAT, f"Let {text} float in a window of its own, or put it back")
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.RightToLeft
        line = QBoxLayout(way, self)
        line.setContentsMargins(1, 2, 1, 2)
        line.setSpacing(0)
        for button in (self.close_button, self.float_button):
            # Tab follows the work; by keys a panel is hidden, moved and floated from the menu.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            line.addWidget(button)
        line.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(text)
        self.setToolTip(f"{text}: drag it to another place, or onto another panel; right click for more")

    def sizeHint(self) -> QSize:
        """One line across."""
        return QSize(_STRIP, _STRIP)

    minimumSizeHint = sizeHint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons where there is room for them."""
        super().resizeEvent(event)
        length = self.height() if self._upright else self.width()
        for button in (self.close_button, self.float_button):
            button.setVisible(length >= 3 * _STRIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name, upwards or across; dots to take it by where there is no room for a name."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.window))
        painter.setPen(colour(theme.received))
        if self.hasFocus():
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.setPen(colour(theme.dim))
        length = self.height() if self._upright else self.width()
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        room = length - 2 * _STRIP - _GRIP
        if room < painter.fontMetrics().horizontalAdvance(self._text):
            self._paint_grip(painter)
        elif self._upright:
            painter.translate(0, self.height())
            painter.rotate(-90)
            painter.drawText(QRect(6, 0, room, _STRIP), int(Qt.AlignmentFlag.AlignVCenter), self._text)
        else:
            painter.drawText(QRect(8, 0, room, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self._text)
        painter.end()

    def _paint_grip(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme_of(self).dim))
        end = QPoint(self.width() // 2, self.height() - 12) if self._upright else QPoint(12, self.height() // 2)
        for step in (-6, 0, 6):
            painter.drawEllipse(end + (QPoint(0, step) if self._upright else QPoint(step, 0)), 1, 1)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


@guarded
class Panel(QDockWidget):
    """The dock of a row of `PANELS`. `content` is what it shows, or the pages of the tabs.

    Emits ``hide_wanted()`` for its close button, ``menu_wanted(place)`` for a right click on its title."""

    hide_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, row: PanelRow, content: QWidget | None = None) -> None:
        super().__init__(row.title)
        self.row = row
        self.setObjectName(row.name)  # Qt keeps its place by this name
        self.setAccessibleName(row.title)
        feature = QDockWidget.DockWidgetFeature
        features = feature.DockWidgetClosable | feature.DockWidgetMovable | feature.DockWidgetFloatable
        self.setFeatures(features | feature.DockWidgetVerticalTitleBar if row.upright else features)
        self.title_strip = PanelTitle(row.title, upright=row.upright)
        self.title_strip.close_button.clicked.connect(self.hide_wanted)
        self.title_strip.float_button.clicked.connect(lambda: self.setFloating(not self.isFloating()))
        self.setTitleBarWidget(self.title_strip)
        self.pages = FrontStack()
        if content is None:
            nothing = QLabel(row.without)
            nothing.setWordWrap(True)
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            nothing.setForegroundRole(nothing.palette().ColorRole.PlaceholderText)
            self.pages.addWidget(nothing)
        self.setWidget(self.pages if content is None else content)

    def put(self, page: QWidget) -> None:
        """Add the page of a tab."""
        self.pages.addWidget(page)
        if self.row.flat:
            self.pages.setMaximumHeight(page.sizeHint().height())

    def bring(self, page: QWidget | None) -> None:
        """Show the page of the tab in front, or that it has none."""
        self.pages.setCurrentIndex(0 if page is None else self.pages.indexOf(page))

    def take(self, page: QWidget, heir: QWidget) -> None:
        """Give a page back to its tab, which is going and takes it along."""
        self.pages.removeWidget(page)
        page.setParent(heir)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A floating panel is closed by its window: as by its button."""
        event.ignore()
        self.hide_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """On the title: where it can be put."""
        if self.title_strip.geometry().contains(event.pos()):
            self.menu_wanted.emit(event.globalPos())
        else:
            super().contextMenuEvent(event)
