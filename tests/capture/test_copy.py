from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.capture.test_writer import HELLO, sent
from wsgui.capture import copy
from wsgui.capture.copy import copy_capture, openable
from wsgui.capture.database import Database
from wsgui.capture.errors import CancelledError, CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame

MANY = sent(*[Frame(0x82, 16, None, bytes(4000))] * 2000)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_of_a_live_capture_is_whole_and_plain(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "to" / "copy.wscap"
    target.parent.mkdir()
    with CaptureWriter(path, name="n", role="client") as capture:
        capture.put(sent(HELLO, HELLO))
        assert capture.flush()
        assert copy_capture(path, target) == 2
        capture.put(sent(HELLO))
    with CaptureReader(target) as reader:
        assert reader.last_id() == 2
        assert reader.meta()["name"] == "n"
    assert names(target.parent) == ["copy.wscap"]
    assert target.read_bytes()[18:20] == b"\1\1", "no write-ahead log"


def test_what_is_committed_meanwhile_does_not_make_it_begin_again(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.wscap"
    steps: list[tuple[int, int]] = []
    with CaptureWriter(path) as capture:
        capture.put(MANY)
        assert capture.flush()

        def progress(done: int, total: int) -> None:
            steps.append((done, total))
            capture.put(sent(HELLO))
            assert capture.flush()

        assert copy_capture(path, target, progress=progress, cancelled=lambda: False) == 2000
    assert len(steps) > 1
    assert steps == sorted(steps)
    assert {total for _, total in steps} == {steps[-1][0]}
    with CaptureReader(target) as reader:
        assert reader.last_id() == 2000
        assert reader.database.all("PRAGMA integrity_check") == [("ok",)]


def test_cancelled_leaves_what_was_there(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.wscap"
    with CaptureWriter(path) as capture:
        capture.put(MANY)
    target.write_bytes(b"old")
    with pytest.raises(CancelledError):
        copy_capture(path, target, overwrite=True, cancelled=lambda: True)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["copy.wscap", "test.wscap"]
    with pytest.raises(CaptureError, match=r"^copy\.wscap exists already\.$"):
        copy_capture(path, target)
    assert copy_capture(path, target, overwrite=True) == 2000


def test_never_onto_itself_nor_beside_a_foreign_log(path: Path, tmp_path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
        with pytest.raises(CaptureError, match=r"^test\.wscap is the capture itself: choose another name\.$"):
            copy_capture(path, path, overwrite=True)
        other = tmp_path / "other.wscap"
        with CaptureWriter(other) as second:
            second.put(sent(HELLO))
            assert second.flush()
            with pytest.raises(CaptureError, match=r"^other\.wscap is being recorded to, or was left by a crash"):
                copy_capture(path, other, overwrite=True)
            assert second.flush()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "The disk is full: copy.wscap was not written."),
        (OSError(5, "Input/output error"), "copy.wscap cannot be written: Input/output error."),
    ],
)
def test_a_disk_that_fails(
    path: Path, tmp_path: Path, error: OSError, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
    monkeypatch.setattr(copy.sqlite3, "connect", lambda *a, **k: fail() if "uri" not in k else connect(*a, **k))
    with pytest.raises(CaptureError) as caught:
        copy_capture(path, tmp_path / "copy.wscap")
    assert str(caught.value) == sentence
    assert names(tmp_path) == ["test.wscap"]


connect = sqlite3.connect


def test_damage_is_told_of_the_source(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(copy, "closing", fail)
    with pytest.raises(CaptureError, match=r"^test\.wscap is damaged\.$"):
        copy_capture(path, tmp_path / "copy.wscap")


# --- files left by a crash


def crashed(path: Path, folder: Path) -> Path:
    """A capture as `kill -9` leaves it: a log beside it that holds the frames."""
    made = folder / "crashed.wscap"
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO, HELLO, HELLO))
        assert capture.flush()
        shutil.copy(path, made)
        shutil.copy(f"{path}-wal", f"{made}-wal")
    return made


def test_a_log_left_by_a_crash_is_read_and_nothing_is_changed(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "crashed"
    folder.mkdir()
    made = crashed(path, folder)
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    with CaptureReader(made) as reader:
        assert reader.last_id() == 3
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert openable(made, tmp_path) == made


def test_where_nothing_may_be_made_beside_it_a_copy_with_its_log_is_read(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, scratch = tmp_path / "crashed", tmp_path / "scratch"
    for one in (folder, scratch):
        one.mkdir()
    made = crashed(path, folder)
    connect_ = Database._connect

    def refuse(self: Database, uri: str) -> sqlite3.Connection:
        if "/crashed/" in uri:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return connect_(self, uri)

    monkeypatch.setattr(Database, "_connect", refuse)
    with pytest.raises(CancelledError):
        openable(made, scratch, cancelled=lambda: True)
    shutil.rmtree(scratch)
    scratch.mkdir()
    found = openable(made, scratch, cancelled=lambda: False)
    assert found == scratch / "crashed.wscap"
    with CaptureReader(found) as reader:
        assert reader.last_id() == 3
    with pytest.raises(CaptureError, match=r"^crashed\.wscap cannot be read: File exists\.$"):
        openable(made, scratch)
    Path(f"{made}-wal").unlink()
    with pytest.raises(CaptureError, match=r"^crashed\.wscap cannot be read: unable to open database file\.$"):
        openable(made, scratch)


def test_what_cannot_be_opened_for_other_reasons_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"^no\.wscap does not exist\.$"):
        openable(tmp_path / "no.wscap", tmp_path)
