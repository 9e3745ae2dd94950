"""Files in the window: open, save, go on with a capture, recent files, import, drops."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.capture.exchange.wire import Talk, pcap
from tests.ui.real_window import Desk, at_desk, click, texts
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import State
from wsgui.records import ConnectionOpened, Direction, FramesSeen
from wsgui.ui.tabs.capture.capture_tab import CaptureTab
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.tabs.server.server_tab import ServerTab
from wsgui.ui.view.frames.cells import OPCODE
from wsgui.ui.view.view_control import comparisons

if TYPE_CHECKING:
    from pathlib import Path


HELLO = Frame(0x81, 7, None, b"Hello")


def capture(path: Path, frames: int = 3, role: str = "client", url: str = "ws://127.0.0.1:9/x") -> Path:
    path.parent.mkdir(exist_ok=True)
    with CaptureWriter(path, name="n", role=role) as writer:
        writer.put(ConnectionOpened(1, 1, role, url, "", ""))
        writer.put(FramesSeen(1, 1_000, Direction.RECEIVED, [HELLO] * frames))
    return path


async def opened(desk: Desk, path: Path) -> CaptureTab:
    desk.window.files.open_path(path)
    await desk.until(lambda: isinstance(desk.window.front, CaptureTab) and desk.window.front.path == path)
    tab = desk.window.front
    assert isinstance(tab, CaptureTab)
    return tab


async def idle(desk: Desk) -> None:
    await desk.until(lambda: not desk.window.files.jobs.busy)


@at_desk
async def test_a_capture_opens_read_only_in_a_tab_of_its_own(desk: Desk, tmp_path: Path) -> None:
    path = capture(tmp_path / "kept" / "a.wscap", 1234)
    before = path.read_bytes(), path.stat().st_mtime_ns
    desk.ask.files = [path]
    desk.window.actions_["open"].trigger()
    await desk.until(lambda: desk.window.front is not None)
    tab = desk.window.front
    assert isinstance(tab, CaptureTab)
    assert tab.model.rowCount() == 1234
    assert tab.table.currentIndex().row() == 0
    assert not tab.inspector.is_empty
    assert tab.capture_bar.file.text() == "a.wscap"
    assert tab.capture_bar.facts.text().startswith("1\u202f234 rows of 1 connection · recorded 20")
    assert tab.capture_bar.facts.text().endswith(" as a client")
    assert tab.capture_bar.problems.isHidden()
    assert tab.capture_bar.chip.text() == "read-only"
    assert not hasattr(tab, "composer")
    assert "Edit and Send Again" not in [action.text() for action in tab.table.row_menu().actions()]
    actions = desk.window.actions_
    assert not any(actions[name].isEnabled() for name in ("connect", "ping", "composer", "follow", "keep-alive"))
    assert all(actions[name].isEnabled() for name in ("filter", "table", "save-as", "export", "close-tab"))
    tab.filter_bar.set_text('length == 5 and payload contains "Hello"')
    await desk.until(lambda: tab.model.rowCount() == 1234)
    actions["filter"].trigger()
    await desk.until(tab.filter_bar.edit.hasFocus)
    desk.window.files.open_path(path)
    assert desk.window.tabs.count() == 1
    await desk.until(lambda: desk.window.status.text("capture").endswith("rows · a.wscap"))
    assert desk.window.tabs.tabText(0) == "a"
    actions["close-tab"].trigger()
    assert desk.window.pages.currentWidget() is desk.window.welcome
    await desk.until(lambda: not desk.window.tabs._ending)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [one.name for one in path.parent.iterdir()] == ["a.wscap"]


@at_desk
async def test_what_is_no_capture_gives_one_sentence(desk: Desk, tmp_path: Path) -> None:
    foreign, newer = tmp_path / "foreign.wscap", capture(tmp_path / "kept" / "newer.wscap")
    foreign.write_bytes(b"GIF89a" * 100)
    with closing(sqlite3.connect(newer)) as database:
        database.execute("PRAGMA user_version = 5")
    for path in (foreign, newer, tmp_path / "gone.wscap", tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        desk.window.files.open_path(path)
        await idle(desk)
        assert path.is_dir() or not path.exists() or path.read_bytes() == before
    assert [text for _, text in desk.ask.told] == [
        "foreign.wscap is not a wsgui capture.",
        "newer.wscap was made by a newer wsgui (format 5; this one reads up to 4).",
        "gone.wscap does not exist.",
        f"{tmp_path.name} is not a file.",
    ]
    assert desk.window.tabs.count() == 0


@at_desk
async def test_save_gives_a_name_and_save_again_brings_it_up_to_date(desk: Desk, tmp_path: Path) -> None:
    _, client = await desk.playground()
    client.session.send([client.client.ws.frame(1, b"one")])
    await desk.rows(client, 4)
    target = tmp_path / "kept" / "mine.wscap"
    target.parent.mkdir()
    desk.ask.files = [target.with_suffix("")]
    desk.window.actions_["save"].trigger()
    await desk.until(lambda: client.session.saved_rows == 4)
    assert client.session.message == "Saved 4 rows to mine.wscap."
    place = client.client.url.rstrip("/").rpartition(":")[2]
    assert desk.ask.suggested[0].name == f"{client.session.recorder.path.name[:17]} Client-127.0.0.1-{place}.wscap"
    client.session.send([client.client.ws.frame(1, b"two")])
    await desk.rows(client, 6)
    desk.window.actions_["save"].trigger()
    await desk.until(lambda: client.session.saved_rows == 6)
    assert len(desk.ask.suggested) == 1
    with CaptureReader(target) as reader:
        assert reader.last_id() == 6
    desk.window.actions_["save-as"].trigger()  # Cancel
    assert len(desk.ask.suggested) == 2
    assert desk.ask.suggested[1].parent == target.parent
    assert desk.settings.recent_files() == [str(target)]


@pytest.mark.parametrize("choice", [0, 1])
@at_desk
async def test_secrets_are_asked_about_before_they_are_saved(desk: Desk, tmp_path: Path, choice: int) -> None:
    server = await desk.server()
    client = await desk.client(f"{server.server.url}?token=hush1&room=7")
    await desk.rows(client, 2)
    target = tmp_path / "mine.wscap"
    desk.ask.files = [target]
    desk.ask.choice = choice
    desk.window.actions_["save"].trigger()
    await desk.until(lambda: client.session.saved_rows == 2)
    question = desk.ask.asked[-1][1]
    assert question.startswith("The handshakes of this capture hold secrets: token in the URL. Whoever gets the file ")
    assert client.session.message == f"Saved 2 rows to mine.wscap{', without secrets' if choice == 0 else ''}."
    assert (b"hush" in target.read_bytes()) is (choice == 1)
    with CaptureReader(target) as reader:
        assert reader.connections()[0].url.endswith("?token=***&room=7" if choice == 0 else "?token=hush1&room=7")
    asked = len(desk.ask.asked)
    client.session.send([client.client.ws.frame(1, b"two")])
    await desk.rows(client, 4)
    desk.window.actions_["save"].trigger()
    await desk.until(lambda: client.session.saved_rows == 4)
    assert len(desk.ask.asked) == asked
    assert (b"hush" in target.read_bytes()) is (choice == 1)


@at_desk
async def test_a_file_that_is_open_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    path = capture(tmp_path / "kept" / "a.wscap")
    await opened(desk, path)
    other = await opened(desk, capture(tmp_path / "kept" / "b.wscap"))
    desk.ask.files = [path, tmp_path / "kept" / "c.wscap"]
    click(other.capture_bar.save)
    assert desk.ask.told[-1][1] == "a.wscap is open in this window: close it, or choose another name."
    click(other.capture_bar.save)
    await desk.until(lambda: other.session.message == "Saved 3 rows to c.wscap.")
    with CaptureReader(tmp_path / "kept" / "c.wscap") as reader:
        assert reader.last_id() == 3


@at_desk
async def test_a_copy_that_cannot_be_written_says_so(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, capture(tmp_path / "kept" / "a.wscap"))
    desk.ask.files = [tmp_path / "none" / "c.wscap"]
    click(tab.capture_bar.save)
    await idle(desk)
    assert desk.ask.told == [("Saving c.wscap", "c.wscap cannot be written: No such file or directory.")]


@at_desk
async def test_recording_goes_on_in_a_copy(desk: Desk, tmp_path: Path) -> None:
    server = await desk.server()
    path = capture(tmp_path / "kept" / "a.wscap", url=server.server.url)
    before = path.read_bytes()
    tab = await opened(desk, path)
    click(tab.capture_bar.go_on)
    await desk.until(lambda: isinstance(desk.window.front, ClientTab))
    client = desk.window.front
    assert isinstance(client, ClientTab)
    assert client.address_bar.url == server.server.url
    click(client.address_bar.button)
    await desk.until(lambda: client.client.state is State.OPEN)
    rows = await desk.rows(client, 5)
    assert [row.id for row in rows] == [1, 2, 3, 4, 5]
    assert [row.connection for row in rows] == [1, 1, 1, 2, 2]
    assert texts(client, OPCODE)[:4] == ["TEXT", "TEXT", "TEXT", "HTTP"]
    assert path.read_bytes() == before


@at_desk
async def test_a_servers_capture_goes_on_in_a_server(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, capture(tmp_path / "kept" / "a.wscap", role="server", url="ws://localhost:4567/"))
    click(tab.capture_bar.go_on)
    await desk.until(lambda: isinstance(desk.window.front, ServerTab))
    server = desk.window.front
    assert isinstance(server, ServerTab)
    assert (server.server_bar.host.text(), server.server_bar.port.value()) == ("localhost", 4567)
    assert server.session.message == "What is recorded from now on follows the 3 rows that were there."


HAR = (
    b'{"log": {"entries": [{"_resourceType": "websocket", "request": {"url": "ws://a/"}, "_webSocketMessages": [%s]}]}}'
)
MESSAGE = b'{"type": "send", "time": 1, "opcode": 1, "data": "hi"}'


@at_desk
async def test_a_har_is_imported_and_opened(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "kept" / "a.har"
    path.parent.mkdir()
    path.write_bytes(HAR % (MESSAGE + b', {"type": 7}'))
    desk.ask.files = [path]
    desk.window.actions_["import"].trigger()
    await desk.until(lambda: isinstance(desk.window.front, CaptureTab) and desk.ask.told)
    tab = desk.window.front
    assert isinstance(tab, CaptureTab)
    assert texts(tab, OPCODE)[-1] == "TEXT"
    title, text = desk.ask.told[0]
    assert title == "Import"
    assert "1 thing in it could not be read." in text
    assert "At byte " in text
    assert tab.capture_bar.facts.text().startswith("imported 20")
    assert tab.capture_bar.facts.text().endswith(" from a.har · 1 row of 1 connection")
    assert tab.capture_bar.problems.text() == "1 Problem…"
    tab.capture_bar.problems.click()
    assert desk.ask.told[-1][0] == "Problems of the Import"
    assert desk.ask.told[-1][1].startswith(
        "Of a.har this could not be read, was not looked into, or is a guess:\nAt byte "
    )
    assert desk.settings.recent_files() == []
    path.write_bytes(b"nothing")
    desk.window.files.open_path(path)
    await idle(desk)
    assert desk.ask.told[-1] == ("Importing a.har", "a.har is no pcap, pcapng, JSON Lines or HAR file.")


@at_desk
async def test_packets_with_a_hole(desk: Desk, tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, b"\x81\x03one")]
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"\x81\x03two"))
    (tmp_path / "old.pcap").write_bytes(pcap(packets))
    desk.window.files.import_path(tmp_path / "old.pcap")
    await desk.until(lambda: isinstance(desk.window.front, CaptureTab) and desk.ask.told)
    tab = desk.window.front
    assert isinstance(tab, CaptureTab)
    assert texts(tab, OPCODE) == ["HTTP", "HTTP", "TEXT", "MISSING", "TEXT"]
    assert tab.capture_bar.facts.text().startswith("captured 1970-01-01 ")
    assert " · imported 20" in tab.capture_bar.facts.text()
    tab.table.select_place(3)
    assert tab.inspector._title.text() == "Row 4 · 10 bytes were not captured"
    assert ("missing", "opcode == missing") in comparisons(tab.model.row(3))  # type: ignore[arg-type]


def drop(desk: Desk, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at = QPointF(300, 300)
    enter = QDragEnterEvent(at.toPoint(), action, data, button, keys)
    enter.ignore()
    QApplication.sendEvent(desk.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(desk.window, QDropEvent(at, action, data, button, keys))
    return enter.isAccepted()


@at_desk
async def test_files_are_dropped_onto_the_window(desk: Desk, tmp_path: Path) -> None:
    har = tmp_path / "a.har"
    har.write_bytes(HAR % MESSAGE)
    assert not drop(desk, tmp_path / "picture.png")
    assert drop(desk, capture(tmp_path / "kept" / "a.wscap"), har, tmp_path / "x.png")
    await desk.until(lambda: desk.window.tabs.count() == 2)


@at_desk
async def test_recent_files_are_listed_and_those_that_are_gone_told(desk: Desk, tmp_path: Path) -> None:
    kept, gone = capture(tmp_path / "kept" / "a&b.wscap"), capture(tmp_path / "kept" / "gone.wscap")
    files = desk.window.files
    files.fill_recent()
    assert [action.text() for action in files.recent.actions() if action.text()] == ["No recent files", "&Clear Recent"]
    for path in (gone, kept):
        await opened(desk, path)
        desk.window.actions_["close-tab"].trigger()
    gone.unlink()
    files.recent.aboutToShow.emit()
    shown = [action for action in files.recent.actions() if action.text()]
    assert [(one.text(), one.isEnabled()) for one in shown] == [
        ("&1 a&&b.wscap", True),
        ("&2 gone.wscap (is gone)", False),
        ("&Clear Recent", True),
    ]
    shown[0].trigger()
    await desk.until(lambda: desk.window.tabs.count() == 1)
    shown[2].trigger()
    assert desk.settings.recent_files() == []


@at_desk
async def test_the_window_closes_while_a_copy_is_made(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await opened(desk, capture(tmp_path / "kept" / "a.wscap"))
    started: list[object] = []

    def endless(*_: object, **more: object) -> int:
        started.append(more)
        while not more["cancelled"]():  # type: ignore[operator]
            more["progress"](1, 2)  # type: ignore[operator]
        from wsgui.capture.errors import CancelledError

        raise CancelledError

    monkeypatch.setattr("wsgui.capture.copy.copy_capture", endless)
    click(tab.capture_bar.go_on)
    desk.ask.files = [tmp_path / "kept" / "c.wscap"]
    click(tab.capture_bar.save)
    await desk.until(lambda: len(started) == 2)
    lines = desk.window.files.jobs.lines
    await desk.until(lambda: lines[0].isVisible() and lines[0].bar.value() == 500)
    click(lines[0].stop)
    await desk.until(lambda: len(desk.window.files.jobs.lines) == 1)
    await desk.window.shutdown()
    assert not desk.window.files.jobs.busy
    assert desk.ask.told == []
