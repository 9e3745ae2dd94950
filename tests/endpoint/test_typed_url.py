"""Addresses as people type them."""

from __future__ import annotations

import pytest

from wsgui.endpoint.typed_url import completed, mended


@pytest.mark.parametrize(
    ("typed", "url", "other"),
    [
        ("localhost:9085", "ws://localhost:9085", "wss://localhost:9085"),
        (" example.com/chat?x=1 ", "ws://example.com/chat?x=1", "wss://example.com/chat?x=1"),
        ("example.com:443/a", "wss://example.com:443/a", "ws://example.com:443/a"),
        ("example.com:4430", "ws://example.com:4430", "wss://example.com:4430"),
        ("[::1]:80", "ws://[::1]:80", "wss://[::1]:80"),
        ("//h/x", "ws://h/x", "wss://h/x"),
        ("WSS:/h", "wss://h", "ws://h"),
        ("ws:8080", "ws://ws:8080", "wss://ws:8080"),
        ("http://h/x", "ws://h/x", ""),
        ("HTTPS://h:8443", "wss://h:8443", ""),
        ("ws://h/", "ws://h/", ""),
        ("ftp://h/", "ftp://h/", ""),
        ("http://", "http://", ""),
        ("a b", "a b", ""),
        ("", "", ""),
        ("//", "//", ""),
    ],
)
def test_what_is_clear_is_completed(typed: str, url: str, other: str) -> None:
    assert completed(typed) == (url, other)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("ws://h/#top", "ws://h/"),
        ("https://h/#top", "wss://h/"),
        ("htps://h/", "wss://h/"),
        ("w://h/", "ws://h/"),
        ("ws://ho st/", "ws://host/"),
        ("ws://h:0/", ""),
        ("ws://h/", ""),
        ("", ""),
    ],
)
def test_what_may_be_meant(url: str, meant: str) -> None:
    assert mended(url) == meant
