"""Cost of the hex view for a frame of 16 MiB: setting it, painting a page, copying it."""

from __future__ import annotations

import os
import time
from statistics import median
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.bench.table import Figure
from wsgui.dissect.copyas import COPY_KINDS, copy_as
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector.hex_view import HexView
from wsgui.ui.widgets.theme import DARK, palette_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = 16 * 1024 * 1024


def _milliseconds(work: Callable[[], object], times: int) -> float:
    spans = []
    for _ in range(times):
        start = time.perf_counter_ns()
        work()
        spans.append((time.perf_counter_ns() - start) / 1e6)
    return median(spans)


def run(*, quick: bool = False) -> Iterator[str | Figure]:
    """Setting, painting, copying."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    app.setPalette(palette_of(DARK))
    frame = Frame.build(2, os.urandom(SIZE), masking_key=bytes.fromhex("5e11c890"))
    view = HexView()
    view.resize(900, 700)
    view.show()
    app.processEvents()
    yield Figure("hex.set", _milliseconds(lambda: view.set_frame(frame), 20))
    image = QImage(view.viewport().size(), QImage.Format.Format_ARGB32_Premultiplied)
    rows = view.visible_rows
    bar = view.verticalScrollBar()
    view.viewport().render(image)  # the first paint loads the font
    spans = []
    for step in range(60):
        bar.setValue(bar.maximum() * step // 60)
        spans.append(_milliseconds(lambda: view.viewport().render(image), 1))
    yield Figure("hex.paint", median(spans), f"{rows} rows, 60 places, worst {max(spans):.2f} ms")
    view.select_all()
    yield f"paint the same, all selected: {_milliseconds(lambda: view.viewport().render(image), 20):.2f} ms"
    payload = frame.payload
    for kind in list(COPY_KINDS)[:1] if quick else COPY_KINDS:
        yield f"16 MiB as {kind}: {_milliseconds(lambda name=kind: copy_as(name, payload), 3):.0f} ms"
    view.close()
