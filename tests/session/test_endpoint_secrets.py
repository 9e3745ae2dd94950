from __future__ import annotations

import pytest

from wsgui.session.endpoint_secrets import has_secrets, may_have_secrets, secrets_apart, telling_headers
from wsgui.session.endpoint_settings import EndpointSettings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EndpointSettings(url="ws://h/p?q=a@b:c"), EndpointSettings(url="ws://h/p?q=a@b:c")),
        (
            EndpointSettings(url="ws://u%40:p%3A@h/p"),
            EndpointSettings(url="ws://h/p", auth="basic", user="u@", password="p:"),
        ),
        (
            EndpointSettings(url="ws://u:p@h", auth="bearer", token="t"),
            EndpointSettings(url="ws://h", auth="bearer", token="t"),
        ),
        (EndpointSettings(url="ws://u@h"), EndpointSettings(url="ws://u@h")),
        (
            EndpointSettings(proxy="socks5://u:p@h:1"),
            EndpointSettings(proxy="socks5://u@h:1", proxy_password="p"),
        ),
        (EndpointSettings(proxy="environment"), EndpointSettings(proxy="environment")),
    ],
)
def test_passwords_leave_urls(before: EndpointSettings, after: EndpointSettings) -> None:
    assert secrets_apart(before) == after


def test_what_has_secrets() -> None:
    assert not has_secrets(EndpointSettings(user="u"))
    assert has_secrets(EndpointSettings(key_password="k"))
    assert not may_have_secrets(EndpointSettings(url="ws://a/"))
    for settings in (EndpointSettings(auth="basic"), EndpointSettings(proxy="http://p:1"), EndpointSettings(key="k")):
        assert may_have_secrets(settings)


def test_headers_that_a_file_would_tell() -> None:
    settings = EndpointSettings(
        headers=[("X", "1"), ("authorization", "x")], headers_off=[("Proxy-Authorization", "y")]
    )
    assert telling_headers(settings) == ["authorization", "Proxy-Authorization"]
