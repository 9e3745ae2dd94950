"""What packages are made of fits together: tables, desktop entries, MIME types, man pages, completions."""

from __future__ import annotations

import gzip
import importlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.help_pages import PARSERS
from wsgui.capture.formats import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a module of `packaging/`, which is a folder of programs and no package."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    yield importlib.import_module
    for name in ("contents", "pages", "build"):
        sys.modules.pop(name, None)


def entry(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((PACKAGING / "linux" / name).read_text("utf-8"))
    return parser


def test_desktop_entries_open_types_that_are_known() -> None:
    mime = ET.parse(PACKAGING / "linux" / "wsgui-mime.xml").getroot()
    names = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    ours = {one.attrib["type"]: [glob.attrib["pattern"] for glob in one.findall("m:glob", names)] for one in mime}
    assert ours["application/vnd.wsgui.capture"] == [f"*{SUFFIX}"]
    opened = entry("wsgui.desktop")["Desktop Entry"]
    assert opened["MimeType"] == "application/vnd.wsgui.capture;"
    assert opened["Exec"].split()[0] == "wsgui"
    others = entry("wsgui-open-with.desktop")["Desktop Entry"]["MimeType"].strip(";").split(";")
    assert set(others) - {"application/vnd.tcpdump.pcap"} <= set(ours)
    actions = entry("wsgui.desktop")
    for name in opened["Actions"].strip(";").split(";"):
        assert actions[f"Desktop Action {name}"]["Exec"].startswith("wsgui --")


def test_metadata_name_what_is_there() -> None:
    text = (PACKAGING / "linux" / "wsgui.metainfo.xml.in").read_text("utf-8")
    top = ET.fromstring(text)
    assert top.findtext("launchable") == "wsgui.desktop"
    flatpak = yaml.safe_load((PACKAGING / "flatpak" / "io.github.wsgui.wsgui.yml").read_text("utf-8"))
    assert flatpak["app-id"] == top.findtext("id")


def test_what_stays_out_and_what_must_be_in_do_not_meet(room: Any) -> None:
    contents = room("contents")
    for path in contents.NEEDED:
        assert not any(re.search(one, path) for one in contents.KEPT_OUT), path
    for library in contents.SYSTEM:
        assert not library.startswith("libQt6")
    assert set(contents.SYSTEM) > contents.COMMAND_LINE


def test_man_pages_have_every_option(room: Any, tmp_path: Path) -> None:
    room("pages").write_man_pages(tmp_path, "1.2.3", "2026-01-02")
    folder = tmp_path / "usr/share/man/man1"
    assert {path.name for path in folder.iterdir()} == {
        f"wsgui-{name}.1.gz" if name else "wsgui.1.gz" for name in PARSERS
    }
    for name, make in PARSERS.items():
        page = gzip.decompress((folder / f"{f'wsgui-{name}' if name else 'wsgui'}.1.gz").read_bytes()).decode()
        assert page.startswith(f".TH WSGUI{f'-{name.upper()}' if name else ''} 1 ")
        for action in make()._actions:
            for flag in action.option_strings:
                assert flag.replace("-", "\\-") in page
        for line in page.splitlines():
            assert not line.startswith("'")


def test_completions_are_programs_of_their_shells(room: Any, tmp_path: Path) -> None:
    pages = room("pages")
    pages.write_completions(tmp_path)
    for shell, place in pages.SHELLS.items():
        text = (tmp_path / place).read_text("utf-8")
        assert "serve" in text
        assert "behaviour" in text, shell
    bash = tmp_path / pages.SHELLS["bash"]
    done = subprocess.run(["bash", "-n", str(bash)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_target_needs_targets(room: Any) -> None:
    build = room("build")
    for target in build.TARGETS.values():
        assert set(target.needs) <= set(build.TARGETS)
        assert target.make.__doc__


def test_workflows_are_yaml() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        assert yaml.safe_load(path.read_text("utf-8"))["jobs"]
