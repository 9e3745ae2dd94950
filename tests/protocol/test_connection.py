from __future__ import annotations

import pytest

from tests.helpers.chunks import bytewise
from tests.helpers.link import KEY, End, Link, open_connection
from wsgui.protocol.close import Close
from wsgui.protocol.connection import CloseReceived, Connection, PingReceived, PongReceived, close_payload
from wsgui.protocol.frames import Frame
from wsgui.protocol.policy import Policy
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role, State

C, S = Role.CLIENT, Role.SERVER


def feed(role: Role, *parts: bytes | str, policy: Policy | None = None) -> End:
    """An end that has read ``parts`` (hexadecimal if they are text)."""
    end = End(open_connection(role, policy))
    for part in parts:
        end.read(bytes.fromhex(part) if isinstance(part, str) else part)
    return end


def rules(end: End) -> list[str]:
    return [breach.rule for breach in end.violations]


# --- states


def test_a_connection_opens_and_closes() -> None:
    connection = Connection(C, new_key=lambda: KEY)
    assert connection.state is State.CONNECTING
    connection.opened()
    assert connection.state is State.OPEN
    assert not connection.finished
    connection.send([connection.close_frame()])
    assert connection.state is State.CLOSING
    assert not connection.finished
    connection.receive_data(b"\x88\x02\x03\xe8")
    assert connection.finished
    connection.tcp_closed()
    assert connection.state is State.CLOSED


def test_5_5_1_the_closing_handshake() -> None:
    link = Link()
    link.client.write([link.client.connection.close_frame(1001, "bye")])
    link.run()
    assert link.server.events == [CloseReceived(1001, "bye")]
    assert link.client.events == [CloseReceived(1001, "")]
    for end in (link.client, link.server):
        assert end.connection.finished
        assert end.connection.state is State.CLOSING
        assert end.violations == []
    assert link.client.connection.close_sent == Close(1001, "bye")
    assert link.server.connection.close_sent == Close(1001, "")


@pytest.mark.parametrize(("role", "code"), [(C, 1010), (S, 1011), (C, 1000), (S, 4999)])
def test_5_5_1_an_echoed_code_breaks_no_rule(role: Role, code: int) -> None:
    link = Link()
    here, there = (link.client, link.server) if role is C else (link.server, link.client)
    here.write([here.connection.close_frame(code)])
    link.run()
    assert here.violations == there.violations == []
    assert there.connection.judge_sent(here.frames) == []
    assert here.events == [CloseReceived(code, "")]


def test_both_close_at_once() -> None:
    link = Link()
    link.client.write([link.client.connection.close_frame(1000)])
    link.server.write([link.server.connection.close_frame(1001)])
    link.run()
    assert link.client.events == [CloseReceived(1001, "")]
    assert link.server.events == [CloseReceived(1000, "")]
    assert len(link.client.frames) == len(link.server.frames) == 1


def test_a_conversation_over_a_link_that_cuts_everywhere() -> None:
    link = Link(places=range(40))
    server, client = link.server.connection, link.client.connection
    link.client.write([client.frame(1, b"Hel", fin=False), client.frame(9, b"p"), client.frame(0, b"lo")])
    link.server.write([server.frame(2, b"\x00" * 70_000)])
    link.run()
    assert link.server.events == [PingReceived(b"p"), "Hello"]
    assert link.client.events == [b"\x00" * 70_000, PongReceived(b"p")]
    assert link.client.violations == link.server.violations == []


# --- messages


def test_5_7_hello_at_a_server() -> None:
    end = feed(S, "81 85 37 fa 21 3d 7f 9f 4d 51 58")
    assert end.events == ["Hello"]
    assert end.frames == [Frame(0x81, 7, KEY, b"Hello")]
    assert end.outgoing == b""


def test_5_7_hello_at_a_client() -> None:
    assert feed(C, "81 05 48 65 6c 6c 6f").events == ["Hello"]


def test_5_7_fragmented_hello() -> None:
    assert feed(C, "01 03 48 65 6c 80 02 6c 6f").events == ["Hello"]


def test_5_7_ping_is_answered_by_the_masked_pong() -> None:
    end = feed(C, "89 05 48 65 6c 6c 6f")
    assert end.events == [PingReceived(b"Hello")]
    assert end.outgoing == bytes.fromhex("8a 85 37 fa 21 3d 7f 9f 4d 51 58")


