"""The registry of kinds: what each row says of its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.session.kinds import KINDS
from wsgui.ui.tabs.kinds import TABS

if TYPE_CHECKING:
    from pathlib import Path


def test_every_kind_has_a_tab_and_a_command() -> None:
    assert list(KINDS) == ["client", "server"]
    assert TABS.keys() == KINDS.keys()
    assert [kind.command for kind in KINDS.values()] == ["connect", "serve"]


@pytest.mark.parametrize("name", KINDS)
async def test_a_session_is_of_its_kind(name: str, tmp_path: Path) -> None:
    session = KINDS[name].make("one", tmp_path)
    assert session.kind == session.settings.kind == name
    assert session.role is KINDS[name].endpoint.role
    await session.close()
