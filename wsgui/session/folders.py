"""Where captures live until somebody gives them a name."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import platformdirs

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


def captures_folder() -> Path:
    """The folder of live captures in the user's data folder; made if it is not there. Raises OSError."""
    folder = Path(platformdirs.user_data_dir("wsgui", appauthor=False)) / "captures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def config_folder() -> Path:
    """The folder of saved endpoints; made when something is written to it."""
    return Path(platformdirs.user_config_dir("wsgui", appauthor=False))


def new_capture_path(folder: Path, name: str) -> Path:
    """A path that is not taken: date, time and what the session is called, in letters any file system takes."""
    stem = f"{datetime.now().astimezone():%Y-%m-%d %H%M%S} {_UNSAFE.sub('-', name).strip('-')[:60] or 'session'}"
    path = folder / f"{stem}.wscap"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}.wscap"
    return path
