"""Where the files of ``resources`` are."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def resource(name: str) -> Path | None:
    """A file of ``resources``: beside the package in a checkout, inside it when installed."""
    for folder in (Path(str(resources.files("wsgui"))) / "resources", Path(__file__).parents[1] / "resources"):
        if (folder / name).is_file():
            return folder / name
    return None
