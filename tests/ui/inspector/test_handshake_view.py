from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor

from wsgui.ui.inspector.handshake_view import BODY_CHARACTERS, HandshakeView
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeWidgetItem
    from pytestqt.qtbot import QtBot

REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Note: <b>hi</b>\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@pytest.fixture
def view(qtbot: QtBot) -> HandshakeView:
    widget = HandshakeView()
    qtbot.addWidget(widget)
    widget.setPalette(palette_of(DARK))
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def groups(view: HandshakeView) -> dict[str, list[QTreeWidgetItem]]:
    found = {}
    for at in range(view.tree.topLevelItemCount()):
        group = view.tree.topLevelItem(at)
        assert group is not None
        found[group.text(0)] = [group.child(index) for index in range(group.childCount())]
    return found


def test_both_heads_stand_raw_side_by_side(view: HandshakeView) -> None:
    view.set_handshake(REQUEST, RESPONSE)
    assert view.request.toPlainText() == REQUEST.decode().replace("\r\n", "\n").removesuffix("\n\n")
    assert view.response.toPlainText().startswith("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket")
    assert view.request.x() == 8
    assert (
        view.request.mapTo(view, view.request.rect().topRight()).x()
        < view.response.mapTo(view, view.response.rect().topLeft()).x()
    )


def test_every_header_is_judged(view: HandshakeView) -> None:
    view.set_handshake(REQUEST, RESPONSE)
    assert view.verdict == "101: the server agreed · accept value right"
    rows = [[row.text(column) for column in range(4)] for row in groups(view)["Request"]]
    assert rows[0] == [
        "Request line",
        "✓",
        "GET /chat HTTP/1.1",
        "A GET request with HTTP/1.1 or higher. (RFC 6455 §4.1)",
    ]
    assert ["X-Note", "", "<b>hi</b>", ""] in rows
    assert [row.text(0) for row in groups(view)["Response"]][-1] == "Sec-WebSocket-Accept"


def test_the_accept_value_is_computed_step_by_step(view: HandshakeView) -> None:
    view.set_handshake(REQUEST, None)
    steps = [row.text(0) for row in groups(view)["Accept value, step by step"]]
    assert steps[0] == "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    assert steps[2] == "key + GUID: dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    assert steps[-1] == "base64 of it = Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert view.verdict == "no response"


def test_wrong_and_missing_lines_are_marked_in_both_themes(view: HandshakeView) -> None:
    view.set_handshake(REQUEST, RESPONSE.replace(b"s3p", b"S3p").replace(b"Connection: Upgrade\r\n", b""))
    assert view.verdict == "101: the server agreed · accept value wrong · 2 lines to look at"
    wrong = [row for row in groups(view)["Response"] if row.text(1) == "⚠"]
    assert [(row.text(0), row.text(2)) for row in wrong] == [
        ("Sec-WebSocket-Accept", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("Connection", "missing"),
    ]
    assert wrong[0].foreground(3).color() == QColor(DARK.warning)
    view.setPalette(palette_of(LIGHT))
    assert wrong[0].foreground(3).color() == QColor(LIGHT.warning)


def test_a_refusal_shows_its_status_and_body(view: HandshakeView) -> None:
    view.set_handshake(REQUEST, b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nGo \xff away\x00")
    assert view.verdict == "refused with 403"
    assert view.response.toPlainText() == "HTTP/1.1 403 Forbidden\nContent-Type: text/plain\n\nGo \ufffd away\u2400"


def test_a_huge_body_is_cut(view: HandshakeView) -> None:
    view.set_handshake(None, b"HTTP/1.1 500 x\r\n\r\n" + b"z" * (BODY_CHARACTERS + 1234))
    assert view.response.toPlainText().endswith("z\n… 1\u202f234 more characters")
    assert view.verdict == "refused with 500 · no request"


def test_no_http_and_no_handshake_at_all(view: HandshakeView) -> None:
    view.set_handshake(b"", b"\x16\x03\x01")
    assert view.verdict.startswith("the response is no HTTP · ")
    view.set_handshake(None, None)
    assert view.verdict == "No handshake is known."
    view.set_handshake(REQUEST, RESPONSE)
    view.clear()
    assert (view.verdict, view.request.toPlainText(), groups(view)) == ("No handshake is known.", "", {})


def test_long_sentences_wrap_instead_of_being_cut(view: HandshakeView, qtbot: QtBot) -> None:
    view.set_handshake(REQUEST, RESPONSE)
    row = groups(view)["Request"][4]
    wide = view.tree.visualItemRect(row).height()
    view.resize(620, 600)
    qtbot.waitUntil(lambda: view.tree.visualItemRect(row).height() > wide)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nX: " + b"a" * 5_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1_500_000 + b"\r\n",
        b"a" * 9_000_000,
    ],
    ids=["one line", "many lines", "no lines"],
)
def test_heads_of_megabytes_are_shown_in_part(qtbot: QtBot, head: bytes) -> None:
    view = HandshakeView()
    qtbot.addWidget(view)
    view.set_handshake(head, None)
    assert view.verdict == "Only the first 64 KiB are read"
    assert len(view.request.toPlainText()) <= 64 * 1024
    group = view.tree.topLevelItem(0)
    assert group is not None
    assert group.childCount() <= 400
    texts = [child.text(2) for at in range(group.childCount()) if (child := group.child(at)) is not None]
    assert max(map(len, texts)) < 2000
