"""The header of a frame drawn as its fields, as RFC 6455 section 5.2 draws it: label above, value below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWhatsThis, QWidget

from wsgui.dissect.header import header_fields
from wsgui.ui.explain.roles import explained
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.widgets.read_aloud import Reading, caret_moved, read_aloud
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wsgui.dissect.header import HeaderField
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

_SIDE = 8
_PAD = 14
_IN_FILTERS = {"extended_length": "length", "masking_key": "key"}
"""Fields that filters know by another name."""
_FIRST_LINE = 7
"""Number of fields in the first two bytes: the diagram breaks behind them."""


def field_text(field: HeaderField) -> str:
    """A field in words: name, value, bits, meaning, broken rules."""
    lines = [f"{field.label} = {field.value}: {field.meaning} ({field.reference})"]
    lines += [f"{broken.text} ({broken.reference})" for broken in field.wrong]
    return "\n".join(lines)


def topics_of(field: HeaderField) -> list[str]:
    """The keys of what there is to explain in a field: itself, and the rules that it breaks."""
    return [f"field:{_IN_FILTERS.get(field.name, field.name)}", *(f"rule:{broken.rule}" for broken in field.wrong)]


def _short_value(field: HeaderField) -> str:
    return field.value.replace("CONTINUATION", "CONT")


@guarded
class HeaderDiagram(QWidget):
    """The fields of one header. Arrow keys or a click choose a field, the mouse points at one.

    It stands in one line, or in two where it is narrow; ``heightForWidth`` says so to the layout.
    """

    field_selected = Signal(int, int)
    """First byte and number of bytes of the field that was clicked or reached with the keys."""
    field_hovered = Signal(int, int)
    """The same for the field under the mouse; (0, 0) when it leaves."""
    explained = Signal(str)
    """The field under the mouse or with the focus in words; empty when the mouse leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: list[HeaderField] = []
        self._current = -1
        self._hovered = -1
        self._value_font = fixed_font()
        self._label_font = QFont(self.font())
        self._label_font.setPointSizeF(max(6.5, self.font().pointSizeF() * 0.82))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Frame header")
        read_aloud(self)

    def set_frame(self, frame: Frame, violations: Iterable[Violation] = ()) -> None:
        """Show a frame's header; fields that a violation shows in get the warning colour."""
        self.set_fields(header_fields(frame, violations))

    def set_fields(self, fields: Sequence[HeaderField]) -> None:
        """Show these fields, such as those of a header that is cut."""
        self._fields = list(fields)
        self._current = self._hovered = -1
        self._describe()
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.set_fields([])

    @property
    def fields(self) -> list[HeaderField]:
        """The fields that are shown."""
        return list(self._fields)

    @property
    def current(self) -> HeaderField | None:
        """The field that was chosen last."""
        return self._fields[self._current] if self._current >= 0 else None

    def choose(self, index: int) -> None:
        """Choose field ``index`` as a click does; one that is not there is ignored."""
        if 0 <= index < len(self._fields):
            self._current = index
            field = self._fields[index]
            self._describe()
            self.update()
            self.field_selected.emit(field.first_byte, field.byte_count)
            self.explained.emit(field_text(field).replace("\n", " "))

    # Places.

    def cell_rects(self) -> list[QRectF]:
        """The cell of each field, in this widget's coordinates."""
        rects: list[QRectF] = []
        top = 1.0
        for line in self._lines(self.width()):
            widths = self._widths(line, self.width() - 2 * _SIDE)
            x = float(_SIDE)
            for width in widths:
                rects.append(QRectF(x, top, width, self._line_height()))
                x += width
            top += self._line_height() + 4
        return rects

    def _natural(self, field: HeaderField) -> float:
        label = QFontMetricsF(self._label_font).horizontalAdvance(field.label)
        value = QFontMetricsF(self._value_font).horizontalAdvance(_short_value(field))
        return max(label, value) + _PAD

    def _lines(self, width: int) -> list[list[HeaderField]]:
        if not self._fields:
            return []
        natural = sum(self._natural(field) for field in self._fields)
        if natural <= width - 2 * _SIDE or len(self._fields) <= _FIRST_LINE:
            return [self._fields]
        return [self._fields[:_FIRST_LINE], self._fields[_FIRST_LINE:]]

    def _widths(self, line: list[HeaderField], room: int) -> list[float]:
        """Natural widths; room that is left goes to the wide fields, so that bits stay small."""
        widths = [self._natural(field) for field in line]
        left = room - sum(widths)
        if left < 0:
            return [width * room / sum(widths) for width in widths]
        shares = [min(field.bit_width, 24) if field.bit_width > 1 else 1 for field in line]
        return [width + left * share / sum(shares) for width, share in zip(widths, shares, strict=True)]

    def _line_height(self) -> int:
        label = QFontMetricsF(self._label_font).height()
        return round(label + QFontMetricsF(self._value_font).height() + 6)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = max(1, len(self._lines(width)))
        return lines * (self._line_height() + 4) - 1

    def sizeHint(self) -> QSize:
        return QSize(500, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._line_height() + 3)

    def _index_at(self, point: QPointF) -> int:
        return next((i for i, rect in enumerate(self.cell_rects()) if rect.contains(point)), -1)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        label_height = QFontMetricsF(self._label_font).height()
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        for index, (field, rect) in enumerate(zip(self._fields, self.cell_rects(), strict=True)):
            painter.fillRect(rect, colour(theme.raised if index == self._hovered else theme.base))
            painter.setPen(colour(theme.border))
            painter.drawRect(rect)
            painter.setFont(self._label_font)
            painter.setPen(colour(theme.dim))
            label = QRectF(rect.x(), rect.y() + 2, rect.width(), label_height)
            painter.drawText(label, center, self._fitted(field.label, self._label_font, rect.width()))
            painter.setFont(self._value_font)
            painter.setPen(colour(self.value_colour(field)))
            value = QRectF(rect.x(), label.bottom(), rect.width(), rect.bottom() - label.bottom() - 2)
            painter.drawText(value, center, self._fitted(_short_value(field), self._value_font, rect.width()))
        if self._current >= 0:
            width = 2 if self.hasFocus() else 1
            painter.setPen(QPen(colour(theme.received), width))
            painter.drawRect(self.cell_rects()[self._current])

    def value_colour(self, field: HeaderField) -> str:
        """The colour of a field's value: a warning where a rule is broken or the field is cut."""
        theme = theme_of(self)
        if field.wrong or not field.whole:
            return theme.warning
        return theme.key if field.name == "masking_key" else theme.text

    def _fitted(self, text: str, font: QFont, width: float) -> str:
        return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(width - 4, 0))

    # Events.

    def _describe(self) -> None:
        field = self.current
        if field is not None:
            text = field_text(field)
        else:
            text = ", ".join(f"{field.label} {field.value}" for field in self._fields) or "no header"
        self.setAccessibleDescription(text)
        caret_moved(self)

    def reading(self) -> Reading:
        """A line for each field, with the caret on the chosen one, for screen readers."""
        return Reading(
            [field_text(field).replace("\n", " ") for field in self._fields], self.cell_rects(), self._current
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(QPointF(event.pos()))
            if index >= 0:
                field = self._fields[index]
                rect = self.cell_rects()[index].toRect()
                QToolTip.showText(event.globalPos(), plain_tip(field_text(field)), self, rect)
            else:
                QToolTip.hideText()
            return True
        if event.type() in (QEvent.Type.WhatsThis, QEvent.Type.QueryWhatsThis) and isinstance(event, QHelpEvent):
            index = self._index_at(QPointF(event.pos()))
            event.setAccepted(index >= 0)
            if index >= 0 and event.type() == QEvent.Type.WhatsThis:
                QWhatsThis.showText(event.globalPos(), explained(*topics_of(self._fields[index])), self)
            return True
        return super().event(event)

    def topics_here(self) -> list[str]:
        """What the chosen field has to explain."""
        field = self.current
        return [] if field is None else topics_of(field)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._fields) - 1
        steps = {
            Qt.Key.Key_Left: max(self._current - 1, 0),
            Qt.Key.Key_Right: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
        else:
            self.choose(step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and self._fields:
            self.choose(max(self._current, 0))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self._index_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, index: int) -> None:
        if index == self._hovered:
            return
        self._hovered = index
        self.update()
        if index >= 0:
            field = self._fields[index]
            self.field_hovered.emit(field.first_byte, field.byte_count)
            self.explained.emit(field_text(field).replace("\n", " "))
        else:
            self.field_hovered.emit(0, 0)
            self.explained.emit("")
