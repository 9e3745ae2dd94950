from __future__ import annotations

import pytest

from wsgui.redaction import has_secret, without_userinfo


@pytest.mark.parametrize(
    ("url", "apart"),
    [
        ("ws://a/x@y", ("ws://a/x@y", "", "")),
        ("ws://me:pass@a/x?y=b@c", ("ws://a/x?y=b@c", "me", "pass")),
        ("ws://me%40a:p%3As@b", ("ws://b", "me@a", "p:s")),
        ("ws://me:p@ss@a/", ("ws://a/", "me", "p@ss")),
        ("ws://me@a", ("ws://a", "me", "")),
        ("ws://me:%FF@a/", ("ws://me:%FF@a/", "", "")),  # not another password
        ("ws://%C3:p@a/", ("ws://%C3:p@a/", "", "")),
        ("ws://%C3%BC:%E2%82%AC@a/", ("ws://a/", "\u00fc", "\u20ac")),
    ],
)
def test_without_userinfo(url: str, apart: tuple[str, str, str]) -> None:
    assert without_userinfo(url) == apart


@pytest.mark.parametrize(
    ("url", "yes"), [("ws://a/?room=1", False), ("ws://a/?jwt=x", True), ("ws://me@a", False), ("ws://me:x@a", True)]
)
def test_has_secret(url: str, yes: bool) -> None:
    assert has_secret(url) is yes
