"""Messages compressed by choice, in the real window on real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.window import Desk, at_desk, click
from wsgui.protocol.frames import RSV1

if TYPE_CHECKING:
    from wsgui.capture.reader import Row
    from wsgui.ui.client_tab import ClientTab
    from wsgui.ui.live_tab import LiveTab
    from wsgui.ui.server_tab import ServerTab

SAID = '{"name": "Ada Lovelace", "name": "Ada Lovelace", "name": "Ada Lovelace"}'


def use_deflate(tab: LiveTab, **more: str) -> None:
    tab.session.settings.deflate = True
    for name, value in more.items():
        setattr(tab.session.settings, name, value)
    tab.session.use_settings(tab.session.settings)


async def compressing(desk: Desk, *, deflate: bool = True) -> tuple[ServerTab, ClientTab]:
    """A server with permessage-deflate and a client that offers it."""
    desk.window.actions_["new-server"].trigger()
    server: ServerTab = desk.window.front  # type: ignore[assignment]
    use_deflate(server)
    server.server_bar.port.setValue(0)
    click(server.server_bar.button)
    await desk.until(lambda: server.server.listening)
    return server, await another(desk, server, deflate=deflate)


async def another(desk: Desk, server: ServerTab, *, deflate: bool = True) -> ClientTab:
    desk.window.actions_["new-client"].trigger()
    client: ClientTab = desk.window.front  # type: ignore[assignment]
    if deflate:
        use_deflate(client)
    client.connect_to(server.server.url)
    await desk.until(client.composer.send_button.isEnabled)
    return client


def sent(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.opcode >= 0 and row.direction == 0]


@at_desk
async def test_the_preview_shows_the_bytes_that_leave(desk: Desk) -> None:
    _, client = await compressing(desk)
    composer = client.composer
    for count in (3, 5):  # the second one refers to the first
        composer.text_tab.edit.setPlainText(SAID)
        await desk.until(lambda: composer.compression.ratio.text())
        composer.refresh()
        shown = composer.preview.line(0).text
        click(composer.send_button)
        row = sent(await desk.rows(client, count + 1))[-1]
        frame = client.reader.frame(row.id)
        assert frame.head & RSV1
        assert frame.wire()[: len(bytes.fromhex(shown.removesuffix(" …")))] == bytes.fromhex(shown.removesuffix(" …"))
        assert row.inflated_length == len(SAID)
    rows = sent(await desk.rows(client, 6))
    assert rows[1].length < rows[0].length
    assert composer.compression.ratio.text().startswith("72 bytes → ")


@at_desk
async def test_a_plain_message_may_be_sent_and_the_policy_chooses_at_first(desk: Desk) -> None:
    _, client = await compressing(desk)
    composer = client.composer
    composer.text_tab.edit.setPlainText(SAID)
    click(composer.compression.box)
    click(composer.send_button)
    rows = sent(await desk.rows(client, 4))
    assert not client.reader.frame(rows[0].id).head & RSV1
    assert rows[0].length == len(SAID)
    client.session.settings.policies.append(("compress", "off"))
    client.session.use_settings(client.session.settings)
    await desk.until(lambda: not client.policies.panel.rows["compress"].box.isChecked())  # type: ignore[attr-defined]
    assert not composer.compression.box.isChecked()
    click(composer.compression.box)  # for this message all the same
    click(composer.send_button)
    rows = sent(await desk.rows(client, 6))
    assert client.reader.frame(rows[1].id).head & RSV1


@at_desk
async def test_fragments_of_a_compressed_message_go_one_by_one(desk: Desk) -> None:
    _, client = await compressing(desk)
    composer = client.composer
    composer.tabs.setCurrentIndex(5)
    tab = composer.fragments_tab
    tab.message.text_edit.setPlainText(SAID)
    tab.choice.every.setValue(40)
    await desk.until(lambda: len(tab.plan) == 2)
    tab.table.selectRow(0)
    click(tab.insertion.button)  # a ping between them
    assert len(tab.plan) == 3
    for gone in (1, 2, 3):
        await desk.until(tab.send_next.isEnabled)
        click(tab.send_next)
        assert composer.compression.box.isEnabled() is (gone == 3)
    rows = sent(await desk.rows(client, 7))  # two heads, three frames, a pong and the echo
    frames = [client.reader.frame(row.id) for row in rows]
    assert [frame.head for frame in frames] == [0x41, 0x89, 0x80]
    assert client.reader.message_of(rows[0].id).payload.decode() == SAID
    echo = (await desk.rows(client, 7))[-1]
    assert client.reader.message_of(echo.id).payload.decode() == SAID


@at_desk
async def test_to_all_connections_each_with_its_own_context(desk: Desk) -> None:
    server, first = await compressing(desk)
    plain = await another(desk, server, deflate=False)
    first.composer.text_tab.edit.setPlainText(SAID)
    click_in(desk, first)
    await desk.rows(first, 4)  # the server has answered the first client in its context
    second = await another(desk, server)
    desk.window.tabs.setCurrentWidget(server)
    await desk.until(lambda: len(server.session.targets(None)) == 3)
    server.composer.text_tab.edit.setPlainText(SAID)
    server.composer.text_tab.repeat_count.setValue(2)
    await desk.until(server.composer.compression.isVisible)
    await desk.until(server.composer.send_button.isEnabled)
    click(server.composer.send_button)
    for tab, before in ((first, 4), (plain, 2), (second, 2)):
        rows = (await desk.rows(tab, before + 2))[before:]
        assert [tab.reader.message_of(row.id).payload.decode() for row in rows] == [SAID, SAID]
        compressed = [bool(tab.reader.frame(row.id).head & RSV1) for row in rows]
        assert compressed == [tab is not plain] * 2
    assert first.model.row(4).length < second.model.row(2).length  # type: ignore[union-attr]


def click_in(desk: Desk, tab: ClientTab) -> None:
    desk.window.tabs.setCurrentWidget(tab)
    tab.composer.refresh()
    click(tab.composer.send_button)
