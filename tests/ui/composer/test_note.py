from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.theme import DARK, LIGHT, colour, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def ink(note: Note) -> str:
    return note.palette().color(QPalette.ColorRole.WindowText).name()


def test_a_note_takes_its_colour_from_the_theme(qtbot: QtBot) -> None:
    note = Note()
    qtbot.addWidget(note)
    note.setPalette(palette_of(DARK))
    note.say("Wrong.", Tone.ERROR)
    assert (ink(note), note.tone) == (DARK.error, Tone.ERROR)
    note.say("Careful.", Tone.WARNING)
    assert ink(note) == DARK.warning
    note.setPalette(palette_of(LIGHT))
    assert ink(note) == colour(LIGHT.warning).name()


def test_an_empty_note_hides_unless_it_keeps_room(qtbot: QtBot) -> None:
    for keeps_room in (False, True):
        note = Note(keeps_room=keeps_room)
        qtbot.addWidget(note)
        assert note.isVisible() is keeps_room
        note.say("<b>plain</b>")
        assert note.isVisible()
        assert note.textFormat() == Qt.TextFormat.PlainText
        note.say("")
        assert note.isVisible() is keeps_room
