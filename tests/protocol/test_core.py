"""The choice between the two cores, and that they say the same."""

from __future__ import annotations

import sys
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.chunks import cuts, split
from tests.helpers.core_runs import run, using
from tests.helpers.frames import frames, legal_frames, policies, roles, streams
from tests.helpers.link import open_connection
from tests.protocol.conftest import COMPILED, unbuilt
from wsgui.protocol import core
from wsgui.protocol.compression import Deflator
from wsgui.protocol.core import PURE, Core
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.frames import Frame, wire_of
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role

KEY = bytes.fromhex("37fa213d")
BOTH = [PURE, pytest.param(COMPILED, marks=unbuilt)]


@pytest.fixture
def protocol_core() -> None:
    """In place of that of the folder: these tests say themselves which core they use."""


# --- the choice


@pytest.mark.parametrize("value", ["1", "yes", "true"])
def test_the_environment_switches_the_compiled_core_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSGUI_PURE", value)
    assert core.chosen() is PURE


@unbuilt
@pytest.mark.parametrize("value", ["0", "", None])
def test_the_compiled_core_is_used_where_it_is(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WSGUI_PURE", raising=False)
    if value is not None:
        monkeypatch.setenv("WSGUI_PURE", value)
    assert core.chosen().name == "compiled"


def test_without_it_the_python_code_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WSGUI_PURE", raising=False)
    monkeypatch.setitem(sys.modules, "wsgui.protocol._core", None)
    assert core.compiled() is None
    assert core.chosen() is PURE


def test_one_of_another_version_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wsgui.protocol._core", SimpleNamespace(VERSION=core.VERSION - 1))
    assert core.compiled() is None


def test_a_connection_keeps_the_core_that_it_was_made_with() -> None:
    with using(PURE):
        connection = open_connection(Role.CLIENT)
    assert type(connection._parser) is PURE.parser
    assert connection.receive_data(b"\x81\x02hi").events == ["hi"]


# --- both say the same

deflates = st.none() | st.builds(
    Deflate, st.booleans(), st.booleans(), st.sampled_from([None, 9, 15]), st.sampled_from([None, 9, 15])
)


@st.composite
def long_streams(draw: st.DrawFn, sender: Role) -> bytes:
    """Messages that cross reads, texts of many alphabets cut anywhere, compressed messages, and a few changed bytes."""
    deflator = Deflator(None, takeover=True)
    said: list[Frame] = []
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from(["plain ASCII ", "größer ", "κόσμε", "日本語の文", "\U0001f680\U0001f469 "]))
        payload = (text * draw(st.sampled_from([1, 3, 40, 900]))).encode()
        compressed = draw(st.booleans())
        if compressed:
            payload = deflator.fragment(payload)
        places = [0, *sorted(draw(st.lists(st.integers(0, len(payload)), max_size=4))), len(payload)]
        for index, (start, end) in enumerate(pairwise(places)):
            said.append(
                Frame.build(
                    0 if index else draw(st.sampled_from([1, 2])),
                    payload[start:end],
                    fin=index == len(places) - 2,
                    rsv1=compressed and not index,
                    masking_key=KEY if sender is Role.CLIENT else None,
                )
            )
            if draw(st.integers(0, 4)) == 0:
                said += draw(legal_frames(sender))
    wire = bytearray(wire_of(said))
    for _ in range(draw(st.integers(0, 2))):
        wire[draw(st.integers(0, len(wire) - 1))] = draw(st.integers(0, 255))
    return bytes(wire)


told = roles.flatmap(lambda role: st.tuples(st.just(role), streams(role.other) | long_streams(role.other)))


@unbuilt
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(told, policies, cuts, deflates)
def test_reads_leave_the_same_behind(
    said: tuple[Role, bytes], policy: Policy, places: list[int], deflate: Deflate | None
) -> None:
    assert COMPILED is not None
    role, data = said
    reads = split(data, places)
    ours = run(COMPILED, role, reads, replace(policy), deflate)
    assert ours == run(PURE, role, reads, replace(policy), deflate)


HEADS = [0x00, 0x01, 0x02, 0x03, 0x41, 0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x8A, 0x91, 0xC1]


@unbuilt
@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(HEADS), st.sampled_from([b"", b"ab", b"\xc3", b"\xa9", b"\xff"])), max_size=9),
    st.booleans(),
    deflates,
    cuts,
)
def test_short_frames_in_any_order(
    said: list[tuple[int, bytes]], strict: bool, deflate: Deflate | None, places: list[int]
) -> None:
    assert COMPILED is not None
    reads = split(b"".join(bytes((head, len(payload))) + payload for head, payload in said), places)
    policy = Policy(strict=strict, message_limit=200)
    ours = run(COMPILED, Role.CLIENT, reads, replace(policy), deflate)
    assert ours == run(PURE, Role.CLIENT, reads, replace(policy), deflate)


