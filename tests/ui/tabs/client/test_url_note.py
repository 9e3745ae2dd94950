"""An address without its scheme, or a wrong one, in the real window."""

from __future__ import annotations

from tests.ui.real_window import Desk, at_desk, click
from wsgui.protocol.states import State


@at_desk
async def test_an_address_is_completed_with_a_note(desk: Desk) -> None:
    server, _ = await desk.playground()
    place = server.server.url.removeprefix("ws://").rstrip("/")
    tab = await desk.client(place)
    await desk.until(lambda: tab.client.state is State.OPEN)
    assert tab.address_bar.url == f"ws://{place}"
    assert tab.url_note.label.text() == f"{place} was taken for ws://{place}."
    assert tab.url_note.button.text() == f"Use wss://{place}"
    assert tab.url_note.isVisible()
    click(tab.url_note.button)
    await desk.until(lambda: tab.address_bar.url == f"wss://{place}")
    await desk.until(lambda: tab.session.failed)
    assert not tab.url_note.isVisible()


@at_desk
async def test_a_wrong_address_is_mended_by_one_click(desk: Desk) -> None:
    server, _ = await desk.playground()
    tab = await desk.client(f"{server.server.url}#top")
    assert "no fragment" in tab.session.message
    assert tab.url_note.label.text() == f"Is {server.server.url} meant?"
    click(tab.url_note.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    assert not tab.url_note.isVisible()


@at_desk
async def test_secrets_are_masked_in_the_note(desk: Desk) -> None:
    tab = await desk.client("localhost:1/?token=abcdefghijkl")
    assert "abcdefghijkl" not in tab.url_note.label.text()
    assert "abcdefghijkl" not in tab.url_note.button.text()
