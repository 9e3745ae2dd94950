"""The Hex tab: header diagram, bar, hex view, and the question before a large copy, wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.dissect.explain import ExplanationPart
from wsgui.dissect.header import header_fields_of_bytes
from wsgui.ui.inspector.copy_question import CopyQuestion
from wsgui.ui.inspector.header_diagram import HeaderDiagram
from wsgui.ui.inspector.hex_bar import HexBar
from wsgui.ui.inspector.hex_view import HexView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation
    from wsgui.ui.inspector.hex_geometry import HexMode


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

        self._frame: Frame | None = None
        self._inflated: bytes | None = None
        self._wants_inflated = self._shows_inflated = False
        self.diagram.field_selected.connect(self.select_field)
        self.diagram.field_hovered.connect(self.view.mark)
        self.diagram.explained.connect(self._explain_field)
        self.bar.mode_chosen.connect(self._choose_mode)
        self.bar.inflated_chosen.connect(self._choose_inflated)
        self.view.explained.connect(self.bar.line.set_pieces)
        self.view.mode_changed.connect(self._update_bar)
        self.view.large_copy_requested.connect(self.question.ask)
        self.question.confirmed.connect(self._copy_confirmed)
        self._update_bar()

    def set_frame(self, frame: Frame, violations: Sequence[Violation] = (), inflated: bytes | None = None) -> None:
        """Show a frame; ``inflated`` is what its payload inflates to, if it was compressed."""
        self.question.hide()
        self.diagram.set_frame(frame, violations)
        self.diagram.show()
        self._hold(frame, inflated)

    def set_bytes(self, data: bytes, *, header: bool = False) -> None:
        """Show bytes that form no frame; with ``header``, also the header fields that they start with."""
        self.question.hide()
        if header:
            self.diagram.set_fields(header_fields_of_bytes(data))
        else:
            self.diagram.clear()
        self.diagram.setVisible(header)
        self._frame = self._inflated = None
        self._shows_inflated = False
        self.view.set_bytes(data)
        self._update_bar()

    def clear(self) -> None:
        """Show nothing, and let go of the bytes."""
        self.question.hide()
        self.diagram.clear()
        self._hold(None, None)

    @property
    def shows_inflated(self) -> bool:
        """Whether what the payload inflates to stands there in place of the frame."""
        return self._shows_inflated

    def select_field(self, first: int, count: int) -> None:
        """Select bytes of the frame, which comes back in place of what it inflates to."""
        self._back_to_frame()
        self.view.select(first, count)

    def _hold(self, frame: Frame | None, inflated: bytes | None) -> None:
        self._frame, self._inflated = frame, inflated
        self._shows_inflated = self._wants_inflated and inflated is not None
        if self._shows_inflated and inflated is not None:
            self.view.set_inflated(inflated)
        else:
            self.view.set_frame(frame)
        self._update_bar()

    def _choose_mode(self, mode: HexMode) -> None:
        self._back_to_frame()
        self.view.set_mode(mode)
        self._update_bar()

    def _choose_inflated(self) -> None:
        self._wants_inflated = True
        self._hold(self._frame, self._inflated)

    def _back_to_frame(self) -> None:
        self._wants_inflated = False
        if self._shows_inflated:
            self._hold(self._frame, self._inflated)

    def _show_searched(self) -> None:
        """Searches look at payloads as an application sees them."""
        if self._inflated is not None and not self._shows_inflated:
            self._choose_inflated()

    def select_payload(self, start: int, count: int) -> None:
        """Select ``count`` bytes of the payload (of all, where there is no header) and scroll to them; of what it
        inflates to, if it was compressed."""
        self._show_searched()
        self.view.select(len(self.view.shown.header) + start, count)

    def set_payload_hits(self, hits: Sequence[tuple[int, int]]) -> None:
        """Mark what a search has found, in what a compressed payload inflates to: (first byte, number of bytes),
        ascending."""
        if hits:
            self._show_searched()
        header = len(self.view.shown.header)
        self.view.set_hits([(header + start, count) for start, count in hits])

    def _update_bar(self) -> None:
        if not self._shows_inflated:
            self.bar.set_mode(self.view.mode, choosable=bool(self.view.shown.header))
        self.bar.set_inflated(available=self._inflated is not None, shown=self._shows_inflated)

    def _explain_field(self, text: str) -> None:
        if text:
            self.bar.line.set_pieces([ExplanationPart("plain", text)])
        else:
            self.view.explain()

    def _copy_confirmed(self, kind: str) -> None:
        self.view.copy_as(kind, confirmed=True)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
