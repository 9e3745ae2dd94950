from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.url import UrlError, WsUrl, split_url


@pytest.mark.parametrize(
    ("text", "secure", "host", "port", "resource"),
    [
        ("ws://example.com", False, "example.com", 80, "/"),
        ("wss://example.com", True, "example.com", 443, "/"),
        ("  WSS://Example.COM:8443/Chat?x=1&y=%20 ", True, "example.com", 8443, "/Chat?x=1&y=%20"),
        ("ws://example.com?q", False, "example.com", 80, "/?q"),
        ("ws://127.0.0.1:8765/a/b", False, "127.0.0.1", 8765, "/a/b"),
        ("ws://[::1]:8765/", False, "::1", 8765, "/"),
        ("ws://example.com:/", False, "example.com", 80, "/"),
        ("ws://example.com/größe?ä=ö", False, "example.com", 80, "/gr%C3%B6%C3%9Fe?%C3%A4=%C3%B6"),
        ("ws://example.com/a%23b", False, "example.com", 80, "/a%23b"),
        ("ws://h/p?", False, "h", 80, "/p?"),
        ("ws://h?", False, "h", 80, "/?"),
        ("ws://h/p??a=[1]|{2}", False, "h", 80, "/p??a=[1]|{2}"),
        ("ws://h/%ff%", False, "h", 80, "/%ff%"),
        ("ws://u:p@h/a@b:1?c://d", False, "h", 80, "/a@b:1?c://d"),
        ("ws://straße.example/", False, "xn--strae-oqa.example", 80, "/"),  # not strasse.example
        ("ws://ＡBC.example/", False, "abc.example", 80, "/"),
        ("ws://bücher.example/", False, "xn--bcher-kva.example", 80, "/"),
    ],
)
def test_3_urls(text: str, secure: bool, host: str, port: int, resource: str) -> None:
    url = WsUrl.parse(text)
    assert (url.secure, url.host, url.port, url.resource) == (secure, host, port, resource)
    assert WsUrl.parse(str(url)).origin == url.origin


def test_user_and_password() -> None:
    url = WsUrl.parse("ws://us%40er:p%3Aw@example.com/")
    assert (url.user, url.password) == ("us@er", "p:w")
    assert str(url) == "ws://example.com/"
    alone = WsUrl.parse("ws://user@example.com/")
    assert (alone.user, alone.password) == ("user", None)


@pytest.mark.parametrize(
    ("text", "header", "shown"),
    [
        ("ws://h", "h", "ws://h/"),
        ("ws://h:80", "h", "ws://h/"),
        ("ws://h:443/", "h:443", "ws://h:443/"),
        ("wss://h:443/", "h", "wss://h/"),
        ("wss://h:80/x?y", "h:80", "wss://h:80/x?y"),
        ("ws://[::1]/", "[::1]", "ws://[::1]/"),
        ("wss://[::1]:9/", "[::1]:9", "wss://[::1]:9/"),
        ("ws://[fe80::1%25eth0]:9/", "[fe80::1]:9", "ws://[fe80::1%25eth0]:9/"),
        ("ws://[fe80::1%eth0]/", "[fe80::1]", "ws://[fe80::1%25eth0]/"),
        ("ws://[fe80::1%25]/", "[fe80::1]", "ws://[fe80::1]/"),
    ],
)
def test_host_header_and_text(text: str, header: str, shown: str) -> None:
    url = WsUrl.parse(text)
    assert url.host_header == header
    assert str(url) == shown


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Type a URL that starts with ws:// or wss://."),
        (" \t", "Type a URL that starts with ws:// or wss://."),
        ("ws://a b/", "The URL has a blank or a control character in it."),
        ("ws://a/\r\nX: y", "The URL has a blank or a control character in it."),
        ("localhost:8765", "The URL has no scheme: try ws://localhost:8765"),
        ("//localhost", "The URL has no scheme: try ws://localhost"),
        ("ws:localhost/x", "The URL has no scheme: try ws://localhost/x"),
        ("WSS:/localhost", "The URL has no scheme: try ws://localhost"),
        ("ws:\\\\localhost\\x", "The URL has no scheme: try ws://localhost\\x"),
        ("ws:8080/x", "The URL has no scheme: try ws://ws:8080/x"),
        ("ws:8080", "The URL has no scheme: try ws://ws:8080"),
        ("http://h/", "A WebSocket URL starts with ws:// or wss://: try ws://h/"),
        ("https://h/", "A WebSocket URL starts with ws:// or wss://: try wss://h/"),
        ("HTTP://h/", "A WebSocket URL starts with ws:// or wss://: try ws://…"),
        ("ftp://h/", "The scheme is ftp://, but a WebSocket URL starts with ws:// or wss://."),
        ("ws://", "The URL names no host."),
        ("ws://:80/", "The URL names no host."),
        ("ws://h/#part", "A WebSocket URL has no fragment: take out '#' and what follows (or write %23)."),
        ("ws://h/#", "A WebSocket URL has no fragment: take out '#' and what follows (or write %23)."),
        ("ws://h:0/", "Port 0 cannot be connected to."),
        ("ws://a..ä/", "The host name a..ä cannot be written in ASCII (IDNA): Empty Label."),
        ("ws://u:%FF@h/", "The user name or the password in the URL is not UTF-8 behind its percent signs."),
        ("ws://%ff@h/", "The user name or the password in the URL is not UTF-8 behind its percent signs."),
        (
            "ws://a%3ab@h/",
            "The user name in the URL has a colon in it, which HTTP Basic has no place for (RFC 7617).",
        ),
        ("ws://h/\udcff", "The URL has a character in it that is not Unicode."),
    ],
)
def test_sentences_for_what_is_no_websocket_url(text: str, complaint: str) -> None:
    with pytest.raises(UrlError) as caught:
        WsUrl.parse(text)
    assert str(caught.value) == complaint


