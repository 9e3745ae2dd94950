"""The window of a real process, through AT-SPI: what a screen reader on Linux finds, reads and presses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE

READER = Path(__file__).parent / "peers" / "screen_reader.py"
SYSTEM_PYTHON = "/usr/bin/python3"
SCRIPT = """
"$1" -m wsgui --demo >"$HOME/window.log" 2>&1 &
window=$!
"$2" "$3" "$4"
code=$?
kill "$window"
wait "$window" || { echo "the window ended with $?" >&2; cat "$HOME/window.log" >&2; exit 9; }
exit $code
"""


def lacking() -> str:
    """Why no screen reader can be had here; empty if one can."""
    for program in ("Xvfb", "dbus-run-session"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not any(Path(place).exists() for place in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi-bus-launcher")):
        return "at-spi2-core is not installed"
    words = [SYSTEM_PYTHON, "-c", "import pyatspi"]
    if not Path(SYSTEM_PYTHON).exists() or subprocess.run(words, capture_output=True, check=False).returncode:
        return "pyatspi is not installed"
    return ""


WHY_NOT = lacking()


@pytest.fixture
def heard(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """What the reader says of each step."""
    ready, told = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[told],
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(ready) as line:
            number = line.readline().strip()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "AT_SPI"))}
        # What D-Bus starts has its surroundings: the registry needs the screen to press keys on.
        home = {
            "DISPLAY": f":{number}",
            "HOME": str(tmp_path),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_QPA_PLATFORM": "xcb",
        }
        words = ["dbus-run-session", "--", "bash", "-c", SCRIPT, "-", sys.executable, SYSTEM_PYTHON]
        done = subprocess.run(
            [*words, str(READER), str(PATIENCE)],
            env=kept | home,
            capture_output=True,
            text=True,
            timeout=3 * PATIENCE,
            check=False,
        )
    finally:
        screen.terminate()
        screen.wait(PATIENCE)
    assert done.returncode == 0, done.stderr
    steps = [json.loads(one) for one in done.stdout.splitlines() if one.startswith("{")]
    return {step.pop("step"): step for step in steps}


@pytest.mark.e2e
@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_a_screen_reader_reads_the_window(heard: dict[str, dict[str, Any]]) -> None:
    assert heard["table"]["columns"][:5] == ["#", "Time", "Δ", "Dir", "Opcode"]
    assert heard["table"]["first"][0] == "1"
    assert heard["table"]["first"][4] == "HTTP"
    assert heard["names"] == {"unnamed": [], "markup": []}
    assert "state: OPEN · readyState 1" in heard["labels"]["said"]

    assert heard["preview"]["text"].startswith("81 85 ")
    assert heard["row"]["third"][3:5] == ["↑", "TEXT"]
    assert heard["row"]["third"][heard["table"]["columns"].index("Payload")] == "hello"

    bytes_ = heard["bytes"]
    assert bytes_["text"].splitlines()[-1].endswith("68 65 6c 6c 6f  hello")
    assert bytes_["line"].startswith("000000  81 85")
    assert bytes_["description"] == "wire column, 11 bytes, none selected"
    assert not bytes_["editable"]

    lines = heard["header"]["text"].splitlines()
    assert lines[0].startswith("FIN = 1: ")
    assert any(line.startswith("opcode = 0x1 TEXT") for line in lines)