def test_5_7_256_bytes_and_64_kib() -> None:
    small, large = bytes(range(256)), bytes(range(256)) * 256
    end = feed(C, bytes.fromhex("82 7e 01 00") + small + bytes.fromhex("82 7f 00 00 00 00 00 01 00 00") + large)
    assert end.events == [small, large]


def test_5_4_control_frames_between_fragments() -> None:
    end = feed(C, "01 01 61  89 01 70  00 01 62  8a 00  80 01 63  82 00")
    assert end.events == [PingReceived(b"p"), PongReceived(b""), "abc", b""]
    assert end.violations == []
    assert end.connection.failure is None


def test_5_4_a_character_over_two_fragments() -> None:
    assert feed(C, "01 01 c3 80 01 a9").events == ["é"]
    assert feed(C, *bytewise(bytes.fromhex("01 01 c3 80 01 a9"))).events == ["é"]


# --- UTF-8, section 8.1


def test_8_1_text_fails_on_the_first_bad_byte_of_a_frame_that_is_not_whole() -> None:
    end = feed(C, b"\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x00abc")
    assert end.connection.failure is None
    end.read(b"d\xf4")
    assert end.connection.failure is None
    end.read(b"\x90")
    failure = end.connection.failure
    assert failure is not None
    assert (failure.rule, failure.close_code) == ("utf8.invalid", 1007)
    assert failure.text == "Byte 4 of the text (0xf4) is not UTF-8: invalid continuation byte."
    assert end.outgoing[:6] == bytes([0x88, 0x80 | 2 + len(failure.text)]) + KEY
    assert end.connection.close_sent == Close(1007, failure.text)
    # The frame is still to come, and what it breaks is told with it, once.
    assert end.frames == end.violations == []
    end.read(bytes(0x100000 - 6) + b"\x81\x01x")
    assert [len(frame.payload) for frame in end.frames] == [0x100000, 1]
    assert end.violations == [failure]
    assert end.events == []


def test_8_1_in_the_middle_of_a_masked_continuation() -> None:
    end = feed(S, "01 81 00 00 00 00 e2", "80 84 01 02 03 04", "83", "ae", "bc")
    failure = end.connection.failure
    assert failure is not None
    assert failure.text == "Byte 3 of the text (0xbf) is not UTF-8: invalid start byte."
    assert rules(end) == []
    assert [breach.rule for breach in end.connection.receive_eof().rest_violations] == ["utf8.invalid"]


def test_8_1_text_that_ends_inside_a_character() -> None:
    end = feed(C, "81 02 61 c3")
    assert rules(end) == ["utf8.cut"]
    assert end.connection.close_sent is not None
    assert end.connection.close_sent.code == 1007


def test_8_1_bad_text_is_not_looked_for_where_the_header_breaks_a_rule() -> None:
    for wire in ("81 02 ff", "c1 02 ff", "81 7e 00 02 ff"):
        role = S if wire.startswith("81 02") else C
        end = feed(role, wire)
        assert end.connection.failure is None
        end.read(b"\xff")
        assert end.connection.failure is not None
        assert end.connection.failure.close_code == 1002


def test_8_1_control_frames_and_binary_are_not_text() -> None:
    end = feed(
        C, "89 05 ff", "ff ff ff ff", "82 02 ff", "ff", "02 02 ff", "ff", "80 02 ff", "ff", "01 00 00 02 61", "62"
    )
    assert end.connection.failure is None
    assert end.events == [PingReceived(b"\xff" * 5), b"\xff\xff", b"\xff" * 4]


def test_observing_lets_bad_text_go_by() -> None:
    policy = Policy(strict=False)
    end = feed(C, "81 02 ff", "61", "01 01 ff 00 01 61 80 01 62", "81 01 63", policy=policy)
    assert rules(end) == ["utf8.invalid", "utf8.invalid"]
    assert end.events == ["c"]
    assert end.connection.failure is None


# --- limits, section 10.4


