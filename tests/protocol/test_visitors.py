from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.visitors import LONGEST, Visitor, Welcome, check_host, check_origin, visitor_of

OWN = {"192.168.1.5", "mybox", "mybox.local"}


def headers(*, host: str | None = "127.0.0.1:8765", origin: str | None = None) -> Headers:
    pairs = [("Host", host), ("Origin", origin)]
    return Headers([(name.encode(), value.encode("latin-1")) for name, value in pairs if value is not None])


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://127.0.0.1:3000",
        "http://127.0.0.1",
        "https://127.255.255.254:1",
        "HTTP://LOCALHOST:3000",
        "http://localhost.",
        "http://app.localhost:5173",
        "http://[::1]:3000",
        "http://[::ffff:127.0.0.1]",
        "http://[0:0:0:0:0:0:0:1]",
        "http://0.0.0.0:3000",
        "http://[::]:3000",
        "http://192.168.1.5:3000",
        "http://mybox:3000",
        "http://MYBOX.local.",
    ],
)
def test_programs_and_pages_of_this_machine(origin: str | None) -> None:
    assert visitor_of(headers(origin=origin), OWN) == Visitor()


@pytest.mark.parametrize(
    ("origin", "called"),
    [
        ("https://evil.example", "https://evil.example"),
        ("HTTPS://Evil.Example:443", "https://evil.example"),
        ("http://evil.example:8080", "http://evil.example:8080"),
        ("null", "null"),
        ("NULL", "null"),
        ("", "null"),
        ("file://", "file://"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("vscode-webview://localhost", "vscode-webview://localhost"),
        ("http://localhost.evil.example", "http://localhost.evil.example"),
        ("http://evillocalhost", "http://evillocalhost"),
        ("http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example"),
        ("http://127.1", "http://127.1"),
        ("http://0x7f.0.0.1", "http://0x7f.0.0.1"),
        ("http://2130706433", "http://2130706433"),
        ("http://128.0.0.1", "http://128.0.0.1"),
        ("http://192.168.1.6", "http://192.168.1.6"),
        ("http://[::2]", "http://[::2]"),
        ("http://[fe80::1%25lo]", "http://[fe80::1%25lo]"),
        ("http://localhost@evil.example", "http://localhost@evil.example"),
        ("http://evil.example@localhost", "http://evil.example@localhost"),
        ("http://localhost/", "http://localhost/"),
        ("http://localhost:3000:80", "http://localhost:3000:80"),
        ("http://localhost, http://evil.example", "http://localhost, http://evil.example"),
        ("http://localhost https://evil.example", "http://localhost https://evil.example"),
        ("localhost", "localhost"),
        ("http://", "http://"),
    ],
)
def test_foreign_origins(origin: str, called: str) -> None:
    assert visitor_of(headers(origin=origin), OWN) == Visitor(called)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "127.0.0.1",
        "127.0.0.1:8765",
        "localhost:8765",
        "LOCALHOST",
        "localhost.:8765",
        "a.localhost:8765",
        "[::1]:8765",
        "[::1]",
        "192.168.1.77:8765",
        "8.8.8.8",
        "[2001:db8::1]",
        "mybox:8765",
        "mybox.local.",
        "localhost:",
    ],
)
def test_hosts_that_are_no_foreign_names(host: str | None) -> None:
    assert visitor_of(headers(host=host), OWN) == Visitor()


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("rebound.evil.example:8765", "rebound.evil.example"),
        ("Rebound.Evil.Example.", "rebound.evil.example."),
        ("127.0.0.1.nip.example", "127.0.0.1.nip.example"),
        ("127.0.0.1@evil.example", "127.0.0.1@evil.example"),
        ("evil.example@127.0.0.1:80", "evil.example@127.0.0.1:80"),
        ("127.0.0.1:80:90", "127.0.0.1:80:90"),
        ("127.0.0.1, evil.example", "127.0.0.1, evil.example"),
        ("127.0.0.1/evil.example", "127.0.0.1/evil.example"),
        ("[::1", "[::1"),
        ("127.1", "127.1"),
        ("localhost:port", "localhost:port"),
    ],
)
def test_foreign_hosts(host: str, called: str) -> None:
    assert visitor_of(headers(host=host), OWN) == Visitor(host=called)


def test_of_several_values_one_foreign_one_is_enough() -> None:
    pairs = [(b"Origin", b"http://localhost"), (b"origin", b"https://evil.example")]
    assert visitor_of(Headers(pairs)) == Visitor("https://evil.example")
    assert visitor_of(Headers(pairs[:1] * 2)) == Visitor()
    assert visitor_of(Headers([(b"Host", b"localhost"), (b"Host", b"evil.example")])) == Visitor(host="evil.example")


