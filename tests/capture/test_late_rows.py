"""Rows that fit, or fit no more, because the message they belong to went on after they were searched."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsgui.capture import late_rows
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.row_set import RowSet
from wsgui.capture.search import Search
from wsgui.capture.selection import Selection
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

BEGIN, MORE, END, PING, TEXT = 0x01, 0x00, 0x80, 0x89, 0x81


def never() -> bool:
    return False


def nothing(*_: int) -> None:
    pass


def seen(*frames: tuple[int, bytes], connection: int = 1, direction: Direction = Direction.SENT) -> FramesSeen:
    return FramesSeen(connection, 1, direction, [Frame(head, 7, None, payload) for head, payload in frames])


class Live:
    """A capture that is written, and searched as it grows."""

    def __init__(self, path: Path, *texts: str, connection: int | None = None) -> None:
        filters = [parse(text) for text in texts]
        self.writer = CaptureWriter(path)
        self.connection = connection
        self.searches = [Search(path, wanted) for wanted in filters]
        self.shown = [RowSet() for _ in texts]
        self.searched = 0

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        for search in self.searches:
            search.close()
        self.writer.close()

    def grow(self, *records: FramesSeen) -> None:
        for record in records:
            self.writer.put(record)
        assert self.writer.flush()
        upto = self.writer.committed
        for search, shown in zip(self.searches, self.shown, strict=True):
            ids = search.ids(self.searched, upto, connection=self.connection, progress=nothing, cancelled=never)
            late = search.late(self.searched, upto, connection=self.connection, cancelled=never)
            shown.merge(late.taken)
            shown.remove(set(late.asked) - set(late.taken))
            shown.extend(ids)
        self.searched = upto

    def check(self) -> None:
        """What is shown is what a search that starts now finds."""
        for search, shown in zip(self.searches, self.shown, strict=True):
            whole = search.ids(0, self.searched, connection=self.connection, progress=nothing, cancelled=never)
            assert list(shown) == list(whole)


def test_a_word_across_fragments_marks_all_rows_of_its_message(path: Path) -> None:
    with Live(path, 'text contains "needle"', 'not text contains "needle"', "opcode == ping") as live:
        live.grow(seen((BEGIN, b"a nee"), (PING, b"")))
        assert [list(one) for one in live.shown] == [[], [1, 2], [2]]
        live.grow(seen((TEXT, b"other"), connection=2), seen((MORE, b"")))
        live.grow(seen((END, b"dle"), (TEXT, b"needle")))
        assert [list(one) for one in live.shown] == [[1, 4, 5, 6], [2, 3], [2]]
        live.check()


def test_of_one_connection_alone(path: Path) -> None:
    with Live(path, 'text == "four"', connection=1) as live:
        live.grow(seen((BEGIN, b"fo")), seen((BEGIN, b"fo"), connection=2))
        live.grow(seen((END, b"ur")), seen((END, b"ur"), connection=2))
        assert list(live.shown[0]) == [1, 3]
        live.check()


def test_a_long_message_is_asked_again_when_it_has_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_rows, "FEW", 2)
    with Live(path, 'text contains "xyz"') as live:
        live.grow(seen((BEGIN, b"x"), (MORE, b"y")))
        live.grow(seen((MORE, b"z")))
        assert list(live.shown[0]) == [3]
        live.grow(seen((END, b"")))
        assert list(live.shown[0]) == [1, 2, 3, 4]


def test_rows_far_apart_are_asked_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    whole = Selection.every_column

    def watched(self: Selection, after: int, upto: int) -> object:
        asked.append((after, upto))
        return whole(self, after, upto)

    with Live(path, 'text == "ab"') as live:
        live.grow(seen((BEGIN, b"a")), *[seen((TEXT, b"no"), connection=2)] * 100, seen((MORE, b"")))
        monkeypatch.setattr(Selection, "every_column", watched)
        live.grow(seen((END, b"b")))
        assert list(live.shown[0]) == [1, 102, 103]
    assert asked == [(102, 103), (0, 1), (101, 102)]


def test_it_ends_when_nobody_wants_it_any_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Live(path, 'text == "ab"') as live:
        live.grow(seen((BEGIN, b"a")))
        live.grow(seen((END, b"b")))
        with pytest.raises(SearchCancelled):
            live.searches[0].late(1, 2, cancelled=lambda: True)

        def interrupted(*_: object) -> None:
            raise InterruptedReadError("stopped")

        monkeypatch.setattr(Selection, "every_column", interrupted)
        with pytest.raises(SearchCancelled):
            live.searches[0].late(1, 2, cancelled=never)


TEXTS = (
    'text contains "aba"',
    'not payload contains "ab"',
    'length == 1 and text matches "^a"',
    'text == "ab" or opcode == ping',
    'delta >= 0 and text contains "b"',
    "opcode == continuation",
)
reads = st.builds(
    lambda frames, connection, direction: seen(*frames, connection=connection, direction=direction),
    st.lists(
        st.tuples(st.sampled_from((BEGIN, MORE, MORE, END, PING, TEXT)), st.sampled_from((b"", b"a", b"b", b"ab"))),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 2),
    st.sampled_from(Direction),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(reads, max_size=3), min_size=1, max_size=6))
def test_a_view_that_grew_shows_what_a_new_search_finds(pieces: list[list[FramesSeen]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Live(Path(folder) / "x.wscap", *TEXTS) as live:
        for records in pieces:
            live.grow(*records)
            live.check()


@given(st.sets(st.integers(1, 300)), st.sets(st.integers(1, 300)), st.booleans())
def test_ids_may_be_taken_out(first: set[int], gone: set[int], dense: bool) -> None:
    ids = RowSet(sorted(first))
    if dense:
        ids.add_range(301, 900)
        ids.add(np.arange(902, 2000, 2))
        gone |= {400, 904}
    before = set(ids)
    assert ids.remove(iter(gone)) == sorted(before & gone)
    assert list(ids) == sorted(before - gone)
    assert [ids.place_of(id_) for id_ in ids] == list(range(len(ids)))
