"""Cost of finding rows with filters in a capture of a million frames, beside the bare query in SQLite."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench.table import Figure
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.exchange import export_capture
from wsgui.capture.schema import FRAMES
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen

ROWS = 1_000_000
START = 1_763_726_650_000_000_000
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
TSHARK = ("opcode == ping and length > 100", "websocket.opcode == 9 && websocket.payload_length > 100")
"""A filter of ours and its equal of Wireshark's."""
BATCH = 500

_JSON = "CASE WHEN opcode = 1 THEN {} END"

_INSTR = "instr(payload, x'6e6565646c65') > 0"

# (what, filter, the bare query's condition, the row of the table that the ratio is of)
CASES = (
    ("predicate, 1 % of rows", "opcode == ping and length > 100", "opcode = 9 AND length > 100", "filter.few"),
    ("predicate, half of rows", "masked", "masking_key IS NOT NULL", "filter.half"),
    ("predicate, all rows", "length > 10", "length > 10", "filter.all"),
    ("payload substring", 'payload contains "needle"', _INSTR, "filter.payload"),
    ("text substring", 'text contains "needle"', _INSTR, "filter.text"),
    ("ignoring case", 'text matches "(?i)NEEDLE"', _INSTR, "filter.case"),
    ("regular expression", 'text matches "id.*9999"', _INSTR, "filter.expression"),
    ("json number", "json.id > 999000", _INSTR, "filter.json"),
    ("delta", "delta > 1ms", "time - (SELECT b.time FROM frames b WHERE b.id = frames.id - 1) > 1000000", ""),
    ("violation", "violation", "flags & 16", ""),
    ("json text", 'json.type == "order"', _JSON.format("json_extract(CAST(payload AS TEXT), '$.type') = 'order'"), ""),
)