@pytest.mark.parametrize(
    ("wire", "found"),
    [
        ("82 7f 80 00 00 00 00 00 00 00", ["length.top-bit", "length.over-limit"]),
        ("82 7f ff ff ff ff ff ff ff ff", ["length.top-bit", "length.over-limit"]),
        ("82 7f 00 00 00 00 04 00 00 01", ["length.over-limit"]),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_10_4_an_announced_length_over_the_limit(wire: str, found: list[str], strict: bool) -> None:
    end = End(open_connection(C, Policy(strict=strict)))
    received = end.connection.receive_data(bytes.fromhex("81 01 61" + wire) + b"abc")
    assert received.events == ["a"]
    assert received.rest == bytes.fromhex(wire) + b"abc"
    assert [breach.rule for breach in received.rest_violations] == found
    assert [frame.payload[:2] for frame in received.replies] == [b"\x03\xf1"]
    failure = end.connection.failure
    assert failure is not None
    length = int(wire[6:].replace(" ", ""), 16)
    assert failure.text == f"A frame of {length} bytes is announced; the limit is 67108864 bytes."
    # Where a next frame might start is not known: all that follows are bytes.
    after = end.connection.receive_data(b"\x81\x00")
    assert (after.frames, after.rest, after.rest_violations) == ([], b"\x81\x00", ())
    assert end.connection.receive_eof().rest == b""


def test_10_4_a_length_over_the_limit_after_the_end_is_only_noted() -> None:
    connection = open_connection(C)
    received = connection.receive_data(bytes.fromhex("88 00 82 7f 80 00 00 00 00 00 00 00"))
    assert [breach.rule for breach in received.rest_violations] == ["length.top-bit", "length.over-limit"]
    assert [frame.payload for frame in received.replies] == [b""]
    assert connection.failure is None


def test_10_4_the_message_limit_counts_fragments() -> None:
    policy = Policy(message_limit=130)
    assert feed(C, b"\x02\x64" + bytes(100) + b"\x80\x1e" + bytes(30), policy=policy).events == [bytes(130)]
    end = feed(C, b"\x02\x64" + bytes(100) + b"\x80\x1f" + bytes(31), policy=policy)
    assert rules(end) == ["message.over-limit"]
    assert end.violations[0].text == "The message has grown to 131 bytes; the limit is 130 bytes."
    assert end.connection.close_sent is not None
    assert end.connection.close_sent.code == 1009


@pytest.mark.parametrize("strict", [True, False])
def test_10_4_a_fragment_that_will_be_too_much_is_not_waited_for(strict: bool) -> None:
    end = feed(C, b"\x01\x64" + b"a" * 100 + b"\x00\x1f", policy=Policy(strict=strict, message_limit=130))
    assert end.connection.failure is not None
    assert end.connection.failure.rule == "message.over-limit"
    assert end.violations == []
    end.read(b"\xff" * 31)
    assert end.violations == [end.connection.failure]


def test_10_4_a_limit_below_125_bytes() -> None:
    policy = Policy(message_limit=3, frame_limit=0)
    end = feed(C, b"\x89\x7d" + bytes(125) + b"\x81\x03abc", policy=policy)
    assert end.events == [PingReceived(bytes(125)), "abc"]
    assert end.connection.failure is None
    end.read(b"\x82\x04abcd")
    assert rules(end) == ["message.over-limit"]
    assert rules(feed(C, b"\x81\x7e\x00\x7e", policy=policy)) == ["length.over-limit"]


def test_10_4_a_limit_that_falls_is_held_against_the_next_frame() -> None:
    end = feed(C, b"\x82\x7e\x00\x80" + bytes(100))
    end.connection.policy.frame_limit = 0
    end.read(bytes(28) + b"\x81\x7e\x00\x7e")
    assert end.events == [bytes(128)]
    assert rules(end) == ["length.over-limit"]


# --- closing


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 3999, 4000, 4999])
def test_7_4_close_codes_that_are_accepted_and_echoed(code: int) -> None:
    end = feed(C, b"\x88\x05" + code.to_bytes(2, "big") + b"bye")
    assert end.events == [CloseReceived(code, "bye")]
    assert end.connection.failure is None
    assert end.connection.close_sent == Close(code, "")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
def test_7_4_close_codes_that_are_refused(code: int) -> None:
    end = feed(C, b"\x88\x02" + code.to_bytes(2, "big"))
    assert end.events == []
    assert end.connection.close_sent is not None
    assert end.connection.close_sent.code == 1002
    watched = feed(C, b"\x88\x02" + code.to_bytes(2, "big"), policy=Policy(strict=False))
    assert watched.events == [CloseReceived(code, "")]
    assert watched.connection.close_sent == Close(None, "")
    assert watched.outgoing == b"\x88\x80" + KEY


