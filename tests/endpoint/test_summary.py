from __future__ import annotations

import pytest

from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.summary import summary


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (EndpointSettings(url="ws://a/", notes="n"), []),
        (
            EndpointSettings(headers=[("A", "1"), ("B", "2"), ("a", "3")], deflate=True, proxy="environment"),
            ["3 headers", "deflate", "proxy"],
        ),
        (
            EndpointSettings(verify=False, auth="bearer", cookies=[("a", "b")], origin="x", family="ipv6", redirects=1),
            ["not verified", "1 cookie", "Origin", "Bearer", "IPv6", "1 redirect"],
        ),
        (
            EndpointSettings(bind="::1", opening_timeout=1, ping_interval=2, ca_file="c", certificate="d", alpn=["x"]),
            ["bind", "keep-alive", "times", "own CA", "certificate", "TLS options"],
        ),
        (EndpointSettings(reconnect=True, on_connect=["a", "b"]), ["reconnect", "2 messages"]),
        (
            EndpointSettings(
                kind="server",
                secure=True,
                unix_path="/s",
                reject_status=503,
                paths=["/"],
                origins=["a", "b"],
                required_headers=[("A", "")],
                subprotocols=["x"],
                auth="basic",
                cookies=[("not", "a server's")],
                reconnect=True,
            ),
            [
                "TLS",
                "Unix socket",
                "rejects with 503",
                "1 path",
                "2 origins",
                "1 required header",
                "1 subprotocol",
                "Basic",
            ],
        ),
    ],
)
def test_only_what_differs_is_said(settings: EndpointSettings, parts: list[str]) -> None:
    assert summary(settings) == parts
