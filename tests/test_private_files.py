from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from wsgui.private_files import make_private

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_and_old_files(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("kept")
    old.chmod(0o644)
    for path in (new, old):
        make_private(path)
        assert mode(path) == 0o600
    assert (new.read_text(), old.read_text()) == ("", "kept")


def test_what_is_no_file_stays_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    before = mode(pipe)
    make_private(pipe)
    assert mode(pipe) == before
    make_private(tmp_path)
    make_private(tmp_path / "nowhere" / "x")
    assert not (tmp_path / "nowhere").exists()
