from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from tests.capture.exchange.samples import write
from tests.capture.exchange.test_inflated import RECORDS
from tests.ui.real_window import Desk, at_desk, click
from tests.ui.window.test_files import HELLO, capture, idle, opened
from wsgui.capture.formats import exports
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, Direction, FramesSeen, HandshakeSeen
from wsgui.ui.view import copy_menu
from wsgui.ui.window.export_dialog import ALL, SELECTED, SHOWN, ExportDialog, open_export

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wsgui.ui.tabs.capture.capture_tab import CaptureTab

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: a=secret\r\n\r\n"


def with_secret(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    with CaptureWriter(path, role="client") as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(HandshakeSeen(1, 1, Direction.SENT, REQUEST))
        writer.put(FramesSeen(1, 1_000, Direction.RECEIVED, [HELLO, Frame(0x82, 7, None, b"\0\1"), HELLO]))
    return path


async def asked(desk: Desk) -> ExportDialog:
    desk.window.actions_["export"].trigger()
    dialog = desk.window.findChild(ExportDialog)
    assert dialog is not None
    return dialog


def kind(dialog: ExportDialog, name: str) -> None:
    dialog.format.setCurrentIndex([one.name for one in exports()].index(name))


def go(dialog: ExportDialog) -> None:
    click(next(one for one in dialog.buttons.buttons() if one.text() == "Export…"))


@at_desk
async def test_everything_is_exported_with_secrets_masked_or_not(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, with_secret(tmp_path / "kept" / "a.wscap"))
    for keep in (False, True):
        dialog = await asked(desk)
        kind(dialog, "jsonl")
        assert "can import it again" in dialog.purpose.text()
        dialog.keep.setChecked(keep)
        assert ("will be readable" in dialog.notice.text()) is keep
        target = tmp_path / "kept" / f"{keep}.jsonl"
        desk.ask.files = [target]
        go(dialog)
        assert desk.ask.suggested[-1].name == "a.jsonl"
        await idle(desk)
        assert (b"secret" in target.read_bytes()) is keep
        assert tab.session.message.startswith(f"Wrote 4 rows to {keep}.jsonl.")
        assert ("1 secret is masked" in tab.session.message) is not keep
        await desk.until(lambda: desk.window.findChild(ExportDialog) is None)


@at_desk
async def test_rows_that_are_shown_or_selected(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, with_secret(tmp_path / "kept" / "a.wscap"))
    dialog = await asked(desk)
    assert not dialog.scopes.button(SHOWN).isEnabled()
    assert dialog.scopes.checkedId() == ALL
    assert dialog.scopes.button(ALL).text() == "All 4 rows"
    dialog.reject()
    await desk.until(lambda: desk.window.findChild(ExportDialog) is None)
    tab.filter_bar.set_text("opcode == text")
    await desk.until(lambda: tab.model.rowCount() == 2)
    for scope, wanted in ((SHOWN, 2), (SELECTED, 1)):
        tab.table.select_place(1)
        dialog = await asked(desk)
        assert dialog.scopes.checkedId() == SHOWN
        assert dialog.scopes.button(SHOWN).text() == "The 2 rows that are shown"
        dialog.scopes.button(scope).click()
        kind(dialog, "jsonl")
        desk.ask.files = [tmp_path / "kept" / f"{scope}.jsonl"]
        go(dialog)
        await idle(desk)
        lines = [json.loads(line) for line in (tmp_path / "kept" / f"{scope}.jsonl").read_text().splitlines()]
        assert len([line for line in lines if "opcode" in line]) == wanted
        await desk.until(lambda: desk.window.findChild(ExportDialog) is None)


@at_desk
async def test_every_format_is_written_and_a_failure_told(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, with_secret(tmp_path / "kept" / "a.wscap"))
    for one in exports():
        dialog = await asked(desk)
        kind(dialog, one.name)
        target = tmp_path / "kept" / f"out{one.suffixes[0] if one.suffixes else ''}"
        desk.ask.files = [target]
        go(dialog)
        await idle(desk)
        assert tab.session.message.startswith("Wrote ")
        assert target.exists()
        await desk.until(lambda: desk.window.findChild(ExportDialog) is None)
    dialog = await asked(desk)
    desk.ask.files = [tmp_path / "none" / "out.pcapng"]
    go(dialog)
    await idle(desk)
    assert desk.ask.told == [("Exporting out.pcapng", "out.pcapng cannot be written: No such file or directory.")]
    assert open_export(desk.window.files, None) is None


# --- Copy As


def entry(tab: CaptureTab, label: str) -> object:
    menu = tab.table.row_menu()
    copy = next(one for one in menu.findChildren(QMenu) if one.title() == "Copy &As")
    return next(action for action in copy.actions() if action.text() == label)


@at_desk
async def test_a_row_is_copied_in_many_ways(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = await opened(desk, with_secret(tmp_path / "kept" / "a.wscap"))
    clipboard = QGuiApplication.clipboard()
    tab.table.select_place(1)
    entry(tab, "Payload as &Hex").trigger()  # type: ignore[attr-defined]
    assert clipboard.text() == "48 65 6c 6c 6f"
    assert tab.session.message == "Copied."
    entry(tab, "&curl Command").trigger()  # type: ignore[attr-defined]
    assert "Cookie: a=***" in clipboard.text()
    assert tab.session.message.startswith("Copied. Secrets in it are masked")
    entry(tab, "Keep &Secrets").trigger()  # type: ignore[attr-defined]
    entry(tab, "&websocat Command").trigger()  # type: ignore[attr-defined]
    assert "Cookie: a=secret" in clipboard.text()
    assert any(action.text().startswith("Filter: ") for action in tab.table.row_menu().actions())
    monkeypatch.setattr(copy_menu, "LARGEST", 3)
    assert not entry(tab, "Payload as &Text").isEnabled()  # type: ignore[attr-defined]
    assert entry(tab, "&curl Command").isEnabled()  # type: ignore[attr-defined]


@at_desk
async def test_an_import_with_many_faults(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"type": "capture"}\n' + b"{broken\n" * 150)
    desk.window.files.open_path(path)
    await idle(desk)
    await desk.until(lambda: desk.ask.told)
    assert desk.ask.told[0][1].endswith("and 50 more") or "could not be read" in desk.ask.told[0][1]


@at_desk
async def test_a_capture_in_the_folder_of_captures_is_not_recent(desk: Desk) -> None:
    await opened(desk, capture(desk.folder / "a.wscap"))
    assert desk.settings.recent_files() == []


@at_desk
async def test_packets_decompressed(desk: Desk, tmp_path: Path) -> None:
    tab = await opened(desk, write(tmp_path / "kept.wscap", RECORDS))
    dialog = await asked(desk)
    kind(dialog, "pcapng-decompressed")
    assert dialog.format.currentText() == "pcapng, decompressed (.pcapng)"
    assert "cannot inflate" in dialog.purpose.text()
    target = tmp_path / "out.pcapng"
    desk.ask.files = [target]
    go(dialog)
    await idle(desk)
    assert tab.session.message.startswith("Wrote 11 rows to out.pcapng.")
    raw = target.read_bytes()
    assert b"Decompressed by wsgui" in raw
    assert b"Extensions: permessage-deflate" not in raw
