"""Every row of the table of rules, broken once with literal bytes: what a strict endpoint says and closes with."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.helpers.link import open_connection
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.deflate import Deflate
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.policy import Policy
from wsgui.protocol.rules import RULES, violation
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import Role
from wsgui.protocol.url import WsUrl
from wsgui.protocol.violations import Severity, Violation

C, S = Role.CLIENT, Role.SERVER


class Case(NamedTuple):
    """``wire`` comes to an endpoint of ``role`` and breaks ``rule``; ``close_code`` is what it closes with."""

    rule: str
    role: Role
    wire: bytes
    close_code: int | None


def row(rule: str, role: Role, hexed: str, close_code: int | None) -> Case:
    return Case(rule, role, bytes.fromhex(hexed), close_code)


FRAMES = [
    row("mask.client-unmasked", S, "81 05 48 65 6c 6c 6f", 1002),
    row("mask.server-masked", C, "81 85 37 fa 21 3d 7f 9f 4d 51 58", 1002),
    row("rsv.not-negotiated", C, "c1 05 48 65 6c 6c 6f", 1002),
    row("rsv.not-negotiated", S, "91 80 00 00 00 00", 1002),
    row("opcode.reserved-data", C, "83 00", 1002),
    row("opcode.reserved-control", S, "8b 80 00 00 00 00", 1002),
    row("length.not-minimal", C, "82 7e 00 05 48 65 6c 6c 6f", 1002),
    row("length.not-minimal", S, "82 ff 00 00 00 00 00 00 00 01 00 00 00 00 ff", 1002),
    row("length.top-bit", C, "82 7f 80 00 00 00 00 00 00 00", 1009),
    row("length.over-limit", S, "82 ff 00 00 00 00 04 00 00 01", 1009),
    row("continuation.nothing-open", C, "80 00", 1002),
    row("fragment.interleaved", C, "01 01 61 81 01 62", 1002),
    row("message.over-limit", C, "02 7e 01 90" + "00" * 400 + "80 7e 01 91" + "00" * 401, 1009),
    row("control.fragmented", C, "09 00", 1002),
    row("control.too-long", C, "89 7e 00 7e" + "00" * 126, 1002),
    row("close.one-byte", C, "88 01 03", 1002),
    row("close.code-reserved", C, "88 02 03 ed", 1002),
    row("close.code-undefined", S, "88 82 00 00 00 00 03 e7", 1002),
    row("close.wrong-side", C, "88 02 03 f2", 1010),
    row("close.wrong-side", S, "88 82 00 00 00 00 03 f3", 1011),
    row("close.reason-not-utf8", C, "88 03 03 e8 ff", 1007),
    row("frame.after-close", C, "88 02 03 e8 81 01 61", 1000),
    row("utf8.invalid", C, "81 01 ff", 1007),
    row("utf8.cut", S, "81 82 00 00 00 00 61 c3", 1007),
    row("deflate.rsv1-misplaced", C, "c9 00", 1002),
    row("deflate.invalid", C, "c1 02 ff ff", 1007),
    row("frame.cut", C, "81 05 48", None),
]
DEFLATE = Deflate()
POLICY = Policy(message_limit=800)
BIG = Policy()

REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def changed(head: bytes, old: bytes, new: bytes) -> bytes:
    assert head.count(old) == 1
    return head.replace(old, new)


HEADS = [
    Case("request.method", S, changed(REQUEST, b"GET", b"PUT"), None),
    Case("request.http-version", S, changed(REQUEST, b"HTTP/1.1", b"HTTP/1.0"), None),
    Case(
        "request.host",
        S,
        changed(changed(REQUEST, b"Host: server.example.com\r\n", b""), b"HTTP/1.1", b"HTTP/1.0"),
        None,
    ),
    Case("request.upgrade", S, changed(REQUEST, b"Upgrade: websocket", b"Upgrade: h2c"), None),
    Case("request.connection", S, changed(REQUEST, b"Connection: Upgrade", b"Connection: keep-alive"), None),
    Case("request.key", S, changed(REQUEST, b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhl"), None),
    Case("request.version", S, changed(REQUEST, b"Version: 13", b"Version: 8"), None),
    Case(
        "request.subprotocol",
        S,
        changed(REQUEST, b"Version: 13", b"Version: 13\r\nSec-WebSocket-Protocol: chat, chat"),
        None,
    ),
    Case(
        "request.extensions",
        S,
        changed(REQUEST, b"Version: 13", b"Version: 13\r\nSec-WebSocket-Extensions: a;;b"),
        None,
    ),
    Case(
        "response.extensions",
        C,
        changed(RESPONSE, b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: =\r\n\r\n"),
        None,
    ),
    Case(
        "response.deflate",
        C,
        changed(RESPONSE, b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate; x\r\n\r\n"),
        None,
    ),
    Case("http.malformed", S, b"GET\r\n\r\n", None),
    Case("http.malformed", C, b"SSH-2.0-OpenSSH_9.2\r\n", None),
    Case("response.status", C, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", None),
    Case("response.upgrade", C, changed(RESPONSE, b"Upgrade: websocket", b"Upgrade: h2c"), None),
    Case("response.connection", C, changed(RESPONSE, b"Connection: Upgrade", b"Connection: close"), None),
    Case("response.accept", C, changed(RESPONSE, b"s3pP", b"S3pP"), None),
    Case(
        "response.extension",
        C,
        changed(RESPONSE, b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-webkit-deflate-frame\r\n\r\n"),
        1010,
    ),
    Case("response.subprotocol", C, changed(RESPONSE, b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n"), None),
]


def ids(cases: list[Case]) -> list[str]:
    return [f"{case.rule} at a {case.role.value}" for case in cases]


def read_all(role: Role, wire: bytes, policy: Policy, *, deflate: bool) -> tuple[list[Violation], bytes | None]:
    """What was found, and the payload of the close frame that was answered."""
    connection = open_connection(role, policy, DEFLATE if deflate else None)
    first = connection.receive_data(wire)
    last = connection.receive_eof()
    found = [breach for _, breach in first.violations] + [*first.rest_violations, *last.rest_violations]
    closes = [frame.payload for frame in first.replies if frame.opcode == 8]
    assert len(closes) <= 1
    return found, closes[0] if closes else None


@pytest.mark.parametrize("case", FRAMES, ids=ids(FRAMES))
def test_a_broken_rule_and_its_close_code(case: Case) -> None:
    found, answer = read_all(
        case.role,
        case.wire,
        POLICY if case.rule.startswith("message") else BIG,
        deflate=case.rule.startswith("deflate"),
    )
    assert case.rule in [breach.rule for breach in found]
    assert (None if answer is None else int.from_bytes(answer[:2], "big")) == case.close_code
    rule = RULES[case.rule]
    if rule.close_code is not None and case.rule != "length.top-bit":
        assert rule.close_code == case.close_code
        assert answer is not None
        assert answer[2:].decode() == found[-1].text


@pytest.mark.parametrize("case", FRAMES, ids=ids(FRAMES))
def test_observing_finds_the_same_and_goes_on(case: Case) -> None:
    policy = Policy(strict=False, answer_close=False, message_limit=800 if case.rule.startswith("message") else 1 << 26)
    found, answer = read_all(case.role, case.wire, policy, deflate=case.rule.startswith("deflate"))
    assert case.rule in [breach.rule for breach in found]
    limits = ("length.top-bit", "length.over-limit", "message.over-limit")
    assert (answer is not None) is (case.rule in limits)


@pytest.mark.parametrize("case", HEADS, ids=ids(HEADS))
def test_a_broken_rule_of_the_handshake(case: Case) -> None:
    handshake: ServerHandshake | ClientHandshake
    if case.role is S:
        handshake = ServerHandshake()
    else:
        handshake = ClientHandshake(
            WsUrl.parse("ws://server.example.com/chat"), b"the sample nonce", offer="permessage-deflate"
        )
    handshake.receive_data(case.wire)
    assert handshake.outcome is Outcome.REFUSED
    assert case.rule in [breach.rule for breach in handshake.violations]
    assert RULES[case.rule].close_code == case.close_code
    assert handshake.error


def test_the_unbroken_handshake_is_accepted() -> None:
    server = ServerHandshake()
    server.receive_data(REQUEST)
    assert server.outcome is Outcome.ACCEPTED
    client = ClientHandshake(WsUrl.parse("ws://server.example.com/chat"), b"the sample nonce")
    client.receive_data(RESPONSE)
    assert client.outcome is Outcome.ACCEPTED


def test_a_wrong_offer_is_declined_and_told() -> None:
    server = ServerHandshake(deflate=DEFLATE)
    offer = b"Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7"
    server.receive_data(changed(REQUEST, b"Version: 13", offer))
    assert server.outcome is Outcome.ACCEPTED
    assert server.deflate is None
    assert [breach.rule for breach in server.violations] == ["request.deflate"]


def test_every_rule_has_its_case() -> None:
    assert {case.rule for case in FRAMES + HEADS} | {"request.deflate"} == set(RULES)


def test_rows_are_well_formed() -> None:
    for id_, rule in RULES.items():
        assert id_ == rule.id
        assert rule.demand.endswith(".")
        assert rule.section.removeprefix("7692 ").replace(".", "").isdigit()
        assert rule.close_code in (None, 1002, 1007, 1009, 1010)
        # A strict endpoint acts on the close code alone.
        assert rule.severity is Severity.ERROR or rule.close_code is None


def test_a_violation_carries_its_row() -> None:
    breach = violation("utf8.invalid", "Byte 3.")
    assert breach == Violation("utf8.invalid", "8.1", Severity.ERROR, 1007, "Byte 3.")


@pytest.mark.parametrize("role", Role)
def test_masking_is_judged_by_the_sender(role: Role) -> None:
    assert FrameJudge(role).sender is role
