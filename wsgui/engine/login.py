"""A client's answer to a server that asks for HTTP Digest (RFC 7616): the same request again, on a new connection."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

from wsgui.protocol.digest import DigestError, Login

if TYPE_CHECKING:
    from wsgui.engine.errors import HandshakeError
    from wsgui.engine.options import Options
    from wsgui.protocol.url import WsUrl

cnonce: Final = partial(secrets.token_hex, 16)
"""Makes the random text of a client's answers."""


def request_headers(target: WsUrl, options: Options, authorization: str = "") -> tuple[tuple[str, str], ...]:
    """A person's headers for a request. Where Digest was chosen, ``authorization`` stands in the place of others, and
    what the URL says of a user is never sent as Basic."""
    typed = options.headers
    if options.digest is None:
        return typed
    if authorization:
        return (*(one for one in typed if one[0].lower() != "authorization"), ("Authorization", authorization))
    if target.user is not None and not any(name.lower() == "authorization" for name, _ in typed):
        return (*typed, ("Authorization", ""))  # which takes the line out
    return typed


def login_for(target: WsUrl, options: Options) -> Login | None:
    """Who answers the server's challenges: the one who was named, else the one in the URL; None if Digest was not
    chosen."""
    known = options.digest
    if known is None:
        return None
    if known.user or known.password or target.user is None:
        return Login(known.user, known.password, cnonce)
    return Login(target.user, target.password or "", cnonce)


def answer_to(error: HandshakeError, login: Login, target: WsUrl) -> str:
    """The Authorization that answers a 401. Raises HandshakeError with a sentence that says why there is none."""
    asked = [value for name, value in error.headers if name.lower() == "www-authenticate"]
    try:
        return login.answer(asked, "GET", target.resource)
    except DigestError as why:
        raise error.saying(f"The server answered 401: {why}.") from error
