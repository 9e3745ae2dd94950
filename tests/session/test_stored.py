# ruff: noqa: ASYNC240 - files of a few bytes
from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.capture.test_writer import HELLO, sent
from wsgui.capture.writer import CaptureWriter
from wsgui.records import ConnectionOpened
from wsgui.session.client import ClientSession
from wsgui.session.stored import StoredCapture, summarise


def test_a_summary_of_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path, name="n", role="client") as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        capture.put(ConnectionOpened(2, 1, "client", "ws://b/", "", ""))
        capture.put(sent(HELLO))
    found = summarise(path, tmp_path)
    assert (found.frames, found.connections, found.role, found.url, found.name) == (1, 2, "client", "ws://b/", "n")
    assert found.created_ns > 1.7e18
    assert found.readable == path


def test_a_capture_that_says_little(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path, role="<b>") as capture:
        capture._database.execute("UPDATE meta SET value = 'x' WHERE key = 'created'")
    found = summarise(path, tmp_path)
    assert (found.role, found.url, found.created_ns) == ("", "", 0)
    with CaptureWriter(path, append=True) as capture:
        capture.put(ConnectionOpened(1, 1, "server", "ws://a/", "", ""))
    assert summarise(path, tmp_path).role == "server"


async def test_it_is_a_session_in_which_nothing_happens(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
    scratch = tempfile.TemporaryDirectory(dir=tmp_path)
    stored = StoredCapture(summarise(path, tmp_path), scratch)
    assert (stored.name, stored.recorder.committed, stored.revision) == ("a", 1, 0)
    stored.say("x", failed=True)
    assert (stored.message, stored.failed, stored.revision) == ("x", True, 1)
    await stored.close()
    assert not Path(scratch.name).exists()
    await StoredCapture(summarise(path, tmp_path)).close()


# --- saved sessions, and sessions that go on with a capture


async def test_a_session_goes_on_with_a_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as capture:
        capture.put(ConnectionOpened(4, 1, "client", "ws://b/", "", ""))
        capture.put(sent(HELLO))
    session = ClientSession("x", tmp_path, capture=path)
    assert session.recorder.committed == 1
    assert session._number == 4
    session.recorder(sent(HELLO))
    await session.close()
    assert summarise(path, tmp_path).frames == 2


async def test_a_capture_that_nothing_was_added_to_is_not_kept_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as capture:
        capture.put(sent(HELLO))
    session = ClientSession("x", tmp_path, capture=path)
    await session.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_capture_that_was_saved_whole_is_not_kept_twice(tmp_path: Path) -> None:
    for more in (False, True):
        session = ClientSession("x", tmp_path)
        session.recorder(sent(HELLO))
        assert session.recorder.writer.flush()
        saved = tmp_path / "saved.wscap"
        with CaptureWriter(saved) as capture:
            capture.put(sent(HELLO))
        session.saved_path, session.saved_rows = saved, 1
        if more:
            session.recorder(sent(HELLO))
        await session.close()
        assert session.recorder.path.exists() is more
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()


async def test_a_copy_that_is_gone_does_not_count(tmp_path: Path) -> None:
    session = ClientSession("x", tmp_path)
    session.recorder(sent(HELLO))
    assert session.recorder.writer.flush()
    session.saved_path, session.saved_rows = tmp_path / "gone.wscap", 1
    await session.close()
    assert session.recorder.path.exists()
