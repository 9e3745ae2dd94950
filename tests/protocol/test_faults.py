from __future__ import annotations

import re

import pytest

from wsgui.protocol.faults import (
    FAULTS,
    Fault,
    FrameFault,
    Reaction,
    ReactionKind,
    RequestFault,
    ResponseFault,
    fault,
    frame_faults,
    matches,
)
from wsgui.protocol.rules import RULES
from wsgui.protocol.states import Role

KEY = bytes.fromhex("37fa213d")


def test_every_rule_has_a_fault() -> None:
    assert set(RULES) - {one.rule for one in FAULTS.values()} == set()


def test_every_fault_names_a_rule_and_has_a_sentence() -> None:
    names = [one.name for one in FAULTS.values()]
    assert len(set(names)) == len(names)
    for one in FAULTS.values():
        assert one.rule in RULES
        assert one.explanation.endswith(".")
        assert re.fullmatch(r"[a-z0-9.-]+", one.id)


@pytest.mark.parametrize(
    ("name", "sender", "wire"),
    [
        ("unmasked-text", Role.CLIENT, "81 05 48 65 6c 6c 6f"),
        ("masked-text", Role.SERVER, "81 85 37 fa 21 3d 7f 9f 4d 51 58"),
        ("rsv2", Role.SERVER, "a1 05 48 65 6c 6c 6f"),
        ("rsv2", Role.CLIENT, "a1 85 37 fa 21 3d 7f 9f 4d 51 58"),
        ("length-too-small", Role.CLIENT, "81 82 00 00 00 00 48 69 f0 00"),
        ("length-top-bit", Role.SERVER, "82 7f 80 00 00 00 00 00 00 00"),
        ("close-1005", Role.SERVER, "88 02 03 ed"),
        ("interleaved-text", Role.SERVER, "01 03 48 65 6c 81 05 6f 74 68 65 72"),
        ("utf8-surrogate", Role.SERVER, "81 03 ed a0 80"),
    ],
)
def test_wire(name: str, sender: Role, wire: str) -> None:
    one = fault(name)
    assert isinstance(one, FrameFault)
    assert one.wire(sender, lambda: KEY).hex(" ") == wire


def test_requests_and_responses() -> None:
    post = fault("request-post")
    assert isinstance(post, RequestFault)
    assert post.request("a.example:1", "/chat?x=1", "dGhlIHNhbXBsZSBub25jZQ==") == (
        b"POST /chat?x=1 HTTP/1.1\r\nHost: a.example:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    key = fault("response-key-as-accept")
    assert isinstance(key, ResponseFault)
    assert key.response("accept", "the key").endswith(b"\r\nSec-WebSocket-Accept: the key\r\n\r\n")


@pytest.mark.parametrize("role", Role)
def test_who_can_commit_what(role: Role) -> None:
    found = frame_faults(role)
    assert all(role in one.senders for one in found)
    assert ("unmasked-text" in [one.id for one in found]) is (role is Role.CLIENT)


def test_search() -> None:
    def found(words: str) -> list[str]:
        return [one.id for one in FAULTS.values() if matches(one, words)]

    assert found("overlong form TWO bytes") == ["utf8-overlong-2"]
    assert "ping-126" in found("§5.5 1002")
    assert len(found("")) == len(FAULTS)
    assert found("nothing of the kind") == []


def test_references() -> None:
    assert fault("ping-126").reference == "RFC 6455 §5.5"


@pytest.mark.parametrize(
    ("reaction", "text"),
    [
        (Reaction(ReactionKind.FAIL, 1002), "close 1002"),
        (Reaction(ReactionKind.ANSWER, 1000), "answers close 1000"),
        (Reaction(ReactionKind.REFUSE, 426), "HTTP 426"),
        (Reaction(ReactionKind.ABANDON), "abandons the handshake"),
        (Reaction(ReactionKind.WAIT), "waits for more"),
        (Reaction(ReactionKind.END), "ends TCP (1006)"),
    ],
)
def test_reactions_in_words(reaction: Reaction, text: str) -> None:
    assert reaction.text == text


def test_close_codes_of_failures_are_those_of_the_rules() -> None:
    def differs(one: Fault) -> bool:
        return one.reaction.kind is ReactionKind.FAIL and one.reaction.code != RULES[one.rule].close_code

    # A length with its top bit set is also over every limit, and 1009 is what peers answer.
    assert {one.rule for one in FAULTS.values() if differs(one)} == {"length.top-bit"}
