from __future__ import annotations

import re
from pathlib import Path

from wsgui.ui.learn.steps import TOUR, Deed
from wsgui.ui.window.actions import ACTIONS

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_has_the_same_steps() -> None:
    text = README.read_text(encoding="utf-8").partition("## A tour of five minutes")[2].partition("\n## ")[0]
    assert re.findall(r"^\d\. \*\*(.+?)\.\*\*", text, re.M) == [step.title for step in TOUR]


def test_each_step_can_be_done_and_each_deed_belongs_to_one() -> None:
    names = {row.name for row in ACTIONS}
    deeds = [goal.deed for step in TOUR for goal in step.goals]
    assert sorted(deeds, key=list(Deed).index) == list(Deed)
    for step in TOUR:
        assert step.goals
        assert not step.action or (step.action in names and step.label)
        for text in (step.text, *(goal.sentence for goal in step.goals)):
            assert "  " not in text
