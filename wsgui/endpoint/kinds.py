"""The kinds of endpoint: what "client" and "server" mean to whoever keeps, lists or checks one, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.engine_options import client_options, server_options
from wsgui.endpoint.secrets import secrets_apart
from wsgui.endpoint.variables import shown_typed
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.options import Options


@dataclass(frozen=True, slots=True)
class EndpointKind:
    """One kind. ``name`` is what captures, saved endpoints and the store call it, ``role`` its side of the protocol.

    ``options(settings)`` makes the engine's options (raises SettingsError); ``place(settings)`` is where it goes or
    listens, with secrets masked, ``suggested(settings)`` a name for an endpoint that has none yet.
    """

    name: str
    title: str
    role: Role
    options: Callable[[EndpointSettings], Options]
    place: Callable[[EndpointSettings], str]
    suggested: Callable[[EndpointSettings], str]


def _client_name(settings: EndpointSettings) -> str:
    place = secrets_apart(settings).url.partition("://")[2] or settings.url
    return place.partition("?")[0].rstrip("/").replace("/", " ") or "Endpoint"


CLIENT: Final = EndpointKind(
    name=Role.CLIENT.value,
    title="Client",
    role=Role.CLIENT,
    options=client_options,
    place=lambda settings: shown_typed(settings.url),
    suggested=_client_name,
)
SERVER: Final = EndpointKind(
    name=Role.SERVER.value,
    title="Server",
    role=Role.SERVER,
    options=server_options,
    place=lambda settings: settings.unix_path or f"{settings.host}:{settings.port}",
    suggested=lambda settings: f"Server {settings.port}",
)

ENDPOINT_KINDS: Final[dict[str, EndpointKind]] = {kind.name: kind for kind in (CLIENT, SERVER)}
"""Every kind by its name."""
