"""Which widget each policy gets, and under which heading it stands. A test holds that every policy is here."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple

from wsgui.engine.options import Options
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS


class Kind(Enum):
    """A kind of widget."""

    SWITCH = auto()
    CHOICE = auto()
    SPAN = auto()
    """Milliseconds."""
    SIZE = auto()
    """Bytes, with a unit to choose."""
    COUNT = auto()
    CODE = auto()
    """A number that is there or not."""
    TEXT = auto()
    """A text that is there or not."""
    FRAMES = auto()
    """Any number of them, each with a filter: `FrameFaultList`."""


class Field(NamedTuple):
    """How one policy is edited. ``usual`` is what holds where nothing is said; ``choices`` are (value, label);
    ``zero`` is what 0 means, in a word."""

    kind: Kind
    usual: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    zero: str = ""
    suffix: str = ""


_FRAMES: Final = Field(Kind.FRAMES)
_USUAL: Final = Options()

GROUPS: Final[tuple[tuple[str, dict[str, Field]], ...]] = (
    (
        "What it answers and sends",
        {
            "mode": Field(Kind.CHOICE, "strict", (("strict", "fail the connection"), ("observe", "only record them"))),
            "auto-pong": Field(Kind.SWITCH, "on"),
            "pong-delay": Field(Kind.SPAN, "0ms", zero="at once"),
            "pong-payload": Field(Kind.TEXT),
            "answer-close": Field(Kind.SWITCH, "on"),
            "close-code": Field(Kind.CODE, "1011"),
            "mask": Field(Kind.CHOICE, "auto", (("auto", "as the role demands"), ("on", "always"), ("off", "never"))),
            "compress": Field(Kind.SWITCH, "on"),
        },
    ),
    (
        "What it reads",
        {"read": Field(Kind.SWITCH, "on"), "read-rate": Field(Kind.SIZE, "0", zero="all", suffix="/s")},
    ),
    (
        "Frames that it sends wrong",
        {"drop": _FRAMES, "duplicate": _FRAMES, "corrupt": _FRAMES, "delay": _FRAMES, "seed": Field(Kind.COUNT, "0")},
    ),
    (
        "End of TCP",
        {
            "cut-after": Field(Kind.COUNT, "0", zero="never", suffix=" frames"),
            "cut": Field(Kind.CHOICE, "fin", (("fin", "FIN"), ("rst", "RST"))),
        },
    ),
    (
        "Opening handshake",
        {
            "handshake": Field(
                Kind.CHOICE, "", (("", "right"), *((one.name, one.title) for one in HANDSHAKE_FAULTS.values()))
            )
        },
    ),
    (
        "Limits",
        {
            "frame-limit": Field(Kind.SIZE, str(_USUAL.policy.frame_limit)),
            "message-limit": Field(Kind.SIZE, str(_USUAL.policy.message_limit)),
            "head-limit": Field(Kind.SIZE, str(_USUAL.limits.head_bytes)),
            "header-limit": Field(Kind.COUNT, str(_USUAL.limits.headers)),
            "queue-limit": Field(Kind.SIZE, str(_USUAL.limits.queued_bytes)),
            "connection-limit": Field(Kind.COUNT, str(_USUAL.limits.connections)),
        },
    ),
)
"""Headings with their policies, in the order in which they are shown."""
