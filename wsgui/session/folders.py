"""Where captures live until somebody gives them a name."""

from __future__ import annotations

import atexit
import errno
import re
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import platformdirs

from wsgui.engine.errors import reason_of

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
_BEGUN = re.compile(r"\d{4}-\d\d-\d\d \d{6}(?= )")


_temporary: dict[Path, tuple[Path, str]] = {}
"""What stands in for a folder of the user's that cannot be written to, and why."""


def captures_folder() -> Path:
    """The folder of live captures: in the user's data folder, or a temporary one if that cannot be written to
    (`notices` says so). Made if it is not there. Raises OSError if there is no temporary one either."""
    return data_folder("captures")


def data_folder(name: str) -> Path:
    """The folder ``name`` of the user's data folder, or the temporary one that stands in for it until this process
    ends. Raises OSError if neither can be made."""
    usual = Path(platformdirs.user_data_dir("wsgui", appauthor=False)) / name
    if usual in _temporary:
        return _temporary[usual][0]
    try:
        if not usual.is_absolute():
            raise FileNotFoundError(errno.ENOENT, "this user has no home folder")
        usual.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=usual):  # a folder may be there and take nothing
            pass
    except OSError as error:
        folder = Path(tempfile.mkdtemp(prefix=f"wsgui-{name}-"))
        atexit.register(_remove_if_empty, folder)
        why = error.strerror if not usual.is_absolute() else reason_of(error)
        sentence = (
            f"The folder {usual} cannot be used: {why}. The {name} go to {folder} instead, which the system may empty "
            "when it starts again: save what you want to keep."
        )
        _temporary[usual] = (folder, sentence)
        return folder
    return usual


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def notices() -> list[str]:
    """A sentence for each folder that a temporary one stands in for."""
    return [sentence for _, sentence in _temporary.values()]


def config_folder() -> Path:
    """The folder of saved endpoints; made when something is written to it."""
    return Path(platformdirs.user_config_dir("wsgui", appauthor=False))


def capture_name(path: Path, name: str) -> str:
    """A name for a copy of the capture at ``path``: when it was begun, and what its session is called now, as host and
    path. A file that a person has named keeps its name."""
    begun = _BEGUN.match(path.name)
    words = _UNSAFE.sub("-", name).strip("-.")[:60]
    return f"{begun[0]} {words}{path.suffix}" if begun and words else path.name


def new_capture_path(folder: Path, name: str) -> Path:
    """A path that is not taken: date, time and what the session is called, in letters any file system takes."""
    stem = f"{datetime.now().astimezone():%Y-%m-%d %H%M%S} {_UNSAFE.sub('-', name).strip('-')[:60] or 'session'}"
    path = folder / f"{stem}.wscap"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}.wscap"
    return path
