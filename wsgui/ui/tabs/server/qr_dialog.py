"""The address of a server as a QR code, for the camera of a phone."""

from __future__ import annotations

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap, qRgb
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from wsgui.ui.widgets.read_aloud import name_label

QUIET = 4
"""Modules of white around a code (ISO/IEC 18004 section 9.1)."""
MODULE = 7
"""Pixels of a module."""


class QrDialog(QDialog):
    """Shows ``url`` as a code and as text."""

    def __init__(self, url: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open on a Phone")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.code = QLabel()
        self.code.setPixmap(QPixmap.fromImage(code_image(url)))
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(f"QR code of {url}")
        self.address = QLabel(url)
        self.address.setTextFormat(Qt.TextFormat.PlainText)
        self.address.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name_label(self.address, "Address")
        note = QLabel("The phone has to be in the same network as this machine.")
        note.setWordWrap(True)
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton("&Copy Address")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(url))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.code, self.address, note, buttons):
            column.addWidget(widget)


def code_image(url: str) -> QImage:
    """The code, black on white whatever the theme: cameras want it so."""
    rows = [list(row) for row in segno.make(url, micro=False).matrix]
    size = len(rows) + 2 * QUIET
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x + QUIET, y + QUIET, qRgb(0, 0, 0))
    return image.scaled(size * MODULE, size * MODULE)
