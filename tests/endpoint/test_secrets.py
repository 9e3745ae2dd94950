from __future__ import annotations

import pytest

from wsgui.endpoint.secrets import (
    MIXED,
    has_secrets,
    lacking,
    lacking_sentence,
    masked,
    may_have_secrets,
    mixed_secrets,
    reveal,
    secrets_apart,
)
from wsgui.endpoint.settings import EndpointSettings
from wsgui.redaction import MASK


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
        (
            EndpointSettings(url="ws://u:p@h", auth="digest"),
            EndpointSettings(url="ws://h", auth="digest", user="u", password="p"),
        ),
        (
            EndpointSettings(url="ws://u:p@h", auth="digest", user="me", password="mine"),
            EndpointSettings(url="ws://h", auth="digest", user="me", password="mine"),
        ),
        (EndpointSettings(url="ws://u@h"), EndpointSettings(url="ws://u@h")),
        (
            EndpointSettings(proxy="socks5://u:p@h:1"),
            EndpointSettings(proxy="socks5://u@h:1", proxy_password="p"),
        ),
        (
            EndpointSettings(proxy="http://a%40b%2541:p@h:1"),
            EndpointSettings(proxy="http://a%40b%2541@h:1", proxy_password="p"),
        ),
        (EndpointSettings(url="ws://u:%FF@h/"), EndpointSettings(url="ws://u:%FF@h/")),
        (EndpointSettings(proxy="http://u:%FF@h:1"), EndpointSettings(proxy="http://u:%FF@h:1")),
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


MIX = EndpointSettings(
    url="ws://me:p@h/?a=1&token=t",
    proxy="http://me:p@proxy:1",
    headers=[("X", "1"), ("authorization", " Basic x ")],
    headers_off=[("X-Api-Key", "k"), ("Y", " y ")],
    cookies=[("a", "b"), ("c", "")],
    required_headers=[("X-Auth-Token", "k")],
    subprotocols=["bearer", "abc", "chat"],
    on_connect=['{"op": "auth", "apiKey" : "a\\"b", "n": 1}', "hello"],
    variables=[("room", "blue"), ("token@staging", "t"), ("password", "$PASSWORD")],
    behaviour_options=[("users", "ann:p"), ("interval", "1s")],
    routes=["/rpc=rpc users=ann:p", "/a='echo'"],
)
MASKED = EndpointSettings(
    url="ws://me:***@h/?a=1&token=***",
    proxy="http://me:***@proxy:1",
    headers=[("X", "1"), ("authorization", "Basic ***")],
    headers_off=[("X-Api-Key", "***"), ("Y", " y ")],
    cookies=[("a", "***"), ("c", "")],
    required_headers=[("X-Auth-Token", "***")],
    subprotocols=["bearer", "***", "chat"],
    on_connect=['{"op": "auth", "apiKey" : "***", "n": 1}', "hello"],
    variables=[("room", "blue"), ("token@staging", "***"), ("password", "$PASSWORD")],
    behaviour_options=[("users", "ann:***"), ("interval", "1s")],
    routes=["/rpc=rpc 'users=ann:***'", "/a='echo'"],
)


def test_what_a_file_holds_and_a_key_store() -> None:
    assert masked(MIX) == MASKED
    assert masked(MASKED) == MASKED
    assert lacking(MIX) == []
    assert set(lacking(MASKED)) == set(MIXED)
    assert has_secrets(MIX)
    assert may_have_secrets(MASKED)
    assert not may_have_secrets(EndpointSettings(headers=[("X", "1")], subprotocols=["chat.v2"]))
    found = masked(MIX)
    kept = mixed_secrets(MIX)
    assert set(kept) == set(MIXED)
    for name, text in kept.items():
        reveal(found, name, text)
    assert found == MIX


@pytest.mark.parametrize(
    "text", ["", "[", "[" * 100_000, "1", "[1]", '[["a"]]', '"ws://other/?token=t"', '["bearer", "t"]']
)
def test_what_a_key_store_has_does_not_replace_what_a_person_wrote(text: str) -> None:
    found = masked(MIX)
    for name in ("url", "subprotocols", "headers"):
        reveal(found, name, text)
    assert found == MASKED


def test_what_is_lacking_in_words() -> None:
    assert lacking_sentence(EndpointSettings(url="ws://a/?token=t")) == ""
    assert lacking_sentence(MASKED) == (
        "The key store of this system lacks secrets of this endpoint: *** stands for them in the URL, the proxy, the "
        "headers, the cookies, the required headers, the subprotocols, the messages on "
        "connect, the variables, the behaviour's options, the routes. Type them there."
    )


def test_passwords_of_a_behaviour_are_masked_in_files() -> None:
    settings = EndpointSettings(
        kind="server",
        behaviour="rpc",
        behaviour_options=[("users", "ann:pass"), ("users", "bob:"), ("free", "on")],
        routes=["/rpc=rpc 'users=cy:s3 cret' form=jsonrpc", "/a='echo'"],
    )
    file = masked(settings)
    assert file.behaviour_options == [("users", f"ann:{MASK}"), ("users", "bob:"), ("free", "on")]
    assert file.routes == [f"/rpc=rpc 'users=cy:{MASK}' form=jsonrpc", "/a='echo'"]
    assert set(mixed_secrets(settings)) == {"behaviour_options", "routes"}
    for name, text in mixed_secrets(settings).items():
        reveal(file, name, text)
    assert file == settings
    assert "the behaviour's options, the routes" in lacking_sentence(masked(settings))
