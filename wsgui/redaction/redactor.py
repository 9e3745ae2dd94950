"""Secrets of the opening handshake, made unreadable: credentials in headers and in URLs.

Names stay, values become `MASK`. `names` says what a secret is; a JSON Web Token (RFC 7519) is one wherever it stands.
Messages are not looked into: they are what an export is for.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from urllib.parse import quote, unquote

from wsgui.protocol.http_head import blank_line
from wsgui.redaction.names import (
    COOKIE_HEADERS,
    CREDENTIAL_HEADERS,
    SUBPROTOCOL,
    is_secret_header,
    is_secret_name,
    is_secret_parameter,
)

MASK: Final = "***"

_MARKS: Final = frozenset(("access_token", "auth", "authorization", "bearer", "jwt", "token"))
"""A subprotocol behind one of these is a token."""
_SPACED: Final = re.compile(r"(?i)((?:base64url\.)?bearer\.(?:authorization\.[\w.-]*?\.)?)[^.]+\Z")
"""Kubernetes: ``base64url.bearer.authorization.k8s.io.TOKEN``."""
_OPAQUE: Final = re.compile(
    r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{20,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)
"""Part of a subprotocol that no person would give it as a name: a long run of letters and digits, or a UUID."""

_ATTRIBUTES: Final = frozenset(
    ("domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure")
)

_JWT: Final = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}")
_PARAMETER: Final = re.compile(r"[?&;#]([^?&;#=\s\"'<>]{1,128})=")
_VALUE_END: Final = re.compile(r"[&;#\s\"'<>]")
_USER: Final = re.compile(
    r"(://[^/?#\s:\[]*:)"
    r"([^/?#\s]*"
    # A slash that was not escaped: what stands behind the colon is no port, so it is a password.
    r"|(?!\d*(?:[/?#\s,;\"'<>]|\Z))[^\s/]*(?:/(?!/)[^\s/]*){1,8})(?=@)"
)
_MEMBER: Final = re.compile(r'("([^"\\]{1,128})"\s{0,8}:\s{0,8}")((?:[^"\\]|\\.)*)"')
"""A member of a JSON object whose value is a string (RFC 8259 section 4)."""
_NESTED: Final = 3
"""How often a parameter's value is percent-decoded to look for a URL in it."""

URL: Final = "token in the URL"
MEMBER: Final = "token in a message"
VARIABLE: Final = "value of an environment variable"
PASSWORD: Final = "password in the URL"  # noqa: S105 - what to call one


_REMEMBERED: set[str] = set()
"""Secrets that no name tells: values of variables that a person has put into a request."""
_LEAST: Final = 6
"""Characters from which on one of those is looked for: a shorter one is a part of ordinary words."""


def remember_secret(value: str) -> None:
    """From now on mask ``value`` and its percent-encoded form wherever they stand in a head or a URL."""
    if len(value) >= _LEAST:
        _REMEMBERED.update((value, quote(value, safe=""), value.encode().decode("latin-1")))


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
        return self._remembered(self._url(text, nested=True))

    def _remembered(self, text: str) -> str:
        for secret in sorted(_REMEMBERED, key=len, reverse=True):
            if secret in text:
                text = text.replace(secret, self._mask(VARIABLE, secret))
        return text

    def _url(self, text: str, *, nested: bool) -> str:
        text = _USER.sub(lambda match: match[1] + self._mask(PASSWORD, match[2]), text)
        done: list[str] = []
        at = end = 0
        while name := _PARAMETER.search(text, at):
            done.append(text[at : name.end()])
            at = name.end()
            inside = at <= end  # another ? within a value, which was looked through already
            if not inside:
                stop = _VALUE_END.search(text, at)
                end = len(text) if stop is None else stop.start()
            if is_secret_parameter(name[1]) or (nested and not inside and _hides(text[at:end])):
                done.append(self._mask(URL, text[at:end]))
                at = end
        done.append(text[at:])
        return _JWT.sub(lambda match: self._mask(URL, match[0]), "".join(done))

    def message(self, text: str) -> str:
        """``text``, a message that a person keeps, with the secrets masked that stand in URLs, or in JSON under a name
        that says so."""
        if self.keep:
            return text

        def masked(member: re.Match[str]) -> str:
            return member[1] + self._mask(MEMBER, member[3]) + '"' if is_secret_name(member[2]) else member[0]

        return self.url(_MEMBER.sub(masked, text))

    def header(self, name: str, value: str) -> str:
        """The value to show for a header; ``value`` has no blanks around it."""
        if self.keep:
            return value
        return self._remembered(self._header(name, value))

    def _header(self, name: str, value: str) -> str:
        lower = name.lower()
        if lower in CREDENTIAL_HEADERS:
            scheme, blank, credentials = value.partition(" ")
            return scheme + blank + self._mask(name, credentials) if blank else self._mask(name, value)
        if lower in COOKIE_HEADERS:
            return self._cookies(name, value, once=lower == "set-cookie")
        if lower == SUBPROTOCOL:
            return self._subprotocols(name, value)
        if is_secret_header(lower):
            return self._mask(name, value)
        return self._url(value, nested=True)

    def head(self, raw: bytes) -> bytes:
        """An HTTP message with the secrets of its head masked; line ends, blanks and body stay as they are."""
        if self.keep:
            return raw
        end = (blank_line(raw) or (len(raw),))[0]
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
            blank, _, tail = part.partition(bare) if bare else (part, "", "")
            shown = self._mask(name, bare) if marked else self._subprotocol(name, bare)
            marked = bare.lower() in _MARKS
            parts.append(blank + shown + tail)
        return ",".join(parts)

    def _subprotocol(self, name: str, bare: str) -> str:
        """``bearer.TOKEN``, ``openai-insecure-api-key.TOKEN``, a JWT, or a word that is nobody's name."""
        spaced = _SPACED.match(bare)
        if spaced:
            return spaced[1] + self._mask(name, bare[spaced.end(1) :])
        first, dot, token = bare.partition(".")
        if dot and token and is_secret_name(first):
            return first + dot + self._mask(name, token)
        bare = _JWT.sub(lambda match: self._mask(name, match[0]), bare)
        return _OPAQUE.sub(lambda match: self._mask(name, match[0]), bare)


def _hides(value: str) -> bool:
    """Whether there is a percent-encoded URL with a secret in a parameter's value."""
    for _ in range(_NESTED):
        if "%" not in value:
            return False
        value = unquote(value)
        if Redactor()._url(value, nested=False) != value:
            return True
    return False
