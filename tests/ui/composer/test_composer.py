from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from wsgui.protocol.compression import Deflator
from wsgui.protocol.states import Role
from wsgui.ui.composer.composer import Composer
from wsgui.ui.composer.outgoing import Repeat
from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, colour, fixed_font, palette_of
from wsgui.ui.window.actions import ACTIONS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def test_each_send_takes_a_new_key(desk: Desk) -> None:
    desk.composer.text_tab.edit.replace_all("Hello")
    desk.composer.refresh()
    shown = desk.preview()
    desk.composer.send_button.click()
    again = desk.preview()
    desk.composer.send_button.click()
    assert [desk.wire(0)] == shown == ["81 85 37 fa 21 3d 7f 9f 4d 51 58"]
    assert [desk.wire(1)] == again == ["81 85 00 00 00 02 48 65 6c 6e 6f"]


def test_a_server_sends_unmasked(desk: Desk) -> None:
    desk.composer.set_role(Role.SERVER)
    desk.composer.text_tab.edit.replace_all("Hello")
    desk.composer.refresh()
    assert desk.title() == "wire preview · 7 bytes · 1 frame · unmasked"
    assert desk.preview() == ["81 05 48 65 6c 6c 6f"]
    desk.composer.send()
    assert desk.wire() == "81 05 48 65 6c 6c 6f"


def test_an_empty_text_is_a_message(desk: Desk) -> None:
    desk.composer.send()
    assert desk.wire() == "81 80 37 fa 21 3d"


def test_targets_of_a_server(desk: Desk) -> None:
    composer = desk.composer
    composer.set_targets([(4, "#4 127.0.0.1:51422")])
    assert not composer.target.isVisible()
    composer.target.box.setCurrentIndex(1)
    composer.send()
    assert desk.sent[0][1] is None
    composer.set_role(Role.SERVER)
    assert composer.target.isVisible()
    composer.send()
    composer.target.box.setCurrentIndex(0)
    composer.send()
    assert [target for _, target, _ in desk.sent] == [None, 4, None]


def test_without_a_connection_nothing_is_sent(desk: Desk, qtbot: QtBot) -> None:
    composer = desk.composer
    composer.set_enabled_state(False, "Not connected: press Connect first.")
    assert composer.status.text() == "Not connected: press Connect first."
    assert not composer.send_button.isEnabled()
    qtbot.keyClick(composer.text_tab.edit, Qt.Key.Key_Return, CTRL)
    assert desk.sent == []
    composer.set_enabled_state(True)
    assert composer.status.text() == ""
    assert composer.send_button.isEnabled()


def test_both_reasons_are_said(desk: Desk) -> None:
    desk.show(desk.composer.ping_tab)
    desk.composer.ping_tab.entry.line.setText("x" * 126)
    desk.composer.set_enabled_state(False, "Not connected: press Connect first.")
    assert desk.composer.status.text() == (
        "Not connected: press Connect first. A ping carries up to 125 bytes (RFC 6455 5.5); this one has 126."
    )


def test_a_new_composer_is_not_connected(qtbot: QtBot) -> None:
    composer = Composer(lambda: b"abcd")
    qtbot.addWidget(composer)
    assert not composer.can_send
    assert composer.status.text() == "Not connected: press Connect first."


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_sends_from_anywhere(desk: Desk, qtbot: QtBot, key: Qt.Key) -> None:
    composer = desk.composer
    places: list[tuple[QWidget, QWidget]] = [
        (composer.text_tab, composer.text_tab.edit),
        (composer.text_tab, composer.text_tab.split_box),
        (composer.text_tab, composer.text_tab.repeat_count),
        (composer.binary_tab, composer.binary_tab.edit),
        (composer.binary_tab, composer.binary_tab.clear_button),
        (composer.ping_tab, composer.ping_tab.entry.line),
        (composer.close_tab, composer.close_tab.codes),
        (composer.close_tab, composer.close_tab.number),
        (composer.fragments_tab, composer.fragments_tab.table),
        (composer.fragments_tab, composer.preview),
        (composer.fragments_tab, composer.tabs.tabBar()),
    ]
    modifiers = CTRL | Qt.KeyboardModifier.KeypadModifier if key == Qt.Key.Key_Enter else CTRL
    for count, (tab, place) in enumerate(places, 1):
        desk.show(tab)
        place.setFocus()
        qtbot.keyClick(place, key, modifiers)
        assert len(desk.sent) == count, place
    assert composer.text_tab.edit.exact_text() == ""


