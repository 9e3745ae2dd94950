from __future__ import annotations

import errno
import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from wsgui.session import folders


def test_the_folder_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    def data_folder(name: str, *, appauthor: bool) -> str:
        asked.append((name, appauthor))
        return str(tmp_path / "data")

    monkeypatch.setattr("platformdirs.user_data_dir", data_folder)
    assert folders.captures_folder() == tmp_path / "data" / "captures"
    assert folders.captures_folder().is_dir()
    assert asked[0] == ("wsgui", False)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where temporary folders are made; none stands in for another yet."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(folders, "_temporary", {})
    return tmp_path / "temporary"


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path / "file"))
    found = folders.captures_folder()
    assert found.parent == temporary
    assert found.is_dir()
    assert folders.captures_folder() == found  # the same until the process ends
    assert folders.data_folder("certificates") != found
    usual = tmp_path / "file" / "captures"
    assert folders.notices()[0].startswith(
        f"The folder {usual} cannot be used: not a directory. The captures go to {found}"
    )
    temporary.rename(tmp_path / "gone")
    monkeypatch.setattr(folders, "_temporary", {})
    with pytest.raises(OSError, match="wsgui-captures-"):
        folders.captures_folder()


def test_a_folder_that_takes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, temporary: Path) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: str(tmp_path / "data"))

    def refuse(dir: Path) -> None:  # noqa: A002
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert folders.captures_folder().parent == temporary
    assert "cannot be used: read-only file system. The captures go to" in folders.notices()[0]


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor: "~/.local/share/wsgui")
    assert folders.captures_folder().parent == temporary
    assert "this user has no home folder" in folders.notices()[0]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("ws://127.0.0.1:8765/chat?x=y", "ws-127.0.0.1-8765-chat-x-y"),
        ("../../etc/passwd", "..-..-etc-passwd"),
        ("Grüße", "Gr-e"),
        ("///", "session"),
        ("", "session"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_path_in_letters_that_any_file_system_takes(tmp_path: Path, name: str, stem: str) -> None:
    path = folders.new_capture_path(tmp_path, name)
    assert path.parent == tmp_path
    match = re.fullmatch(r"\d{4}-\d\d-\d\d \d{6} (.*)\.wscap", path.name)
    assert match is not None
    assert match[1] == stem


def test_a_path_that_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Frozen:
        @staticmethod
        def now() -> datetime:
            return datetime(2024, 5, 17, 12, 30, 45)  # noqa: DTZ001 - a clock on the wall has no time zone

    monkeypatch.setattr(folders, "datetime", Frozen)
    names = []
    for _ in range(3):
        path = folders.new_capture_path(tmp_path, "a")
        path.touch()
        names.append(path.name)
    assert names == ["2024-05-17 123045 a.wscap", "2024-05-17 123045 a 2.wscap", "2024-05-17 123045 a 3.wscap"]


@pytest.mark.parametrize(
    ("file", "name", "offered"),
    [
        ("2026-11-27 232404 New-client.wscap", "Client h:1/chat?x", "2026-11-27 232404 Client-h-1-chat-x.wscap"),
        ("2026-11-27 232404 New-client 2.wscap", "../..", "2026-11-27 232404 New-client 2.wscap"),
        ("mine.wscap", "Client h", "mine.wscap"),
    ],
)
def test_a_copy_is_named_by_host_and_path(file: str, name: str, offered: str) -> None:
    assert folders.capture_name(Path(file), name) == offered
