"""What can go wrong in the engine, as sentences for people."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
from typing import TYPE_CHECKING

from wsgui.engine.tls_errors import alert_sentence, verification_sentence

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation


class EngineError(Exception):
    """Something a peer, the network or a person got wrong; the message is one clear sentence."""


class ConnectError(EngineError):
    """No connection came about: name, network, TLS or time."""


class AnsweredError(ConnectError):
    """Somebody was reached and did not agree; ``status`` is None if the answer was not HTTP."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        headers: list[tuple[str, str]] | None = None,
        body: bytes = b"",
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or []
        self.body = body


class HandshakeError(AnsweredError):
    """The server was reached and did not agree."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int | None = None,
        headers: list[tuple[str, str]] | None = None,
        body: bytes = b"",
        violations: list[Violation] | None = None,
    ) -> None:
        super().__init__(sentence, status=status, headers=headers, body=body)
        self.violations = violations or []

    def saying(self, sentence: str) -> HandshakeError:
        """The same answer of a server, in other words."""
        return HandshakeError(
            sentence, status=self.status, headers=self.headers, body=self.body, violations=self.violations
        )


class ProxyRefusalError(AnsweredError):
    """A proxy was reached and made no tunnel."""

    def saying(self, sentence: str) -> ProxyRefusalError:
        """The same answer of a proxy, in other words."""
        return ProxyRefusalError(sentence, status=self.status, headers=self.headers, body=self.body)


class ListenError(EngineError):
    """A server could not listen where it was told to."""


class TextError(EngineError, ValueError):
    """A text that UTF-8 cannot carry; nothing of it was sent, and the connection is as it was."""


class ConnectionClosedError(EngineError):
    """The connection is closed or closing. ``code`` is the close code (1006: no close frame came)."""

    def __init__(self, sentence: str, code: int, reason: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.reason = reason


def connect_sentence(error: OSError | ValueError, host: str, port: int) -> str:
    """One sentence for a failed attempt to reach ``host``."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(error, UnicodeError):
        return f"The host name {host} is not valid: a part of it is empty or longer than 63 characters."
    if not isinstance(error, OSError):
        return f"{host} cannot be connected to: {str(error).rstrip('.')}."
    error = single_error(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return verification_sentence(error, host)
    if isinstance(error, ssl.SSLError):
        if known := alert_sentence(error):
            return f"TLS with {place} failed: {known}."
        reason = (getattr(error, "reason", None) or str(error)).replace("_", " ").lower()
        return f"TLS with {place} failed: {reason}. Perhaps this is a ws:// server."
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return f"The host name {host} could not be looked up: no name server answered."
        if ":" in host and "%" in host:
            return f"The address {host} was not found: {host.partition('%')[2]} is no network of this machine."
        return f"The host name {host} was not found."
    if error.errno == errno.EINVAL and host.lower().startswith("fe80:") and "%" not in host:
        return f"{place} cannot be reached without the network that it is on: write [{host}%25eth0] or its like."
    if isinstance(error, ConnectionRefusedError):
        return f"Connection refused: nothing listens on {place}."
    if isinstance(error, TimeoutError):
        return f"{place} did not answer in time."
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return f"{place} cut the connection before the handshake was done."
    return f"{place} cannot be reached: {reason_of(error)}."


def single_error(error: OSError) -> OSError:
    """A name with several addresses (``localhost``) fails with an error that only quotes theirs: the telling one."""
    numbers = [int(number) for number in _ERRNO.findall(str(error))] if error.errno is None else []
    if not numbers:
        return error
    number = errno.ECONNREFUSED if errno.ECONNREFUSED in numbers else numbers[-1]
    return OSError(number, os.strerror(number))


_ERRNO = re.compile(r"\[Errno (\d+)\]")


def reason_of(error: OSError) -> str:
    """The system's own words for an error number, without Python's brackets."""
    if error.errno is None:
        return str(error) or type(error).__name__
    return os.strerror(error.errno).lower()


def listen_sentence(error: OSError, host: str, port: int) -> str:
    """One sentence for a server that cannot listen."""
    if isinstance(error, socket.gaierror):
        return f"The address {host} was not found."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program. Choose another port, or 0 for a free one."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not listen on port {port}; ports from 1024 on need no rights."
    # Python 3.13 gives up with a sentence of its own, without a number, once no address of the host could be bound.
    if error.errno == errno.EADDRNOTAVAIL or (error.errno is None and "could not bind" in str(error)):
        return f"{host} is not an address of this machine."
    return f"Cannot listen on {host}:{port}: {reason_of(error)}."
