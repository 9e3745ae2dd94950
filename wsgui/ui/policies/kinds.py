"""Which widget each policy gets, and under which heading it stands. A test holds that every policy is here."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final, NamedTuple

from wsgui.engine.options import Options
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS


class EditorKind(Enum):
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


class PolicyField(NamedTuple):
    """How one policy is edited. ``usual`` is what holds where nothing is said; ``choices`` are (value, label);
    ``zero`` is what 0 means, in a word."""

    kind: EditorKind
    usual: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    zero: str = ""
    suffix: str = ""


_FRAMES: Final = PolicyField(EditorKind.FRAMES)
_USUAL: Final = Options()

GROUPS: Final[tuple[tuple[str, dict[str, PolicyField]], ...]] = (
    (
        "What it answers and sends",
        {
            "mode": PolicyField(
                EditorKind.CHOICE, "strict", (("strict", "fail the connection"), ("observe", "only record them"))
            ),
            "auto-pong": PolicyField(EditorKind.SWITCH, "on"),
            "pong-delay": PolicyField(EditorKind.SPAN, "0ms", zero="at once"),
            "pong-payload": PolicyField(EditorKind.TEXT),
            "answer-close": PolicyField(EditorKind.SWITCH, "on"),
            "close-code": PolicyField(EditorKind.CODE, "1011"),
            "mask": PolicyField(
                EditorKind.CHOICE, "auto", (("auto", "as the role demands"), ("on", "always"), ("off", "never"))
            ),
            "compress": PolicyField(EditorKind.SWITCH, "on"),
        },
    ),
    (
        "What it reads",
        {
            "read": PolicyField(EditorKind.SWITCH, "on"),
            "read-rate": PolicyField(EditorKind.SIZE, "0", zero="all", suffix="/s"),
        },
    ),
    (
        "Frames that it sends wrong",
        {
            "drop": _FRAMES,
            "duplicate": _FRAMES,
            "corrupt": _FRAMES,
            "delay": _FRAMES,
            "seed": PolicyField(EditorKind.COUNT, "0"),
        },
    ),
    (
        "End of TCP",
        {
            "cut-after": PolicyField(EditorKind.COUNT, "0", zero="never", suffix=" frames"),
            "cut": PolicyField(EditorKind.CHOICE, "fin", (("fin", "FIN"), ("rst", "RST"))),
        },
    ),
    (
        "Opening handshake",
        {
            "handshake": PolicyField(
                EditorKind.CHOICE, "", (("", "right"), *((one.name, one.title) for one in HANDSHAKE_FAULTS.values()))
            )
        },
    ),
    (
        "Limits",
        {
            "frame-limit": PolicyField(EditorKind.SIZE, str(_USUAL.policy.frame_limit)),
            "message-limit": PolicyField(EditorKind.SIZE, str(_USUAL.policy.message_limit)),
            "head-limit": PolicyField(EditorKind.SIZE, str(_USUAL.limits.head_bytes)),
            "header-limit": PolicyField(EditorKind.COUNT, str(_USUAL.limits.headers)),
            "queue-limit": PolicyField(EditorKind.SIZE, str(_USUAL.limits.queued_bytes)),
            "connection-limit": PolicyField(EditorKind.COUNT, str(_USUAL.limits.connections)),
        },
    ),
)
"""Headings with their policies, in the order in which they are shown."""
