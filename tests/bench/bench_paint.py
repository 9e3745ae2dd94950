"""What the window's thread does while frames come: refresh and repaint of the frame table, hex pages, large frames.

The table stands on a capture of a million rows, shows forty and follows; each round commits rows, takes them in,
scrolls to the end and paints. Beside it, in the same round, stand what one would write first: a QTableView with Qt's
own delegate on the same model, and a plain-Python hex dump.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QTableView

from tests.bench.table import Figure
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ConnectionOpened, Direction, FramesSeen
from wsgui.ui.inspector.inspector import Inspector
from wsgui.ui.view.frames.cells import TITLES
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable
from wsgui.ui.window.appearance import Appearance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 1_000_000
LARGE = 16 * 1024 * 1024
ROUNDS = 60
SHOWN = 40


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that ``work`` takes."""
    began = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - began) / 1e6


def figures(spans: list[float], beside: list[float] | None = None) -> str:
    """Median and 95th percentile, and how many times as long the other took."""
    text = f"median {median(spans):.2f} ms, p95 {quantiles(spans, n=20)[-1]:.2f} ms"
    if beside is not None:
        text += f"; beside it {median(beside):.2f} ms, {median(beside) / median(spans):.1f} times as long"
    return text


class Tape:
    """A capture of a million texts, and a frame of 16 MiB as its first row."""

    def __init__(self, folder: Path) -> None:
        self.writer = CaptureWriter(folder / "bench.wscap", interval=0)
        self._time = 1_700_000_000_000_000_000
        self._frames = [Frame.build(Opcode.TEXT, b'{"id": %d, "name": "wheel bearing"}' % n) for n in range(500)]
        self.writer.put(ConnectionOpened(1, self._time, "client", "ws://a/", "a", "b"))
        self.put([Frame.build(Opcode.BINARY, os.urandom(LARGE), masking_key=b"\x37\xfa\x21\x3d")])
        for _ in range(ROWS // 500):
            self.put(self._frames)
        self.writer.flush()

    def put(self, frames: list[Frame]) -> None:
        """Hand frames of one read to the writer."""
        self._time += 1_000_000
        self.writer.put(FramesSeen(1, self._time, Direction.RECEIVED, frames, (), 0))

    def grow(self) -> int:
        """Three thousand rows more, as a thirtieth of a second brings at 100 000 frames/s."""
        for _ in range(6):
            self.put(self._frames)
        self.writer.flush()
        return self.writer.committed


def paint(widget: QTableView, image: QImage) -> None:
    widget.viewport().render(image)


def sized(view: QTableView) -> QImage:
    """Make a view as high as forty rows, and a picture to paint it into."""
    view.resize(1300, SHOWN * view.rowHeight(0) + view.horizontalHeader().height() + 4)
    view.show()
    QApplication.processEvents()
    return QImage(view.viewport().size(), QImage.Format.Format_ARGB32_Premultiplied)


def bench_table(tape: Tape, reader: CaptureReader) -> Iterator[str | Figure]:
    """Refresh of forty rows while following."""
    model = FrameModel(reader)
    model.refresh(tape.writer.committed)
    table = FrameTable(model)
    other_model = FrameModel(reader)
    other_model.refresh(tape.writer.committed)
    plain = QTableView()
    plain.setModel(other_model)
    plain.verticalHeader().setDefaultSectionSize(table.rowHeight(0))
    for column in range(len(TITLES)):
        plain.setColumnWidth(column, table.columnWidth(column))
    images = {view: sized(view) for view in (table, plain)}
    for view in (table, plain):
        view.scrollToBottom()
        paint(view, images[view])  # loads the fonts
    mine: list[float] = []
    theirs: list[float] = []
    painting: list[float] = []
    for _ in range(ROUNDS):
        committed = tape.grow()

        def ours(committed: int = committed) -> None:
            table.refresh(committed)
            painting.append(timed(lambda: paint(table, images[table])))

        def other(committed: int = committed) -> None:
            other_model.refresh(committed)
            plain.scrollToBottom()
            paint(plain, images[plain])

        mine.append(timed(ours))
        theirs.append(timed(other))
    for view in (table, plain):
        view.close()
    detail = f"{SHOWN} rows, following, {reader.last_id():,} rows in the capture: {figures(mine, theirs)}"
    yield Figure("paint.refresh", median(mine), detail)
    yield f"  of it painting: {figures(painting)}"


def plain_dump(payload: bytes, first: int, rows: int) -> str:
    """The same page as a loop would print it."""
    lines = []
    for start in range(first, first + rows * 16, 16):
        line = payload[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in line)
        lines.append(f"{start:08x}  {' '.join(f'{byte:02x}' for byte in line)}  {text}")
    return "\n".join(lines)


def bench_hex(reader: CaptureReader) -> Iterator[str | Figure]:
    """Selecting the frame of 16 MiB, and a page of its hex view."""
    inspector = Inspector()
    inspector.resize(900, 500)
    inspector.show()
    QApplication.processEvents()
    view = inspector.hex.view
    image = QImage(inspector.size(), QImage.Format.Format_ARGB32_Premultiplied)
    selecting: list[float] = []
    pages: list[float] = []
    dumps: list[float] = []

    def select() -> None:
        inspector.show_frame(reader.frame(1), (), "Row 1")
        inspector.render(image)

    for number in range(ROUNDS):
        inspector.show_frame(reader.frame(2), (), "Row 2")
        selecting.append(timed(select))
        bar = view.verticalScrollBar()
        bar.setValue(bar.maximum() * number // ROUNDS)
        pages.append(timed(lambda: view.viewport().render(image)))
        payload = reader.frame(2).payload * 40
        dumps.append(timed(lambda payload=payload: plain_dump(payload, 0, view.visible_rows)))
    inspector.close()
    yield Figure("paint.select", median(selecting), figures(selecting))
    yield Figure("paint.hex", median(pages), f"{view.visible_rows} rows: {figures(pages)}")
    yield f"  beside it a plain loop that makes its text, without painting: {median(dumps):.2f} ms"


def run(*, quick: bool = False) -> Iterator[str | Figure]:
    """Measure; nothing is shorter when it is to be quick."""
    del quick
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    appearance = Appearance(application, "dark")
    with tempfile.TemporaryDirectory() as folder:
        tape = Tape(Path(folder))
        with CaptureReader(tape.writer.path) as reader:
            yield f"screen: {application.platformName()}"
            yield from bench_table(tape, reader)
            yield from bench_hex(reader)
        tape.writer.close()
    appearance.deleteLater()
