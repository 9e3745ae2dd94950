"""The Text tab: a message of UTF-8, whole or in frames of N bytes, once or many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.json_help import JsonHelp
from wsgui.ui.composer.note import Note
from wsgui.ui.composer.outgoing import FRAMES_LIMIT, Outgoing, Repeat, SplitMessage, cut_characters, fragment_starts
from wsgui.ui.composer.plain_edit import PlainEdit
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.templates import FORMAT_TEXTS, TEMPLATES
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.dissect.decoders.model import Context
    from wsgui.session.filler import Filler

PLAIN: Final = ("text", "hex")
"""Decoders that write nothing that could not be typed as it stands."""


class TextTab(ComposeTab):
    """Compose a text message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = PlainEdit()
        self.edit.setPlaceholderText("Type a message")
        self.edit.setAccessibleName("Text to send")
        self.edit.setToolTip("The text of the message; its lines end with LF")
        self._writers = [one for one in registry.writers() if one.name not in PLAIN]
        self.format = QComboBox()
        self.format.addItem("As typed", "")
        for one in self._writers:
            self.format.addItem(one.title, one.name)
        self.format.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.format.setMinimumContentsLength(3)
        self.format.setAccessibleName("Format of the message")
        self.format.setToolTip(
            "What the text is made into: of JSON a binary message of MessagePack, CBOR or MQTT, say; other formats are "
            "checked. Template has texts to start from"
        )
        self.context: Callable[[], Context] = lambda: NO_CONTEXT
        self._opcode = int(Opcode.TEXT)
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
        self.fill_box.toggled.connect(self.json.look)
        self.json.fills = lambda: self._fills
        self.format.currentIndexChanged.connect(self._update)
        self.split_size.valueChanged.connect(self._update)
        self.repeat_count.valueChanged.connect(self.changed)
        self.repeat_interval.valueChanged.connect(self.changed)
        self._update()

    def _template_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text in TEMPLATES.items():
            menu.addAction(name).triggered.connect(lambda _checked=False, text=text: self.start_from("", text))
        menu.addSeparator()
        for one in self._writers:
            texts = FORMAT_TEXTS.get(one.name, {})
            below = menu.addMenu(one.title) if texts else None
            for name, text in texts.items():
                assert below is not None  # noqa: S101 - there are texts
                below.addAction(name).triggered.connect(
                    lambda _checked=False, text=text, name=one.name: self.start_from(name, text)
                )
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
        repeat.addWidget(self.format, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addWidget(self.edit, 1)
        column.addLayout(top)
        column.addLayout(split)
        column.addLayout(repeat)
        column.addWidget(self.note)

    def start_from(self, name: str, text: str, *, places: bool = True) -> None:
        """Put in a text of the format that the decoder ``name`` writes (empty: as it stands); where it has ``places``
        of a template, they are filled in."""
        self.format.setCurrentIndex(max(0, self.format.findData(name)))
        if places and "{{" in text:
            self.fill_box.setChecked(True)
        elif not places:  # what was seen is sent as it is
            self.fill_box.setChecked(False)
        self.edit.replace_all(text)

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
            return (Outgoing(self._opcode, self._payload),)
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
        """Make the payload of what is typed: fill in the template, and write the format."""
        text = self.edit.exact_text()
        try:
            if self._fills and self.filler is not None:
                self._values = dict(self.filler.values)
                text = self.filler.fill(text) if counting else self.filler.preview(text)
            (self._opcode, self._payload), self._wrong = self._written(text, str(self.format.currentData())), ""
        except ValueError as error:
            self._payload, self._wrong = b"", str(error)

    def _written(self, text: str, name: str) -> tuple[int, bytes]:
        """Opcode and payload of a text. Raises ValueError with a sentence."""
        if not name:
            return int(Opcode.TEXT), text.encode("utf-8", "replace")
        written = registry.encode(registry.all_decoders()[name], text, self.context())
        return int(Opcode.TEXT if written.text else Opcode.BINARY), written.data

    def look_at_values(self) -> None:
        """Variables may have got other values from what came."""
        if self._fills and self.filler is not None and self.filler.values != self._values:
            self._update()

    def _anew(self) -> Callable[[], Sequence[Outgoing]] | None:
        """What makes the next messages of this text, whatever is typed meanwhile."""
        filler, text, name = self.filler, self.edit.exact_text(), str(self.format.currentData())
        if filler is None or not self.fill_box.isChecked():
            return None
        size = self.split_size.value() if self.split_box.isChecked() else 0

        def anew() -> Sequence[Outgoing]:
            opcode, payload = self._written(filler.fill(text), name)
            return SplitMessage(opcode, payload, size) if size else (Outgoing(opcode, payload),)

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
        return SplitMessage(self._opcode, self._payload, self.split_size.value())

    def _update(self) -> None:
        text = self.edit.exact_text()
        self._payload, self._wrong, self._opcode = self.edit.exact_bytes(), "", int(Opcode.TEXT)
        if self._fills or self.format.currentData():
            self._fill()
            text = self._payload.decode("utf-8", "replace")
        is_text = self._opcode == Opcode.TEXT
        kind = count_of(len(text), "character") if is_text else "binary"
        self.counts.setText(f"{count_of(len(self._payload), 'byte')} · {kind}")
        split = is_text and self.split_box.isChecked() and not self.problem()
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
