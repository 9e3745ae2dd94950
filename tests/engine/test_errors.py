from __future__ import annotations

import errno
import socket
import ssl

import pytest

from wsgui.engine.errors import HandshakeError, connect_sentence, listen_sentence, reason_of, single_error


def verification_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (verification_error(), "TLS: the certificate of example.org was not accepted: self-signed certificate."),
        (socket.gaierror(-2, "Name or service not known"), "The host name example.org was not found."),
        (ConnectionRefusedError(), "Connection refused: nothing listens on example.org:80."),
        (TimeoutError(), "example.org:80 did not answer in time."),
        (ConnectionResetError(), "example.org:80 cut the connection before the handshake was done."),
        (OSError(errno.ENETUNREACH, "x"), "example.org:80 cannot be reached: network is unreachable."),
        (OSError("odd"), "example.org:80 cannot be reached: odd."),
        (ValueError("odd thing."), "example.org cannot be connected to: odd thing."),
    ],
)
def test_sentences_for_a_failed_attempt(error: OSError | ValueError, sentence: str) -> None:
    assert connect_sentence(error, "example.org", 80) == sentence


def test_link_local_addresses() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "x")
    assert connect_sentence(unknown, "fe80::1%nope", 80) == (
        "The address fe80::1%nope was not found: nope is no network of this machine."
    )
    assert connect_sentence(OSError(errno.EINVAL, "x"), "fe80::1", 80) == (
        "[fe80::1]:80 cannot be reached without the network that it is on: write [fe80::1%25eth0] or its like."
    )
    assert connect_sentence(OSError(errno.EINVAL, "x"), "fd00::1", 80) == (
        "[fd00::1]:80 cannot be reached: invalid argument."
    )


def test_a_name_server_that_does_not_answer() -> None:
    error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert connect_sentence(error, "a.example", 80) == (
        "The host name a.example could not be looked up: no name server answered."
    )


def test_tls_against_something_else() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    sentence = connect_sentence(error, "::1", 443)
    assert sentence.startswith("TLS with [::1]:443 failed: ")
    assert sentence.endswith("Perhaps this is a ws:// server.")


def test_a_label_that_is_too_long() -> None:
    host = "a" * 64
    with pytest.raises(UnicodeError) as failed:
        host.encode("idna")
    assert connect_sentence(failed.value, host, 80).endswith("empty or longer than 63 characters.")


def test_several_addresses_that_all_failed() -> None:
    several = (
        f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] Connect call failed ('127.0.0.1', 9), "
        f"[Errno {errno.EADDRNOTAVAIL}] Connect call failed ('::1', 9, 0, 0)"
    )
    assert connect_sentence(OSError(several), "localhost", 9) == "Connection refused: nothing listens on localhost:9."
    other = OSError(f"Multiple exceptions: [Errno {errno.ENETUNREACH}] a, [Errno {errno.EHOSTUNREACH}] b")
    assert single_error(other).errno == errno.EHOSTUNREACH
    plain = OSError(errno.EPIPE, "x")
    assert single_error(plain) is plain


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (socket.gaierror(-2, "x"), "The address host was not found."),
        (
            OSError(errno.EADDRINUSE, "x"),
            "Port 80 on host is in use by another program. Choose another port, or 0 for a free one.",
        ),
        (PermissionError(errno.EACCES, "x"), "This user may not listen on port 80; ports from 1024 on need no rights."),
        (OSError(errno.EADDRNOTAVAIL, "x"), "host is not an address of this machine."),
        (OSError(errno.EMFILE, "x"), "Cannot listen on host:80: too many open files."),
    ],
)
def test_sentences_for_a_failed_listener(error: OSError, sentence: str) -> None:
    assert listen_sentence(error, "host", 80) == sentence


def test_reasons_without_numbers() -> None:
    assert reason_of(OSError(errno.EPIPE, "[Errno 32] Broken pipe")) == "broken pipe"
    assert reason_of(OSError()) == "OSError"


def test_a_handshake_error_has_defaults() -> None:
    error = HandshakeError("No.")
    assert (str(error), error.status, error.headers, error.body, error.violations) == ("No.", None, [], b"", [])
