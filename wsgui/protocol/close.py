"""Close codes and the payload of a close frame (RFC 6455 sections 5.5.1 and 7.4).

Nothing here refuses a code that must not be sent: people may send one on purpose. Judging is another
module's work.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from wsgui.protocol.states import Role

_NOBODY: Final = frozenset[Role]()
"""Codes that only a local API reports."""
_CLIENT: Final = frozenset((Role.CLIENT,))
_SERVER: Final = frozenset((Role.SERVER,))
_BOTH: Final = _CLIENT | _SERVER

REASON_LIMIT = 123
"""Bytes of UTF-8 in a reason: a control frame carries 125, and the code takes two (RFC 6455 section 5.5)."""


class CloseCode(IntEnum):
    """The codes of RFC 6455 section 7.4.1 and those that IANA registered since; others stay plain ints."""

    NORMAL_CLOSURE = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    RESERVED_1004 = 1004
    NO_STATUS_RECEIVED = 1005
    ABNORMAL_CLOSURE = 1006
    INVALID_PAYLOAD_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    TLS_HANDSHAKE = 1015
    UNAUTHORIZED = 3000
    FORBIDDEN = 3003
    TIMEOUT = 3008


class CloseMeaning(NamedTuple):
    """What a close code says.

    ``name`` is the registry's name in small letters, ``meaning`` one sentence, ``on_wire`` whether a close
    frame may carry the code, ``senders`` which endpoints use it, ``section`` the place in RFC 6455 (11.7 is
    IANA's registry).
    """

    name: str
    meaning: str
    on_wire: bool
    senders: frozenset[Role]
    section: str


CLOSE_CODES: dict[int, CloseMeaning] = {
    CloseCode.NORMAL_CLOSURE: CloseMeaning(
        "normal closure", "The purpose of the connection has been fulfilled.", True, _BOTH, "7.4.1"
    ),
    CloseCode.GOING_AWAY: CloseMeaning(
        "going away", "A server goes down or a browser leaves the page.", True, _BOTH, "7.4.1"
    ),
    CloseCode.PROTOCOL_ERROR: CloseMeaning(
        "protocol error", "The peer broke a rule of the protocol.", True, _BOTH, "7.4.1"
    ),
    CloseCode.UNSUPPORTED_DATA: CloseMeaning(
        "unsupported data",
        "The peer sent a type of data that cannot be accepted here.",
        True,
        _BOTH,
        "7.4.1",
    ),
    CloseCode.RESERVED_1004: CloseMeaning(
        "reserved", "It has no meaning yet; one may be defined in future.", False, _NOBODY, "7.4.1"
    ),
    CloseCode.NO_STATUS_RECEIVED: CloseMeaning(
        "no status received",
        "The close frame carried no code; only a local API says so.",
        False,
        _NOBODY,
        "7.4.1",
    ),
    CloseCode.ABNORMAL_CLOSURE: CloseMeaning(
        "abnormal closure",
        "The connection ended without a close frame; only a local API says so.",
        False,
        _NOBODY,
        "7.4.1",
    ),
    CloseCode.INVALID_PAYLOAD_DATA: CloseMeaning(
        "invalid frame payload data",
        "The data does not fit the type of the message, such as a text that is not UTF-8.",
        True,
        _BOTH,
        "7.4.1",
    ),
    CloseCode.POLICY_VIOLATION: CloseMeaning(
        "policy violation",
        "A message breaks the endpoint's own policy; no other code fits.",
        True,
        _BOTH,
        "7.4.1",
    ),
    CloseCode.MESSAGE_TOO_BIG: CloseMeaning(
        "message too big", "A message is too big to be processed.", True, _BOTH, "7.4.1"
    ),
    CloseCode.MANDATORY_EXTENSION: CloseMeaning(
        "mandatory extension",
        "The client needs an extension that the server did not negotiate; the reason lists it.",
        True,
        _CLIENT,
        "7.4.1",
    ),
    CloseCode.INTERNAL_ERROR: CloseMeaning(
        "internal error", "The server met a condition that kept it from serving.", True, _SERVER, "7.4.1"
    ),
    CloseCode.SERVICE_RESTART: CloseMeaning(
        "service restart", "The server restarts; connect again after 5 to 30 seconds.", True, _SERVER, "11.7"
    ),
    CloseCode.TRY_AGAIN_LATER: CloseMeaning(
        "try again later",
        "The server is overloaded; connect to another one or later.",
        True,
        _SERVER,
        "11.7",
    ),
    CloseCode.BAD_GATEWAY: CloseMeaning(
        "bad gateway",
        "The server is a gateway and got an invalid answer from the server behind it.",
        True,
        _SERVER,
        "11.7",
    ),
    CloseCode.TLS_HANDSHAKE: CloseMeaning(
        "TLS handshake", "The TLS handshake failed; only a local API says so.", False, _NOBODY, "7.4.1"
    ),
    CloseCode.UNAUTHORIZED: CloseMeaning(
        "unauthorized", "The request needs an authorization, as with HTTP 401.", True, _BOTH, "11.7"
    ),
    CloseCode.FORBIDDEN: CloseMeaning(
        "forbidden", "The peer is known and has no permission, as with HTTP 403.", True, _BOTH, "11.7"
    ),
    CloseCode.TIMEOUT: CloseMeaning(
        "timeout", "The endpoint took too long to answer, as with HTTP 408.", True, _BOTH, "11.7"
    ),
}
"""Every registered code, in the order of the numbers."""


def close_code_name(code: int) -> str:
    """The code and its name (``1002 protocol error``); one without a name shows its range (section 7.4.2)."""
    meaning = CLOSE_CODES.get(code)
    if meaning is not None:
        return f"{int(code)} {meaning.name}"
    if 3000 <= code <= 3999:
        return f"{code} registered"
    if 4000 <= code <= 4999:
        return f"{code} private use"
    return f"{code} reserved" if 1000 <= code <= 2999 else f"{code} invalid"


def may_be_sent(code: int) -> bool:
    """Whether a close frame may carry the code (RFC 6455 sections 7.4.1 and 7.4.2)."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


class Close(NamedTuple):
    """What a close frame says; ``code`` is None if it carried none."""

    code: int | None
    reason: str


def encode_close(code: int | None, reason: str = "") -> bytes:
    """The payload of a close frame; any code from 0 to 65535, also one that must not be sent.

    Raises ValueError when the reason takes over 123 bytes of UTF-8 or cannot be encoded, when it stands
    without a code, or when the code does not fit 16 bits.
    """
    if code is None:
        if reason:
            raise ValueError("a reason needs a close code before it")
        return b""
    if not 0 <= code <= 0xFFFF:
        raise ValueError(f"a close code has 16 bits, 0 to 65535, not {code}")
    text = reason.encode()
    if len(text) > REASON_LIMIT:
        raise ValueError(f"a close reason has up to {REASON_LIMIT} bytes of UTF-8, not {len(text)}")
    return code.to_bytes(2, "big") + text


def decode_close(payload: bytes) -> Close:
    """Read the payload of a close frame. Never raises: one byte is no code, bad UTF-8 becomes U+FFFD."""
    if len(payload) < 2:
        return Close(None, "")
    return Close(int.from_bytes(payload[:2], "big"), payload[2:].decode(errors="replace"))
