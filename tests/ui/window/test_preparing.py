from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from wsgui.ui.window.preparing import Preparing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PROGRAM = """
import sys
from importlib import import_module
from wsgui.ui.window.preparing import ROOMS
for name in ROOMS:
    import_module(name.partition(":")[0])
before = set(sys.modules)
import wsgui.session.kinds, wsgui.ui.tabs.kinds
import wsgui.ui.tabs.client.client_tab, wsgui.ui.tabs.server.server_tab, wsgui.ui.tabs.capture.capture_tab
print(*sorted(name for name in set(sys.modules) - before if not name.startswith("wsgui.")))
"""


def test_rooms_are_imported_one_after_another(qtbot: QtBot) -> None:
    window = QObject()
    preparing = Preparing(window, ["colorsys", "cmd"])
    assert not preparing.done
    qtbot.waitUntil(lambda: preparing.done)
    assert {"colorsys", "cmd"} <= set(sys.modules)


def test_a_session_needs_nothing_else() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
