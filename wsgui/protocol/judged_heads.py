"""What the heads of an opening handshake break, whoever sent them: shown, imported or recorded.

A strict endpoint is played that gets the bytes. So what is said of a head here cannot differ from what a live one says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.violations import Violation

_ANY_URL: Final = WsUrl.parse("ws://localhost/")


def judge_request_head(request: bytes) -> list[Violation]:
    """What a client's request breaks; empty for one that is not whole."""
    server = ServerHandshake()
    server.receive_data(request)
    return server.violations


def broken_rules(found: Sequence[Violation]) -> list[Violation]:
    """What of a judged answer is a broken rule. A refusal is none: with a status other than 101 a server says no in
    HTTP's own words (RFC 6455 section 4.2.2)."""
    return [one for one in found if one.rule != "response.status"]


def judge_response_head(response: bytes, request: bytes | None) -> list[Violation]:
    """What a server's answer to ``request`` (None: not known) breaks; empty for one that is not whole.

    Informational responses may stand before it, a body behind it.
    """
    client = ClientHandshake(_ANY_URL, bytes(16))
    client.request = request or b""
    client.receive_data(response)
    return client.violations
