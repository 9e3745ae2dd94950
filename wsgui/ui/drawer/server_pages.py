"""The pages of a server's drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.session.kinds import SERVER
from wsgui.ui.drawer.client_pages import Page, auth_fields, certificate_fields, time_fields, tls_fields
from wsgui.ui.drawer.deflate_field import DeflateField
from wsgui.ui.drawer.drawer import Drawer
from wsgui.ui.drawer.fields import (
    CheckField,
    CountField,
    FileField,
    LineField,
    LinesField,
    ListField,
    TextField,
    words,
)
from wsgui.ui.drawer.pairs_field import HeadersField, PairsField

if TYPE_CHECKING:
    from wsgui.session.server import ServerSession


def server_pages() -> list[Page]:
    """Every page."""
    return [
        Page(
            "Admission",
            [
                LinesField(
                    "paths",
                    "&Paths",
                    "Let only these paths in; others get 404. A * at the end: all that begin so",
                    "/chat, or /chat/* for all that begin so; one a line; empty lets every path in",
                ),
            ],
        ),
        Page(
            "Other sites",
            [
                words(
                    "Programs and pages of this machine come in. A page of another site, or one that calls this server "
                    "by another name, is asked about where a client can reach more than itself (broadcast), and "
                    "wherever a list says who may come."
                ),
                LinesField(
                    "origins",
                    "Origi&ns let in",
                    "Pages of these sites come in without a question",
                    "https://example.org, https://*.example.org, null, or * for all; one a line",
                ),
                LinesField(
                    "hosts",
                    "Host n&ames let in",
                    "What clients may call this server, besides localhost, addresses and this machine's name",
                    "example.org, *.example.org, or * for all; one a line",
                ),
                LinesField("refused_origins", "Origins ref&used", "Pages of these sites get 403", "One a line"),
                LinesField("refused_hosts", "Host names refuse&d", "Who calls this server so gets 403", "One a line"),
            ],
        ),
        Page(
            "Required",
            [
                PairsField(
                    "required_headers",
                    "He&aders that a client must send",
                    "Without them it gets 401; an empty value means any",
                ),
            ],
        ),
        Page("Authorization", auth_fields("What a client has to know to be let in; others get 401", bearer=False)),
        Page(
            "Handshake",
            [
                ListField("subprotocols", "S&ubprotocols", "What this server speaks, best first", "chat.v2, chat.v1"),
                CheckField(
                    "subprotocol_required",
                    "Refuse &clients that offer none of them",
                    "They get 400 instead of a connection without a subprotocol",
                ),
            ],
        ),
        Page(
            "Headers",
            [HeadersField("Extr&a headers of every answer", "Sent in this order and spelling, with 101 and refusals")],
        ),
        Page(
            "Rejection",
            [
                CountField("reject_status", "Stat&us", "Answer everybody with this status, 200 to 599", 599, "off"),
                TextField("reject_body", "Bod&y", "The body of that answer"),
            ],
        ),
        Page(
            "Compression",
            [
                CheckField("deflate", "&Accept permessage-deflate", "Compress messages with clients that offer it"),
                DeflateField(offer=False),
            ],
        ),
        Page("Times", time_fields()),
        Page(
            "TLS",
            [
                CheckField("secure", "&Use TLS (wss://)", "Clients then connect to wss:// instead of ws://"),
                words("Without a certificate of your own, wsgui makes one for localhost and says how to trust it."),
                *certificate_fields("The certificate that this server shows (PEM, with its chain)"),
                FileField("ca_file", "Client &CA", "Ask clients for a certificate of these authorities (PEM)"),
                *tls_fields(),
            ],
        ),
        Page(
            "Network",
            [LineField("unix_path", "&Unix socket", "Listen on this path instead of an address and a port")],
        ),
    ]


def server_drawer(session: ServerSession) -> Drawer:
    """The drawer of a server."""
    return Drawer(SERVER, server_pages(), lambda: session.settings, session.use_settings)
