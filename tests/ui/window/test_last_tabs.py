"""What was open comes back on request: endpoints without their secrets, files, nothing connected."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from tests.ui.real_window import Desk, at_desk, click
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


@at_desk
async def test_the_tabs_of_the_last_time(desk: Desk) -> None:
    window = desk.window
    assert window.last_tabs.names() == []
    server = await desk.server()
    await desk.until(server.server_bar.port.value)
    port = server.server_bar.port.value()
    window.actions_["new-client"].trigger()
    tab: ClientTab = window.front  # type: ignore[assignment]
    tab.options.load(EndpointSettings(headers=[("X-A", "1")], auth="bearer", token="hush1"))
    tab.address_bar.set_url("ws://me:hush2@127.0.0.1:1/?token=hush3")
    tab.session.given_name = "mine"
    copy = desk.folder / "copy.wscap"
    copy.write_bytes(server.session.path.read_bytes())
    window.last_tabs.keep(window.all_tabs())
    path = desk.folder / "last-tabs.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "hush" not in path.read_text()
    assert window.last_tabs.names() == [server.session.name, "mine"]
    for _ in range(2):
        window.close_tab(0)
    await desk.until(lambda: window.welcome.isVisible())
    assert window.welcome.again.isVisible()
    click(window.welcome.again)
    await desk.until(lambda: window.tabs.count() == 2)
    server, tab = window.all_tabs()  # type: ignore[assignment]
    assert not server.server.listening
    assert server.server_bar.port.value() == port
    assert tab.client.state is State.CLOSED
    assert tab.address_bar.url == "ws://127.0.0.1:1/?token=***"
    assert tab.session.settings.headers == [("X-A", "1")]
    assert tab.session.settings.token == ""


@at_desk
async def test_saved_endpoints_and_files(desk: Desk) -> None:
    window = desk.window
    server = await desk.server()
    client = await desk.client(server.server.url)
    desk.ask.text = "echo"
    click(client.address_bar.star)
    assert [one[1:] for one in window.endpoints.listed()] == [("echo", server.server.url)]
    url = client.endpoint().url
    client.session_stop()
    await desk.until(lambda: client.client.state is State.CLOSED)
    await desk.until(lambda: not client.session.recorder.writer.backlog)
    saved = desk.folder / "saved.wscap"
    desk.ask.files = [saved]
    window.actions_["save-as"].trigger()
    await desk.until(saved.exists)
    window.files.open_path(saved)
    await desk.until(lambda: window.tabs.count() == 3)
    window.last_tabs.keep(window.all_tabs())
    for _ in range(3):
        window.close_tab(0)
    window.last_tabs.keep(window.all_tabs())  # nothing is open: what there was stays
    window.actions_["last-tabs"].trigger()
    await desk.until(lambda: window.tabs.count() == 3)
    found = window.all_tabs()
    assert saved in [tab.session.path for tab in found]
    again = next(tab for tab in found if getattr(tab, "saved", None) is not None)
    assert again.endpoint().url == url  # type: ignore[attr-defined]
    (desk.folder / "last-tabs.toml").write_text("nonsense")
    saved.unlink()
    assert window.last_tabs.names() == []
