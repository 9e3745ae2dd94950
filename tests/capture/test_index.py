"""The index of a read: it is believed as far as the wire says the same, and made anew of it else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture import loading
from wsgui.capture.errors import CaptureError
from wsgui.capture.loading import GONE
from wsgui.capture.packing import Index, mark, pack
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.views import Row

BROKEN = Violation("a.rule", "5.1", Severity.ERROR, 1002, "A text.")
FRAMES = [
    Frame(0x81, 7, None, b"hello"),
    Frame(0x89, 7, b"abcd", b"ping"),
    Frame(0x01, 16, None, b"part"),
    Frame(0x80, 64, b"wxyz", b"c" * 200),
    Frame(0x81, 7, b"abcd", b""),
    Frame(0xC2, 7, None, b"z"),
]


def index_of(frames: list[Frame], places: bytes | None = None, *, at_hand: bool = True) -> Index:
    packed = pack(frames)

    def piece(start: int, size: int) -> bytes:
        return packed.wire[start : start + size]

    wire = packed.wire if at_hand else None
    return Index(bytes(packed.places if places is None else places), len(frames), len(packed.wire), piece, wire)


def found(index: Index, frames: list[Frame]) -> list[bytes | None]:
    places = [index.place(number) for number in range(len(frames))]
    return [None if one is None else index._piece(one.start, one.length) for one in places]


frames = st.lists(
    st.builds(
        lambda head, form, key, payload: Frame(head, form, key, payload),
        st.integers(0, 255),
        st.sampled_from([7, 7, 7, 16, 64]),
        st.sampled_from([None, b"abcd"]),
        st.binary(max_size=125),
    ),
    min_size=1,
    max_size=6,
)


@given(frames=frames, at_hand=st.booleans(), checked=st.integers(0, 6), damage=st.binary(max_size=40))
def test_whatever_the_index_says_the_wire_decides(
    frames: list[Frame], at_hand: bool, checked: int, damage: bytes
) -> None:
    whole = bytes(pack(frames).places)
    for places in (whole, damage, damage[: len(whole)] + whole[len(damage) :]):
        index = index_of(frames, places, at_hand=at_hand)
        index.check(min(checked, len(frames)))
        assert found(index, frames) == [frame.payload for frame in frames]
        assert index.heads == bytes([frame.head for frame in frames])
        if places == whole:
            assert not index.rebuilt


@pytest.mark.parametrize("at_hand", [True, False])
def test_flags_are_kept(at_hand: bool) -> None:
    packed = pack(FRAMES)
    mark(packed.places, 1, 16)
    mark(packed.places, 1, 32)
    index = index_of(FRAMES, packed.places, at_hand=at_hand)
    index.check(len(FRAMES))
    index.check(2)
    assert [place.mark & 48 for place in map(index.place, range(6)) if place] == [0, 48, 0, 0, 0, 0]
    assert not index.rebuilt
    assert index.place(6) is None
    assert index.place(-1) is None


def test_a_wire_that_ends_early() -> None:
    packed = pack(FRAMES)
    for size in range(len(packed.wire)):
        cut = packed.wire[:size]
        for wire in (cut, None):
            index = Index(bytes(packed.places), 6, size, lambda start, count, cut=cut: cut[start : start + count], wire)  # type: ignore[misc]
            index.check(6)
            there = [place for place in map(index.place, range(6)) if place is not None]
            assert all(place.start + place.length <= size for place in there)
            assert [cut[place.start :][: place.length] for place in there] == [
                frame.payload for frame in FRAMES[: len(there)]
            ]
            assert index.rebuilt


def write(path: Path) -> list[Row]:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, FRAMES, [(1, BROKEN)], 0, [(5, b"inflated")]))
        writer.put(FramesSeen(1, 2, Direction.SENT, FRAMES[:1]))
    with CaptureReader(path) as reader:
        return reader.rows(1, 9)


def change(path: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement, parameters)


@pytest.mark.parametrize("places", [b"", bytes(36), b"\xff" * 36, b"\0" * 7])
@pytest.mark.parametrize("at_once", [512 * 1024, 10])
def test_rows_of_an_index_that_lies_are_what_they_were(
    path: Path, places: bytes, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_COLUMNS", loading._COLUMNS.replace(str(512 * 1024), str(at_once)))
    monkeypatch.setattr(loading, "_RANGE", loading._RANGE.replace(str(512 * 1024), str(at_once)))
    monkeypatch.setattr(loading, "_ONE", loading._ONE.replace(str(512 * 1024), str(at_once)))
    rows = write(path)
    change(path, "UPDATE reads SET places = ? WHERE id = 1", places)
    with CaptureReader(path) as reader:
        assert reader.rows(1, 9) == rows
        assert reader.rows_of([6, 2]) == [rows[5]._replace(delta_ns=None), rows[1]]
        assert [reader.frame(id_) for id_ in range(1, 7)] == FRAMES
        assert [reader.payload(id_) for id_ in range(1, 7)] == [frame.payload for frame in FRAMES]
        assert reader.message_of(4).payload == b"part" + b"c" * 200


def test_frames_that_are_gone_are_rows_that_say_so(path: Path) -> None:
    rows = write(path)
    change(path, "UPDATE reads SET wire = CAST(substr(wire, 1, 20) AS BLOB) WHERE id = 1")
    with CaptureReader(path) as reader:
        read = reader.rows(1, 9)
        assert [row.id for row in read] == [1, 2, 3, 4, 5, 6, 7]
        assert read[:2] == rows[:2]
        assert {(row.opcode, row.preview.decode()) for row in read[2:6]} == {(-3, GONE)}
        assert read[6].preview == b"hello"
        assert reader.payload(4).decode() == GONE
        assert reader.payload_slice(4, 4, 7) == b"capture"
        with pytest.raises(LookupError):
            reader.frame(4)


def test_counts_that_lie(path: Path) -> None:
    rows = write(path)
    change(path, "UPDATE reads SET last = 9000 WHERE id = 1")
    with CaptureReader(path) as reader:
        assert reader.last_id() == 7
        assert [row.id for row in reader.rows(1, 9)] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
        assert reader.rows(1, 7)[:6] == rows[:6]
        assert reader.row(7).preview == b"hello"
    change(path, "UPDATE reads SET last = 3 WHERE id = 1")
    with CaptureReader(path) as reader:
        assert [row.id for row in reader.rows(1, 9)] == [1, 2, 3, 7]
        for ask in (reader.row, reader.payload, reader.time_of):
            with pytest.raises(LookupError):
                ask(5)
        with pytest.raises(LookupError):
            reader.payload_slice(5, 0, 1)


def test_before_the_first_read_there_is_nothing(path: Path) -> None:
    write(path)
    change(path, "DELETE FROM reads WHERE id = 1")
    with CaptureReader(path) as reader:
        assert [row.id for row in reader.rows(1, 9)] == [7]
        assert [row.id for row in reader.rows_of([1, 2, 7])] == [7]
        with pytest.raises(LookupError):
            reader.payload(1)


def test_a_row_that_somebody_deleted_or_changed(path: Path) -> None:
    write(path)
    change(path, "DELETE FROM frames WHERE id = 2")
    change(path, "UPDATE frames SET payload = x'4142', length = 2 WHERE id = 1")
    change(path, "UPDATE frames SET length = 9 WHERE id = 7")
    with CaptureReader(path) as reader:
        assert [row.id for row in reader.rows(1, 6)] == [1, 3, 4, 5, 6]
        assert reader.payload(1) == b"AB"
        assert reader.payload_slice(1, 1, 5) == b"B"
        assert reader.row(1).preview == b"AB"
        for ask in (reader.row, reader.payload, reader.frame):
            with pytest.raises(LookupError):
                ask(2)
        with pytest.raises(CaptureError, match="row 7 has another number of bytes than it says"):
            reader.payload(7)


def test_opcodes_that_lie_find_nothing(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x89, 7, None, b"p")]))
    change(path, "UPDATE reads SET opcodes = 262")
    with CaptureReader(path) as reader:
        assert reader.first_message(1) == b""
        assert reader.closing(1, 5) == []
        assert reader.closing(2, 5) == []


def test_a_slice_of_a_long_read_that_begins_behind_its_end(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x82, 64, None, bytes(600_000))]))
    with CaptureReader(path) as reader:
        assert reader.payload_slice(1, 599_999, 5) == b"\0"
        assert reader.payload_slice(1, 700_000, 5) == b""
        assert reader.row(1).length == 600_000
    change(path, "UPDATE reads SET kind = -2")
    with CaptureReader(path) as reader:
        assert reader.payload_slice(1, 700_000, 5) == b""
        assert reader.row(1).length == 600_010
