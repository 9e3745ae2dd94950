"""The Binary tab: bytes in a hex editor, pasted or loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.file_loader import FileLoader
from wsgui.ui.composer.hex_edit import HexEdit
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import Outgoing
from wsgui.ui.composer.parse import ParseError, parse_base64, parse_hex
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.read_aloud import name_label

FileQuestion: TypeAlias = Callable[[QWidget, Callable[[str], None]], None]
"""Asks for a file to open and calls back with its path, or never when the person says no."""


def ask_with_dialog(parent: QWidget, chosen: Callable[[str], None]) -> None:
    """The system's file dialog; it is opened, never run in a loop of its own."""
    dialog = QFileDialog(parent, "Load a file as payload")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()


class BinaryTab(ComposeTab):
    """Compose a binary message."""

    def __init__(self, ask_file: FileQuestion = ask_with_dialog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask_file = ask_file
        self.edit = HexEdit()
        self.loader = FileLoader(self)
        self.paste_hex = QPushButton("&Paste hex")
        self.paste_hex.setToolTip("Insert the clipboard's text, read as hex, at the cursor")
        self.paste_base64 = QPushButton("Paste base&64")
        self.paste_base64.setToolTip("Insert the clipboard's text, read as base64, at the cursor")
        self.load_button = QPushButton("Loa&d file…")
        self.load_button.setToolTip("Put a file of up to 64 MiB in place of the bytes")
        self.clear_button = QPushButton("Cle&ar")
        self.clear_button.setToolTip("Remove all bytes (Ctrl+Z brings them back)")
        self.place = QLabel()
        name_label(self.place, "Size, cursor and mode")
        self.note = Note()
        self.setFocusProxy(self.edit)
        self._lay_out()
        self.edit.changed.connect(self._edited)
        self.edit.moved.connect(self._show_place)
        self.edit.refused.connect(lambda text: self.note.say(text, Tone.ERROR))
        self.paste_hex.clicked.connect(lambda: self._paste(parse_hex))
        self.paste_base64.clicked.connect(lambda: self._paste(parse_base64))
        self.load_button.clicked.connect(lambda: self._ask_file(self, self._load))
        self.clear_button.clicked.connect(self._clear)
        self.loader.loaded.connect(self._loaded)
        self.loader.failed.connect(self._failed)
        self._show_place()

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.place)
        below.addStretch(1)
        buttons = QGridLayout()
        for column, button in enumerate((self.paste_hex, self.paste_base64, self.load_button, self.clear_button)):
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 12)
            buttons.addWidget(button, 0, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 2)
        layout.setSpacing(4)
        layout.addWidget(self.edit, 1)
        layout.addLayout(below)
        layout.addLayout(buttons)
        layout.addWidget(self.note)

    def frames(self) -> Sequence[Outgoing]:
        """One binary frame."""
        return (Outgoing(int(Opcode.BINARY), self.edit.data()),)

    def _paste(self, parse: Callable[[str], bytes]) -> None:
        text = QGuiApplication.clipboard().text()
        try:
            data = parse(text)
        except ParseError as error:
            self.note.say(f"{error.text} Nothing was pasted.", Tone.ERROR)
            return
        if data:
            self.edit.insert(data)
        else:
            self.note.say("There is no text on the clipboard.", Tone.WARNING)

    def _load(self, path: str) -> None:
        self.loader.load(path)
        self.load_button.setEnabled(False)
        self.note.say(f"Reading {Path(path).name} …")

    def _loaded(self, path: str, data: bytes) -> None:
        self.load_button.setEnabled(True)
        self.edit.set_data(data)
        self.note.say(f"{count_of(len(data), 'byte')} from {Path(path).name}.")

    def _failed(self, text: str) -> None:
        self.load_button.setEnabled(True)
        self.note.say(text, Tone.ERROR)

    def _clear(self) -> None:
        self.loader.forget()
        self.load_button.setEnabled(True)
        if self.edit.data():
            self.edit.set_data(b"")
        self.note.say("")

    def _edited(self) -> None:
        self.note.say("")
        self.changed.emit()

    def _show_place(self) -> None:
        buffer = self.edit.buffer
        start, end = buffer.selection
        parts = [count_of(len(buffer), "byte"), f"at 0x{buffer.cursor:x}"]
        if start != end:
            parts.append(f"{end - start} selected")
        parts.append("overwrite" if buffer.overwrite else "insert")
        self.place.setText(" · ".join(parts))
