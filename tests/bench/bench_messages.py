"""Messages: their summaries and the refresh of rows that are decoded, filters on what decoders know, printing them.

Beside `wsgui show --messages` stands ``jq -c .`` on the same lines, if jq is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.bench.table import Figure
from wsgui.capture.column_store import ColumnStore
from wsgui.capture.reader import CaptureReader
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.dissect.preview import preview
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen
from wsgui.ui.view.frames.cells import plain_line
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.capture.reader import Row

MESSAGES = 1_000_000
QUICK = 100_000
ROUNDS = 40
SHOWN = 40
A_READ = 500

_START = 1_700_000_000_000_000_000
_REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
_RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def message(number: int) -> bytes:
    """A JSON-RPC call; one in ten is of each method."""
    return b'{"jsonrpc":"2.0","id":%d,"method":"method-%d","params":{"price":%d.25,"symbol":"ACME"}}' % (
        number,
        number % 10,
        number % 977,
    )


class Tape:
    """A capture of such messages on one connection, and the same as lines."""

    def __init__(self, folder: Path, count: int) -> None:
        self.writer = CaptureWriter(folder / "messages.wscap", interval=0)
        self._time = _START
        self._number = 0
        self.writer.put(ConnectionOpened(1, _START, "client", "ws://a/", "a", "b"))
        self.writer.put(HandshakeSeen(1, _START, Direction.SENT, _REQUEST))
        self.writer.put(HandshakeSeen(1, _START, Direction.RECEIVED, _RESPONSE))
        self.lines = folder / "messages.jsonl"
        with self.lines.open("wb") as file:
            while self._number < count:
                file.write(b"".join(one + b"\n" for one in self.put()))
        self.writer.flush()

    def put(self) -> list[bytes]:
        """One read more."""
        found = [message(self._number + more) for more in range(A_READ)]
        self._number += A_READ
        self._time += 1_000_000
        frames = [Frame.build(Opcode.TEXT, one) for one in found]
        self.writer.put(FramesSeen(1, self._time, Direction.RECEIVED, frames, (), 0))
        return found


class Undecoded(FrameModel):
    """The same table with payloads as they are."""

    def _line(self, row: Row) -> str:
        return preview(row.opcode, (row.flags & 15) << 4, row.preview, row.length)


def bench_summary(reader: CaptureReader) -> Iterator[Figure]:
    """The line of a row, decoder chosen and all."""
    rows = reader.rows(3, 1002)
    spans = []
    for _ in range(5):
        began = time.perf_counter()
        for row in rows:
            plain_line(row)
        spans.append((time.perf_counter() - began) / len(rows) * 1e6)
    yield Figure("messages.summary", min(spans), "JSON-RPC of 90 B")


def bench_refresh(tape: Tape, reader: CaptureReader) -> Iterator[Figure]:
    """Forty rows while following, decoded and not, one after the other in each round."""
    tables = [FrameTable(FrameModel(reader)), FrameTable(Undecoded(reader))]
    images = []
    for table in tables:
        table.keep = table.model()  # type: ignore[attr-defined]
        table.refresh(tape.writer.committed)
        table.resize(1300, SHOWN * table.rowHeight(0) + table.horizontalHeader().height() + 4)
        table.show()
        QApplication.processEvents()
        images.append(QImage(table.viewport().size(), QImage.Format.Format_ARGB32_Premultiplied))
    spans: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for _ in range(6):
            tape.put()
        tape.writer.flush()
        for table, image, took in zip(tables, images, spans, strict=True):
            began = time.perf_counter()
            table.refresh(tape.writer.committed)
            table.viewport().render(image)
            took.append((time.perf_counter() - began) * 1e3)
    for table in tables:
        table.close()
    decoded, plain = map(median, spans)
    yield Figure("messages.refresh", decoded / plain, f"{decoded:.2f} ms, undecoded {plain:.2f} ms")


def bench_field(path: Path, count: int) -> Iterator[Figure]:
    """A filter on a method that one message in ten has."""
    began = time.perf_counter()
    with Search(path, parse('jsonrpc.method == "method-7"'), ColumnStore()) as search:
        found = len(search.ids(0, count + 2, progress=lambda *_: None, cancelled=bool))
    took = time.perf_counter() - began
    yield Figure("messages.field", count / took / 1e3, f"{found} of {count} in {took:.2f} s")


def bench_show(path: Path, lines: Path) -> Iterator[str | Figure]:
    """Printing all messages, beside jq on the same lines."""
    jq = shutil.which("jq")
    if jq is None:
        yield "messages.show: jq is not installed"
        return
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "wsgui", "show", str(path), "--messages"], stdout=subprocess.DEVNULL, check=True
    )
    ours = time.perf_counter() - began
    began = time.perf_counter()
    subprocess.run([jq, "-c", ".", str(lines)], stdout=subprocess.DEVNULL, check=True)
    theirs = time.perf_counter() - began
    yield Figure("messages.show", ours / theirs, f"{ours:.2f} s, jq -c . {theirs:.2f} s")


def run(*, quick: bool = False) -> Iterator[str | Figure]:
    """Measure; a tenth of the messages when it is to be quick."""
    count = QUICK if quick else MESSAGES
    application = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        tape = Tape(Path(folder), count)
        path = tape.writer.path
        yield from bench_field(path, count)
        yield from bench_show(path, tape.lines)
        with CaptureReader(path) as reader:
            yield from bench_summary(reader)
            yield from bench_refresh(tape, reader)
        tape.writer.close()
    del application
