from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from wsgui.commands.serve import _Server
from wsgui.session import reach

if TYPE_CHECKING:
    import pytest


async def test_who_can_come_from_elsewhere_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for loopback, said in (
        (True, ""),
        (
            False,
            "wsgui: Reached from beyond this machine: everybody there may connect, and is asked for no password.\n",
        ),
    ):
        monkeypatch.setattr(reach, "_is_loopback", lambda host, loopback=loopback: loopback)
        session = _Server("wsgui serve", None, file=None)
        session.settings.port = 0
        async with asyncio.timeout(PATIENCE):
            await session.listen()
            assert capsys.readouterr().err == said
            stopping = session.stop()
            assert stopping is not None
            await stopping
            await session.close()
