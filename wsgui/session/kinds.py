"""The kinds of session, a row each: the kind of endpoint that it runs, what makes one, and the subcommand for it.

A new kind is a row here, a package with its session, and a row of `wsgui.ui.tabs.kinds` for its tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.endpoint import kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.endpoint.kinds import EndpointKind
    from wsgui.session.base import Session


@dataclass(frozen=True, slots=True)
class SessionKind:
    """One kind. ``make(name, folder, capture=None)`` makes a session (see `Session`); ``command`` is the subcommand
    that runs one without a window; ``while_open`` says for what changed options hold while it is connected or listens.
    """

    endpoint: EndpointKind
    command: str
    make: Callable[..., Session]
    while_open: str

    @property
    def name(self) -> str:
        """What captures, saved endpoints and the store call it."""
        return self.endpoint.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self.endpoint.title


def _client(name: str, folder: Path, capture: Path | None = None) -> Session:
    from wsgui.session.client import ClientSession  # the engine, for whoever has a session

    return ClientSession(name, folder, capture=capture)


def _server(name: str, folder: Path, capture: Path | None = None) -> Session:
    from wsgui.session.server import ServerSession

    return ServerSession(name, folder, capture=capture)


CLIENT: Final = SessionKind(kinds.CLIENT, "connect", _client, "A connection is open: changes hold for the next one.")
SERVER: Final = SessionKind(
    kinds.SERVER,
    "serve",
    _server,
    "The server is running: what it does changes at once, the rest for connections to come; TLS and the socket wait "
    "for the next start.",
)

KINDS: Final[dict[str, SessionKind]] = {kind.name: kind for kind in (CLIENT, SERVER)}
"""Every kind by its name."""
