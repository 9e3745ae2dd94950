"""What CONTRIBUTING says of adding things is true: an example of each, added in the one place that is named there."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import types
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import write
from wsgui import cli
from wsgui.capture.exchange import import_file
from wsgui.capture.formats import FORMATS, Format, exports, may_be_imported
from wsgui.capture.reader import CaptureReader
from wsgui.endpoint import kinds as endpoint_kinds
from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.policies import POLICIES, PolicyItem, PolicyShape, apply, misbehaviour
from wsgui.engine.options import Options
from wsgui.protocol.states import Role
from wsgui.records import ConnectionOpened, Direction, HandshakeSeen
from wsgui.session import kinds as session_kinds
from wsgui.session.client import ClientSession
from wsgui.session.kinds import KINDS, SessionKind
from wsgui.ui.policies.panel import PolicyPanel
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.tabs.kinds import TABS
from wsgui.ui.window.export_dialog import ExportDialog
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from pytestqt.qtbot import QtBot

    from wsgui.capture.exchange.importing import Import
    from wsgui.capture.exchange.source import Source


@pytest.fixture
def shout(monkeypatch: pytest.MonkeyPatch) -> Format:
    """A format of one line a row, with its module."""
    module = types.ModuleType("wsgui.capture.exchange.shout")

    def write_shout(source: Source, out: BinaryIO) -> int:
        out.write(b"SHOUT")
        return sum(out.write(f"\n{row.id}".encode()) > 0 for page in source.pages() for row in page)

    def read_shout(job: Import) -> None:
        job.builder.put(ConnectionOpened(1, 1, Role.CLIENT.value, "ws://shout.test/", "", ""))
        job.builder.put(HandshakeSeen(1, 2, Direction.SENT, job.file.read()))

    module.write_shout, module.read_shout = write_shout, read_shout  # type: ignore[attr-defined]
    module.is_shout = lambda start, name: start.startswith(b"SHOUT")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wsgui.capture.exchange.shout", module)
    row = Format(
        "shout",
        "Shout",
        "For the deaf.",
        (".shout",),
        writer="shout:write_shout",
        reader="shout:read_shout",
        recogniser="shout:is_shout",
        reads=(".shout",),
    )
    monkeypatch.setitem(FORMATS, "shout", row)
    return row


def test_a_format_is_a_row_and_a_module(
    shout: Format, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path / "in.wscap")
    assert shout in exports()
    assert may_be_imported("x.shout.gz")
    dialog = ExportDialog(1, None, 0)
    qtbot.addWidget(dialog)
    assert "Shout (.shout)" in [dialog.format.itemText(place) for place in range(dialog.format.count())]
    assert cli.main(["export", str(source), str(tmp_path / "out.shout")]) == 0
    assert cli.main(["export", str(source), str(tmp_path / "other"), "--format", "shout"]) == 0
    assert (tmp_path / "other").read_bytes() == (tmp_path / "out.shout").read_bytes()
    assert import_file(tmp_path / "out.shout", tmp_path / "back.wscap").frames == 1
    with CaptureReader(tmp_path / "back.wscap") as reader:
        assert reader.payload(1) == (tmp_path / "out.shout").read_bytes()
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    assert "shout: For the deaf." in " ".join(capsys.readouterr().out.split())


def test_a_policy_is_a_row(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def lenient(options: Options, value: str) -> None:
        options.policy.strict = value != "on"

    row = PolicyItem("calm", "Moods", "Calm", "on or off", "Let all pass.", lenient, PolicyShape.SWITCH, usual="off")
    monkeypatch.setitem(POLICIES, "calm", row)
    options = Options()
    apply(options, "calm", "on")
    assert not options.policy.strict
    assert misbehaviour(options, Role.CLIENT) == []
    panel = PolicyPanel(Role.CLIENT)
    qtbot.addWidget(panel)
    panel.set_policies([("calm", "on")])
    assert panel.pairs == [("calm", "on")]
    with pytest.raises(SystemExit):
        cli.main(["connect", "--help"])


class ProxySession(ClientSession):
    """A session of another kind."""

    kind = "proxy"


def test_a_kind_of_session_is_three_rows(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path) -> None:
    endpoint = dataclasses.replace(endpoint_kinds.CLIENT, name="proxy", title="Proxy")
    kind = SessionKind(endpoint, "intercept", ProxySession, "Changes hold for the next one.")
    monkeypatch.setitem(ENDPOINT_KINDS, "proxy", endpoint)
    monkeypatch.setitem(session_kinds.KINDS, "proxy", kind)
    monkeypatch.setitem(TABS, "proxy", lambda session, settings: ClientTab(session, settings))  # type: ignore[arg-type]

    async def open_one() -> None:
        session = KINDS["proxy"].make("one", tmp_path)
        tab = TABS[session.kind](session, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(tab)
        assert tab.endpoint().kind == "proxy"
        assert session.snapshot().name == "one"
        tab.close_reader()
        await session.close()

    asyncio.run(open_one())
