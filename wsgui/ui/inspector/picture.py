"""An image that is a message, shown: read in a worker thread, within limits, no larger than there is room for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from wsgui.dissect.decoders.notices import picture_of
from wsgui.dissect.sizes import grouped
from wsgui.ui.widgets.guard import guarded

MOST_PIXELS: Final = 32_000_000
"""Pixels of an image that is read: 128 MB of memory. A small file can ask for any number (a decompression bomb)."""
ROOM: Final = QSize(480, 240)
_LOOK_MS: Final = 40


def read_picture(data: bytes) -> tuple[QImage | None, str]:
    """The image, made smaller where it has no room, or a sentence why it is not shown. Called in a worker."""
    found = picture_of(data)
    if found is None:
        return None, ""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # The format is told, so that no other reader of Qt's is given bytes of a peer.
    reader = QImageReader(buffer, QByteArray(found[0].lower().encode()))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid():
        return None, f"The picture is not shown: {_reason(reader)}."
    if size.width() * size.height() > MOST_PIXELS:
        shown = f"{grouped(size.width())} x {grouped(size.height())}"
        return None, f"The picture is not shown: {shown} pixels are more than {grouped(MOST_PIXELS)}."
    if size.width() > ROOM.width() or size.height() > ROOM.height():
        reader.setScaledSize(size.scaled(ROOM, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return None, f"The picture is not shown: {_reason(reader)}."
    return image, ""


def _reason(reader: QImageReader) -> str:
    text = reader.errorString().rstrip(".")
    return text[:1].lower() + text[1:] or "it is damaged"


@guarded
class Picture(QLabel):
    """Hidden unless it shows an image, or says why it does not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setContentsMargins(8, 4, 8, 4)
        self.setWordWrap(True)
        self.setAccessibleName("Picture")
        self._reading: Future[tuple[QImage | None, str]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.hide()

    def show_data(self, data: bytes) -> None:
        """Read and show an image; what is none is not shown."""
        self.clear_picture()
        if picture_of(data) is not None:
            self._reading = _pool().submit(read_picture, data)
            self._timer.start()

    def clear_picture(self) -> None:
        """Show nothing."""
        self._reading = None
        self._timer.stop()
        self.clear()
        self.hide()

    def _look(self) -> None:
        if self._reading is None or not self._reading.done():
            return
        image, sentence = self._reading.result()
        self._reading = None
        self._timer.stop()
        if image is not None:
            self.setPixmap(QPixmap.fromImage(image))
            self.setToolTip("The picture in this message")
        else:
            self.setText(sentence)
        self.setVisible(image is not None or bool(sentence))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1)
