"""The kinds of session: what "client" and "server" mean to whoever makes, keeps, lists or opens one, a row each.

A new kind is a row here, a package with its session, and a row of `wsgui.ui.tabs.kinds` for its tab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.redaction import shown_url, without_userinfo
from wsgui.session.client import ClientSession
from wsgui.session.endpoint_settings import EndpointSettings, client_options, server_options
from wsgui.session.server import ServerSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.options import Options
    from wsgui.protocol.states import Role
    from wsgui.session.base import Session


@dataclass(frozen=True, slots=True)
class SessionKind:
    """One kind. ``name`` is what captures, saved endpoints and the store call it, ``command`` the subcommand that runs
    one without a window, ``role`` its side of the protocol.

    ``make(name, folder, capture=None)`` makes a session (see `Session`), ``options(settings)`` the engine's options
    (raises SettingsError). ``place(settings)`` is where it goes or listens, without secrets,
    ``suggested(settings)`` a name for an endpoint that has none yet. ``while_open`` says for what changed options hold
    while it is connected or listens.
    """

    name: str
    title: str
    command: str
    role: Role
    make: Callable[..., Session]
    options: Callable[[EndpointSettings], Options]
    place: Callable[[EndpointSettings], str]
    suggested: Callable[[EndpointSettings], str]
    while_open: str


def _client_name(settings: EndpointSettings) -> str:
    url = shown_url(without_userinfo(settings.url)[0])
    place = url.partition("://")[2] or url
    return place.partition("?")[0].rstrip("/").replace("/", " ") or "Endpoint"


CLIENT: Final = SessionKind(
    name=ClientSession.kind,
    title="Client",
    command="connect",
    role=ClientSession.role,
    make=ClientSession,
    options=client_options,
    place=lambda settings: shown_url(settings.url),
    suggested=_client_name,
    while_open="A connection is open: changes hold for the next one.",
)
SERVER: Final = SessionKind(
    name=ServerSession.kind,
    title="Server",
    command="serve",
    role=ServerSession.role,
    make=ServerSession,
    options=server_options,
    place=lambda settings: settings.unix_path or f"{settings.host}:{settings.port}",
    suggested=lambda settings: f"Server {settings.port}",
    while_open="The server is running: changes hold for connections to come; TLS and the socket for the next start.",
)

KINDS: Final[dict[str, SessionKind]] = {kind.name: kind for kind in (CLIENT, SERVER)}
"""Every kind by its name."""
