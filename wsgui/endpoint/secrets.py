"""Which secrets an endpoint has, and keeping them out of files.

Passwords have fields of their own (`endpoint_settings.SECRETS`). Others stand inside of something: a token in a query,
in a header, a cookie, a subprotocol. Files hold such a field masked, and the key store holds it whole.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from wsgui.endpoint.settings import SECRETS
from wsgui.endpoint.variables import is_variable, shown_typed, without_variables
from wsgui.engine.behaviours import all_behaviours
from wsgui.engine.behaviours.plan import route_text, split_route
from wsgui.options.model import PAIRED
from wsgui.options.texts import OptionError
from wsgui.redaction import MASK, Redactor, without_userinfo
from wsgui.redaction.names import SUBPROTOCOL, is_secret_parameter

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

    Value: TypeAlias = str | list[str] | list[tuple[str, str]]

MIXED: Final = (
    "url",
    "proxy",
    "headers",
    "headers_off",
    "cookies",
    "required_headers",
    "subprotocols",
    "on_connect",
    "variables",
    "behaviour_options",
    "routes",
)
"""Fields in which secrets may stand among other things."""


def has_secrets(settings: EndpointSettings) -> bool:
    """Whether there is anything to keep in a key store."""
    plain = (getattr(settings, name) for name in SECRETS)
    return any(one and not is_variable(one) for one in plain) or bool(mixed_secrets(settings))


def may_have_secrets(settings: EndpointSettings) -> bool:
    """Whether a key store may hold something for these settings, which were read from a file."""
    return (
        settings.auth != "none"
        or bool(settings.proxy or settings.key or settings.certificate)
        or bool(lacking(settings) or mixed_secrets(settings))
    )


def secrets_apart(settings: EndpointSettings) -> EndpointSettings:
    """A copy in which passwords that stand in URLs are in the fields for secrets."""
    found = copy.deepcopy(settings)
    url, user, password = without_userinfo(found.url)
    if password and found.auth == "none":
        found.url, found.auth, found.user, found.password = url, "basic", user, password
    elif password:
        found.url = url
        if found.auth == "digest" and not (found.user or found.password):
            found.user, found.password = user, password
    proxy, user, password = without_userinfo(found.proxy)
    if password:
        scheme, mark, place = proxy.partition("://")
        found.proxy, found.proxy_password = f"{scheme}{mark}{quote(user, safe='')}@{place}", password
    return found


def masked(settings: EndpointSettings) -> EndpointSettings:
    """A copy whose `MIXED` fields show `MASK` in place of secrets."""
    found = copy.deepcopy(settings)
    for name in MIXED:
        setattr(found, name, _masked(name, getattr(settings, name)))
    return found


def mixed_secrets(settings: EndpointSettings) -> dict[str, str]:
    """The `MIXED` fields that have secrets, whole, as texts for a key store."""
    return {
        name: json.dumps(getattr(settings, name))
        for name in MIXED
        if _masked(name, getattr(settings, name)) != getattr(settings, name)
    }


def reveal(settings: EndpointSettings, name: str, text: str) -> None:
    """Put what `mixed_secrets` gave for a field in its place, if that is what stands there masked: a person may have
    written something else into the file since."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    now = getattr(settings, name)
    if isinstance(now, str) and isinstance(value, str):
        whole: Value = value
    elif isinstance(now, list) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        whole = [str(one) for one in value]
    elif isinstance(now, list) and isinstance(value, list) and all(_is_pair(one) for one in value):
        whole = [(str(one[0]), str(one[1])) for one in value]
    else:
        return
    if _masked(name, whole) == now:
        setattr(settings, name, whole)


def lacking(settings: EndpointSettings) -> list[str]:
    """The `MIXED` fields in which a mask stands where a secret has to be."""
    return [name for name in MIXED if MASK in json.dumps(getattr(settings, name))]


_PLACES: Final = {
    "url": "the URL",
    "proxy": "the proxy",
    "headers": "the headers",
    "headers_off": "the headers",
    "cookies": "the cookies",
    "required_headers": "the required headers",
    "subprotocols": "the subprotocols",
    "on_connect": "the messages on connect",
    "variables": "the variables",
    "behaviour_options": "the behaviour's options",
    "routes": "the routes",
}


def place_of(name: str) -> str:
    """What a person calls one of the `MIXED` fields."""
    return _PLACES[name]


def lacking_sentence(settings: EndpointSettings) -> str:
    """What a person has to type again, in one sentence; empty for nothing."""
    places = list(dict.fromkeys(_PLACES[name] for name in lacking(settings)))
    if not places:
        return ""
    return (
        f"The key store of this system lacks secrets of this endpoint: {MASK} stands for them in {', '.join(places)}. "
        "Type them there."
    )


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)


def _masked(name: str, value: Value) -> Value:
    redactor = Redactor()
    if isinstance(value, str):
        return shown_typed(value)
    if name == "routes":
        return [_route(one) for one in value if isinstance(one, str)]
    if name == "on_connect":
        return [redactor.message(one) for one in value if isinstance(one, str)]
    if name == "subprotocols":
        texts = [one for one in value if isinstance(one, str)]
        bare = ["" if is_variable(one) else one for one in texts]
        shown = redactor.header(SUBPROTOCOL, ",".join(bare)).split(",") if texts else []
        if len(shown) != len(texts):
            return [MASK for _ in texts]
        return [text if is_variable(text) else one for text, one in zip(texts, shown, strict=True)]
    pairs = [one for one in value if not isinstance(one, str)]
    if name == "behaviour_options":
        return [(key, _told(key, text)) for key, text in pairs]
    if name == "variables":
        return [(key, _variable(key, text)) for key, text in pairs]
    if name == "cookies":
        return [(key, text if not text or is_variable(text) else str(MASK)) for key, text in pairs]
    return [(key, _header(redactor, key, text)) for key, text in pairs]


def _variable(name: str, text: str) -> str:
    """The value of a variable of templates, masked if its name is that of a secret."""
    hides = text and not is_variable(text) and is_secret_parameter(name.partition("@")[0])
    return str(MASK) if hides else text


def _header(redactor: Redactor, name: str, value: str) -> str:
    bare = without_variables(value.strip())
    if redactor.header(name.strip(), bare) == bare:
        return value
    shown = redactor.header(name.strip(), value.strip())
    return value if shown == value.strip() else shown


def _route(text: str) -> str:
    """A route whose options show no secret; as it was written if they have none."""
    try:
        path, behaviour, pairs = split_route(text)
    except OptionError:  # it is in force nowhere
        return text
    shown = [(key, _told(key, value)) for key, value in pairs]
    return text if shown == pairs else route_text(path, behaviour, shown)


def _told(key: str, text: str) -> str:
    """An option of a behaviour, masked if any behaviour has a secret under that name."""
    for kind in all_behaviours().values():
        row = kind.rows().get(key)
        if text and row is not None and row.hidden:
            name, sign, value = text.partition(row.sign)
            if sign and row.shape in PAIRED:
                return f"{name}{sign}{MASK}" if value else text
            return str(MASK)
    return text
