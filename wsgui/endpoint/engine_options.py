"""The engine's options, made of what a person says of an endpoint; what cannot be used is refused here."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wsgui.endpoint.policies import PolicyError, apply_all
from wsgui.endpoint.schema_choice import schema_choice
from wsgui.endpoint.settings import OPTIONS, EndpointSettings, Pairs, SettingsError
from wsgui.endpoint.template_values import check_templates
from wsgui.endpoint.variables import with_variables
from wsgui.engine.behaviours import Plan, plan
from wsgui.engine.options import Compression, Credentials, Network, Options, SiteOptions, Timeouts
from wsgui.engine.pins import read_fingerprint
from wsgui.engine.proxy import FROM_ENVIRONMENT, check_proxy
from wsgui.engine.tls import MINIMUMS, Tls
from wsgui.options.model import SEVERAL_LINES
from wsgui.options.texts import OptionError
from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.deflate import NAME, OFFER, Deflate, DeflateError, read_parameters
from wsgui.protocol.extensions import ExtensionError, parse_extensions
from wsgui.protocol.head_text import HeaderError, basic, check_header, is_token, wrong_character
from wsgui.protocol.states import Role
from wsgui.protocol.visitors import Welcome, check_host, check_origin
from wsgui.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHECKED_APART: Final = ("url", "headers", "headers_off", "required_headers", "subprotocols")
"""Fields that are checked with words of their own, or that are not sent."""
ORIGIN_LISTS: Final = ("origins", "refused_origins")
HOST_LISTS: Final = ("hosts", "refused_hosts")


def client_options(settings: EndpointSettings, *, variables: bool = True) -> Options:
    """The options of a client; without ``variables`` with their names in place of their values, for showing. Raises
    SettingsError."""
    if variables:
        settings = with_variables(settings)
    _check_texts(settings)
    headers: Pairs = []
    if settings.origin:
        headers.append(("Origin", settings.origin))
    headers += settings.headers
    if settings.cookies:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in settings.cookies)))
    if settings.auth == "basic":
        headers.append(("Authorization", _basic(settings)))
    elif settings.auth == "bearer":
        headers.append(("Authorization", f"Bearer {settings.token}"))
    _check_choice(settings, "auth", "kinds of authorization", Role.CLIENT)
    check_templates(settings)
    options = _common(settings, headers)
    if settings.auth == "digest":
        options.digest = Credentials(settings.user, settings.password)
    if settings.deflate:
        options.compression = Compression(offer=settings.offer.strip() or str(OFFER))
    proxy = _with_password(settings.proxy, settings.proxy_password)
    if wrong := check_proxy(proxy):
        raise SettingsError("proxy", wrong)
    _check_choice(settings, "family", "families", Role.CLIENT)
    _check_choice(settings, "proxy_auth", "kinds of proxy authorization", Role.CLIENT)
    digest = settings.proxy_auth == "digest"
    if digest and proxy.startswith("socks"):
        raise SettingsError("proxy_auth", "HTTP Digest is for http:// and https:// proxies; SOCKS does not have it.")
    options.network = Network(settings.family, settings.bind.strip(), proxy, settings.redirects, digest)
    return options


def server_options(settings: EndpointSettings) -> Options:
    """The options of a server; its certificate is the caller's business if none is named. Raises SettingsError."""
    settings = with_variables(settings)
    _check_texts(settings)
    server_plan(settings)
    _check_choice(settings, "auth", "kinds of authorization", Role.SERVER)
    if settings.auth == "basic":
        _basic(settings)
    if settings.auth == "bearer" and not settings.token:
        raise SettingsError("token", "Which token lets clients in is not said.")
    if settings.static_folder and not Path(settings.static_folder).expanduser().is_dir():
        raise SettingsError("static_folder", f"There is no folder {settings.static_folder} to serve files of.")
    options = _common(settings, settings.headers)
    options.site = SiteOptions(settings.page, settings.static_folder and str(Path(settings.static_folder).expanduser()))
    if settings.deflate:
        options.compression = Compression(wish=read_wish(settings.wish))
    rejection = None
    if settings.reject_status:
        if not 200 <= settings.reject_status <= 599:
            raise SettingsError(
                "reject_status", f"A rejection has a status from 200 to 599, not {settings.reject_status}."
            )
        rejection = Refusal(settings.reject_status, settings.reject_body)
    _check_pairs("required_headers", settings.required_headers)
    for path in settings.paths:
        if not path.startswith("/"):
            raise SettingsError("paths", f"A path starts with /: {path!r} does not.")
    options.admission = Admission(
        paths=tuple(settings.paths),
        required=tuple(settings.required_headers),
        token=settings.token if settings.auth == "bearer" else "",
        credentials=f"{settings.user}:{settings.password}" if settings.auth == "basic" else "",
        subprotocol_required=settings.subprotocol_required,
        rejection=rejection,
        welcome=welcome_of(settings),
    )
    return options


def server_plan(settings: EndpointSettings) -> Plan:
    """What a server does, on which paths. Raises SettingsError."""
    try:
        return plan(settings.behaviour, settings.behaviour_options, settings.routes)
    except OptionError as error:
        field = error.name if error.name in ("behaviour", "routes") else "behaviour_options"
        raise SettingsError(field, str(error)) from error


