"""RFC 7692 section 7.2, with the RFC's own examples (section 7.2.3)."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.link import End, Link, open_connection
from wsgui.protocol.compression import Deflator, Inflator
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.frames import Frame
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Violation

C, S = Role.CLIENT, Role.SERVER
MIB = 1024 * 1024
deflates = st.builds(
    Deflate, st.booleans(), st.booleans(), st.none() | st.integers(8, 15), st.none() | st.integers(8, 15)
)
messages = st.lists(st.lists(st.binary(max_size=80), min_size=1, max_size=3), max_size=5)


def client(*parts: str, deflate: Deflate | None = None, policy: Policy | None = None) -> End:
    """A client with permessage-deflate that has read ``parts`` (hexadecimal)."""
    end = End(open_connection(C, policy, deflate or Deflate()))
    for part in parts:
        end.read(bytes.fromhex(part))
    return end


def rules(end: End) -> list[str]:
    return [breach.rule for breach in end.violations]


def closed_with(end: End) -> int | None:
    return None if end.connection.close_sent is None else end.connection.close_sent.code


def test_7_2_3_1_a_message_in_one_block() -> None:
    end = client("c1 07 f2 48 cd c9 c9 07 00")
    assert end.events == ["Hello"]
    assert end.inflated == [b"Hello"]
    assert end.violations == []


def test_7_2_3_1_a_message_in_fragments() -> None:
    end = client("41 03 f2 48 cd", "80 04 c9 c9 07 00")
    assert end.events == ["Hello"]
    assert b"".join(end.inflated) == b"Hello"


def test_7_2_3_2_the_window_is_shared() -> None:
    end = client("c1 07 f2 48 cd c9 c9 07 00", "c1 05 f2 00 11 00 00")
    assert end.events == ["Hello", "Hello"]


def test_7_2_3_2_without_takeover_there_is_nothing_to_refer_to() -> None:
    end = client("c1 07 f2 48 cd c9 c9 07 00", "c1 05 f2 00 11 00 00", deflate=Deflate(server_no_context_takeover=True))
    assert end.events == ["Hello"]
    assert rules(end) == ["deflate.invalid"]
    assert end.violations[0].text == "The message cannot be inflated: invalid distance too far back."


def test_7_2_3_3_a_block_without_compression() -> None:
    assert client("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00").events == ["Hello"]


def test_7_2_3_4_a_block_with_bfinal() -> None:
    end = client("c1 08 f3 48 cd c9 c9 07 00 00", "c1 07 f2 48 cd c9 c9 07 00")
    assert end.events == ["Hello", "Hello"]


def test_7_2_3_4_a_block_with_bfinal_and_nothing_behind_it() -> None:
    end = client("c1 07 f3 48 cd c9 c9 07 00", "c1 07 f2 48 cd c9 c9 07 00")
    assert end.events == ["Hello", "Hello"]


def test_7_2_3_5_two_blocks_in_one_message() -> None:
    assert client("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00").events == ["Hello"]


def test_7_2_3_6_an_empty_message() -> None:
    assert client("c1 01 00").events == [""]
    assert Deflator(15, takeover=True).fragment(b"") in (b"\x00", b"\x02\x00")


def test_6_messages_may_stay_uncompressed() -> None:
    end = client("81 02 68 69", "c2 07 f2 48 cd c9 c9 07 00", "01 01 61", "80 01 62")
    assert end.events == ["hi", b"Hello", "ab"]
    assert end.inflated == [b"Hello"]


def test_6_control_frames_between_compressed_fragments() -> None:
    end = client("41 03 f2 48 cd", "89 01 78", "80 04 c9 c9 07 00")
    assert end.events[-1] == "Hello"
    assert end.violations == []


@pytest.mark.parametrize("head", ["c9", "ca", "c8"])
def test_6_a_control_frame_is_never_compressed(head: str) -> None:
    end = client(f"{head} 00")
    assert rules(end) == ["deflate.rsv1-misplaced"]
    assert closed_with(end) == 1002


def test_6_a_later_fragment_has_no_rsv1() -> None:
    end = client("41 03 f2 48 cd", "c0 04 c9 c9 07 00")
    assert rules(end) == ["deflate.rsv1-misplaced"]
    assert closed_with(end) == 1002


def test_6_rsv1_without_an_agreement() -> None:
    end = End(open_connection(C))
    end.read(bytes.fromhex("c1 07 f2 48 cd c9 c9 07 00"))
    assert rules(end) == ["rsv.not-negotiated"]


def test_6_rsv2_stays_reserved() -> None:
    assert rules(client("e1 07 f2 48 cd c9 c9 07 00")) == ["rsv.not-negotiated"]


def test_7_2_2_what_cannot_be_inflated() -> None:
    end = client("c1 02 ff ff")
    assert rules(end) == ["deflate.invalid"]
    assert closed_with(end) == 1007


def test_8_1_the_inflated_text_is_utf8() -> None:
    packed = Deflator(15, takeover=False).fragment(b"\xff\xfe")
    end = client(Frame(0xC1, 7, None, packed).wire().hex())
    assert rules(end) == ["utf8.invalid"]
    assert closed_with(end) == 1007


def test_8_1_a_fragment_fails_on_its_first_bad_byte() -> None:
    packed = Deflator(15, takeover=False).fragment(b"ab\xff", final=False)
    end = client(Frame(0x41, 7, None, packed).wire().hex())
    assert rules(end) == ["utf8.invalid"]
    assert closed_with(end) == 1007


@pytest.mark.parametrize("strict", [True, False])
def test_8_2_a_bomb_is_stopped_at_the_message_limit(strict: bool) -> None:
    bomb = Deflator(15, takeover=False).fragment(bytes(8 * MIB))
    assert len(bomb) < 10_000
    end = client(Frame(0xC2, 16, None, bomb).wire().hex(), policy=Policy(strict=strict, message_limit=MIB))
    assert rules(end) == ["message.over-limit"]
    assert closed_with(end) == 1009
    assert end.events == []
    assert end.inflated == []


def test_8_2_the_limit_counts_all_fragments() -> None:
    deflator = Deflator(15, takeover=False)
    first, last = deflator.fragment(bytes(700), final=False), deflator.fragment(bytes(700))
    end = client(policy=Policy(message_limit=1000))
    end.read(Frame(0x42, 7, None, first).wire())
    assert end.violations == []
    end.read(Frame(0x80, 7, None, last).wire())
    assert rules(end) == ["message.over-limit"]


def test_a_message_of_just_the_limit_passes() -> None:
    packed = Deflator(15, takeover=False).fragment(bytes(1000))
    end = client(Frame(0xC2, 7, None, packed).wire().hex(), policy=Policy(message_limit=1000))
    assert end.events == [bytes(1000)]


def test_observing_goes_on_after_what_cannot_be_inflated() -> None:
    end = client("c1 02 ff ff", "81 02 68 69", "c1 07 f2 48 cd c9 c9 07 00", policy=Policy(strict=False))
    assert end.events == ["hi"]
    assert rules(end) == ["deflate.invalid", "deflate.invalid"]  # the window is lost, so the rest is too
    assert end.violations[1].text == "The data that this message refers back to could not be inflated."
    assert closed_with(end) is None


def test_without_takeover_the_next_message_is_inflated_again() -> None:
    deflate = Deflate(server_no_context_takeover=True)
    end = client("c1 02 ff ff", "c1 07 f2 48 cd c9 c9 07 00", deflate=deflate, policy=Policy(strict=False))
    assert end.events == ["Hello"]


@given(deflates, messages, st.lists(st.integers(1, 40), max_size=3))
def test_what_one_end_compresses_the_other_inflates(
    deflate: Deflate, said: list[list[bytes]], places: list[int]
) -> None:
    link = Link(places=places, deflate=deflate)
    for end in (link.client, link.server):
        for parts in said:
            end.write(end.connection.fragments(2, parts))
        link.run()
    whole = [b"".join(parts) for parts in said]
    assert link.client.events == link.server.events == whole
    assert link.client.violations == link.server.violations == []
    assert b"".join(link.client.inflated) == b"".join(whole)


@given(deflates, messages)
def test_what_was_sent_is_inflated_for_the_record(deflate: Deflate, said: list[list[bytes]]) -> None:
    connection = open_connection(S, deflate=deflate)
    for parts in said:
        frames = connection.fragments(2, parts)
        inflated, broken = connection.inflate_sent(frames)
        assert b"".join(data for _, data in inflated) == b"".join(parts)
        assert broken == []
        assert connection.judge_sent(frames) == []


def test_garbage_that_a_person_sends_is_told() -> None:
    connection = open_connection(C, deflate=Deflate())
    frame = Frame(0xC1, 7, b"\0\0\0\0", b"\xff\xff")
    inflated, broken = connection.inflate_sent([frame, Frame(0x89, 7, b"\0\0\0\0", b"")])
    assert inflated == []
    assert [(index, breach.rule) for index, breach in broken] == [(0, "deflate.invalid")]
    assert open_connection(C).inflate_sent([frame]) == ([], [])


def test_a_look_at_what_would_be_sent_changes_nothing() -> None:
    connection = open_connection(C, deflate=Deflate())
    for text in (b"Hello", b"Hello", b"Hello, hello"):
        seen = connection.compressed(text)
        assert seen == connection.compressed(text)
        assert connection.message(1, text) == Frame(0xC1, 7, b"\x37\xfa\x21\x3d", seen)
    with pytest.raises(ValueError, match="not agreed on"):
        open_connection(C).compressed(b"")


@pytest.mark.parametrize(("compress", "policy"), [(False, Policy()), (None, Policy(compress=False))])
def test_6_a_person_may_leave_a_message_uncompressed(compress: bool | None, policy: Policy) -> None:
    connection = open_connection(S, policy, Deflate())
    assert connection.message(1, b"hi", compress=compress) == Frame(0x81, 7, None, b"hi")
    assert [frame.head for frame in connection.fragments(1, [b"h", b"i"], compress=compress)] == [0x01, 0x80]


def test_7_1_2_a_window_of_8_bits_refers_to_nothing_far() -> None:
    data = bytes(range(256)) * 40
    packed = Deflator(8, takeover=True).fragment(data)
    assert zlib.decompressobj(-8).decompress(packed + b"\x00\x00\xff\xff") == data


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(0, 100))
def test_any_bytes_are_inflated_or_told(parts: list[bytes], room: int) -> None:
    inflator = Inflator(15, takeover=True)
    for index, part in enumerate(parts):
        result = inflator.frame(0x41 if index == 0 else 0x80 if index == len(parts) - 1 else 0x00, part, room)
        assert isinstance(result, Violation) or (result is not None and len(result) <= room)


@given(deflates, messages)
def test_fragments_one_by_one_are_those_of_all_at_once(deflate: Deflate, said: list[list[bytes]]) -> None:
    at_once, by_one = open_connection(C, deflate=deflate), open_connection(C, deflate=deflate)
    for parts in said:
        last = len(parts) - 1
        frames = [by_one.fragment(0 if place else 2, part, fin=place == last) for place, part in enumerate(parts)]
        assert frames == at_once.fragments(2, parts)


def test_a_fragment_without_an_agreement_stays_as_it_is() -> None:
    connection = open_connection(S)
    assert connection.fragment(1, b"Hel", fin=False) == Frame(0x01, 7, None, b"Hel")
    assert connection.deflator_now() is None


def test_a_look_at_fragments_changes_nothing() -> None:
    connection = open_connection(S, deflate=Deflate())
    connection.message(1, b"Hello")
    look = connection.deflator_now()
    assert look is not None
    seen = [look.fragment(b"Hel", final=False), look.fragment(b"lo")]
    frames = connection.fragments(1, [b"Hel", b"lo"])
    assert [frame.payload for frame in frames] == seen


def test_what_was_sent_beyond_the_limit_is_not_kept_inflated() -> None:
    connection = open_connection(C, Policy(message_limit=3), Deflate())
    hello = Frame(0xC1, 7, None, bytes.fromhex("f248cdc9c90700"))
    plain, ping, odd = Frame(0x81, 7, None, b"a"), Frame(0x89, 7, None, b""), Frame(0x83, 7, None, b"")
    assert connection.inflate_sent([hello, plain, ping, odd]) == ([], [])
