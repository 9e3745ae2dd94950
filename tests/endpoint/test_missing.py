from __future__ import annotations

import pytest

from wsgui.endpoint.missing import Missing, missing_secrets, with_secrets
from wsgui.endpoint.settings import EndpointSettings

S = EndpointSettings


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (S(), []),
        (S(auth="basic", user="me", password="x"), []),
        (S(auth="basic", user="me", password="$P"), []),
        (S(auth="basic", user="me"), [Missing("password", "Password of me", None, True)]),
        (S(auth="digest"), [Missing("password", "Password", None, True)]),
        (S(auth="bearer"), [Missing("token", "Token", None, True)]),
        (
            S(url="ws://me:***@h/?token=***"),
            [Missing("url", "*** in the URL (1 of 2)", 0), Missing("url", "*** in the URL (2 of 2)", 1)],
        ),
        (S(headers=[("A", "b"), ("X-Token", "***")]), [Missing("headers", "*** in the headers (X-Token)", 0)]),
        (S(subprotocols=["v1", "***"]), [Missing("subprotocols", "*** in the subprotocols", 0)]),
        (S(kind="server", auth="basic"), [Missing("password", "Password", None, True)]),
        (S(kind="server", auth="bearer"), [Missing("token", "Token", None, True)]),
    ],
)
def test_what_is_asked_for(settings: EndpointSettings, missing: list[Missing]) -> None:
    assert missing_secrets(settings) == missing


def test_where_the_answers_go() -> None:
    settings = S(
        url="ws://me:***@h/?token=***",
        headers=[("A", "***"), ("Cookie", "a=***; b=***")],
        subprotocols=["v1", "***"],
        auth="bearer",
    )
    lacks = missing_secrets(settings)
    found = with_secrets(settings, list(zip(lacks, ["$T", "p/w", "t&t", "1", "2", "$3x", "s"], strict=True)))
    assert found.token == "$$T"
    assert found.url == "ws://me:p%2Fw@h/?token=t%26t"
    assert found.headers == [("A", "1"), ("Cookie", "a=2; b=$3x")]
    assert found.subprotocols == ["v1", "s"]
    assert missing_secrets(found) == []
    assert settings.token == ""
