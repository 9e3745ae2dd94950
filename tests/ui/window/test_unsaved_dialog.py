from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.real_window import Desk, at_desk, click
from tests.ui.window.test_files import capture, idle
from wsgui.capture.reader import CaptureReader
from wsgui.session.live_mark import mark_path
from wsgui.ui.tabs.capture.capture_tab import CaptureTab
from wsgui.ui.window.unsaved_dialog import UnsavedDialog

if TYPE_CHECKING:
    from pathlib import Path


def crashed(desk: Desk, name: str, frames: int) -> Path:
    path = capture(desk.folder / f"{name}.wscap", frames)
    mark_path(path).write_text("1")
    return path


async def listed(desk: Desk) -> UnsavedDialog:
    found = desk.window.findChildren(UnsavedDialog)
    assert len(found) == 1
    await idle(desk)
    return found[0]


def shown(dialog: UnsavedDialog) -> list[tuple[str, ...]]:
    items = [dialog.list.topLevelItem(place) for place in range(dialog.list.topLevelItemCount())]
    return sorted((item.text(0), item.text(2), item.text(4)) for item in items if item is not None)


@at_desk
async def test_nothing_is_offered_when_nothing_was_left(desk: Desk) -> None:
    capture(desk.folder / "closed.wscap")
    await desk.server()  # is recording
    desk.window.files.offer_crashed()
    await idle(desk)
    assert not desk.window.files.offer.isVisible()


@at_desk
async def test_what_a_crash_left_is_offered_opened_and_told_once(desk: Desk) -> None:
    path = crashed(desk, "crashed", 1200)
    crashed(desk, "other", 1)
    desk.window.files.offer_crashed()
    offer = desk.window.files.offer
    await desk.until(offer.isVisible)
    assert offer.label.text().startswith("wsgui ended unexpectedly and left 2 captures with 1\u202f201 rows (20")
    click(offer.look)
    assert not offer.isVisible()
    dialog = await listed(desk)
    assert shown(dialog) == [
        ("Client ws://127.0.0.1:9/x", "1", "wsgui ended unexpectedly"),
        ("Client ws://127.0.0.1:9/x", "1\u202f200", "wsgui ended unexpectedly"),
    ]
    for place in range(2):
        item = dialog.list.topLevelItem(place)
        assert item is not None
        item.setSelected(item.text(2) != "1")
    click(dialog.open_button)
    await desk.until(lambda: isinstance(desk.window.front, CaptureTab))
    assert desk.window.front.path == path
    assert not mark_path(path).exists(), "the next start does not offer it again"
    desk.window.files.offer_crashed()
    await idle(desk)
    assert not offer.isVisible()


@at_desk
async def test_the_offer_can_be_put_away(desk: Desk) -> None:
    path = crashed(desk, "crashed", 1)
    desk.window.files.offer_crashed()
    offer = desk.window.files.offer
    await desk.until(offer.isVisible)
    assert "left a capture with 1 row (" in offer.label.text()
    click(offer.close_button)
    assert not offer.isVisible()
    assert path.exists()
    assert not mark_path(path).exists()


@at_desk
async def test_saved_ones_leave_the_list_and_live_ones_are_not_in_it(desk: Desk, tmp_path: Path) -> None:
    server = await desk.server()
    path = capture(desk.folder / "closed.wscap", 7)
    target = tmp_path / "kept" / "mine.wscap"
    target.parent.mkdir()
    desk.ask.files = [target]
    desk.window.actions_["unsaved"].trigger()
    dialog = await listed(desk)
    assert shown(dialog) == [("Client ws://127.0.0.1:9/x", "7", "in order")]
    assert dialog.note.text().startswith("One capture was recorded and never saved; it takes ")
    click(dialog.save_button)
    await desk.until(lambda: not path.exists())
    await idle(desk)
    with CaptureReader(target) as reader:
        assert reader.last_id() == 7
    assert dialog.note.text() == "There is no unsaved capture."
    assert not dialog.open_button.isEnabled()
    assert server.session.recorder.path.exists()
    assert desk.settings.recent_files() == [str(target)]
    click(dialog.close_button)


@at_desk
async def test_deleted_ones_are_gone_and_damaged_ones_can_only_be_deleted(desk: Desk) -> None:
    one, bad = capture(desk.folder / "one.wscap"), desk.folder / "bad.wscap"
    bad.write_bytes(b"?")
    desk.window.actions_["unsaved"].trigger()
    dialog = await listed(desk)
    dialog.list.selectAll()
    assert not dialog.open_button.isEnabled()
    assert not dialog.save_button.isEnabled()
    assert dialog.note.text().startswith("2 captures were recorded and never saved; together they take ")
    click(dialog.delete_button)
    assert desk.ask.asked == [("Delete", "Delete 2 captures? This cannot be undone.")]
    await idle(desk)
    assert not one.exists()
    assert not bad.exists()
    assert shown(dialog) == []


@at_desk
async def test_what_cannot_be_deleted_is_told(desk: Desk) -> None:
    path = capture(desk.folder / "one.wscap")
    desk.window.actions_["unsaved"].trigger()
    dialog = await listed(desk)
    path.unlink()
    path.mkdir()
    click(dialog.delete_button)
    assert desk.ask.told == [("Delete", "one.wscap could not be deleted.")]
    assert "Delete one.wscap?" in desk.ask.asked[0][1]
    await idle(desk)
    path.rmdir()
