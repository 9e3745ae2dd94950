"""What may be imported when: a program that only says its version waits for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("dataclasses", "inspect", "urllib.parse", "sqlite3", "asyncio", "ssl"),
    *("h11", "lark", "numpy", "cryptography", "python_socks", "tomlkit", "websockets", "PySide6"),
)
"""What takes long to import, or is for a part of the program."""
PROGRAM = """
import sys
from wsgui.cli import main
sys.argv[1:] = {words!r}
try:
    main()
except SystemExit:
    pass
found = [name for name in {heavy!r} if name in sys.modules]
rooms = sorted({{".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("wsgui.")}})
print(*found, *rooms, sep="\\n", file=sys.stderr)
"""


def imported(*words: str) -> list[str]:
    """Heavy modules, and rooms of wsgui, that are there after the program ran with these words."""
    program = PROGRAM.format(words=list(words), heavy=HEAVY)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ran.stderr.split()


LIGHT = ["wsgui.cli", "wsgui.commands", "wsgui.console", "wsgui.dissect"]


def test_the_version_imports_next_to_nothing() -> None:
    assert imported("--version") == LIGHT


@pytest.mark.parametrize("command", ["", "serve", "connect", "show", "export", "import"])
def test_help_is_written_down_and_needs_no_engine(command: str) -> None:
    assert imported(*command.split(), "--help") == LIGHT


@pytest.mark.parametrize("command", ["serve", "connect"])
def test_the_engines_commands_need_no_window_and_no_filter(command: str) -> None:
    found = imported(command, "--unknown-word")
    assert "wsgui.engine" in found
    assert not {"lark", "numpy", "PySide6", "python_socks", "wsgui.ui"} & set(found)


def test_names_of_the_engine_are_imported_when_they_are_asked_for() -> None:
    program = (
        "import sys, wsgui.engine; from wsgui.engine.errors import EngineError; assert 'h11' not in sys.modules;"
        "assert wsgui.engine.EngineError is EngineError; assert all(hasattr(wsgui.engine, one) for one in "
        "wsgui.engine.__all__); assert not hasattr(wsgui.engine, 'nothing')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


PAINTED = """
import os, sys
from tests.bench import first_paint

def end():
    rooms = {".".join(name.split(".")[:3]) for name in sys.modules if name.startswith("wsgui.ui.")}
    print(*[name for name in {heavy!r} if name in sys.modules], *sorted(rooms), flush=True)
    os._exit(0)

first_paint.end = end
first_paint.window()
"""
LATER = {"lark", "numpy", "cryptography", "python_socks", "tomlkit", "websockets", "h11", "sqlite3", "urllib.request"}
"""What a session needs, and the first paint does not."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the program asks Linux when it was started")
def test_the_first_paint_needs_no_session(tmp_path: Path) -> None:
    home = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    ran = subprocess.run(
        [sys.executable, "-c", PAINTED.replace("{heavy!r}", repr(sorted(LATER)))],
        env=os.environ | home | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    found = set(ran.stdout.split())
    assert "wsgui.ui.window" in found
    assert not LATER & found
    rooms = ("composer", "connections", "drawer", "inspector", "statistics", "compare")
    assert not {f"wsgui.ui.{room}" for room in rooms} & found
