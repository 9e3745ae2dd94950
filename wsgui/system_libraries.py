"""Says what to install when the window cannot open: the Python packages of ``wsgui[gui]``, or the libraries that Qt
needs from the system.

Without this, an ImportError or the dynamic loader's message is all that a person sees before the program dies.
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from typing import Final, NamedTuple

GUI_PACKAGES: Final = ("PySide6", "shiboken6", "qasync", "pyqtgraph", "segno")
"""What the extra ``gui`` brings, as it is imported."""


class Library(NamedTuple):
    """A shared library and the packages that bring it."""

    name: str
    debian: str
    fedora: str
    arch: str


_ALWAYS = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
)
_X11 = (
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
)


def what_is_missing() -> str:
    """One or more sentences that say what to install, or that there is no screen; empty if all is there."""
    lacking = [name for name in GUI_PACKAGES if find_spec(name) is None]
    if lacking:
        return without_packages(lacking)
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    on_x11 = not os.environ.get("WAYLAND_DISPLAY") or platform.startswith("xcb")
    headless = platform.startswith(("offscreen", "minimal", "vnc"))
    if not headless and not os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY"):
        return (
            "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). "
            "'wsgui serve' and 'wsgui connect' work without one."
        )
    return sentence_for(missing_libraries(_ALWAYS + (_X11 if on_x11 and not headless else ())))


def do_without_screen() -> None:
    """Let Qt paint into memory where there is no screen, and nobody who would look at one."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def without_packages(lacking: list[str]) -> str:
    """What to do about Python packages that are not there."""
    if getattr(sys, "frozen", False):  # the package wsgui-cli, which has none of them on purpose
        return (
            "This is wsgui without a window: 'wsgui serve', 'connect', 'show', 'export' and 'import' work. "
            "For the window, install the package wsgui in its place."
        )
    return (
        f"The window needs Python packages that are not installed: {', '.join(lacking)}. "
        "'wsgui serve', 'connect', 'show', 'export' and 'import' work without them.\n"
        "  pip:   pip install 'wsgui[gui]'\n"
        "  pipx:  pipx install --force 'wsgui[gui]'\n"
        "  uv:    uv tool install 'wsgui[gui]'"
    )


def missing_libraries(wanted: tuple[Library, ...]) -> list[Library]:
    """Those that the loader does not find."""
    return [library for library in wanted if not _loads(library.name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def sentence_for(missing: list[Library]) -> str:
    """What to install on the three families of distributions, or nothing."""
    if not missing:
        return ""

    def names(family: str) -> str:
        return " ".join(dict.fromkeys(getattr(library, family) for library in missing))

    return (
        f"Qt needs system libraries that are not installed: {', '.join(library.name for library in missing)}.\n"
        f"  Debian, Ubuntu:  sudo apt install {names('debian')}\n"
        f"  Fedora:          sudo dnf install {names('fedora')}\n"
        f"  Arch:            sudo pacman -S {names('arch')}"
    )
