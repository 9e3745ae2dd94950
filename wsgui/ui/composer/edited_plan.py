"""A frame plan in which anything may stand anywhere: fragments moved and removed, messages inside messages. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from wsgui.protocol.opcodes import is_control
from wsgui.ui.composer.frame_plan import FramePlan
from wsgui.ui.composer.outgoing import Outgoing, wire_size

if TYPE_CHECKING:
    from collections.abc import Sequence


class EditedPlan(FramePlan):
    """As long as only control frames are inserted and moved it is a `FramePlan`, and fragments cost nothing.

    The first change that breaks the order of the fragments makes them all; `set_fragments` forgets it.
    """

    __slots__ = ("_free",)

    def __init__(self, fragments: Sequence[Outgoing] = ()) -> None:
        super().__init__(fragments)
        self._free: list[Outgoing] | None = None

    @property
    def edited(self) -> bool:
        """Whether more was changed than control frames between the fragments."""
        return self._free is not None

    def __len__(self) -> int:
        return super().__len__() if self._free is None else len(self._free)

    @overload
    def __getitem__(self, index: int) -> Outgoing: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outgoing]: ...
    def __getitem__(self, index: int | slice) -> Outgoing | list[Outgoing]:
        return super().__getitem__(index) if self._free is None else self._free[index]

    def wire_size(self, *, masked: bool) -> int:
        """Bytes on the wire of all frames."""
        return super().wire_size(masked=masked) if self._free is None else wire_size(self._free, masked=masked)

    @property
    def message_open(self) -> bool:
        """Whether the peer has fragments of a message that is not complete."""
        if self._free is None:
            return super().message_open
        data = [frame for frame in self._free[: self.gone] if not is_control(frame.opcode)]
        return self.under_way and bool(data) and not data[-1].fin

    def set_fragments(self, fragments: Sequence[Outgoing]) -> None:
        """Cut the message in another way; only control frames that were inserted are kept."""
        self._free = None
        super().set_fragments(fragments)

    def is_control(self, index: int) -> bool:
        """Whether the frame is a control frame."""
        if self._free is None:
            return super().is_control(index)
        return 0 <= index < len(self._free) and is_control(self._free[index].opcode)

    def insert(self, frame: Outgoing, before: int) -> int:
        """Put any frame before frame ``before``, not among those that have gone; returns its index."""
        if self._free is None and is_control(frame.opcode):
            return super().insert(frame, before)
        index = max(self.gone, min(before, len(self)))
        self._freely().insert(index, frame)
        return index

    def can_move(self, index: int, by: int) -> bool:
        """Whether frame ``index`` has not gone and may change places with the one before (-1) or behind (1)."""
        return self.gone <= index < len(self) and self.gone <= index + by < len(self)

    def move(self, index: int, by: int) -> int:
        """Move a frame one up (-1) or down (1) if it can; returns its index."""
        if not self.can_move(index, by):
            return index
        if self._free is None and self.is_control(index):
            return super().move(index, by)
        frames = self._freely()
        frames[index], frames[index + by] = frames[index + by], frames[index]
        return index + by

    def remove(self, index: int) -> bool:
        """Remove a frame that has not gone; False if it has, and for the last one that is left."""
        if not self.gone <= index < len(self) or len(self) == 1:
            return False
        if self._free is None and self.is_control(index):
            return super().remove(index)
        del self._freely()[index]
        return True

    def _freely(self) -> list[Outgoing]:
        if self._free is None:
            self._free = list(self)
        return self._free
