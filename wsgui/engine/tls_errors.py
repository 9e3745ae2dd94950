"""What goes wrong with TLS, in words: certificates that are not accepted, alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl

_WHY: Final = {
    9: "it is not valid yet; is this machine's clock right?",
    10: "it has expired",
    18: "it is self-signed: nobody but its maker vouches for it",
    19: "it comes from an authority that this machine does not trust",
    20: "it comes from an authority that this machine does not trust",
    21: "it comes from an authority that this machine does not trust",
    23: "it was revoked",
    26: "it was made for another purpose",
    62: "it was made for another name",
    64: "it was made for another address",
    66: "its key is too weak",
    68: "its signature is too weak",
}


def verification_sentence(error: ssl.SSLCertVerificationError, host: str) -> str:
    """One sentence for a certificate that was not accepted: which and why."""
    why = _WHY.get(getattr(error, "verify_code", 0), str(error.verify_message or "").rstrip("."))
    return f"TLS: the certificate of {host} was not accepted: {why}."


_ALERTS: Final = {
    "CERTIFICATE_REQUIRED": "the server asks for a client certificate",
    "BAD_CERTIFICATE": "the peer did not accept the certificate that it was shown, or was shown none",
    "CERTIFICATE_UNKNOWN": "the peer does not trust the certificate that it was shown",
    "UNKNOWN_CA": "the peer does not trust the authority of the certificate that it was shown",
    "CERTIFICATE_EXPIRED": "the peer says that the certificate has expired",
    "HANDSHAKE_FAILURE": "the peer found no version, cipher or certificate that suits both",
    "PROTOCOL_VERSION": "the two ends speak no common version of TLS",
    "UNSUPPORTED_PROTOCOL": "the two ends speak no common version of TLS",
    "NO_APPLICATION_PROTOCOL": "the server speaks none of the ALPN protocols that were offered",
    "UNRECOGNIZED_NAME": "the server does not know the name that it was asked for (SNI)",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "the client showed no certificate, and the server asks for one",
}


def alert_sentence(error: ssl.SSLError) -> str:
    """What a TLS alert or failure means, without a full stop; empty if it is none that is known."""
    reason = getattr(error, "reason", None) or ""
    return next((words for end, words in _ALERTS.items() if reason.endswith(end)), "")
