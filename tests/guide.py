"""The user guide: ``python -m tests.guide`` builds it into ``resources/guide/site``, where F1 and the packages find it.

Pages that people write lie in ``resources/guide``; those that come of tables are made here, or taken from ``docs``. All
of them go into one folder, so a link is the name of a file, and Zensical makes the site of it. Links and anchors that
lead nowhere end the build, and nothing of the site asks another machine for anything.
"""

from __future__ import annotations

import argparse
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import wsgui.engine
import wsgui.filter
from wsgui.filter import FIELDS
from wsgui.protocol.close import CLOSE_CODES, close_code_name
from wsgui.protocol.faults import FAULTS
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS
from wsgui.protocol.states import Role
from wsgui.ui.learn.lesson import all_lessons
from wsgui.ui.window.actions import ACTIONS, LOCAL_KEYS

ROOT: Final = Path(__file__).parent.parent
WRITTEN: Final = ROOT / "resources" / "guide"
SITE: Final = WRITTEN / "site"
TAKEN: Final = ("behaviours", "decoders", "command-line", "options", "rules", "limits", "reactions", "capture-format")
"""Pages of ``docs``."""
NAV: Final = {
    "": ("index", "install", "tour", "window", "troubleshooting"),
    "Tasks": ("task-learn", "task-develop", "task-test"),
    "Reference": (
        *("filter", "rules", "faults", "closing", "behaviours", "decoders", "options", "limits", "reactions", "keys"),
        *("command-line", "capture-format", "python-api"),
    ),
}
_STYLE: Final = """\
[data-md-color-scheme="default"] .dark-picture, [data-md-color-scheme="slate"] .light-picture { display: none; }
.md-typeset img { border: 1px solid var(--md-default-fg-color--lighter); }
.md-search, [data-md-component="search"], .md-header__button[for="__search"] { display: none; }
"""
"""Search needs a worker, which browsers refuse to pages that were opened from a file."""
_COLOURS: Final = 240
"""Of a picture: those that it has most of."""
_FOREIGN: Final = re.compile(r'<script src="https?://[^"]*"[^>]*></script>')


