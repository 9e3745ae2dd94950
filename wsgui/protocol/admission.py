"""Whom a server lets in: what it asks of a request that is a proper WebSocket handshake (RFC 6455 section 4.2.2)."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, unquote

from wsgui.protocol.visitors import Welcome

if TYPE_CHECKING:
    from wsgui.protocol.handshake_rules import Headers


class Refusal(NamedTuple):
    """An HTTP answer instead of 101: ``status`` 200 to 599, headers, body (text)."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """What a server asks for; the empty one asks for nothing.

    ``paths``: resources without query that exist, others get 404; one that ends in ``*`` stands for all that begin so.
    ``required``: (name, value) of a header that must be there, 403 otherwise; an empty value accepts any.
    ``credentials``: ``user:password`` of HTTP Basic, 401 without them (RFC 7617). ``token``: 401 without it, as a
    Bearer token (RFC 6750) or as ``token`` in the query, since pages cannot send the header. ``subprotocol_required``:
    400 unless the client offers one that the server speaks. ``rejection``: what everybody gets. ``welcome`` is asked
    last, for pages of other sites (section 10.2): see `protocol.visitors`.
    """

    paths: tuple[str, ...] = ()
    required: tuple[tuple[str, str], ...] = ()
    credentials: str = ""
    token: str = field(default="", repr=False)
    subprotocol_required: bool = False
    rejection: Refusal | None = None
    welcome: Welcome = field(default_factory=Welcome)

    def judge(self, resource: str, headers: Headers, subprotocol: str | None, *, plain: bool = False) -> Refusal | None:
        """Why this request is refused; None if it is let in. ``subprotocol`` is the one that would be chosen;
        ``plain``: it is no request for a WebSocket, and has none."""
        if self.rejection is not None:
            return self.rejection
        path = path_of(resource)
        if self.paths and not any(path_fits(path, pattern) for pattern in self.paths):
            return Refusal(404, f"There is nothing at {path}.")
        if self.credentials and not self._knows(headers.get("authorization") or ""):
            challenge = ("WWW-Authenticate", 'Basic realm="wsgui", charset="UTF-8"')
            return Refusal(401, "This server asks for a user name and a password.", (challenge,))
        if self.token and not self._has_token(resource, headers.get("authorization") or ""):
            return Refusal(401, "This server asks for a token.", (("WWW-Authenticate", 'Bearer realm="wsgui"'),))
        for name, value in self.required:
            if name and not any(not value or given == value for given in headers.all(name)):
                return Refusal(403, f"This server asks for the header {name}{' with another value' * bool(value)}.")
        if self.subprotocol_required and subprotocol is None and not plain:
            return Refusal(400, "None of the subprotocols that this server speaks was offered.")
        return None

    def _has_token(self, resource: str, authorization: str) -> bool:
        scheme, _, bearer = authorization.partition(" ")
        given = parse_qs(resource.partition("?")[2], errors="surrogateescape").get("token", [])
        if scheme.lower() == "bearer":
            given.append(bearer.strip())
        wanted = self.token.encode()
        return any(hmac.compare_digest(one.encode(errors="surrogateescape"), wanted) for one in given)

    def _knows(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        wanted = base64.b64encode(self.credentials.encode())
        return scheme.lower() == "basic" and hmac.compare_digest(given.strip().encode(), wanted)


def path_of(resource: str) -> str:
    """The path of what a client asked for: without query, decoded."""
    return unquote(resource.partition("?")[0])


def path_fits(path: str, pattern: str) -> bool:
    """Whether a path is ``pattern``, or begins so if that ends in ``*``."""
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
