from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.widgets.theme import DARK, LIGHT, colour, palette_of

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
        parent = QWidget()
        qtbot.addWidget(parent)
        note = Note(parent, keeps_room=keeps_room)
        parent.show()
        assert note.isVisible() is keeps_room
        note.say("<b>plain</b>")
        assert note.isVisible()
        assert note.textFormat() == Qt.TextFormat.PlainText
        note.say("")
        assert note.isVisible() is keeps_room


def test_a_note_is_never_a_window_of_its_own(qtbot: QtBot) -> None:
    note = Note(keeps_room=True)
    qtbot.addWidget(note)
    note.say("")
    note.say("plain")
    assert not note.isVisible()
    parent = QWidget()
    qtbot.addWidget(parent)
    QVBoxLayout(parent).addWidget(note)
    parent.show()
    assert note.isVisible()
