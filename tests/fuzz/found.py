"""How a fuzz target says that something is wrong."""

from __future__ import annotations


class FuzzError(Exception):
    """A target found that something which should always hold does not."""


def check(holds: bool, what: str) -> None:
    """Raise FuzzError unless it holds; ``assert`` would vanish under ``python -O``."""
    if not holds:
        raise FuzzError(what)
