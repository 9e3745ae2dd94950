"""The Text tab: a message of UTF-8, whole or in frames of N bytes, once or many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QPushButton, QSpinBox, QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.templates import TemplateError, UnfilledError
from wsgui.ui.composer.json_help import JsonHelp
from wsgui.ui.composer.note import Note
from wsgui.ui.composer.outgoing import FRAMES_LIMIT, Outgoing, Repeat, SplitMessage, cut_characters, fragment_starts
from wsgui.ui.composer.plain_edit import PlainEdit
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.templates import TEMPLATES
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.session.filler import Filler


class TextTab(ComposeTab):
    """Compose a text message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = PlainEdit()
        self.edit.setPlaceholderText("Type a message")
        self.edit.setAccessibleName("Text to send")
        self.edit.setToolTip("The text of the message; its lines end with LF")
        self.template_button = QPushButton("Te&mplate")
        self.template_button.setToolTip("Put a ready text in place of this one (Ctrl+Z brings it back)")
        self.template_button.setMenu(self._template_menu())
        self.json = JsonHelp(self.edit)
        self.counts = QLabel()
        name_label(self.counts, "Size of the message")
        self.counts.setToolTip("Bytes of UTF-8, and characters (code points)")
        self.split_box = QCheckBox("S&plit into frames of")
        self.split_box.setToolTip("Send the message as fragments of this size (RFC 6455 section 5.4)")
        self.split_size = QSpinBox()
        self.split_size.setRange(1, 0x7FFF_FFFF)
        self.split_size.setValue(16)
        self.split_size.setSuffix(" bytes")
        self.split_size.setAccessibleName("Bytes per frame")
        self.split_size.setToolTip("Bytes of payload in each fragment; the last one may have fewer")
        self.split_size.setEnabled(False)
        self.repeat_count = QSpinBox()
        self.repeat_count.setRange(1, 1_000_000)
        self.repeat_count.setPrefix("\N{MULTIPLICATION SIGN}")
        self.repeat_count.setAccessibleName("Times to send")
        self.repeat_count.setToolTip("How often to send the message, 1 to 1 000 000 times")
        self.repeat_interval = QSpinBox()
        self.repeat_interval.setRange(0, 3_600_000)
        self.repeat_interval.setSuffix(" ms")
        self.repeat_interval.setAccessibleName("Milliseconds between")
        self.repeat_interval.setToolTip("The pause between two times, up to an hour; 0 is as fast as it goes")
        self.fill_box = QCheckBox("Fill {{}}")
        self.fill_box.setAccessibleName("Fill in places of the template")
        self.fill_box.setToolTip(
            "Put values in place of {{uuid}}, {{now.ms}}, {{counter}}, {{random.int 1 6}}, {{env.NAME}} and variables "
            "of the endpoint (Options > Templates), anew for each message; \\{{ stands for {{"
        )
        self.filler: Filler | None = None
        self._values: dict[str, object] = {}
        self._wrong = ""
        self.note = Note()
        self.setFocusProxy(self.edit)
        self._lay_out()
        self.edit.textChanged.connect(self._update)
        self.split_box.toggled.connect(self.split_size.setEnabled)
        self.split_box.toggled.connect(self._update)
        self.fill_box.toggled.connect(self._update)
        self.split_size.valueChanged.connect(self._update)
        self.repeat_count.valueChanged.connect(self.changed)
        self.repeat_interval.valueChanged.connect(self.changed)
        self._update()

    def _template_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text in TEMPLATES.items():
            menu.addAction(name).triggered.connect(lambda _checked=False, text=text: self.edit.replace_all(text))
        return menu

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.template_button)
        top.addWidget(self.json.button)
        top.addWidget(self.json.said)
        top.addStretch(1)
        top.addWidget(self.counts)
        split = QHBoxLayout()
        split.addWidget(self.split_box)
        split.addWidget(self.split_size)
        split.addStretch(1)
        split.addWidget(self.fill_box)
        repeat = QHBoxLayout()
        repeat_label = QLabel("Repe&at")
        repeat_label.setBuddy(self.repeat_count)
        every_label = QLabel("ever&y")
        every_label.setBuddy(self.repeat_interval)
        for widget in (repeat_label, self.repeat_count, every_label, self.repeat_interval):
            repeat.addWidget(widget)
        repeat.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addWidget(self.edit, 1)
        column.addLayout(top)
        column.addLayout(split)
        column.addLayout(repeat)
        column.addWidget(self.note)

    def sent(self) -> None:
        """What is typed next takes the place of what was sent."""
        self.edit.selectAll()
        if self._fills:
            self._update()

    def frames(self) -> Sequence[Outgoing]:
        """One text frame, or the fragments of the message."""
        if self.problem():
            return ()
        if not self.split_box.isChecked():
            return (Outgoing(int(Opcode.TEXT), self._payload),)
        return self._split()

    def frames_now(self) -> Sequence[Outgoing]:
        """Filled in anew."""
        if self._fills:
            self._fill(counting=True)
        return self.frames()

    @property
    def _fills(self) -> bool:
        return self.fill_box.isChecked() and self.filler is not None

    def _fill(self, *, counting: bool = False) -> None:
        """Make the payload of the template."""
        assert self.filler is not None  # noqa: S101 - `_fills`
        self._values = dict(self.filler.values)
        text = self.edit.exact_text()
        try:
            filled = self.filler.fill(text) if counting else self.filler.preview(text)
            self._payload, self._wrong = filled.encode("utf-8", "replace"), ""
        except (TemplateError, UnfilledError) as error:
            self._payload, self._wrong = b"", str(error)

    def look_at_values(self) -> None:
        """Variables may have got other values from what came."""
        if self._fills and self.filler is not None and self.filler.values != self._values:
            self._update()

    def _anew(self) -> Callable[[], Sequence[Outgoing]] | None:
        """What makes the next messages of this text, whatever is typed meanwhile."""
        filler, text = self.filler, self.edit.exact_text()
        if filler is None or not self.fill_box.isChecked():
            return None
        size = self.split_size.value() if self.split_box.isChecked() else 0

        def anew() -> Sequence[Outgoing]:
            payload = filler.fill(text).encode("utf-8", "replace")
            return SplitMessage(int(Opcode.TEXT), payload, size) if size else (Outgoing(int(Opcode.TEXT), payload),)

        return anew

    def problem(self) -> str:
        """A template that cannot be filled in, or too many frames; any other text can be sent."""
        if self._wrong:
            return self._wrong
        if self.split_box.isChecked() and len(self._split()) > FRAMES_LIMIT:
            frames = count_of(len(self._split()), "frame")
            return f"{frames} are too many to send in one go: choose larger ones."
        return ""

    def repeat(self) -> Repeat:
        """The chosen count and pause."""
        return Repeat(self.repeat_count.value(), self.repeat_interval.value(), self._anew())

    def _split(self) -> SplitMessage:
        return SplitMessage(int(Opcode.TEXT), self._payload, self.split_size.value())

    def _update(self) -> None:
        text = self.edit.exact_text()
        self._payload, self._wrong = self.edit.exact_bytes(), ""
        if self._fills:
            self._fill()
            text = self._payload.decode()
        self.counts.setText(f"{count_of(len(self._payload), 'byte')} · {count_of(len(text), 'character')}")
        split = self.split_box.isChecked() and not self.problem()
        cuts = cut_characters(self._payload, fragment_starts(self._split())) if split else []
        self.note.say(cut_note(cuts))
        self.changed.emit()


def cut_note(cuts: Sequence[tuple[int, str]]) -> str:
    """One sentence about fragments that begin inside a character (from `cut_characters`); empty for none."""
    if not cuts:
        return ""
    number, character = cuts[0]
    others = " (and others)" if len(cuts) > 1 else ""
    return (
        f"Frame {number}{others} begins inside the character “{character}”. That is legal: only the whole message "
        "must be UTF-8 (RFC 6455 5.4, 8.1)."
    )
