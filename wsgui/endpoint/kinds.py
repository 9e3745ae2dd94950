"""The kinds of endpoint: what "client" and "server" mean to whoever keeps, lists or checks one, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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


# What checks settings needs the engine: it is imported when there are some.


def _client_options(settings: EndpointSettings) -> Options:
    from wsgui.endpoint.engine_options import client_options

    return client_options(settings)


def _server_options(settings: EndpointSettings) -> Options:
    from wsgui.endpoint.engine_options import server_options

    return server_options(settings)


def _client_place(settings: EndpointSettings) -> str:
    from wsgui.endpoint.variables import shown_typed

    return shown_typed(settings.url)


def _client_name(settings: EndpointSettings) -> str:
    from wsgui.endpoint.secrets import secrets_apart

    place = secrets_apart(settings).url.partition("://")[2] or settings.url
    return place.partition("?")[0].rstrip("/").replace("/", " ") or "Endpoint"


CLIENT: Final = EndpointKind(
    name=Role.CLIENT.value,
    title="Client",
    role=Role.CLIENT,
    options=_client_options,
    place=_client_place,
    suggested=_client_name,
)
SERVER: Final = EndpointKind(
    name=Role.SERVER.value,
    title="Server",
    role=Role.SERVER,
    options=_server_options,
    place=lambda settings: settings.unix_path or f"{settings.host}:{settings.port}",
    suggested=lambda settings: f"Server {settings.port}",
)

ENDPOINT_KINDS: Final[dict[str, EndpointKind]] = {kind.name: kind for kind in (CLIENT, SERVER)}
"""Every kind by its name."""
