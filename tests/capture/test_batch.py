"""What is put is what is read, for any records."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wsgui.capture.batch import ROWS_A_STATEMENT, cost_of, rows_of
from wsgui.capture.reader import CaptureReader, ConnectionRow
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import LARGEST_LENGTH, LENGTH_FORMS, Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    HandshakeSeen,
    Record,
)

numbers = st.integers(1, 3)
times = st.integers(0, 2**63 - 1)
directions = st.sampled_from(Direction)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
codes = st.integers(0, 65535)
payloads = st.one_of(st.binary(max_size=300), st.binary(min_size=1, max_size=8).map(lambda data: data * 5000))
broken = st.builds(Violation, texts, texts, st.sampled_from(Severity), st.none() | codes, texts)
keys = st.none() | st.binary(min_size=4, max_size=4)
frames = st.builds(Frame, st.integers(0, 255), st.sampled_from(LENGTH_FORMS), keys, payloads).filter(
    lambda frame: len(frame.payload) <= LARGEST_LENGTH[frame.length_form]  # what the wire can carry
)


@st.composite
def frames_seen(draw: st.DrawFn) -> FramesSeen:
    seen = draw(st.lists(frames, min_size=1, max_size=6)) * draw(st.sampled_from([1, 1, 1, ROWS_A_STATEMENT]))
    found = draw(st.lists(st.tuples(st.integers(0, len(seen) - 1), broken), max_size=3))
    return FramesSeen(draw(numbers), draw(times), draw(directions), seen, sorted(found, key=lambda pair: pair[0]))


records: st.SearchStrategy[Record] = st.one_of(
    frames_seen(),
    st.builds(HandshakeSeen, numbers, times, directions, payloads, st.lists(broken, max_size=2)),
    st.builds(BytesSeen, numbers, times, directions, payloads, st.lists(broken, max_size=2)),
    st.builds(ConnectionOpened, numbers, times, texts, texts, texts, texts),
    st.builds(ConnectionClosed, numbers, times, codes, texts, st.sampled_from(EndedBy), texts),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(records, max_size=12), st.sets(st.integers(0, 11)))
def test_any_records_are_read_back_as_they_were(put: list[Record], flushes: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.wscap"
        with CaptureWriter(path) as capture:
            for index, record in enumerate(put):
                capture.put(record)
                if index in flushes:
                    assert capture.flush()
        with CaptureReader(path) as reader:
            compare(put, reader)


def compare(put: list[Record], reader: CaptureReader) -> None:
    last = reader.last_id()
    rows = reader.rows(1, last)
    assert [row.id for row in rows] == list(range(1, last + 1))
    assert last == sum(map(rows_of, put))
    assert rows == reader.rows_of(range(1, last + 1))
    place = 0
    connections: dict[int, ConnectionRow] = {}
    every: list[tuple[int, Violation]] = []
    for record in put:
        if isinstance(record, ConnectionOpened):
            connections[record.connection] = ConnectionRow._make((*record, *[None] * 6))
            continue
        if isinstance(record, ConnectionClosed):
            if record.connection in connections:
                known = connections[record.connection]
                connections[record.connection] = ConnectionRow._make((*known[:6], *record[1:6], record.how or None))
            continue
        if isinstance(record, FramesSeen):
            contents: list[Frame | bytes] = list(record.frames)
            violations = [tuple(one for at, one in record.violations if at == i) for i in range(len(contents))]
        else:
            contents = [record[3]]
            violations = [tuple(record.violations)]
        for content, found in zip(contents, violations, strict=True):
            row = rows[place]
            place += 1
            assert row[:3] == (place, record.connection, record.time_ns)
            assert row.direction is record.direction
            assert row.violations == found
            assert bool(row.flags & 16) == bool(found)
            every += [(place, one) for one in found]
            payload = reader.payload(place)
            assert row.length == len(payload)
            assert row.preview == payload[:256] == reader.payload_slice(place, 0, 256)
            if isinstance(content, Frame):
                assert reader.frame(place) == content
                assert (row.opcode, row.flags & 15) == (content.head & 15, content.head >> 4)
                assert (row.masking_key, row.length_form) == (content.masking_key, content.length_form)
                view = reader.message_of(place)
                part = next(part for part in view.parts if part.frame == place)
                assert view.payload[part.offset : part.offset + part.length] == content.payload
            else:
                assert payload == content
                assert row.opcode == (-1 if isinstance(record, HandshakeSeen) else -2)
    assert place == last
    assert reader.violations(0) == every
    assert reader.connections() == [connections[number] for number in sorted(connections)]


def test_cost_and_rows() -> None:
    seen = FramesSeen(1, 1, Direction.SENT, [Frame(0x81, 7, None, b"Hello"), Frame(0x81, 7, None, b"")])
    assert (cost_of(seen), rows_of(seen)) == (205, 2)
    assert (cost_of(HandshakeSeen(1, 1, Direction.SENT, b"abc")), rows_of(BytesSeen(1, 1, Direction.SENT, b""))) == (
        103,
        1,
    )
    opened = ConnectionOpened(1, 1, "client", "", "", "")
    assert (cost_of(opened), rows_of(opened)) == (500, 0)