def pages() -> dict[str, str]:
    """Every page in Markdown, by its name."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(WRITTEN.glob("*.md"))}
    found |= {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in TAKEN}
    found["command-line"] += _help()
    makers = {
        "tour": _tour,
        "filter": _filter,
        "faults": _faults,
        "closing": _closing,
        "keys": _keys,
        "python-api": _python,
    }
    return found | {name: make() for name, make in makers.items()}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _tour() -> str:
    tour, *lessons = all_lessons().values()
    lines = [
        "# The tour, and the lessons",
        "",
        "Help > Tour takes you through it in the window.",
        "",
        "## The tour",
        "",
    ]
    for number, step in enumerate(tour.steps, 1):
        lines += [f"{number}. **{step.title}.** {step.text}", ""]
        lines += [f"    - {task.say}" for task in step.tasks] + [""]
    lines += ["## Twelve lessons", "", "Help > Lessons opens them.", ""]
    lines.append(_table(("lesson", "about"), [(lesson.title, lesson.about) for lesson in lessons]))
    return "\n".join(lines)


def _filter() -> str:
    text = re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(wsgui.filter.__doc__ or ""))
    text = text.partition("\n\n`parse` makes")[0].partition("\n\nSome fields are known")[0]
    text = re.sub(r"\n\nNames are those.*", "", text, flags=re.S).replace("(`as_expression`) ", "")
    title, _, rest = text.partition("\n\n")
    rows: list[tuple[object, ...]] = [
        (f"`{name}`", field.kind.value, field.help) for name, field in FIELDS.items() if "." not in name
    ]
    values = [
        (f"`{name}`", ", ".join(f"`{word}`" for word in field.value_words))
        for name, field in FIELDS.items()
        if "." not in name and field.value_words and name not in ("violation", "decoder")
    ]
    return "\n".join(
        [
            "# The filter",
            "",
            title.partition(":")[0].removeprefix("The filter language").strip()
            or "In the window's filter bar, in `--filter`, and in policies and rules that ask about frames:",
            "",
            "```text",
            'opcode == text and length > 100 and payload contains "error"',
            "opcode in {ping, pong} and delta > 100ms",
            "violation or close_code != 1000",
            'json.user.name == "Ann" and not fin',
            "```",
            "",
            rest,
            "",
            "## Fields",
            "",
            _table(("field", "what it holds", "what it is"), rows),
            "",
            "Fields of decoders, such as `sio.event` and `jsonrpc.method`, are [on their page](decoders.md).",
            "",
            "## Words for values",
            "",
            _table(("field", "words"), list(values)),
            "",
        ]
    )


def _faults() -> str:
    rows = [(f"`{one.id}`", one.explanation, f"`{one.rule}`", one.reaction.text) for one in FAULTS.values()]
    lines = [
        "# Ready-made faults",
        "",
        "The Raw tab's *Faults…* has them, each an example of a [rule](rules.md) that is broken. [How other libraries",
        "react](reactions.md) was tried with all of them.",
        "",
        _table(("fault", "what it is", "rule", "expected"), list(rows)),
        "",
    ]
    lines += [
        "## Handshakes that a server answers wrong",
        "",
        "`--policy handshake=NAME` of `wsgui serve`, or Policies and Faults (F4):",
        "",
        _table(
            ("name", "what it is", "rule"),
            [(f"`{one.name}`", one.title, f"`{one.rule}`") for one in HANDSHAKE_FAULTS.values()],
        ),
        "",
    ]
    return "\n".join(lines)


def _closing() -> str:
    rows: list[tuple[object, ...]] = [
        (
            close_code_name(code),
            one.meaning,
            " and ".join(role.value for role in Role if role in one.senders) if one.on_wire else "no frame",
            f"RFC 6455 §{one.section}",
        )
        for code, one in CLOSE_CODES.items()
    ]
    return "\n".join(
        [
            "# Close codes",
            "",
            "3000 to 3999 are registered by libraries, 4000 to 4999 are for programs to give a meaning to.",
            "What no frame carries is what an endpoint reports by itself.",
            "",
            _table(("code", "meaning", "sent by", "section"), rows),
            "",
        ]
    )


def _keys() -> str:
    lines = ["# Keys", "", "Help > Keyboard Shortcuts lists them, and changes them. On a Mac, Ctrl is Cmd.", ""]
    for menu in dict.fromkeys(row.menu for row in ACTIONS):
        rows: list[tuple[object, ...]] = [
            (row.plain_text, f"`{row.shortcut}`" if row.shortcut else "", row.tip)
            for row in ACTIONS
            if row.menu == menu
        ]
        lines += [
            f"## {menu.replace('&', '').replace('/', ' > ')}",
            "",
            _table(("action", "keys", "what it does"), rows),
        ]
        lines.append("")
    places: list[tuple[object, ...]] = [(f"`{one.keys}`", one.text) for one in LOCAL_KEYS]
    return "\n".join([*lines, "## In their places", "", _table(("keys", "what they do"), places), ""])


def _help() -> str:
    lines = ["", "## What `--help` says", ""]
    for words in ([], ["serve"], ["connect"], ["show"], ["export"], ["import"]):
        command = [sys.executable, "-m", "wsgui", *words, "--help"]
        environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}
        said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        lines += [f"### {' '.join(['wsgui', *words])}", "", "```text", said.rstrip(), "```", ""]
    return "\n".join(lines)


def _python() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = readme.partition("## From Python\n")[2].partition("\n## ")[0].strip()
    lines = ["# Python", "", "The same engine, without Qt: `pip install wsgui`.", "", example, ""]
    for name in wsgui.engine.__all__:
        thing = getattr(wsgui.engine, name)
        lines += [f"## {name}", "", f"```python\n{_signature(name, thing)}\n```", "", _prose(thing), ""]
        if inspect.isclass(thing):
            for one, member in vars(thing).items():
                if not one.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                    what = member.fget if isinstance(member, property) else member
                    said = _prose(what)
                    if said:
                        sign = one if isinstance(member, property) else f"{one}{_arguments(what)}"
                        lines += [f"`{sign}`", "", f":   {said.replace(chr(10), chr(10) + '    ')}", ""]
    return "\n".join(lines)


def _signature(name: str, thing: Any) -> str:
    if inspect.isclass(thing):
        bases = ", ".join(one.__name__ for one in thing.__bases__ if one is not object)
        return f"class {name}({bases})" if bases else f"class {name}"
    return f"{name}{_arguments(thing)}"


def _arguments(thing: Any) -> str:
    try:
        return re.sub(r"<[^<>]*(?:<[^<>]*>[^<>]*)*>", "…", str(inspect.signature(thing)).replace("'", ""))
    except (TypeError, ValueError):
        return "(…)"


def _prose(thing: Any) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", inspect.getdoc(thing) or "")


def slug(title: str) -> str:
    """The anchor of a heading, as Python-Markdown makes it."""
    text = re.sub(r"[^\w\s-]", "", title.replace("`", "")).strip().lower()
    return re.sub(r"[-\s]+", "-", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return {slug(title) for title in re.findall(r"^#{1,6} (.+)$", plain, re.M)}


def _config() -> str:
    def entries(names: tuple[str, ...]) -> str:
        return ", ".join(f'"{name}.md"' for name in names)

    nav = [
        f"{entries(names)}" if not title else f'{{ "{title}" = [{entries(names)}] }}' for title, names in NAV.items()
    ]
    return f"""\
