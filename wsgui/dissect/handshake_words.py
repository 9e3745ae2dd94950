"""What is said of the lines of an opening handshake (RFC 6455 sections 4.1, 4.2 and 9.1): words only.

What is wrong with a head is judged in `wsgui.protocol.handshake_rules`, with a sentence of its own; `LINE_OF` says
beside which line that sentence stands. The other tables say what a header is for where nothing is wrong.
"""

from __future__ import annotations

from typing import Final, NamedTuple

REQUEST_LINE: Final = "Request line"
STATUS_LINE: Final = "Status line"

LINE_OF: Final = {
    "request.method": REQUEST_LINE,
    "request.http-version": REQUEST_LINE,
    "request.host": "Host",
    "request.upgrade": "Upgrade",
    "request.connection": "Connection",
    "request.key": "Sec-WebSocket-Key",
    "request.version": "Sec-WebSocket-Version",
    "request.subprotocol": "Sec-WebSocket-Protocol",
    "request.extensions": "Sec-WebSocket-Extensions",
    "request.deflate": "Sec-WebSocket-Extensions",
    "response.status": STATUS_LINE,
    "response.upgrade": "Upgrade",
    "response.connection": "Connection",
    "response.accept": "Sec-WebSocket-Accept",
    "response.extension": "Sec-WebSocket-Extensions",
    "response.extensions": "Sec-WebSocket-Extensions",
    "response.deflate": "Sec-WebSocket-Extensions",
    "response.subprotocol": "Sec-WebSocket-Protocol",
}
"""The line beside which a broken rule is shown; that a head is no HTTP is said beside its first line."""


class HeaderWords(NamedTuple):
    """A header: its section (with the RFC's number in front if it is not 6455), what it says where it is right, and
    what is said of an answer's header where the request is not known."""

    header: str
    section: str
    right: str
    unknown: str = ""

    @property
    def reference(self) -> str:
        """``RFC 6455 §4.1``."""
        number, _, section = self.section.rpartition(" ")
        return f"RFC {number or '6455'} §{section}"


def _table(*words: HeaderWords) -> dict[str, HeaderWords]:
    return {one.header.lower(): one for one in words}


REQUEST_WORDS: Final = _table(
    HeaderWords("Host", "4.1", "Names the server that is meant."),
    HeaderWords("Upgrade", "4.1", "Asks for the WebSocket protocol."),
    HeaderWords("Connection", "4.1", "Says that Upgrade is meant for this hop."),
    HeaderWords(
        "Sec-WebSocket-Key",
        "4.1",
        "16 random bytes in base64; the server proves with them that it read this request.",
    ),
    HeaderWords("Sec-WebSocket-Version", "4.1", "13 is the version of RFC 6455."),
    HeaderWords("Sec-WebSocket-Protocol", "4.1", "Subprotocols that the client offers, the preferred one first."),
    HeaderWords("Sec-WebSocket-Extensions", "9.1", "Extensions that the client offers."),
    HeaderWords("Origin", "10.2", "The page that the script came from; a server may refuse by it."),
)
"""By the header's name in small letters."""

RESPONSE_WORDS: Final = _table(
    HeaderWords("Upgrade", "4.2.2", "The server changes to the WebSocket protocol."),
    HeaderWords("Connection", "4.2.2", "Says that Upgrade is meant for this hop."),
    HeaderWords(
        "Sec-WebSocket-Accept",
        "4.2.2",
        "Right: it is computed from the key of the request.",
        "Cannot be checked without the request.",
    ),
    HeaderWords(
        "Sec-WebSocket-Protocol",
        "4.2.2",
        "The subprotocol that the server chose among those offered.",
        "The subprotocol that the server chose; the request is not known.",
    ),
    HeaderWords(
        "Sec-WebSocket-Extensions",
        "9.1",
        "Extensions that the server accepted among those offered.",
        "Extensions that the server accepted; the request is not known.",
    ),
)
"""The headers of a 101."""

REFUSAL_WORDS: Final = _table(
    HeaderWords("Sec-WebSocket-Version", "4.4", "Versions that the server speaks."),
    HeaderWords("Location", "9110 10.2.2", "Where the client is to go instead."),
    HeaderWords("Retry-After", "9110 10.2.3", "When the client may try again."),
    HeaderWords("WWW-Authenticate", "9110 11.6.1", "How the client may prove who it is."),
)
"""The headers of a refusal, which owes none of those of a 101."""
