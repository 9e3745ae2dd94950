"""What holds for all bytes, all chunkings, both roles and all policies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise, cuts, split
from tests.helpers.frames import legal_frames, policies, roles, streams
from tests.helpers.link import Link, open_connection
from wsgui.protocol.connection import CloseReceived, Event
from wsgui.protocol.frames import FIN, Frame, wire_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role

told = roles.flatmap(lambda role: st.tuples(st.just(role), streams(role.other)))
legal = roles.flatmap(lambda role: st.tuples(st.just(role), legal_frames(role.other)))


def outcome(role: Role, parts: list[bytes], policy: Policy) -> dict[str, object]:
    """Everything that a connection makes of a stream and its end, in which the reads leave no trace."""
    connection = open_connection(role, replace(policy))
    frames: list[Frame] = []
    violations: list[object] = []
    events: list[Event] = []
    replies: list[Frame] = []
    rest = b""
    for received in (*map(connection.receive_data, parts), connection.receive_eof()):
        assert all(0 <= index < len(received.frames) for index, _ in received.violations)
        violations += [(len(frames) + index, breach) for index, breach in received.violations]
        violations += [("rest", breach) for breach in received.rest_violations]
        frames += received.frames
        events += received.events
        replies += received.replies
        rest += received.rest
        connection.send(received.replies)
    assert wire_of(frames) + rest == b"".join(parts)
    return {
        "frames": frames,
        "violations": violations,
        "events": events,
        "replies": replies,
        "failure": connection.failure,
        "state": connection.state,
        "closed": (connection.close_sent, connection.close_received, connection.finished),
    }


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(told, policies, cuts)
def test_no_bytes_raise_no_byte_is_lost_and_no_chunking_matters(
    said: tuple[Role, bytes], policy: Policy, places: list[int]
) -> None:
    role, data = said
    whole = outcome(role, [data], policy)
    assert outcome(role, split(data, places), policy) == whole
    assert outcome(role, bytewise(data), policy) == whole


@given(told, st.lists(policies, min_size=1, max_size=5), cuts)
def test_a_policy_that_changes_all_the_time_raises_nothing(
    said: tuple[Role, bytes], changes: list[Policy], places: list[int]
) -> None:
    role, data = said
    connection = open_connection(role)
    taken = b""
    for index, part in enumerate(split(data, places)):
        connection.policy = changes[index % len(changes)]
        received = connection.receive_data(part)
        taken += wire_of(received.frames) + received.rest
        connection.send(received.replies)
    assert taken + connection.receive_eof().rest == data


@given(legal, cuts)
def test_legal_frames_become_their_messages(said: tuple[Role, list[Frame]], places: list[int]) -> None:
    role, frames = said
    whole = outcome(role, split(wire_of(frames), places), Policy())
    assert whole["violations"] == []
    assert whole["failure"] is None
    assert whole["frames"] == frames
    messages: list[str | bytes] = []
    parts, opcode = b"", 0
    for frame in frames:
        if frame.opcode < 8:
            opcode = frame.opcode or opcode
            parts += frame.payload
            if frame.head >= FIN:
                messages.append(parts.decode() if opcode == Opcode.TEXT else parts)
                parts = b""
    events = whole["events"]
    assert isinstance(events, list)
    assert [event for event in events if isinstance(event, str | bytes)] == messages
    controls = [frame.payload for frame in frames if frame.opcode in (Opcode.PING, Opcode.PONG)]
    others = [event for event in events if not isinstance(event, str | bytes | CloseReceived)]
    assert [event.payload for event in others] == controls


@given(legal_frames(Role.CLIENT), legal_frames(Role.SERVER), cuts)
def test_two_connections_understand_each_other(ours: list[Frame], theirs: list[Frame], places: list[int]) -> None:
    link = Link(places=places)
    link.client.write(ours)
    link.server.write(theirs)
    link.run()
    assert link.client.violations == link.server.violations == []
    assert link.client.connection.failure is link.server.connection.failure is None
    assert link.server.frames[: len(ours)] == ours
    assert link.client.frames[: len(theirs)] == theirs
    closed = [bool(frames) and frames[-1].opcode == Opcode.CLOSE for frames in (ours, theirs)]
    assert link.client.connection.finished is link.server.connection.finished is any(closed)
