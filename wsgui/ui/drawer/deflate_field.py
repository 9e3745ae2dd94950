"""The parameters of permessage-deflate as widgets and as the header's text, which follow each other."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit

from wsgui.dissect.deflate_words import offer_words, wish_words
from wsgui.endpoint.engine_options import read_wish
from wsgui.endpoint.settings import SettingsError
from wsgui.protocol.deflate import NAME, OFFER, Deflate, DeflateError, read_parameters
from wsgui.protocol.extensions import ExtensionError, parse_extensions
from wsgui.ui.drawer.fields import OptionField, words
from wsgui.ui.widgets.theme import fixed_font

_SWITCHES = ("server_no_context_takeover", "client_no_context_takeover")
_WINDOWS = ("server_max_window_bits", "client_max_window_bits")
_TIPS = {
    "server_no_context_takeover": "The server compresses each message by itself: less memory, less compression",
    "client_no_context_takeover": "The client compresses each message by itself: less memory, less compression",
    "server_max_window_bits": "How far the server looks back when it compresses: 2 to the power of so many bytes",
    "client_max_window_bits": "How far the client looks back when it compresses: 2 to the power of so many bytes",
}


class DeflateField(OptionField):
    """``offer`` of a client (the whole header), or ``wish`` of a server (its parameters)."""

    wide = True

    def __init__(self, name: str, label: str, tip: str, *, offer: bool) -> None:
        super().__init__(name, label, tip)
        self._is_offer = offer
        self.switches = {name: QCheckBox(name) for name in _SWITCHES}
        self.windows = {name: QComboBox() for name in _WINDOWS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        for place, (word, box) in enumerate(self.switches.items()):
            box.setToolTip(_TIPS[word])
            box.toggled.connect(self._from_widgets)
            grid.addWidget(box, place, 0)
        for place, (word, combo) in enumerate(self.windows.items()):
            combo.addItem("not said", None)
            if offer and word == "client_max_window_bits":
                combo.addItem("understood", 0)
            for bits in range(8, 16):
                combo.addItem(str(bits), bits)
            combo.setToolTip(_TIPS[word])
            combo.setAccessibleName(word)
            combo.currentIndexChanged.connect(self._from_widgets)
            title = QLabel(word)
            title.setBuddy(combo)
            grid.addWidget(title, place, 1)
            grid.addWidget(combo, place, 2)
        grid.setColumnStretch(3, 1)
        self.column.addLayout(grid)
        self.edit = QLineEdit()
        self.edit.setFont(fixed_font())
        self.edit.textEdited.connect(self._from_text)
        self._put(self.edit)
        self.meaning = words("")
        self.column.addWidget(self.meaning)
        self.show_value(str(OFFER) if offer else "")

    def value(self) -> str:
        return self.edit.text()

    def show_value(self, value: str) -> None:
        self.edit.setText(value)
        self._read()

    def _from_text(self) -> None:
        self._read()
        self._tell()

    def _read(self) -> None:
        """Show in the widgets what the text says, as far as they can."""
        try:
            found = self._parsed(self.edit.text())
        except (ExtensionError, DeflateError, SettingsError) as error:
            self.meaning.setText(f"{error} The text is sent as it is." if self._is_offer else "")
            return
        quiet, self._quiet = self._quiet, True
        for name, box in self.switches.items():
            box.setChecked(getattr(found, name))
        for name, combo in self.windows.items():
            combo.setCurrentIndex(max(0, combo.findData(getattr(found, name))))
        self._quiet = quiet
        self.meaning.setText(offer_words(found) if self._is_offer else wish_words(found))

    def _parsed(self, text: str) -> Deflate:
        if not self._is_offer:
            return read_wish(text)
        extensions = parse_extensions(text.strip() or str(OFFER))
        if len(extensions) != 1 or extensions[0].name != NAME:
            raise DeflateError(f"The widgets show one offer of {NAME}; this is another header.")
        return read_parameters(extensions[0], offer=True)

    def _from_widgets(self) -> None:
        if self._quiet:
            return
        said = Deflate(
            **{name: box.isChecked() for name, box in self.switches.items()},
            **{name: combo.currentData() for name, combo in self.windows.items()},
        )
        text = str(said)
        if not self._is_offer:
            text = text.removeprefix(NAME).lstrip("; ")
        self.edit.setText(text)
        self.meaning.setText(offer_words(said) if self._is_offer else wish_words(said))
        self._tell()
