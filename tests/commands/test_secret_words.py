"""Secrets that do not stand on the command line."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING

import pytest

from wsgui.commands import secret_words
from wsgui.commands.secret_words import (
    PASSWORD_VARIABLE,
    elsewhere,
    lines_elsewhere,
    password_of,
    secret_argument,
    user_argument,
)
from wsgui.process_list import shown_words

if TYPE_CHECKING:
    from pathlib import Path


def test_where_a_secret_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes("pä ss\r\n".encode())
    (tmp_path / "b").write_bytes(b"two\nlines\n\n")
    monkeypatch.setenv("A_SECRET", "from outside")
    assert elsewhere(f"@{tmp_path / 'a'}") == "pä ss"
    assert elsewhere(f"@{tmp_path / 'b'}") == "two\nlines\n"
    assert elsewhere("$A_SECRET") == "from outside"
    assert elsewhere("plain") == "plain"
    assert elsewhere("") == ""
    assert elsewhere("@@at") == "@at"
    assert elsewhere("$$dollar") == "$dollar"
    assert user_argument(f"me:@{tmp_path / 'a'}") == ("me", "pä ss")
    assert user_argument("me:a:b") == ("me", "a:b")
    assert user_argument("me:") == ("me", "")
    assert user_argument("me") == ("me", None)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("@/nowhere/x", "the file /nowhere/x cannot be read: no such file or directory"),
        ("@a\0b", "cannot be read: embedded null byte"),
        ("$NO_SUCH_VARIABLE", "there is no environment variable NO_SUCH_VARIABLE"),
        ("$", "there is no environment variable"),
        ("\udcff", "not valid UTF-8"),
    ],
)
def test_a_secret_that_is_not_there(word: str, why: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=why):
        elsewhere(word)


def test_a_file_that_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")
    (tmp_path / "b").write_bytes(b"x" * (1024 * 1024 + 1))
    for name, why in (("a", "is not UTF-8"), ("b", "has more than 1 MiB")):
        with pytest.raises(argparse.ArgumentTypeError, match=why):
            elsewhere(f"@{tmp_path / name}")


def test_headers_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("X-A: 1\n\nX-B: 2\n")
    monkeypatch.setenv("HEADERS", "X-C: 3")
    assert lines_elsewhere(f"@{tmp_path / 'a'}") == ["X-A: 1", "X-B: 2"]
    assert lines_elsewhere("$HEADERS") == ["X-C: 3"]
    assert lines_elsewhere("$Version: 1") is None
    assert lines_elsewhere("X-A: @b") is None


def test_a_password_that_was_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(secret_words, "_has_terminal", lambda: True)
    assert password_of("me") == "typed"
    assert secret_argument("-") == "typed"
    assert asked == ["Password of me: ", "Secret: "]
    monkeypatch.setenv(PASSWORD_VARIABLE, "known")
    assert password_of("me") == "known"
    monkeypatch.delenv(PASSWORD_VARIABLE)

    def end(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", end)
    with pytest.raises(argparse.ArgumentTypeError, match="nothing was typed"):
        password_of("me")
    monkeypatch.setattr(secret_words, "_has_terminal", lambda: False)
    with pytest.raises(argparse.ArgumentTypeError, match="there is no terminal to ask"):
        password_of("me")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("connect ws://h:1/ --user me:s3cret -v", "connect ws://h:1/ --user *** -v"),
        ("connect wss://me:s3cret@h/p?token=t", "connect wss://h/***"),
        (
            "connect --bearer=t0 --reconnect --header X:1 --send s3cret",
            "connect --bearer=*** --reconnect --header *** --send ***",
        ),
        ("connect --digest wss://me:s3cret@h/ --user a:b", "connect --digest wss://h/*** --user ***"),
        ("connect --proxy-digest --proxy http://u:p@h:1", "connect --proxy-digest --proxy http://h:1/***"),
        ("connect --key-password - ws://h", "connect --key-password *** ws://h"),
        ("connect ws://[::1", "connect ***"),
        (
            "serve --port 80 --host=::1 --user a:b --capture x.wscap",
            "serve --port 80 --host=::1 --user *** --capture x.wscap",
        ),
        ("serve --port", "serve --port"),
        ("serve", "serve"),
        ("--demo", "--demo"),
        ("wss://me:pw@h/?token=1 a.wscap", "wss://h/*** a.wscap"),
        ("show a.wscap --filter x==1", "show a.wscap --filter x==1"),
        ("", ""),
    ],
)
def test_what_others_see(words: str, shown: str) -> None:
    assert shown_words(words.split()) == shown.split()
