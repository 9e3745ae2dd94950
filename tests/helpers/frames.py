"""Frames and streams of frames for hypothesis."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from wsgui.protocol.close import encode_close
from wsgui.protocol.frames import Frame, wire_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role

keys = st.binary(min_size=4, max_size=4)
roles = st.sampled_from(Role)
payloads = st.one_of(
    st.binary(max_size=40), st.integers(120, 300).map(lambda size: bytes(range(200)) * 2 + b"x" * size)
)
texts = st.text(st.characters(codec="utf-8"), max_size=40).map(str.encode)
policies = st.builds(
    Policy,
    strict=st.booleans(),
    auto_pong=st.booleans(),
    answer_close=st.booleans(),
    mask=st.sampled_from([None, True, False]),
    frame_limit=st.sampled_from([0, 50, 130, 1000, 1 << 26]),
    message_limit=st.sampled_from([0, 10, 130, 1000, 1 << 26]),
)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """Any frame that the wire can carry: opcodes 0 to 15, RSV bits, masked or not, minimal or padded length forms."""
    payload = draw(payloads)
    bits = draw(st.integers(0, 15))
    return Frame.build(
        draw(st.integers(0, 15)),
        payload,
        fin=bool(bits & 8),
        rsv1=bool(bits & 4),
        rsv2=bool(bits & 2),
        rsv3=bool(bits & 1),
        masking_key=draw(st.none() | keys),
        length_form=draw(st.sampled_from([None, 16, 64] if len(payload) > 125 else [None, 7, 16, 64])),
    )


@st.composite
def legal_frames(draw: st.DrawFn, sender: Role) -> list[Frame]:
    """What ``sender`` may say: messages in fragments with control frames between them, perhaps a close at the end."""
    said: list[Frame] = []

    def say(opcode: int, payload: bytes, *, fin: bool = True) -> None:
        said.append(Frame.build(opcode, payload, fin=fin, masking_key=draw(keys) if sender is Role.CLIENT else None))

    for _ in range(draw(st.integers(0, 4))):
        opcode = draw(st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
        payload = draw(texts if opcode is Opcode.TEXT else payloads)
        cuts = [0, *sorted(draw(st.lists(st.integers(0, len(payload)), max_size=3))), len(payload)]
        for part, (start, end) in enumerate(pairwise(cuts)):
            say(opcode if part == 0 else Opcode.CONTINUATION, payload[start:end], fin=part == len(cuts) - 2)
            if draw(st.booleans()):
                say(draw(st.sampled_from([Opcode.PING, Opcode.PONG])), draw(st.binary(max_size=125)))
    if draw(st.booleans()):
        say(Opcode.CLOSE, draw(st.sampled_from([b"", encode_close(1000, "bye"), encode_close(4999)])))
    return said


@st.composite
def streams(draw: st.DrawFn, sender: Role) -> bytes:
    """What may come from ``sender``: noise, any frames, legal frames, legal frames with a few bytes changed."""
    kind = draw(st.sampled_from(["noise", "frames", "legal", "changed", "mixed"]))
    if kind == "noise":
        return draw(st.binary(max_size=80))
    if kind == "frames":
        return wire_of(draw(st.lists(frames(), max_size=6)))
    wire = bytearray(wire_of(draw(legal_frames(sender))))
    if kind == "mixed":
        return bytes(wire) + wire_of([draw(frames())]) + wire_of(draw(legal_frames(sender)))
    if kind == "changed" and wire:
        for _ in range(draw(st.integers(1, 3))):
            wire[draw(st.integers(0, len(wire) - 1))] = draw(st.integers(0, 255))
    return bytes(wire)
