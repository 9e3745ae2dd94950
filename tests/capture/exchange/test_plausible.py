from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.exchange.plausible import is_plausible
from wsgui.protocol.frames import RSV1, Frame, wire_of
from wsgui.protocol.states import Role

KEY = b"\x37\xfa\x21\x3d"


@pytest.mark.parametrize(
    ("data", "plausible"),
    [
        (b"", False),
        (b"\x81", False),
        (b"\x81\x05Hello", True),
        (b"\x81\x05Hello\x82\x01x", True),
        (b"\x81\x05Hello\x8a", True),  # the next header is cut
        (b"\x81\x05Hel", True),  # the frame goes on in the next segment
        (b"\x81\x05Hello\xff\x01x", False),
        (b"\x81\x85" + KEY + b"Hello", False),  # servers mask nothing
        (b"\xc1\x05Hello", False),  # nothing compresses
        (b"\x83\x01x", False),
        (b"\x8b\x01x", False),
        (b"\x09\x01x", False),  # a ping is not fragmented
        (b"\x89\x7e\x00\x80", False),  # nor longer than 125 bytes
        (b"\x01\x01a\x81\x01b", False),  # a message within a message
        (b"\x01\x01a\x89\x00\x80\x01b", True),
        (b"\x80\x01a\x80\x01b", False),  # a continuation of nothing
        (b"\x00\x00", False),  # a row of zeros
        (b"\x81\xfe"[:1] + b"\x7e\x00", False),
        (b"\x82\x7e\x00\x05hello", False),  # not the shortest form
        (b"\x82\x7e\x01\x00", True),
        (b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", True),
        (b"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", False),
        (b"\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x01", False),  # more than anybody sends
        (b"\x81\x01x\x82\x7f\x00", True),
        (b"\x88\x02\x03\xe8", True),
        (b"\x88\x02\x00\x01", False),
        (b"\x88\x01\x03", False),
        (b"\x88\x00\x81\x01x", False),  # nothing comes behind a close frame
        (b"\x88\x02\x03", True),
        (b"\x81\x02\xff\xfe", False),  # no text
    ],
)
def test_server(data: bytes, plausible: bool) -> None:
    assert is_plausible(data, Role.SERVER, 0) is plausible


def test_client_and_compression() -> None:
    assert is_plausible(b"\x81\x85" + KEY + b"Hello", Role.CLIENT, 0)
    assert is_plausible(b"\x88\x82" + KEY + b"\0\0", Role.CLIENT, 0)
    assert not is_plausible(b"\x81\x05Hello", Role.CLIENT, 0)
    assert is_plausible(b"\xc1\x05Hello", Role.SERVER, RSV1)
    assert not is_plausible(b"\xc9\x01x", Role.SERVER, RSV1)


@given(st.lists(st.binary(max_size=200).map(lambda data: Frame.build(2, data)), min_size=1, max_size=5))
def test_frames_are(some: list[Frame]) -> None:
    assert is_plausible(wire_of(some), Role.SERVER, 0)
