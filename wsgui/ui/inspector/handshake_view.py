"""The Handshake tab: both heads as they came, each line judged, and how the accept value comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.handshake import Verdict, dissect_handshake
from wsgui.dissect.sizes import grouped
from wsgui.protocol.deflate import NAME
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import shown
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of
from wsgui.ui.widgets.wrap_tree import WrapTree

if TYPE_CHECKING:
    from wsgui.dissect.handshake import DissectedHandshake, DissectedHead

BODY_CHARACTERS = 64 * 1024
"""Characters of a refusal's body that are shown."""

_MARKS = {Verdict.GOOD: "\u2713", Verdict.NEUTRAL: "", Verdict.WRONG: "\u26a0"}
_COLOURS = {Verdict.GOOD: "good", Verdict.NEUTRAL: "dim", Verdict.WRONG: "warning"}
_VERDICT_ROLE = Qt.ItemDataRole.UserRole


def raw_text(head: DissectedHead | None) -> str:
    """A head, and what followed it, for a text widget: NUL and other control characters as their pictures."""
    if head is None:
        return ""
    text = head.raw.replace("\r\n", "\n")
    if head.body:
        cut = len(head.body) - BODY_CHARACTERS
        more = f"\n\u2026 {grouped(cut)} more characters" if cut > 0 else ""
        text += f"\n\n{head.body[:BODY_CHARACTERS]}{more}"
    return "".join(chr(0x2400 + ord(c)) if c < " " and c not in "\n\t" else c for c in text)


MOST_SHOWN = 64 * 1024
"""Bytes of a head that are shown and judged: four times what a live session takes; files may have any."""

MOST_LINES = 300
"""Lines of a head that are judged one by one."""


@guarded
class HandshakeView(QWidget):
    """Request and response of one opening handshake."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.request = self._raw("Request as it came")
        self.response = self._raw("Response as it came")
        self._verdict = QLabel(self)
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setWordWrap(True)
        self._verdict.setContentsMargins(8, 0, 8, 0)
        self.tree = WrapTree(["Header", "", "Value", "Verdict"], self)
        self.tree.setAccessibleName("Handshake, line by line")
        # A cookie or a user agent must not push the verdicts out of sight.
        self.tree.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Interactive)
        self.tree.header().resizeSection(2, 240)

        heads = QSplitter(Qt.Orientation.Horizontal, self)
        heads.addWidget(self._titled("Request", self.request))
        heads.addWidget(self._titled("Response", self.response))
        both = QSplitter(Qt.Orientation.Vertical, self)
        both.addWidget(heads)
        both.addWidget(self.tree)
        both.setStretchFactor(0, 2)
        both.setStretchFactor(1, 3)
        both.setSizes([160, 240])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._verdict)
        column.addWidget(both, 1)
        self.clear()

    def set_handshake(self, request: bytes | None, response: bytes | None) -> None:
        """Show the bytes of both heads, with bodies; None for one that did not come."""
        long = [one is not None and _is_long(one) for one in (request, response)]
        view = dissect_handshake(
            request[:MOST_SHOWN] if request and long[0] else request,
            response[:MOST_SHOWN] if response and long[1] else response,
        )
        self.request.setPlainText(raw_text(view.request))
        self.response.setPlainText(raw_text(view.response))
        self._verdict.setText(f"Only the first {MOST_SHOWN // 1024} KiB are read" if any(long) else _summary(view))
        self.tree.clear()
        for title, head in (("Request", view.request), ("Response", view.response)):
            if head is not None:
                self._judged(title, head)
        if view.agreed:
            row = QTreeWidgetItem(self.tree.add_group("Agreed on"), [view.agreed])
            row.setFirstColumnSpanned(True)
        if view.steps:
            group = self.tree.add_group("Accept value, step by step")
            for step in view.steps:
                row = QTreeWidgetItem(group, [f"{step.label}: {step.text}"])
                row.setFirstColumnSpanned(True)
                row.setFont(0, fixed_font())
        self.tree.expandAll()
        self._colour()

    def clear(self) -> None:
        """Show no handshake."""
        self.request.clear()
        self.response.clear()
        self.tree.clear()
        self._verdict.setText("No handshake is known.")

    @property
    def verdict(self) -> str:
        """The sentence above the heads."""
        return self._verdict.text()

    def _raw(self, name: str) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setUndoRedoEnabled(False)
        text.setFont(fixed_font())
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        text.setAccessibleName(name)
        return text

    def _titled(self, title: str, widget: QWidget) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(QLabel(title, box))
        column.addWidget(widget, 1)
        return box

    def _judged(self, title: str, head: DissectedHead) -> None:
        group = self.tree.add_group(title)
        for line in head.lines[:MOST_LINES]:
            sentence = f"{line.sentence} ({line.reference})" if line.reference else line.sentence
            value = line.value if line.present else "missing"
            cells = [line.name or "\u2013", _MARKS[line.verdict], value, sentence]
            row = QTreeWidgetItem(group, list(map(shown, cells)))
            row.setData(0, _VERDICT_ROLE, line.verdict.value)
            row.setFont(2, fixed_font())

        if len(head.lines) > MOST_LINES:
            row = QTreeWidgetItem(group, [f"{len(head.lines) - MOST_LINES} more lines stand above and are not judged."])
            row.setFirstColumnSpanned(True)

    def _colour(self) -> None:
        theme = theme_of(self)
        for at in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(at)
            for index in range(group.childCount() if group else 0):
                row = group.child(index) if group else None
                verdict = row.data(0, _VERDICT_ROLE) if row else None
                if row is not None and verdict:
                    brush = QBrush(colour(getattr(theme, _COLOURS[Verdict(verdict)])))
                    row.setForeground(1, brush)
                    row.setForeground(3, brush)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tree"):
            self._colour()


def _is_long(data: bytes) -> bool:
    """Whether a head goes on beyond what is shown; a long body is cut where it is shown."""
    start = data[:MOST_SHOWN]
    return len(data) > MOST_SHOWN and b"\r\n\r\n" not in start and b"\n\n" not in start


def _summary(view: DissectedHandshake) -> str:
    heads = [head for head in (view.request, view.response) if head is not None]
    if not heads:
        return "No handshake is known."
    wrong = sum(line.verdict is Verdict.WRONG for head in heads for line in head.lines)
    words = []
    if view.response is None:
        words.append("no response")
    elif view.response.status == 101:
        words.append("101: the server agreed")
    elif view.response.status is not None:
        word = "refused" if view.response.status >= 300 else "plain HTTP, answered"
        words.append(f"{word} with {view.response.status}")
    else:
        words.append("the response is no HTTP")
    if view.request is None:
        words.append("no request")
    if view.accepted is not None:
        words.append("accept value right" if view.accepted else "accept value wrong")
    if wrong:
        words.append("1 line to look at" if wrong == 1 else f"{wrong} lines to look at")
    if view.agreed.startswith(NAME):
        words.append(view.agreed)
    return " · ".join(words)
