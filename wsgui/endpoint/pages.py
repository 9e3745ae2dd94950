"""The pages of the drawer, and the groups of ``--help``, in which the options of an endpoint stand."""

from __future__ import annotations

from typing import Final, NamedTuple

from wsgui.protocol.states import Role


class Page(NamedTuple):
    """A page of the drawer: ``group`` is the heading of its words in ``--help``, ``intro`` stands above its fields;
    ``reference`` is the RFC's section on what they are about, "" if no RFC has it."""

    title: str
    group: str
    intro: str = ""
    reference: str = ""


_OPENING = "opening handshake"
_TLS = "TLS (wss://)"
_TIMES = "times (500ms, 2s, 1min)"
_MESSAGES = "what messages are"
_DEFLATE = "permessage-deflate (RFC 7692)"
_REQUEST = "RFC 6455 section 4.1"
_ANSWER = "RFC 6455 section 4.2.2"
_ORIGIN = "RFC 6455 section 10.2"
_LOGIN = "RFC 9110 section 11"
_OFFER = "RFC 7692 section 7.1"
_TIMEOUTS = "RFC 6455 section 5.5.2"

PAGES: Final[dict[Role, tuple[Page, ...]]] = {
    Role.CLIENT: (
        Page("Headers", _OPENING, reference=_REQUEST),
        Page("Query", _OPENING, reference="RFC 6455 section 3"),
        Page("Cookies", _OPENING, reference="RFC 6265 section 4.2"),
        Page("Handshake", _OPENING, reference=_REQUEST),
        Page("Authorization", _OPENING, reference=_LOGIN),
        Page("Compression", _DEFLATE, reference=_OFFER),
        Page("Times", _TIMES, reference=_TIMEOUTS),
        Page("Network", "network", reference=_REQUEST),
        Page("TLS", _TLS, reference="RFC 6455 section 10.6"),
        Page("Reconnect", "reconnecting", reference="RFC 6455 section 7.2.3"),
        Page("On connect", _OPENING),
        Page("Messages", _MESSAGES),
        Page("Templates", "templates and automatic answers"),
    ),
    Role.SERVER: (
        Page("Behaviour", "what it does"),
        Page("Admission", _OPENING, reference=_ANSWER),
        Page(
            "Other sites",
            _OPENING,
            "Programs and pages of this machine come in. A page of another site, or one that calls this server by "
            "another name, is asked about where a client can reach more than itself (broadcast), and wherever a list "
            "says who may come.",
            _ORIGIN,
        ),
        Page(
            "Browser",
            "what browsers are shown",
            "At every path a browser is shown a page that connects to it, and at /health programs are told that the "
            "server is up. Pages of other sites get 403, unless a list lets them in.",
        ),
        Page("Required", _OPENING, reference=_ANSWER),
        Page("Authorization", _OPENING, reference=_LOGIN),
        Page("Handshake", _OPENING, reference=_ANSWER),
        Page("Headers", _OPENING, reference=_ANSWER),
        Page("Rejection", _OPENING, reference=_ANSWER),
        Page("Compression", _DEFLATE, reference=_OFFER),
        Page("Times", _TIMES, reference=_TIMEOUTS),
        Page("TLS", _TLS, reference="RFC 6455 section 10.6"),
        Page("Network", "network"),
        Page("Messages", _MESSAGES),
    ),
}
"""The pages of each role's drawer, from the top."""
