from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wsgui.endpoint.engine_options import client_options, server_options
from wsgui.endpoint.risks import risks_of, without_risks
from wsgui.endpoint.secrets import has_secrets, masked, mixed_secrets
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.endpoint.toml_file import SavedEndpoint, read_endpoints, write_endpoints
from wsgui.endpoint.variables import (
    literal,
    literal_url,
    literal_words,
    shown_typed,
    url_with_variables,
    variables_of,
    with_variables,
)
from wsgui.redaction import Redactor


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.redaction.redactor._REMEMBERED", set())
    for name, value in {"T": "s3cret/&#", "P": "pass word", "OTHER": "", "BREAK": "a\nb", "BAD": "\udcff"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GONE", raising=False)


@pytest.mark.parametrize(
    ("name", "written", "used"),
    [
        ("password", "$T", "s3cret/&#"),
        ("password", "$$T", "$T"),
        ("password", "$$$T", "$$T"),
        ("password", "x$T", "x$T"),
        ("password", "$T!", "$T!"),
        ("password", "$5", "$5"),
        ("password", "$", "$"),
        ("token", "$P", "pass word"),
        ("key_password", "$OTHER", ""),
        ("subprotocols", ["v1", "$T", "a$T"], ["v1", "s3cret/&#", "a$T"]),
        ("cookies", [("a", "$P"), ("$T", "b")], [("a", "pass word"), ("$T", "b")]),
        ("headers", [("Authorization", "Bearer $T")], [("Authorization", "Bearer s3cret/&#")]),
        ("headers", [("X", 'k=$P,$P; "$P" $$P a$P $P-')], [("X", 'k=pass word,pass word; "pass word" $P a$P $P-')]),
        ("headers", [("Cookie", "$Version=1; a=$P")], [("Cookie", "$Version=1; a=pass word")]),
        ("required_headers", [("X-Key", "$T")], [("X-Key", "s3cret/&#")]),
        ("proxy", "http://me:$P@h:1", "http://me:pass%20word@h:1"),
        ("proxy", "http://me:$$P@h:1", "http://me:$P@h:1"),
        ("on_connect", ["$T"], ["$T"]),
        ("notes", "$T", "$T"),
    ],
)
def test_where_they_stand(name: str, written: Any, used: Any) -> None:
    settings = replace(EndpointSettings(), **{name: written})
    found = with_variables(settings)
    assert getattr(found, name) == used
    assert getattr(settings, name) == written
    if written == used:
        assert found is settings


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("ws://h/?token=$T", "ws://h/?token=s3cret%2F%26%23"),
        ("ws://h/?a=1&token=$P&b=$$T#x", "ws://h/?a=1&token=pass%20word&b=$T#x"),
        ("ws://me:$P@h/?$filter=x", "ws://me:pass%20word@h/?$filter=x"),
        ("ws://h/$T?a=x$T&b=$T.", "ws://h/$T?a=x$T&b=$T."),
        ("ws://h:80/", "ws://h:80/"),
    ],
)
def test_a_url(written: str, used: str) -> None:
    assert url_with_variables(written) == used


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        (
            EndpointSettings(token="$GONE", auth="bearer"),
            "token",
            "There is no environment variable GONE; write $$GONE if $GONE itself is meant.",
        ),
        (EndpointSettings(headers=[("A", "$GONE")]), "headers", "There is no environment variable GONE"),
        (EndpointSettings(token="$BREAK", auth="bearer"), "token", "The field token has"),
        (EndpointSettings(headers=[("A", "$BREAK")]), "headers", "The value of the header A has"),
        (EndpointSettings(token="$BAD", auth="bearer"), "token", "The environment variable BAD is not valid UTF-8."),
        (EndpointSettings(subprotocols=["$T"]), "subprotocols", "The subprotocol '***' has a character"),
    ],
)
def test_what_cannot_be_used(settings: EndpointSettings, field: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as raised:
        client_options(settings)
    assert str(raised.value).startswith(sentence)
    assert raised.value.field == field
    with pytest.raises(SettingsError, match="There is no environment variable GONE"):
        url_with_variables("ws://h/?a=$GONE")


def test_in_force() -> None:
    settings = EndpointSettings(headers=[("X-Key", "$T")], auth="basic", user="u", password="$P")
    assert client_options(settings).headers == (("X-Key", "s3cret/&#"), ("Authorization", "Basic dTpwYXNzIHdvcmQ="))
    assert client_options(settings, variables=False).headers[0] == ("X-Key", "$T")
    assert server_options(replace(settings, kind="server")).admission.credentials == "u:pass word"


def test_names_are_no_secrets_and_values_are() -> None:
    settings = EndpointSettings(
        url="wss://me:$P@h/?token=$T",
        headers=[("Authorization", "Bearer $T"), ("Cookie", "a=$T; b=c"), ("X-Token", " $T ")],
        cookies=[("a", "$T"), ("b", "c")],
        subprotocols=["bearer", "$T"],
        password="$P",
    )
    shown = masked(settings)
    assert shown.url == settings.url == shown_typed(settings.url)
    assert shown.headers == [("Authorization", "Bearer $T"), ("Cookie", "a=***; b=***"), ("X-Token", " $T ")]
    assert shown.cookies == [("a", "$T"), ("b", "***")]
    assert shown.subprotocols == ["bearer", "$T"]
    assert set(mixed_secrets(settings)) == {"headers", "cookies"}
    assert shown_typed("ws://h/?token=$T&key=abc") == "ws://h/?token=***&key=***"
    assert not has_secrets(EndpointSettings(password="$P", url="ws://h/?token=$T"))
    with_variables(settings)
    redactor = Redactor()
    assert redactor.url("ws://h/s3cret%2F%26%23?q=s3cret/&#") == "ws://h/***?q=***"
    assert redactor.header("X-Any", "is s3cret/&#") == "is ***"
    assert redactor.head(b"GET / HTTP/1.1\r\nX-Any: s3cret/&#\r\n\r\n") == b"GET / HTTP/1.1\r\nX-Any: ***\r\n\r\n"
    assert redactor.masked["value of an environment variable"] == 2
    assert Redactor(keep=True).header("X-Any", "s3cret/&#") == "s3cret/&#"


def test_what_stands_for_itself() -> None:
    assert [literal(one) for one in ("$T", "$$T", "a$T", "$5")] == ["$$T", "$$$T", "a$T", "$5"]
    assert literal_url("ws://me:$P@h/?a=$T&b=c") == "ws://me:$$P@h/?a=$$T&b=c"
    assert literal_words("Bearer $T") == "Bearer $$T"


def test_a_file_has_the_name() -> None:
    settings = EndpointSettings(auth="bearer", token="$T", password="plain", url="wss://h/?token=$T")
    text = write_endpoints([SavedEndpoint("1", "one", "", settings)])
    assert 'token = "$T"' in text
    assert "plain" not in text
    (read,), complaints = read_endpoints(text)
    assert complaints == []
    assert (read.settings.token, read.settings.url, read.settings.password) == ("$T", "wss://h/?token=$T", "")
    _, complaints = read_endpoints(text.replace('"$T"', '"$$T"'))
    assert complaints == ["one: token is a secret, which a file does not hold."]


def test_somebody_elses_endpoint_hears_nothing_of_this_environment() -> None:
    settings = EndpointSettings(url="ws://h/?a=$T&b=$$U", headers=[("X", "$P $$T")], auth="bearer", token="$OTHER")
    assert sorted(variables_of(settings)) == ["OTHER", "P", "T"]
    assert risks_of(settings)[-1] == f"sends what the environment has under {', '.join(variables_of(settings))}"
    without_risks(settings)
    assert variables_of(settings) == []
    assert url_with_variables(settings.url) == "ws://h/?a=$T&b=$U"
    assert client_options(settings).headers == (("X", "$P $T"), ("Authorization", "Bearer $OTHER"))
