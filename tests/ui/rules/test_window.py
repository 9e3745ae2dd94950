from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.real_window import FakeQuestions
from wsgui.behaviours.mock.rules_file import read_spec
from wsgui.behaviours.mock.verdict import RuleSeen, RulesReport, Unmatched
from wsgui.ui.rules.control import RulesControl

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from wsgui.ui.rules.window import RulesWindow

TEXT = """\
# mine
[variables]
user = ""

[[rule]]
name = "one"
value = "x"
send = ["a", "b"]

[[rule]]
on = "connect"
then = "close"
"""


class Edited:
    """An editor of a file, with what it asks and is told."""

    def __init__(self, qtbot: QtBot, path: Path, text: str | None) -> None:
        self.path = path
        if text is not None:
            path.write_text(text, encoding="utf-8")
        self.ask = FakeQuestions()
        self.reports: list[tuple[str, str, object]] = []
        from PySide6.QtWidgets import QWidget

        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.control = RulesControl(path, frozenset(), lambda: self.reports, self.ask, self.parent)

    @property
    def window(self) -> RulesWindow:
        return self.control.window

    def cells(self) -> list[list[object]]:
        model = self.window.model
        return [
            [model.data(model.index(row, column)) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


@pytest.fixture
def edited(qtbot: QtBot, tmp_path: Path) -> Edited:
    found = Edited(qtbot, tmp_path / "rules.toml", TEXT)
    found.control.show()
    return found


def test_rules_are_shown_and_edited(edited: Edited) -> None:
    window = edited.window
    assert edited.cells() == [
        ["1", "one", "text is x", "a, and 1 more", "", ""],
        ["2", "", "connect", "close 1000", "", ""],
    ]
    form = window.form
    assert form.fields["value"].isVisible()
    assert not form.fields["code"].isVisible()
    assert form.fields["order"].isVisible()
    form.fields["value"].edit.setPlainText("y")  # type: ignore[attr-defined]
    assert window.isWindowModified()
    assert edited.cells()[0][2] == "text is y"
    window.table.setCurrentIndex(window.model.index(1, 0))
    assert form.fields["code"].isVisible()
    assert not form.fields["value"].isVisible()
    form.fields["expect"].edit.setText("1")  # type: ignore[attr-defined]
    form.fields["expect"].edit.textEdited.emit("1")  # type: ignore[attr-defined]
    window.save.click()
    assert not window.isWindowModified()
    written = read_spec(edited.text())
    assert (written.rules[0].value, written.rules[1].expect) == ("y", "1")
    assert edited.text().startswith("# mine\n")


def test_rules_are_added_moved_and_taken_out(edited: Edited) -> None:
    window = edited.window
    window.copy.click()
    assert [row[1] for row in edited.cells()] == ["one", "one (2)", ""]
    window.down.click()
    assert [row[1] for row in edited.cells()] == ["one", "", "one (2)"]
    assert not window.down.isEnabled()
    window.up.click()
    window.remove.click()
    window.add.click()
    assert [row[2] for row in edited.cells()] == ["text is x", "connect", "text is "]
    while window.remove.isEnabled():
        window.remove.click()
    assert edited.cells() == []
    assert not window.form.isEnabled()
    window.save.click()
    assert read_spec(edited.text()).rules == []


def test_what_is_wrong_stands_at_its_field_and_is_not_saved(edited: Edited) -> None:
    window = edited.window
    window.form.fields["send"].edit.setPlainText("{{nobody}}")  # type: ignore[attr-defined]
    says = "{{nobody}}: There is no variable 'nobody'; there are user."
    assert window.form.fields["send"].wrong.text() == says
    assert window.problem.text() == f"Not saved while it is so. Rule 1, send: {says}"
    assert not window.save.isEnabled()
    window.table.setCurrentIndex(window.model.index(1, 0))
    assert window.form.fields["send"].wrong.text() == ""
    assert not window.save.isEnabled()
    window.variables.show_value([("user", ""), ("nobody", "1")])
    window.variables.changed.emit()
    assert window.save.isEnabled()
    assert window.spec.variables == {"user": "", "nobody": "1"}


def test_hits_and_messages_without_a_rule(edited: Edited) -> None:
    window = edited.window
    assert window.seen.text() == "No server has these rules now: start it to see hits."
    seen = [RuleSeen("one", "text is x", "twice", 1, False), RuleSeen("rule 2", "connect", "", 3, True)]
    strays = [Unmatched(7, True, "he\x1bllo", 6), Unmatched(8, False, "00 ff", 2), Unmatched(9, True, "long", 400)]
    edited.reports = [("*", "rules", RulesReport(1, str(edited.path), seen, strays, 1234, False, ""))]
    edited.control.look()
    assert [row[5] for row in edited.cells()] == ["1", "3"]
    assert window.seen.text() == "4 hits · not yet as expected"
    assert window.strays_title.text() == "Messages without a rule: 1\u202f234"
    assert [window.strays.item(row).text() for row in range(3)] == ["#7  he␛llo", "#8  binary 00 ff", "#9  long"]
    for row, when in ((0, "text is he␛llo"), (1, "binary begins 00 ff"), (2, "text contains long")):
        window.strays.setCurrentRow(row)
        window.make.click()
        assert edited.cells()[-1][2] == when


def test_a_file_with_errors_is_mended_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    edited = Edited(qtbot, tmp_path / "rules.toml", "[[rule]\n")
    edited.control.show()
    assert edited.window.problem.text().startswith("rules.toml, line 1: This is not TOML: ")
    edited.path.write_text(TEXT, encoding="utf-8")
    edited.control.look()
    assert len(edited.cells()) == 2
    assert edited.window.problem.isHidden()


def test_a_new_file(qtbot: QtBot, tmp_path: Path) -> None:
    edited = Edited(qtbot, tmp_path / "new.toml", None)
    edited.control.show()
    edited.window.add.click()
    edited.window.form.fields["value"].edit.setPlainText("x")  # type: ignore[attr-defined]
    edited.window.save.click()
    assert read_spec(edited.text()).rules[0].value == "x"


def test_what_others_wrote_is_not_lost(edited: Edited) -> None:
    window = edited.window
    window.add.click()
    edited.path.write_text("# theirs\n", encoding="utf-8")
    edited.control.look()
    assert len(edited.cells()) == 3
    window.save.click()
    [(title, text)] = edited.ask.asked
    assert title == "Save Rules"
    assert "was changed by another program" in text
    assert len(read_spec(edited.text()).rules) == 3


def test_closing_asks_about_what_is_not_saved(edited: Edited) -> None:
    window = edited.window
    window.add.click()
    edited.ask.choice = 1
    window.close()
    assert edited.ask.asked[0][0] == "Rules Not Saved"
    assert window.isHidden()
    assert edited.text() == TEXT
    assert len(edited.cells()) == 2
    edited.control.show()
    window.add.click()
    edited.ask.choice = 0
    window.close()
    assert window.isHidden()
    assert len(read_spec(edited.text()).rules) == 3


def test_a_folder_that_cannot_be_written(edited: Edited) -> None:
    edited.control.path = edited.path.parent / "none" / "rules.toml"
    edited.window.add.click()
    edited.window.save.click()
    assert edited.window.problem.text().endswith("cannot be written: No such file or directory.")
    assert edited.window.isWindowModified()
    edited.control.close()
