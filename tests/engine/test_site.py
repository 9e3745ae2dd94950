"""The files of a folder: what lies outside of it is not there."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsgui.engine import site
from wsgui.engine.site import file_answer, page_answer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    (top / "sub dir").mkdir(parents=True)
    (top / "index.html").write_text("top")
    (top / "sub dir" / "index.html").write_text("sub")
    (top / ".env").write_text("secret")
    (top / ".git").mkdir()
    (top / ".git" / "config").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "top-secret").mkdir()
    (tmp_path / "top-secret" / "a.txt").write_text("secret")
    return top


def test_what_is_served(folder: Path) -> None:
    answer = file_answer(folder, "/")
    assert (answer.status, answer.body) == (200, b"top")
    assert answer.headers[0] == ("Content-Type", "text/html; charset=utf-8")
    assert file_answer(folder, "/index.html").body == b"top"
    assert file_answer(folder, "/sub dir/").body == b"sub"
    away = file_answer(folder, "/sub dir")
    assert (away.status, away.headers[0]) == (301, ("Location", "/sub%20dir/"))


def test_a_redirect_stays_on_this_server(folder: Path) -> None:
    assert file_answer(folder, "//sub dir").headers[0] == ("Location", "/sub%20dir/")


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/sub dir/../../outside.txt",
        "/../top-secret/a.txt",
        "/./index.html",
        "/.env",
        "/.git/config",
        "/..\\outside.txt",
        "/C:/outside.txt",
        "/index.html::$DATA",
        "/index.html/x",
        "/no",
        "/nul\x00byte",
        "/" + "x" * 5000,
        "/a\u202etxt",
    ],
)
def test_what_is_not_there(folder: Path, path: str) -> None:
    answer = file_answer(folder, path)
    assert answer.status == 404


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links(folder: Path) -> None:
    (folder / "out.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "away").symlink_to(folder.parent)
    (folder / "hidden").symlink_to(folder / ".env")
    (folder / "in.txt").symlink_to(folder / "index.html")
    (folder / "round").symlink_to(folder / "round")
    for path in ("/out.txt", "/away/outside.txt", "/away/", "/hidden", "/round"):
        assert file_answer(folder, path).status == 404, path
    assert file_answer(folder, "/in.txt").body == b"top"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert file_answer(folder, "/pipe").status == 404


def test_a_file_that_is_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "FILE_LIMIT", 2)
    assert file_answer(folder, "/").status == 403


def test_a_folder_that_is_gone(folder: Path) -> None:
    assert file_answer(folder / "gone", "/").status == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["..", ".", "sub dir", "outside.txt", "top-secret", "a.txt", ".env", "", "top"])))
def test_no_path_leads_outside(folder: Path, parts: list[str]) -> None:
    assert b"secret\n" not in file_answer(folder, "/" + "/".join(parts)).body + b"\n"


def test_the_page_runs_its_own_script_alone() -> None:
    answer = page_answer()
    text = answer.body.decode()
    policy = dict(answer.headers)["Content-Security-Policy"]
    assert not re.search(r"https?://|//[a-z]+\.|\son[a-z]+=|style=|innerHTML|eval\(|document\.write", text)
    for element in ("script", "style"):
        [inside] = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in policy


def test_a_page_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "resource", lambda name: None)
    page_answer.cache_clear()
    assert page_answer().status == 404
    page_answer.cache_clear()
