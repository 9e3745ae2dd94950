"""Messages compressed by choice, in the real window on real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from tests.ui.real_window import Desk, at_desk, click, click_row
from wsgui.protocol.frames import RSV1
from wsgui.ui.inspector.hex_geometry import HexMode

if TYPE_CHECKING:
    from wsgui.capture.reader import Row
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.server.server_tab import ServerTab

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
    await desk.until(lambda: server.composer.compression.ratio.text().endswith(" · to #1"))  # others differ
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


def details(tab: ClientTab) -> dict[str, str]:
    """The lines of the compression group: name and value."""
    tree = tab.inspector.details
    groups = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    found = {}
    for group in groups:
        assert group is not None
        if group.text(0) == "Compression":
            rows = [group.child(place) for place in range(group.childCount())]
            found = {row.text(0): row.text(2) for row in rows if row is not None}
    return found


@at_desk
async def test_the_inspector_shows_what_was_compressed_and_what_it_inflates_to(desk: Desk) -> None:
    _, client = await compressing(desk)
    client.composer.text_tab.edit.setPlainText(SAID)
    client.composer.text_tab.split_box.setChecked(True)
    client.composer.text_tab.split_size.setValue(40)
    client.composer.refresh()
    click(client.composer.send_button)
    await desk.rows(client, 5)  # two heads, two fragments, the echo
    click_row(client, 2)
    row = client.model.row(2)
    assert row is not None
    pane = client.inspector.hex
    assert pane.bar.inflated.isVisible()
    assert pane.view.shown.header[:1] == b"\x41"
    click(pane.bar.inflated)
    assert pane.shows_inflated
    assert pane.view.shown.wire(0, 40).decode() == SAID[:40]
    assert pane.view.shown.length == 40
    said = details(client)
    assert (said["RSV1"], said["inflated"]) == ("1", "40 bytes")
    assert said["on the wire"] == f"{row.length} bytes"
    tip = client.model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith(f"Compressed: {row.length} bytes on the wire, 40 bytes inflated (")

    click_row(client, 3)  # the choice holds for the next frame
    assert pane.view.shown.wire(0, 32).decode() == SAID[40:]
    assert details(client)["RSV1"] == "0"
    assert details(client)["message"]
    click(pane.bar.button(HexMode.UNMASKED))
    assert not pane.shows_inflated
    assert pane.view.mode is HexMode.UNMASKED
    click(pane.bar.inflated)
    pane.diagram.field_selected.emit(0, 1)  # bytes of the header are in the frame alone
    assert not pane.shows_inflated
    assert pane.view.selection == (0, 1)

    client.table.compose_requested.emit(2)  # what it says, not what it was compressed to
    assert client.composer.text_tab.edit.toPlainText() == SAID[:40]
    client.inspector.tabs.setCurrentWidget(client.inspector.message)
    said = client.inspector.message.text.toPlainText()  # joined, inflated, and indented
    assert "".join(said.split()) == "".join(SAID.split())
    sizes = client.reader.message_sizes(row.id)
    assert sizes[1:] == (len(SAID), 2)
    assert f"compressed: {sizes[0]} bytes on the wire, 72 bytes inflated" in client.inspector.message.summary
    click_row(client, 0)
    client.inspector.tabs.setCurrentWidget(client.inspector.hex)
    assert not pane.bar.inflated.isVisible()
    client.inspector.tabs.setCurrentWidget(client.inspector.handshake)
    tree = client.inspector.handshake.tree
    groups = {tree.topLevelItem(place).text(0): tree.topLevelItem(place) for place in range(tree.topLevelItemCount())}  # type: ignore[union-attr]
    agreed = groups["Agreed on"].child(0).text(0)  # type: ignore[union-attr]
    assert agreed.startswith("permessage-deflate: the client compresses with the messages before, window 4")


@at_desk
async def test_a_plain_frame_has_nothing_of_it(desk: Desk) -> None:
    _, client = await compressing(desk, deflate=False)
    client.composer.text_tab.edit.setPlainText(SAID)
    assert not client.composer.compression.isVisible()
    client.composer.refresh()
    click(client.composer.send_button)
    await desk.rows(client, 4)
    click_row(client, 2)
    assert not client.inspector.hex.bar.inflated.isVisible()
    assert details(client) == {}
    assert client.model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole) is None
    client.inspector.tabs.setCurrentWidget(client.inspector.message)
    assert "compressed" not in client.inspector.message.summary
