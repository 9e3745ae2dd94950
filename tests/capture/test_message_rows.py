"""Messages of a capture by the rows of their first frames, also where several are on their way at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.capture.old_formats import write_old
from wsgui.capture import message_rows
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.message_rows import MessageRows, MessagesFound, OpenMessages
from wsgui.capture.message_start import message_start
from wsgui.capture.reader import CaptureReader
from wsgui.capture.row_set import RowSet
from wsgui.capture.selection import Selection
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

TEXT, MORE, END, PING, PONG = 0x81, 0x00, 0x80, 0x89, 0x8A
BEGIN = 0x01


def seen(
    *frames: tuple[int, bytes], connection: int = 1, direction: Direction = Direction.SENT, time_ns: int = 1_000
) -> FramesSeen:
    return FramesSeen(connection, time_ns, direction, [Frame(head, 7, None, payload) for head, payload in frames])


def write(path: Path, *records: FramesSeen) -> None:
    with CaptureWriter(path) as writer:
        for record in records:
            writer.put(record)


def never() -> bool:
    return False


class All:
    """What was found in one go, or in steps that end at certain rows."""

    def __init__(self, path: Path, expression: str = "", *steps: int, connection: int | None = None) -> None:
        self.heads, self.frames = RowSet(), RowSet()
        self.folded: dict[int, int] = {}
        begun, after = OpenMessages(), 0
        with MessageRows(path, parse(expression) if expression else None) as rows:
            for end in (*steps, 1_000_000):
                found, begun = rows.find(after, end, begun, connection=connection, cancelled=never)
                self.take(found)
                after = end

    def take(self, found: MessagesFound) -> None:
        self.heads.merge(found.late_heads)
        self.heads.extend(found.heads)
        self.frames.merge(found.late_frames)
        self.frames.extend(found.frames)
        for opcode, count in found.folded.items():
            self.folded[opcode] = self.folded.get(opcode, 0) + count


MIXED = (
    seen((TEXT, b"one"), (BEGIN, b"tw"), (PING, b"?"), (MORE, b""), (END, b"o"), (TEXT, b"three")),  # 1 to 6
    seen((PONG, b"?"), (BEGIN, b"fo"), direction=Direction.RECEIVED),  # 7, 8
    seen((TEXT, b"other"), connection=2),  # 9
    seen((END, b"ur"), (END, b"of nothing"), direction=Direction.RECEIVED),  # 10, 11
)


@pytest.mark.parametrize("steps", [(), (2,), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)])
def test_a_message_has_one_row_and_what_is_none_is_counted(path: Path, steps: tuple[int, ...]) -> None:
    write(path, *MIXED)
    found = All(path, "", *steps)
    assert list(found.heads) == [1, 2, 6, 8, 9]
    assert list(found.frames) == [1, 2, 4, 5, 6, 8, 9, 10]
    assert found.folded == {9: 1, 10: 1, 0: 1}


def test_one_connection_alone(path: Path) -> None:
    write(path, *MIXED)
    found = All(path, connection=2)
    assert (list(found.heads), list(found.frames), found.folded) == ([9], [9], {})


@pytest.mark.parametrize("steps", [(), (4,), (8, 9)])
def test_a_message_is_there_if_one_of_its_frames_fits(path: Path, steps: tuple[int, ...]) -> None:
    write(path, *MIXED)
    found = All(path, "length == 1 and fin", *steps)
    assert (list(found.heads), list(found.frames)) == ([2], [2, 4, 5])
    assert found.folded == {9: 1, 10: 1}


def test_a_message_that_fits_once_it_is_whole_comes_late(path: Path) -> None:
    with CaptureWriter(path) as writer, closing(MessageRows(path, parse('text == "four"'))) as rows:
        writer.put(seen((BEGIN, b"fo")))
        assert writer.flush()
        before, begun = rows.find(0, 1, OpenMessages(), cancelled=never)
        writer.put(seen((MORE, b"u"), (END, b"r"), (TEXT, b"four")))
        assert writer.flush()
        after, begun = rows.find(1, 4, begun, cancelled=never)
    assert (list(before.heads), before.late_heads) == ([], [])
    assert (list(after.heads), after.late_heads) == ([4], [1])
    assert (list(after.frames), after.late_frames) == ([2, 3, 4], [1])
    assert begun.by_way == {}


def test_a_search_that_was_stopped_may_be_repeated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, *MIXED)
    begun = OpenMessages()
    with MessageRows(path, parse("length == 1 and fin")) as rows:
        _, begun = rows.find(0, 4, begun, cancelled=never)
        with pytest.raises(SearchCancelled):
            rows.find(4, 11, begun, cancelled=lambda: True)

        def interrupted(*_: object) -> None:
            raise InterruptedReadError

        with monkeypatch.context() as patched:
            patched.setattr(Selection, "marks", interrupted)
            with pytest.raises(SearchCancelled):
                rows.find(4, 11, begun, cancelled=never)
        for _ in range(2):
            found, _ = rows.find(4, 11, begun, cancelled=never)
            assert (found.late_heads, list(found.frames), found.late_frames) == ([2], [5], [2, 4])


def test_of_a_message_that_nothing_takes_the_last_fragments_are_remembered(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_rows, "MOST_REMEMBERED", 2)
    write(path, seen((BEGIN, b"a"), (MORE, b"b"), (MORE, b"c"), (MORE, b"d"), (END, b"e")))
    found = All(path, "fragment == 4")
    assert (list(found.heads), list(found.frames)) == ([1], [1, 4, 5])


def test_a_fragment_whose_first_frame_was_edited_away_is_none_of_a_message(path: Path) -> None:
    write(path, seen((BEGIN, b"a"), (END, b"b"), (TEXT, b"c")))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE frames SET message = 7 WHERE id = 1")
    assert list(All(path).heads) == [1, 3]
    assert list(All(path).frames) == [1, 3]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_older_formats_have_messages_too(path: Path, version: int) -> None:
    write_old(path, version)
    found = All(path)
    assert list(found.heads) == [3, 4, 7, 9, 10][: 4 + (version > 1)]
    assert 6 in found.frames
    assert len(found.frames) == len(found.heads) + 1
    assert found.folded == {-1: 2, 9: 1, -2: 1, **({-3: 1} if version > 2 else {})}


def start_of(path: Path, row: int) -> tuple[int, int | None, int, bool, bytes, int]:
    with CaptureReader(path) as reader:
        start = message_start(reader, reader.row(row))
        return (*start, start.size)


def test_a_message_begins_with_all_its_fragments(path: Path) -> None:
    write(path, *MIXED, seen((BEGIN, b"never"), (MORE, b" ended")))
    assert start_of(path, 1) == (3, None, 1, True, b"one", 3)
    assert start_of(path, 2) == (3, None, 3, True, b"two", 3)
    assert start_of(path, 8) == (4, None, 2, True, b"four", 4)
    assert start_of(path, 12) == (11, None, 2, False, b"never ended", 11)


def test_of_very_many_frames_the_first_one_is_shown(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.capture.message_start.MOST_FRAMES", 2)
    write(path, seen((BEGIN, b"a"), (MORE, b"b"), (END, b"c")))
    assert start_of(path, 1) == (3, None, 3, True, b"a", 3)


def test_a_first_frame_alone(path: Path) -> None:
    write(path, seen((BEGIN, b"a")))
    assert start_of(path, 1)[:4] == (1, None, 1, False)


def test_a_compressed_message_tells_what_it_inflates_to(path: Path) -> None:
    frames = [Frame(0x41, 7, None, b"\xf2\x48"), Frame(0x80, 7, None, b"\xcd\xc9")]
    write(path, FramesSeen(1, 1, Direction.SENT, frames, inflated=[(0, b"He"), (1, b"llo")]))
    assert start_of(path, 1) == (4, 5, 2, True, b"Hello", 5)


def test_the_extent_of_what_is_no_message_is_none(path: Path) -> None:
    write(path, *MIXED)
    with CaptureReader(path) as reader:
        assert [reader.message_extent(row) for row in (1, 2, 3)] == [None, (3, 3, True), None]


def test_the_first_frame_of_a_message(path: Path) -> None:
    write(path, *MIXED)
    with CaptureReader(path) as reader:
        assert [reader.first_frame(row) for row in (1, 2, 3, 4, 5, 8, 10, 11)] == [1, 2, None, 2, 2, 8, 8, None]
