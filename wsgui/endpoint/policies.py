"""Policies and faults by name, as the command line takes them, the window lists them, and endpoints keep them.

One table says what there is. `apply` puts a value into the options of a connection; `misbehaviour` says in sentences
what is switched on that a correct endpoint would not do.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.endpoint.frame_predicate import FramePredicate, PredicateError, frame_predicate
from wsgui.engine.faults import Action, Cut, Tampering
from wsgui.engine.options import Options
from wsgui.options.quantities import QuantityError, read_bytes, read_flag, read_number, read_seconds
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class PolicyError(ValueError):
    """A policy that there is not, or a value that it does not take, in one sentence."""


class PolicyShape(Enum):
    """What a value looks like, and so which editor the window gives it."""

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
    """Any number of them, each with a filter."""


class PolicyItem(NamedTuple):
    """One row: ``name=value`` as people write it, ``values`` says what may stand there, ``fault`` whether a correct
    endpoint never does it, ``server`` whether it is for servers alone, ``many`` whether it may stand several times.

    ``group`` is the heading that it stands under; ``usual`` what holds where nothing is said; ``choices`` are (value,
    label); ``zero`` is what 0 means, in a word; ``suffix`` stands behind a number.
    """

    name: str
    group: str
    title: str
    values: str
    help: str
    apply: Callable[[Options, str], None]
    shape: PolicyShape
    usual: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    zero: str = ""
    suffix: str = ""
    fault: bool = False
    server: bool = False
    many: bool = False


def _policy(field: str) -> Callable[[Options, str], None]:
    return lambda options, value: setattr(options.policy, field, read_flag(value))


def _strict(options: Options, value: str) -> None:
    words = {"strict": True, "observe": False}
    options.policy.strict = words[value] if value in words else read_flag(value)


def _mask(options: Options, value: str) -> None:
    options.policy.mask = None if value == "auto" else read_flag(value)


def _pong_payload(options: Options, value: str) -> None:
    try:
        payload = bytes.fromhex(value[2:]) if value.startswith("0x") else value.encode()
    except ValueError:
        raise PolicyError(f"{value} is not hexadecimal.") from None
    if len(payload) > 125:
        raise PolicyError(f"A pong carries at most 125 bytes, not {len(payload)}.")
    options.policy.pong_payload = payload


def _close_code(options: Options, value: str) -> None:
    options.policy.close_answer = read_number(value, 0, 65535)


def _fault(**change: Callable[[str], object]) -> Callable[[Options, str], None]:
    def put(options: Options, value: str) -> None:
        read = {name: how(value) for name, how in change.items()}
        options.faults = replace(options.faults, **read)  # type: ignore[arg-type]

    return put


def _read(value: str) -> bool:
    return not read_flag(value)


def _cut(value: str) -> Cut:
    try:
        return Cut(value.lower())
    except ValueError:
        raise PolicyError(f"TCP is cut with fin or rst, not {value}.") from None


def _frames(action: Action) -> Callable[[Options, str], None]:
    def put(options: Options, value: str) -> None:
        seconds, offset, text = 0.0, None, value.strip()
        if action is Action.DELAY:
            span, _, text = text.partition(" ")
            seconds = read_seconds(span)
        elif action is Action.CORRUPT and text.startswith("@"):
            place, _, text = text[1:].partition(" ")
            offset = read_number(place, 0, 2**31)
        try:
            fault = Tampering(action, frame_predicate(text), text.strip(), seconds, offset)
        except PredicateError as error:
            raise PolicyError(f"{action.value}: {error}") from error
        options.faults = replace(options.faults, frames=(*options.faults.frames, fault))

    return put


def _handshake(options: Options, value: str) -> None:
    if value not in HANDSHAKE_FAULTS:
        raise PolicyError(f"There is no handshake fault {value}; there are {', '.join(HANDSHAKE_FAULTS)}.")
    options.handshake_fault = value


def _limit(target: str, field: str, least: int) -> Callable[[Options, str], None]:
    return lambda options, value: setattr(getattr(options, target), field, read_bytes(value, least))


_ON_OFF: Final = "on or off"
_FILTER: Final = "a filter, such as opcode == text"
_USUAL: Final = Options()
_ANSWERS: Final = "What it answers and sends"
_READING: Final = "What it reads"
_WRONG_FRAMES: Final = "Frames that it sends wrong"
_TCP: Final = "End of TCP"
_OPENING: Final = "Opening handshake"
_LIMITS: Final = "Limits"
REFERENCES: Final = {
    _ANSWERS: "RFC 6455 section 5.5",
    _READING: "RFC 6455 section 10.4",
    _WRONG_FRAMES: "RFC 6455 section 7.1.7",
    _TCP: "RFC 6455 section 7.1.1",
    _OPENING: "RFC 6455 section 4.2.2",
    _LIMITS: "RFC 6455 section 10.4",
}
"""The section of an RFC that a group is about."""

POLICIES: Final[dict[str, PolicyItem]] = {
    item.name: item
    for item in (
        PolicyItem(
            "mode",
            _ANSWERS,
            "Broken rules",
            "strict or observe",
            "What is done when the peer breaks a rule.",
            _strict,
            PolicyShape.CHOICE,
            usual="strict",
            choices=(("strict", "fail the connection"), ("observe", "only record them")),
        ),
        PolicyItem(
            "auto-pong",
            _ANSWERS,
            "Answer pings",
            _ON_OFF,
            "Answer each ping with a pong.",
            _policy("auto_pong"),
            PolicyShape.SWITCH,
            usual="on",
        ),
        PolicyItem(
            "pong-delay",
            _ANSWERS,
            "Delay pongs",
            "a time, such as 500ms",
            "Wait before a ping is answered.",
            _fault(pong_delay=read_seconds),
            PolicyShape.SPAN,
            usual="0ms",
            zero="at once",
            fault=True,
        ),
        PolicyItem(
            "pong-payload",
            _ANSWERS,
            "Wrong pongs",
            "text or 0x and hex digits",
            "Answer pings with this payload.",
            _pong_payload,
            PolicyShape.TEXT,
            fault=True,
        ),
        PolicyItem(
            "answer-close",
            _ANSWERS,
            "Answer close",
            _ON_OFF,
            "Answer a close frame.",
            _policy("answer_close"),
            PolicyShape.SWITCH,
            usual="on",
        ),
        PolicyItem(
            "close-code",
            _ANSWERS,
            "Other close code",
            "a number",
            "Answer a close frame with this code.",
            _close_code,
            PolicyShape.CODE,
            usual="1011",
            fault=True,
        ),
        PolicyItem(
            "mask",
            _ANSWERS,
            "Mask",
            "auto, on or off",
            "Mask what is sent: a client has to, a server must not.",
            _mask,
            PolicyShape.CHOICE,
            usual="auto",
            choices=(("auto", "as the role demands"), ("on", "always"), ("off", "never")),
        ),
        PolicyItem(
            "compress",
            _ANSWERS,
            "Compress",
            _ON_OFF,
            "Compress messages, if that was agreed on.",
            _policy("compress"),
            PolicyShape.SWITCH,
            usual="on",
        ),
        PolicyItem(
            "read",
            _READING,
            "Read",
            _ON_OFF,
            "Off stops reading.",
            _fault(stop_reading=_read),
            PolicyShape.SWITCH,
            usual="on",
            fault=True,
        ),
        PolicyItem(
            "read-rate",
            _READING,
            "Read slowly",
            "bytes a second, such as 10k",
            "Read no faster than this.",
            _fault(read_rate=lambda value: read_bytes(value, 0)),
            PolicyShape.SIZE,
            usual="0",
            zero="all",
            suffix="/s",
            fault=True,
        ),
        PolicyItem(
            "drop",
            _WRONG_FRAMES,
            "Drop",
            _FILTER,
            "Do not send these frames.",
            _frames(Action.DROP),
            PolicyShape.FRAMES,
            fault=True,
            many=True,
        ),
        PolicyItem(
            "duplicate",
            _WRONG_FRAMES,
            "Duplicate",
            _FILTER,
            "Send these frames twice.",
            _frames(Action.DUPLICATE),
            PolicyShape.FRAMES,
            fault=True,
            many=True,
        ),
        PolicyItem(
            "corrupt",
            _WRONG_FRAMES,
            "Corrupt",
            f"@byte if you like, then {_FILTER}",
            "Change one bit of the payload, of the byte named or of one chosen by chance.",
            _frames(Action.CORRUPT),
            PolicyShape.FRAMES,
            fault=True,
            many=True,
        ),
        PolicyItem(
            "delay",
            _WRONG_FRAMES,
            "Delay",
            f"a time, then {_FILTER}",
            "Hold these frames back, and those behind them.",
            _frames(Action.DELAY),
            PolicyShape.FRAMES,
            fault=True,
            many=True,
        ),
        PolicyItem(
            "seed",
            _WRONG_FRAMES,
            "Seed",
            "a number",
            "What happens by chance happens again.",
            _fault(seed=lambda value: read_number(value, 0, 2**31)),
            PolicyShape.COUNT,
            usual="0",
        ),
        PolicyItem(
            "cut-after",
            _TCP,
            "Cut after",
            "a number of frames",
            "Drop the TCP connection after so many frames, sent and received.",
            _fault(cut_after=lambda value: read_number(value, 0, 2**31)),
            PolicyShape.COUNT,
            usual="0",
            zero="never",
            suffix=" frames",
            fault=True,
        ),
        PolicyItem(
            "cut",
            _TCP,
            "Cut with",
            "fin or rst",
            "How TCP is cut.",
            _fault(cut=_cut),
            PolicyShape.CHOICE,
            usual="fin",
            choices=(("fin", "FIN"), ("rst", "RST")),
        ),
        PolicyItem(
            "handshake",
            _OPENING,
            "Wrong handshake",
            ", ".join(HANDSHAKE_FAULTS),
            "Answer the opening handshake wrong.",
            _handshake,
            PolicyShape.CHOICE,
            choices=(("", "right"), *((one.name, one.title) for one in HANDSHAKE_FAULTS.values())),
            fault=True,
            server=True,
        ),
        PolicyItem(
            "frame-limit",
            _LIMITS,
            "Frame limit",
            "bytes",
            "Larger frames fail (1009).",
            _limit("policy", "frame_limit", 125),
            PolicyShape.SIZE,
            usual=str(_USUAL.policy.frame_limit),
        ),
        PolicyItem(
            "message-limit",
            _LIMITS,
            "Message limit",
            "bytes",
            "Larger messages fail (1009).",
            _limit("policy", "message_limit", 1),
            PolicyShape.SIZE,
            usual=str(_USUAL.policy.message_limit),
        ),
        PolicyItem(
            "head-limit",
            _LIMITS,
            "Head limit",
            "bytes",
            "Larger HTTP heads are refused.",
            _limit("limits", "head_bytes", 64),
            PolicyShape.SIZE,
            usual=str(_USUAL.limits.head_bytes),
        ),
        PolicyItem(
            "header-limit",
            _LIMITS,
            "Header limit",
            "a number",
            "More headers are refused.",
            _limit("limits", "headers", 1),
            PolicyShape.COUNT,
            usual=str(_USUAL.limits.headers),
        ),
        PolicyItem(
            "queue-limit",
            _LIMITS,
            "Queue limit",
            "bytes",
            "A peer for which more waits is cut off.",
            _limit("limits", "queued_bytes", 1),
            PolicyShape.SIZE,
            usual=str(_USUAL.limits.queued_bytes),
        ),
        PolicyItem(
            "connection-limit",
            _LIMITS,
            "Connections",
            "a number",
            "More connections are refused (503).",
            _limit("limits", "connections", 1),
            PolicyShape.COUNT,
            usual=str(_USUAL.limits.connections),
            server=True,
        ),
    )
}
"""Every policy by its name, in the order in which to show them."""


def apply(options: Options, name: str, value: str) -> None:
    """Put one policy into the options. Raises PolicyError."""
    item = POLICIES.get(name)
    if item is None:
        raise PolicyError(f"There is no policy {name}; there are {', '.join(POLICIES)}.")
    try:
        item.apply(options, value.strip())
    except QuantityError as error:
        raise PolicyError(f"{name}: {error}") from error


def apply_all(options: Options, pairs: Iterable[tuple[str, str]]) -> None:
    """Put several into the options, in their order. Raises PolicyError."""
    for name, value in pairs:
        apply(options, name, value)


def split_pair(text: str) -> tuple[str, str]:
    """``name=value``. Raises PolicyError."""
    name, equals, value = text.partition("=")
    if not equals:
        raise PolicyError(f"A policy is written name=value, not {text}.")
    return name.strip(), value.strip()


def misbehaviour(options: Options, role: Role) -> list[str]:
    """What is done on purpose that a correct endpoint of ``role`` would not do."""
    policy, faults = options.policy, options.faults
    found = []
    if not policy.auto_pong:
        found.append("Pings are not answered.")
    elif policy.pong_payload is not None:
        found.append("Pings are answered with another payload.")
    if faults.pong_delay:
        found.append(f"Pongs wait {faults.pong_delay:g} s.")
    if not policy.answer_close:
        found.append("Close frames are not answered.")
    elif policy.close_answer is not None:
        found.append(f"Close frames are answered with {policy.close_answer}.")
    if policy.mask is not None and policy.mask is not (role is Role.CLIENT):
        found.append("Frames are not masked." if role is Role.CLIENT else "Frames are masked.")
    if faults.stop_reading:
        found.append("Nothing is read.")
    elif faults.read_rate:
        found.append(f"Only {faults.read_rate} bytes a second are read.")
    for fault in faults.frames:
        found.append(_frame_sentence(fault))
    if faults.cut_after:
        found.append(f"TCP is cut after {faults.cut_after} frames ({faults.cut.name}).")
    if role is Role.SERVER and options.handshake_fault:
        found.append(f"Handshakes are answered wrong: {HANDSHAKE_FAULTS[options.handshake_fault].title}.")
    return found


def _frame_sentence(fault: Tampering) -> str:
    which = f"with {fault.text}" if fault.text else "of all kinds"
    if isinstance(fault.applies, FramePredicate) and fault.applies.problem:
        return f"Frames {which} leave as they are from now on. {fault.applies.problem}"
    if fault.action is Action.DELAY:
        return f"Frames {which} wait {fault.seconds:g} s."
    words = {Action.DROP: "are not sent", Action.DUPLICATE: "are sent twice", Action.CORRUPT: "are changed"}
    place = "" if fault.offset is None else f" at byte {fault.offset}"
    return f"Frames {which} {words[fault.action]}{place}."
