from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from wsgui.protocol.connection import Connection
from wsgui.protocol.faults import FrameFault, fault
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import Role
from wsgui.ui.composer.header_editor import KeyKind
from wsgui.ui.composer.send_way import BYTES, CUTS, ONE

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.composer.conftest import Desk
    from wsgui.ui.composer.bit_cell import BitCell
    from wsgui.ui.composer.raw_cuts import RawPlan
    from wsgui.ui.composer.raw_tab import RawTab


@pytest.fixture
def tab(desk: Desk) -> RawTab:
    desk.show(desk.composer.raw_tab)
    desk.composer.set_role(Role.SERVER)  # unmasked: the bytes can be read
    return desk.composer.raw_tab


@pytest.fixture
def gone(desk: Desk) -> list[tuple[RawPlan, int | None]]:
    """What was asked to be sent."""
    found: list[tuple[RawPlan, int | None]] = []
    desk.composer.raw_requested.connect(lambda sending, target: found.append((sending, target)))
    return found


def cell(tab: RawTab, place: int) -> BitCell:
    return tab.header.bits.cells[place]


def click(qtbot: QtBot, tab: RawTab, place: int) -> None:
    qtbot.mouseClick(cell(tab, place), Qt.MouseButton.LeftButton)


def bits(tab: RawTab) -> str:
    return "".join(one.text() for one in tab.header.bits.cells if not one.isHidden())


def wire(tab: RawTab) -> str:
    sending = tab.raw()
    assert sending is not None
    return b"".join(piece.data for piece in sending.pieces).hex(" ")


def judged(tab: RawTab) -> list[str]:
    tab.judge_now()
    return tab.judge.lines


def test_an_empty_text_at_first(desk: Desk, tab: RawTab, gone: list[tuple[RawPlan, int | None]]) -> None:
    assert wire(tab) == "81 00"
    assert bits(tab) == "1000000100000000"
    assert judged(tab) == ["✓ This breaks no rule.", "→ A correct peer takes it; no answer is due."]
    desk.composer.send()
    assert [(sending.frames[0].wire(), target) for sending, target in gone] == [(b"\x81\x00", None)]
    assert desk.sent == []


def test_clicks_flip_bits(desk: Desk, tab: RawTab, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.payload.text_edit, "Hello")
    assert wire(tab) == "81 05 48 65 6c 6c 6f"
    click(qtbot, tab, 0)
    click(qtbot, tab, 2)
    assert wire(tab) == "21 05 48 65 6c 6c 6f"
    assert tab.strip.bar.tabText(0) == "1 TEXT…"
    assert judged(tab)[0] == ("✗ RSV2 is set, and no extension was negotiated that defines it. (RFC 6455 §5.2)")
    assert [one.place for one in tab.header.bits.cells if one.wrong] == [2]
    click(qtbot, tab, 15)
    assert wire(tab) == "21 04 48 65 6c 6c 6f"
    assert tab.header.lies.isChecked()
    assert tab.header.declared.text() == "4"
    qtbot.waitUntil(lambda: desk.preview() == ["21 04 48 65 6c 6c 6f"])
    assert desk.title() == "wire preview · 7 bytes · 1 frame · one write"


def test_keys_move_and_flip(tab: RawTab, qtbot: QtBot) -> None:
    cell(tab, 0).setFocus()
    for key, place in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, 15),
        (Qt.Key.Key_Right, 15),
        (Qt.Key.Key_Home, 0),
    ):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        assert QApplication.focusWidget() is cell(tab, place)
    qtbot.keyClick(cell(tab, 0), Qt.Key.Key_Space)
    assert wire(tab) == "01 00"
    assert cell(tab, 0).accessibleName() == "FIN"
    assert not cell(tab, 0).isChecked()


