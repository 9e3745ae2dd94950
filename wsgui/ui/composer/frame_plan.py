"""A fragmented message with control frames between its fragments, and how much of it has gone. Knows no Qt."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, overload

from wsgui.ui.composer.outgoing import MeasuredFrames, Outgoing, wire_size

if TYPE_CHECKING:
    from collections.abc import Sequence


class FramePlan(MeasuredFrames):
    """The frames in the order in which they leave.

    Fragments keep their order and control frames may stand anywhere (RFC 6455 section 5.4), so each control frame
    is kept with its gap: how many fragments leave before it. ``gone`` frames have been sent.
    """

    __slots__ = ("_controls", "_fragments", "_gaps", "gone")

    def __init__(self, fragments: Sequence[Outgoing] = ()) -> None:
        self._fragments = fragments
        self._controls: list[Outgoing] = []
        self._gaps: list[int] = []
        self.gone = 0

    def __len__(self) -> int:
        return len(self._fragments) + len(self._controls)

    @overload
    def __getitem__(self, index: int) -> Outgoing: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outgoing]: ...
    def __getitem__(self, index: int | slice) -> Outgoing | list[Outgoing]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError("no such frame")
        index %= len(self)
        nth = self._control_at(index)
        if nth is not None:
            return self._controls[nth]
        return self._fragments[index - self._controls_before(index)]

    def wire_size(self, *, masked: bool) -> int:
        """Bytes on the wire of all frames."""
        return wire_size(self._fragments, masked=masked) + wire_size(self._controls, masked=masked)

    @property
    def under_way(self) -> bool:
        """Whether some frames have gone and some have not."""
        return 0 < self.gone < len(self)

    @property
    def message_open(self) -> bool:
        """Whether the peer has fragments of a message that is not complete."""
        fragments_gone = self.gone - self._controls_before(self.gone)
        return 0 < fragments_gone < len(self._fragments)

    def set_fragments(self, fragments: Sequence[Outgoing]) -> None:
        """Cut the message in another way; control frames behind its end come to stand at its end."""
        self._fragments = fragments
        self._gaps = [min(gap, len(fragments)) for gap in self._gaps]
        self.gone = 0

    def is_control(self, index: int) -> bool:
        """Whether the frame was inserted, and so can be moved and removed."""
        return self._control_at(index) is not None

    def insert(self, control: Outgoing, before: int) -> int:
        """Put a control frame before frame ``before``, not among those that have gone; returns its index."""
        index = max(self.gone, min(before, len(self)))
        nth = self._controls_before(index)
        self._controls.insert(nth, control)
        self._gaps.insert(nth, index - nth)
        return index

    def can_move(self, index: int, by: int) -> bool:
        """Whether frame ``index`` is a control frame that may go one up (-1) or down (1)."""
        return self.is_control(index) and index >= self.gone and self.gone <= index + by < len(self)

    def move(self, index: int, by: int) -> int:
        """Move a control frame one up (-1) or down (1) if it can; returns its index."""
        nth = self._control_at(index)
        if nth is None or not self.can_move(index, by):
            return index
        if self.is_control(index + by):
            controls = self._controls
            controls[nth], controls[nth + by] = controls[nth + by], controls[nth]
        else:
            self._gaps[nth] += by
        return index + by

    def remove(self, index: int) -> bool:
        """Remove a control frame that has not gone; False for any other frame."""
        nth = self._control_at(index)
        if nth is None or index < self.gone:
            return False
        del self._controls[nth]
        del self._gaps[nth]
        return True

    def _controls_before(self, index: int) -> int:
        # Control frame k leaves after its gap's fragments and k other control frames: at gap + k.
        return bisect_left(range(len(self._gaps)), index, key=lambda k: self._gaps[k] + k)

    def _control_at(self, index: int) -> int | None:
        nth = self._controls_before(index)
        found = nth < len(self._gaps) and self._gaps[nth] + nth == index
        return nth if found else None


class RestOfPlan(MeasuredFrames):
    """The frames of a plan that have not gone, as they are now; none is made until it is asked for."""

    __slots__ = ("_gone", "_plan")

    def __init__(self, plan: FramePlan) -> None:
        self._plan = plan
        self._gone = plan.gone

    def __len__(self) -> int:
        return len(self._plan) - self._gone

    @overload
    def __getitem__(self, index: int) -> Outgoing: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outgoing]: ...
    def __getitem__(self, index: int | slice) -> Outgoing | list[Outgoing]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError("no such frame")
        return self._plan[index % len(self) + self._gone]

    def wire_size(self, *, masked: bool) -> int:
        """Bytes on the wire of all that is left."""
        return self._plan.wire_size(masked=masked) - wire_size(self._plan[: self._gone], masked=masked)
