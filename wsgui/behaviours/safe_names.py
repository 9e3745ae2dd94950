"""Names of files that a peer chose, made such that they do no harm in a folder of this machine."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import BinaryIO, Final

LONGEST: Final = 150
"""Bytes of a name; file systems take 255, and there is room for a number."""
MOST_ALIKE: Final = 10_000
_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
_DEVICES: Final = frozenset({"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(10))})


def safe_name(text: str) -> str:
    """The last part of a path, without what a file system, a shell or a person reading it could stumble over: no
    control characters or such as turn the text's direction, no dots at its ends, no device of Windows."""
    last = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join("_" if one in _FORBIDDEN or unicodedata.category(one)[0] == "C" else one for one in last)
    kept = kept.strip(". ")
    stem, dot, end = kept.rpartition(".")
    if not dot:
        stem, end = kept, ""
    if len(end.encode()) > 20:
        stem, dot, end = kept, "", ""
    room = LONGEST - len((dot + end).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(". ") or "upload"
    if stem.partition(".")[0].strip().casefold() in _DEVICES:
        stem = f"_{stem}"
    return f"{stem}{dot}{end}"


def create(folder: Path, name: str) -> tuple[Path, BinaryIO]:
    """A new file in the folder, under this name or one with a number; nothing that exists is touched or followed.
    Raises OSError."""
    stem, end = Path(name).stem, Path(name).suffix
    for number in range(1, MOST_ALIKE):
        path = folder / (name if number == 1 else f"{stem} ({number}){end}")
        try:
            return path, path.open("xb")
        except FileExistsError:
            continue
    raise FileExistsError(17, f"there are {MOST_ALIKE} files of that name")
