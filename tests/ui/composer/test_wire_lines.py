from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.composer.outgoing import Outgoing, SplitMessage
from wsgui.ui.composer.wire_lines import WireLine, count_of, preview_title, wire_line

KEY = bytes.fromhex("37fa213d")


def test_a_whole_line() -> None:
    line = wire_line(Outgoing(1, b"Hello", True, KEY), 20)
    assert line == WireLine("81 85", "37 fa 21 3d", "7f 9f 4d 51 58")
    assert line.text == "81 85 37 fa 21 3d 7f 9f 4d 51 58"


def test_a_cut_line() -> None:
    assert wire_line(Outgoing(1, b"Hello", True, KEY), 8).text == "81 85 37 fa 21 3d 7f 9f …"
    assert wire_line(Outgoing(1, b"Hello", True, KEY), 3).text == "81 85 37 fa 21 3d …"


def test_unmasked_and_empty() -> None:
    assert wire_line(Outgoing(2, b"\1\2", False), 20).text == "02 02 01 02"
    assert wire_line(Outgoing(9), 20).text == "89 00"
    assert wire_line(Outgoing(2, bytes(300)), 6).text == "82 7e 01 2c 00 00 …"


def test_titles() -> None:
    frames = SplitMessage(1, bytes(48), 16)
    assert preview_title(frames, masked=True) == "wire preview · 66 bytes · 3 frames · masked"
    one = [Outgoing(9)]
    assert preview_title(one, masked=False, compression="uncompressed") == (
        "wire preview · 2 bytes · 1 frame · unmasked · uncompressed"
    )
    assert preview_title([], masked=True) == "wire preview · nothing to send"


def test_counts() -> None:
    assert count_of(0, "byte") == "0 bytes"
    assert count_of(1, "byte") == "1 byte"
    assert count_of(131072, "byte") == "131\xa0072 bytes"


@given(st.binary(max_size=300), st.integers(0, 60), st.none() | st.binary(min_size=4, max_size=4))
def test_a_line_is_the_start_of_the_wire(payload: bytes, room: int, key: bytes | None) -> None:
    frame = Outgoing(2, payload, True, key)
    line = wire_line(frame, room)
    wire = frame.frame().wire()
    shown = bytes.fromhex(line.text.rstrip("… "))
    assert wire.startswith(shown)
    assert line.text.endswith("…") is (len(shown) < len(wire))
    assert len(shown) <= max(room, len(frame.frame().header()))
