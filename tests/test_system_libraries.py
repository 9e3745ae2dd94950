from __future__ import annotations

import ctypes

import pytest

from wsgui import system_libraries
from wsgui.system_libraries import Library, missing_libraries, sentence_for, what_is_missing

NONE = Library("libwsgui-is-not-there.so.1", "libnone1", "none", "none-arch")


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that the loader is asked for; it finds them all."""
    names: list[str] = []
    monkeypatch.setattr(ctypes, "CDLL", names.append)
    return names


def test_a_library_that_is_not_there() -> None:
    assert missing_libraries((NONE,)) == [NONE]


def test_the_sentence_names_packages_once() -> None:
    text = sentence_for([NONE, NONE._replace(name="libother.so.2")])
    assert text.splitlines() == [
        "Qt needs system libraries that are not installed: libwsgui-is-not-there.so.1, libother.so.2.",
        "  Debian, Ubuntu:  sudo apt install libnone1",
        "  Fedora:          sudo dnf install none",
        "  Arch:            sudo pacman -S none-arch",
    ]
    assert sentence_for([]) == ""


def test_no_screen(linux: pytest.MonkeyPatch) -> None:
    assert "There is no screen" in what_is_missing()
    assert "wsgui serve" in what_is_missing()


def test_x11_needs_more_than_wayland(linux: pytest.MonkeyPatch) -> None:
    names = asked_for(linux)
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert what_is_missing() == ""
    assert "libEGL.so.1" in names
    assert "libxcb-cursor.so.0" not in names
    names.clear()
    linux.setenv("QT_QPA_PLATFORM", "xcb")
    assert what_is_missing() == ""
    assert "libxcb-cursor.so.0" in names
    names.clear()
    linux.delenv("WAYLAND_DISPLAY")
    linux.delenv("QT_QPA_PLATFORM")
    linux.setenv("DISPLAY", ":0")
    assert what_is_missing() == ""
    assert "libxcb-cursor.so.0" in names


def test_offscreen_needs_no_screen(linux: pytest.MonkeyPatch) -> None:
    names = asked_for(linux)
    linux.setenv("QT_QPA_PLATFORM", "offscreen")
    assert what_is_missing() == ""
    assert "libxcb-cursor.so.0" not in names


def test_what_the_loader_does_not_find_is_named(linux: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        if name == "libxcb-cursor.so.0":
            raise OSError

    linux.setattr(ctypes, "CDLL", load)
    linux.setenv("DISPLAY", ":0")
    assert "apt install libxcb-cursor0" in what_is_missing()


def test_other_systems_bring_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda wanted: list(wanted))
    assert what_is_missing() == ""
