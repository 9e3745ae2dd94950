from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wsgui.ui.composer import file_loader
from wsgui.ui.composer.file_loader import FILE_LIMIT, FileLoader, LoadError, read_file

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "some").write_bytes(b"\0\1\2")
    assert read_file(str(tmp_path / "some")) == b"\0\1\2"
    assert read_file(str(tmp_path / "some"), 3) == b"\0\1\2"


def test_why_a_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"^none cannot be read: No such file or directory\.$"):
        read_file(str(tmp_path / "none"))
    with pytest.raises(LoadError, match=r"is not a regular file\.$"):
        read_file(str(tmp_path))
    with pytest.raises(LoadError, match=r"^This is no name of a file\.$"):
        read_file("a\0b")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    with pytest.raises(LoadError, match=r"^large is too large: up to 64 MiB can be loaded\.$"):
        read_file(str(large))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LoadError, match=r"^pipe is not a regular file\.$"):
        read_file(str(tmp_path / "pipe"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no files that grow when read")
def test_a_file_that_is_larger_than_it_says() -> None:
    with pytest.raises(LoadError, match=r"^status is too large: up to 0 MiB can be loaded\.$"):
        read_file("/proc/self/status", 10)


def test_no_memory(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str) -> bytes:
        raise MemoryError

    monkeypatch.setattr(file_loader, "read_file", full)
    loader = FileLoader()
    with qtbot.waitSignal(loader.failed) as failed:
        loader.load("some")
    assert failed.args == ["There is not enough memory to load this file."]


def test_loading_beside_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "some").write_bytes(b"x" * 2_000_000)
    loader = FileLoader()
    with qtbot.waitSignal(loader.loaded) as loaded:
        loader.load(str(tmp_path / "some"))
        assert loader.busy
    assert loaded.args == [str(tmp_path / "some"), b"x" * 2_000_000]
    assert not loader.busy
    with qtbot.waitSignal(loader.failed) as failed:
        loader.load(str(tmp_path / "none"))
    assert failed.args == ["none cannot be read: No such file or directory."]


def test_a_newer_file_wins(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    loader = FileLoader()
    results: list[bytes] = []
    loader.loaded.connect(lambda _path, data: results.append(data))
    loader.load(str(tmp_path / "a"))
    loader.forget()
    assert not loader.busy
    loader.load(str(tmp_path / "a"))
    with qtbot.waitSignal(loader.loaded):
        loader.load(str(tmp_path / "b"))
    qtbot.waitUntil(lambda: loader.reading == 0)
    assert results == [b"b"]
