"""A stack whose least size is that of the page in front: what stands behind it asks for no room."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget

from wsgui.ui.widgets.guard import guarded


@guarded
class FrontStack(QStackedWidget):
    """Qt's own takes the largest page's."""

    def minimumSizeHint(self) -> QSize:
        """That of the page in front; a least size that it was given counts for more than what it hints at."""
        page = self.currentWidget()
        if page is None:
            return super().minimumSizeHint()
        hint = page.minimumSizeHint()
        return QSize(page.minimumWidth() or hint.width(), page.minimumHeight() or hint.height())
