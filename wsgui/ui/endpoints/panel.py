"""The lower part of the left column: a search field and the tree of saved endpoints."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from wsgui.ui.endpoints.tree import EndpointTree
from wsgui.ui.widgets.tinted_label import TintedLabel


class EndpointPanel(QWidget):
    """The widgets; `EndpointWork` gives them life."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search endpoints")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search saved endpoints")
        self.search.setToolTip("Show only endpoints with these words in name, folder, URL or notes")
        self.tree = EndpointTree()
        self.empty = TintedLabel("dim", "The star beside an address saves it here, with all of its options.")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(8, 4, 8, 4)
        title = QLabel("Saved Endpoints")
        title.setBuddy(self.tree)
        title.setContentsMargins(8, 4, 8, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(self.search)
        column.addWidget(self.empty)
        column.addWidget(self.tree, 1)
        self.setMinimumHeight(110)

    def show_empty(self, nothing_saved: bool) -> None:
        """Say how to save one, while there is none."""
        self.empty.setVisible(nothing_saved)
        self.search.setVisible(not nothing_saved)
