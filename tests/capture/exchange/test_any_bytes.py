"""Whatever bytes a file has: a sentence or a capture, soon, and with little memory. The file stays as it is."""

from __future__ import annotations

import tempfile
import tracemalloc
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import START, write
from wsgui.capture.copy import copy_capture, openable
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange import export_capture, import_file
from wsgui.capture.reader import CaptureReader
from wsgui.capture.search import Search
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

FOREIGN = ("har", "jsonl", "pcapng", "pcap")
MEMORY = 48 * 1024 * 1024
"""Bytes that are enough for any file of a few kB; no number in it may ask for more."""

damages = st.lists(
    st.tuples(
        st.sampled_from(["set", "insert", "cut", "end", "repeat"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=8) | st.just(b"\xff" * 8) | st.just(b"\x7f\xff\xff\xff"),
    ),
    min_size=1,
    max_size=6,
)


@cache
def whole(kind: str) -> bytes:
    """A sound file."""
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name) / "a.wscap")
        if kind == "wscap":
            return path.read_bytes()
        out = Path(name) / "out"
        export_capture(path, out, kind="pcapng" if kind == "pcap" else kind)
        data = out.read_bytes()
    if kind != "pcap":
        return data
    return as_pcap(data)


def as_pcap(data: bytes) -> bytes:
    """The packets of a pcapng file of ours in the older container."""
    made = bytearray(bytes.fromhex("4d3cb2a1 0200 0400 00000000 00000000 00000400 65000000"))
    at = 0
    while at < len(data):
        kind, size = (int.from_bytes(data[at + place : at + place + 4], "little") for place in (0, 4))
        if kind == 6:
            length = int.from_bytes(data[at + 20 : at + 24], "little")
            made += (1).to_bytes(4, "little") + bytes(4) + length.to_bytes(4, "little") * 2
            made += data[at + 28 : at + 28 + length]
        at += size
    return bytes(made)


def damaged(data: bytes, damage: list[tuple[str, float, bytes]]) -> bytes:
    made = bytearray(data)
    for how, where, what in damage:
        at = int(where * len(made))
        if how == "set":
            made[at : at + len(what)] = what
        elif how == "insert":
            made[at:at] = what
        elif how == "cut":
            del made[at : at + 20 * len(what)]
        elif how == "end":
            del made[at:]
        else:
            made[at:at] = made[at : at + 50 * len(what)]
    return bytes(made)


def take_in(suffix: str, data: bytes) -> None:
    """Open or import a file of these bytes and read what is in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / f"in.{suffix}"
        path.write_bytes(data)
        tracemalloc.start()
        try:
            if suffix == "wscap":
                with suppress(CaptureError):
                    use(path, folder)
            else:
                with suppress(CaptureError):
                    report = import_file(path, folder / "made.wscap")
                    use(report.target, folder)
                    with CaptureReader(report.target) as reader:
                        assert reader.last_id() == report.frames
            assert tracemalloc.get_traced_memory()[1] < MEMORY
        finally:
            tracemalloc.stop()
        assert path.read_bytes() == data


def use(path: Path, folder: Path) -> None:
    """What the window and the command line do with a capture. Each may end in a CaptureError, in nothing else."""
    found = openable(path, folder)
    with CaptureReader(found) as reader:
        last = reader.last_id()
        for ask in (
            reader.meta,
            reader.connections,
            reader.violation_count,
            reader.notes,
            lambda: reader.violations(0),
        ):
            with suppress(CaptureError):
                ask()
        with suppress(CaptureError):
            reader.rows(1, 64)
        for id_ in (1, 2, 5, last):
            for method in (reader.frame, reader.payload, reader.message_of):
                with suppress(CaptureError, LookupError):
                    method(id_)
    with suppress(CaptureError), Search(found, parse('payload contains "e" or length > 3')) as search:
        search.ids(0, last, progress=lambda *_: None, cancelled=bool)
    for kind in ("jsonl", "pcapng", "har", "csv"):
        with suppress(CaptureError):
            export_capture(found, folder / f"out.{kind}", kind=kind, overwrite=True)
    copy = folder / "copy.wscap"
    copy_capture(found, copy, overwrite=True)
    with CaptureWriter(copy, append=True) as capture:
        capture.put(FramesSeen(9, START, Direction.SENT, [Frame(0x81, 7, None, b"more")]))


@pytest.mark.parametrize("kind", ["wscap", *FOREIGN])
def test_a_sound_file_is_taken_in(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{kind}"
    path.write_bytes(whole(kind))
    if kind == "wscap":
        use(path, tmp_path)
        with CaptureReader(tmp_path / "copy.wscap") as reader:
            assert reader.last_id() == 12
    else:
        report = import_file(path, tmp_path / "made.wscap")
        assert report.complete
        assert report.frames >= 10
    take_in(kind, whole(kind))


@pytest.mark.parametrize("kind", ["wscap", *FOREIGN])
@settings(deadline=None, max_examples=40)
@given(data=st.binary(max_size=300))
@example(data=b"")
def test_any_bytes(kind: str, data: bytes) -> None:
    take_in(kind, data)
    take_in(kind, whole(kind)[:100] + data)


@pytest.mark.parametrize("kind", ["wscap", *FOREIGN])
@settings(deadline=None, max_examples=60)
@given(damage=damages)
def test_any_damage(kind: str, damage: list[tuple[str, float, bytes]]) -> None:
    take_in(kind, damaged(whole(kind), damage))
