"""A client that answers by rules, captures a value, and sends it from the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.real_window import Desk, at_desk, click
from wsgui.capture.reader import CaptureReader
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State
from wsgui.records import Direction

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.ui.tabs.client.client_tab import ClientTab

RULES = """
[shared]
token = ""
[[rule]]
on = "has"
path = "token"
set = { token = "{{json.token}}" }
"""


def sent(tab: ClientTab) -> list[bytes]:
    tab.session.flush()
    with CaptureReader(tab.session.path) as reader:
        rows = [reader.row(number) for number in range(1, reader.last_id() + 1)]
        return [reader.payload(row.id) for row in rows if row.direction is Direction.SENT and 0 <= row.opcode < 8]


@at_desk
async def test_what_came_is_sent_again(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    server = await desk.server()
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    assert tab.address_bar.answering.isHidden()
    tab.options.load(EndpointSettings(answers=str(tmp_path / "rules.toml")))
    tab.address_bar.set_url(server.server.url)
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    await desk.until(tab.address_bar.answering.isVisible)
    composer = tab.composer
    composer.text_tab.edit.setPlainText('{"token": "T1"}')
    await desk.until(lambda: composer.can_send)
    composer.send()  # and the server sends it back
    composer.text_tab.fill_box.click()
    composer.text_tab.edit.setPlainText("use {{token}}")
    await desk.until(lambda: tab.session.filler.values.get("token") == "T1")
    await desk.until(lambda: composer.text_tab.frames()[0].payload == b"use T1")
    composer.send()
    await desk.until(lambda: b"use T1" in sent(tab))
    tab.options.load(EndpointSettings())
    await desk.until(tab.address_bar.answering.isHidden)


@at_desk
async def test_a_binary_message_is_edited_and_sent_again(desk: Desk) -> None:
    server = await desk.server()
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.address_bar.set_url(server.server.url)
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    text_tab = tab.composer.text_tab
    text_tab.start_from("cbor", '{"a": 1}')
    await desk.until(lambda: tab.composer.can_send)
    tab.composer.send()
    rows = await desk.rows(tab, 4)  # the handshake, what was sent, and what came back
    place = next(place for place in range(len(rows)) if rows[place].opcode == 2)
    text_tab.start_from("", "other")
    tab.table.compose_requested.emit(place)
    assert text_tab.format.currentData() == "cbor"
    text_tab.edit.setPlainText(text_tab.edit.exact_text().replace("1", "2"))
    tab.composer.send()
    await desk.until(lambda: bytes.fromhex("a1 61 61 02") in sent(tab))
