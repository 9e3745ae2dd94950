"""What every tab of the composer has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wsgui.protocol.states import Role
from wsgui.ui.composer.outgoing import Outgoing, Repeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.ui.composer.raw_cuts import RawPlan


class ComposeTab(QWidget):
    """A way to put frames together; the composer shows and sends what `frames` gives.

    The frames carry no masking keys: the composer adds them.
    """

    changed = Signal()
    """Something that `frames`, `problem` or `repeat` tells may have changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role = Role.CLIENT

    def frames(self) -> Sequence[Outgoing]:
        """What would be sent now; nothing while there is a `problem`."""
        raise NotImplementedError

    def raw(self) -> RawPlan | None:
        """Raw bytes to send in place of `frames`; None for a tab that sends frames, and while there is a `problem`."""
        return None

    @property
    def send_text(self) -> str:
        """The label of the composer's button while this tab is in front."""
        return "S&end"

    def frames_now(self) -> Sequence[Outgoing]:
        """What is sent when Send is pressed: as `frames`, filled in anew. Nothing while there is a `problem`."""
        return self.frames()

    def problem(self) -> str:
        """One sentence that says why this cannot be sent; empty if it can."""
        return ""

    def repeat(self) -> Repeat:
        """How often to send it."""
        return Repeat()

    def set_role(self, role: Role) -> None:
        """Which end of the connection this is."""
        self.role = role

    def sent(self) -> None:
        """The composer has sent what `frames` gave."""

    def judge_now(self) -> None:
        """The connection has changed, or the tab has come to the front: what the judge said may be old."""

    def connection_lost(self) -> None:
        """The connection is gone, and a message that was half sent with it."""
