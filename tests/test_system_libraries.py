from __future__ import annotations

import ctypes
import os
import tomllib
from pathlib import Path

import pytest

from tests.third_party import canonical
from wsgui import system_libraries
from wsgui.system_libraries import (
    GUI_PACKAGES,
    Library,
    do_without_screen,
    missing_libraries,
    sentence_for,
    what_is_missing,
)

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


def test_the_extra_brings_what_the_window_needs() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extra = {canonical(line.partition(">=")[0]) for line in project["optional-dependencies"]["gui"]}
    assert extra == {"pyside6-essentials", "pyqtgraph", "qasync", "segno"}
    assert {name.lower() for name in GUI_PACKAGES} == {"pyside6", "shiboken6", "pyqtgraph", "qasync", "segno"}


def test_packages_of_the_window_that_are_not_there(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(system_libraries, "find_spec", lambda name: None if name in ("PySide6", "qasync") else name)
    said = what_is_missing()
    assert said.startswith("The window needs Python packages that are not installed: PySide6, qasync. ")
    for command in ("pip install", "pipx install --force", "uv tool install"):
        assert f"{command} 'wsgui[gui]'" in said


def test_the_package_without_a_window_names_the_one_with_it(linux: pytest.MonkeyPatch) -> None:
    linux.setattr("sys.frozen", True, raising=False)
    linux.setattr(system_libraries, "find_spec", lambda _: None)
    assert what_is_missing().startswith("This is wsgui without a window: ")
    assert "pip" not in what_is_missing()


def test_a_program_that_nobody_watches_needs_no_screen(linux: pytest.MonkeyPatch) -> None:
    do_without_screen()
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    linux.setenv("QT_QPA_PLATFORM", "minimal")
    do_without_screen()
    assert os.environ["QT_QPA_PLATFORM"] == "minimal"
    linux.delenv("QT_QPA_PLATFORM")
    linux.setenv("DISPLAY", ":0")
    do_without_screen()
    assert "QT_QPA_PLATFORM" not in os.environ
