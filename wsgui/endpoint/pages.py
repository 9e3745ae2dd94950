"""The pages of the drawer, and the groups of ``--help``, in which the options of an endpoint stand."""

from __future__ import annotations

from typing import Final, NamedTuple

from wsgui.protocol.states import Role


class Page(NamedTuple):
    """A page of the drawer: ``group`` is the heading of its words in ``--help``, ``intro`` stands above its fields."""

    title: str
    group: str
    intro: str = ""


_OPENING = "opening handshake"
_TLS = "TLS (wss://)"
_TIMES = "times (500ms, 2s, 1min)"
_DEFLATE = "permessage-deflate (RFC 7692)"

PAGES: Final[dict[Role, tuple[Page, ...]]] = {
    Role.CLIENT: (
        Page("Headers", _OPENING),
        Page("Query", _OPENING),
        Page("Cookies", _OPENING),
        Page("Handshake", _OPENING),
        Page("Authorization", _OPENING),
        Page("Compression", _DEFLATE),
        Page("Times", _TIMES),
        Page("Network", "network"),
        Page("TLS", _TLS),
        Page("Reconnect", "reconnecting"),
        Page("On connect", _OPENING),
    ),
    Role.SERVER: (
        Page("Behaviour", "what it does"),
        Page("Admission", _OPENING),
        Page(
            "Other sites",
            _OPENING,
            "Programs and pages of this machine come in. A page of another site, or one that calls this server by "
            "another name, is asked about where a client can reach more than itself (broadcast), and wherever a list "
            "says who may come.",
        ),
        Page(
            "Browser",
            "what browsers are shown",
            "At every path a browser is shown a page that connects to it, and at /health programs are told that the "
            "server is up. Pages of other sites get 403, unless a list lets them in.",
        ),
        Page("Required", _OPENING),
        Page("Authorization", _OPENING),
        Page("Handshake", _OPENING),
        Page("Headers", _OPENING),
        Page("Rejection", _OPENING),
        Page("Compression", _DEFLATE),
        Page("Times", _TIMES),
        Page("TLS", _TLS),
        Page("Network", "network"),
    ),
}
"""The pages of each role's drawer, from the top."""
