"""Secrets of the opening handshake, made unreadable in exports: credentials in headers and in URLs.

Names stay, values become `MASK`. What is masked stands in the two tables below. Messages are not looked into: they are
what an export is for.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

MASK: Final = "***"

CREDENTIAL_HEADERS: Final = ("authorization", "proxy-authorization")
"""``Scheme credentials``: the scheme stays."""

COOKIE_HEADERS: Final = ("cookie", "set-cookie")
"""``name=value; name=value``: names stay, and so do a cookie's attributes."""

SECRET_HEADERS: Final = (
    "api-key",
    "apikey",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth",
    "x-auth-token",
    "x-authorization",
    "x-csrf-token",
    "x-goog-api-key",
    "x-session-id",
    "x-session-token",
    "x-xsrf-token",
)
"""Headers whose whole value is a secret."""

URL_PARAMETERS: Final = (
    "access_key",
    "access_token",
    "accesstoken",
    "api_key",
    "api-key",
    "apikey",
    "auth",
    "auth_token",
    "authorization",
    "authtoken",
    "bearer",
    "client_secret",
    "code",
    "credential",
    "id_token",
    "idtoken",
    "jwt",
    "key",
    "pass",
    "passwd",
    "password",
    "pwd",
    "refresh_token",
    "secret",
    "session",
    "session_id",
    "session_token",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "ticket",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
)
"""Names of URL parameters, in any case, whose values are secrets."""

_SUBPROTOCOL: Final = "sec-websocket-protocol"
_SUBPROTOCOL_MARKS: Final = frozenset(("access_token", "auth", "authorization", "bearer", "jwt", "token"))
"""Browsers let scripts set no headers, so some send a token as the subprotocol behind one of these."""
_SUBPROTOCOL_PREFIX: Final = re.compile(r"(?i)((?:base64url\.)?bearer\.(?:authorization\.[\w.-]*?\.)?)[^.]+\Z")

_ATTRIBUTES: Final = frozenset(
    ("domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure")
)

_PARAMETER: Final = re.compile(
    r"([?&;](?:" + "|".join(re.escape(name) for name in URL_PARAMETERS) + r")=)([^&;#\s\"'<>]+)", re.IGNORECASE
)
_USER: Final = re.compile(r"(://[^/?#@:\s]*:)([^/?#@\s]+)(?=@)")

URL: Final = "token in the URL"
PASSWORD: Final = "password in the URL"  # noqa: S105 - what to call one


class Redactor:
    """Masks secrets; does nothing if they are to be kept.

    `masked` counts the secrets by what they are. One that stands in several places counts once.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self.masked: Counter[str] = Counter()
        self._seen: set[int] = set()

    def url(self, text: str) -> str:
        """``text`` with the secrets of every URL in it masked."""
        if self.keep:
            return text
        text = _USER.sub(lambda match: match[1] + self._mask(PASSWORD, match[2]), text)
        return _PARAMETER.sub(lambda match: match[1] + self._mask(URL, match[2]), text)

    def header(self, name: str, value: str) -> str:
        """The value to show for a header; ``value`` has no blanks around it."""
        if self.keep:
            return value
        lower = name.lower()
        if lower in CREDENTIAL_HEADERS:
            scheme, blank, credentials = value.partition(" ")
            return scheme + blank + self._mask(name, credentials) if blank else self._mask(name, value)
        if lower in COOKIE_HEADERS:
            return self._cookies(name, value, once=lower == "set-cookie")
        if lower in SECRET_HEADERS:
            return self._mask(name, value)
        if lower == _SUBPROTOCOL:
            return self._subprotocols(name, value)
        return self.url(value)

    def head(self, raw: bytes) -> bytes:
        """An HTTP message with the secrets of its head masked; line ends, blanks and body stay as they are."""
        if self.keep:
            return raw
        end = min((at for blank in (b"\r\n\r\n", b"\n\n", b"\n\r\n") if (at := raw.find(blank)) >= 0), default=len(raw))
        first, *lines = raw[:end].decode("latin-1").split("\n")
        done = [self.url(first), *map(self._line, lines)]
        return "\n".join(done).encode("latin-1") + raw[end:]

    def _line(self, line: str) -> str:
        name, colon, rest = line.partition(":")
        value = rest.strip(" \t\r")
        if not value:
            return line
        start = rest.index(value)
        return name + colon + rest[:start] + self.header(name.strip(), value) + rest[start + len(value) :]

    def _mask(self, what: str, value: str) -> str:
        """Count under the usual spelling of a header. What is masked already is no secret any more."""
        if not value or value == MASK:
            return value
        name = what if " " in what else what.title()
        secret = hash((name, value))
        if secret not in self._seen:
            self._seen.add(secret)
            self.masked[name] += 1
        return MASK

    def _cookies(self, name: str, value: str, *, once: bool) -> str:
        def masked(part: str, first: bool) -> str:
            key, equals, secret = part.partition("=")
            if (once and not first) or (not equals and key.strip().lower() in _ATTRIBUTES):
                return part
            return key + equals + self._mask(name, secret) if equals else self._mask(name, part)

        return ";".join(masked(part, index == 0) for index, part in enumerate(value.split(";")))

    def _subprotocols(self, name: str, value: str) -> str:
        parts: list[str] = []
        marked = False
        for part in value.split(","):
            bare = part.strip()
            blank = part[: part.index(bare)]
            prefix = _SUBPROTOCOL_PREFIX.match(bare)
            if prefix:
                bare = prefix[1] + self._mask(name, bare[prefix.end(1) :])
            elif marked:
                bare = self._mask(name, bare)
            marked = bare.lower() in _SUBPROTOCOL_MARKS
            parts.append(blank + bare)
        return ",".join(parts)
