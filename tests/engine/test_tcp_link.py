from __future__ import annotations

import pytest

from wsgui.engine.tcp_link import address_text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (("127.0.0.1", 8765), "127.0.0.1:8765"),
        (("::1", 8765, 0, 0), "[::1]:8765"),
        ("/run/socket", "/run/socket"),
        (None, ""),
    ],
)
def test_an_address_as_text(name: object, text: str) -> None:
    assert address_text(name) == text