LENGTHS = [0, 1, 125, 126, 127, 0x7FFF, 0xFFFF, 0x10000, (1 << 31) - 1, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


@unbuilt
@pytest.mark.parametrize("limit", [0, 5, 126, 1 << 26, (1 << 63) - 1, 1 << 63, 1 << 64, 1 << 80])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("second", [0x7F, 0xFF])
def test_any_length_against_any_limit(limit: int, length: int, second: int) -> None:
    assert COMPILED is not None
    wire = bytes((0x82, second)) + length.to_bytes(8, "big") + KEY + bytes(range(130))
    for reads in ([wire], [wire[:9], wire[9:]], [wire[:12], wire[12:20], wire[20:]]):
        found = []
        for one in (PURE, COMPILED):
            parser = one.parser(limit)
            cut = [parser.feed(read) for read in reads]
            found.append((cut, parser.too_long, parser.under_way, parser.rest, parser.unfinished(3)))
        assert found[0] == found[1]


@pytest.mark.parametrize("one", BOTH)
def test_a_declared_length_allocates_nothing(one: Core) -> None:
    parser = one.parser((1 << 64) - 1)
    tracemalloc.start()
    try:
        assert parser.feed(bytes.fromhex("82 7f 7f ff ff ff ff ff ff ff") + bytes(1000)) == []
        assert tracemalloc.get_traced_memory()[1] < 100_000
        for _ in range(200):
            parser.feed(bytes(1000))
        assert tracemalloc.get_traced_memory()[0] < 600_000
    finally:
        tracemalloc.stop()
    assert parser.unfinished(200_990) == bytes(10)


@pytest.mark.parametrize("one", BOTH)
@pytest.mark.parametrize("size", [65_536, 65_537, 200_000, 1_000_000])
@pytest.mark.parametrize("step", [1_000, 65_536, 300_000])
def test_long_payloads_in_many_reads(one: Core, size: int, step: int) -> None:
    payload = bytes(range(251)) * (size // 251 + 1)
    frame = Frame.build(2, payload[:size], masking_key=KEY)
    wire = frame.wire() + b"\x81\x02hi"
    parser = one.parser()
    found = [each for start in range(0, len(wire), step) for each in parser.feed(wire[start : start + step])]
    assert found == [frame, Frame(0x81, 7, None, b"hi")]
    assert parser.rest == b""


# --- frames that no wire carried: interceptors and people make them

ODD = [
    Frame(0x81, 7, None, b"x" * 200),
    Frame(0x81, 16, None, b"short"),
    Frame(0x82, 64, None, b"short"),
    Frame(0x81, 7, b"", b"x"),
    Frame(0x300, 7, None, b"x"),
    Frame(-1, 7, None, b"x"),
    Frame(1 << 70, 7, None, b"x"),
    Frame(0x81, 7, b"abc", b"x"),
    Frame(0x81, 16, None, b"x" * 70_000),
    Frame(0x81, 8, None, b"x"),
]


OTHER_BYTES = Frame(0x81, 7, None, bytearray(b"x"))  # type: ignore[arg-type]


@unbuilt
@given(st.lists(frames(), max_size=4) | st.lists(st.sampled_from([*ODD, OTHER_BYTES]), max_size=3))
def test_the_wire_of_any_frames(some: list[Frame]) -> None:
    assert COMPILED is not None
    assert _outcome(COMPILED.wire_of, some) == _outcome(PURE.wire_of, some)
    assert _outcome(COMPILED.wire_of, tuple(some)) == _outcome(PURE.wire_of, some)


@unbuilt
@given(st.lists(frames() | st.sampled_from(ODD), max_size=5), policies)
def test_frames_of_an_interceptor(some: list[Frame], policy: Policy) -> None:
    assert COMPILED is not None
    found = []
    for one in (PURE, COMPILED):
        with using(one):
            connection = open_connection(Role.CLIENT, replace(policy))
        found.append((_outcome(connection.receive_frames, some), connection.open_message))
    assert found[0] == found[1]


def _outcome(function: object, value: object) -> object:
    try:
        return function(value)  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - that both raise the same is what is tested
        return type(error)


# --- what only our own code could give to the compiled core


@unbuilt
def test_arguments_that_make_no_sense_are_refused() -> None:
    from wsgui.protocol import _core

    assert COMPILED is not None
    parser, messages = COMPILED.parser(), COMPILED.messages()
    judge = open_connection(Role.CLIENT)._judge
    wrong: list[tuple[type[Exception], object, tuple[object, ...]]] = [
        (TypeError, parser.feed, (bytearray(b"ab"),)),
        (TypeError, parser.unfinished, ("1",)),
        (TypeError, COMPILED.parser, ("1",)),
        (TypeError, messages.start, ("1",)),
        (TypeError, messages.add, ("text", True, 5)),
        (TypeError, messages.add, (b"text", True, "5")),
        (TypeError, messages.peek, ("text",)),
        (TypeError, COMPILED.messages, (1,)),
        (TypeError, COMPILED.wire_of, (1,)),
        (TypeError, COMPILED.laid_out, (1,)),
        (TypeError, COMPILED.payload_bytes, (1,)),
        (TypeError, COMPILED.payload_bytes, ([None],)),
        (TypeError, COMPILED.payload_bytes, ([(0x81, 7, None, 1)],)),
        (TypeError, _core.teach, (int, int, int, None, None, None)),
        (TypeError, _core.teach, ()),
        (TypeError, _core.usual, ([], 0)),
        (TypeError, _core.usual, ((), 0, judge, True, messages, False, 5, [])),
        (TypeError, _core.usual, ([], 0, judge, True, None, False, 5, [])),
        (IndexError, _core.usual, ([], -1, judge, True, messages, False, 5, [])),
        (TypeError, _core.usual, ([], "0", judge, True, messages, False, 5, [])),
        (AttributeError, _core.usual, ([], 0, None, True, messages, False, 5, [])),
    ]
    for kind, function, arguments in wrong:
        with pytest.raises(kind):
            function(*arguments)  # type: ignore[operator]
    with pytest.raises(AttributeError):
        del parser.frame_limit
    with pytest.raises(TypeError):
        parser.frame_limit = "5"  # type: ignore[assignment]
    for not_a_frame in (None, (1, 2), ("a", 7, None, b"")):
        assert _core.laid_out([not_a_frame]) is None  # type: ignore[list-item]
        assert _core.usual([not_a_frame], 0, judge, True, messages, False, 5, []) == 0  # type: ignore[list-item]
    assert _core.usual([], 5, judge, True, messages, False, 5, []) == 5
