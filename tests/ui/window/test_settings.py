from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray

from wsgui.ui.view import saved_filters
from wsgui.ui.window.settings import HISTORY_LENGTH, Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wsgui.ini"


def test_what_is_kept_is_there_the_next_time(path: Path) -> None:
    settings = Settings(path)
    settings.keep("theme", "dark")
    settings.keep("shown", False)
    settings.keep("size", 12)
    settings.keep("layout", QByteArray(b"\x00\xffstate"))
    settings.remember_url("ws://a/")
    settings.save()
    again = Settings(path)
    assert again.text("theme") == "dark"
    assert again.flag("shown", default=True) is False
    assert again.number("size", 5, 1, 20) == 12
    assert again.layout("layout").data() == b"\x00\xffstate"
    assert again.history() == ["ws://a/"]


def test_defaults(path: Path) -> None:
    settings = Settings(path)
    assert settings.text("theme", "system") == "system"
    assert settings.flag("shown", default=True)
    assert not settings.flag("shown")
    assert settings.number("size", 5, 1, 20) == 5
    assert settings.layout("layout").isEmpty()
    assert settings.history() == []


def test_the_latest_url_comes_first_once_and_old_ones_go(path: Path) -> None:
    settings = Settings(path)
    for number in range(HISTORY_LENGTH + 5):
        settings.remember_url(f"ws://host{number}/")
    settings.remember_url("ws://host20/")
    history = settings.history()
    assert history[:2] == ["ws://host20/", "ws://host34/"]
    assert len(history) == HISTORY_LENGTH
    assert history.count("ws://host20/") == 1
    settings.clear_history()
    assert settings.history() == []


def test_one_url_stays_a_list(path: Path) -> None:
    """An INI file holds a list of one like a text, and one with commas like several."""
    Settings(path).remember_url("ws://a/?x=1,2;3")
    settings = Settings(path)
    settings.save()
    assert Settings(path).history() == ["ws://a/?x=1,2;3"]


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\xff\xfe garbage \x80\n[[[",
        b"[General]\nsize=many\nshown=perhaps\nlayout=text\nhistory=@Variant(\\0\\0\\0\\x7f broken\ntheme=@Invalid()\n",
        b"[General]\nsize=99999999999999999999999\nhistory=@ByteArray(abc)\nlayout=1, 2, 3\ntheme=a, b\n",
        b"",
        b"=\n]\n[\n%\n",
    ],
)
def test_a_damaged_file_gives_defaults(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    settings = Settings(path)
    assert settings.text("theme", "system") == "system"
    assert settings.flag("shown") is False
    assert settings.number("size", 5, 1, 20) == 5
    assert settings.layout("layout").isEmpty()
    assert all(isinstance(url, str) for url in settings.history())
    settings.keep("size", 7)
    settings.save()
    assert Settings(path).number("size", 5, 1, 20) == 7


def test_without_a_path_it_is_the_users_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "wsgui.ui.window.settings.platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "config")
    )
    settings = Settings()
    settings.keep("theme", "light")
    settings.save()
    assert "theme=light" in (tmp_path / "config" / "wsgui.ini").read_text("utf-8")


def test_recent_files(path: Path) -> None:
    settings = Settings(path)
    for number in range(12):
        settings.remember_file(f"/a/{number}.wscap")
    settings.remember_file("/a/5.wscap")
    settings.save()
    again = Settings(path)
    assert again.recent_files()[:3] == ["/a/5.wscap", "/a/11.wscap", "/a/10.wscap"]
    assert len(again.recent_files()) == 9
    again.clear_recent_files()
    assert again.recent_files() == []
    again.remember_file("/one")
    again.save()
    assert Settings(path).recent_files() == ["/one"]


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "wsgui.ini"
    settings = Settings(path)
    settings.remember_url("ws://me:hush@a/?room=7&token=hush")
    settings.save()
    assert settings.history() == ["ws://me:***@a/?room=7&token=***"]
    assert "hush" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_an_older_version_kept_is_masked_and_made_private(tmp_path: Path) -> None:
    path = tmp_path / "wsgui.ini"
    path.write_text('[General]\nhistory="ws://me:hush@a/", ws://b/\n')
    path.chmod(0o644)
    settings = Settings(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.history() == ["ws://me:***@a/", "ws://b/"]
    settings.remember_url("ws://c/")
    settings.save()
    assert "hush" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_windows_share_their_lists(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "wsgui.ini"), Settings(tmp_path / "wsgui.ini")
    one.remember_url("ws://one/")
    other.remember_url("ws://other/")
    one.remember_file("/one.wscap")
    other.remember_file("/other.wscap")
    one.remember_url("ws://third/")
    found = Settings(tmp_path / "wsgui.ini")
    assert found.history() == ["ws://third/", "ws://other/", "ws://one/"]
    assert found.recent_files() == ["/other.wscap", "/one.wscap"]


def test_two_windows_share_saved_filters(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "wsgui.ini"), Settings(tmp_path / "wsgui.ini")
    for settings, name in ((one, "pings"), (other, "closes"), (one, "texts")):
        with settings.changing():
            saved_filters.keep(settings, {**saved_filters.load(settings), name: "opcode == ping"})
    assert list(saved_filters.load(Settings(tmp_path / "wsgui.ini"))) == ["pings", "closes", "texts"]