def write_bare(path: Path, rows: int = ROWS) -> None:
    """The same frames in a table of SQLite, a row a frame, which bare queries are asked of."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA page_size = 8192")
        database.execute("BEGIN")
        database.execute(FRAMES)
        frames = (
            (
                number + 1,
                1,
                START + number * 10_000,
                number // BATCH % 2,
                1 if number % 100 else 9,
                8,
                b"key!" if number // BATCH % 2 else None,
                7,
                120,
                number + 1,
                0,
                _message(number) if number % 100 else b"beat" * 30,
            )
            for number in range(rows)
        )
        database.executemany(f"INSERT INTO frames VALUES ({', '.join('?' * 12)})", frames)
        database.execute("COMMIT")


def write(path: Path, rows: int = ROWS) -> None:
    """A capture of JSON messages of some 120 B, half of them masked; every hundredth frame is a ping."""
    with CaptureWriter(path) as writer:
        writer.put(ConnectionOpened(1, START, "client", "ws://127.0.0.1:80/", "127.0.0.1:50000", "127.0.0.1:80"))
        writer.put(HandshakeSeen(1, START, Direction.SENT, REQUEST))
        writer.put(HandshakeSeen(1, START, Direction.RECEIVED, RESPONSE))
        for start in range(0, rows, BATCH):
            masked = bool(start // BATCH % 2)
            frames = [
                Frame(0x89, 7, b"key!" if masked else None, b"beat" * 30)
                if number % 100 == 0
                else Frame(0x81, 7, b"key!" if masked else None, _message(number))
                for number in range(start, start + BATCH)
            ]
            writer.put(FramesSeen(1, START + start * 10_000, Direction(masked), frames))


def _message(number: int) -> bytes:
    kind = "order" if number % 1000 == 1 else "price"
    word = "needle" if number % 5000 == 3 else "nothing"
    text = f'{{"type":"{kind}","id":{number},"text":"{word} in a haystack","price":{number % 97},"tags":["a","b"]}}'
    return text.encode().ljust(120)


def _never() -> bool:
    return False


def _nothing(_done: int, _total: int) -> None:
    pass


def _search(path: Path, text: str) -> tuple[float, int]:
    with Search(path, parse(text)) as search:
        spans = []
        for _ in range(3):
            start = time.perf_counter()
            ids = search.ids(0, ROWS, progress=_nothing, cancelled=_never)
            spans.append((time.perf_counter() - start) * 1e3)
    return min(spans), len(ids)


def _bare(path: Path, condition: str) -> float:
    with closing(sqlite3.connect(path)) as database:
        spans = []
        for _ in range(3):
            start = time.perf_counter()
            database.execute(f"SELECT count(*) FROM frames WHERE {condition}").fetchone()
            spans.append((time.perf_counter() - start) * 1e3)
    return min(spans)


def _new_rows(path: Path) -> float:
    with Search(path, parse('opcode == text and payload contains "needle"')) as search:
        spans = []
        for after in range(ROWS - 1000, ROWS - 40, 40):
            start = time.perf_counter()
            search.ids(after, after + 40, progress=_nothing, cancelled=_never)
            spans.append((time.perf_counter() - start) * 1e3)
    return median(spans)


def _cancel(path: Path, text: str) -> float:
    """Milliseconds from the wish to stop to the exception, the worst of five."""
    worst = 0.0
    for moment in (0.05, 0.1, 0.15, 0.2, 0.25):
        stop = threading.Event()
        asked = [0.0]

        def ask(stop: threading.Event = stop, asked: list[float] = asked) -> None:
            asked[0] = time.perf_counter()
            stop.set()

        timer = threading.Timer(moment, ask)
        with Search(path, parse(text)) as search:
            timer.start()
            try:
                search.ids(0, ROWS, progress=_nothing, cancelled=stop.is_set)
            except SearchCancelled:
                worst = max(worst, (time.perf_counter() - asked[0]) * 1e3)
            timer.join()
    return worst


def _tshark(path: Path, folder: Path) -> str:
    """The same question to tshark, over the exported pcapng."""
    program = shutil.which("tshark")
    if program is None:
        return "tshark is not installed"
    exported = folder / "bench.pcapng"
    export_capture(path, exported, kind="pcapng")
    took, found = _search(path, TSHARK[0])
    start = time.perf_counter()
    said = subprocess.run(
        [program, "-n", "-r", str(exported), "-Y", TSHARK[1], "-T", "fields", "-e", "frame.number"],
        check=True,
        capture_output=True,
        timeout=600,
    )
    theirs = (time.perf_counter() - start) * 1e3
    lines = len(said.stdout.splitlines())
    return (
        f"tshark -Y '{TSHARK[1]}': {theirs:.0f} ms for {lines} packets; "
        f"ours: {took:.0f} ms for {found} ids, {theirs / took:.0f} times as fast (target 10)"
    )


def run(*, quick: bool = False) -> list[str | Figure]:
    """Measure and return figures, in ms, the best of three; those of SQLite are the same run's."""
    del quick
    lines: list[str | Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        path, bare_path = Path(folder) / "bench.wscap", Path(folder) / "bare.sqlite"
        write(path)
        write_bare(bare_path)
        lines.append(f"{ROWS} rows, {path.stat().st_size / 1e6:.0f} MB")
        for what, text, condition, row in CASES:
            took, found = _search(path, text)
            bare = _bare(bare_path, condition)
            detail = f"{took:.1f} ms for {found} ids, bare {bare:.0f} ms"
            lines.append(Figure(row, took / bare, detail) if row else f"{what}: {detail}, ratio {took / bare:.2f}")
        lines.append(_tshark(path, Path(folder)))
        lines.append(f"40 new rows: {_new_rows(path):.3f} ms (target 1 ms)")
        for text in ('payload contains "nowhere"', 'text matches "no.*where"', 'json.tags[1] == "c"'):
            lines.append(f"cancel of {text}: at most {_cancel(path, text):.0f} ms (target 100 ms)")
    return lines


if __name__ == "__main__":
    print("\n".join(map(str, run())))
