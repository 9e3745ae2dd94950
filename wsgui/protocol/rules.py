"""The table of rules: each demand of RFC 6455 and RFC 7692 that can be seen on the wire, once.

A row has an id, the section that makes the demand, how much a breach matters, the close code that a strict endpoint
answers with (None: the connection need not be closed for it), and the demand as a sentence. The judges (`judge`
for frames, `handshake_rules` for heads, `messages` for text) name a row by its id and add a sentence on the case.
"""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.violations import Severity, Violation


class Rule(NamedTuple):
    """One row of the table; see the module's head for its fields."""

    id: str
    section: str
    severity: Severity
    close_code: int | None
    demand: str


def _rows() -> tuple[Rule, ...]:
    error, warning = Severity.ERROR, Severity.WARNING
    return (
        # The opening handshake: a request that breaks these gets an HTTP error, so there is no close code.
        Rule("request.method", "4.1", error, None, "The opening handshake is a GET request."),
        Rule("request.http-version", "4.1", error, None, "The HTTP version is at least 1.1."),
        Rule("request.host", "4.1", error, None, "The request has one Host header."),
        Rule("request.upgrade", "4.1", error, None, "Upgrade names websocket."),
        Rule("request.connection", "4.1", error, None, "Connection names Upgrade."),
        Rule("request.key", "4.1", error, None, "Sec-WebSocket-Key stands once: 16 bytes in base64."),
        Rule("request.version", "4.1", error, None, "Sec-WebSocket-Version is 13."),
        Rule("request.subprotocol", "4.1", error, None, "Subprotocols are HTTP tokens, each named once."),
        Rule("request.extensions", "9.1", error, None, "Sec-WebSocket-Extensions follows its grammar."),
        Rule(
            "request.deflate", "7692 7.1", warning, None, "Parameters offered are known, stand once, and are in range."
        ),
        Rule("response.status", "4.1", error, None, "A server that agrees answers 101."),
        Rule("response.upgrade", "4.1", error, None, "Upgrade is websocket."),
        Rule("response.connection", "4.1", error, None, "Connection names Upgrade."),
        Rule("response.accept", "4.1", error, None, "Sec-WebSocket-Accept proves that the key was read."),
        Rule("response.extension", "4.1", error, 1010, "Only extensions that were offered may be accepted."),
        Rule("response.extensions", "9.1", error, None, "Sec-WebSocket-Extensions follows its grammar."),
        Rule("response.deflate", "7692 7.1", error, None, "The parameters accepted are valid and fit the offer."),
        Rule("response.subprotocol", "4.1", error, None, "Only a subprotocol that was offered may be chosen."),
        Rule("http.malformed", "4.1", error, None, "The handshake is valid HTTP."),
        # Frames.
        Rule("mask.client-unmasked", "5.1", error, 1002, "A client masks every frame that it sends."),
        Rule("mask.server-masked", "5.1", error, 1002, "A server masks no frame."),
        Rule("rsv.not-negotiated", "5.2", error, 1002, "Reserved bits are 0 unless an extension defines them."),
        Rule("opcode.reserved-data", "5.2", error, 1002, "Opcodes 3 to 7 are reserved."),
        Rule("opcode.reserved-control", "5.2", error, 1002, "Opcodes 0xB to 0xF are reserved."),
        Rule("length.not-minimal", "5.2", error, 1002, "The length is written in the fewest bytes."),
        Rule("length.top-bit", "5.2", error, 1002, "The top bit of a 64-bit length is 0."),
        Rule("length.over-limit", "10.4", error, 1009, "A frame is not larger than this endpoint takes."),
        Rule("continuation.nothing-open", "5.4", error, 1002, "A continuation frame follows a started message."),
        Rule("fragment.interleaved", "5.4", error, 1002, "A message ends before the next one starts."),
        Rule("message.over-limit", "10.4", error, 1009, "A message is not larger than this endpoint takes."),
        Rule("control.fragmented", "5.5", error, 1002, "Control frames are not fragmented."),
        Rule("control.too-long", "5.5", error, 1002, "Control frames carry at most 125 bytes."),
        Rule("close.one-byte", "5.5.1", error, 1002, "A close frame's payload is empty or starts with a code."),
        Rule("close.code-reserved", "7.4.1", error, 1002, "1004, 1005, 1006 and 1015 never stand on the wire."),
        Rule("close.code-undefined", "7.4.2", error, 1002, "Close codes are those defined, or 3000 to 4999."),
        Rule("close.wrong-side", "7.4.1", warning, None, "1010 is for clients, 1011 to 1014 are for servers."),
        Rule("close.reason-not-utf8", "5.5.1", error, 1007, "A close reason is valid UTF-8."),
        Rule("frame.after-close", "5.5.1", error, None, "After its close frame an endpoint sends no more data."),
        Rule("utf8.invalid", "8.1", error, 1007, "A text message is valid UTF-8."),
        Rule("utf8.cut", "8.1", error, 1007, "A text message does not end inside a character."),
        Rule("deflate.rsv1-misplaced", "7692 6", error, 1002, "RSV1 stands on the first frame of a message alone."),
        Rule("deflate.invalid", "7692 7.2.2", error, 1007, "A compressed message can be inflated."),
        Rule("frame.cut", "5.2", error, None, "TCP does not end inside a frame."),
    )


RULES: dict[str, Rule] = {rule.id: rule for rule in _rows()}


def violation(rule_id: str, text: str) -> Violation:
    """A breach of the row ``rule_id``, with a sentence on this very case."""
    rule = RULES[rule_id]
    return Violation(rule.id, rule.section, rule.severity, rule.close_code, text)