def test_5_5_1_an_empty_close_is_answered_by_an_empty_one() -> None:
    end = feed(C, "88 00")
    assert end.events == [CloseReceived(None, "")]
    assert end.outgoing == b"\x88\x80" + KEY


def test_5_5_1_one_byte_of_a_code() -> None:
    end = feed(C, "88 01 03")
    assert rules(end) == ["close.one-byte"]
    assert end.connection.failure is not None
    watched = feed(C, "88 01 03", policy=Policy(strict=False))
    assert watched.events == [CloseReceived(None, "")]
    assert watched.connection.close_sent == Close(None, "")


def test_5_5_1_a_reason_that_is_not_utf8() -> None:
    end = feed(C, "88 03 03 e8 ff")
    assert end.connection.close_sent is not None
    assert end.connection.close_sent.code == 1007


def test_5_5_1_what_comes_after_the_close_frame_is_recorded_and_not_acted_on() -> None:
    end = feed(C, "88 02 03 e8  81 01 61  89 00  88 02 03 e9", "81 02 ff")
    assert end.events == [CloseReceived(1000, "")]
    assert len(end.frames) == 4
    assert rules(end) == ["frame.after-close"]
    assert end.outgoing == b"\x88\x82" + KEY + b"\x34\x12"
    assert end.connection.failure is None


def test_answer_close_off() -> None:
    end = feed(C, "88 02 03 e8", policy=Policy(answer_close=False))
    assert end.events == [CloseReceived(1000, "")]
    assert end.outgoing == b""
    assert end.connection.state is State.CLOSING
    assert not end.connection.finished


def test_auto_pong_off() -> None:
    end = feed(C, "89 01 61", policy=Policy(auto_pong=False))
    assert end.events == [PingReceived(b"a")]
    assert end.outgoing == b""


def test_messages_still_come_after_our_close_frame() -> None:
    end = End(open_connection(C))
    end.write([end.connection.close_frame()])
    end.read(b"\x81\x01a\x88\x02\x03\xe8")
    assert end.events == ["a", CloseReceived(1000, "")]
    assert end.outgoing == b"\x88\x82" + KEY + b"\x34\x12"


# --- failing, section 7.1.7


def test_7_1_7_nothing_is_acted_on_after_a_failure() -> None:
    end = feed(C, "81 01 61  83 00  81 01 62  89 00  01 00  88 02 03 ea  88 00")
    assert end.events == ["a", CloseReceived(1002, "")]
    assert rules(end) == ["opcode.reserved-data"]
    assert len(end.frames) == 7
    assert end.connection.close_sent == Close(1002, "Reserved data opcode 0x3.")
    assert end.connection.finished
    end.read(b"\x81\x01c\x82\x01d")
    assert rules(end) == ["opcode.reserved-data", "fragment.interleaved", "frame.after-close", "frame.after-close"]


def test_7_1_7_no_second_close_frame() -> None:
    end = End(open_connection(C))
    end.write([end.connection.close_frame(1000)])
    end.outgoing = b""
    end.read(b"\x83\x00")
    assert end.connection.failure is not None
    assert end.connection.close_sent == Close(1000, "")
    assert end.outgoing == b""


def test_a_long_sentence_is_cut_to_the_reason_of_a_close_frame() -> None:
    payload = close_payload(violation("utf8.invalid", "é" * 100))
    assert payload == b"\x03\xef" + "é".encode() * 61
    assert close_payload(violation("mask.server-masked", "Why.")) == b"\x03\xeaWhy."


# --- observing


def test_observing_goes_on_after_breaches() -> None:
    end = feed(
        S,
        "81 01 61",  # not masked
        "c1 81 00 00 00 00 62",  # RSV1
        "80 80 00 00 00 00",  # nothing to continue
        "01 81 00 00 00 00 63 81 81 00 00 00 00 64",  # a message inside a message
        "01 81 00 00 00 00 65 83 80 00 00 00 00 80 80 00 00 00 00",  # a reserved message inside a message
        "89 fe 00 01 00 00 00 00 70",  # a length in too many bytes
        "8b 80 00 00 00 00",
        "09 80 00 00 00 00",
        policy=Policy(strict=False),
    )
    assert end.events == ["a", "b", "d", PingReceived(b"p"), PingReceived(b"")]
    assert rules(end) == [
        "mask.client-unmasked",
        "rsv.not-negotiated",
        "continuation.nothing-open",
        "fragment.interleaved",
        "opcode.reserved-data",
        "fragment.interleaved",
        "continuation.nothing-open",
        "length.not-minimal",
        "opcode.reserved-control",
        "control.fragmented",
    ]
    assert end.connection.failure is None
    assert end.connection.state is State.OPEN


