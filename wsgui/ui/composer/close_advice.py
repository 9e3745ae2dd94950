"""What to say of a close code before it is sent. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.close import CLOSE_CODES, may_be_sent

if TYPE_CHECKING:
    from wsgui.protocol.states import Role


def close_meaning(code: int | None) -> str:
    """One sentence: what the code tells the peer."""
    if code is None:
        return "A close frame without a code: the peer's API reports 1005, no status received."
    meaning = CLOSE_CODES.get(code)
    if meaning is not None:
        return f"{meaning.meaning} (RFC 6455 {meaning.section})"
    if 3000 <= code <= 3999:
        return "For libraries, frameworks and applications that register the code with IANA (RFC 6455 7.4.2)."
    if 4000 <= code <= 4999:
        return "For private use between the two endpoints (RFC 6455 7.4.2)."
    if 1000 <= code <= 2999:
        return "Kept for future versions of the protocol and its extensions (RFC 6455 7.4.2)."
    if code < 1000:
        return "Codes below 1000 are not used (RFC 6455 7.4.2)."
    return "RFC 6455 defines no codes from 5000 on."


def close_warning(code: int | None, role: Role) -> str:
    """What a strict peer does with a code that this endpoint should not send; empty if all is well."""
    if code is None:
        return ""
    if not may_be_sent(code):
        why = "never stands on the wire" if code in CLOSE_CODES else "is not defined"
        return f"{code} {why}: a strict peer fails the connection and answers 1002, protocol error."
    meaning = CLOSE_CODES.get(code)
    if meaning is not None and role not in meaning.senders:
        return (
            f"{code} is for {role.other.value}s, and this is the {role.value}: a strict peer notes it, "
            "and most take it as any other code."
        )
    return ""
