from __future__ import annotations

from array import array
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.places import NoPlaceError, first_at, place_at
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SECOND = 1_000_000_000
START = int(datetime(2026, 11, 21, 23, 59, 58).timestamp()) * SECOND + 500_000_000  # noqa: DTZ001 - local time is meant


@pytest.fixture
def reader(path: Path) -> Iterator[CaptureReader]:
    with CaptureWriter(path) as writer:
        for number in range(10):
            writer.put(FramesSeen(1, START + number * SECOND, Direction.SENT, [Frame(0x81, 7, None, b"")]))
    with CaptureReader(path) as reader:
        yield reader


@pytest.mark.parametrize(
    ("text", "place", "filtered"),
    [
        ("1", 0, None),
        (" 10 ", 9, 4),
        ("+0", 0, 0),
        ("+2.5s", 3, 1),
        ("+2s", 2, 1),
        ("+8500ms", 9, 4),
        ("23:59:58", 0, 0),
        ("23:59:58.5", 0, 0),
        ("23:59:59", 1, 0),
        ("00:00:00", 2, 1),
        ("0:00:01", 3, 1),
        ("2026-11-21T23:59:59", 1, 0),
        ("2000-01-01", 0, 0),
    ],
)
def test_places_in_a_whole_and_in_a_filtered_view(
    reader: CaptureReader, text: str, place: int, filtered: int | None
) -> None:
    assert place_at(text, range(1, 11), reader) == place
    even = array("q", [2, 4, 6, 8, 10])
    if filtered is None:
        with pytest.raises(NoPlaceError, match=r"^Row 1 is not shown here: the filter or"):
            place_at(text, even, reader)
    else:
        assert place_at(text, even, reader) == filtered


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "There is no row 0: the rows go from 1 to 10."),
        ("99999999999999999999", "There is no row 99999999999999999999: the rows go from 1 to 10."),
        ("+9.1s", "No row shown here is as late as that."),
        ("12:00", "No row shown here is as late as that."),
        ("2030-01-01", "No row shown here is as late as that."),
        ("soon", "Type a row's number, a time such as 12:04:10.5, or seconds from the start such as +12.5s."),
        ("", "Type a row's number, a time such as 12:04:10.5, or seconds from the start such as +12.5s."),
        ("٣", "Type a row's number, a time such as 12:04:10.5, or seconds from the start such as +12.5s."),
    ],
)
def test_a_place_that_is_none(reader: CaptureReader, text: str, sentence: str) -> None:
    with pytest.raises(NoPlaceError) as caught:
        place_at(text, range(1, 11), reader)
    assert str(caught.value) == sentence


def test_an_empty_view_and_a_day_that_cannot_be_told(reader: CaptureReader, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoPlaceError, match=r"^No rows are shown\.$"):
        place_at("1", array("q"), reader)
    monkeypatch.setattr("wsgui.capture.places.clock_ns", lambda *_: None)
    with pytest.raises(NoPlaceError, match="The system cannot tell"):
        place_at("12:00", range(1, 11), reader)


class Times:
    def __init__(self, times: Sequence[int]) -> None:
        self.times = times

    def time_of(self, id_: int) -> int:
        return self.times[id_ - 1]


@given(st.lists(st.integers(0, 20), max_size=20), st.integers(0, 21))
def test_equal_times_and_clocks_set_back(times: list[int], wanted: int) -> None:
    place = first_at(wanted, range(1, len(times) + 1), Times(times))  # type: ignore[arg-type]
    assert place == len(times) or times[place] >= wanted
    assert place == 0 or times[place - 1] < wanted
    ordered = sorted(times)
    first = first_at(wanted, range(1, len(times) + 1), Times(ordered))  # type: ignore[arg-type]
    assert first == sum(time < wanted for time in times)
