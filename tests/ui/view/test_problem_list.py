from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from tests.ui.screens import settled
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.ui.panels.table import PROBLEMS
from wsgui.ui.view import problem_list
from wsgui.ui.view.problem_list import ProblemList

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


@at_desk
async def test_broken_rules_come_while_the_panel_is_open_and_a_click_goes_to_the_row(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.panels.show(PROBLEMS)
    listed = client.problems
    await desk.until(listed.hint.isVisible)
    assert "No problem so far" in listed.hint.text()
    client.session.send([Frame.build(0x3, b"reserved", masking_key=b"abcd")])
    await desk.until(listed.tree.topLevelItemCount)
    item = listed.tree.topLevelItem(0)
    assert item is not None
    assert not listed.hint.isVisible()
    await desk.until(lambda: client.model.place_of(item.data(0, Qt.ItemDataRole.UserRole)) is not None)
    await settled(desk)
    at = listed.tree.visualItemRect(item).topLeft() + QPoint(8, 6)
    QTest.mouseClick(listed.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    await desk.until(lambda: client.table.currentIndex().isValid())
    row = client.model.row(client.table.currentIndex().row())
    assert row is not None
    assert row.opcode == 0x3
    assert next(one.rule for one in row.violations) == item.text(1)


class Shelf:
    """Stands for a reader: every row breaks two rules."""

    def problems(self) -> list[tuple[int | None, str]]:
        return [(None, "The file ends early.")]

    def violations(self, after: int, most: int) -> list[tuple[int, Violation]]:
        broken = Violation("a.rule", "5.1", next(iter(Severity)), None, "A sentence.")
        return [(row, broken) for row in range(after + 1, 30) for _ in range(2)][:most]


def test_a_batch_ends_with_a_whole_row_and_the_list_has_an_end(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_list, "BATCH", 5)
    monkeypatch.setattr(problem_list, "LISTED", 9)
    listed = ProblemList(Shelf, lambda _: None)  # type: ignore[arg-type]
    qtbot.addWidget(listed)
    listed.show()
    listed.look()
    items = [listed.tree.topLevelItem(place) for place in range(listed.tree.topLevelItemCount())]
    assert [one.text(0) for one in items if one] == ["", "1", "1", "2", "2", "3", "3", "4", "4"]
    assert listed.hint.text() == "The first 9 problems are listed."
    listed.look()
    assert listed.tree.topLevelItemCount() == 9
