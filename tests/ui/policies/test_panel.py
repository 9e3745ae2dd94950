from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from wsgui.endpoint.policies import POLICIES, PolicyShape, apply
from wsgui.engine.options import Options
from wsgui.protocol.states import Role
from wsgui.ui.composer.note import Tone
from wsgui.ui.policies.panel import INTRODUCTION, PolicyPanel
from wsgui.ui.policies.value_rows import ChoiceRow, NumberRow, OptionalRow, SwitchRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Pairs = list[tuple[str, str]]


@pytest.fixture
def panel(qtbot: QtBot) -> PolicyPanel:
    made = PolicyPanel(Role.SERVER)
    qtbot.addWidget(made)
    made.resize(510, 800)
    made.show()
    return made


@pytest.fixture
def told(panel: PolicyPanel) -> list[Pairs]:
    found: list[Pairs] = []
    panel.changed.connect(found.append)
    return found


def test_what_is_usual_changes_nothing() -> None:
    for name, item in POLICIES.items():
        if item.usual and item.shape is not PolicyShape.CODE:
            before, after = Options(), Options()
            apply(after, name, item.usual)
            assert after == before, f"{name} is not as usual"


def test_headings_stand_once() -> None:
    groups = [item.group for item in POLICIES.values()]
    assert len(list(dict.fromkeys(groups))) == 1 + sum(one != other for one, other in pairwise(groups))


def test_a_client_is_not_offered_what_servers_do(qtbot: QtBot, panel: PolicyPanel) -> None:
    client = PolicyPanel(Role.CLIENT)
    qtbot.addWidget(client)
    assert set(panel.rows) - set(client.rows) == {"handshake", "connection-limit"}


def test_a_switch(panel: PolicyPanel, told: list[Pairs]) -> None:
    row = panel.rows["auto-pong"]
    assert isinstance(row, SwitchRow)
    assert row.box.isChecked()
    row.box.click()
    row.box.click()
    assert told == [[("auto-pong", "off")], []]


def test_choices_take_the_words_of_the_command_line(panel: PolicyPanel, told: list[Pairs]) -> None:
    row = panel.rows["mode"]
    assert isinstance(row, ChoiceRow)
    panel.set_policies([("mode", "off"), ("mask", "yes")])
    assert row.box.currentData() == "observe"
    assert panel.pairs == [("mode", "off"), ("mask", "yes")]
    row.box.setCurrentIndex(0)
    assert told == [[("mask", "yes")]]


def test_numbers_have_units_and_zero_has_a_word(panel: PolicyPanel, told: list[Pairs], qtbot: QtBot) -> None:
    delay, rate, limit = panel.rows["pong-delay"], panel.rows["read-rate"], panel.rows["message-limit"]
    assert isinstance(delay, NumberRow)
    assert isinstance(rate, NumberRow)
    assert isinstance(limit, NumberRow)
    assert delay.spin.text() == "at once"
    assert rate.spin.text() == "all"
    assert (limit.spin.value(), limit.unit.currentText()) == (64, "MiB")
    delay.spin.setFocus()
    delay.spin.selectAll()
    QTest.keyClicks(delay.spin, "250")
    assert told == []  # a number that is being typed holds when it is whole
    QTest.keyClick(delay.spin, Qt.Key.Key_Return)
    assert told[-1] == [("pong-delay", "250ms")]
    rate.spin.setValue(10)
    rate.unit.setCurrentIndex(1)
    assert told[-1] == [("pong-delay", "250ms"), ("read-rate", "10k")]
    limit.unit.setCurrentIndex(0)
    limit.spin.setValue(0)
    assert limit.help.text() == "message-limit: Expected at least 1, not '0'."
    assert limit.help.tone is Tone.ERROR
    assert told[-1][-1] == ("message-limit", "64")


def test_an_empty_pong_payload_is_a_payload(panel: PolicyPanel, told: list[Pairs], qtbot: QtBot) -> None:
    row = panel.rows["pong-payload"]
    assert isinstance(row, OptionalRow)
    assert not row.edit.isEnabled()
    row.box.click()
    assert told == [[("pong-payload", "")]]
    row.edit.setFocus()
    QTest.keyClicks(row.edit, "0xzz")
    QTest.keyClick(row.edit, Qt.Key.Key_Return)
    assert row.help.text() == "0xzz is not hexadecimal."
    assert told[1:] == []
    row.edit.setText("0x00ff")
    QTest.keyClick(row.edit, Qt.Key.Key_Return)
    assert told[1:] == [[("pong-payload", "0x00ff")]]


def test_what_misbehaves_is_marked(panel: PolicyPanel) -> None:
    panel.set_policies([("close-code", "1005"), ("compress", "off"), ("mask", "on"), ("auto-pong", "off")])
    tones = {name: row.help.tone for name, row in panel.rows.items() if row.value is not None}
    assert tones == {
        "close-code": Tone.WARNING,
        "compress": Tone.HINT,
        "mask": Tone.WARNING,  # a server does not mask
        "auto-pong": Tone.WARNING,
    }


