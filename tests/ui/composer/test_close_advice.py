from __future__ import annotations

import pytest

from wsgui.protocol.states import Role
from wsgui.ui.composer.close_advice import close_meaning, close_warning


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, "1005"),
        (1000, "fulfilled. (RFC 6455 7.4.1)"),
        (3001, "register"),
        (4000, "private use"),
        (2000, "future versions"),
        (999, "below 1000"),
        (5000, "from 5000 on"),
    ],
)
def test_meanings(code: int | None, words: str) -> None:
    assert words in close_meaning(code)


def test_warnings() -> None:
    assert close_warning(None, Role.CLIENT) == ""
    assert close_warning(1000, Role.CLIENT) == ""
    assert close_warning(4000, Role.SERVER) == ""
    assert close_warning(1005, Role.CLIENT).startswith("1005 never stands on the wire: a strict peer fails")
    assert close_warning(999, Role.CLIENT).startswith("999 is not defined: a strict peer fails")
    assert close_warning(1010, Role.CLIENT) == ""
    assert close_warning(1010, Role.SERVER).startswith("1010 is for clients, and this is the server")
    assert close_warning(1012, Role.CLIENT).startswith("1012 is for servers, and this is the client")
    assert close_warning(1012, Role.SERVER) == ""
