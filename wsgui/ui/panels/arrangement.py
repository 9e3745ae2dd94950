"""Ready arrangements of the window: which panels are seen, and how they share its room."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.ui.panels.table import COMPOSER, FRAMES, INSPECTOR, SESSIONS


class Arrangement(NamedTuple):
    """``shown`` are the panels that are seen. Shares in hundredths: of the height for inspector and composer, of the
    width for the composer."""

    shown: frozenset[str]
    lower: int
    composer: int


_MOST = frozenset((SESSIONS, FRAMES, INSPECTOR, COMPOSER))

ARRANGEMENTS = {
    "explore": Arrangement(_MOST, lower=58, composer=50),
    "test": Arrangement(_MOST, lower=68, composer=56),
    "watch": Arrangement(_MOST - {COMPOSER}, lower=36, composer=50),
}
USUAL = "explore"


def arrangement_of(name: str) -> str:
    """The name, if it is one."""
    return name if name in ARRANGEMENTS else USUAL
