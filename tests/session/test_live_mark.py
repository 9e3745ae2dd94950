from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from wsgui.session.live_mark import LiveMark, is_live, mark_path

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, pathlib
from wsgui.session.live_mark import LiveMark
mark = LiveMark(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_mark_holds_until_it_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    assert not is_live(path)
    mark = LiveMark(path)
    assert is_live(path)
    assert mark_path(path).read_text() == str(os.getpid())
    with pytest.raises(BlockingIOError):
        LiveMark(path)
    assert is_live(path)
    mark.remove()
    mark.remove()
    assert not is_live(path)
    assert list(tmp_path.iterdir()) == []
    LiveMark(path).remove()


def test_a_process_that_was_killed_leaves_a_mark_that_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"held"
        assert is_live(path)
        process.kill()
        assert process.wait() == -getattr(signal, "SIGKILL", 9) or sys.platform == "win32"
    assert mark_path(path).exists()
    assert not is_live(path)
