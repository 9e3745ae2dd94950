"""HTTP Digest: answers to the challenges of a server or a proxy (RFC 7616), without I/O.

A password leaves as a hash alone, over a nonce of the other side. What is hashed is UTF-8 (section 4).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wsgui.protocol.challenges import read_challenges

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ALGORITHMS: Final = ("MD5", "SHA-256", "SHA-512-256")
"""Section 6.1, the strongest last; each also with ``-sess`` behind it."""
_ATTRIBUTE: Final = "!#$&+-.^_`|~"
"""What needs no percent sign in ``username*``, beside letters and digits (RFC 8187 section 3.2.1)."""

_SHOWN: Final = 60
"""Characters of a word of the other side that are quoted in a sentence."""


class DigestError(ValueError):
    """A challenge that is not answered; the message says why as a clause about who asked ("it asks for ...")."""


class Login:
    """A user name and a password for one server or proxy, and what it has been answered so far.

    ``cnonce`` makes a random text, new for each answer.
    """

    def __init__(self, user: str, password: str, cnonce: Callable[[], str]) -> None:
        self._user = user
        self._password = password
        self._cnonce = cnonce
        self._answers = 0

    def answer(self, values: Sequence[str], method: str, uri: str) -> str:
        """The value of Authorization or Proxy-Authorization for a request with this method and request target.

        ``values`` are those of WWW-Authenticate or Proxy-Authenticate. Of several challenges the one with the strongest
        algorithm is taken. A second one is answered if it says that the nonce alone was too old (``stale``), a third
        one never. Raises DigestError.
        """
        challenges = read_challenges(values)
        asked = [one.parameters for one in challenges if one.scheme.lower() == "digest"]
        if not asked:
            others = ", ".join(dict.fromkeys(one.scheme for one in challenges))
            raise DigestError(
                f"it asks for {others[:_SHOWN]}, not for Digest" if others else "it does not ask for Digest"
            )
        if not self._user and not self._password:
            raise DigestError("it asks for a user name and a password (Digest)")
        known = [one for one in asked if not _hindrance(one)]
        if not known:
            raise DigestError(_hindrance(asked[0]))
        best = max(known, key=lambda one: ALGORITHMS.index(_base(one)))
        if self._answers and (self._answers > 1 or best.get("stale", "").lower() != "true"):
            raise DigestError("it did not accept the user name and the password (Digest)")
        self._answers += 1
        return digest(best, self._user, self._password, method=method, uri=uri, cnonce=self._cnonce())


def digest(asked: dict[str, str], user: str, password: str, *, method: str, uri: str, cnonce: str) -> str:
    """The answer to a challenge's parameters, which are among those that can be answered (section 3.4)."""

    def hashed(*parts: str) -> str:
        data = ":".join(parts).encode()
        return hashlib.new(_HASHES[_base(asked)], data, usedforsecurity=False).hexdigest()

    realm, nonce = asked["realm"], asked["nonce"]
    session = asked.get("algorithm", "").lower().endswith("-sess")
    secret = hashed(user, realm, password)
    if session:
        secret = hashed(secret, nonce, cnonce)
    count, qop = "00000001", "auth" if "qop" in asked else ""
    with_qop = (count, cnonce, qop) if qop else ()  # without it as RFC 2069 has it
    response = hashed(secret, nonce, *with_qop, hashed(method, uri))
    userhash = asked.get("userhash", "").lower() == "true"
    parts = [
        _name(hashed(user, realm) if userhash else user, utf8=asked.get("charset", "").upper() == "UTF-8"),
        f"realm={_quoted(realm)}",
        f"uri={_quoted(uri)}",
    ]
    if "algorithm" in asked:
        parts.append(f"algorithm={asked['algorithm']}")
    parts.append(f"nonce={_quoted(nonce)}")
    if qop:
        parts += [f"nc={count}", f"cnonce={_quoted(cnonce)}", f"qop={qop}"]
    elif session:
        parts.append(f"cnonce={_quoted(cnonce)}")  # nobody could check the hash without it
    parts.append(f'response="{response}"')
    if "opaque" in asked:
        parts.append(f"opaque={_quoted(asked['opaque'])}")
    if userhash:
        parts.append("userhash=true")
    return f"Digest {', '.join(parts)}"


_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


def _base(asked: dict[str, str]) -> str:
    """The algorithm without ``-sess``; MD5 if none is said (section 3.3)."""
    return asked.get("algorithm", "MD5").upper().removesuffix("-SESS")


def _hindrance(asked: dict[str, str]) -> str:
    """Why a challenge cannot be answered; empty if it can."""
    for name in ("realm", "nonce"):
        if name not in asked:
            return f"its Digest challenge has no {name}"
    if _base(asked) not in ALGORITHMS:
        return f"it asks for Digest with {asked['algorithm'][:_SHOWN] or 'no algorithm'}, which is not known here"
    kinds = [one.strip().lower() for one in asked.get("qop", "auth").split(",")]
    if "auth" not in kinds:
        qop = asked["qop"][:_SHOWN] or "of no name"
        return f"it asks for Digest with the protection {qop}, and auth alone is known here"
    return ""


def _name(user: str, *, utf8: bool) -> str:
    """The user name: in ``username*`` (section 3.4.4) only for those who say that they know UTF-8, as older servers
    look for ``username`` alone."""
    if utf8 and not user.isascii():
        return f"username*=UTF-8''{quote(user, safe=_ATTRIBUTE)}"
    return f"username={_quoted(user)}"


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
