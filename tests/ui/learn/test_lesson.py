from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wsgui.endpoint.engine_options import server_options
from wsgui.endpoint.settings import EndpointSettings
from wsgui.ui.inspector.inspector import Inspector
from wsgui.ui.learn.lesson import Lesson, LessonError, all_lessons, read_lesson

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_has_the_steps_of_the_tour() -> None:
    text = README.read_text(encoding="utf-8").partition("## A tour of five minutes")[2].partition("\n## ")[0]
    assert re.findall(r"^\d\. \*\*(.+?)\.\*\*", text, re.M) == [step.title for step in all_lessons()["tour"].steps]


def test_the_tour_and_twelve_lessons_in_order() -> None:
    tour, *rest = all_lessons().values()
    assert tour.name == "tour"
    assert [lesson.title.partition(" ")[0] for lesson in rest] == [str(number) for number in range(1, 13)]


@pytest.mark.parametrize("lesson", all_lessons().values(), ids=lambda lesson: lesson.name)
def test_each_step_can_be_done(lesson: Lesson, qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    assert lesson.about.endswith(".")
    server_options(EndpointSettings(behaviour=lesson.stage.behaviour, behaviour_options=list(lesson.stage.options)))
    assert lesson.stage.path.startswith("/")
    for step in lesson.steps:
        assert step.tasks, step.title
        for text in (step.text, *(task.say for task in step.tasks)):
            assert "  " not in text
            assert text
        for task in step.tasks:
            assert task.rows or task.pane or task.running or task.filtered, task.name
            assert not task.chosen or task.rows
            assert not task.pane or inspector.tabs.indexOf(getattr(inspector, task.pane)) >= 0


GOOD = """
title = "T"
about = "A."
[[step]]
title = "S"
text = '''
one
line

two'''
task = [{ name = "a", say = "Do it", rows = "fin" }]
"""


def test_paragraphs_are_kept_and_lines_are_not(tmp_path: Path) -> None:
    path = tmp_path / "07-my-own.toml"
    path.write_text(GOOD, encoding="utf-8")
    lesson = read_lesson(path)
    assert lesson.name == "my-own"
    assert lesson.steps[0].text == "one line\n\ntwo"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"fin"', '"finn"', "finn: "),
        ('say = "Do it", ', "", "say"),
        ("about", "abuot", "about"),
        ('title = "S"', "titel = 1", "title"),
        ('rows = "fin"', 'row = "fin"', "row"),
        ('"fin" }', '"fin" }, { name = "a", say = "b", rows = "fin" }', "has two tasks of one name."),
        ('rows = "fin"', 'rows = "fin", role = "nobody"', "nobody"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "1-t.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LessonError, match=r"The lesson 1-t\.toml") as caught:
        read_lesson(path)
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="cannot be read"):
        read_lesson(tmp_path / "1-none.toml")
