"""What a server says when it refuses: bodies in every dress, bounded, and how long it wants to be left alone."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.engine.errors import ConnectError, HandshakeError, ProxyRefusalError
from wsgui.session.refusals import CHARACTERS, IN_ONE_LINE, LINES, body_text, details, retry_after, sentence

WHY = '{"detail": "plan allows 3 sockets"}'


def refused(body: bytes = b"", status: int | None = 403, **headers: str) -> HandshakeError:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return HandshakeError("The server answered 403.", status=status, headers=pairs, body=body)


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (WHY.encode(), ""),
        (WHY.encode(), "identity"),
        (gzip.compress(WHY.encode(), mtime=0), "gzip"),
        (gzip.compress(WHY.encode(), mtime=0)[:-4], "X-GZIP"),  # cut behind the data
        (zlib.compress(WHY.encode()), "deflate"),
        (bare(WHY.encode()), "deflate"),
    ],
)
def test_codings(body: bytes, coding: str) -> None:
    assert body_text(refused(body, content_encoding=coding)) == WHY


def test_what_cannot_be_read_is_described() -> None:
    assert body_text(refused(b"\x8b\x02", Content_Encoding="br")) == "(2 bytes, compressed with br)"
    assert body_text(refused(b"no gzip", Content_Encoding="gzip")) == "(7 bytes, compressed with gzip)"
    assert body_text(refused(b"\x89PNG\0", Content_Type="image/png")) == "(5 bytes of image/png)"
    assert body_text(refused(b"\0")) == "(1 bytes of something that is no text)"


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("né".encode("latin-1"), "text/plain; charset=iso-8859-1", "né"),
        ("né".encode(), 'text/plain; charset="UTF-8"', "né"),
        ("né".encode(), "text/plain; charset=nonsense", "né"),
        (b"ab", "text/plain; charset=hex", "ab"),
        (b"n\xff", "text/plain", "n\ufffd"),
        (b"n\xe9", "text/plain; Charset=Windows-1252; x=y", "n\u00e9"),
        (b"\x82\xa0", "text/plain; charset=sjis", "\u3042"),
        (b"\xff\xfen\0", "text/plain; charset=utf-16", "n"),
        # Python knows these names, and not as charsets of texts.
        (b"\\d\\x1b", "text/plain; charset=unicode_escape", "\\d\\x1b"),
        (b"a-9", "text/plain; charset=punycode", "a-9"),
        (b"xn--a", "text/plain; charset=idna", "xn--a"),
        (b"+ADw-", "text/plain; charset=utf-7", "+ADw-"),
        (b"x", "text/plain; charset=undefined", "x"),
    ],
)
def test_charsets(body: bytes, kind: str, text: str) -> None:
    assert body_text(refused(body, content_type=kind)) == text


def test_html_is_shown_without_its_tags() -> None:
    page = b"<html><head><style>p {x}</style><title>403 No</title></head><body><h1>403 No</h1>nginx</body>"
    assert body_text(refused(page, content_type="text/html")) == "403 No\nnginx"


def test_codings_within_codings() -> None:
    twice = gzip.compress(zlib.compress(WHY.encode()), mtime=0)
    assert body_text(refused(twice, content_encoding="deflate, gzip")) == WHY
    error = HandshakeError("", status=403, headers=[("Content-Encoding", "deflate"), ("content-encoding", "gzip")])
    error.body = twice
    assert body_text(error) == WHY
    assert body_text(refused(twice, content_encoding="br,gzip")) == f"({len(twice)} bytes, compressed with br, gzip)"


def test_a_proxy_says_why_too() -> None:
    error = ProxyRefusalError("The proxy p:1 did not connect.", status=503, headers=[("Retry-After", "9")], body=b"no")
    assert details(error) == ["Try again after 9 s.", "no"]
    assert sentence(error) == "The proxy p:1 did not connect. Try again after 9 s. It says \u201cno\u201d."
    assert retry_after(error) == 9


def test_a_body_is_bounded() -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    assert details(refused(bomb, content_encoding="gzip")) == ["x" * CHARACTERS, "…"]
    assert details(refused(b"a\n\n" * 100)) == ["a"] * LINES + ["…"]
    assert sentence(refused(b"x" * 1000)) == f"The server answered 403. It says “{'x' * IN_ONE_LINE}…”."


def test_headers_that_say_what_to_do() -> None:
    error = refused(b"a\r\nb\x1b", WWW_Authenticate='Basic realm="x"', Retry_After="7")
    assert details(error) == ['It asks for Basic realm="x".', "Try again after 7 s.", "a", "b\x1b"]
    assert sentence(error) == (
        'The server answered 403. It asks for Basic realm="x". Try again after 7 s. It says “a b␛”.'
    )


def test_every_scheme_that_is_offered() -> None:
    asks = [("WWW-Authenticate", "Negotiate"), ("Retry-After", "5"), ("www-authenticate", "Basic realm=x")]
    error = HandshakeError("No.", status=401, headers=[*asks, ("Retry-After", "7")])
    assert details(error) == ["It asks for Negotiate, Basic realm=x.", "Try again after 5 s."]


def test_html_without_words_is_shown_as_it_is() -> None:
    assert body_text(refused(b"<!-- sorry", content_type="text/html")) == "<!-- sorry"


def test_other_errors_have_their_sentence_alone() -> None:
    for error in (ConnectError("Refused."), HandshakeError("No HTTP.", body=b"x")):
        assert details(error) == []
        assert sentence(error) == str(error)
        assert retry_after(error) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("99999999999999999999", 3600),
        ("Wed, 21 Oct 2015 07:28:30 GMT", 30),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0),
        ("soon", 0),
        ("-1", 0),
        ("²", 0),
        ("", 0),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    assert retry_after(refused(retry_after=value), now=1445412480.0) == seconds


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "x"]), st.sampled_from(["text/html", "text/plain", ""]))
def test_no_body_raises(body: bytes, coding: str, kind: str) -> None:
    lines = details(refused(body, content_encoding=coding, content_type=kind))
    assert len(lines) <= LINES + 1
    assert "\n" not in sentence(refused(body, content_encoding=coding, content_type=kind))
