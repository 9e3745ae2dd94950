from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.protocol.violations import Severity, Violation
from wsgui.ui.inspector.details import FrameDetails, violation_sentence
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeWidgetItem
    from pytestqt.qtbot import QtBot


@pytest.fixture
def details(qtbot: QtBot) -> FrameDetails:
    widget = FrameDetails()
    qtbot.addWidget(widget)
    widget.setPalette(palette_of(DARK))
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def rows(details: FrameDetails) -> list[QTreeWidgetItem]:
    found = []
    for at in range(details.topLevelItemCount()):
        group = details.topLevelItem(at)
        assert group is not None
        found += [group, *(group.child(index) for index in range(group.childCount()))]
    return found


def texts(details: FrameDetails) -> list[tuple[str, ...]]:
    return [tuple(row.text(column) for column in range(4)) for row in rows(details)]


def test_every_field_has_a_row_that_explains_it(details: FrameDetails) -> None:
    details.set_frame(Frame.build(1, b"Hello", masking_key=bytes.fromhex("37fa213d")))
    assert texts(details)[0] == ("Header", "", "6 bytes", "")
    assert (
        "opcode",
        "0001",
        "0x1 TEXT",
        "The frame starts a text message: its payload is UTF-8. (RFC 6455 §5.6)",
    ) in texts(details)
    assert texts(details)[-1] == ("payload", "", "5 bytes", "From byte 6 of the frame on, unmasked with the key.")


def test_violations_stand_first_as_sentences(details: FrameDetails) -> None:
    broken = [
        violation("opcode.reserved-control", "Opcode 0xB is reserved"),
        violation("close.wrong-side", "It is not."),
    ]
    details.set_frame(Frame.build(0xB, b"x"), broken)
    assert texts(details)[:3] == [
        ("Broken rules", "", "2", ""),
        (
            "⚠ error",
            "",
            "RFC 6455 §5.2",
            "Opcode 0xB is reserved. A strict endpoint closes with 1002 protocol error. (opcode.reserved-control)",
        ),
        ("⚠ warning", "", "RFC 6455 §7.4.1", "It is not. (close.wrong-side)"),
    ]
    error, warning = rows(details)[1:3]
    opcode = next(row for row in rows(details) if row.text(0) == "opcode")
    assert error.foreground(3).color() == QColor(DARK.error)
    assert warning.foreground(3).color() == opcode.foreground(2).color() == QColor(DARK.warning)
    details.setPalette(palette_of(LIGHT))
    assert error.foreground(3).color() == QColor(LIGHT.error)


def test_a_sentence_gets_its_full_stop() -> None:
    note = Violation("x", "5.2", Severity.NOTE, None, "Unusual")
    assert violation_sentence(note) == "Unusual."


def test_choosing_a_row_selects_its_bytes(details: FrameDetails, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    details.field_selected.connect(lambda first, count: seen.append((first, count)))
    details.set_frame(Frame.build(1, b"Hello", masking_key=b"abcd"))
    for name in ("masking key", "payload", "Header"):
        row = next(row for row in rows(details) if row.text(0) == name)
        place = details.visualItemRect(row).center()
        qtbot.mouseClick(details.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert seen == [(2, 4), (6, 5)]
    qtbot.keyClick(details, Qt.Key.Key_Down)
    assert seen[-1] == (0, 1)


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (b"\x81\x05He", ("payload", "", "2 of 5 bytes", "The header declares more bytes than came.")),
        (b"\x81\x02Hello", ("payload", "", "5 of 2 bytes", "")),
        (b"\x81\x85ab", ("payload", "", "0 of 5 bytes", "The header declares more bytes than came.")),
        (b"\x81\x7e\x01", ("Bytes", "", "3 bytes that form no frame", "")),
    ],
)
def test_a_cut_frame_shows_what_is_there(details: FrameDetails, data: bytes, last: tuple[str, ...]) -> None:
    details.set_bytes(data, header=True)
    assert texts(details)[-1] == last
    assert ("FIN", "1", "1", "The final fragment of a message. (RFC 6455 §5.2)") in texts(details)


def test_a_cut_field_has_the_warning_colour(details: FrameDetails) -> None:
    details.set_bytes(b"\x81\x7e\x01", header=True)
    cut = next(row for row in rows(details) if row.text(0) == "extended length 16")
    assert cut.foreground(0).color() == QColor(DARK.warning)


def test_other_bytes_have_no_fields(details: FrameDetails) -> None:
    details.set_bytes(b"GET / HTTP/1.1\r\n\r\n")
    assert texts(details) == [("Bytes", "", "18 bytes", "")]
