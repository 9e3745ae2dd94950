"""F1: the page of the guide about what has the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.ui.explain.guide import GuideWindow, page_at, url_of_page
from wsgui.ui.panels.table import COMPOSER, LEARN, SESSIONS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@at_desk
async def test_f1_knows_what_has_the_cursor(desk: Desk) -> None:
    window = desk.window
    panels = window.panels
    panels.go_to(SESSIONS)
    assert page_at(None, panels) == "window#sessions-and-tabs"
    _, client = await desk.playground()
    assert panels.at_work() == COMPOSER
    assert page_at(client.composer.text_tab.edit, panels) == "window#the-composer"
    assert page_at(client.composer.raw_tab.faults, panels) == "faults"
    assert page_at(client.filter_bar.edit, panels) == "filter"
    client.options.turn()
    assert page_at(client.options.drawer.fields["headers"], panels) == "options#a-client-wsgui-connect"
    window.lessons.start("rpc")
    panels.go_to(LEARN)
    await desk.until(lambda: panels.at_work() == LEARN)
    assert page_at(None, panels) == "tour"


@at_desk
async def test_it_opens_the_site_or_the_written_page(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("wsgui.ui.explain.guide.QDesktopServices.openUrl", open_url)
    site = tmp_path / "filter.html"
    site.touch()
    monkeypatch.setattr("wsgui.ui.explain.guide.resource", lambda name: site if name.endswith("filter.html") else None)
    url = url_of_page("filter#fields")
    assert url is not None
    assert (url.toLocalFile(), url.fragment()) == (str(site), "fields")
    _, client = await desk.playground()
    client.filter_bar.edit.setFocus()
    await desk.until(client.filter_bar.edit.hasFocus)
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    assert [one.fileName() for one in opened] == ["filter.html"]
    monkeypatch.undo()
    monkeypatch.setattr("wsgui.ui.explain.guide.url_of_page", lambda page: None)
    desk.window.actions_["guide"].trigger()
    shown = desk.window.findChildren(GuideWindow)[-1]
    assert shown.text.toPlainText().startswith("The page about this (filter) is made of a table")
    assert "See every byte of a WebSocket" in shown.text.toPlainText()
    shown.text.anchorClicked.emit(QUrl("install.md"))
    assert shown.text.toPlainText().startswith("Install")
    shown.text.anchorClicked.emit(QUrl("../../secrets"))
    assert shown.text.toPlainText().startswith("The page about this")
    shown.reject()
