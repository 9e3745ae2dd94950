from __future__ import annotations

import pytest

from wsgui.endpoint.engine_options import client_options, server_options
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.engine.options import Credentials
from wsgui.protocol.admission import Refusal
from wsgui.protocol.deflate import Deflate


def test_nothing_said_is_the_engines_own() -> None:
    options = client_options(EndpointSettings())
    assert (options.headers, options.subprotocols, options.compression) == ((), (), None)
    assert (options.timeouts.idle, options.timeouts.ping_interval) == (None, None)
    assert options.tls.verify
    assert EndpointSettings().changed() == []


def test_a_clients_headers_in_their_order() -> None:
    settings = EndpointSettings(
        origin="https://a.example",
        headers=[("x-One", "1"), ("X-Two", "2")],
        cookies=[("a", "1"), ("b", "2")],
        auth="basic",
        user="Aladdin",
        password="open sesame",
    )
    assert client_options(settings).headers == (
        ("Origin", "https://a.example"),
        ("x-One", "1"),
        ("X-Two", "2"),
        ("Cookie", "a=1; b=2"),
        ("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    )
    assert client_options(EndpointSettings(auth="bearer", token="t0")).headers == (("Authorization", "Bearer t0"),)


def test_secrets_are_not_shown_by_accident() -> None:
    assert "hush" not in repr(
        EndpointSettings(password="hush", token="hush", key_password="hush", proxy_password="hush")
    )


def test_compression_and_times() -> None:
    options = client_options(
        EndpointSettings(deflate=True, offer="permessage-deflate; foo", idle_timeout=3, ping_interval=2)
    )
    assert options.compression is not None
    assert options.compression.offer == "permessage-deflate; foo"  # wrong on purpose is a person's right
    assert (options.timeouts.idle, options.timeouts.ping_interval) == (3, 2)
    server = server_options(EndpointSettings(deflate=True, wish="server_no_context_takeover"))
    assert server.compression is not None
    assert server.compression.wish == Deflate(server_no_context_takeover=True)


def test_the_proxys_password_is_put_back() -> None:
    settings = EndpointSettings(proxy="socks5://me@127.0.0.1:1080", proxy_password="p@ss")
    assert client_options(settings).network.proxy == "socks5://me:p%40ss@127.0.0.1:1080"
    settings.proxy = "environment"
    assert client_options(settings).network.proxy == "environment"


def test_digest_is_told_and_not_sent_ahead() -> None:
    settings = EndpointSettings(auth="digest", user="a:b", password="p", proxy="http://u:q@h:1", proxy_auth="digest")
    options = client_options(settings)
    assert options.digest == Credentials("a:b", "p")
    assert (options.headers, options.network.proxy_digest) == ((), True)
    options = client_options(EndpointSettings(auth="basic", user="a", proxy="http://u:q@h:1"))
    assert (options.digest, options.network.proxy_digest) == (None, False)


def test_a_servers_admission() -> None:
    admission = server_options(
        EndpointSettings(
            kind="server",
            paths=["/chat"],
            origins=["https://a.example"],
            required_headers=[("X-Key", "7")],
            auth="basic",
            user="a",
            password="b",
            subprotocol_required=True,
            reject_status=503,
            reject_body="Later.",
        )
    ).admission
    assert admission.paths == ("/chat",)
    assert admission.credentials == "a:b"
    assert admission.rejection == Refusal(503, "Later.")


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        (EndpointSettings(headers=[("a b", "")]), "headers", "'a b' cannot be the name of a header."),
        (
            EndpointSettings(headers=[("a", "1\r\nb: 2")]),
            "headers",
            "The value of the header a has a line break in it.",
        ),
        (EndpointSettings(headers=[("a", "\x00")]), "headers", "The value of the header a has a zero byte in it."),
        (EndpointSettings(headers=[("a", "\udcff")]), "headers", "The value of the header a has a character that is"),
        (EndpointSettings(origin="a\r\nX: 1"), "origin", "The field origin has a line break in it."),
        (EndpointSettings(cookies=[("a", "1\n2")]), "cookies", "The field cookies has a line break in it."),
        (EndpointSettings(offer="x\r\nX: 1", deflate=True), "offer", "The field offer has a line break in it."),
        (EndpointSettings(offer="x\x00"), "offer", "The field offer has a zero byte in it."),
        (
            EndpointSettings(auth="bearer", token="\udcff"),
            "token",
            "The field token has a character that is not Unicode",
        ),
        (
            EndpointSettings(auth="basic", password="\udcff"),
            "password",
            "The field password has a character that is not",
        ),
        (EndpointSettings(on_connect=["\ud83d"]), "on_connect", "The field on connect has a character that is not"),
        (EndpointSettings(certificate="a\x00"), "certificate", "The field certificate has a zero byte in it."),
        (
            EndpointSettings(subprotocols=["a b"]),
            "subprotocols",
            "The subprotocol 'a b' has a character that is not allowed there.",
        ),
        (EndpointSettings(auth="basic", user="a:b"), "user", "A user name of Basic has no colon (RFC 7617)."),
        (
            EndpointSettings(auth="ntlm"),
            "auth",
            "The kinds of authorization are none, basic, bearer, digest, not ntlm.",
        ),
        (
            EndpointSettings(proxy_auth="ntlm"),
            "proxy_auth",
            "The kinds of proxy authorization are basic, digest, not ntlm.",
        ),
        (
            EndpointSettings(proxy_auth="digest", proxy="socks5://u:p@x:1"),
            "proxy_auth",
            "HTTP Digest is for http:// and https:// proxies; SOCKS does not have it.",
        ),
        (
            EndpointSettings(proxy="ftp://x:1"),
            "proxy",
            "A proxy's URL starts with http://, https://, socks4://, socks4a://, socks5://, socks5h://.",
        ),
        (EndpointSettings(proxy="http://x"), "proxy", "The proxy's URL names no port."),
        (EndpointSettings(proxy="http://:1"), "proxy", "The proxy's URL names no host."),
        (EndpointSettings(family="ipx"), "family", "The families are any, ipv4, ipv6, not ipx."),
        (EndpointSettings(minimum_tls="1.0"), "minimum_tls", "The least version of TLS is 1.2 or 1.3, not 1.0."),
        (EndpointSettings(opening_timeout=0), "opening_timeout", "The opening timeout is more than 0 seconds."),
        (EndpointSettings(policies=[("x", "1")]), "policies", "There is no policy x; there are "),
    ],
)
def test_what_cannot_be_used(settings: EndpointSettings, field: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as raised:
        client_options(settings)
    assert str(raised.value).startswith(sentence)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (EndpointSettings(paths=["chat"]), "paths"),
        (EndpointSettings(reject_status=99), "reject_status"),
        (EndpointSettings(reject_status=403, reject_body="\udcff"), "reject_body"),
        (EndpointSettings(headers=[("X", "\udcff")]), "headers"),
        (EndpointSettings(origins=["a\n"]), "origins"),
        (EndpointSettings(auth="basic", user="a:b"), "user"),
        (EndpointSettings(auth="bearer"), "token"),
        (EndpointSettings(static_folder="/no/such/folder"), "static_folder"),
        (EndpointSettings(auth="digest"), "auth"),
        (EndpointSettings(required_headers=[("", "x")]), "required_headers"),
        (EndpointSettings(deflate=True, wish="foo"), "wish"),
        (EndpointSettings(deflate=True, wish="a, b"), "wish"),
        (EndpointSettings(deflate=True, wish="=="), "wish"),
    ],
)
def test_what_a_server_cannot_use(settings: EndpointSettings, field: str) -> None:
    with pytest.raises(SettingsError) as raised:
        server_options(settings)
    assert raised.value.field == field


def test_texts_of_several_lines_and_what_is_not_sent_are_let_through() -> None:
    settings = EndpointSettings(notes="a\nb", on_connect=["a\r\n\x00"], headers_off=[("", "\n")], origin="Łódź")
    assert client_options(settings).headers == (("Origin", "Łódź"),)
