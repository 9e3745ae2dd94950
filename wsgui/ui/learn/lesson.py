"""Lessons as data. Each is a file of ``resources/lessons``: texts, and filters that say what there is to be seen.

What a file has is read strictly: a key that is not known, or a filter that does not parse, is a mistake of ours, and
raises LessonError. A test reads every file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.filter import FilterError, parse
from wsgui.protocol.states import Role
from wsgui.resource_files import resources_in

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.filter import Filter

LANGUAGE: Final = "en"
"""The folder of the texts."""


class LessonError(ValueError):
    """What is wrong with a lesson's file, in one sentence."""


class LessonTask(NamedTuple):
    """One thing to do, and how it is seen that it is done. What the file names, all of it has to hold.

    ``name`` is what settings keep, ``say`` what the panel says. ``rows`` is a filter over what was recorded since the
    lesson was begun, in sessions of ``role`` (None for both), and ``times`` how many of them there have to be. With
    ``chosen``, a row of the tab in front that it takes has to be selected instead, whenever it was recorded. ``pane``
    is the part of the inspector that has to be in front. ``running`` asks for an open session of ``role``, and
    ``filtered`` for a filter that is applied. ``text`` is to be sent and long to type: the panel puts it into the
    composer.
    """

    name: str
    say: str
    rows: Filter | None = None
    times: int = 1
    role: Role | None = None
    chosen: bool = False
    pane: str = ""
    running: bool = False
    filtered: bool = False
    text: str = ""


class LessonStep(NamedTuple):
    """``text`` says what there is to see, and ``tasks`` are what is to be done."""

    title: str
    text: str
    tasks: tuple[LessonTask, ...]


class Stage(NamedTuple):
    """The playground of a lesson: what its server does, with which options, on which path, and whether both
    compress."""

    behaviour: str = "echo"
    options: tuple[tuple[str, str], ...] = ()
    path: str = "/"
    deflate: bool = False


class Lesson(NamedTuple):
    """``name`` is that of its file, without the number; ``about`` says in one line what it is about."""

    name: str
    title: str
    about: str
    stage: Stage
    steps: tuple[LessonStep, ...]

    @property
    def tasks(self) -> tuple[LessonTask, ...]:
        """All there is to do."""
        return tuple(task for step in self.steps for task in step.tasks)


@cache
def all_lessons() -> dict[str, Lesson]:
    """Every lesson by its name, in the order of the files. Raises LessonError."""
    found = [read_lesson(path) for path in resources_in(f"lessons/{LANGUAGE}", ".toml")]
    return {lesson.name: lesson for lesson in found}


def read_lesson(path: Path) -> Lesson:
    """Read a file. Raises LessonError."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        stage = told.get("playground", {})
        lesson = Lesson(
            path.stem.partition("-")[2],
            told["title"],
            told["about"],
            Stage(**stage | {"options": tuple((key, value) for key, value in stage.get("options", {}).items())}),
            tuple(
                LessonStep(step["title"], _joined(step["text"]), tuple(_task(**task) for task in step["task"]))
                for step in told["step"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LessonError(f"The lesson {path.name} cannot be read: {error}.") from error
    names = [task.name for task in lesson.tasks]
    if len(set(names)) < len(names):
        raise LessonError(f"The lesson {path.name} has two tasks of one name.")
    return lesson


def _task(*, rows: str = "", role: str = "client", **rest: Any) -> LessonTask:
    try:
        read = parse(rows) if rows else None
    except FilterError as error:
        raise ValueError(f"{rows}: {error}") from None
    return LessonTask(rows=read, role=Role(role) if role else None, **rest)


def _joined(text: str) -> str:
    """Paragraphs without the lines of the file."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
