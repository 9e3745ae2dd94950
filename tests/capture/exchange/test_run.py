"""From file to file: what is written appears whole or not at all, and says in a sentence what went wrong."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import CONVERSATION, KEY, SENT, START, rows_of, write
from tests.capture.exchange.wire import pcap
from wsgui.capture import exchange
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange import csv_export, export_capture, import_file, payload_export, pcap_import, target
from wsgui.capture.exchange.builder import CaptureBuilder
from wsgui.capture.exchange.report import ExportReport, Problem
from wsgui.capture.exchange.source import PAGE, Source
from wsgui.capture.formats import FORMATS
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.frames import Frame
from wsgui.records import FramesSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.records import Record

FILES = [kind for kind in FORMATS if kind != "payloads"]


def sentence(function: Callable[[], object]) -> str:
    with pytest.raises(CaptureError) as caught:
        function()
    return str(caught.value)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def many(count: int) -> list[Record]:
    return [FramesSeen(1, START, SENT, [Frame(0x81, 7, KEY, b"a")] * count)]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "in.wscap")


def test_names() -> None:
    assert set(exchange.__all__) >= {"export_capture", "import_file"}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_target_that_exists(capture: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").write_text("before")
    assert sentence(lambda: export_capture(capture, tmp_path / "out", kind=kind)) == "out exists already."
    assert (tmp_path / "out").read_text() == "before"
    assert names(tmp_path) == ["in.wscap", "out"]


@pytest.mark.parametrize("kind", FILES)
def test_overwriting(capture: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").write_text("before")
    report = export_capture(capture, tmp_path / "out", kind=kind, overwrite=True)
    assert report.frames == 11
    assert (tmp_path / "out").read_bytes() != b"before"
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["in.wscap", "out"]


def test_a_file_is_not_written_over_itself(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(capture)
    for name in ("in.wscap", "link"):
        text = f"{name} cannot be both source and target."
        path = tmp_path / name
        assert sentence(partial(export_capture, capture, path, kind="csv", overwrite=True)) == text
        assert sentence(partial(import_file, capture, path, overwrite=True)) == text
    assert len(rows_of(capture)) == 11


def test_a_target_that_is_a_folder(capture: Path, tmp_path: Path) -> None:
    export = lambda: export_capture(capture, tmp_path, kind="csv", overwrite=True)  # noqa: E731
    assert sentence(export) == f"{tmp_path.name} is a folder."


@pytest.mark.parametrize("kind", FORMATS)
def test_a_folder_that_is_missing(capture: Path, tmp_path: Path, kind: str) -> None:
    export = lambda: export_capture(capture, tmp_path / "no" / "out", kind=kind)  # noqa: E731
    assert sentence(export) == "out cannot be written: No such file or directory."


def test_a_name_that_cannot_be(capture: Path, tmp_path: Path) -> None:
    assert "cannot be" in sentence(lambda: export_capture(capture, tmp_path / "a\0b", kind="csv"))
    assert "cannot be" in sentence(lambda: import_file(tmp_path / "a\0b", tmp_path / "out.wscap"))


def test_a_source_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "in.wscap").write_text("?")
    assert sentence(lambda: export_capture(tmp_path / "in.wscap", tmp_path / "a", kind="csv")) == (
        "in.wscap is not a wsgui capture."
    )
    assert sentence(lambda: import_file(tmp_path / "nix", tmp_path / "a")) == "nix does not exist."
    assert sentence(lambda: import_file(tmp_path, tmp_path / "a")) == f"{tmp_path.name} cannot be read: Is a directory."
    assert sentence(lambda: import_file(tmp_path / "in.wscap", tmp_path / "a")) == (
        "in.wscap is no pcap, pcapng, JSON Lines or HAR file."
    )
    assert names(tmp_path) == ["in.wscap"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: out was not written."),
        (OSError(errno.EIO, "Input/output error"), "out cannot be written: Input/output error."),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "payloads"])
def test_a_disk_that_is_full(
    capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, error: OSError, text: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(csv_export, "write_csv", fail)
    monkeypatch.setattr(payload_export, "write_payloads", fail)
    assert sentence(lambda: export_capture(capture, tmp_path / "out", kind=kind)) == text
    assert names(tmp_path) == ["in.wscap"]


def test_a_target_that_appears_meanwhile(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def appear(*_: object) -> int:
        (tmp_path / "out").write_text("other")
        return 0

    monkeypatch.setattr(csv_export, "write_csv", appear)
    assert sentence(lambda: export_capture(capture, tmp_path / "out", kind="csv")) == "out exists already."
    assert (tmp_path / "out").read_text() == "other"
    assert names(tmp_path) == ["in.wscap", "out"]


def test_a_rename_that_fails(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(target.Path, "replace", refuse)
    assert sentence(lambda: export_capture(capture, tmp_path / "out", kind="csv")) == (
        "out cannot be written: Permission denied."
    )
    assert names(tmp_path) == ["in.wscap"]


@pytest.mark.parametrize("kind", FORMATS)
def test_progress(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "in.wscap", many(PAGE + 5))
    seen: list[tuple[int, int]] = []
    export_capture(tmp_path / "in.wscap", tmp_path / "out", kind=kind, progress=lambda *at: seen.append(at))
    assert seen == [(PAGE, PAGE + 5), (PAGE + 5, PAGE + 5)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("after", [0, 1])
def test_cancel(tmp_path: Path, kind: str, after: int) -> None:
    write(tmp_path / "in.wscap", many(3 * PAGE))
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > after

    report = export_capture(tmp_path / "in.wscap", tmp_path / "out", kind=kind, cancelled=cancelled)
    assert report == ExportReport(tmp_path / "out", cancelled=True)
    assert names(tmp_path) == ["in.wscap"]


def test_cancel_inside_a_long_payload(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", [FramesSeen(1, START, SENT, [Frame(0x82, 64, KEY, bytes(3_000_000))])])
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert export_capture(tmp_path / "in.wscap", tmp_path / "out", kind="payload", cancelled=cancelled).cancelled
    assert len(asked) == 3


@pytest.mark.parametrize("kind", ["jsonl", "har", "pcapng"])
def test_import_says_how_far_it_is_and_can_be_cancelled(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "in.wscap", many(3000))
    export_capture(tmp_path / "in.wscap", tmp_path / "middle", kind=kind)
    size = (tmp_path / "middle").stat().st_size
    seen: list[tuple[int, int]] = []
    report = import_file(tmp_path / "middle", tmp_path / "out.wscap", progress=lambda *at: seen.append(at))
    assert report.frames in (3000, 3002)  # the packets' handshake
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)
    assert {total for _, total in seen} == {size}
    assert len(seen) > 2
    (tmp_path / "out.wscap").unlink()
    report = import_file(tmp_path / "middle", tmp_path / "out.wscap", cancelled=lambda: True)
    assert (report.cancelled, report.frames) == (True, 0)
    assert names(tmp_path) == ["in.wscap", "middle"]


def test_import_to_a_file_that_exists(capture: Path, tmp_path: Path) -> None:
    export_capture(capture, tmp_path / "a.jsonl", kind="jsonl")
    assert sentence(lambda: import_file(tmp_path / "a.jsonl", capture)) == "in.wscap exists already."
    import_file(tmp_path / "a.jsonl", capture, overwrite=True)
    assert len(rows_of(capture)) == 11


def test_a_source_that_cannot_be_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "in.pcap").write_bytes(pcap([]))
    monkeypatch.setattr(pcap_import, "read_packets", fail)
    assert sentence(lambda: import_file(tmp_path / "in.pcap", tmp_path / "out")) == (
        "in.pcap cannot be read: Input/output error."
    )
    assert names(tmp_path) == ["in.pcap"]


def test_an_empty_capture(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", [])
    for kind in FORMATS:
        assert export_capture(tmp_path / "in.wscap", tmp_path / kind, kind=kind).frames == 0
        if kind not in ("csv", "payload", "payloads"):
            assert import_file(tmp_path / kind, tmp_path / f"{kind}.wscap").frames == 0


def test_the_last_of_the_rows(capture: Path) -> None:
    with CaptureReader(capture) as reader:
        assert [Source(reader, ids).last for ids in (None, [], [5, 2], [99])] == [11, 0, 5, 0]


def test_payloads(capture: Path, tmp_path: Path) -> None:
    report = export_capture(capture, tmp_path / "out", kind="payloads")
    assert report.frames == 11
    assert names(tmp_path / "out") == [
        "0000001-sent-http.txt",
        "0000002-received-http.txt",
        "0000003-sent-text.txt",
        "0000004-received-text.txt",
        "0000005-received-ping.bin",
        "0000006-received-continuation.bin",
        "0000007-sent-binary.bin",
        "0000008-sent-pong.bin",
        "0000009-sent-close.bin",
        "0000010-received-close.bin",
        "0000011-received-bytes.bin",
    ]
    assert (tmp_path / "out" / "0000003-sent-text.txt").read_bytes() == b"Hello"
    assert b"Bearer ***" in (tmp_path / "out" / "0000001-sent-http.txt").read_bytes()


def test_the_payload_of_a_message(capture: Path, tmp_path: Path) -> None:
    assert export_capture(capture, tmp_path / "out", kind="payload", ids=[4, 6]).frames == 2
    assert (tmp_path / "out").read_text("utf-8") == "Grüße"


def test_reports() -> None:
    assert str(Problem(None, "Why.")) == "Why."
    report = ExportReport(Path("a.har"))
    assert report.notice == ""
    report.masked["Cookie"] = 1
    assert report.notice == "1 secret is masked in a.har (Cookie). Messages are exported as they are."


class Failing:
    """A database whose ``execute`` fails from a certain statement on."""

    def __init__(self, database: sqlite3.Connection, statement: str, error: Exception) -> None:
        self._database = database
        self._statement = statement
        self._error = error

    def execute(self, statement: str, *parameters: object) -> object:
        if statement.startswith(self._statement):
            raise self._error
        return self._database.execute(statement, *parameters)  # type: ignore[arg-type]

    def executemany(self, statement: str, parameters: object) -> object:
        if statement.startswith(self._statement):
            raise self._error
        return self._database.executemany(statement, parameters)  # type: ignore[arg-type]

    def close(self) -> None:
        self._database.close()


def full() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.mark.parametrize(
    ("statement", "error", "text"),
    [
        ("PRAGMA page_size", full(), "The disk is full: out.wscap was not made."),
        ("INSERT INTO reads", full(), "The disk is full: out.wscap was not made."),
        ("INSERT INTO reads", sqlite3.OperationalError("disk I/O error"), "out.wscap cannot be made: disk I/O error."),
        ("COMMIT", MemoryError(), "out.wscap cannot be made: out of memory."),
        ("INSERT INTO notes", full(), "The disk is full: out.wscap was not made."),
        ("COMMIT", full(), "The disk is full: out.wscap was not made."),
    ],
)
def test_a_capture_that_cannot_be_written(
    capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, error: Exception, text: str
) -> None:
    export_capture(capture, tmp_path / "a.jsonl", kind="jsonl")
    connect = sqlite3.connect

    def failing(path: object, **options: object) -> object:
        return Failing(connect(path, **options), statement, error)  # type: ignore[call-overload]

    monkeypatch.setattr("wsgui.capture.exchange.builder.sqlite3.connect", failing)
    monkeypatch.setattr("wsgui.capture.exchange.builder._COMMIT_BYTES", 500)
    monkeypatch.setattr("wsgui.capture.database.sqlite3.connect", failing)
    assert sentence(lambda: import_file(tmp_path / "a.jsonl", tmp_path / "out.wscap")) == text
    assert names(tmp_path) == ["a.jsonl", "in.wscap"]


def test_many_frames_in_many_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.capture.exchange.builder._COMMIT_BYTES", 1000)
    frames = [Frame(0x01, 7, KEY, b"a"), Frame(0x89, 7, KEY, b"b"), *[Frame(0x00, 7, KEY, b"c")] * 50]
    write(tmp_path / "a.wscap", [FramesSeen(1, START, SENT, [*frames, Frame(0x80, 7, KEY, b"d")])])
    export_capture(tmp_path / "a.wscap", tmp_path / "a.jsonl", kind="jsonl")
    import_file(tmp_path / "a.jsonl", tmp_path / "b.wscap")
    with CaptureReader(tmp_path / "a.wscap") as a, CaptureReader(tmp_path / "b.wscap") as b:
        assert a.rows(1, 99) == b.rows(1, 99)
        assert a.message_of(53) == b.message_of(53)


def test_a_builder_that_is_given_up_leaves_the_file_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    with suppress(ZeroDivisionError), CaptureBuilder(path, "x") as builder:
        for record in CONVERSATION:
            if not isinstance(record, FramesSeen):
                builder.put(record)
        raise ZeroDivisionError
    assert names(tmp_path) == ["x"]


def test_a_builder_that_was_told_nothing(tmp_path: Path) -> None:
    with CaptureBuilder(tmp_path / "a.wscap", "a"):
        pass
    with CaptureReader(tmp_path / "a.wscap") as reader:
        assert int(reader.meta()["created"]) > 1_600_000_000 * 10**9
        assert "imported" not in reader.meta()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = "pipe is a pipe: write what comes out of it to a file first."
    assert sentence(lambda: import_file(tmp_path / "pipe", tmp_path / "a")) == text
    assert names(tmp_path) == ["pipe"]
