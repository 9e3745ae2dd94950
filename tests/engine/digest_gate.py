"""One who asks for HTTP Digest and checks the answer with arithmetic of its own (RFC 7616 section 3.4.1)."""

from __future__ import annotations

import hashlib
import re
from typing import Final

HASHES: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


class DigestGate:
    """``name`` is Authorization or Proxy-Authorization. ``heads`` are the heads that were looked at."""

    def __init__(self, user: str, password: str, *, name: str = "Authorization", algorithm: str = "SHA-256") -> None:
        self.user = user
        self.password = password
        self.algorithm = algorithm
        self.name = name
        self.nonce = 0
        self.heads: list[bytes] = []

    def challenge(self, more: str = "") -> str:
        """A value of WWW-Authenticate with a nonce of its own."""
        self.nonce += 1
        return f'Digest realm="gate", nonce="nonce-{self.nonce}", qop="auth", algorithm={self.algorithm}{more}'

    def lets_in(self, head: bytes) -> bool:
        """Whether a head has the right answer to the last challenge."""
        self.heads.append(head)
        method, target, _ = head.decode().split(" ", 2)
        given = re.findall(rf"(?mi)^{self.name}: Digest (.*)\r$", head.decode())
        if len(given) != 1:
            return False
        said = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^,]*))', given[0])}

        def hashed(*parts: str) -> str:
            kind = HASHES[self.algorithm.removesuffix("-sess")]
            return hashlib.new(kind, ":".join(parts).encode()).hexdigest()

        secret = hashed(self.user, "gate", self.password)
        if self.algorithm.endswith("-sess"):
            secret = hashed(secret, said["nonce"], said["cnonce"])
        nonce = f"nonce-{self.nonce}"
        right = hashed(secret, nonce, "00000001", said["cnonce"], "auth", hashed(method, target))
        return said["response"] == right and (said["username"], said["uri"], said["realm"], said["nonce"]) == (
            self.user,
            target,
            "gate",
            nonce,
        )
