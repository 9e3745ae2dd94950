"""The pages of a client's drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.engine.dial import FAMILIES
from wsgui.engine.tls import MINIMUMS
from wsgui.ui.drawer.deflate_field import DeflateField
from wsgui.ui.drawer.fields import (
    CheckField,
    ChoiceField,
    CountField,
    FileField,
    LineField,
    LinesField,
    ListField,
    NewFileField,
    OptionField,
    PartField,
    SecondsField,
    SecretField,
    words,
)
from wsgui.ui.drawer.pairs_field import HeadersField, PairsField
from wsgui.ui.drawer.proxy_field import ProxyField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


class Page(NamedTuple):
    """A page: its title, and fields with explanations between them, from the top."""

    title: str
    parts: Sequence[QWidget]


_FAMILY_NAMES = {"any": "IPv6 or IPv4", "ipv4": "IPv4 alone", "ipv6": "IPv6 alone"}


def client_pages(query: PairsField) -> list[Page]:
    """Every page; ``query`` is the table that follows the address bar."""
    proxy_password = SecretField(
        "proxy_password", "Proxy pass&word", "Goes with the user name in the proxy's URL, as in socks5://user@host:1080"
    )
    return [
        Page(
            "Headers",
            [
                HeadersField(
                    "He&aders of the request",
                    "Sent in this order and spelling. One with the name of a header of the handshake takes its place; "
                    "an empty value takes it out.",
                )
            ],
        ),
        Page("Query", [query]),
        Page(
            "Cookies",
            [PairsField("cookies", "&Cookies", "Sent in one Cookie header", "=", "cookie")],
        ),
        Page(
            "Handshake",
            [
                ListField("subprotocols", "S&ubprotocols", "Sec-WebSocket-Protocol, best first", "chat.v2, chat.v1"),
                LineField("origin", "Origi&n", "As a browser's page would send it", "https://example.org"),
            ],
        ),
        Page("Authorization", auth_fields("Authorization: how this client says who it is")),
        Page(
            "Compression",
            [
                CheckField("deflate", "Offer &permessage-deflate", "Compress messages if the server agrees (RFC 7692)"),
                DeflateField(offer=True),
            ],
        ),
        Page("Times", time_fields()),
        Page(
            "Network",
            [
                ChoiceField(
                    "family",
                    "&Addresses",
                    "Which of a name's addresses are tried",
                    [(one, _FAMILY_NAMES[one]) for one in FAMILIES],
                ),
                LineField("bind", "Fro&m address", "An address of this machine to connect from", "any"),
                ProxyField(proxy_password),
                proxy_password,
                CountField("redirects", "Re&directs", "How many redirects (3xx) are followed", 20, "not followed"),
            ],
        ),
        Page(
            "TLS",
            [
                CheckField(
                    "verify",
                    "Do &not verify the server's certificate",
                    "Accept any certificate: others can then read and change what is sent",
                    inverted=True,
                    warning="The server is not verified: it may be anybody, who can read and change all that is sent.",
                ),
                FileField("ca_file", "Own &CA", "Trust these authorities (PEM) instead of the system's"),
                *certificate_fields("A certificate that this client shows (PEM, with its chain)"),
                LineField("server_name", "Server na&me", "The name to ask for (SNI) and to verify", "the URL's host"),
                *tls_fields(),
            ],
        ),
        Page(
            "Reconnect",
            [
                CheckField(
                    "reconnect", "Connect &again when the connection is lost", "Not after a close that was meant (1000)"
                ),
                SecondsField("reconnect_first", "First &wait", "Before the first attempt; each wait is twice as long"),
                SecondsField("reconnect_most", "Lo&ngest wait", "No wait is longer"),
                PartField("reconnect_jitter", "Left to &chance", "So that many clients do not come back at once"),
                CountField("reconnect_attempts", "Atte&mpts", "How many before it gives up", 1000, "without end"),
            ],
        ),
        Page(
            "On connect",
            [
                LinesField(
                    "on_connect",
                    "Text &messages that are sent after each connect",
                    "A line --- stands between two messages",
                    '{"type": "subscribe"}',
                    fence=True,
                ),
                words("A line with --- alone stands between two messages."),
            ],
        ),
    ]


def auth_fields(tip: str, *, bearer: bool = True) -> list[QWidget]:
    """The kind of authorization, and who."""
    kinds = [("none", "None"), ("basic", "Basic")] + [("bearer", "Bearer token")] * bearer
    kind = ChoiceField("auth", "&Kind", tip, kinds)
    needed: list[tuple[str, OptionField]] = [
        ("basic", LineField("user", "&User", "The user name of Basic")),
        ("basic", SecretField("password", "Pass&word", "The password of Basic")),
    ]
    if bearer:
        needed.append(("bearer", SecretField("token", "Toke&n", "Sent as Authorization: Bearer")))

    def enable() -> None:
        for of, field in needed:
            field.setEnabled(kind.value() == of)

    kind.box.currentIndexChanged.connect(lambda _: enable())
    enable()
    return [
        kind,
        *(field for _, field in needed),
        words("Passwords and tokens are kept in the system's key store, never in a file."),
    ]


def time_fields() -> list[QWidget]:
    """Times of either role."""
    return [
        SecondsField("opening_timeout", "Ope&ning handshake", "TCP, TLS and the opening handshake together"),
        SecondsField("closing_timeout", "&Closing handshake", "From our close frame to the end of TCP"),
        SecondsField("idle_timeout", "I&dle connection", "Close after so long without a byte from the peer", "never"),
        SecondsField("ping_interval", "&Ping every", "Send a ping so often, to keep the connection", "no pings"),
        SecondsField("ping_timeout", "Pong &within", "Close if the pong of such a ping takes longer"),
    ]


def certificate_fields(tip: str) -> list[QWidget]:
    """A certificate with its key."""
    return [
        FileField("certificate", "Certific&ate", tip),
        FileField("key", "&Key", "The certificate's key (PEM), if it is in another file"),
        SecretField("key_password", "Key pass&word", "Of a key that is encrypted"),
    ]


def tls_fields() -> list[QWidget]:
    """Choices of TLS of either role."""
    return [
        ListField("alpn", "AL&PN", "Application protocols to offer, best first", "http/1.1"),
        ChoiceField(
            "minimum_tls",
            "Ol&dest version",
            "The oldest version of TLS that is spoken",
            [("", "As the system does"), *((one, f"TLS {one}") for one in MINIMUMS)],
        ),
        NewFileField("key_log", "Ke&y log", "Append session secrets to this file; with it, Wireshark reads along"),
    ]
