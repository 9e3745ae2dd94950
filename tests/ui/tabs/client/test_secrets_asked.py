"""A secret that is missing is asked for before connecting; one of the environment is never written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.real_window import Desk, at_desk, click
from wsgui.capture.reader import CaptureReader
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State

if TYPE_CHECKING:
    import pytest

    from wsgui.ui.tabs.client.client_tab import ClientTab


def new_client(desk: Desk, url: str, **settings: object) -> ClientTab:
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.options.load(EndpointSettings(**settings))  # type: ignore[arg-type]
    tab.address_bar.set_url(url)
    return tab


@at_desk
async def test_a_password_that_is_missing(desk: Desk) -> None:
    server = await desk.server()
    tab = new_client(desk, server.server.url, auth="basic", user="me")
    click(tab.address_bar.button)
    assert desk.ask.asked[-1] == ("Connect", "Password of me")
    await desk.until(lambda: tab.banner.sentence == "Not connected, as this is not known: Password of me.")
    assert tab.client.state is State.CLOSED
    desk.ask.secrets_given = [""]
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    asked = len(desk.ask.asked)
    tab.session_stop()
    await desk.until(lambda: tab.client.state is State.CLOSED)
    tab.session_start()  # none was meant: it is not asked for again
    await desk.until(lambda: tab.client.state is State.OPEN)
    assert len(desk.ask.asked) == asked
    again = new_client(desk, server.server.url, auth="bearer")
    desk.ask.secrets_given = ["hush"]
    click(again.address_bar.button)
    await desk.until(lambda: again.client.state is State.OPEN)
    assert again.session.settings.token == "hush"


@at_desk
async def test_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSGUI_TEST_TOKEN", "s3cret")
    monkeypatch.delenv("WSGUI_TEST_GONE", raising=False)
    server = await desk.server()
    url = f"{server.server.url}?token=$WSGUI_TEST_TOKEN"
    tab = new_client(desk, url, headers=[("X-Key", "$WSGUI_TEST_TOKEN")])
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    rows = await desk.rows(tab, 1)
    with CaptureReader(tab.session.path) as reader:
        head = reader.payload(rows[0].id)
    assert b"?token=s3cret HTTP/1.1\r\n" in head
    assert b"X-Key: s3cret\r\n" in head
    assert desk.settings.history()[0] == url
    assert tab.address_bar.url == url
    desk.window.tick()
    shown = [
        desk.window.windowTitle(),
        tab.session.name,
        *map(desk.window.tabs.tabText, range(2)),
        *map(desk.window.tabs.tabToolTip, range(2)),
    ]
    assert not [text for text in shown if "s3cret" in text]
    tab.session_stop()
    await desk.until(lambda: tab.client.state is State.CLOSED)
    tab.address_bar.set_url(f"{server.server.url}?token=$WSGUI_TEST_GONE")
    tab.session_start()
    sentence = (
        "There is no environment variable WSGUI_TEST_GONE; write $$WSGUI_TEST_GONE if $WSGUI_TEST_GONE itself is meant."
    )
    await desk.until(lambda: tab.banner.sentence == sentence)
    tab.options.load(EndpointSettings(headers=[("X-Key", "$WSGUI_TEST_GONE")]))
    assert tab.options.trouble == sentence
