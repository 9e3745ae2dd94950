"""Decoders of people: files of a folder, read again when they are saved, with bounds."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wsgui.dissect.decoders import registry, user_files
from wsgui.dissect.decoders.model import NO_CONTEXT, Cancelled, Message, NotFittingError
from wsgui.dissect.decoders.user_files import UserDecoders

if TYPE_CHECKING:
    from collections.abc import Iterator

MORSE = (Path(__file__).parent / "example" / "morse_letters.py").read_text()
SOS = Message(b"S=... O=--- S=...", text=True)
ODD = """
from wsgui.dissect.decoders.model import *
from wsgui.dissect.decoders.registry import register

@register
class Odd(Decoder):
    name, title, prefix, writes = "odd", "Odd", "odd", True

    def fits(self, context, message):
        return 7

    def one_line(self, context, message):
        {line}

    def values(self, context, message):
        return {{"a": 1}}

    def exchange(self, context, values):
        return ExchangePart(True, 1)

    def pretty(self, message):
        raise NotFittingError("it is not")

    def editable(self, context, message):
        raise Cancelled

    def encode(self, text, context=NO_CONTEXT):
        if text:
            return text.encode()
        raise ValueError("Nothing is written.")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "decoders"
    made.mkdir()
    yield made
    registry.use_others([])


def save(path: Path, text: str, moment: int) -> None:
    path.write_text(text)
    os.utime(path, ns=(moment, moment))


def test_a_file_is_a_decoder(folder: Path) -> None:
    save(folder / "morse.py", MORSE, 1)
    known = UserDecoders(folder)
    assert known.refresh()
    assert not known.refresh()
    assert known.problems == {}
    decoder = registry.automatic(NO_CONTEXT, SOS)
    assert (decoder.name, registry.line(decoder, NO_CONTEXT, SOS)) == ("morse", "SOS")
    assert registry.values(decoder, NO_CONTEXT, SOS) == {"word": "SOS"}
    assert [node.label for node in registry.decode(decoder, NO_CONTEXT, SOS).root.children] == ["S", "O", "S"]
    assert registry.pretty(decoder, SOS) == "SOS"
    assert registry.decode(decoder, NO_CONTEXT, Message(b"?", text=True)).sentence == (
        "This is not Morse Letters: no letter begins at byte 0."
    )
    save(folder / "morse.py", MORSE.replace("Morse Letters", "Dots"), 2)
    assert known.refresh()
    assert registry.all_decoders()["morse"].title == "Dots"
    save(folder / "odd.py", ODD.format(line="return ''"), 3)
    assert known.refresh(), "one is new, and the other stays as it was"
    assert {"morse", "odd"} <= registry.all_decoders().keys()
    (folder / "morse.py").unlink()
    assert known.refresh()
    assert "morse" not in registry.all_decoders()


def test_a_folder_that_is_not_there(folder: Path) -> None:
    known = UserDecoders(folder / "none")
    assert known.refresh()
    assert known.problems == {}


def test_a_file_that_goes_while_it_is_looked_at(folder: Path) -> None:
    (folder / "a.py").symlink_to(folder / "nothing")
    assert UserDecoders(folder).refresh()


WRONG = [
    ("def (:\n", "a.py, line 1: invalid syntax."),
    ("\n\n1 / 0\n", "a.py, line 3: ZeroDivisionError: division by zero."),
    ("raise SystemExit(3)\n", "a.py, line 1: SystemExit: 3."),
    ("x = 1\n", "a.py registers no decoder: a class of it needs @register."),
    (MORSE.replace('"morse"', '"json"'), "a.py: json: there is a decoder json with the prefix json."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_wrong_with_a_file_is_a_sentence_with_its_line(folder: Path, text: str, sentence: str) -> None:
    save(folder / "a.py", text, 1)
    known = UserDecoders(folder)
    known.refresh()
    assert known.problems == {"a.py": sentence}
    save(folder / "a.py", MORSE, 2)
    assert known.refresh()
    assert known.problems == {}
    (folder / "a.py").unlink()
    known.refresh()


def test_an_interrupt_is_none_of_the_files(folder: Path) -> None:
    save(folder / "a.py", "raise KeyboardInterrupt", 1)
    with pytest.raises(KeyboardInterrupt):
        UserDecoders(folder).refresh()


def test_what_goes_wrong_says_file_and_line(folder: Path) -> None:
    save(folder / "odd.py", ODD.format(line="return [][1]"), 1)
    known = UserDecoders(folder)
    known.refresh()
    odd = registry.all_decoders()["odd"]
    assert registry.fit(odd, NO_CONTEXT, SOS) == 1.0
    assert registry.line(odd, NO_CONTEXT, SOS) == "(Odd: odd.py, line 13: IndexError (list index out of range))"
    assert known.problems == {"odd.py": "odd.py, line 13: IndexError (list index out of range)."}
    assert registry.decode(odd, NO_CONTEXT, SOS).sentence.startswith("The decoder Odd has failed: odd.py: NotImpl")
    assert odd.exchange(NO_CONTEXT, {}) == (True, 1)
    with pytest.raises(NotFittingError, match="it is not"):
        registry.pretty(odd, SOS)
    with pytest.raises(Cancelled):
        odd.editable(NO_CONTEXT, SOS)
    assert registry.encode(odd, "a") == (b"a", True)
    with pytest.raises(ValueError, match=r"Nothing is written\."):
        registry.encode(odd, "")


def test_what_takes_too_long_is_stopped_and_asked_no_more(folder: Path) -> None:
    ticks = iter(range(10**9))
    save(folder / "odd.py", ODD.format(line="while True: pass"), 1)
    known = UserDecoders(folder, clock=lambda: next(ticks) / 1000)
    known.refresh()
    odd = registry.all_decoders()["odd"]
    for _ in range(3):
        assert registry.line(odd, NO_CONTEXT, SOS) == "(Odd: odd.py, line 13: it took more than 0.05 s)"
    assert registry.line(odd, NO_CONTEXT, SOS).startswith("(Odd: odd.py took too long 3 times: it is asked again when")
    assert registry.automatic(NO_CONTEXT, SOS).name == "text"


def test_packages_have_decoders(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "morse_of_a_package.py").write_text(MORSE)
    monkeypatch.syspath_prepend(tmp_path)
    entries = [
        EntryPoint("morse", "morse_of_a_package", user_files.GROUP),
        EntryPoint("none", "no_such_module", user_files.GROUP),
    ]
    monkeypatch.setattr(user_files, "entry_points", lambda group: entries)
    known = UserDecoders(folder)
    known.refresh()
    assert registry.automatic(NO_CONTEXT, SOS).name == "morse"
    assert known.problems == {
        "none": "The decoder none (no_such_module): ModuleNotFoundError: No module named 'no_such_module'."
    }
