"""Which endpoints have secrets, and getting them out of places that go into a file."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from wsgui.session.endpoint_settings import SECRETS

if TYPE_CHECKING:
    from wsgui.session.endpoint_settings import EndpointSettings

_TELLING: Final = ("authorization", "proxy-authorization")


def has_secrets(settings: EndpointSettings) -> bool:
    """Whether there is anything to keep in a key store."""
    return any(getattr(settings, name) for name in SECRETS)


def may_have_secrets(settings: EndpointSettings) -> bool:
    """Whether a key store may hold something for these settings, which were read from a file."""
    return settings.auth != "none" or bool(settings.proxy or settings.key or settings.certificate)


def secrets_apart(settings: EndpointSettings) -> EndpointSettings:
    """A copy in which passwords that stand in URLs are in the fields for secrets."""
    found = copy.deepcopy(settings)
    url, user, password = _split(found.url)
    if password and found.auth == "none":
        found.url, found.auth, found.user, found.password = url, "basic", user, password
    elif password:
        found.url = url
    proxy, user, password = _split(found.proxy)
    if password:
        scheme, mark, place = proxy.partition("://")
        found.proxy, found.proxy_password = f"{scheme}{mark}{user}@{place}", password
    return found


def telling_headers(settings: EndpointSettings) -> list[str]:
    """The names of headers whose values are credentials, and which a file would hold as they stand."""
    return [name for name, _ in [*settings.headers, *settings.headers_off] if name.lower() in _TELLING]


def _split(url: str) -> tuple[str, str, str]:
    """A URL without its user and password, and both of them decoded."""
    scheme, mark, rest = url.partition("://")
    end = min((rest.index(one) for one in "/?#" if one in rest), default=len(rest))
    who, at, place = rest[:end].rpartition("@")
    user, _, password = who.partition(":")
    return (f"{scheme}{mark}{place}{rest[end:]}", unquote(user), unquote(password)) if at else (url, "", "")
