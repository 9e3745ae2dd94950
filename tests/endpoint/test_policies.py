from __future__ import annotations

import pytest

from wsgui.endpoint.policies import POLICIES, PolicyError, apply, apply_all, misbehaviour, split_pair
from wsgui.engine.faults import Action, Cut
from wsgui.engine.options import Options
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import Role

TEXT = Frame(0x81, 7, None, b'{"id": 7}')
PING = Frame(0x89, 7, None, b"")


def after(*pairs: str) -> Options:
    options = Options()
    apply_all(options, [split_pair(pair) for pair in pairs])
    return options


def test_policies_of_the_protocol() -> None:
    policy = after(
        "mode=observe", "auto-pong=off", "answer-close=no", "compress=off", "mask=on", "close-code=4000"
    ).policy
    assert (policy.strict, policy.auto_pong, policy.answer_close, policy.compress) == (False, False, False, False)
    assert (policy.mask, policy.close_answer) == (True, 4000)
    assert after("mode=strict", "mask=auto").policy == Options().policy
    assert after("pong-payload=0xdead").policy.pong_payload == b"\xde\xad"
    assert after("pong-payload=wrong").policy.pong_payload == b"wrong"


def test_limits() -> None:
    options = after(
        "frame-limit=1k", "message-limit=2k", "head-limit=4k", "header-limit=9", "queue-limit=1M", "connection-limit=3"
    )
    assert (options.policy.frame_limit, options.policy.message_limit) == (1024, 2048)
    assert options.limits.head_bytes == 4096
    assert (options.limits.headers, options.limits.queued_bytes, options.limits.connections) == (9, 1 << 20, 3)


def test_faults() -> None:
    faults = after("pong-delay=250ms", "read-rate=10k", "read=off", "cut-after=5", "cut=RST", "seed=7").faults
    assert (faults.pong_delay, faults.read_rate, faults.stop_reading) == (0.25, 10240, True)
    assert (faults.cut_after, faults.cut, faults.seed) == (5, Cut.RST, 7)
    assert after("handshake=no-accept").handshake_fault == "no-accept"
    assert Options().faults.none


def test_faults_of_frames() -> None:
    drop, twice, corrupt, delay = after(
        "drop=opcode == ping", "duplicate=json.id == 7", "corrupt=@3 length > 2", "delay=200ms opcode in {text, ping}"
    ).faults.frames
    assert [one.action for one in (drop, twice, corrupt, delay)] == [
        Action.DROP,
        Action.DUPLICATE,
        Action.CORRUPT,
        Action.DELAY,
    ]
    assert (drop.applies(PING), drop.applies(TEXT)) == (True, False)
    assert (twice.applies(PING), twice.applies(TEXT)) == (False, True)
    assert (corrupt.offset, corrupt.applies(TEXT), corrupt.applies(PING)) == (3, True, False)
    assert (delay.seconds, delay.text) == (0.2, "opcode in {text, ping}")
    (every,) = after("drop=").faults.frames
    assert every.applies(PING)


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("colour=red", "There is no policy colour; there are "),
        ("auto-pong=maybe", "auto-pong: Expected on or off, not 'maybe'."),
        ("pong-payload=0xabc", "0xabc is not hexadecimal."),
        (f"pong-payload={'x' * 126}", "A pong carries at most 125 bytes, not 126."),
        ("close-code=70000", "close-code: Expected a number from 0 to 65535, not '70000'."),
        ("cut=hard", "TCP is cut with fin or rst, not hard."),
        ("drop=opcod == 1", "drop: There is no field opcod."),
        ("drop=number < 5", "drop: number is not known of a frame on its way, only once it is recorded."),
        ("delay=1s delta > 1s", "delay: delta is not known of a frame on its way, only within a capture."),
        ("corrupt=@3 not violation", "corrupt: violation is not known of a frame on its way, "),
        ("duplicate=fin and direction == received", "duplicate: direction is not known of a frame on its way, "),
        ("drop=opcode == http", "drop: http is no frame, so no frame on its way fits it."),
        ("delay=soon", "delay: Expected a time"),
        ("corrupt=@x", "corrupt: Expected a number"),
        ("handshake=odd", "There is no handshake fault odd; there are wrong-accept, "),
        ("frame-limit=1", "frame-limit: Expected at least 125"),
    ],
)
def test_what_is_no_policy(pair: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as raised:
        after(pair)
    assert str(raised.value).startswith(sentence)


def test_a_pair_has_a_sign_between() -> None:
    assert split_pair("drop=opcode == ping") == ("drop", "opcode == ping")
    with pytest.raises(PolicyError, match="written name=value"):
        split_pair("drop")


def test_every_policy_explains_itself() -> None:
    for name, item in POLICIES.items():
        assert name == item.name
        assert item.title
        assert item.values
        assert item.help.endswith(".")


@pytest.mark.parametrize(
    ("pair", "role", "sentence"),
    [
        ("auto-pong=off", Role.CLIENT, "Pings are not answered."),
        ("pong-payload=x", Role.CLIENT, "Pings are answered with another payload."),
        ("pong-delay=1s", Role.CLIENT, "Pongs wait 1 s."),
        ("answer-close=off", Role.CLIENT, "Close frames are not answered."),
        ("close-code=1011", Role.CLIENT, "Close frames are answered with 1011."),
        ("mask=off", Role.CLIENT, "Frames are not masked."),
        ("mask=on", Role.SERVER, "Frames are masked."),
        ("read=off", Role.CLIENT, "Nothing is read."),
        ("read-rate=100", Role.CLIENT, "Only 100 bytes a second are read."),
        ("drop=fin", Role.CLIENT, "Frames with fin are not sent."),
        ("duplicate=", Role.CLIENT, "Frames of all kinds are sent twice."),
        ("corrupt=@2 fin", Role.CLIENT, "Frames with fin are changed at byte 2."),
        ("delay=2s fin", Role.CLIENT, "Frames with fin wait 2 s."),
        ("cut-after=3", Role.CLIENT, "TCP is cut after 3 frames (FIN)."),
        ("handshake=not-101", Role.SERVER, "Handshakes are answered wrong: A web page (200) instead of 101."),
    ],
)
def test_what_is_done_wrong_is_said(pair: str, role: Role, sentence: str) -> None:
    assert misbehaviour(after(pair), role) == [sentence]


def test_who_behaves_is_not_blamed() -> None:
    assert misbehaviour(Options(), Role.CLIENT) == []
    assert misbehaviour(after("mask=on", "handshake=not-101", "mode=observe", "frame-limit=1k"), Role.CLIENT) == []


def test_an_unknown_name_by_itself() -> None:
    with pytest.raises(PolicyError):
        apply(Options(), "", "")
