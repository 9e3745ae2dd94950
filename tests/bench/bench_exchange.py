"""How fast captures go out and come in, and what memory it takes: python tests/bench/bench_exchange.py"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # run as a plain script
    sys.path.insert(0, str(ROOT))

from tests.bench.bench_capture import memory_mib  # noqa: E402
from wsgui.capture.exchange import export_capture, import_file  # noqa: E402
from wsgui.capture.writer import MIB, CaptureWriter  # noqa: E402
from wsgui.protocol.frames import Frame  # noqa: E402
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen  # noqa: E402

FRAMES = 300_000
LARGE = 40
_KEY = b"\x37\xfa\x21\x3d"
_REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
_RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def make(path: Path, frames: int) -> None:
    """Ping-pong, the hardest case: every frame has a time and a direction of its own. 120 B of text each."""
    start = 1_700_000_000_000_000_000
    with CaptureWriter(path, name="bench", role="client") as capture:
        capture.put(ConnectionOpened(1, start, "client", "ws://a/", "127.0.0.1:5000", "127.0.0.1:80"))
        capture.put(HandshakeSeen(1, start, Direction.SENT, _REQUEST))
        capture.put(HandshakeSeen(1, start, Direction.RECEIVED, _RESPONSE))
        for number in range(frames):
            key = None if number & 1 else _KEY
            frame = Frame(0x81, 7, key, b"%0120d" % number)
            capture.put(FramesSeen(1, start + 1000 * number, Direction(number & 1), [frame]))
            if capture.backlog > MIB:
                capture.flush()


def make_large(path: Path, frames: int) -> None:
    """Few frames of 4 MiB each."""
    with CaptureWriter(path) as capture:
        for number in range(frames):
            capture.put(FramesSeen(1, number, Direction.SENT, [Frame(0x82, 64, _KEY, bytes(4 * MIB))]))
            capture.flush()


def _seconds(work: object, *arguments: object, **options: object) -> float:
    start = time.perf_counter()
    work(*arguments, **options)  # type: ignore[operator]
    return time.perf_counter() - start


def run(*, quick: bool = False) -> list[str]:
    """Measure, and say it in lines."""
    frames = FRAMES // 10 if quick else FRAMES
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.wscap"
        make(source, frames)
        gc.collect()
        # Once around with a few frames: what is measured then is growth, not the code that was loaded.
        warm = range(1, 2000)
        for kind in ("jsonl", "pcapng", "har", "csv"):
            export_capture(source, folder / f"warm.{kind}", kind=kind, ids=warm)
            if kind != "csv":
                import_file(folder / f"warm.{kind}", folder / f"warm.{kind}.wscap")
        before = memory_mib("VmHWM")
        for kind in ("jsonl", "pcapng", "har", "csv"):
            out = _seconds(export_capture, source, folder / f"out.{kind}", kind=kind)
            size = (folder / f"out.{kind}").stat().st_size
            line = f"exchange: {kind:<6} {frames / out / 1e3:>4.0f} k frames/s out ({size / frames:.0f} B a frame)"
            if kind != "csv":
                into = _seconds(import_file, folder / f"out.{kind}", folder / f"{kind}.wscap")
                line += f", {frames / into / 1e3:>4.0f} k frames/s in"
            lines.append(line)
        after = memory_mib("VmHWM")
        lines.append(f"exchange: memory {before:.0f} MiB at most before, {after:.0f} after {frames:,} frames each way")
        large = folder / "large.wscap"
        make_large(large, LARGE)
        before = memory_mib("VmHWM")
        for kind in ("jsonl", "pcapng", "har"):
            export_capture(large, folder / f"large.{kind}", kind=kind)
        after = memory_mib("VmHWM")
        lines.append(f"exchange: memory {before:.0f} MiB at most before, {after:.0f} after {LARGE} frames of 4 MiB out")
    return lines


if __name__ == "__main__":
    print("\n".join(run()))
