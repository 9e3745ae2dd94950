"""What a ready-made fault is: bytes that break one rule on purpose, and what a correct peer does about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.rules import RULES
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.protocol.raw_frame import RawFrame

CLIENT = frozenset((Role.CLIENT,))
SERVER = frozenset((Role.SERVER,))
BOTH = CLIENT | SERVER


class ReactionKind(Enum):
    """What a correct peer does."""

    FAIL = "fails the connection"
    """A close frame with the code, then the end of TCP (RFC 6455 section 7.1.7)."""
    ANSWER = "answers the close frame"
    """The closing handshake goes on as if nothing were wrong (section 5.5.1)."""
    REFUSE = "refuses the handshake"
    """An HTTP answer with the status, then the end of TCP (section 4.2.2)."""
    DECLINE = "accepts the handshake without the extension"
    """A 101 that leaves the extension out (RFC 7692 section 5.1)."""
    ABANDON = "abandons the handshake"
    """The client closes TCP and never speaks WebSocket (section 4.1)."""
    WAIT = "waits"
    """Nothing happens: the peer waits for more bytes."""
    END = "ends TCP"
    """There is nobody left to answer: the connection is over, 1006 (section 7.1.5)."""


class Reaction(NamedTuple):
    """What is to be expected; ``code`` is a close code or an HTTP status, None where there is neither."""

    kind: ReactionKind
    code: int | None = None

    @property
    def text(self) -> str:
        """A few words: ``close 1002``, ``HTTP 426``, ``waits for more``."""
        return {
            ReactionKind.FAIL: f"close {self.code}",
            ReactionKind.ANSWER: f"answers close {self.code}",
            ReactionKind.REFUSE: f"HTTP {self.code}",
            ReactionKind.DECLINE: "101 without it",
            ReactionKind.ABANDON: "abandons the handshake",
            ReactionKind.WAIT: "waits for more",
            ReactionKind.END: "ends TCP (1006)",
        }[self.kind]


class Masking(Enum):
    """How the frames of a fault are masked."""

    ROLE = "as the role demands"
    WRONG = "against the role's duty"
    ZERO = "as the role demands, with a key of zeros"


@dataclass(frozen=True, slots=True)
class Fault:
    """A named example. ``rule`` is the row of `rules.RULES` that it breaks; ``explanation`` is one sentence.

    ``senders`` are the roles that can commit it.
    """

    id: str
    name: str
    rule: str
    senders: frozenset[Role]
    reaction: Reaction
    explanation: str

    @property
    def deflate(self) -> bool:
        """Whether it breaks something that holds only where permessage-deflate was agreed on, or offered."""
        return self.rule.startswith("deflate.") or self.rule == "response.deflate"

    @property
    def reference(self) -> str:
        """``RFC 6455 §5.1``: where the rule stands."""
        number, _, section = RULES[self.rule].section.rpartition(" ")
        return f"RFC {number or '6455'} §{section}"


@dataclass(frozen=True, slots=True)
class FrameFault(Fault):
    """Frames on an open connection; ``fin`` means that TCP is ended behind them.

    ``plain`` are the frames without masking keys: `frames` gives them as they leave.
    """

    plain: tuple[RawFrame, ...] = ()
    masking: Masking = Masking.ROLE
    fin: bool = False

    def frames(self, sender: Role, new_key: Callable[[], bytes]) -> list[RawFrame]:
        """The frames as ``sender`` sends them; ``new_key`` gives four bytes for each one that is masked."""
        masks = (sender is Role.CLIENT) is not (self.masking is Masking.WRONG)
        if not masks:
            return list(self.plain)
        zero = self.masking is Masking.ZERO
        return [frame._replace(masking_key=bytes(4) if zero else new_key()) for frame in self.plain]

    def wire(self, sender: Role, new_key: Callable[[], bytes]) -> bytes:
        """The bytes of `frames`."""
        return b"".join(frame.wire() for frame in self.frames(sender, new_key))


@dataclass(frozen=True, slots=True)
class RequestFault(Fault):
    """A client's opening handshake. ``template`` holds ``{host}``, ``{resource}`` and ``{key}`` to fill in."""

    template: bytes = b""

    def request(self, host: str, resource: str, key: str) -> bytes:
        """The request's bytes; ``key`` is 16 bytes in base64, ``host`` as in a Host header."""
        return _filled(self.template, host=host, resource=resource, key=key)


@dataclass(frozen=True, slots=True)
class ResponseFault(Fault):
    """A server's answer to an opening handshake. ``template`` holds ``{accept}`` and ``{key}`` to fill in."""

    template: bytes = b""

    def response(self, accept: str, key: str) -> bytes:
        """The answer's bytes; ``accept`` is the right Sec-WebSocket-Accept for the client's ``key``."""
        return _filled(self.template, accept=accept, key=key)


def _filled(template: bytes, **values: str) -> bytes:
    for name, value in values.items():
        template = template.replace(b"{" + name.encode() + b"}", value.encode())
    return template


def fail(code: int) -> Reaction:
    """The connection is failed with this close code."""
    return Reaction(ReactionKind.FAIL, code)


def refuse(status: int) -> Reaction:
    """The handshake is answered with this HTTP status."""
    return Reaction(ReactionKind.REFUSE, status)


ABANDON = Reaction(ReactionKind.ABANDON)
DECLINE = Reaction(ReactionKind.DECLINE, 101)
WAIT = Reaction(ReactionKind.WAIT)
END = Reaction(ReactionKind.END)
