from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.frames import frames, keys, legal_frames, roles
from wsgui.protocol.frames import RSV1, RSV2, Frame, minimal_length_form
from wsgui.protocol.judge import NOTHING_OPEN, FrameJudge
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Severity

KEY = bytes.fromhex("37fa213d")


def broken(judge: FrameJudge, frame: Frame) -> list[str]:
    return [breach.rule for breach in judge.judge(frame)]


def sentences(sender: Role, *frames: Frame) -> list[str]:
    judge = FrameJudge(sender)
    return [breach.text for frame in frames for breach in judge.judge(frame)]


@given(roles.flatmap(lambda role: st.tuples(st.just(role), legal_frames(role))))
def test_legal_frames_break_nothing(said: tuple[Role, list[Frame]]) -> None:
    judge = FrameJudge(said[0])
    assert [breach for frame in said[1] for breach in judge.judge(frame)] == []


@given(roles, st.lists(frames(), max_size=5))
def test_a_usual_header_breaks_no_rule_but_those_of_close(sender: Role, some: list[Frame]) -> None:
    judge = FrameJudge(sender)
    for frame in some:
        closed = judge.close_seen  # nothing is usual then, and control frames break no rule all the same
        usual = judge.is_usual(frame.head, frame.length_form, frame.masked, len(frame.payload))
        rules = {breach.rule.partition(".")[0] for breach in judge.judge(frame)}
        assert rules <= {"close"} if usual else rules or closed


@given(frames(), keys)
def test_5_1_only_clients_mask(frame: Frame, key: bytes) -> None:
    masked, unmasked = frame._replace(masking_key=key), frame._replace(masking_key=None)
    assert "mask.client-unmasked" in broken(FrameJudge(Role.CLIENT), unmasked)
    assert "mask.client-unmasked" not in broken(FrameJudge(Role.CLIENT), masked)
    assert "mask.server-masked" in broken(FrameJudge(Role.SERVER), masked)
    assert "mask.server-masked" not in broken(FrameJudge(Role.SERVER), unmasked)


def test_one_frame_may_break_many_rules() -> None:
    ping = Frame.build(0xB, bytes(126), fin=False, rsv1=True, rsv3=True, length_form=64, masking_key=KEY)
    assert sentences(Role.SERVER, ping) == [
        "This frame came from a server and is masked.",
        "RSV1 and RSV3 is set, and no extension was negotiated that defines it.",
        "Reserved control opcode 0xB.",
        "A length of 126 fits the 16-bit form, but is written in the 64-bit form.",
        "This 0xB frame has FIN 0.",
        "This 0xB frame carries 126 bytes.",
    ]


def test_5_2_reserved_bits_of_an_extension_are_legal() -> None:
    judge = FrameJudge(Role.SERVER, RSV1)
    assert broken(judge, Frame.build(1, b"x", rsv1=True)) == []
    assert [breach.text for breach in judge.judge(Frame.build(1, b"x", rsv1=True, rsv2=True))] == [
        "RSV2 is set, and no extension was negotiated that defines it."
    ]
    assert RSV2 == 0x20


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
@pytest.mark.parametrize("form", [7, 16, 64])
def test_5_2_the_length_is_minimal(size: int, form: int) -> None:
    if size > {7: 125, 16: 65535, 64: 65536}[form]:
        return
    frame = Frame.build(2, bytes(size), length_form=form)
    found = broken(FrameJudge(Role.SERVER), frame)
    assert found == ([] if form == minimal_length_form(size) else ["length.not-minimal"])


def test_5_4_fragments() -> None:
    judge = FrameJudge(Role.SERVER)
    assert broken(judge, Frame.build(0, b"x")) == ["continuation.nothing-open"]
    assert broken(judge, Frame.build(0, b"x", fin=False)) == ["continuation.nothing-open"]
    assert judge.open_opcode == NOTHING_OPEN
    assert broken(judge, Frame.build(1, b"x", fin=False)) == []
    assert judge.open_opcode == 1
    assert broken(judge, Frame.build(9)) == []
    assert broken(judge, Frame.build(0, fin=False)) == []
    found = judge.judge(Frame.build(2, b"x", fin=False))
    assert [breach.text for breach in found] == ["A new BINARY message starts before the TEXT message ended."]
    assert judge.open_opcode == 2
    assert broken(judge, Frame.build(0)) == []
    assert broken(judge, Frame.build(0)) == ["continuation.nothing-open"]


