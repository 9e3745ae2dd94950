"""The decoders of the person at this machine."""

from __future__ import annotations

from functools import cache
from typing import Final

from wsgui.dissect.decoders.user_files import UserDecoders
from wsgui.session.folders import config_folder

FOLDER: Final = "decoders"
"""The name of the folder of Python files, beside the saved endpoints."""


@cache
def user_decoders() -> UserDecoders:
    """Those of the folder and of packages, read when this is first called; `UserDecoders.refresh` looks again."""
    found = UserDecoders(config_folder() / FOLDER)
    found.refresh()
    return found
