"""What an export or an import did, for a notice to the person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

PROBLEMS_KEPT: Final = 100
"""Problems beyond these are counted and not kept: a broken file may have one in each of a million lines."""


class Problem(NamedTuple):
    """What could not be read. ``offset`` is where in the file, in bytes from its start; None if it is about it all."""

    offset: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.offset is None else f"At byte {self.offset}: {self.text}"


@dataclass(slots=True)
class ExportReport:
    """``frames`` rows of the capture stand in ``target``; nothing does if it was ``cancelled``.

    ``masked`` counts the secrets that were made unreadable, by what they are (``Cookie``, ``token in the URL``).
    """

    target: Path
    frames: int = 0
    cancelled: bool = False
    masked: Counter[str] = field(default_factory=Counter)

    @property
    def notice(self) -> str:
        """A sentence on the secrets that were masked; empty if none was."""
        count = self.masked.total()
        if not count:
            return ""
        names = ", ".join(sorted(self.masked))
        what = "1 secret is" if count == 1 else f"{count} secrets are"
        return f"{what} masked in {self.target.name} ({names}). Messages are exported as they are."


@dataclass(slots=True)
class ImportReport:
    """``frames`` rows of ``connections`` connections stand in the capture ``target``; none if it was ``cancelled``.

    ``problems`` are the first of ``problem_count`` things that could not be read; ``remarks`` are sentences on what was
    passed over and belongs to no WebSocket that was found; ``kept`` are those that are kept with the problems.
    """

    target: Path
    frames: int = 0
    connections: int = 0
    cancelled: bool = False
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    remarks: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def remark(self, text: str, *, noted: bool = False) -> None:
        """Say what is worth knowing and no fault. It is kept in the capture, unless it is ``noted`` on a row."""
        self.remarks.append(text)
        if not noted:
            self.kept.append(text)

    def problem(self, offset: int | None, text: str) -> None:
        """Note what could not be read."""
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(offset, text))

    @property
    def told(self) -> list[Problem]:
        """``problems``, and how many more there were."""
        more = self.problem_count - len(self.problems)
        return [*self.problems, Problem(None, f"{more} more of that kind.")] if more else self.problems

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.problem_count
