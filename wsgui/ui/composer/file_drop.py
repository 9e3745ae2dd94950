"""A file that is dropped on the composer is its content: as text where it is UTF-8, else as bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent

from wsgui.ui.composer.file_loader import FileLoader
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget


def local_files(data: QMimeData) -> list[str]:
    """The paths of the files of this machine that are dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


@guarded
class FileDrop(QObject):
    """Watches a widget and what in it leaves files to it. Emits ``loaded(path, bytes)`` or ``failed(sentence)``."""

    loaded = Signal(str, object)
    failed = Signal(str)

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        self._loader = FileLoader(self)
        self._loader.loaded.connect(self.loaded)
        self._loader.failed.connect(self.failed)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take one file; of several nobody could say which is meant."""
        kinds = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
        if not isinstance(event, QDropEvent) or event.type() not in kinds:
            return super().eventFilter(watched, event)
        paths = local_files(event.mimeData())
        if not paths:
            return super().eventFilter(watched, event)
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            if len(paths) > 1:
                names = ", ".join(Path(path).name for path in paths[:3])
                self.failed.emit(f"Drop one file at a time: these are {len(paths)} ({names}).")
            else:
                self._loader.load(paths[0])
        return True
