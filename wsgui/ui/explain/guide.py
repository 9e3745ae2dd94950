"""The user guide: its page about what has the cursor, in the browser and without a network.

Where the site was not built, the pages that people wrote, which always come along, are shown in a window.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from wsgui.resource_files import resource
from wsgui.ui.explain.asking import topics_at
from wsgui.ui.explain.topics import topic_of
from wsgui.ui.panels.table import PANELS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wsgui.ui.panels.docks import PanelDocks

FIRST: Final = "index"


def page_at(widget: QWidget | None, panels: PanelDocks) -> str:
    """The page of the guide, with its anchor, about what has the cursor."""
    for key in topics_at(widget):
        topic = topic_of(key)
        if topic is not None:
            return topic.page
    here = panels.at_work()
    return next((row.guide for row in PANELS if row.name == here), "") or FIRST


def url_of_page(page: str) -> QUrl | None:
    """Where a page of the site is; None if the site was not built, or has no such page."""
    name, _, anchor = page.partition("#")
    path = resource(f"guide/site/{name}.html")
    if path is None:
        return None
    url = QUrl.fromLocalFile(str(path))
    url.setFragment(anchor)
    return url


def open_guide(window: QWidget, panels: PanelDocks) -> None:
    """Open the guide at what has the cursor."""
    page = page_at(QApplication.focusWidget(), panels)
    url = url_of_page(page)
    if url is None or not QDesktopServices.openUrl(url):
        GuideWindow(window, page.partition("#")[0]).show()


class GuideWindow(QDialog):
    """The pages that people wrote; of those that are made of tables it is said that they are in the site alone."""

    def __init__(self, parent: QWidget, page: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("User Guide")
        self.resize(720, 560)
        self.text = QTextBrowser()
        self.text.setAccessibleName("User guide")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(lambda url: self.show_page(url.path().removesuffix(".md")))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.show_page(page)

    def show_page(self, name: str) -> None:
        """Show a page, or the first one and that the other is not here."""
        text = _markdown(name)
        if text:
            self.text.setMarkdown(text)
            return
        here = f"The page about this ({name}) is made of a table, and this copy of wsgui came without it.\n\n"
        self.text.setMarkdown(here + _markdown(FIRST))


def _markdown(name: str) -> str:
    path = resource(f"guide/{name}.md") if name.replace("-", "").isalnum() else None
    if path is None:
        return ""
    with suppress(OSError):
        lines = path.read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if not line.startswith("!["))  # the pictures are in the site
    return ""
