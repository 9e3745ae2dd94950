from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from wsgui.capture import batch, writer
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, ConnectionOpened, Direction, FramesSeen, HandshakeSeen

HELLO = Frame(0x81, 7, None, b"Hello")
NEVER = 3600.0  # an interval that no test lives to see the end of
WAIT = 60.0  # how long a test waits for what must come at once


def sent(*frames: Frame) -> FramesSeen:
    return FramesSeen(1, 1_000, Direction.SENT, frames)


def count(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM frames").fetchone()[0])


def limit_pages(capture: CaptureWriter, pages: int) -> None:
    """Make the disk full, as SQLite sees it. The writer must be idle."""
    capture._database.execute(f"PRAGMA max_page_count = {pages}")


class Slow:
    """Holds the write lock of a capture, so that its writer waits."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self._database.execute("ROLLBACK")
        self._database.close()


def test_the_first_record_after_a_quiet_time_is_committed_at_once(path: Path) -> None:
    committed = threading.Event()
    seen: list[tuple[int, str]] = []

    def on_commit(last_id: int) -> None:
        seen.append((last_id, threading.current_thread().name))
        committed.set()

    with CaptureWriter(path, on_commit=on_commit, interval=NEVER) as capture:
        assert capture.committed == 0
        capture.put(sent(HELLO, HELLO))
        assert committed.wait(WAIT)
        assert capture.committed == 2
        assert count(path) == 2
    assert seen == [(2, "capture test.wscap")]


def test_within_the_interval_records_wait_for_each_other(path: Path) -> None:
    commits: list[int] = []
    with CaptureWriter(path, on_commit=commits.append, interval=NEVER) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        for _ in range(10):
            capture.put(sent(HELLO))
        assert count(path) == 1
        assert capture.flush()
        assert count(path) == 11
        capture.put(sent(HELLO))
    assert commits == [1, 11, 12]
    assert count(path) == 12


def test_much_is_written_while_the_interval_lasts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Semaphore(0)
    write = batch.Batch.write

    def noted(self: batch.Batch, database: sqlite3.Connection, *, everything: bool) -> None:
        write(self, database, everything=everything)
        if not everything:
            written.release()

    commits: list[int] = []
    monkeypatch.setattr(batch.Batch, "write", noted)
    large = sent(*[HELLO] * batch.ROWS_A_STATEMENT, Frame(0x82, 64, None, bytes(writer._TAKE_BYTES)))
    with CaptureWriter(path, on_commit=commits.append, interval=NEVER) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        for record in (sent(HELLO), large, large):
            written.acquire(timeout=WAIT)
            capture.put(record)
        assert written.acquire(timeout=WAIT)
        assert commits == [1]  # written, but within the open transaction
        assert count(path) == 1
    assert commits == [1, 2 + 2 * len(large.frames)]


def test_a_commit_does_not_wait_for_a_queue_that_never_empties(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = threading.Event()
    added = 0
    add = batch.Batch.add

    def more(self: batch.Batch, item: batch.Item, cost: int) -> None:
        nonlocal added
        added += 1
        add(self, item, cost)
        if not committed.is_set() and added < 50_000:
            capture.put(sent(HELLO))

    monkeypatch.setattr(batch.Batch, "add", more)
    with CaptureWriter(path, on_commit=lambda _: committed.set(), interval=0.01) as capture:
        capture.put(sent(HELLO))
        assert committed.wait(WAIT)
        assert added < 50_000


def test_a_large_transaction_is_committed_before_its_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_COMMIT_BYTES", 1000)
    commits: list[int] = []
    twelve = threading.Event()

    def on_commit(last_id: int) -> None:
        commits.append(last_id)
        if last_id >= 12:
            twelve.set()

    with CaptureWriter(path, on_commit=on_commit, interval=NEVER) as capture:
        capture.put(sent(HELLO, HELLO))
        assert capture.flush()
        capture.put(sent(*[HELLO] * 10))  # 1050 by the writer's reckoning
        assert twelve.wait(WAIT)
    assert commits == [2, 12]


def test_threads_may_put_at_the_same_time(path: Path) -> None:
    with CaptureWriter(path, interval=0.0) as capture:

        def put_many() -> None:
            for _ in range(200):
                capture.put(sent(HELLO))

        threads = [threading.Thread(target=put_many) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert capture.flush()
        assert capture.committed == 800
        assert capture.backlog == 0
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT min(id), max(id), count(*), max(message) FROM frames").fetchone() == (
            1,
            800,
            800,
            800,
        )


def test_backlog_counts_payloads_and_a_hundred_bytes_a_row(path: Path) -> None:
    with CaptureWriter(path, interval=NEVER) as capture:
        capture.put(sent(HELLO))
        capture.flush()
        slow = Slow(path)
        capture.put(sent(HELLO, HELLO))
        assert capture.backlog == 210
        capture.put(HandshakeSeen(1, 1, Direction.SENT, b"GET"))
        assert capture.backlog == 313
        capture.put(BytesSeen(1, 1, Direction.SENT, b"?"))
        assert capture.backlog == 414
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        assert capture.backlog == 914
        slow.release()
        assert capture.flush()
        assert capture.backlog == 0


def test_more_than_can_be_written_in_time_slows_the_peers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backlog in bytes is far from its mark, but a killed process would lose a second's work."""
    monkeypatch.setattr(writer, "PATIENCE", NEVER)
    told: list[tuple[bool, int]] = []
    eased = threading.Event()

    def on_overload(yes: bool) -> None:
        told.append((yes, capture.committed))
        if not yes:
            eased.set()

    large = sent(Frame(0x82, 16, None, bytes(50_000)))
    with CaptureWriter(path, on_overload=on_overload, interval=NEVER) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        slow = Slow(path)
        while not told:
            capture.put(large)
        assert 512 * 1024 < capture.backlog < 2 * 1024 * 1024
        slow.release()
        assert eased.wait(WAIT)
        assert told == [(True, 1), (False, 1)]  # the queue is empty again, before the next commit


def test_a_record_that_waits_for_long_slows_the_peers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PATIENCE", -1.0)
    told: list[bool] = []
    with CaptureWriter(path, on_overload=told.append, interval=NEVER) as capture:
        slow = Slow(path)
        capture.put(sent(HELLO))
        assert told == [True]
        monkeypatch.setattr(writer, "PATIENCE", NEVER)
        slow.release()
        assert capture.flush()
        assert told == [True, False]


def test_overload_is_told_once_each_way_and_nothing_is_lost(path: Path) -> None:
    told: list[tuple[bool, str]] = []
    relieved = threading.Event()

    def on_overload(overloaded: bool) -> None:
        told.append((overloaded, threading.current_thread().name))
        if not overloaded:
            relieved.set()

    with CaptureWriter(path, on_overload=on_overload, high=1000, low=500) as capture:
        slow = Slow(path)
        for _ in range(9):
            capture.put(sent(HELLO))
        assert told == []
        for _ in range(9):
            capture.put(sent(HELLO))
        me = threading.current_thread().name
        assert told == [(True, me)]
        slow.release()
        assert relieved.wait(WAIT)
        assert told == [(True, me), (False, "capture test.wscap")]
        assert capture.flush()
        assert capture.committed == 18
    assert count(path) == 18


def test_a_commit_above_the_low_mark_does_not_relieve(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_COMMIT_BYTES", 1)  # each record a commit
    told: list[tuple[bool, int]] = []
    capture: CaptureWriter
    with CaptureWriter(
        path, on_overload=lambda yes: told.append((yes, capture.committed)), high=300, low=100
    ) as capture:
        slow = Slow(path)
        for _ in range(5):
            capture.put(sent(HELLO))
        slow.release()
        assert capture.flush()
    assert told == [(True, 0), (False, 5)]


def test_callbacks_into_a_loop_that_is_closed_do_no_harm(path: Path) -> None:
    def closed(_: object) -> None:
        raise RuntimeError("Event loop is closed")

    with CaptureWriter(path, on_commit=closed, on_failure=closed, on_overload=closed, high=10, low=5) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        limit_pages(capture, 1)
        capture.put(sent(Frame(0x82, 64, None, bytes(100_000))))
        assert not capture.flush()


def test_full_disk(path: Path) -> None:
    sentences: list[str] = []
    overloads: list[bool] = []
    with CaptureWriter(
        path, on_failure=sentences.append, on_overload=overloads.append, high=50_000, keep=210_000
    ) as capture:
        capture.put(sent(HELLO, HELLO))
        assert capture.flush()
        assert capture.failure is None
        limit_pages(capture, 1)  # SQLite takes the size it has
        large = sent(Frame(0x82, 64, b"\1\2\3\4", bytes(100_000)))
        capture.put(large)
        assert not capture.flush()
        sentence = "The disk is full: recording to test.wscap stopped after frame 2. Frames up to there are kept."
        assert sentences == [sentence]
        assert capture.failure == sentence
        assert overloads == [True, False]  # recording stands still, the connection goes on
        assert count(path) == 2
        capture.put(large)
        assert capture.backlog == 200_200
        capture.put(large)  # beyond the bound
        capture.put(sent(HELLO))  # would fit, but there is a gap before it
        capture.put(ConnectionOpened(2, 1, "client", "ws://a/", "", ""))
        assert capture.backlog == 200_200
        assert capture.dropped == 2
        assert not capture.flush()

        capture.retry()  # no better
        assert not capture.flush()
        assert sentences == [sentence, sentence]
        assert capture.dropped == 2

        limit_pages(capture, 100_000)
        capture.retry()
        capture.put(sent(HELLO))
        assert capture.flush()
        assert capture.failure is None
        assert capture.committed == 5
        assert capture.backlog == 0
        capture.retry()  # nothing to do
    assert not capture.close()  # something was lost
    with CaptureReader(path) as reader:
        assert [row.length for row in reader.rows(1, 9)] == [5, 5, 100_000, 100_000, 5]
        assert [row.message for row in reader.rows(1, 9)] == [1, 2, 3, 4, 5]
        assert reader.notes() == [
            (5, "2 frames before this one were not recorded: the capture file could not be written.")
        ]
        assert reader.payload(4) == bytes(100_000)
    assert overloads[-1] is False


def test_close_tries_once_more_and_is_silent_about_it(path: Path) -> None:
    sentences: list[str] = []
    capture = CaptureWriter(path, on_failure=sentences.append)
    limit_pages(capture, 1)
    capture.put(sent(Frame(0x82, 64, None, bytes(100_000))))
    assert not capture.flush()
    assert sentences == ["The disk is full: recording to test.wscap stopped before the first frame."]
    assert not capture.close()
    assert not capture.close()
    assert len(sentences) == 1
    assert count(path) == 0


def test_close_saves_what_was_kept_if_there_is_room_again(path: Path) -> None:
    capture = CaptureWriter(path)
    limit_pages(capture, 1)
    capture.put(sent(Frame(0x82, 64, None, bytes(100_000))))
    assert not capture.flush()
    limit_pages(capture, 100_000)
    assert capture.close()
    assert count(path) == 1


def test_other_failures_give_their_reason(path: Path) -> None:
    sentences: list[str] = []
    with CaptureWriter(path, on_failure=sentences.append) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        capture._database.execute("PRAGMA busy_timeout = 0")
        slow = Slow(path)
        capture.put(sent(HELLO))
        assert not capture.flush()
        assert sentences == [
            "Recording to test.wscap stopped after frame 1: database is locked. Frames up to there are kept."
        ]
        slow.release()
        capture.retry()
        assert capture.flush()
        assert capture.close()


def test_put_after_close_is_counted_as_lost(path: Path) -> None:
    capture = CaptureWriter(path)
    assert capture.close()
    capture.put(sent(HELLO))
    capture.put(HandshakeSeen(1, 1, Direction.SENT, b"GET"))
    assert capture.dropped == 2
    assert capture.flush()  # nothing waits


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_ends_the_recording_and_blocks_nobody(path: Path) -> None:
    sentences: list[str] = []
    capture = CaptureWriter(path, on_failure=sentences.append)
    capture.put(None)  # type: ignore[arg-type]
    assert not capture.flush()
    assert not capture.close()
    assert len(sentences) == 1
    capture.put(sent(HELLO))
    assert capture.dropped == 1


def test_size_and_what_close_leaves(path: Path) -> None:
    capture = CaptureWriter(path)
    capture.put(sent(Frame(0x82, 64, None, bytes(1_000_000))))
    assert capture.flush()
    size = capture.size_bytes()
    assert size > 1_000_000
    assert size == path.stat().st_size + Path(f"{path}-wal").stat().st_size
    assert capture.close()
    assert [file.name for file in path.parent.iterdir()] == ["test.wscap"]
    assert capture.size_bytes() == path.stat().st_size
    path.unlink()
    assert capture.size_bytes() == 0


def test_close_with_a_reader_still_open_leaves_a_whole_file(path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        reader = CaptureReader(path)
        assert reader.last_id() == 1
    copy = path.with_name("copy.wscap")
    shutil.copy(path, copy)
    assert count(copy) == 1
    assert reader.rows(1, 1)[0].preview == b"Hello"
    reader.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_capture_is_private(path: Path) -> None:
    with CaptureWriter(path):
        for name in (path, f"{path}-wal"):
            assert stat.S_IMODE(os.stat(name).st_mode) == 0o600  # noqa: PTH116


def test_an_existing_file_is_never_touched(path: Path) -> None:
    path.write_bytes(b"precious")
    with pytest.raises(CaptureError, match=r"^test\.wscap exists already\.$"):
        CaptureWriter(path)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["missing/test.wscap", "nul\0.wscap"])
def test_a_path_that_cannot_be_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(CaptureError, match=r"(?s)^[^/]* cannot be made: .+[^.]\.$"):
        CaptureWriter(tmp_path / name)


def test_an_error_of_sqlite_while_making_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.capture.schema.INDEXES", ("CREATE INDEX nonsense",))
    with pytest.raises(CaptureError, match=r"^test\.wscap cannot be made: .+\.$"):
        CaptureWriter(path)
    assert not path.exists()


def test_a_copy_taken_between_two_commits_is_whole(path: Path, tmp_path: Path) -> None:
    copies: list[int] = []

    def copy(last_id: int) -> None:  # in the writer's thread: nothing writes meanwhile
        folder = tmp_path / str(last_id)
        folder.mkdir()
        for name in (path, Path(f"{path}-wal")):
            shutil.copy(name, folder)
        copies.append(last_id)

    with CaptureWriter(path, on_commit=copy, interval=0.0) as capture:
        for _ in range(20):
            capture.put(sent(HELLO, Frame(0x82, 64, b"abcd", bytes(70_000))))
            assert capture.flush()
    assert copies == list(range(2, 42, 2))
    for last_id in copies:
        copied = tmp_path / str(last_id) / path.name
        with CaptureReader(copied) as reader:
            assert reader.last_id() == last_id
            assert reader.payload(last_id) == bytes(70_000)
            assert reader.database.all("PRAGMA integrity_check") == [("ok",)]


KILLED = """
import sys
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen
told = False
def on_commit(last_id):
    global told
    if last_id >= 1000 and not told:
        told = True
        print(last_id, flush=True)
capture = CaptureWriter(sys.argv[1], on_commit=on_commit, interval=0.001)
frames = [Frame(0x81, 7, None, b"Hello"), Frame(0x82, 16, b"abcd", bytes(5000))] * 10
while True:
    capture.put(FramesSeen(1, 1, Direction.SENT, frames))
    if capture.backlog > 1_000_000:
        capture.flush()
"""


def test_what_was_committed_survives_a_kill(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        committed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait()
    with CaptureReader(path) as reader:
        last = reader.last_id()
        assert last >= committed
        assert re.fullmatch(b"Hello|\0{5000}", reader.payload(last))
        assert reader.database.all("SELECT count(*) FROM frames") == [(last,)]
        assert reader.database.all("PRAGMA integrity_check") == [("ok",)]


def test_a_file_that_is_deleted_meanwhile_is_written_anew(path: Path) -> None:
    said: list[str] = []
    with CaptureWriter(path, on_moved=said.append, name="kept") as capture:
        capture.put(sent(HELLO, HELLO))
        assert capture.flush()
        path.unlink()
        capture.put(sent(HELLO))
        assert capture.flush()
        capture.put(sent(HELLO))
    assert said == ["test.wscap was deleted while it was recorded. It has been written anew, with all 3 rows."]
    assert capture.close()
    assert sorted(one.name for one in path.parent.iterdir()) == ["test.wscap"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with CaptureReader(path) as reader:
        assert reader.last_id() == 4
        assert reader.meta()["name"] == "kept"


def test_a_file_that_is_replaced_meanwhile_is_left_alone(path: Path) -> None:
    said: list[str] = []
    with CaptureWriter(path, on_moved=said.append) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        path.with_name("test (2).wscap").write_text("mine too")
        other = path.with_name("other")
        other.write_text("mine")
        other.replace(path)
        capture.put(sent(HELLO, HELLO))
    sentence = "test.wscap was deleted or replaced while it was recorded. Recording goes on in test (3).wscap, with"
    assert said == [f"{sentence} all 3 rows."]
    assert not path.with_name("test.wscap-wal").exists()
    assert capture.path.name == "test (3).wscap"
    assert path.read_text() == "mine"
    with CaptureReader(capture.path) as reader:
        assert reader.last_id() == 3


def test_a_file_that_is_deleted_when_nothing_more_comes(path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        path.unlink()
    assert capture.moved == "test.wscap was deleted while it was recorded. It has been written anew, with its one row."
    assert count(path) == 1


def test_one_that_cannot_be_written_anew_is_not_complete(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with CaptureWriter(path, on_failure=said.append) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        path.unlink()

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(writer, "closing", refuse)
        assert not capture.close()
    assert said == ["Recording to test.wscap stopped after frame 1: Permission denied. Frames up to there are kept."]


def test_one_that_may_not_be_renamed_is_kept_under_another_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
        assert capture.flush()
        path.unlink()

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "rename", refuse)
        capture.put(sent(HELLO))
        assert capture.flush()
    assert capture.close()
    assert capture.path.name == f".test.wscap.{os.getpid()}.anew"
    assert count(capture.path) == 2


def test_no_commit_waits_for_a_large_checkpoint(path: Path) -> None:
    for append in (False, True):
        with CaptureWriter(path, append=append) as writer:
            assert writer._database.execute("PRAGMA wal_autocheckpoint").fetchall() == [(256,)]
            assert writer._database.execute("PRAGMA synchronous").fetchall() == [(1,)]
