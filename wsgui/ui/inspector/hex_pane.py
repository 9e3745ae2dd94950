"""The Hex tab: header diagram, bar, hex view, and the question before a large copy, wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.dissect.explain import Piece
from wsgui.dissect.header import header_fields_of_bytes
from wsgui.ui.inspector.copy_question import CopyQuestion
from wsgui.ui.inspector.header_diagram import HeaderDiagram
from wsgui.ui.inspector.hex_bar import HexBar
from wsgui.ui.inspector.hex_view import HexView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation


class HexPane(QWidget):
    """Every byte of a frame, with its header drawn above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.diagram = HeaderDiagram(self)
        self.bar = HexBar(self)
        self.question = CopyQuestion(self)
        self.view = HexView(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        for widget in (self.diagram, self.bar, self.question):
            column.addWidget(widget)
        column.addWidget(self.view, 1)

        self.diagram.field_selected.connect(self.view.select)
        self.diagram.field_hovered.connect(self.view.mark)
        self.diagram.explained.connect(self._explain_field)
        self.bar.mode_chosen.connect(self.view.set_mode)
        self.view.explained.connect(self.bar.line.set_pieces)
        self.view.mode_changed.connect(self._update_bar)
        self.view.large_copy_requested.connect(self.question.ask)
        self.question.confirmed.connect(self._copy_confirmed)
        self._update_bar()

    def set_frame(self, frame: Frame, violations: Sequence[Violation] = ()) -> None:
        """Show a frame."""
        self.question.hide()
        self.diagram.set_frame(frame, violations)
        self.diagram.show()
        self.view.set_frame(frame, violations)
        self._update_bar()

    def set_bytes(self, data: bytes, *, header: bool = False) -> None:
        """Show bytes that form no frame; with ``header``, also the header fields that they start with."""
        self.question.hide()
        if header:
            self.diagram.set_fields(header_fields_of_bytes(data))
        else:
            self.diagram.clear()
        self.diagram.setVisible(header)
        self.view.set_bytes(data)
        self._update_bar()

    def clear(self) -> None:
        """Show nothing, and let go of the bytes."""
        self.question.hide()
        self.diagram.clear()
        self.view.set_frame(None)
        self._update_bar()

    def select_payload(self, start: int, count: int) -> None:
        """Select ``count`` bytes of the payload (of all, where there is no header) and scroll to them."""
        self.view.select(len(self.view.shown.header) + start, count)

    def set_payload_hits(self, hits: Sequence[tuple[int, int]]) -> None:
        """Mark what a search has found: (first byte of the payload, number of bytes), ascending."""
        header = len(self.view.shown.header)
        self.view.set_hits([(header + start, count) for start, count in hits])

    def _update_bar(self) -> None:
        self.bar.set_mode(self.view.mode, choosable=bool(self.view.shown.header))

    def _explain_field(self, text: str) -> None:
        if text:
            self.bar.line.set_pieces([Piece("plain", text)])
        else:
            self.view.explain()

    def _copy_confirmed(self, kind: str) -> None:
        self.view.copy_as(kind, confirmed=True)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
