"""Which times, or how many: ``2``, ``1,3``, ``2..5``, ``3..``, ``..4``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PART: Final = re.compile(r"(\d{1,9})?(\.\.)?(\d{1,9})?", re.ASCII)
_MOST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Ranges:
    """Numbers from the first to the second of each pair, both included."""

    parts: tuple[tuple[int, int], ...]
    text: str

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and any(least <= number <= most for least, most in self.parts)


def read_ranges(text: str) -> Ranges:
    """What a text says. Raises ValueError with a sentence."""
    parts = []
    for one in text.split(","):
        found = _PART.fullmatch(one.strip())
        if found is None or not one.strip() or one.strip() == "..":
            raise ValueError(f"Expected numbers such as 2, 1,3, 2..5 or 3.., not {text!r}.")
        first, dots, last = found.groups()
        least = int(first or 0)
        parts.append((least, (int(last) if last else _MOST) if dots else least))
        if parts[-1][0] > parts[-1][1]:
            raise ValueError(f"{first} is above {last} in {text!r}.")
    return Ranges(tuple(parts), text.strip())


def in_words(ranges: Ranges) -> str:
    """How often something is expected: ``twice``, ``at least once``."""
    said = []
    for least, most in ranges.parts:
        if least == most:
            said.append(_times(least))
        elif most == _MOST:
            said.append(f"at least {_times(least)}")
        elif not least:
            said.append(f"at most {_times(most)}")
        else:
            said.append(f"{least} to {most} times")
    return " or ".join(said)


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