def test_a_page_of_a_host_name_that_is_let_in_is_no_other_site() -> None:
    """Behind a proxy: page and server have one name."""
    found = headers(host="app.example", origin="https://app.example")
    assert visitor_of(found) == Visitor("https://app.example", "app.example")
    assert visitor_of(found, welcome=Welcome(hosts=("APP.example",))) == Visitor("", "app.example")
    other = headers(host="app.example", origin="https://evil.example")
    assert visitor_of(other, welcome=Welcome(hosts=("app.example",))) == Visitor("https://evil.example", "app.example")


EVIL = Visitor("https://evil.example")
REBOUND = Visitor("http://evil.example", "evil.example")


@pytest.mark.parametrize(
    ("welcome", "visitor", "alone", "let_in"),
    [
        (Welcome(), EVIL, True, True),
        (Welcome(), EVIL, False, None),
        (Welcome(), REBOUND, True, True),
        (Welcome(), REBOUND, False, None),
        (Welcome(origins=("HTTPS://EVIL.example:443/",)), EVIL, False, True),
        (Welcome(origins=("https://other.example",)), EVIL, False, None),
        (Welcome(origins=("https://other.example",)), EVIL, True, None),
        (Welcome(origins=("http://evil.example",)), EVIL, False, None),
        (Welcome(origins=("https://evil.example:8443",)), EVIL, False, None),
        (Welcome(origins=("*",)), EVIL, False, True),
        (Welcome(origins=("https://*.example",)), EVIL, False, True),
        (Welcome(origins=("https://*.evil.example",)), EVIL, False, None),
        (Welcome(origins=("null",)), Visitor("null"), False, True),
        (Welcome(origins=("https://evil.example",)), Visitor("null"), False, None),
        (Welcome(origins=("http://evil.example",)), REBOUND, False, None),
        (Welcome(hosts=("evil.example:8765",)), REBOUND, False, None),
        (Welcome(origins=("http://evil.example",), hosts=("evil.example:8765",)), REBOUND, False, True),
        (Welcome(hosts=("*.example",)), Visitor(host="evil.example"), False, True),
        (Welcome(hosts=("*.example",)), Visitor(host="evilexample"), False, None),
        (Welcome(hosts=("?",)), Visitor(host="evil.example"), False, None),
        (Welcome(refused_origins=("https://evil.example",)), EVIL, True, False),
        (Welcome(origins=("*",), refused_origins=("https://evil.example",)), EVIL, False, False),
        (Welcome(origins=("*",), refused_hosts=("evil.example",)), REBOUND, True, False),
        (Welcome(), Visitor("http://a http://b"), False, False),
        (Welcome(), Visitor("http://a http://b"), True, True),
        (Welcome(), Visitor(host="a@b"), False, False),
        (Welcome(), Visitor("https://" + "a" * LONGEST), False, False),
    ],
)
def test_who_is_let_in(welcome: Welcome, visitor: Visitor, alone: bool, let_in: bool | None) -> None:
    assert welcome.judge(visitor, alone=alone) is let_in


@pytest.mark.parametrize(
    ("visitor", "text"),
    [
        (EVIL, "the page https://evil.example"),
        (Visitor("null"), "a page without an origin (null)"),
        (REBOUND, "the page http://evil.example, under the host name evil.example"),
        (Visitor(host="evil.example"), "a client that calls this server by the host name evil.example"),
    ],
)
def test_in_words(visitor: Visitor, text: str) -> None:
    assert str(visitor) == text
    assert visitor
    assert not Visitor()


@pytest.mark.parametrize("text", ["https://a.example", "http://a:8080/", "null", "*", "file://", "https://*.a.example"])
def test_origins_to_list(text: str) -> None:
    assert check_origin(text) == ""


@pytest.mark.parametrize("text", ["a.example", "https://a.example/x", "https://me@a", "", "https://a https://b"])
def test_no_origins(text: str) -> None:
    assert check_origin(text) == f"An origin is written scheme://host, scheme://host:port or null, not {text!r}."


def test_hosts_to_list() -> None:
    assert [check_host(text) for text in ("a.example", "a:80", "[::1]", "*", "*.a.example")] == [""] * 5
    for text in ("", "ws://a", "a/x", "me@a"):
        assert check_host(text).endswith(f"not {text!r}.")


@given(st.text(st.characters(max_codepoint=255), max_size=60), st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_headers(host: str, origin: str) -> None:
    visitor = visitor_of(headers(host=host, origin=origin), OWN)
    assert isinstance(str(visitor), str)
    assert Welcome().judge(visitor, alone=True) is True
    assert Welcome(("*",), ("*",)).judge(visitor, alone=False) is True
