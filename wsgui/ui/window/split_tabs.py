"""Tabs of which two may be seen at once, side by side or one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QTabBar, QVBoxLayout, QWidget
from shiboken6 import isValid

from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon, QResizeEvent

LEAST_HEIGHT = 150
"""Pixels of a page's height with which two are still shown one above the other."""


@guarded
class SplitTabs(QWidget):
    """What of Qt's QTabWidget is used here, by the same names, and `split`.

    Qt's own shows one page alone. Here a page is shown in its place of a splitter; where there is no room for two, the
    one in front stands alone until there is. A click into the other one brings it to the front.
    """

    currentChanged = Signal(int)
    tabCloseRequested = Signal(int)
    split_changed = Signal()

    def __init__(self, bar: QTabBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[QWidget] = []
        self._pair: tuple[QWidget, QWidget] | None = None
        self._turning = False
        self._last: QWidget | None = None
        """The page that was in front before."""
        self.bar = bar
        bar.setDocumentMode(True)
        bar.setExpanding(False)
        bar.setTabsClosable(True)
        bar.setMovable(True)
        bar.setElideMode(Qt.TextElideMode.ElideRight)
        bar.setUsesScrollButtons(True)
        self._top = QHBoxLayout()
        self._top.setSpacing(0)
        self._top.addWidget(bar, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self.splitter, 1)
        bar.currentChanged.connect(self._turned)
        bar.tabCloseRequested.connect(self.tabCloseRequested)
        bar.tabMoved.connect(self._moved)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_went)

    # --- as Qt's own

    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def widget(self, place: int) -> QWidget | None:
        """The page at a place."""
        return self._pages[place] if 0 <= place < len(self._pages) else None

    def indexOf(self, page: QWidget) -> int:
        """The place of a page; -1 for one that is not here."""
        return self._pages.index(page) if page in self._pages else -1

    def currentIndex(self) -> int:
        """The place of the page in front."""
        return self.bar.currentIndex()

    def currentWidget(self) -> QWidget | None:
        """The page in front."""
        return self.widget(self.bar.currentIndex())

    def setCurrentIndex(self, place: int) -> None:
        """Bring a page to the front."""
        self.bar.setCurrentIndex(place)

    def setCurrentWidget(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.bar.setCurrentIndex(self.indexOf(page))

    def addTab(self, page: QWidget, text: str) -> int:
        """Add a page behind the others."""
        page.hide()
        self._pages.append(page)
        self.splitter.addWidget(page)
        return self.bar.addTab(text)

    def removeTab(self, place: int) -> None:
        """Take a page away; it belongs to nobody then."""
        page = self._pages.pop(place)
        if self._pair is not None and page in self._pair:
            self._pair = None
        if self._last is page:
            self._last = None
        had_focus = page.isAncestorOf(QApplication.focusWidget() or self)
        self.bar.removeTab(place)
        page.hide()
        page.setParent(None)
        self._show()
        front = self.currentWidget()
        if had_focus and front is not None:
            front.setFocus()
        self.split_changed.emit()

    def setTabText(self, place: int, text: str) -> None:
        """Name a tab."""
        self.bar.setTabText(place, text)

    def tabText(self, place: int) -> str:
        """The name of a tab."""
        return self.bar.tabText(place)

    def setTabToolTip(self, place: int, text: str) -> None:
        """What the tip of a tab says."""
        self.bar.setTabToolTip(place, text)

    def tabToolTip(self, place: int) -> str:
        """The tip of a tab."""
        return self.bar.tabToolTip(place)

    def setTabIcon(self, place: int, icon: QIcon) -> None:
        """Put a picture into a tab."""
        self.bar.setTabIcon(place, icon)

    def tabIcon(self, place: int) -> QIcon:
        """The picture of a tab."""
        return self.bar.tabIcon(place)

    def put_corner(self, widget: QWidget) -> None:
        """Put something at the right of the tabs."""
        self._top.addWidget(widget)

    # --- two at once

    @property
    def shown(self) -> tuple[QWidget, ...]:
        """The pages that are seen: one, or two in their order."""
        front = self.currentWidget()
        if front is None:
            return ()
        if self._pair is None or front not in self._pair or not self._fits:
            return (front,)
        return self._pair

    @property
    def pair(self) -> tuple[QWidget, QWidget] | None:
        """The pages that are seen together."""
        return self._pair

    def split(self, way: Qt.Orientation, other: QWidget | None = None) -> bool:
        """Show the page in front together with ``other``, or with the one that was in front before it; False if there
        is no other one."""
        front = self.currentWidget()
        other = other or self._other(front)
        if front is None or other is None or other is front:
            return False
        first, second = sorted((front, other), key=self._pages.index)
        self._pair = (first, second)
        self.splitter.setOrientation(way)
        self._show()
        self.splitter.setSizes([1000 if page in self._pair else 0 for page in self._in_splitter()])
        self.split_changed.emit()
        return True

    def unsplit(self) -> None:
        """Show the page in front alone."""
        self._pair = None
        self._show()
        self.split_changed.emit()

    def _other(self, front: QWidget | None) -> QWidget | None:
        if self._last is not None and self._last is not front:
            return self._last
        return next((page for page in self._pages if page is not front), None)

    def _in_splitter(self) -> list[QWidget]:
        return [page for place in range(self.splitter.count()) if (page := self.splitter.widget(place)) is not None]

    @property
    def _fits(self) -> bool:
        """Whether there is room for both."""
        if self._pair is None:
            return False
        if self.splitter.orientation() is Qt.Orientation.Horizontal:
            least = sum(page.minimumSizeHint().width() for page in self._pair) + self.splitter.handleWidth()
            return self.width() >= least
        return self.height() - self.bar.height() >= 2 * LEAST_HEIGHT

    def _show(self) -> None:
        """Show what is to be seen, in the order of the tabs."""
        shown = self.shown
        for page in self._pages:
            if page not in shown:
                page.hide()
        for page in shown:
            page.show()

    def _turned(self, place: int) -> None:
        front = self.widget(place)
        before = next((page for page in self._pages if page is not front and page.isVisible()), None)
        if before is not None:
            self._last = before
        had_focus = before is not None and before.isAncestorOf(QApplication.focusWidget() or self)
        self._turning = True
        try:
            self._show()
            self.currentChanged.emit(place)
        finally:
            self._turning = False
        # What was hidden with the page, or with its composer, had the focus: Qt gave it to whatever came next.
        strayed = any(
            page is not front and page.isAncestorOf(QApplication.focusWidget() or self) for page in self._pages
        )
        if front is not None and (strayed or (had_focus and before not in self.shown)):
            (front.focusWidget() or front).setFocus()

    def _moved(self, origin: int, target: int) -> None:
        page = self._pages.pop(origin)
        self._pages.insert(target, page)
        self.splitter.insertWidget(target, page)
        if self._pair is not None:
            first, second = sorted(self._pair, key=self._pages.index)
            self._pair = (first, second)
        self._show()

    def _focus_went(self, _: QWidget | None, now: QWidget | None) -> None:
        """Where one works is in front."""
        # Qt goes on telling of the focus while it takes a window apart.
        if now is None or self._pair is None or not all(map(isValid, (self, self.splitter, *self._pair))):
            return
        if not self._turning and len(self.shown) > 1:
            for page in self._pair:
                if page is not self.currentWidget() and (page is now or page.isAncestorOf(now)):
                    self.setCurrentWidget(page)
                    break

    def minimumSizeHint(self) -> QSize:
        """That of the page in front: the other one goes where there is no room for both."""
        front = self.currentWidget()
        least = QSize(0, 0) if front is None else front.minimumSizeHint()
        return QSize(least.width(), least.height() + self.bar.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is room for both, or no longer."""
        super().resizeEvent(event)
        if self._pair is not None:
            self._show()
            self.split_changed.emit()
