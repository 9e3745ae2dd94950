"""An opening handshake as a value: what whoever drives a connection needs of it, whichever end it is on and whatever
carries it.

`ClientHandshake` and `ServerHandshake` are the two of HTTP/1.1 (RFC 6455 section 4). One over HTTP/2 (RFC 8441) would
be a third class here, and nothing above would have to ask which one it was given.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpAnswer, HttpRequest
    from wsgui.protocol.states import Role
    from wsgui.protocol.violations import Violation


class Outcome(Enum):
    """How far the handshake is."""

    WAITING = auto()
    ACCEPTED = auto()
    REFUSED = auto()
    """Not a WebSocket: `Handshake.error` says why."""


class Handshake(Protocol):
    """Write what `data_to_send` gives, feed what comes, until it is `done`; then look at `outcome`."""

    @property
    def role(self) -> Role:
        """Which end this is."""

    @property
    def place(self) -> str:
        """Where it leads: the URL that a client asks for; the resource that a server was asked for, once known."""

    @property
    def outcome(self) -> Outcome:
        """How far it is."""

    @property
    def done(self) -> bool:
        """Whether `outcome` is settled."""

    @property
    def error(self) -> str:
        """Why it was refused, in one sentence; empty unless it was."""

    @property
    def heard(self) -> bytes:
        """What has come from the peer, up to the first byte behind the handshake."""

    @property
    def leftover(self) -> bytes:
        """What came behind it: the first frames."""

    @property
    def headers(self) -> Headers:
        """The peer's."""

    @property
    def violations(self) -> Sequence[Violation]:
        """What the peer's part of it breaks."""

    @property
    def subprotocol(self) -> str | None:
        """What was agreed on."""

    @property
    def deflate(self) -> Deflate | None:
        """What was agreed on of permessage-deflate, once `outcome` is ACCEPTED."""

    @property
    def asked(self) -> bool:
        """Whether somebody has to say that the peer may come in: `answer` is waited for."""

    @property
    def late(self) -> bool:
        """Whether it was refused because its time was over."""

    @property
    def http_request(self) -> HttpRequest | None:
        """A plain HTTP request that came in place of a handshake: `reply` is waited for."""

    @property
    def plain(self) -> bool:
        """Whether it was plain HTTP all the time, which ended in order."""

    def reply(self, answer: HttpAnswer) -> None:
        """Answer it; with `HttpAnswer.rest` it waits until `reply_more` has had all of that."""

    def reply_more(self, data: bytes) -> None:
        """Some of the rest of an answer."""

    @property
    def replying(self) -> bool:
        """Whether some of it is still to come."""

    def ahead(self) -> bytes:
        """What came behind a request that was answered, once."""

    def data_to_send(self) -> bytes:
        """What is to be written now; each byte is given once."""

    def receive_data(self, data: bytes) -> None:
        """Take the peer's next bytes; empty means that it will send no more. Never raises."""

    def answer(self, let_in: bool) -> None:
        """Whether the peer may come in, for a handshake that `asked`."""

    def time_out(self) -> bool:
        """Its time is over. True if that has settled it; False if nothing is left but to cut the connection."""
