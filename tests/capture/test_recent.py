"""Rows that wait to be written are those that a reader gives once they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.capture.test_read_columns import BROKEN, records
from wsgui.capture.batch import rows_of
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import BytesMissing, BytesSeen, ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.views import Row
    from wsgui.records import Record


class Held(CaptureWriter):
    """One whose thread commits nothing until it is let."""

    def hold(self, taken: int) -> None:
        """As if the thread had taken so many records by now."""
        for _ in range(min(taken, len(self._queue))):
            item, cost, _ = self._queue.popleft()
            self._batch.add(item, cost)

    def _run(self) -> None:
        self._changed.acquire()
        self._changed.wait_for(lambda: self._closing)
        self._changed.release()
        super()._run()


def as_read(rows: list[Row]) -> list[Row]:
    return [row._replace(fragments=None) for row in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    put=st.lists(records, min_size=1, max_size=10),
    committed=st.integers(0, 9),
    taken=st.integers(0, 9),
    span=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_they_are_what_a_reader_gives_later(
    path: Path, put: list[Record], committed: int, taken: int, span: tuple[int, int]
) -> None:
    path.unlink(missing_ok=True)
    first_ones, others = put[:committed], put[committed:]
    before = sum(map(rows_of, first_ones))
    total = before + sum(map(rows_of, others))
    low, high = sorted(1 + cut % (total + 2) for cut in span)
    with CaptureWriter(path) as writer:
        for record in first_ones:
            writer.put(record)
    waiting: list[Row] = []
    with Held(path, append=True) as held:
        # A capture that is gone on with counts messages anew: so does what goes on with a connection of it.
        for record in others:
            held.put(record)
        assert held.newest == total
        held.hold(taken)
        waiting = held.recent(low, high)
        assert held.recent(total + 1, total + 5) == []
    with CaptureReader(path) as reader:
        read = as_read(reader.rows(max(low, before + 1), high))
    if read:
        read[0] = read[0]._replace(delta_ns=None)
    assert waiting == read


def test_the_time_since_the_row_before(path: Path) -> None:
    with Held(path) as held:
        held.put(ConnectionOpened(1, 5, "client", "ws://a/", "", ""))
        held.put(FramesSeen(1, 10, Direction.SENT, [Frame(0x81, 16, None, b"x" * 300)] * 2))
        held.put(FramesSeen(1, 30, Direction.SENT, [Frame(0x81, 7, None, b"")]))
        rows = held.recent(1, 3, 4)
        assert [row.delta_ns for row in rows] == [6, 0, 20]
        assert [row.message for row in rows] == [1, 2, 3]
        assert rows[0].preview == b"x" * 256


def test_rows_that_are_no_frames(path: Path) -> None:
    with Held(path) as held:
        held.put(HandshakeSeen(1, 1, Direction.SENT, b"GET", [BROKEN]))
        held.put(BytesSeen(1, 2, Direction.SENT, b"x"))
        held.put(BytesMissing(1, 3, Direction.SENT, "1 byte was not captured."))
        rows = held.recent(1, 3)
        assert [(row.opcode, row.flags, row.preview[:3]) for row in rows] == [
            (-1, 16, b"GET"),
            (-2, 0, b"x"),
            (-3, 0, b"1 b"),
        ]
        assert [row.id for row in held.recent(2, 2)] == [2]


def test_what_is_committed_waits_no_more(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 10, Direction.SENT, [Frame(0x81, 7, None, b"x")] * 2))
        assert writer.flush()
        assert (writer.newest, writer.committed) == (2, 2)
        assert writer.recent(1, 2) == []