def test_compression_is_told(desk: Desk) -> None:
    choice = desk.composer.compression
    assert not choice.isVisible()
    choice.deflator = lambda: Deflator(15, takeover=True)
    desk.composer.set_compression(True)
    desk.composer.text_tab.edit.setPlainText("Hello")
    desk.composer.refresh()
    assert choice.isVisible()
    assert desk.title() == "wire preview · 13 bytes · 1 frame · masked · compressed"
    assert choice.ratio.text() == "5 bytes → 7 bytes · 1 : 1.4"
    desk.composer.set_role(Role.SERVER)
    line = desk.composer.preview.line(0)
    assert (line.header, line.payload) == ("c1 07", "f2 48 cd c9 c9 07 00")  # RFC 7692 section 7.2.3.1
    choice.box.click()
    desk.composer.refresh()
    assert desk.title() == "wire preview · 7 bytes · 1 frame · unmasked · uncompressed"
    desk.composer.set_compression(True, False)
    desk.composer.set_compression(True, True)  # another policy makes it the choice again
    assert choice.box.isChecked()
    desk.composer.set_compression(False)
    assert not choice.isVisible()
    assert desk.title().endswith(" · unmasked")


def test_what_is_large_is_not_compressed_to_be_shown(desk: Desk) -> None:
    choice = desk.composer.compression
    choice.deflator = lambda: Deflator(15, takeover=True)
    desk.composer.set_compression(True)
    desk.composer.text_tab.edit.setPlainText("x" * 65536)
    desk.composer.refresh()
    assert choice.ratio.text() == "compressed when it is sent"
    assert desk.title().endswith(" · before compression")


def test_control_frames_are_not_compressed(desk: Desk) -> None:
    choice = desk.composer.compression
    desk.composer.set_compression(True)
    desk.composer.tabs.setCurrentIndex(2)
    assert not choice.isVisible()
    desk.composer.set_enabled_state(True)
    desk.composer.ping_tab.entry.set_payload(b"hi")
    desk.composer.send()
    assert [one.compress for one in desk.sent[0][0]] == [False]


def test_the_mask_is_as_the_policy_says(desk: Desk) -> None:
    desk.composer.set_mask(False)
    assert " · unmasked" in desk.title()
    assert desk.composer.preview.line(0).key == ""
    assert "mask" in desk.composer.fragments_tab.table.frame_model.comments[0]
    desk.composer.set_enabled_state(True)
    desk.composer.send()
    assert desk.sent[0][0][0].masking_key is None
    desk.composer.set_role(Role.SERVER)
    desk.composer.set_mask(True)
    desk.composer.send()
    assert len(desk.sent[1][0][0].masking_key) == 4


def test_progress_of_repeated_sending(desk: Desk, qtbot: QtBot) -> None:
    composer = desk.composer
    assert composer.stop_button.isHidden()
    composer.set_progress("Sent 3 of 10.")
    assert composer.status.text() == "Sent 3 of 10."
    with qtbot.waitSignal(composer.stop_requested):
        composer.stop_button.click()
    composer.set_progress("")
    assert composer.stop_button.isHidden()
    assert composer.status.text() == ""


def test_only_the_lines_that_can_be_seen_take_keys(qtbot: QtBot) -> None:
    made: list[bytes] = []

    def new_key() -> bytes:
        made.append(len(made).to_bytes(4, "big"))
        return made[-1]

    composer = Composer(new_key)
    qtbot.addWidget(composer)
    composer.resize(440, 400)
    composer.text_tab.edit.replace_all("x" * 20_000)
    composer.text_tab.split_box.setChecked(True)
    composer.text_tab.split_size.setValue(1)
    composer.set_enabled_state(True)
    assert not composer.grab().isNull()
    assert composer.preview.line_count() == 20_000
    assert len(made) < 100
    sent: list[bytes] = []
    composer.send_requested.connect(lambda frames, _target, _repeat: sent.extend(frame.masking_key for frame in frames))
    composer.send()
    assert sent == made[:20_000]


def test_long_frames_are_cut_in_the_preview(desk: Desk) -> None:
    desk.composer.set_role(Role.SERVER)
    desk.composer.text_tab.edit.replace_all("A" * 70_000)
    desk.composer.refresh()
    assert desk.preview()[0].startswith("81 7f 00 00 00 00 00 01 11 70 41 41")
    assert desk.preview()[0].endswith(" 41 …")
    assert desk.title() == "wire preview · 70\xa0010 bytes · 1 frame · unmasked"
    line = desk.composer.preview.line(0).text
    assert desk.composer.preview.fontMetrics().horizontalAdvance(line) < desk.composer.preview.viewport().width()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_preview_has_the_colours_of_the_theme(qtbot: QtBot, theme: Theme) -> None:
    composer = Composer(lambda: b"\x37\xfa\x21\x3d")
    qtbot.addWidget(composer)
    composer.setPalette(palette_of(theme))
    composer.resize(1200, 560)
    composer.text_tab.edit.replace_all("Hello")
    composer.refresh()
    composer.preview.setFont(fixed_font(30))  # strokes wide enough to have the pure colour
    image = composer.preview.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    for name in (theme.header, theme.key, theme.wire):
        assert colour(name).name() in seen


