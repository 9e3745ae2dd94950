from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.frame_strip import FRAMES_MOST, FrameStrip
from wsgui.ui.composer.header_editor import KeyKind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def strip_of(qtbot: QtBot, *frames: RawFrame, kind: KeyKind = KeyKind.NONE) -> FrameStrip:
    numbers = iter(range(1, 1000))
    strip = FrameStrip(lambda: next(numbers).to_bytes(4, "big"))
    qtbot.addWidget(strip)
    strip.set_frames(frames, kind)
    return strip


def test_names(qtbot: QtBot) -> None:
    strip = strip_of(qtbot, RawFrame(0x01), RawFrame(0x80), RawFrame(0x8B))
    assert [strip.bar.tabText(tab) for tab in range(3)] == ["1 TEXT…", "2 CONT", "3 0xB"]


def test_keys(qtbot: QtBot) -> None:
    chosen = RawFrame(0x81, b"abcd")
    strip = strip_of(qtbot, chosen, RawFrame(0x81), kind=KeyKind.RANDOM)
    assert [frame.masking_key for frame in strip.frames] == [b"\0\0\0\1", b"\0\0\0\2"]
    strip.renew_keys()
    assert [frame.masking_key for frame in strip.frames] == [b"\0\0\0\3", b"\0\0\0\4"]
    for kind, key in ((KeyKind.ZERO, bytes(4)), (KeyKind.NONE, None), (KeyKind.CHOSEN, b"abcd")):
        strip.set_frames([chosen], kind)
        strip.renew_keys()
        assert strip.frames[0].masking_key == key


def test_add_and_remove(qtbot: QtBot) -> None:
    strip = strip_of(qtbot, RawFrame(0x02))
    heard: list[int] = []
    strip.chosen.connect(lambda: heard.append(strip.place))
    strip.remove.click()
    strip._remove()
    assert heard == []
    strip.add.click()
    assert heard == [1]
    assert strip.current == (RawFrame(0x81), KeyKind.NONE)
    strip.set_current(RawFrame(0x89), KeyKind.NONE)
    strip.bar.setCurrentIndex(0)
    strip.remove.click()
    assert strip.frames == [RawFrame(0x89)]
    for _ in range(FRAMES_MOST + 5):
        strip.add.click()
    assert len(strip.frames) == FRAMES_MOST
