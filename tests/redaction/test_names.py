from __future__ import annotations

import pytest

from wsgui.redaction import is_secret_header, is_secret_parameter
from wsgui.redaction.names import ENDINGS, PARAMETERS, WORDS


@pytest.mark.parametrize("name", [*ENDINGS, *WORDS, *PARAMETERS])
def test_each_row_of_the_list(name: str) -> None:
    assert is_secret_parameter(name)
    assert is_secret_parameter(name.upper())


@pytest.mark.parametrize(
    "name",
    [
        "access_key",
        "access_token",
        "accesstoken",
        "api_key",
        "api-key",
        "apikey",
        "auth_token",
        "authToken",
        "client_secret",
        "connect.sid",
        "connectionToken",
        "id_token",
        "PHPSESSID",
        "refresh_token",
        "session_id",
        "x-amz-credential",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Goog-Signature",
        "my%5Ftoken",
        "api+key",
    ],
)
def test_parameters(name: str) -> None:
    assert is_secret_parameter(name)


@pytest.mark.parametrize(
    "name",
    ["", "1", "monkey", "max_tokens", "token_type", "bypass", "inside", "compass", "authuser", "X-Amz-Date", "keys"],
)
def test_parameters_that_are_none(name: str) -> None:
    assert not is_secret_parameter(name)


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "proxy-authorization",
        "Cookie",
        "Set-Cookie",
        "Api-Key",
        "Private-Token",
        "X-Access-Token",
        "X-Amz-Security-Token",
        "X-API-Key",
        "X-Auth",
        "X-Authorization",
        "X-CSRF-Token",
        "X-Functions-Key",
        "X-Goog-Api-Key",
        "X-RapidAPI-Key",
        "X-Session-Id",
        "X-XSRF-TOKEN",
        " X-Vault-Token ",
    ],
)
def test_headers(name: str) -> None:
    assert is_secret_header(name)


@pytest.mark.parametrize(
    "name",
    [
        "Access-Control-Allow-Credentials",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Accept",
        "Idempotency-Key",
        "Host",
        "Origin",
        "WWW-Authenticate",
        "X-Status-Code",
        "Location",
    ],
)
def test_headers_that_are_none(name: str) -> None:
    assert not is_secret_header(name)
