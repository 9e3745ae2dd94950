"""The one list of what is a secret, by name: headers, URL parameters, subprotocols.

Names are compared without case, punctuation and digits at their end: ``X-Hub-Signature-256``, ``accessToken``,
``access_token`` and ``token[]`` are met by ``signature`` and ``token``. A name whose *end* says what it is counts, so
``max_tokens``, ``token_type`` and ``monkey`` do not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

CREDENTIAL_HEADERS: Final = ("authorization", "proxy-authorization")
"""``Scheme credentials``: the scheme is no secret."""

COOKIE_HEADERS: Final = ("cookie", "set-cookie")
"""``name=value; name=value``: names are no secrets, and neither are a cookie's attributes."""

SUBPROTOCOL: Final = "sec-websocket-protocol"
"""Browsers let scripts set no headers, so some send a token as a subprotocol."""

ENDINGS: Final = (
    "accesskey",
    "apikey",
    "assertion",
    "authcode",
    "authentication",
    "authkey",
    "authorization",
    "bearer",
    "clientkey",
    "cookie",
    "credential",
    "credentials",
    "csrf",
    "functionskey",
    "hmac",
    "jwt",
    "masterkey",
    "oauth",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "samlresponse",
    "secret",
    "secretkey",
    "sessid",
    "session",
    "sessionid",
    "sharedkey",
    "signature",
    "signingkey",
    "subscriptionkey",
    "token",
    "userkey",
    "xsrf",
)
"""What the name of a secret ends in."""

WORDS: Final = ("auth", "otp", "pass", "pw", "sid", "sig", "ticket", "totp")
"""What the last word of a secret's name is; as an ending it would be too short (``bypass``, ``inside``)."""

CORS: Final = "access-control-"
"""Headers that say what pages of other sites may do: they name secrets and hold none (``-Allow-Credentials: true``)."""

PARAMETERS: Final = ("code", "key")
"""Whole names that are a secret in a URL and ordinary in a header."""

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Whether what is called so is a secret, wherever it stands."""
    words = _WORD.findall(name)
    if not words:
        return False
    return words[-1].lower() in WORDS or _NOT_LETTERS.sub("", name.lower()).endswith(ENDINGS)


def is_secret_header(name: str) -> bool:
    """Whether the values of this header are secrets, in full or in part. One that carries a token as a subprotocol, or
    in a URL, is told by its value: `Redactor.header` changes it."""
    name = name.strip()
    return is_secret_name(name) and not name.lower().startswith(CORS)


def is_secret_parameter(name: str) -> bool:
    """Whether a URL parameter of this name, as it stands in the URL, has a secret for its value."""
    name = unquote(name.replace("+", " ")).strip()
    return name.lower() in PARAMETERS or is_secret_name(name)