@pytest.mark.parametrize(
    ("opcode", "payload", "wire"),
    [
        (1, b"Hello", "81 05 48 65 6c 6c 6f"),
        (1, b"\xff", "82 01 ff"),
        (2, b"\0\1", "82 02 00 01"),
        (0, b"rest", "82 04 72 65 73 74"),
        (8, b"\x03\xe9x", "88 03 03 e9 78"),
        (8, b"", "88 00"),
        (9, b"beat", "89 04 62 65 61 74"),
        (10, b"\xff", "8a 01 ff"),
    ],
)
def test_a_frame_that_was_seen_is_filled_in(desk: Desk, opcode: int, payload: bytes, wire: str) -> None:
    desk.composer.set_role(Role.SERVER)
    desk.composer.compose(opcode, payload)
    assert desk.composer.current_tab.focusProxy().hasFocus()
    desk.composer.send()
    assert desk.wire() == wire
    assert desk.sent[0][2] == Repeat()


def all_widgets(composer: Composer) -> list[QWidget]:
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractScrollArea)
    inner = (QAbstractSpinBox, QComboBox, QAbstractItemView)
    found = []
    for widget in composer.findChildren(QWidget):
        parents = []
        parent = widget.parentWidget()
        while parent is not None and parent is not composer:
            parents.append(parent)
            parent = parent.parentWidget()
        own = not any(isinstance(parent, inner) for parent in parents) and not isinstance(widget, QScrollArea)
        helper = widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QLineEdit)
        in_tab_bar = widget.parentWidget() is composer.tabs.tabBar()
        if isinstance(widget, kinds) and own and not helper and not in_tab_bar:
            found.append(widget)
    return found


def test_every_control_has_a_name_and_a_tool_tip(desk: Desk) -> None:
    widgets = all_widgets(desk.composer)
    assert len(widgets) == 81
    for widget in widgets:
        named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
        assert named, widget
        assert widget.toolTip(), widget.accessibleName() or widget


def mnemonics(texts: list[str]) -> list[str]:
    return [found[1].lower() for text in texts if (found := re.search("&([^&])", text))]


def test_mnemonics_are_unique_and_leave_the_menus_alone(desk: Desk) -> None:
    composer = desk.composer
    composer.set_role(Role.SERVER)
    bar = composer.tabs.tabBar()
    titles = [bar.tabText(tab) for tab in range(bar.count())]
    assert "".join(mnemonics(titles)) == "xbioltr"  # the drawer leaves these to it
    for index in range(composer.tabs.count()):
        composer.tabs.setCurrentIndex(index)
        QApplication.processEvents()
        texts = [bar.tabText(tab) for tab in range(bar.count())]
        for widget in composer.findChildren(QWidget):
            if widget.isVisibleTo(composer) and isinstance(widget, QAbstractButton | QLabel):
                texts.append(widget.text())
        keys = mnemonics(texts)
        assert sorted(keys) == sorted(set(keys)), sorted(keys)
        assert not set(keys) & set(mnemonics([row.menu for row in ACTIONS])), keys


def test_nothing_is_cut_in_a_small_pane(desk: Desk) -> None:
    composer = desk.composer
    composer.set_role(Role.SERVER)
    composer.set_targets([(1, "#1")])
    composer.resize(380, 340)
    assert composer.minimumSizeHint().width() <= 380
    assert composer.minimumSizeHint().height() <= 340
    for index in range(composer.tabs.count()):
        composer.tabs.setCurrentIndex(index)
        QApplication.processEvents()
        assert (composer.width(), composer.height()) == (380, 340)
        area = composer.tabs.widget(index)
        assert isinstance(area, QScrollArea)
        assert area.horizontalScrollBar().maximum() == 0, index
        for widget in all_widgets(composer):
            if widget.isVisible() and isinstance(widget, QAbstractButton):
                assert widget.width() >= widget.minimumSizeHint().width(), widget.text()
                right = widget.mapTo(composer, widget.rect().bottomRight()).x()
                assert right < 380, widget.text()


def test_the_tab_key_walks_through_a_tab(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.composer.text_tab
    tab.split_box.setChecked(True)
    tab.edit.setFocus()
    qtbot.waitUntil(tab.edit.hasFocus)
    order = [
        tab.template_button,
        tab.split_box,
        tab.split_size,
        tab.fill_box,
        tab.repeat_count,
        tab.repeat_interval,
    ]
    for expected in order:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert expected.hasFocus() or QApplication.focusWidget() is expected


def test_typing_many_characters_makes_the_preview_once(desk: Desk, qtbot: QtBot) -> None:
    shown: list[int] = []
    original = desk.composer.preview.set_frames
    desk.composer.preview.set_frames = lambda frames: (shown.append(len(frames)), original(frames))  # type: ignore
    cursor = QTextCursor(desk.composer.text_tab.edit.document())
    for character in "Hello":
        cursor.insertText(character)
    assert shown == []
    qtbot.waitUntil(lambda: shown == [1])
