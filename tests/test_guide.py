"""The user guide: each page can be reached, F1 knows only pages that are there, the commands do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.guide import NAV, WRITTEN, anchors, build, pages
from tests.patience import PATIENCE
from wsgui.ui.explain.topics import KINDS, topic_of
from wsgui.ui.panels.table import PANELS

PAGES = pages()
URL = "ws://127.0.0.1:8765/"


def test_every_page_stands_in_the_contents_once() -> None:
    listed = [name for names in NAV.values() for name in names]
    assert sorted(listed) == sorted(PAGES)
    for name, text in PAGES.items():
        assert text.startswith("# "), name


def test_f1_goes_to_pages_that_are_there() -> None:
    wanted = {row.guide for row in PANELS}
    for kind, row in KINDS.items():
        wanted |= {topic.page for name in row.names() if (topic := topic_of(f"{kind}:{name}"))}
    for page in wanted:
        name, _, anchor = page.partition("#")
        assert name in PAGES, page
        assert not anchor or anchor in anchors(PAGES[name]), page


def test_tables_are_whole() -> None:
    for name, text in PAGES.items():
        plain = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
        head = 0
        for line in plain.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line))) if line.startswith("|") else 0
            assert not head or not cells or cells == head, f"{name}: {line}"
            head = cells


def test_it_is_built_without_a_warning_and_asks_nobody(tmp_path: Path) -> None:
    pytest.importorskip("zensical")
    site = tmp_path / "site"
    assert build(site) == ""
    assert (site / "assets" / "ZENSICAL-LICENSE.md").is_file()
    found = {path.stem for path in site.glob("*.html")}
    assert set(PAGES) <= found
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?:https?:)?//[^"]*"', text) == [], path
    for path in site.rglob("*.css"):
        assert re.findall(r"""@import|url\(["']?(?:https?:)?//""", path.read_text(encoding="utf-8")) == [], path


def test_what_is_wrong_in_it_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("zensical")
    monkeypatch.setattr("tests.guide.pages", lambda: PAGES | {"index": "# wsgui\n\n[nothing](nowhere.md)\n"})
    assert "nowhere.md" in build(tmp_path / "site")
    assert not (tmp_path / "site").exists()


def blocks(text: str) -> list[list[tuple[str, list[str]]]]:
    """(command, lines that it prints) of each block."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M):
        steps: list[tuple[str, list[str]]] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
        found.append(steps)
    return found


WITH_COMMANDS = [path.stem for path in sorted(WRITTEN.glob("*.md")) if blocks(path.read_text(encoding="utf-8"))]


def fits(wanted: list[str], printed: str) -> bool:
    """Whether the lines are those, where … stands for anything."""
    pattern = "\n".join(".*?".join(map(re.escape, line.split("…"))) for line in wanted)
    return re.fullmatch(pattern, printed.strip("\n"), re.S) is not None


class Shell:
    """Runs the commands of one page in a folder of its own; servers run on, on ports that are free."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
        }
        self.url = ""
        self.servers: list[subprocess.Popen[str]] = []

    def run(self, command: str, wanted: list[str]) -> None:
        if command.endswith(" &"):
            self.serve(command.removesuffix(" &"), wanted)
            return
        command = command.replace(URL, self.url or URL)
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
        assert fits(wanted, ran.stdout), f"{command}\n{ran.stdout}"

    def serve(self, command: str, wanted: list[str]) -> None:
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command.replace('--port 8765', '--port 0')}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.servers.append(server)
        stdout = server.stdout
        assert isinstance(stdout, IO) or stdout is not None
        line = stdout.readline().strip()
        match = re.fullmatch(r"listening on (ws://127\.0\.0\.1:\d+/)", line)
        assert match is not None, line
        self.url = match[1]
        assert wanted == [f"listening on {URL}"]

    def close(self) -> None:
        for server in self.servers:
            server.terminate()
            server.communicate(timeout=PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="the guide's commands are those of a POSIX shell")
@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_do_what_they_say(name: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    try:
        for block in blocks(PAGES[name]):
            for command, wanted in block:
                shell.run(command, wanted)
    finally:
        shell.close()


def test_most_pages_of_tasks_have_commands() -> None:
    assert {"install", "task-learn", "task-develop", "task-test"} <= set(WITH_COMMANDS)
