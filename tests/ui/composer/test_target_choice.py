from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.ui.composer.target_choice import TargetChoice

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_targets(qtbot: QtBot) -> None:
    choice = TargetChoice()
    qtbot.addWidget(choice)
    assert choice.box.itemText(0) == "No connections"
    assert choice.target is None
    assert choice.set_targets([(1, "#1 127.0.0.1:51422"), (2, "#2 127.0.0.1:51423")])
    assert [choice.box.itemText(index) for index in range(3)] == [
        "All connections (2)",
        "#1 127.0.0.1:51422",
        "#2 127.0.0.1:51423",
    ]
    choice.box.setCurrentIndex(2)
    assert choice.target == 2
    assert choice.set_targets([(2, "#2 127.0.0.1:51423"), (3, "#3 127.0.0.1:51424")])
    assert choice.target == 2
    assert not choice.set_targets([(3, "#3 127.0.0.1:51424")])
    assert choice.target == 2, "what was meant for one never goes to all"
    assert choice.is_gone
    assert choice.box.currentText() == "#2 closed"
    assert not choice.set_targets([(3, "#3 127.0.0.1:51424")])
    choice.choose(None)
    assert not choice.is_gone
    assert choice.box.currentText() == "All connections (1)"
    assert choice.box.count() == 2
    choice.choose(7)
    assert (choice.target, choice.is_gone) == (7, True)
    choice.choose(3)
    assert (choice.target, choice.is_gone) == (3, False)


def test_thousands_are_listed_once_somebody_is_at_the_box(qtbot: QtBot) -> None:
    choice = TargetChoice()
    qtbot.addWidget(choice)
    choice.set_targets([(number, f"#{number}") for number in range(1, 1001)])
    assert (choice.box.count(), choice.box.currentText()) == (1, "All connections (1000)")
    choice.choose(700)
    assert [choice.box.itemText(index) for index in range(choice.box.count())] == ["All connections (1000)", "#700"]
    choice.box.showPopup()
    assert choice.box.count() == 1001
    assert (choice.target, choice.box.currentText()) == (700, "#700")
    choice.box.hidePopup()
    choice.set_targets([(number, f"#{number}") for number in range(1, 900)])
    assert (choice.target, choice.box.count()) == (700, 2)
    qtbot.mouseMove(choice)
    choice.show()
    choice.box.setFocus()
    choice.set_targets([(number, f"#{number}") for number in range(1, 800)])
    assert (choice.target, choice.is_gone) == (700, False)
