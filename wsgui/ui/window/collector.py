"""Python's cyclic garbage is collected in the window's thread, and there alone.

Left to itself, Python collects in whichever thread happens to allocate: in the writer of a capture, for one. A QObject
that is freed there cannot stop its timers, and Qt then crashes at the next one that is due.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

INTERVAL_MS = 200


class GuiCollector:
    """Takes over from Python's automatic collection until `close`.

    What is there when it starts (modules and classes, most of all) is left out for good, so that a full collection
    takes a few ms.
    """

    def __init__(self, parent: QObject) -> None:
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer = QTimer(parent)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> int | None:
        """Collect the oldest generation that Python itself would collect now; returns which, None for none."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation] and all(limits):
                gc.collect(generation)
                return generation
        return None

    def close(self) -> None:
        """Collect a last time, and leave it to Python again."""
        self._timer.stop()
        gc.collect()
        gc.unfreeze()
        gc.enable()
