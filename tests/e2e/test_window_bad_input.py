"""What may go wrong on the way to a server, or come from one: one sentence where the person looks, the session in a
defined state, every frame up to then in the capture, and the rest of the window at work.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import (
    PATIENCE,
    Desk,
    agree,
    at_desk,
    click,
    click_row,
    raw_server,
    read_head,
    read_to_end,
    texts,
)
from wsgui.engine import serve
from wsgui.protocol.close import encode_close
from wsgui.protocol.states import State
from wsgui.ui.view.frames.cells import NUMBER, OPCODE, PAYLOAD

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.ui.tabs.client.client_tab import ClientTab

pytestmark = pytest.mark.e2e


async def goes_on(desk: Desk) -> None:
    """The rest of the window works: a client in a tab of its own hears the echo."""
    async with serve(port=0) as server:
        client = await desk.client(server.url)
        await desk.until(client.composer.send_button.isEnabled)
        QTest.keyClicks(client.composer.text_tab.edit, "still here")
        click(client.composer.send_button)
        await desk.rows(client, 4)
        assert texts(client, PAYLOAD)[2:] == ["still here", "still here"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (" ", "Type a URL that starts with ws:// or wss://."),
        ("ftp://example.test/", "The scheme is ftp://, but a WebSocket URL starts with ws:// or wss://."),
        ("ws://", "The URL names no host."),
        (
            "ws://example.test/#top",
            "A WebSocket URL has no fragment: take out '#' and what follows (or write %23).",
        ),
    ],
)
@at_desk
async def test_a_wrong_url_is_explained(desk: Desk, url: str, sentence: str) -> None:
    tab = await desk.client(url)
    await desk.ended(tab, sentence)
    assert tab.model.rowCount() == 0
    assert desk.settings.history() == []
    await goes_on(desk)


@at_desk
async def test_a_refused_connection(desk: Desk) -> None:
    port = free_port()
    tab = await desk.client(f"ws://127.0.0.1:{port}/")
    await desk.ended(tab, f"Connection refused: nothing listens on 127.0.0.1:{port}.")
    assert tab.model.rowCount() == 0
    await goes_on(desk)


@at_desk
async def test_a_name_that_is_not_found(desk: Desk) -> None:
    tab = await desk.client("ws://no-such-host.invalid/")
    await desk.ended(tab, "The host name no-such-host.invalid was not found.")
    await goes_on(desk)


REFUSAL = (
    b"HTTP/1.1 403 Forbidden\r\nServer: door\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
    b'{"error":"token <expired>"}'
)


def refuse(peer: socket.socket) -> None:
    read_head(peer)
    peer.sendall(REFUSAL)
    read_to_end(peer)


@at_desk
async def test_an_answer_other_than_101_is_shown_with_status_headers_and_body(desk: Desk) -> None:
    with raw_server(refuse) as url:
        tab = await desk.client(url)
        sentence = 'The server answered 403, not 101 Switching Protocols. It says “{"error":"token <expired>"}”.'
        await desk.ended(tab, sentence)
    assert texts(tab, OPCODE) == ["HTTP", "HTTP"]
    await desk.until(lambda: tab.table.currentIndex().row() == 1)
    assert tab.inspector.tabs.currentWidget() is tab.inspector.handshake
    shown = tab.inspector.handshake.response.toPlainText()
    assert shown.startswith("HTTP/1.1 403 Forbidden\nServer: door\nContent-Type: application/json\n")
    assert shown.endswith('\n\n{"error":"token <expired>"}')
    assert tab.inspector.handshake.verdict.startswith("refused with 403")
    await goes_on(desk)


@at_desk
async def test_a_second_refusal_is_shown_in_place_of_the_first_but_not_over_a_row_that_was_chosen(desk: Desk) -> None:
    with raw_server(refuse, refuse, refuse) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.table.currentIndex().row() == 1)
        click(tab.address_bar.button)
        await desk.until(lambda: tab.table.currentIndex().row() == 3)
        click_row(tab, 0)
        click(tab.address_bar.button)
        await desk.rows(tab, 6)
        await desk.until(lambda: not tab.session.recorder.writer.backlog and tab.client.state is State.CLOSED)
        for _ in range(3):
            desk.window.tick()
        assert tab.table.currentIndex().row() == 0


def lie(peer: socket.socket) -> None:
    read_head(peer)
    peer.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )
    read_to_end(peer)


@at_desk
async def test_a_wrong_accept_value(desk: Desk) -> None:
    with raw_server(lie) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
        assert "Sec-WebSocket-Accept" in tab.banner.sentence
        await desk.rows(tab, 2)
    assert texts(tab, NUMBER) == ["1", "2 ⚠"]
    await desk.until(lambda: tab.inspector.tabs.currentWidget() is tab.inspector.handshake)
    assert "accept value wrong" in tab.inspector.handshake.verdict
    await goes_on(desk)


@at_desk
async def test_tls_with_a_server_that_speaks_none(desk: Desk) -> None:
    def plain(peer: socket.socket) -> None:
        peer.recv(4096)
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        read_to_end(peer)

    with raw_server(plain) as url:
        tab = await desk.client(url.replace("ws:", "wss:"))
        await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
    place = url[5:-1]
    assert tab.banner.sentence.startswith(f"TLS with {place} failed: ")
    assert tab.banner.sentence.endswith(" Perhaps this is a ws:// server.")
    await goes_on(desk)


def make_certificate(key: Path, certificate: Path) -> None:
    """One for 127.0.0.1 that nobody vouches for."""
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", key, "-out", certificate)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files],
        check=True,
        capture_output=True,
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate, and it is not there")
@at_desk
async def test_a_certificate_that_is_not_trusted(desk: Desk, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make_certificate(key, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def secure(peer: socket.socket) -> None:
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(peer, server_side=True)

    with raw_server(secure) as url:
        tab = await desk.client(url.replace("ws:", "wss:"))
        await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
    assert tab.banner.sentence == (
        "TLS: the certificate of 127.0.0.1 was not accepted: it is self-signed: nobody but its maker vouches for it."
    )
    await goes_on(desk)


HELLO = b"\x81\x05Hello"

CASES = {
    "garbage": (
        b"GET / HTTP/1.1\r\n" * 8,
        "RSV1 is set, and no extension was negotiated that defines it. This breaks RFC 6455 §5.2",
        1002,
        ["0x7", "CLOSE", "BYTES"],
    ),
    "a reserved opcode": (
        b"\x8b\x02hi",
        "Reserved control opcode 0xB. This breaks RFC 6455 §5.2",
        1002,
        ["0xB", "CLOSE"],
    ),
    "a masked frame": (
        b"\x81\x81abcd\x00",
        "This frame came from a server and is masked. This breaks RFC 6455 §5.1",
        1002,
        ["TEXT", "CLOSE"],
    ),
    "a length of 2^63": (
        b"\x82\x7f\x80" + bytes(7),
        "A frame of 9223372036854775808 bytes is announced; the limit is 67108864 bytes. This breaks RFC 6455 §10.4",
        1009,
        ["BYTES", "CLOSE"],
    ),
    "a frame over the limit": (
        b"\x82\x7f" + struct.pack("!Q", 1 << 40),
        "A frame of 1099511627776 bytes is announced; the limit is 67108864 bytes. This breaks RFC 6455 §10.4",
        1009,
        ["BYTES", "CLOSE"],
    ),
    "invalid UTF-8": (
        b"\x81\x03a\xffb",
        "Byte 1 of the text (0xff) is not UTF-8: invalid start byte. This breaks RFC 6455 §8.1",
        1007,
        ["TEXT", "CLOSE"],
    ),
    "invalid UTF-8 in a close reason": (
        b"\x88\x03\x03\xe8\xff",
        "The close reason is not UTF-8 at its byte 0. This breaks RFC 6455 §5.5.1",
        1007,
        ["CLOSE", "CLOSE"],
    ),
    "a continuation of nothing": (
        b"\x80\x01a",
        "A continuation frame, but no message was started. This breaks RFC 6455 §5.4",
        1002,
        ["CONT", "CLOSE"],
    ),
    "a ping in one read with a broken frame": (
        b"\x89\x04beat\x8b\x02hi",
        "Reserved control opcode 0xB. This breaks RFC 6455 §5.2",
        1002,
        ["PING", "0xB", "PONG", "CLOSE"],
    ),
}


@pytest.mark.parametrize("case", CASES)
@at_desk
async def test_frames_that_break_a_rule_fail_the_connection(desk: Desk, case: str) -> None:
    bad, text, code, rows = CASES[case]
    answers: list[bytes] = []

    def misbehave(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(HELLO + bad)
        answers.append(read_to_end(peer))

    with raw_server(misbehave) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
        sentence = tab.banner.sentence
    assert sentence == f"{text}; the connection was failed with {code}."
    await desk.ended(tab, sentence)
    opcodes = texts(tab, OPCODE)
    assert opcodes[:3] == ["HTTP", "HTTP", "TEXT"]
    assert texts(tab, PAYLOAD)[2] == "Hello"
    assert opcodes[3:] == rows
    broken = next(place for place, number in enumerate(texts(tab, NUMBER)) if number.endswith("⚠"))
    assert "RFC 6455 §" in texts(tab, PAYLOAD)[broken]
    assert "⚠" in tab.frame_bar.violations.text()
    click(tab.frame_bar.violations)
    assert tab.table.currentIndex().row() == broken
    frame = tab.reader.frame(len(rows) + 3 - rows[::-1].index("CLOSE"))
    assert frame.payload[:2] == encode_close(code)[:2]
    assert answers[0].endswith(frame.wire()), "the peer got the close frame"
    await goes_on(desk)


@at_desk
async def test_half_a_frame_and_the_end_of_tcp(desk: Desk) -> None:
    def half(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(HELLO + b"\x82\x7e\x01\x00abc")

    with raw_server(half) as url:
        tab = await desk.client(url)
        await desk.ended(tab, "TCP ended without a close frame: 1006 abnormal closure.")
    assert texts(tab, OPCODE) == ["HTTP", "HTTP", "TEXT", "BYTES"]
    assert tab.reader.payload(4) == b"\x82\x7e\x01\x00abc"
    click_row(tab, 3)
    assert tab.inspector.title == "Row 4 · BYTES received"
    await goes_on(desk)


@at_desk
async def test_half_a_frame_and_then_nothing_leaves_the_connection_to_the_person(desk: Desk) -> None:
    def half(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(HELLO + b"\x82\x7e\x01\x00abc")
        read_to_end(peer)

    with raw_server(half) as url:
        tab = await desk.client(url)
        await desk.rows(tab, 3)
        await desk.until(lambda: desk.window.status.text("state") == "OPEN · readyState 1")
        assert not tab.banner.isVisible()
        desk.window.actions_["cut"].trigger()
        await desk.until(lambda: tab.client.state is State.CLOSED)
        assert tab.session.message == "TCP was cut from this side, without a close frame (1006)."
        assert not tab.banner.isVisible(), "the person asked for it"
        rows = await desk.rows(tab, 4)
    assert rows[3].opcode == -2
    await goes_on(desk)


@at_desk
async def test_a_peer_that_sends_no_http(desk: Desk) -> None:
    def shout(peer: socket.socket) -> None:
        read_head(peer)
        peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    with raw_server(shout) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.client.state is State.CLOSED and tab.banner.isVisible())
        assert tab.banner.sentence == "The server did not answer in HTTP: illegal status line."
        await desk.rows(tab, 2)
    assert b"SSH-2.0" in tab.reader.payload(2)
    await goes_on(desk)


@at_desk
async def test_a_full_disk_is_said_and_what_was_recorded_stays(desk: Desk) -> None:
    def pour(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(HELLO)
        for _ in range(400):
            peer.sendall(b"\x82\x7e\xff\xff" + bytes(65535))
        read_to_end(peer)

    with raw_server(pour) as url:
        desk.window.actions_["new-client"].trigger()
        tab: ClientTab = desk.window.front  # type: ignore[assignment]
        tab.session.options.timeouts.closing = 1.0  # the peer answers no close frame
        database = tab.session.recorder.writer._database
        database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0] + 300}")
        QTest.keyClicks(tab.address_bar.address.lineEdit(), url)
        QTest.keyClick(tab.address_bar.address.lineEdit(), Qt.Key.Key_Return)
        await desk.until(lambda: tab.session.recorder.writer.failure is not None)
        await desk.until(tab.recording_bar.isVisible)
        assert tab.client.state is State.OPEN
        assert tab.session.recording.holding
        tab.session_stop()
        await desk.until(lambda: tab.client.state is State.CLOSED)
    assert tab.recording_bar.label.text().startswith("The disk is full: recording to ")
    rows = tab.session.recorder.committed
    await desk.until(lambda: tab.model.rowCount() == rows)
    assert rows == tab.reader.last_id()
    await goes_on(desk)


@at_desk
async def test_a_port_in_use(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        tab = await desk.server(port)
        sentence = f"Port {port} on 127.0.0.1 is in use by another program. Choose another port, or 0 for a free one."
        await desk.until(tab.banner.isVisible)
        assert tab.banner.sentence == sentence
        await desk.until(lambda: desk.window.status.text("message") == sentence)
        await desk.until(lambda: desk.window.status.text("state") == "STOPPED · 0 open")
    tab.server_bar.port.setValue(0)
    click(tab.server_bar.button)
    await desk.until(lambda: tab.server.listening and not tab.banner.isVisible())
    await goes_on(desk)


SPOILT = {
    "TLS": (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
        b"400",
        "Not valid HTTP: a TLS handshake, but this server speaks plain ws://.",
    ),
    "a plain GET": (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"426",
        "This is a WebSocket server: connect with ws://, not http://.",
    ),
    "nothing at all": (b"", b"", "The client closed the connection before it sent a request."),
}


@pytest.mark.parametrize("case", SPOILT)
@at_desk
async def test_a_client_that_is_none_is_told_and_listed(desk: Desk, case: str) -> None:
    data, status, sentence = SPOILT[case]
    tab = await desk.server()
    with socket.create_connection(tab.server.server.addresses[0], PATIENCE) as peer:  # type: ignore[union-attr]
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        await desk.until(lambda: 1 in tab.server.connections and tab.server.connections[1].end is not None)
        peer.settimeout(PATIENCE)
        answer = read_to_end(peer)
    assert status in answer[:16]
    item = desk.window.sessions.topLevelItem(0)
    await desk.until(lambda: item.childCount() == 1 and "closed" in item.child(0).text(0))
    assert item.child(0).text(0) == "#1 closed 1006"
    assert item.child(0).toolTip(0) == f"<qt>{sentence}</qt>"
    assert tab.server.listening
    await goes_on(desk)
