"""What a peer would say to bytes before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.frames import frames, roles
from tests.helpers.link import open_connection
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.faults import FrameFault, ReactionKind, frame_faults
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.outlook import Outlook, outlook
from wsgui.protocol.states import Role, State

if TYPE_CHECKING:
    from wsgui.protocol.connection import Connection

ZERO = bytes(4)


def server(*sent: str) -> Connection:
    """A server that has sent these bytes, given as hex."""
    connection = open_connection(Role.SERVER)
    for data in sent:
        reader = open_connection(Role.CLIENT)
        said = reader.receive_data(bytes.fromhex(data)).frames
        connection.send(said)
        connection.judge_sent(said)
    return connection


def ask(connection: Connection, data: str, half_sent: str = "") -> Outlook:
    return outlook(connection.peer_now(bytes.fromhex(half_sent)), bytes.fromhex(data))


def rules(found: Outlook) -> list[str]:
    return [breach.rule for _, breach in found.violations] + [breach.rule for breach in found.rest_violations]


def test_5_2_a_legal_frame() -> None:
    found = ask(server(), "81 02 68 69")
    assert (rules(found), found.failure, found.waiting, found.events) == ([], None, b"", ["hi"])
    assert found.open_opcode == -1


def test_5_5_2_a_ping_is_answered() -> None:
    assert ask(server(), "89 01 78").replies == [Frame(0x8A, 7, ZERO, b"x")]


def test_5_4_the_peer_knows_the_open_message() -> None:
    connection = server("01 03 48 65 6c")
    assert rules(ask(connection, "81 02 68 69")) == ["fragment.interleaved"]
    assert ask(connection, "80 02 6c 6f").events == ["lo"]
    assert ask(connection, "00 02 6c 6f").open_opcode == Opcode.TEXT
    assert rules(ask(server(), "80 02 6c 6f")) == ["continuation.nothing-open"]


@pytest.mark.parametrize(
    ("sent", "data", "broken"),
    [
        (["01 01 c3"], "80 01 a9", []),
        (["01 01 c3"], "80 01 41", ["utf8.invalid"]),
        (["01 02 e2 82", "89 00"], "80 01 ac", []),
        (["01 01 f0", "00 01 9f", "00 01 91"], "80 01 8b", []),
        (["01 01 f0", "00 01 9f", "00 01 91"], "80 00", ["utf8.cut"]),
        (["01 05 61 62 63 c3 a9"], "80 01 a9", ["utf8.invalid"]),
        (["01 02 61 ff"], "80 01 41", []),
        (["02 01 c3"], "80 01 41", []),
        (["81 02 c3 a9", "01 01 c3"], "80 01 a9", []),
    ],
)
def test_8_1_the_peer_knows_the_character_that_was_begun(sent: list[str], data: str, broken: list[str]) -> None:
    assert rules(ask(server(*sent), data)) == broken


def test_5_5_1_after_our_close_frame() -> None:
    found = ask(server("88 02 03 e8"), "81 02 68 69")
    assert found.dropped
    assert rules(found) == ["frame.after-close"]
    assert found.replies == []


def test_5_5_1_the_answer_to_the_peers_close_frame() -> None:
    connection = open_connection(Role.SERVER)
    connection.receive_data(bytes.fromhex("88 82 00 00 00 00 03 e8"))
    peer = connection.peer_now()
    assert peer.state is State.CLOSING
    found = outlook(peer, bytes.fromhex("88 02 03 e8"))
    assert (rules(found), found.replies) == ([], [])


def test_lying_lengths() -> None:
    found = ask(server(), "81 0a 48 65 6c 6c 6f")
    assert (found.waiting.hex(" "), found.missing) == ("81 0a 48 65 6c 6c 6f", 5)
    assert ask(server(), "82 7e 01").missing is None
    assert ask(server(), "82 7e 01 00 ff").missing == 255
    assert ask(server(), "82 7f 00 00 00 00 00 01 00 00").missing == 65536
    assert ask(open_connection(Role.CLIENT), "81 82 00 00 00 00 68").missing == 1


def test_half_a_frame_has_gone_already() -> None:
    found = ask(server(), "6c 6f", half_sent="81 05 48 65 6c")
    assert found.events == ["Hello"]
    assert found.waiting == b""


def test_a_text_that_is_wrong_before_its_end() -> None:
    found = ask(server(), "81 0a ff ff")
    assert rules(found) == ["utf8.invalid"]
    assert found.failure is not None


def test_a_length_over_the_limit() -> None:
    assert rules(ask(server(), "82 7f 80 00 00 00 00 00 00 00")) == ["length.top-bit", "length.over-limit"]


@pytest.mark.parametrize("sender", Role)
def test_it_foresees_every_fault(sender: Role) -> None:
    for one in frame_faults(sender):
        assert isinstance(one, FrameFault)
        connection = open_connection(sender, deflate=Deflate() if one.deflate else None)
        found = outlook(connection.peer_now(), one.wire(sender, lambda: ZERO))
        if one.reaction.kind is ReactionKind.FAIL:
            assert found.failure is not None, one.id
            assert found.failure.close_code == one.reaction.code
            assert one.rule in rules(found)
        else:
            assert found.failure is None, one.id


@given(roles, st.lists(frames(), max_size=4), frames())
def test_asking_changes_nothing(sender: Role, before: list[Frame], asked: Frame) -> None:
    connection = open_connection(sender)
    connection.judge_sent(before)
    first = outlook(connection.peer_now(), asked.wire())
    assert outlook(connection.peer_now(), asked.wire()) == first
    # What the peer is said to find is what our own judge says when the frame leaves.
    assert [breach for index, breach in connection.judge_sent([asked])] == [
        breach for _, breach in first.violations if not breach.rule.startswith(("utf8", "message"))
    ]
