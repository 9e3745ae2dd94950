"""The options of ``wsgui serve`` and ``wsgui connect`` that describe an endpoint, and the settings made of them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final, cast

from wsgui import console
from wsgui.commands.secret_words import (
    elsewhere,
    lines_elsewhere,
    password_of,
    secret_argument,
    text_argument,
    user_argument,
)
from wsgui.endpoint.key_store import KeyStore, KeyStoreError
from wsgui.endpoint.policies import POLICIES, PolicyError, split_pair
from wsgui.endpoint.quantities import QuantityError, read_seconds
from wsgui.endpoint.secrets import lacking_sentence, may_have_secrets
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.session.folders import config_folder

if TYPE_CHECKING:
    from collections.abc import Callable

ABSENT: Final = object()
"""What was not said on the command line, and so does not change a saved endpoint."""


class _Append(argparse.Action):
    """``append`` that knows an option that was not given from one that was."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest)
        more = self.added(values)
        setattr(namespace, self.dest, more if before is ABSENT else [*before, *more])

    def added(self, values: object) -> list[object]:
        """What one use of the option adds."""
        return [values]


class _Extend(_Append):
    """As `_Append`, for a value that stands for several."""

    def added(self, values: object) -> list[object]:
        return list(cast("list[object]", values))


def add_endpoint_arguments(parser: argparse.ArgumentParser, role: str) -> None:
    """Everything that both roles, or ``role`` (``client`` or ``server``) alone, can be told."""
    client = role == "client"
    parser.add_argument(
        "--endpoint", metavar="NAME", help="take everything from this saved endpoint, but what is said here"
    )
    group = parser.add_argument_group("opening handshake")
    _pairs(
        group,
        "--header",
        "headers",
        ":",
        "NAME:VALUE",
        "send this header (repeatable; order and case are kept), or those of @FILE",
    )
    group.add_argument(
        "--subprotocol",
        action=_Append,
        default=ABSENT,
        dest="subprotocols",
        metavar="NAME",
        help="offer this subprotocol (repeatable)" if client else "speak this subprotocol (repeatable, best first)",
    )
    group.add_argument(
        "--user",
        type=user_argument,
        default=ABSENT,
        metavar="NAME[:PASSWORD]",
        help="HTTP Basic; asks for the password if it is not given",
    )
    if client:
        _value(group, "--origin", "origin", "ORIGIN", "send this Origin header")
        _pairs(group, "--cookie", "cookies", "=", "NAME=VALUE", "send this cookie (repeatable), or those of @FILE")
        group.add_argument(
            "--bearer",
            type=secret_argument,
            default=ABSENT,
            dest="token",
            metavar="TOKEN",
            help="Authorization: Bearer TOKEN; @FILE, '$NAME' or - to be asked",
        )
        _value(group, "--redirects", "redirects", "N", "follow so many redirects", _count)
    else:
        _list(group, "--path", "paths", "PATH", "let only this path in (repeatable; ends in * for all that begin so)")
        _list(
            group,
            "--allow-origin",
            "origins",
            "ORIGIN",
            "of the pages of other sites let only this one in (repeatable; null, * or https://*.example.org too)",
        )
        _list(
            group,
            "--allow-host",
            "hosts",
            "HOST",
            "let clients in that call this server by this name (repeatable; * or *.example.org too)",
        )
        _pairs(
            group, "--require-header", "required_headers", ":", "NAME[:VALUE]", "let nobody in without it (repeatable)"
        )
        group.add_argument(
            "--require-subprotocol",
            action="store_true",
            default=ABSENT,
            dest="subprotocol_required",
            help="let nobody in who offers none of the subprotocols",
        )
        group.add_argument(
            "--reject",
            type=_rejection,
            default=ABSENT,
            metavar="STATUS[:BODY]",
            help="answer everybody with this status",
        )
    deflate = parser.add_argument_group("permessage-deflate (RFC 7692)")
    deflate.add_argument("--deflate", action="store_true", default=ABSENT, help="compress messages if the peer agrees")
    if client:
        _value(deflate, "--deflate-offer", "offer", "VALUE", "the Sec-WebSocket-Extensions header to send")
    else:
        _value(deflate, "--deflate-wish", "wish", "PARAMETERS", "what to ask for, such as 'server_max_window_bits=12'")
    tls = parser.add_argument_group("TLS (wss://)")
    _value(
        tls,
        "--ca",
        "ca_file",
        "FILE",
        "trust these authorities" if client else "ask clients for a certificate of these",
    )
    _value(tls, "--cert", "certificate", "FILE", "the certificate to show, with its chain (PEM or PKCS#12)")
    _value(tls, "--key", "key", "FILE", "its key, if it is in another file")
    _value(tls, "--key-password", "key_password", "PASSWORD", "the key's; @FILE, '$NAME' or -", secret_argument)
    _value(tls, "--tls-min", "minimum_tls", "1.2|1.3", "the least version")
    _list(tls, "--alpn", "alpn", "NAME", "offer this application protocol (repeatable)")
    _value(tls, "--key-log", "key_log", "FILE", "write session secrets here, for Wireshark")
    if client:
        tls.add_argument(
            "--insecure", action="store_false", default=ABSENT, dest="verify", help="do not verify the certificate"
        )
        _value(tls, "--server-name", "server_name", "NAME", "the name to ask for (SNI) and to verify")
    else:
        tls.add_argument(
            "--tls",
            action="store_true",
            default=ABSENT,
            dest="secure",
            help="speak TLS; without --cert with a certificate for localhost that wsgui makes",
        )
    network = parser.add_argument_group("network")
    if client:
        _value(
            network,
            "--proxy",
            "proxy",
            "URL",
            "http://, https://, socks4:// or socks5:// proxy, or 'environment'",
            elsewhere,
        )
        _value(network, "--bind", "bind", "ADDRESS", "connect from this address of this machine")
        for family in ("ipv4", "ipv6"):
            network.add_argument(
                f"--{family}",
                action="store_const",
                const=family,
                default=ABSENT,
                dest="family",
                help=f"use {family.replace('ip', 'IP')} alone",
            )
    else:
        _value(network, "--unix", "unix_path", "PATH", "listen on this Unix socket instead")
    times = parser.add_argument_group("times (500ms, 2s, 1min)")
    _value(times, "--timeout", "opening_timeout", "TIME", "for TCP, TLS and the opening handshake", _seconds)
    _value(times, "--close-timeout", "closing_timeout", "TIME", "for the closing handshake", _seconds)
    _value(times, "--idle-timeout", "idle_timeout", "TIME", "close after so long without a byte", _seconds)
    _value(times, "--ping-interval", "ping_interval", "TIME", "send a ping each so often", _seconds)
    if client:
        again = parser.add_argument_group("reconnecting")
        again.add_argument(
            "--reconnect", action="store_true", default=ABSENT, help="connect again when the connection is lost"
        )
        _value(again, "--reconnect-attempts", "reconnect_attempts", "N", "give up after so many (0: never)", _count)
    wrong = parser.add_argument_group("policies and faults")
    names = ", ".join(name for name, item in POLICIES.items() if not (client and item.server))
    wrong.add_argument(
        "--policy",
        action=_Append,
        default=ABSENT,
        dest="policies",
        type=_policy,
        metavar="NAME=VALUE",
        help=f"repeatable; {names}",
    )


