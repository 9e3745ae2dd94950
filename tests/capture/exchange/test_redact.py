from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.exchange.redact import URL_PARAMETERS, Redactor


def test_url_parameters() -> None:
    redactor = Redactor()
    text = redactor.url("wss://a/x?room=7&Token=abc&api_key=d%20e;sig=1#token=f?access_token=g")
    assert text == "wss://a/x?room=7&Token=***&api_key=***;sig=***#token=f?access_token=***"
    assert redactor.masked == {"token in the URL": 4}


@pytest.mark.parametrize("name", URL_PARAMETERS)
def test_each_parameter(name: str) -> None:
    assert Redactor().url(f"ws://a/?x=1&{name}=abc") == f"ws://a/?x=1&{name}=***"


def test_a_name_that_only_ends_so() -> None:
    assert Redactor().url("ws://a/?monkey=1&tokens=2") == "ws://a/?monkey=1&tokens=2"


def test_password() -> None:
    redactor = Redactor()
    assert redactor.url("ws://me:pass@a/ ws://you@b/") == "ws://me:***@a/ ws://you@b/"
    assert redactor.masked == {"password in the URL": 1}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Basic dTpw", "Basic ***"),
        ("authorization", "rawtoken", "***"),
        ("Proxy-Authorization", "Digest username=x, response=y", "Digest ***"),
        ("Cookie", "a=1; b=2=3;c;d=", "a=***; b=***;***;d="),
        ("Set-Cookie", "id=7; Path=/; Secure; HttpOnly", "id=***; Path=/; Secure; HttpOnly"),
        ("Set-Cookie", "Secure; Path=/", "Secure; Path=/"),
        ("X-Api-Key", "abc", "***"),
        ("Origin", "http://a/?token=abc", "http://a/?token=***"),
        ("Location", "/login?code=1234&x=y", "/login?code=***&x=y"),
        ("Sec-WebSocket-Protocol", "chat, access_token, abc.def", "chat, access_token, ***"),
        (
            "Sec-WebSocket-Protocol",
            "base64url.bearer.authorization.k8s.io.abc",
            "base64url.bearer.authorization.k8s.io.***",
        ),
        ("Sec-WebSocket-Protocol", "bearer.abc,chat", "bearer.***,chat"),
        ("Sec-WebSocket-Protocol", "mqtt,  wamp", "mqtt,  wamp"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="),
    ],
)
def test_headers(name: str, value: str, shown: str) -> None:
    assert Redactor().header(name, value) == shown
    assert Redactor(keep=True).header(name, value) == value


HEAD = b"GET /?token=abc HTTP/1.1\r\nCookie:  a=b \r\nNo header\r\nEmpty:\r\nX-Api-Key: k\xe9\r\n\r\nCookie: body"
MASKED = b"GET /?token=*** HTTP/1.1\r\nCookie:  a=*** \r\nNo header\r\nEmpty:\r\nX-Api-Key: ***\r\n\r\nCookie: body"


def test_head() -> None:
    redactor = Redactor()
    assert redactor.head(HEAD) == MASKED
    assert redactor.masked == {"token in the URL": 1, "Cookie": 1, "X-Api-Key": 1}
    assert redactor.head(MASKED) == MASKED
    assert redactor.masked.total() == 3


def test_a_secret_in_two_places_counts_once() -> None:
    redactor = Redactor()
    redactor.head(HEAD)
    redactor.url("ws://a/?token=abc")
    redactor.url("ws://a/?token=other")
    assert redactor.masked == {"token in the URL": 2, "Cookie": 1, "X-Api-Key": 1}


def test_kept() -> None:
    redactor = Redactor(keep=True)
    assert redactor.head(HEAD) == HEAD
    assert redactor.url("ws://a/?token=abc") == "ws://a/?token=abc"
    assert not redactor.masked


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([b"Cookie", b":", b" ", b"\r\n", b"a=b", b";", b","])).map(b"".join)
)
def test_any_bytes(data: bytes) -> None:
    once = Redactor().head(data)
    assert Redactor().head(once) == once
    assert once.count(b"\n") == data.count(b"\n")
