from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.redaction import Redactor, remember_secret, shown_url
from wsgui.redaction.redactor import _USER


def test_url_parameters() -> None:
    redactor = Redactor()
    text = redactor.url("wss://a/x?room=7&Token=abc&api_key=d%20e;sig=1#token=f?access_token=g")
    assert text == "wss://a/x?room=7&Token=***&api_key=***;sig=***#token=***"
    assert redactor.masked == {"token in the URL": 4}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://a/?monkey=1&max_tokens=2", "ws://a/?monkey=1&max_tokens=2"),
        ("ws://a/?x=1?token=abc", "ws://a/?x=1?token=***"),
        ("ws://a/#access_token=abc&state=1", "ws://a/#access_token=***&state=1"),
        ("ws://a/?%74oken=abc", "ws://a/?%74oken=***"),
        ("ws://a/?token[]=abc&token[0]=def", "ws://a/?token[]=***&token[0]=***"),
        ("ws://a/;jsessionid=abc?x=1", "ws://a/;jsessionid=***"),
        ("ws://a/?to=wss%3A%2F%2Fb%2F%3Ftoken%3Dabc", "ws://a/?to=***"),
        ("ws://a/?to=wss%253A%252F%252Fb%252F%253Ftoken%253Dabc", "ws://a/?to=***"),
        ("ws://a/?to=wss%3A%2F%2Fb%2F%3Froom%3Dabc", "ws://a/?to=wss%3A%2F%2Fb%2F%3Froom%3Dabc"),
        ("ws://a/eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln/x", "ws://a/***/x"),
        ("ws://a/?token=", "ws://a/?token="),
        ("ws://a/?=abc", "ws://a/?=abc"),
    ],
)
def test_where_a_secret_stands_in_a_url(url: str, shown: str) -> None:
    assert shown_url(url) == shown
    assert shown_url(shown) == shown


def test_password() -> None:
    redactor = Redactor()
    assert redactor.url("ws://me:pass@a/ ws://you@b/") == "ws://me:***@a/ ws://you@b/"
    assert redactor.masked == {"password in the URL": 1}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://:pass@a/", "ws://:***@a/"),
        ("ws://me:@a/", "ws://me:@a/"),
        ("ws://me:p@ss:w@a:81/x@y", "ws://me:***@a:81/x@y"),
        ("ws://me@corp:pass@a/", "ws://me@corp:***@a/"),
        ("ws://me:pa/ss@a/x", "ws://me:***@a/x"),
        ("ws://me:pa?ss#x@a", "ws://me:pa?ss#x@a"),
        ("http://a:8080/x@y http://[::1]:80/x@y http://a:/x@y", "http://a:8080/x@y http://[::1]:80/x@y http://a:/x@y"),
        ("ws://a:b@c,ws://d:e@f", "ws://a:***@c,ws://d:***@f"),
        ("socks5://me:pass@proxy:1080", "socks5://me:***@proxy:1080"),
    ],
)
def test_passwords(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_long_texts_take_linear_time() -> None:
    # Each of these is quadratic in a careless expression, which takes minutes for this much text.
    for piece in ("://a:x", "://a:x/", "?a", "&", "?a=%", "eyJ.", "eyJaaaaaaaa", "@", "://a:/"):
        text = piece * (1_000_000 // len(piece))
        assert isinstance(shown_url(text), str)
        assert _USER.sub("", text) == text


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
        ("Sec-WebSocket-Protocol", "mqtt , , wamp", "mqtt , , wamp"),
        (
            "Sec-WebSocket-Protocol",
            "realtime, openai-insecure-api-key.sk-abc, openai-beta.realtime-v1",
            "realtime, openai-insecure-api-key.***, openai-beta.realtime-v1",
        ),
        ("Sec-WebSocket-Protocol", "chat, eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln", "chat, ***"),
        ("Sec-WebSocket-Protocol", "d8e8fca2dc0f896fd7cb4cb0031ba249, v12.stomp", "***, v12.stomp"),
        ("Sec-WebSocket-Protocol", "id-550e8400-e29b-41d4-a716-446655440000", "id-***"),
        ("Sec-WebSocket-Protocol", "actioncable-unsupported, token.", "actioncable-unsupported, token."),
        ("DPoP", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln", "***"),
        ("Ocp-Apim-Subscription-Key", "abc", "***"),
        ("X-Hub-Signature-256", "sha256=abc", "***"),
        ("Idempotency-Key", "abc", "abc"),
        ("WWW-Authenticate", 'Basic realm="a"', 'Basic realm="a"'),
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"type":"auth","token":"abc","x":"y"}', '{"type":"auth","token":"***","x":"y"}'),
        ('{"headers": {"X-Api-Key" : "a\\"b"}}', '{"headers": {"X-Api-Key" : "***"}}'),
        ('{"token": ""}', '{"token": ""}'),
        ('{"max_tokens": "5", "token": 5}', '{"max_tokens": "5", "token": 5}'),
        ('{"token": "abc', '{"token": "abc'),
        ("subscribe ws://a/?token=abc", "subscribe ws://a/?token=***"),
    ],
)
def test_messages_that_a_person_keeps(text: str, shown: str) -> None:
    assert Redactor().message(text) == shown
    assert Redactor().message(shown) == shown
    assert Redactor(keep=True).message(text) == text


def test_values_that_a_person_has_put_into_requests_are_masked_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wsgui.redaction.redactor._REMEMBERED", set())
    for value in ("grüße & more", "short"):
        remember_secret(value)
    redactor = Redactor()
    assert redactor.url("ws://h/gr%C3%BC%C3%9Fe%20%26%20more?short=1") == "ws://h/***?short=1"
    assert redactor.header("X-Any", "so grüße & more") == "so ***"
    raw = "GET /x HTTP/1.1\r\nX-Any: grüße & more\r\n\r\n".encode()
    assert redactor.head(raw) == b"GET /x HTTP/1.1\r\nX-Any: ***\r\n\r\n"
    assert redactor.masked["value of an environment variable"] == 3
