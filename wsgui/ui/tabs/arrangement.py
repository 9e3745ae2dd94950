"""Ready arrangements of a tab: how table, inspector and composer share its room."""

from __future__ import annotations

from typing import NamedTuple


class Arrangement(NamedTuple):
    """Shares in hundredths: of the height for inspector and composer, of the width for the composer (0: hidden)."""

    lower: int
    composer: int


ARRANGEMENTS = {
    "explore": Arrangement(lower=66, composer=48),
    "test": Arrangement(lower=80, composer=54),
    "watch": Arrangement(lower=40, composer=0),
}
USUAL = "explore"


def arrangement_of(name: str) -> str:
    """The name, if it is one."""
    return name if name in ARRANGEMENTS else USUAL
