"""The playground, driven as a person drives it: type, send, look at rows and bytes, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.window import Desk, at_desk, click, click_row, texts
from wsgui.protocol.states import State
from wsgui.ui.frames.cells import DIRECTION, KEY, MESSAGE, OPCODE, PAYLOAD

pytestmark = pytest.mark.e2e


@at_desk
async def test_a_typed_text_goes_out_masked_and_comes_back_without_a_key(desk: Desk) -> None:
    server, client = await desk.playground()
    edit = client.composer.text_tab.edit
    QTest.keyClicks(edit, "Hello")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rows = await desk.rows(client, 4)
    assert texts(client, OPCODE) == ["HTTP", "HTTP", "TEXT", "TEXT"]
    assert texts(client, DIRECTION) == ["↑", "↓", "↑", "↓"]
    assert texts(client, PAYLOAD)[2:] == ["Hello", "Hello"]
    assert rows[2].masking_key is not None
    assert texts(client, KEY)[2:] == [rows[2].masking_key.hex(" "), "—"]
    other = await desk.rows(server, 4)
    assert other[2].masking_key == rows[2].masking_key
    assert texts(server, DIRECTION) == ["↓", "↑", "↓", "↑"]
