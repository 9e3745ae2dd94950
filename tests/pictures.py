"""Pictures of every screen: ``python -m tests.pictures FOLDER`` writes a PNG for each screen, size and theme.

Sizes are 1280x720, 1440x900, 1920x1080, and others at 125, 150 and 200 % (1280x720 and 960x540 logical pixels). Each
size and theme runs in a process of its own, without a screen, because Qt takes its scale when it starts. What is cut
off (`tests.ui.cut_off`) is printed, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = {"1280x720": (1280, 720, 1), "1440x900": (1440, 900, 1), "1920x1080": (1920, 1080, 1)} | {
    "125": (1280, 720, 1.25),
    "150": (1280, 720, 1.5),
    "200": (960, 540, 2),
}
"""Name: logical pixels of the window, and real ones for each."""
THEMES = ("light", "dark", "contrast")


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    parser.add_argument("--size", choices=SIZES, help="one size alone")
    parser.add_argument("--theme", choices=THEMES, help="one theme alone")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    told.folder.mkdir(parents=True, exist_ok=True)
    if told.here:
        return _take(told.folder, told.size, told.theme)
    code = 0
    for size in (told.size,) if told.size else SIZES:
        for theme in (told.theme,) if told.theme else THEMES:
            environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(SIZES[size][2])}
            command = [sys.executable, "-m", "tests.pictures", str(told.folder), "--here", "--size", size]
            code |= subprocess.run([*command, "--theme", theme], env=environment, check=False).returncode
    return code


def _take(folder: Path, size: str, theme: str) -> int:
    import qasync
    from PySide6.QtWidgets import QApplication

    from tests.ui.cut_off import cut_off
    from tests.ui.real_window import Desk
    from tests.ui.screens import screens, settled
    from wsgui.resource_files import resource
    from wsgui.ui.window.appearance import Appearance

    application = QApplication(["pictures"])
    check = resource("icons/check.svg")
    appearance = Appearance(application, theme, check.as_posix() if check else "")
    found: list[str] = []

    async def look() -> None:
        width, height, _ = SIZES[size]
        with tempfile.TemporaryDirectory() as place:
            desk = Desk(Path(place), appearance)
            for _ in range(3):  # the sessions give way on the way
                desk.window.resize(width, height)
                await settled(desk)
            async for name, shown in screens(desk):
                await settled(desk)
                shown.grab().save(str(folder / f"{size} {theme} {name}.png"))
                found.extend(f"{size} {theme} {name}: {one}" for one in cut_off(shown))
            await desk.window.shutdown()
            await desk.tasks.close()

    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(look())
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
