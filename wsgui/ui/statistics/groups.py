"""How the curves over time are split: by direction or by opcode; which colour and which dashes each has. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wsgui.ui.widgets.theme import Theme


class Group(NamedTuple):
    """A curve: its name, its colour in a theme, its dashes (so that colours alone never tell), what it adds up."""

    name: str
    colour: str
    dashes: tuple[int, ...]
    directions: Sequence[int]
    kinds: Sequence[int]

    def of(self, table: NDArray[np.int64]) -> NDArray[np.int64]:
        """The group's numbers out of a table [direction, opcode + 2, interval]."""
        added: NDArray[np.int64] = table[np.ix_(list(self.directions), list(self.kinds))].sum(axis=(0, 1))
        return added


ALL = tuple(range(18))
BOTH = (0, 1)


def groups(by: str, theme: Theme) -> list[Group]:
    """The groups of ``by``: ``direction`` or ``opcode``."""
    if by == "direction":
        return [
            Group("↑ sent", theme.sent, (), (0,), ALL),
            Group("↓ received", theme.received, (4, 2), (1,), ALL),
        ]
    return [
        Group("text", theme.payload, (), BOTH, (3,)),
        Group("binary", theme.key, (4, 2), BOTH, (4,)),
        Group("continuation", theme.received, (1, 2), BOTH, (2,)),
        Group("ping, pong", theme.warning, (6, 2, 1, 2), BOTH, (11, 12)),
        Group("close", theme.error, (2, 2), BOTH, (10,)),
        Group("other", theme.dim, (8, 3), BOTH, (0, 1, *range(5, 10), *range(13, 18))),
    ]