def test_5_5_control_frames() -> None:
    assert sentences(Role.SERVER, Frame.build(9, fin=False)) == ["This PING frame has FIN 0."]
    assert sentences(Role.SERVER, Frame.build(10, bytes(126))) == ["This PONG frame carries 126 bytes."]
    assert sentences(Role.SERVER, Frame.build(9, bytes(125)), Frame.build(10)) == []


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 3000, 3999, 4000, 4999])
@pytest.mark.parametrize("sender", Role)
def test_7_4_close_codes_that_both_may_send(code: int, sender: Role) -> None:
    key = KEY if sender is Role.CLIENT else None
    assert sentences(sender, Frame.build(8, code.to_bytes(2, "big") + b"bye", masking_key=key)) == []


@pytest.mark.parametrize("code", [1004, 1005, 1006, 1015])
def test_7_4_1_reserved_close_codes(code: int) -> None:
    frame = Frame.build(8, code.to_bytes(2, "big"))
    assert sentences(Role.SERVER, frame) == [f"Close code {code} is reserved and never sent."]


@pytest.mark.parametrize("code", [0, 999, 1016, 1100, 2000, 2999, 5000, 65535])
def test_7_4_2_undefined_close_codes(code: int) -> None:
    assert sentences(Role.SERVER, Frame.build(8, code.to_bytes(2, "big"))) == [f"Close code {code} is not defined."]


@pytest.mark.parametrize("code", range(1010, 1015))
def test_7_4_1_close_codes_of_one_side_are_only_warned_of(code: int) -> None:
    payload = code.to_bytes(2, "big")
    client = FrameJudge(Role.CLIENT).judge(Frame.build(8, payload, masking_key=KEY))
    server = FrameJudge(Role.SERVER).judge(Frame.build(8, payload))
    (breach,) = server if code == 1010 else client
    assert not (client if code == 1010 else server)
    assert (breach.rule, breach.severity, breach.close_code) == ("close.wrong-side", Severity.WARNING, None)
    assert str(code) in breach.text


@pytest.mark.parametrize(("sender", "code"), [(Role.CLIENT, 1011), (Role.SERVER, 1010)])
def test_5_5_1_a_close_code_may_be_echoed(sender: Role, code: int) -> None:
    judge = FrameJudge(sender)
    judge.answers = code
    key = KEY if sender is Role.CLIENT else None
    assert broken(judge, Frame.build(8, code.to_bytes(2, "big"), masking_key=key)) == []
    other = FrameJudge(sender)
    other.answers = 1000
    assert broken(other, Frame.build(8, code.to_bytes(2, "big"), masking_key=key)) == ["close.wrong-side"]


def test_5_5_1_the_payload_of_a_close_frame() -> None:
    assert sentences(Role.SERVER, Frame.build(8)) == []
    one = "A close frame with one byte of payload: half a close code."
    assert sentences(Role.SERVER, Frame.build(8, b"\x03")) == [one]
    assert sentences(Role.SERVER, Frame.build(8, b"\x03\xe8caf\xe9")) == [
        "The close reason is not UTF-8 at its byte 3."
    ]


def test_5_5_1_no_data_after_a_close_frame() -> None:
    judge = FrameJudge(Role.SERVER)
    assert broken(judge, Frame.build(8)) == []
    assert judge.close_seen
    (breach,) = judge.judge(Frame.build(1, b"x"))
    assert (breach.rule, breach.text) == ("frame.after-close", "A TEXT frame after the close frame.")
    assert broken(judge, Frame.build(9)) == []
    assert broken(judge, Frame.build(8)) == []
    assert broken(judge, Frame.build(1, b"x")) == ["frame.after-close"]
