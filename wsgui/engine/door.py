"""Who may come to a server: foreign pages and names are let in, refused, or wait until a person has been asked."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wsgui.protocol.admission import Refusal
from wsgui.protocol.visitors import LONGEST, Visitor, visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wsgui.engine.behaviours import Behaviour
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.visitors import Welcome

MOST_WAITING: Final = 100
"""Handshakes that wait for an answer at a time; any more are refused."""


STRANGER: Final = "This server answers pages of other sites, and other host names, only if it is told to."


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, or a foreign visitor, on one connection: ``origin`` is the header as it came, ``visitor`` what is foreign
    about it. ``let_in`` None: it waits for an answer; ``told`` is whether a person or a list said so, in place of a
    behaviour that lets in anybody. ``behaviour`` is the name of what the server does on the path that was asked for."""

    number: int
    remote: str
    origin: str
    visitor: Visitor
    let_in: bool | None
    told: bool = True
    behaviour: str = ""


class Door:
    """Judges visitors by what ``welcome`` and the ``behaviour`` of a connection (`Behaviour.alone`) say at that moment.

    ``on_visit`` hears of every foreign one and of every page. ``asks``: somebody will `answer`; otherwise who is in no
    list is refused.
    """

    def __init__(
        self,
        welcome: Callable[[], Welcome],
        behaviour: Callable[[WebSocket], Behaviour],
        on_visit: Callable[[Visit], None] | None,
    ) -> None:
        self._welcome = welcome
        self._behaviour = behaviour
        self._on_visit = on_visit
        self.asks = False
        self.names: set[str] = set()
        """Host names that this server was told to listen on."""
        self._waiting: dict[int, tuple[Visitor, WebSocket]] = {}
        self._guests: dict[int, WebSocket] = {}

    def guard(self, ws: WebSocket, headers: Headers) -> bool | None:
        """Whether a client may come in; None if somebody has to be asked."""
        local = ws.driver.link.local_host
        if not local:  # a Unix socket: no browser reaches it, and its clients make up a host
            return True
        welcome, alone = self._welcome(), self._behaviour(ws).alone
        name = self._behaviour(ws).name
        visitor = visitor_of(headers, {local, *self.names, *machine_names()}, welcome)
        origin = ", ".join(headers.all("origin"))[:LONGEST]
        if not visitor:
            if origin:
                self._tell(Visit(ws.number, ws.remote, origin, visitor, True, behaviour=name))
            return True
        let_in = welcome.judge(visitor, alone=alone)
        told = let_in is not None and welcome.judge(visitor, alone=False) is not None
        if let_in is None and (not self.asks or len(self._waiting) >= MOST_WAITING):
            let_in = False
        if let_in is None:
            self._waiting[ws.number] = (visitor, ws)
        elif let_in and not told:
            self._guests[ws.number] = ws
        self._tell(Visit(ws.number, ws.remote, origin, visitor, let_in, told, name))
        return let_in

    def turns_away(self, ws: WebSocket, headers: Headers) -> Refusal | None:
        """Why a plain HTTP request is refused; None if it is answered. Nobody is asked about these: pages and names
        that are in no list get 403, whatever the behaviour is."""
        local = ws.driver.link.local_host
        welcome = self._welcome()
        visitor = visitor_of(headers, {local, *self.names, *machine_names()}, welcome) if local else Visitor()
        # A script or an image that a foreign page embeds comes without an Origin.
        embedded = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
        if embedded and headers.get("origin") is None:
            visitor = Visitor("null", visitor.host)
        if not visitor or welcome.judge(visitor, alone=False):
            return None
        origin = ", ".join(headers.all("origin"))[:LONGEST]
        self._tell(Visit(ws.number, ws.remote, origin, visitor, False, behaviour=self._behaviour(ws).name))
        return Refusal(403, STRANGER)

    def _tell(self, visit: Visit) -> None:
        if self._on_visit is not None:
            self._on_visit(visit)

    def forget(self, ws: WebSocket) -> None:
        """A connection is over."""
        self._waiting.pop(ws.number, None)
        self._guests.pop(ws.number, None)

    @property
    def questions(self) -> dict[Visitor, list[WebSocket]]:
        """Who waits to be let in, in the order in which they came first."""
        found: dict[Visitor, list[WebSocket]] = {}
        for visitor, ws in self._still_waiting():
            found.setdefault(visitor, []).append(ws)
        return found

    def _still_waiting(self) -> Iterator[tuple[Visitor, WebSocket]]:
        return ((visitor, ws) for visitor, ws in list(self._waiting.values()) if ws.driver.handshake.asked)

    def answer(self, visitor: Visitor, let_in: bool) -> None:
        """Let all that wait as this visitor in, or refuse them."""
        for who, ws in self._still_waiting():
            if who == visitor:
                del self._waiting[ws.number]
                self._tell(Visit(ws.number, ws.remote, visitor.origin, visitor, let_in, True, self._behaviour(ws).name))
                ws.driver.opening.answer(let_in)

    def unwelcome(self) -> list[WebSocket]:
        """Those that were let in only because a client heard nothing but itself, where that is over; they are forgotten
        with this."""
        found = [ws for ws in self._guests.values() if not self._behaviour(ws).alone]
        for ws in found:
            del self._guests[ws.number]
        return found


@lru_cache(maxsize=1)
def machine_names() -> frozenset[str]:
    """What this machine calls itself, in lower case, with and without its domain and as mDNS has it."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset((name, short, f"{short}.local")) - {"", ".local"}
