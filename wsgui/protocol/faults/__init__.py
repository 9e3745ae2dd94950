"""The library of ready-made faults: one or more for every rule of `wsgui.protocol.rules`, and those met in practice.

Each is pure data (see `model`). A new one goes into the module of its subject: `frame_faults` (headers, fragments,
lengths), `control_faults` (pings and the close frame), `text_faults` (UTF-8), `compression_faults` (RSV1 and
permessage-deflate), `request_faults` and `response_faults` (the handshake).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.faults.compression_faults import COMPRESSION_FAULTS
from wsgui.protocol.faults.control_faults import CONTROL_FAULTS
from wsgui.protocol.faults.frame_faults import FRAME_FAULTS
from wsgui.protocol.faults.model import Fault, FrameFault, Reaction, ReactionKind, RequestFault, ResponseFault
from wsgui.protocol.faults.request_faults import REQUEST_FAULTS
from wsgui.protocol.faults.response_faults import RESPONSE_FAULTS
from wsgui.protocol.faults.text_faults import TEXT_FAULTS

if TYPE_CHECKING:
    from wsgui.protocol.states import Role

__all__ = [
    "FAULTS",
    "Fault",
    "FrameFault",
    "Reaction",
    "ReactionKind",
    "RequestFault",
    "ResponseFault",
    "fault",
    "frame_faults",
    "matches",
]

FAULTS: dict[str, Fault] = {
    one.id: one
    for one in (
        *FRAME_FAULTS,
        *COMPRESSION_FAULTS,
        *CONTROL_FAULTS,
        *TEXT_FAULTS,
        *REQUEST_FAULTS,
        *RESPONSE_FAULTS,
    )
}
"""Every fault by its id, in the order in which lists show them."""


def fault(fault_id: str) -> Fault:
    """The fault of this id; raises KeyError."""
    return FAULTS[fault_id]


def frame_faults(sender: Role) -> list[FrameFault]:
    """What ``sender`` can do wrong on an open connection."""
    return [one for one in FAULTS.values() if isinstance(one, FrameFault) and sender in one.senders]


def matches(one: Fault, words: str) -> bool:
    """Whether a fault's name, rule, section, reaction and explanation hold each of ``words``, case aside."""
    text = f"{one.id} {one.name} {one.rule} {one.reference} {one.reaction.text} {one.explanation}".casefold()
    return all(word in text for word in words.casefold().split())
