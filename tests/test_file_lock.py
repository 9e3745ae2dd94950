"""One writer at a time for files that several windows share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from wsgui import file_lock
from wsgui.file_lock import locked

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_second_one_waits_for_the_first(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("")
    started = threading.Event()

    def add() -> None:
        started.set()
        with locked(path) as alone:
            assert alone
            path.write_text(path.read_text() + "b")

    other = threading.Thread(target=add)
    with locked(path) as alone:
        assert alone
        other.start()
        assert started.wait(PATIENCE)
        path.write_text(path.read_text() + "a")
    other.join(PATIENCE)
    assert path.read_text() == "ab"


def test_one_that_hangs_keeps_nobody_out_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "WAIT_SECONDS", 0.0)
    with locked(tmp_path / "list") as first, locked(tmp_path / "list") as second:
        assert (first, second) == (True, False)


def test_where_no_lock_can_be_made(tmp_path: Path) -> None:
    with locked(tmp_path / "missing" / "list") as alone:
        assert not alone
