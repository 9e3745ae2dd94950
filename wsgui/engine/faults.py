"""What a connection does wrong on purpose, as plain values. `mischief` carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame


class Action(Enum):
    """What happens to a frame on its way out."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    CORRUPT = "corrupt"
    DELAY = "delay"


class FrameTest(Protocol):
    """Which frames are meant. ``inflated`` is what the payload inflates to, None if it is not compressed."""

    def __call__(self, frame: Frame, inflated: bytes | None = None) -> bool:
        """Whether the frame is meant. Never raises."""


@dataclass(frozen=True, slots=True)
class Tampering:
    """``action`` for each frame that ``applies`` takes; ``text`` is the person's filter, to be shown.

    ``seconds`` is how long DELAY holds a frame, and those behind it, so that their order stays. ``offset`` is the byte
    of the payload that CORRUPT changes; None chooses one by chance.
    """

    action: Action
    applies: FrameTest
    text: str = ""
    seconds: float = 0.0
    offset: int | None = None


class Cut(Enum):
    """How TCP is cut."""

    FIN = "fin"
    RST = "rst"


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one connection; the empty one has none.

    ``pong_delay``: seconds before a ping is answered. ``read_rate``: bytes a second that are read, 0 for all;
    ``stop_reading``: none. ``cut_after``: frames, sent and received, after which TCP is cut, 0 for never; ``cut``: how.
    ``seed`` makes what happens by chance happen again.
    """

    pong_delay: float = 0.0
    read_rate: int = 0
    stop_reading: bool = False
    frames: tuple[Tampering, ...] = field(default=())
    cut_after: int = 0
    cut: Cut = Cut.FIN
    seed: int = 0

    @property
    def none(self) -> bool:
        """Whether nothing is done wrong."""
        return not (self.pong_delay or self.read_rate or self.stop_reading or self.frames or self.cut_after)
