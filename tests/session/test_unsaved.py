from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.capture.test_writer import HELLO, sent
from wsgui.capture.writer import CaptureWriter
from wsgui.records import ConnectionOpened
from wsgui.session.live_mark import LiveMark, mark_path
from wsgui.session.unsaved import delete_capture, find_unsaved, forget_crash

if TYPE_CHECKING:
    from pathlib import Path


def make(path: Path, frames: int = 1) -> None:
    with CaptureWriter(path, name=f"session {path.stem}") as capture:
        capture.put(sent(*[HELLO] * frames))


def test_no_folder_no_captures(tmp_path: Path) -> None:
    assert find_unsaved(tmp_path / "none") == []
    (tmp_path / "settings.ini").write_text("")
    assert find_unsaved(tmp_path) == []


def test_crashed_and_closed_ones_are_found_and_no_live_one(tmp_path: Path) -> None:
    closed, crashed, live, bad = (tmp_path / f"{name}.wscap" for name in ("closed", "crashed", "live", "bad"))
    make(closed, 2)
    make(crashed, 3)
    make(live)
    bad.write_bytes(b"?")
    mark_path(crashed).write_text("1")
    for at, path in enumerate((bad, closed, crashed), 1):
        os.utime(path, ns=(at * 10**9, at * 10**9))
    mark = LiveMark(live)
    found = find_unsaved(tmp_path)
    assert [(one.path, one.crashed, one.frames) for one in found] == [
        (crashed, True, 3),
        (closed, False, 2),
        (bad, False, 0),
    ]
    assert found[0].name == "session crashed"
    assert found[0].size == crashed.stat().st_size
    assert found[0].changed_ns == 3 * 10**9
    assert found[2].problem == "bad.wscap is not a wsgui capture."
    with pytest.raises(BlockingIOError):
        delete_capture(live)
    forget_crash(live)
    assert mark_path(live).exists()
    mark.remove()
    forget_crash(crashed)
    assert not find_unsaved(tmp_path)[-1].crashed
    assert len(find_unsaved(tmp_path)) == 4


def test_it_is_called_after_where_it_was_connected_to(tmp_path: Path) -> None:
    with CaptureWriter(tmp_path / "a.wscap", name="New client") as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
    assert find_unsaved(tmp_path)[0].name == "Client ws://a/"


def test_deleted_with_everything_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    make(path)
    for suffix in ("-wal", "-shm", ".live"):
        path.with_name(path.name + suffix).write_bytes(b"")
    delete_capture(path)
    assert list(tmp_path.iterdir()) == []
    delete_capture(path)  # gone already