def test_frames_by_filter(panel: PolicyPanel, told: list[Pairs], qtbot: QtBot) -> None:
    faults = panel.frame_faults
    faults.add.click()
    row = faults.rows[0]
    assert told == []  # a new one is off: without a filter it would take every frame
    QTest.keyClicks(row.filter, "opcode = text")
    QTest.keyClick(row.filter, Qt.Key.Key_Return)
    assert row.note.text().startswith("Character 8: ")
    assert row.note.tone is Tone.ERROR
    row.on.click()  # without its filter it would be about every frame
    assert not row.on.isChecked()
    assert told == []
    row.filter.setText("opcode == text")
    row.on.click()  # what was typed a moment ago holds
    assert told[-1] == [("drop", "opcode == text")]
    row.action.setCurrentIndex(3)
    assert row.milliseconds.isVisible()
    row.milliseconds.setValue(20)
    assert told[-1] == [("delay", "20ms opcode == text")]
    row.action.setCurrentIndex(2)
    assert told[-1] == [("corrupt", "opcode == text")]
    row.place.setValue(3)
    assert told[-1] == [("corrupt", "@3 opcode == text")]
    count = len(told)
    row.filter.setText("opcode == te xt")
    QTest.keyClick(row.filter, Qt.Key.Key_Return)
    assert told[count:] == []  # the last good one holds
    assert panel.pairs == [("corrupt", "@3 opcode == text")]
    row.remove.click()
    assert told[-1] == []
    assert faults.rows == []


def test_completion_in_a_filter(panel: PolicyPanel, qtbot: QtBot) -> None:
    panel.frame_faults.add.click()
    edit = panel.frame_faults.rows[0].filter
    QTest.keyClicks(edit, "opc")
    assert edit.completion_popup.isVisible()
    edit.completion_popup.hide()
    edit.clear()
    QTest.keyClicks(edit, "numb")
    assert not edit.completion_popup.isVisible()


def test_a_field_that_a_frame_on_its_way_has_not_is_refused_by_name(panel: PolicyPanel, told: list[Pairs]) -> None:
    panel.frame_faults.add.click()
    row = panel.frame_faults.rows[0]
    row.filter.setText("opcode == text and number < 5")
    row.on.click()
    assert row.note.text() == "Character 20: number is not known of a frame on its way, only once it is recorded."
    assert row.note.tone is Tone.ERROR
    assert not row.on.isChecked()
    assert told == []


def test_settings_come_back_as_they_were(panel: PolicyPanel) -> None:
    pairs = [
        ("pong-delay", "0.5 s"),
        ("read-rate", "1000"),
        ("drop", "opcode == ping"),
        ("delay", "1s"),
        ("duplicate", ""),
        ("corrupt", "@2 length > 3"),
        ("cut-after", "7"),
        ("cut", "rst"),
        ("handshake", "no-accept"),
    ]
    panel.set_policies(pairs)
    assert panel.pairs == pairs
    delay = panel.rows["pong-delay"]
    assert isinstance(delay, NumberRow)
    assert delay.spin.text() == "500 ms"
    rows = panel.frame_faults.rows
    assert [row.filter.text() for row in rows] == ["opcode == ping", "", "", "length > 3"]
    assert rows[1].milliseconds.value() == 1000
    assert rows[3].place.text() == "byte 2"


def test_back_to_normal(panel: PolicyPanel, told: list[Pairs]) -> None:
    panel.set_policies([("auto-pong", "off"), ("drop", ""), ("handshake", "not-101"), ("frame-limit", "1k")])
    panel.normal.click()
    assert told == [[]]
    assert panel.pairs == []
    handshake = panel.rows["handshake"]
    assert isinstance(handshake, ChoiceRow)
    assert handshake.box.currentText() == "right"


def test_escape_and_what_the_panel_says(panel: PolicyPanel, qtbot: QtBot) -> None:
    assert panel.note.text() == INTRODUCTION
    panel.say("That cannot be.")
    assert panel.note.tone is Tone.ERROR
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel, Qt.Key.Key_Escape)


def test_everything_has_a_name_and_a_tip(panel: PolicyPanel) -> None:
    panel.set_policies([("delay", "1s"), ("corrupt", "@1")])
    for kind in (QComboBox,):
        for widget in panel.findChildren(kind):
            assert widget.accessibleName(), widget
            assert widget.toolTip(), widget
    assert not [one for one in panel.findChildren(QWidget) if one.isWindow() and one.isVisible()]


def wheel(widget: QWidget) -> None:
    """As the mouse does it: the event comes through the window."""
    window = widget.window()
    at = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -120))
    QApplication.processEvents()


def test_a_wheel_scrolls_and_changes_nothing_unless_it_is_meant(panel: PolicyPanel, told: list[Pairs]) -> None:
    mode, delay = panel.rows["mode"], panel.rows["pong-delay"]
    assert isinstance(mode, ChoiceRow)
    assert isinstance(delay, NumberRow)
    bar = panel.area.verticalScrollBar()
    for box in (mode.box, delay.spin):
        bar.setValue(0)
        wheel(box)
        assert bar.value() > 0
    assert told == []
    bar.setValue(0)
    mode.box.setFocus()
    wheel(mode.box)
    assert told == [[("mode", "observe")]]