PORT = "the port is no number from 0 to 65535. In a password, / is written %2F, ? %3F and # %23."
BRACKETS = (
    "in brackets stands an address of IPv6 alone, as in ws://[::1]:8080/. In a password, [ is written %5B and ] %5D."
)
OTHERWISE = "it has a character in front of the path that is another way to write one of / ? # @ : there."
BACKSLASH = "there is a backslash in front of the path. Write / there, and %5C in a password."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ws://h:port/", PORT),
        ("ws://h:65536/", PORT),
        ("ws://h:\u0668\u0660/", PORT),
        ("ws://h:+80/", PORT),
        ("ws://[::1/", BRACKETS),
        ("ws://[nonsense]/", BRACKETS),
        ("ws://[port]/", BRACKETS),
        ("ws://[::1]x/", BRACKETS),
        ("ws://x[::1]/", BRACKETS),
        ("ws://[v1.x]/", BRACKETS),
        ("ws://me:hu[sh@h/", BRACKETS),
        ("ws://me:hu]sh[@h/", BRACKETS),
        ("ws://me:hush@ex\u2100mple.org/", OTHERWISE),
        ("ws://me:port@ex\u2100mple.org/", OTHERWISE),
        ("ws://good.example\\@bad.example/", BACKSLASH),
    ],
)
def test_what_stands_in_front_of_the_path(text: str, why: str) -> None:
    with pytest.raises(UrlError) as caught:
        WsUrl.parse(text)
    assert str(caught.value) == f"This is not a valid URL: {why}"


def test_split_url() -> None:
    parts, host, port = split_url("http://me:x@[fe80::1%25eth0]:3128/")
    assert (parts.scheme, parts.username, host, port) == ("http", "me", "fe80::1%eth0", 3128)
    assert split_url("socks5://B\u00fccher.example")[1:] == ("xn--bcher-kva.example", None)
    assert split_url("http:///x")[1:] == ("", None)
    with pytest.raises(UrlError, match=r"^The URL has a blank or a control character in it\.$"):
        split_url("http://h\r\nX:80")


@given(st.text(st.characters()) | st.from_regex(r"(?i)wss?://.*", fullmatch=True))
def test_any_text_is_a_url_or_a_sentence(text: str) -> None:
    try:
        url = WsUrl.parse(text)
    except UrlError:
        return
    assert url.resource.startswith("/")
    assert url.resource.isascii()
    assert url.host.isascii()


def test_the_zone_of_an_address_stays_on_this_machine() -> None:
    url = WsUrl.parse("ws://[fe80::1%25eth0]/")
    assert (url.host, url.bare_host) == ("fe80::1%eth0", "fe80::1")
    assert WsUrl.parse("ws://a%20b/").host_header == "a%20b"


def test_any_bytes_name_a_unix_socket() -> None:
    url = WsUrl.parse("ws+unix:///tmp/%FF:/x?")
    assert (url.unix_path, url.resource) == ("/tmp/\udcff", "/x?")
    assert str(url) == "ws+unix:///tmp/%FF:/x?"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("me:hush@a/x", "The URL has no scheme: try ws://…@a/x"),
        ("a/?token=hush", "The URL has no scheme: try ws://a/?…"),
        ("https://me:hush@a/?token=hush", "A WebSocket URL starts with ws:// or wss://: try wss://…@a/?…"),
        ("ws://me:hu/sh@a/", "This is not a valid URL: the port is no number from 0 to 65535."),
    ],
)
def test_sentences_do_not_repeat_secrets(text: str, sentence: str) -> None:
    with pytest.raises(UrlError) as raised:
        WsUrl.parse(text)
    assert str(raised.value).startswith(sentence)
    assert "sh" not in str(raised.value)
