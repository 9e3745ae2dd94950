"""The Details tab: broken rules as sentences, then every header field with what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from wsgui.dissect.compression import compression_lines
from wsgui.dissect.header import declared_length, header_fields, header_fields_of_bytes
from wsgui.dissect.sizes import grouped
from wsgui.protocol.close import close_code_name
from wsgui.protocol.violations import Severity
from wsgui.ui.explain.asking import explain_item
from wsgui.ui.inspector.header_diagram import topics_of
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of
from wsgui.ui.widgets.wrap_tree import WrapTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wsgui.dissect.compression import Sizes
    from wsgui.dissect.header import HeaderField
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

_RANGE_ROLE = Qt.ItemDataRole.UserRole
_COLOUR_ROLE = Qt.ItemDataRole.UserRole + 1

_MARKS = {Severity.NOTE: "note", Severity.WARNING: "\u26a0 warning", Severity.ERROR: "\u26a0 error"}


def violation_sentence(violation: Violation) -> str:
    """What is broken, where that stands, and what a strict endpoint does about it."""
    text = violation.text if violation.text.endswith((".", "!", "?")) else f"{violation.text}."
    if violation.close_code is not None:
        text += f" A strict endpoint closes with {close_code_name(violation.close_code)}."
    return text


@guarded
class FrameDetails(WrapTree):
    """A list of rows: name, bits, value, meaning. Texts are plain: item views render no rich text."""

    field_selected = Signal(int, int)
    """First byte and number of bytes of the row that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(["Field", "Bits", "Value", "Meaning"], parent)
        self.setAccessibleName("Frame details")
        self._notes: Sequence[str] = ()
        self.currentItemChanged.connect(self._chosen)

    def set_notes(self, notes: Sequence[str]) -> None:
        """Notes on the row that `set_frame` or `set_bytes` shows next; an empty text is a bookmark."""
        self._notes = notes

    def set_frame(self, frame: Frame, violations: Sequence[Violation] = (), sizes: Sizes | None = None) -> None:
        """Show a frame's header fields and the rules that it breaks, and what it inflates to."""
        self._fill(header_fields(frame, violations), violations)
        size = len(frame.payload)
        unit = "byte" if size == 1 else "bytes"
        group = self.add_group("Payload", f"{grouped(size)} {unit}")
        start = frame.header_length
        words = "unmasked with the key" if frame.masked else "as it stood on the wire"
        self._row(
            group, "payload", "", f"{grouped(size)} {unit}", f"From byte {start} of the frame on, {words}."
        ).setData(0, _RANGE_ROLE, (start, size))
        lines = compression_lines(frame, sizes)
        if lines:
            group = self.add_group("Compression", "permessage-deflate")
            for line in lines:
                self._row(group, line.label, "", line.value, f"{line.meaning} (RFC 7692 §6)")
        self._finish()

    def set_bytes(self, data: bytes, violations: Sequence[Violation] = (), *, header: bool = False) -> None:
        """Show bytes that form no frame; with ``header``, the header fields that they start with."""
        fields = header_fields_of_bytes(data) if header else []
        self._fill(fields, violations)
        group = self.add_group(
            "Bytes", f"{grouped(len(data))} bytes that form no frame" if header else f"{grouped(len(data))} bytes"
        )
        length = declared_length(fields)
        if length is not None:
            have = max(len(data) - sum(field.bit_width for field in fields) // 8, 0)
            self._row(
                group,
                "payload",
                "",
                f"{grouped(have)} of {grouped(length)} bytes",
                "The header declares more bytes than came." if have < length else "",
            )
        self._finish()

    def _fill(self, fields: Iterable[HeaderField], violations: Sequence[Violation]) -> None:
        self.clear()
        if self._notes:
            group = self.add_group("Notes")
            for note in self._notes:
                self._row(group, "note" if note else "★ bookmark", "", "", note)
        if violations:
            group = self.add_group("Broken rules", str(len(violations)))
            for broken in violations:
                sentence = f"{violation_sentence(broken)} ({broken.rule})"
                row = self._row(group, _MARKS[broken.severity], "", broken.reference, sentence)
                row.setData(0, _COLOUR_ROLE, "error" if broken.severity is Severity.ERROR else "warning")
                explain_item(row, f"rule:{broken.rule}")
        shown = list(fields)
        if shown:
            group = self.add_group("Header", f"{sum(field.bit_width for field in shown) // 8} bytes")
            for field in shown:
                row = self._row(group, field.label, field.bits, field.value, f"{field.meaning} ({field.reference})")
                row.setData(0, _RANGE_ROLE, (field.first_byte, field.byte_count))
                explain_item(row, *topics_of(field))
                row.setFont(1, fixed_font())
                row.setFont(2, fixed_font())
                if field.wrong or not field.whole:
                    row.setData(0, _COLOUR_ROLE, "warning")

    def _row(self, group: QTreeWidgetItem, *texts: str) -> QTreeWidgetItem:
        return QTreeWidgetItem(group, list(texts))

    def _finish(self) -> None:
        self.expandAll()
        self._colour()

    def _colour(self) -> None:
        theme = theme_of(self)
        for at in range(self.topLevelItemCount()):
            group = self.topLevelItem(at)
            for index in range(group.childCount() if group else 0):
                row = group.child(index) if group else None
                name = row.data(0, _COLOUR_ROLE) if row else None
                if row is not None and name:
                    brush = QBrush(colour(getattr(theme, name)))
                    for column in range(4):
                        row.setForeground(column, brush)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        place = item.data(0, _RANGE_ROLE) if item is not None else None
        if place is not None:
            first, count = place
            self.field_selected.emit(first, count)
