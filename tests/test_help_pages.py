"""What ``--help`` says is written down; it is what the parsers themselves would say."""

from __future__ import annotations

import sys
import threading

import pytest

from tests.help_pages import PARSERS, pages
from wsgui import cli
from wsgui.commands import help_pages, written_help
from wsgui.commands.help_pages import MADE_OF, PAGES
from wsgui.commands.written_help import help_parser, sizes, written


def test_the_pages_are_up_to_date() -> None:
    assert (pages(), sizes()) == (PAGES, MADE_OF), "run: python -m tests.help_pages"
    assert list(PAGES) == ["", *cli.WITHOUT_WINDOW]


@pytest.mark.parametrize("width", ["50", "80", "200"])
@pytest.mark.parametrize("command", PARSERS)
def test_a_page_is_said_as_its_parser_says_it(command: str, width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", width)
    assert help_parser(PAGES[command]).format_help() == PARSERS[command]().format_help()


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["-h"], ["serve", "-h"], ["export", "--help"]], ids=" ".join
)
def test_it_goes_to_standard_output(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["wsgui", *words])
    monkeypatch.setattr(sys, "excepthook", None)
    monkeypatch.setattr(threading, "excepthook", None)
    assert cli.main() == 0
    said = capsys.readouterr()
    assert said.out.startswith(cli.VERSION if words == ["--version"] else " ".join(["usage: wsgui", *words[:-1]]))
    assert not said.err


def test_a_page_counts_while_its_tables_are_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written("serve") is PAGES["serve"]
    monkeypatch.setattr(help_pages, "MADE_OF", MADE_OF | {"engine/behaviours/known/parrot.py": 1})
    assert written("serve") is None


def test_without_files_there_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_help, "TABLES", ("nowhere.py",))
    assert written("serve") is None