def test_the_policy_may_change_while_connected() -> None:
    end = feed(C, "89 00 83 00", policy=Policy(strict=False))
    policy = end.connection.policy
    assert end.outgoing == b"\x8a\x80" + KEY
    policy.auto_pong = False
    policy.mask = False
    end.read(b"\x89\x00")
    assert end.outgoing == b"\x8a\x80" + KEY
    policy.strict = True
    end.read(b"\x83\x00")
    assert end.connection.close_sent is not None
    assert end.outgoing[6:8] == bytes([0x88, 2 + len("Reserved data opcode 0x3.")])


def test_a_policy_that_turns_strict_in_the_middle_of_a_text() -> None:
    end = feed(C, "81 04 61 ff", policy=Policy(strict=False))
    assert end.connection.failure is None
    end.connection.policy.strict = True
    end.read(b"b")
    assert end.connection.failure is not None
    assert end.connection.failure.text == "Byte 1 of the text (0xff) is not UTF-8: invalid start byte."


# --- the end of TCP


def test_half_a_frame_at_the_end() -> None:
    connection = open_connection(C)
    connection.receive_data(b"\x81\x01a\x81\x05He")
    received = connection.receive_eof()
    assert (received.frames, received.rest) == ([], b"\x81\x05He")
    (breach,) = received.rest_violations
    assert (breach.rule, breach.text) == ("frame.cut", "The connection ended inside a frame, after 4 bytes of it.")
    assert connection.receive_eof().rest == b""
    assert connection.receive_data(b"llo").rest == b"llo"


def test_half_a_frame_after_a_failure_is_nobodys_fault() -> None:
    connection = open_connection(C)
    connection.receive_data(b"\x83\x00\x81")
    received = connection.receive_eof()
    assert (received.rest, received.rest_violations) == (b"\x81", [])


def test_an_end_between_frames() -> None:
    connection = open_connection(C)
    connection.receive_data(b"\x81\x01a")
    received = connection.receive_eof()
    assert (received.rest, received.rest_violations) == (b"", ())


# --- sending


@pytest.mark.parametrize(
    ("role", "mask", "masked"),
    [(C, None, True), (S, None, False), (C, False, False), (S, True, True)],
)
def test_5_1_masking_of_what_is_sent(role: Role, mask: bool | None, masked: bool) -> None:
    frame = open_connection(role, Policy(mask=mask)).frame(1, b"Hello")
    assert frame == Frame(0x81, 7, KEY if masked else None, b"Hello")


def test_5_3_a_new_key_for_each_frame() -> None:
    keys = iter([b"aaaa", b"bbbb"])
    connection = Connection(C, new_key=lambda: next(keys))
    assert [connection.frame(1).masking_key for _ in range(2)] == [b"aaaa", b"bbbb"]


def test_frames_are_built_in_the_shortest_form() -> None:
    connection = open_connection(S)
    assert connection.frame(2, bytes(126)).length_form == 16
    assert connection.frame(2, bytes(65536)).length_form == 64
    assert connection.frame(1, b"x", fin=False, rsv1=True).wire() == b"\x41\x01x"
    assert connection.close_frame(None).wire() == b"\x88\x00"
    assert connection.close_frame().wire() == b"\x88\x02\x03\xe8"
    with pytest.raises(ValueError, match="a close reason has up to 123 bytes of UTF-8, not 124"):
        connection.close_frame(1000, "x" * 124)


def test_illegal_frames_are_sent_as_they_are_and_judged() -> None:
    connection = open_connection(C)
    frames = [Frame.build(3, b"x"), Frame.build(8, b"\x03\xed"), Frame.build(8)]
    assert connection.send(frames) == bytes.fromhex("83 01 78 88 02 03 ed 88 00")
    assert connection.close_sent == Close(1005, "")
    assert connection.state is State.CLOSING
    assert [(index, breach.rule) for index, breach in connection.judge_sent(frames)] == [
        (0, "mask.client-unmasked"),
        (0, "opcode.reserved-data"),
        (1, "mask.client-unmasked"),
        (1, "close.code-reserved"),
        (2, "mask.client-unmasked"),
    ]
