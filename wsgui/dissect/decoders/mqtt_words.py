"""The words and numbers of MQTT: packet types, reason codes, properties (OASIS MQTT 5.0, sections 2.1 to 2.4)."""

from __future__ import annotations

from enum import Enum
from typing import Final

TYPES: Final = (
    "reserved",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH",
)
FLAGS: Final = {6: 2, 8: 2, 10: 2}
"""The flags that a type must have (section 2.1.3); all but PUBLISH have 0 otherwise."""
OLD_CODES: Final = (
    "accepted",
    "unacceptable protocol version",
    "identifier rejected",
    "server unavailable",
    "bad user name or password",
    "not authorized",
)
CODES: Final = {
    0x00: "success",
    0x01: "granted QoS 1",
    0x02: "granted QoS 2",
    0x04: "disconnect with will message",
    0x10: "no matching subscribers",
    0x11: "no subscription existed",
    0x18: "continue authentication",
    0x19: "re-authenticate",
    0x80: "unspecified error",
    0x81: "malformed packet",
    0x82: "protocol error",
    0x83: "implementation specific error",
    0x84: "unsupported protocol version",
    0x85: "client identifier not valid",
    0x86: "bad user name or password",
    0x87: "not authorized",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
    0x8B: "server shutting down",
    0x8C: "bad authentication method",
    0x8D: "keep alive timeout",
    0x8E: "session taken over",
    0x8F: "topic filter invalid",
    0x90: "topic name invalid",
    0x91: "packet identifier in use",
    0x92: "packet identifier not found",
    0x93: "receive maximum exceeded",
    0x94: "topic alias invalid",
    0x95: "packet too large",
    0x96: "message rate too high",
    0x97: "quota exceeded",
    0x98: "administrative action",
    0x99: "payload format invalid",
    0x9A: "retain not supported",
    0x9B: "QoS not supported",
    0x9C: "use another server",
    0x9D: "server moved",
    0x9E: "shared subscriptions not supported",
    0x9F: "connection rate exceeded",
    0xA0: "maximum connect time",
    0xA1: "subscription identifiers not supported",
    0xA2: "wildcard subscriptions not supported",
}


class PropertyForm(Enum):
    """How the value of a property is written; ``size`` is how many bytes a number has that always has as many."""

    BYTE = 1
    TWO = 2
    FOUR = 4
    VARIABLE = "variable"
    TEXT = "text"
    DATA = "data"
    PAIR = "pair"

    @property
    def size(self) -> int:
        """0 if the number of bytes is not fixed."""
        return self.value if isinstance(self.value, int) else 0


PROPERTIES: Final = {  # section 2.2.2.2
    0x01: ("payload format", PropertyForm.BYTE),
    0x02: ("message expiry interval", PropertyForm.FOUR),
    0x03: ("content type", PropertyForm.TEXT),
    0x08: ("response topic", PropertyForm.TEXT),
    0x09: ("correlation data", PropertyForm.DATA),
    0x0B: ("subscription identifier", PropertyForm.VARIABLE),
    0x11: ("session expiry interval", PropertyForm.FOUR),
    0x12: ("assigned client identifier", PropertyForm.TEXT),
    0x13: ("server keep alive", PropertyForm.TWO),
    0x15: ("authentication method", PropertyForm.TEXT),
    0x16: ("authentication data", PropertyForm.DATA),
    0x17: ("request problem information", PropertyForm.BYTE),
    0x18: ("will delay interval", PropertyForm.FOUR),
    0x19: ("request response information", PropertyForm.BYTE),
    0x1A: ("response information", PropertyForm.TEXT),
    0x1C: ("server reference", PropertyForm.TEXT),
    0x1F: ("reason string", PropertyForm.TEXT),
    0x21: ("receive maximum", PropertyForm.TWO),
    0x22: ("topic alias maximum", PropertyForm.TWO),
    0x23: ("topic alias", PropertyForm.TWO),
    0x24: ("maximum QoS", PropertyForm.BYTE),
    0x25: ("retain available", PropertyForm.BYTE),
    0x26: ("user property", PropertyForm.PAIR),
    0x27: ("maximum packet size", PropertyForm.FOUR),
    0x28: ("wildcard subscription available", PropertyForm.BYTE),
    0x29: ("subscription identifier available", PropertyForm.BYTE),
    0x2A: ("shared subscription available", PropertyForm.BYTE),
}