[project]
site_name = "wsgui"
docs_dir = "pages"
site_dir = "site"
use_directory_urls = false
extra_css = ["guide.css"]
nav = [{", ".join(nav)}]

[project.theme]
variant = "classic"
language = "en"
font = false
features = ["navigation.sections", "toc.follow"]

[[project.theme.palette]]
media = "(prefers-color-scheme: light)"
scheme = "default"
toggle = {{ icon = "lucide/sun", name = "Dark colours" }}

[[project.theme.palette]]
media = "(prefers-color-scheme: dark)"
scheme = "slate"
toggle = {{ icon = "lucide/moon", name = "Light colours" }}

[project.markdown_extensions.attr_list]
[project.markdown_extensions.def_list]
[project.markdown_extensions.tables]
[project.markdown_extensions.toc]
[project.markdown_extensions.pymdownx.highlight]
[project.markdown_extensions.pymdownx.superfences]
"""


def assemble(folder: Path) -> None:
    """Put everything that Zensical needs into a folder."""
    place = folder / "pages"
    place.mkdir(parents=True)
    for name, text in pages().items():
        (place / f"{name}.md").write_text(text, encoding="utf-8")
    for path in (*WRITTEN.glob("*.png"), ROOT / "docs" / "read_capture.py"):
        shutil.copy(path, place)
    (place / "guide.css").write_text(_STYLE, encoding="utf-8")
    (folder / "zensical.toml").write_text(_config(), encoding="utf-8")


def build(site: Path) -> str:
    """Build the site; returns what was wrong, "" if nothing was. The folder is replaced once it is whole."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        assemble(folder)
        command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        made = folder / "site"
        if ran.returncode:
            return re.sub(r"\x1b\[[\d;]*m", "", ran.stdout + ran.stderr)
        for path in made.rglob("*.html"):
            path.write_text(_FOREIGN.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
        for text in metadata.distribution("zensical").files or ():
            if text.parent.name == "licenses":  # its scripts and styles go along
                shutil.copy(text.locate(), made / "assets" / f"ZENSICAL-{text.name}")
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(made, site)
    return ""


def take_pictures() -> None:
    """Write the pictures of the window in both themes, in few colours, so that they are small."""
    import numpy as np
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    with tempfile.TemporaryDirectory() as room:
        for theme in ("light", "dark"):
            command = [sys.executable, "-m", "tests.pictures", room, "--size", "1280x720", "--theme", theme]
            subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
            picture = QImage(str(Path(room) / f"1280x720 {theme} playground.png"))
            picture = picture.convertToFormat(QImage.Format.Format_RGB32)
            found, counts = np.unique(np.frombuffer(picture.constBits(), np.uint32), return_counts=True)
            kept = [int(one) for one in found[np.argsort(counts)[::-1][:_COLOURS]]]
            nearest = Qt.ImageConversionFlag.ThresholdDither
            few = picture.convertToFormat(QImage.Format.Format_Indexed8, kept, nearest)
            few.save(str(WRITTEN / f"window-{theme}.png"), "PNG", 0)


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.guide", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", action="store_true", help="take the pictures of the window anew, before")
    parser.add_argument("folder", type=Path, nargs="?", default=SITE, help="where the site is written")
    told = parser.parse_args()
    if told.pictures:
        take_pictures()
    wrong = build(told.folder)
    sys.stderr.write(wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
