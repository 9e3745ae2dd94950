from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.ui.composer.composer import Composer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from wsgui.ui.composer.outgoing import Outgoing, Repeat


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says this of every window that has a smallest size."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True))


FIRST_KEY = bytes.fromhex("37fa213d")  # the key of RFC 6455 section 5.7


def keys() -> Iterator[bytes]:
    """37 fa 21 3d, then 00 00 00 02, 00 00 00 03 …"""
    yield FIRST_KEY
    number = 2
    while True:
        yield number.to_bytes(4, "big")
        number += 1


@dataclass
class Desk:
    """A composer on a window, what it asked to be sent, and the file that a person would choose."""

    composer: Composer
    sent: list[tuple[list[Outgoing], int | None, Repeat]] = field(default_factory=list)
    path: str = ""

    def wire(self, index: int = -1) -> str:
        """The bytes of one request, as hex."""
        return b"".join(frame.frame().wire() for frame in self.sent[index][0]).hex(" ")

    def preview(self) -> list[str]:
        preview = self.composer.preview
        return [preview.line(index).text for index in range(preview.line_count())]

    def title(self) -> str:
        return self.composer.preview_title.text()

    def show(self, tab: QWidget) -> None:
        tabs = self.composer.tabs
        for index in range(tabs.count()):
            if tabs.widget(index).widget() is tab:  # type: ignore[attr-defined]
                tabs.setCurrentIndex(index)
                return
        raise AssertionError("no such tab")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    supply = keys()

    def ask_file(parent: QWidget, chosen: Callable[[str], None]) -> None:
        assert parent is composer.binary_tab
        if made.path:
            chosen(made.path)

    composer = Composer(lambda: next(supply), ask_file)
    made = Desk(composer)
    composer.send_requested.connect(lambda frames, target, repeat: made.sent.append((frames, target, repeat)))
    qtbot.addWidget(composer)
    composer.resize(440, 560)
    composer.set_enabled_state(True)
    composer.show()
    qtbot.waitExposed(composer)
    composer.activateWindow()
    composer.text_tab.edit.setFocus(Qt.FocusReason.TabFocusReason)
    return made
