"""Notes and bookmarks: written by the writer's thread, read with the rows, found by filters, exported and imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.capture.conditions.rows import ids_by_sql
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.run import export_capture, import_file
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = FramesSeen(1, 5_000, Direction.SENT, [Frame(0x81, 7, None, b"%d" % number) for number in range(6)])


def test_notes_are_set_changed_and_taken_away(path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FRAMES)
        writer.flush()
        assert writer.note_revision == 0
        writer.set_notes(2, ["", "odd\ud800"])
        writer.set_notes(5, ["x"])
        assert writer.flush()
        assert writer.note_revision == 2
        with CaptureReader(path) as reader:
            assert [row.notes for row in reader.rows(1, 3)] == [(), ("", "odd\\ud800"), ()]
            assert reader.notes_of(2) == ["", "odd\\ud800"]
            assert reader.noted(2) == [(2, 5_000, ""), (2, 5_000, "odd\\ud800")]
            assert [reader.next_noted(2), reader.next_noted(5)] == [5, None]
            assert [reader.next_noted(5, backward=True), reader.next_noted(2, backward=True)] == [2, None]
            writer.set_notes(2, [])
            writer.flush()
            assert reader.row(2).notes == ()
            assert reader.notes() == [(5, "x")]
    with pytest.raises(CaptureError, match=r"^The note was not kept: nothing is being written to test\.wscap\.$"):
        writer.set_notes(1, ["late"])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("note", [3, 4]),
        ("bookmark", [2, 4]),
        ("not bookmark", [1, 3, 5, 6]),
        ("bookmark == false", [1, 3, 5, 6]),
        ('note == "b"', [3]),
        ('note != "b"', [4]),
        ('note contains "aa"', [4]),
        ('note matches "^b$"', [3]),
        ('note in {"b", "aab"}', [3, 4]),
        ("bookmark or note", [2, 3, 4]),
    ],
)
def test_filters_know_notes_and_bookmarks(path: Path, text: str, ids: list[int]) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FRAMES)
        writer.set_notes(2, [""])
        writer.set_notes(3, ["a", "b"])
        writer.set_notes(4, ["", "aab"])
    assert ids_by_sql(path, parse(text)) == ids


def test_bookmarks_survive_json_lines_byte_for_byte(path: Path, tmp_path: Path) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FRAMES)
        writer.set_notes(2, [""])
        writer.set_notes(6, ["", "odd", "other"])
    first, again, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "copy.wscap"
    export_capture(path, first, kind="jsonl")
    import_file(first, copy)
    export_capture(copy, again, kind="jsonl")
    assert first.read_bytes() == again.read_bytes()
    with CaptureReader(copy) as reader:
        assert reader.notes() == [(2, ""), (6, ""), (6, "odd"), (6, "other")]
    export_capture(path, tmp_path / "a.pcapng", kind="pcapng")
    assert b"Bookmark" in (tmp_path / "a.pcapng").read_bytes()