def welcome_of(settings: EndpointSettings) -> Welcome:
    """Which foreign pages and names a server lets in. Raises SettingsError."""
    for names, check in ((ORIGIN_LISTS, check_origin), (HOST_LISTS, check_host)):
        for name in names:
            wrong = next(filter(None, map(check, getattr(settings, name))), "")
            if wrong:
                raise SettingsError(name, wrong)
    return Welcome(
        *(tuple(one.strip() for one in getattr(settings, name)) for name in ("origins", "hosts")),
        *(tuple(one.strip() for one in getattr(settings, name)) for name in ("refused_origins", "refused_hosts")),
    )


def _common(settings: EndpointSettings, headers: Pairs) -> Options:
    _check_pairs("headers", headers)
    for name in settings.subprotocols:
        if not is_token(name):
            shown = Redactor().header("Sec-WebSocket-Protocol", name)
            raise SettingsError("subprotocols", f"The subprotocol {shown!r} has a character that is not allowed there.")
    if settings.minimum_tls and settings.minimum_tls not in MINIMUMS:
        raise SettingsError(
            "minimum_tls", f"The least version of TLS is {' or '.join(MINIMUMS)}, not {settings.minimum_tls}."
        )
    for name in ("opening_timeout", "closing_timeout", "ping_timeout"):
        if not getattr(settings, name) > 0:
            raise SettingsError(name, f"The {name.replace('_', ' ')} is more than 0 seconds.")
    options = Options(
        timeouts=Timeouts(
            opening=settings.opening_timeout,
            closing=settings.closing_timeout,
            idle=settings.idle_timeout or None,
            ping_interval=settings.ping_interval or None,
            ping_timeout=settings.ping_timeout,
        ),
        subprotocols=tuple(settings.subprotocols),
        headers=tuple(headers),
        tls=Tls(
            verify=settings.verify,
            ca_file=settings.ca_file,
            certificate=settings.certificate,
            key=settings.key,
            key_password=settings.key_password,
            server_name=settings.server_name,
            alpn=tuple(settings.alpn),
            minimum=settings.minimum_tls,
            key_log=settings.key_log,
            pins=_pins(settings),
        ),
    )
    schema_choice(settings)  # so that what is wrong with it is said where the others are
    try:
        apply_all(options, settings.policies)
    except PolicyError as error:
        raise SettingsError("policies", str(error)) from error
    return options


def read_wish(text: str) -> Deflate:
    """What a server wishes of permessage-deflate: parameters as they stand in the header. Raises SettingsError."""
    text = text.strip().removeprefix(NAME).strip().lstrip(";").strip()
    try:
        extensions = parse_extensions(f"{NAME}; {text}" if text else NAME)
        if len(extensions) != 1:
            raise SettingsError("wish", "The server's parameters have no comma.")
        return read_parameters(extensions[0], offer=False)
    except (ExtensionError, DeflateError) as error:
        raise SettingsError("wish", str(error)) from error


def _check_texts(settings: EndpointSettings) -> None:
    """Whatever was typed leaves as it is or is refused here. Raises SettingsError."""
    for one in fields(settings):
        value = getattr(settings, one.name)
        row = OPTIONS.get(one.name)
        if one.name in _CHECKED_APART or not isinstance(value, str | list):
            continue
        items = [value] if isinstance(value, str) else value
        for text in [text for item in items for text in (item if isinstance(item, tuple) else (item,))]:
            if wrong := wrong_character(text, lines=row is not None and row.shape in SEVERAL_LINES):
                raise SettingsError(one.name, f"The field {one.name.replace('_', ' ')} has {wrong} in it.")


def _check_choice(settings: EndpointSettings, name: str, what: str, role: Role) -> None:
    values = [one.value for one in OPTIONS[name].choices_of(role)]
    if getattr(settings, name) not in values:
        raise SettingsError(name, f"The {what} are {', '.join(values)}, not {getattr(settings, name)}.")


def _pins(settings: EndpointSettings) -> tuple[str, ...]:
    try:
        return tuple(map(read_fingerprint, settings.pins))
    except ValueError as error:
        raise SettingsError("pins", str(error)) from None


def _basic(settings: EndpointSettings) -> str:
    try:
        return basic(settings.user, settings.password)
    except HeaderError as error:
        raise SettingsError("user", str(error)) from None


def _check_pairs(field_name: str, pairs: Sequence[tuple[str, str]]) -> None:
    for name, value in pairs:
        try:
            check_header(name, value)
        except HeaderError as error:
            raise SettingsError(field_name, str(error)) from None


def _with_password(proxy: str, password: str) -> str:
    """The proxy's URL with its password, which is kept apart from it; one that stands in the URL goes first."""
    scheme, mark, rest = proxy.partition("://")
    user, at, place = rest.rpartition("@")
    if not password or proxy == FROM_ENVIRONMENT or not at or ":" in user:
        return proxy
    return f"{scheme}{mark}{user.partition(':')[0]}:{quote(password, safe='')}@{place}"
