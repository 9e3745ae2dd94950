"""The palette as a dialog: a line, and what fits it, the best first. Made for the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from wsgui.ui.palette.fuzzy import fit
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from wsgui.ui.palette.entries import PaletteEntry
    from wsgui.ui.window.settings import Settings

_LATELY: Final = "palette/lately"
_KEPT: Final = 6
_MOVES: Final = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown))
_WIDTH: Final = 620
_HEIGHT: Final = 420


@guarded
class Palette(QDialog):
    """``found`` are the entries that fit what is typed. Enter does the chosen one, or says why it cannot be done."""

    def __init__(self, parent: QWidget, entries: Sequence[PaletteEntry], settings: Settings) -> None:
        super().__init__(parent)
        self._window, self._settings = parent, settings
        lately = settings.texts(_LATELY)
        places = {one: place for place, one in enumerate(lately)}
        self._entries = sorted(entries, key=lambda one: places.get(one.id, _KEPT))
        self.found: list[PaletteEntry] = []
        self.setWindowTitle("Command Palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.line = QLineEdit()
        self.line.setPlaceholderText("A few letters of an action, tab, endpoint or file")
        self.line.setAccessibleName("Command")
        self.line.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName("What fits")
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.tip = TintedLabel("dim")
        self.tip.setMinimumHeight(2 * self.tip.fontMetrics().lineSpacing())
        column_ = QVBoxLayout(self)
        for widget in (self.line, self.list, self.tip):
            column_.addWidget(widget)
        self.line.textChanged.connect(self._find)
        self.line.returnPressed.connect(self.run)
        self.line.installEventFilter(self)
        self.list.currentItemChanged.connect(lambda *_: self._show_tip())
        self.list.itemActivated.connect(lambda *_: self.run())
        self.list.itemClicked.connect(lambda *_: self.run())
        room = parent.window().size()
        self.resize(min(_WIDTH, room.width() - 40), min(_HEIGHT, room.height() - 40))
        self._find()

    @property
    def chosen(self) -> PaletteEntry | None:
        """The entry that Enter does."""
        place = self.list.currentIndex().row()
        return self.found[place] if 0 <= place < len(self.found) else None

    def run(self) -> None:
        """Do what is chosen, and close; or say why it cannot be done."""
        chosen = self.chosen
        if chosen is None:
            return
        if chosen.why:
            self.tip.set_tone("error")
            return
        if chosen.is_action:  # names of tabs, endpoints and files are kept where they belong
            lately = [chosen.id, *(one for one in self._settings.texts(_LATELY) if one != chosen.id)]
            self._settings.keep_texts(_LATELY, lately[:_KEPT])
        self.accept()
        self._window.activateWindow()
        QTimer.singleShot(0, chosen.run)  # once the window has the focus again

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down go through the list while the line keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)

    def _find(self) -> None:
        typed = self.line.text()
        scored = []
        for entry in self._entries:
            score = fit(typed, f"{entry.text} {entry.kind}")
            if score is not None:
                own = fit(typed, entry.text)
                scored.append((score if own is None else max(own, score) + 1, not entry.why, entry))
        if typed.strip():
            scored.sort(key=lambda one: (-one[0], -one[1]))
        self.found = [entry for _, _, entry in scored]
        self.list.clear()
        for entry in self.found:
            item = QTreeWidgetItem([entry.text, entry.kind, entry.keys])
            item.setForeground(1, self.palette().placeholderText())
            if entry.why:
                for column in range(3):
                    item.setForeground(column, self.palette().placeholderText())
                item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, entry.why)
            self.list.addTopLevelItem(item)
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._show_tip()

    def _show_tip(self) -> None:
        chosen = self.chosen
        self.tip.set_tone("warning" if chosen and chosen.why else "dim")
        if chosen is None:
            self.tip.setText("Nothing fits these letters.")
        else:
            self.tip.setText(f"{chosen.tip}.\n{chosen.why}" if chosen.why else chosen.tip)
