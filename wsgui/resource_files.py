"""Where the files of ``resources`` are."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def resource(name: str) -> Path | None:
    """A file of ``resources``: beside the package in a checkout, inside it when installed."""
    for folder in _folders():
        if (folder / name).is_file():
            return folder / name
    return None


def resources_in(name: str, suffix: str) -> list[Path]:
    """The files of a folder of ``resources`` whose names end so, in the order of their names."""
    for folder in _folders():
        if (folder / name).is_dir():
            return sorted(one for one in (folder / name).iterdir() if one.name.endswith(suffix))
    return []


def _folders() -> tuple[Path, Path]:
    return Path(str(resources.files("wsgui"))) / "resources", Path(__file__).parents[1] / "resources"