def test_down_reaches_the_extended_length(tab: RawTab, qtbot: QtBot) -> None:
    tab.header.forms.setCurrentIndex(2)
    tab.header.forms.activated.emit(2)
    assert wire(tab) == "81 7e 00 00"
    assert len(bits(tab)) == 32
    cell(tab, 0).setFocus()
    qtbot.keyClick(cell(tab, 0), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is cell(tab, 16)
    qtbot.keyClick(cell(tab, 16), Qt.Key.Key_Space)
    assert wire(tab) == "81 7e 80 00"
    tab.header.forms.setCurrentIndex(0)
    tab.header.forms.activated.emit(0)
    assert QApplication.focusWidget() is cell(tab, 16)  # 32768 needs 16 bits, so the cell is still there
    tab.header.lies.click()
    assert wire(tab) == "81 00"
    assert cell(tab, 16).isHidden()


def test_the_mask_bit_and_keys(tab: RawTab, qtbot: QtBot) -> None:
    tab.payload.text_edit.replace_all("Hello")
    click(qtbot, tab, 8)
    assert tab.header.kind is KeyKind.RANDOM
    assert tab.header.key.isEnabled()
    tab.header.key.selectAll()
    qtbot.keyClicks(tab.header.key, "37fa213d")
    assert tab.header.kind is KeyKind.CHOSEN
    assert wire(tab) == "81 85 37 fa 21 3d 7f 9f 4d 51 58"
    qtbot.keyClicks(tab.header.key, "00")
    assert tab.problem() == "A masking key has 4 bytes; this one has 5."
    assert tab.raw() is None
    qtbot.keyClicks(tab.header.key, "x")
    assert "is not a hex digit" in tab.problem()
    tab.header.choose_key(KeyKind.ZERO)
    assert wire(tab) == "81 85 00 00 00 00 48 65 6c 6c 6f"
    click(qtbot, tab, 8)
    assert tab.header.kind is KeyKind.NONE
    assert judged(tab)[0] == "✓ This breaks no rule."


def test_a_random_key_is_used_once(desk: Desk, tab: RawTab, gone: list[tuple[RawPlan, int | None]]) -> None:
    desk.composer.set_role(Role.CLIENT)
    assert tab.header.kind is KeyKind.RANDOM
    desk.composer.send()
    desk.composer.send()
    first, second = (sending.frames[0].masking_key for sending, _ in gone)
    assert first is not None
    assert second not in (None, first)
    assert gone[0][1] is None


def test_a_length_that_lies(desk: Desk, tab: RawTab, qtbot: QtBot) -> None:
    tab.payload.text_edit.replace_all("Hello")
    tab.header.lies.click()
    tab.header.declared.selectAll()
    qtbot.keyClicks(tab.header.declared, "0xA")
    assert wire(tab) == "81 0a 48 65 6c 6c 6f"
    assert judged(tab)[-1] == "→ The peer waits for 5 bytes of payload."
    qtbot.keyClicks(tab.header.declared, "z")
    qtbot.waitUntil(lambda: desk.composer.status.text() == "The declared length is a number from 0 to 2^64 - 1.")
    assert not desk.composer.send_button.isEnabled()
    assert judged(tab) == []
    tab.header.declared.selectAll()
    qtbot.keyClicks(tab.header.declared, "300")
    tab.header.forms.setCurrentIndex(1)
    tab.header.forms.activated.emit(1)
    assert tab.problem() == "The 7-bit length form holds up to 125, and the length is 300."


def test_opcodes(tab: RawTab) -> None:
    assert tab.header.opcodes.itemText(0xB) == "0xB reserved"
    tab.header.opcodes.setCurrentIndex(0xB)
    tab.header.opcodes.activated.emit(0xB)
    assert wire(tab) == "8b 00"
    assert tab.strip.bar.tabText(0) == "1 0xB"
    assert judged(tab)[1].startswith("→ A correct peer fails the connection: close 1002 protocol error.")


def test_several_frames(tab: RawTab, qtbot: QtBot) -> None:
    assert not tab.strip.remove.isEnabled()
    tab.payload.text_edit.replace_all("Hel")
    click(qtbot, tab, 0)
    tab.strip.add.click()
    assert tab.strip.place == 1
    assert tab.payload.payload == b""
    tab.payload.text_edit.replace_all("lo")
    assert wire(tab) == "01 03 48 65 6c 81 02 6c 6f"
    assert judged(tab)[0].startswith("✗ Frame 2: A new TEXT message starts")
    click(qtbot, tab, 7)
    assert wire(tab) == "01 03 48 65 6c 80 02 6c 6f"
    tab.strip.bar.moveTab(1, 0)
    assert wire(tab) == "80 02 6c 6f 01 03 48 65 6c"
    tab.strip.bar.setCurrentIndex(0)
    assert tab.payload.payload == b"lo"
    tab.strip.remove.click()
    assert wire(tab) == "01 03 48 65 6c"
    tab.strip.remove.click()
    assert tab.strip.bar.count() == 1


def test_writes(desk: Desk, tab: RawTab, gone: list[tuple[RawPlan, int | None]], qtbot: QtBot) -> None:
    tab.payload.text_edit.replace_all("Hi")
    tab.way.way.setCurrentIndex(BYTES)
    desk.composer.send()
    assert [(piece.data, piece.pause) for piece in gone[0][0].pieces] == [
        (b"\x81", 0.0),
        (b"\x02", 0.1),
        (b"H", 0.1),
        (b"i", 0.1),
    ]
    tab.way.way.setCurrentIndex(CUTS)
    qtbot.keyClicks(tab.way.places, "1, 3")
    tab.way.pause.setValue(5)
    tab.way.fin.click()
    desk.composer.send()
    assert [(piece.data, piece.pause, piece.fin) for piece in gone[1][0].pieces] == [
        (b"\x81", 0.0, False),
        (b"\x02H", 0.005, False),
        (b"i", 0.005, True),
    ]
    assert judged(tab)[-1].startswith("→ Then TCP ends")
    tab.way.places.setText("4")
    sentence = "There is nothing to cut at byte 4: the cuts are from 1 to 3."
    qtbot.waitUntil(lambda: desk.composer.status.text() == sentence)
    tab.way.way.setCurrentIndex(ONE)
    assert tab.problem() == ""


def test_a_file(desk: Desk, tab: RawTab, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "payload.bin"
    path.write_bytes(b"\x00\xff")
    tab._ask_file = lambda parent, chosen: chosen(str(path))
    tab.load.click()
    qtbot.waitUntil(lambda: not tab.loader.busy)
    assert wire(tab) == "81 02 00 ff"
    assert tab.about.text() == "2 bytes from payload.bin."
    tab._ask_file = lambda parent, chosen: chosen(str(tmp_path / "missing"))
    tab.load.click()
    qtbot.waitUntil(lambda: "cannot be read" in tab.about.text())
    qtbot.waitUntil(lambda: not tab.loader.reading)


def test_the_judge_knows_the_connection(tab: RawTab) -> None:
    connection = Connection(Role.SERVER, new_key=lambda: bytes(4))
    connection.opened()
    connection.judge_sent([Frame(0x01, 7, None, b"Hel")])
    tab.peer = connection.peer_now
    assert judged(tab)[0].startswith("✗ A new TEXT message starts before the TEXT message ended.")
    connection.send([connection.close_frame()])
    assert judged(tab)[-1].startswith("→ A close frame has gone")


def test_long_payloads_are_not_judged(tab: RawTab) -> None:
    tab.payload.as_binary.setChecked(True)
    tab.payload.hex_edit.set_data(bytes(2 * 1024 * 1024))
    assert judged(tab) == ["Too long to be judged while you type."]


def test_a_fault_from_the_list(desk: Desk, tab: RawTab, qtbot: QtBot) -> None:
    desk.composer.set_role(Role.CLIENT)
    tab.faults.click()
    dialog = tab._dialog
    assert dialog is not None
    assert "Unmasked text" in dialog.shown()
    assert "Masked text" not in dialog.shown()
    qtbot.keyClicks(dialog.search, "surrogate 1007")
    assert dialog.shown() == ["UTF-8: surrogate", "UTF-8: pair of surrogates"]
    assert "U+D800 is half of a pair" in dialog.explanation.text()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    qtbot.keyClicks(dialog.search, " nothing")
    assert dialog.shown() == []
    assert dialog.explanation.text() == "No fault has these words."
    assert not dialog.use.isEnabled()
    dialog.search.setText("left over")
    dialog.use.click()
    assert not dialog.isVisible()
    assert wire(tab) == "81 82 00 00 00 00 48 69 f0 00"
    assert tab.header.kind is KeyKind.ZERO
    assert tab.about.text().startswith("The length lies: bytes are left over: The header announces 2 bytes")
    assert any("the peer reads the surplus f0 00 as the next header" in line for line in judged(tab))


def test_every_fault_can_be_edited(desk: Desk, tab: RawTab) -> None:
    for role in ("client", "server"):
        desk.composer.set_role(Role(role))
        for name in ("unmasked-text", "masked-text", "interleaved-text", "cut-payload", "length-all-ones", "utf8-ff"):
            one = fault(name)
            assert isinstance(one, FrameFault)
            if Role(role) in one.senders:
                tab.set_fault(one)
                assert tab.problem() == ""
                sending = tab.raw()
                assert sending is not None
                assert len(sending.frames) == len(one.plain)
                assert [frame.payload for frame in sending.frames] == [frame.payload for frame in one.plain]
                assert sending.pieces[-1].fin is one.fin


def test_the_judge_stands_beside_the_editor_where_there_is_room(desk: Desk, tab: RawTab) -> None:
    tab.judge_now()

    def beside() -> bool:
        QApplication.processEvents()
        top = tab.judge.mapTo(tab, QPoint(0, 0)).y()
        return top < tab.payload.mapTo(tab, QPoint(0, 0)).y()

    desk.composer.resize(400, 560)
    assert not beside()
    desk.composer.resize(900, 560)
    assert beside()
