from __future__ import annotations

import pytest

from wsgui.endpoint.settings import EndpointSettings
from wsgui.session.request_preview import preview_request

KEY = "Sec-WebSocket-Key: (16 random bytes, new each time)"
START = [
    "GET /p?q=1 HTTP/1.1",
    "Host: a",
    "Upgrade: websocket",
    "Connection: Upgrade",
    KEY,
    "Sec-WebSocket-Version: 13",
]


def test_it_is_the_request_in_the_order_of_the_wire() -> None:
    settings = EndpointSettings(
        headers=[("x-B", "é"), ("X-A", "1"), ("x-B", "")],
        headers_off=[("Off", "1")],
        subprotocols=["chat"],
        origin="http://o",
        cookies=[("a", "1"), ("b", "2")],
        deflate=True,
    )
    assert preview_request("ws://a/p?q=1", settings).split("\n") == [
        *START,
        "Sec-WebSocket-Protocol: chat",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Origin: http://o",
        "x-B: é",
        "X-A: 1",
        "x-B: ",
        "Cookie: a=1; b=2",
    ]


@pytest.mark.parametrize(
    ("url", "settings", "line"),
    [
        ("ws://a/p?q=1", EndpointSettings(auth="basic", user="u", password="hush"), "Authorization: Basic ••••••"),
        ("ws://a/p?q=1", EndpointSettings(auth="bearer", token="hush"), "Authorization: Bearer ••••••"),
        ("ws://a/p?q=1", EndpointSettings(headers=[("authorization", "hush")]), "authorization: ••••••"),
        ("ws://u:hush@a/p?q=1", EndpointSettings(), "Authorization: Basic ••••••"),
    ],
)
def test_secrets_are_masked(url: str, settings: EndpointSettings, line: str) -> None:
    assert preview_request(url, settings).split("\n") == [*START, line]


def test_digest_is_an_answer_and_leaves_no_basic() -> None:
    for settings in (EndpointSettings(auth="digest"), EndpointSettings(auth="digest", user="u", password="hush")):
        assert preview_request("ws://u:hush@a/p?q=1", settings).split("\n") == START


@pytest.mark.parametrize(
    ("url", "settings", "sentence"),
    [
        ("", EndpointSettings(), "Type a URL that starts with ws:// or wss://."),
        ("ws://a/", EndpointSettings(subprotocols=["a b"]), "The subprotocol 'a b' has a character"),
    ],
)
def test_without_a_request_there_is_a_sentence(url: str, settings: EndpointSettings, sentence: str) -> None:
    assert preview_request(url, settings).startswith(sentence)
