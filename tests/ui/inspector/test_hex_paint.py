from __future__ import annotations

from wsgui.dissect.hexrows import HexBytes
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector.hex_geometry import HexColumn, HexMode
from wsgui.ui.inspector.hex_paint import runs_of, shown_range
from wsgui.ui.widgets.theme import DARK

LAYOUT = HexBytes.of_frame(Frame.build(2, b"Hello", masking_key=b"abcd"))
HEADER, PAYLOAD = LAYOUT.rows(0, 2)


def test_header_and_key_have_colours_of_their_own() -> None:
    assert runs_of(HEADER, HexColumn.WIRE, HexMode.SIDE_BY_SIDE, 0, 0, DARK) == [(0, 2, DARK.header), (2, 6, DARK.key)]
    assert runs_of(PAYLOAD, HexColumn.WIRE, HexMode.SIDE_BY_SIDE, 0, 0, DARK) == [(0, 5, DARK.wire)]
    assert runs_of(PAYLOAD, HexColumn.UNMASKED, HexMode.SIDE_BY_SIDE, 0, 0, DARK) == [(0, 5, DARK.payload)]
    assert runs_of(PAYLOAD, HexColumn.TEXT, HexMode.SIDE_BY_SIDE, 0, 0, DARK) == [(0, 5, DARK.text)]


def test_the_header_is_shown_once() -> None:
    assert runs_of(HEADER, HexColumn.UNMASKED, HexMode.SIDE_BY_SIDE, 0, 6, DARK) == []
    assert runs_of(HEADER, HexColumn.TEXT, HexMode.WIRE, 0, 6, DARK) == []
    assert shown_range(HEADER, HexColumn.UNMASKED, HexMode.UNMASKED) == (0, 6)


def test_a_selection_cuts_the_runs() -> None:
    assert runs_of(HEADER, HexColumn.WIRE, HexMode.WIRE, 1, 4, DARK) == [
        (0, 1, DARK.header),
        (1, 2, DARK.highlight_text),
        (2, 4, DARK.highlight_text),
        (4, 6, DARK.key),
    ]
    assert runs_of(PAYLOAD, HexColumn.TEXT, HexMode.WIRE, 4, 8, DARK) == [
        (0, 2, DARK.highlight_text),
        (2, 5, DARK.text),
    ]
    assert runs_of(PAYLOAD, HexColumn.WIRE, HexMode.WIRE, 0, 6, DARK) == [(0, 5, DARK.wire)]
    assert runs_of(PAYLOAD, HexColumn.WIRE, HexMode.WIRE, 0, 99, DARK) == [(0, 5, DARK.highlight_text)]