def settings_for(parsed: argparse.Namespace, kind: str) -> EndpointSettings:
    """What the command line and the saved endpoint that it names say together.

    Raises SettingsError, and LookupError with a sentence.
    """
    try:
        saved = saved_settings(parsed.endpoint, kind) if parsed.endpoint is not None else None
        return settings_from(parsed, kind, saved)
    except argparse.ArgumentTypeError as error:
        raise SettingsError("password", f"The password was not given: {error}.") from error


def settings_from(parsed: argparse.Namespace, kind: str, saved: EndpointSettings | None = None) -> EndpointSettings:
    """The settings that the command line describes, on top of a saved endpoint."""
    settings = saved or EndpointSettings(kind=kind)
    for name, value in vars(parsed).items():
        if value is ABSENT or value is None:
            continue
        if name == "user":
            settings.auth = "basic"
            settings.user, password = value
            settings.password = password_of(settings.user) if password is None else password
        elif name == "reject":
            settings.reject_status, settings.reject_body = value
        elif hasattr(settings, name):
            setattr(settings, name, value)
            if name == "token":
                settings.auth = "bearer"
            elif name in ("offer", "wish"):
                settings.deflate = True
    return settings


def saved_settings(name: str, kind: str) -> EndpointSettings:
    """The settings of a saved endpoint, with its secrets as far as the key store gives them.

    Raises LookupError with a sentence.
    """
    store = EndpointStore(config_folder() / FILE_NAME)
    for complaint in store.complaints:
        console.say(complaint)
    endpoint = store.named(name)
    settings = endpoint.settings
    if settings.kind != kind:
        raise LookupError(f"The saved endpoint {name} is a {settings.kind}, not a {kind}.")
    if may_have_secrets(settings):
        try:
            KeyStore().fill(endpoint.id, settings)
        except KeyStoreError as error:
            console.say(str(error))
    missing = lacking_sentence(settings)
    if missing:
        console.say(missing.removesuffix(" Type them there.") + " What is said on the command line takes its place.")
    return settings


def _value(
    group: argparse._ArgumentGroup,
    option: str,
    field: str,
    metavar: str,
    text: str,
    kind: Callable[[str], object] = text_argument,
) -> None:
    group.add_argument(option, default=ABSENT, dest=field, metavar=metavar, help=text, type=kind)


def _list(group: argparse._ArgumentGroup, option: str, field: str, metavar: str, text: str) -> None:
    group.add_argument(
        option, action=_Append, default=ABSENT, dest=field, metavar=metavar, help=text, type=text_argument
    )


def _pairs(group: argparse._ArgumentGroup, option: str, field: str, separator: str, metavar: str, text: str) -> None:
    def pairs(argument: str) -> list[tuple[str, str]]:
        lines = lines_elsewhere(argument)
        if lines is None:
            return [pair(text_argument(argument), argument)]
        # What stands in a file may be secret: the sentence names the place.
        return [pair(line, f"line {number} of {argument}") for number, line in enumerate(lines, 1)]

    def pair(text: str, place: str) -> tuple[str, str]:
        name, found, value = text.partition(separator)
        if not found and "[" not in metavar:
            raise argparse.ArgumentTypeError(f"written {metavar}, not {place!r}")
        return name.strip(" \t"), value.strip(" \t")  # what HTTP takes for blanks; other ones are part of the text

    group.add_argument(option, action=_Extend, default=ABSENT, dest=field, metavar=metavar, help=text, type=pairs)


def _rejection(text: str) -> tuple[int, str]:
    status, _, body = text.partition(":")
    if not status.isdecimal() or not 200 <= int(status) <= 599:
        raise argparse.ArgumentTypeError(f"a status is a number from 200 to 599, not {status!r}")
    return int(status), body


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 1000:
        raise argparse.ArgumentTypeError(f"a number from 0 to 1000, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return read_seconds(text)
    except QuantityError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _policy(text: str) -> tuple[str, str]:
    try:
        return split_pair(text)
    except PolicyError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
