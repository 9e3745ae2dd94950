"""The one door to standard output and standard error."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wsgui
from tests.patience import PATIENCE
from tests.programs import PYTHON
from wsgui import console

HOSTILE = "a\x1b]0;x\x07\x9b31m\u202eb\u200b\U000e0041\udcffc\t"
SHOWN = "a␛]0;x␇<U+009B>31m<U+202E>b<U+200B><U+E0041><U+DCFF>c␉"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_sentence_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    console.say(f"{HOSTILE}\nwsgui: forged", "more\r", "and more")
    assert capsys.readouterr().err == f"wsgui: {SHOWN}␊wsgui: forged\n  more␍\n  and more\n"


def test_lines_keep_their_ends(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain_lines("a\x1b\nb\n")
    assert capsys.readouterr().err == "a␛\nb\n"
    assert console.visible_lines("plain") == "plain"
    assert console.visible_lines("ä\nß\x07") == "ä\nß␇"


def test_messages_go_to_programs_as_they_are_and_to_terminals_shown() -> None:
    file, terminal = io.StringIO(), Terminal()
    for stream in (file, terminal):
        out = console.Output(stream)
        out.write_messages(["a\x1b[2J\nb", "ä"])
        out.flush()
    assert file.getvalue() == "a\x1b[2J\nb\nä\n"
    assert terminal.getvalue() == "a␛[2J␊b\nä\n"


def test_lines_for_people_are_shown_everywhere() -> None:
    stream = io.StringIO()
    console.Output(stream).write_lines(f"{HOSTILE}\n")
    assert stream.getvalue() == f"{SHOWN}\n"


def test_json_means_the_same_and_steers_nothing() -> None:
    stream = io.StringIO()
    console.Output(stream).write_json(json.dumps({"a": HOSTILE, "b": "ä"}, ensure_ascii=False))
    line = stream.getvalue()
    assert "ä" in line
    assert line[:-1].isprintable()
    assert json.loads(line) == {"a": HOSTILE, "b": "ä"}


@given(st.text(st.characters(codec=None)))
def test_no_json_line_holds_a_hidden_character(text: str) -> None:
    line = console.json_line(json.dumps(text, ensure_ascii=False))
    assert not console.HIDDEN.search(line)
    assert json.loads(line) == json.loads(json.dumps(text))


def test_bytes_as_they_are() -> None:
    binary = io.BytesIO()
    stream = io.TextIOWrapper(binary, encoding="utf-8")
    out = console.Output(stream)
    out.write_messages(["a"])
    out.write_bytes(b"\x1b\xff")
    out.flush()
    assert binary.getvalue() == b"a\n\x1b\xff"
    text = io.StringIO()
    console.Output(text).write_bytes(b"\xff")
    assert text.getvalue() == "\xff"
    with pytest.raises(ValueError, match="terminal"):
        console.Output(Terminal()).write_bytes(b"x")


def test_closed_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)
    console.say("nobody hears it")
    assert not console.on_terminal()
    console.Output().write_lines("nor this\n")
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    console.say("nobody hears it")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX descriptors")
@pytest.mark.parametrize("stderr", ["closed", "broken", "full"])
def test_what_becomes_of_standard_error_changes_no_exit_code(stderr: str, tmp_path: Path) -> None:
    program = (
        "import sys; from wsgui import console; console.open_streams(); console.say('a'); "
        f"file = open({str(tmp_path / 'x')!r}, 'wb'); assert file.fileno() > 2; sys.exit(7)"
    )
    words = [*PYTHON, "-c", program]
    if stderr == "closed":
        done = subprocess.run(["sh", "-c", '"$@" 2>&-', "sh", *words], timeout=PATIENCE, check=False)
    elif stderr == "broken":
        reader, writer = os.pipe()
        os.close(reader)
        try:
            done = subprocess.run(words, stderr=writer, timeout=PATIENCE, check=False)
        finally:
            os.close(writer)
    else:
        if not os.path.exists("/dev/full"):  # noqa: PTH110
            pytest.skip("this system has no /dev/full")
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            done = subprocess.run(words, stderr=full, timeout=PATIENCE, check=False)
    assert done.returncode == 7


def test_all_three_closed() -> None:
    if sys.platform == "win32":
        pytest.skip("needs POSIX descriptors")
    program = "from wsgui import console; console.open_streams(); import os; [os.fstat(n) for n in range(3)]"
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *PYTHON, "-c", program], timeout=PATIENCE, check=False
    )
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX descriptors")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_that_does_not_block_gets_all(unbuffered: str) -> None:
    """As Node.js and ssh leave it: more than the pipe holds is waited for, and nothing is lost or said."""
    program = (
        "from wsgui import console; console.open_streams(); out = console.Output(); "
        "[out.write_messages(['x' * 99999]) or out.flush() for _ in range(9)]; console.say('y' * 300000)"
    )
    for stream in ("stdout", "stderr"):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writer}
        env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        with subprocess.Popen([*PYTHON, "-c", program], env=env, **pipes) as process:
            os.close(writer)
            with os.fdopen(reader, "rb") as got:
                size = len(got.read())
            assert process.wait(PATIENCE) == 0
        assert size == {"stdout": 900_000, "stderr": 300_008}[stream]


def test_there_is_no_other_door() -> None:
    """Nothing else in the package writes to a standard stream."""
    allowed = {
        "console.py": {"stdout", "stderr"},
        "commands/parser.py": {"stdout"},  # compares
        "behaviours/scripting/host.py": {
            "stdout"
        },  # puts another one in its place: a script's print goes to the server
        "engine/tasks.py": {"stderr"},  # for programs that use the engine as a library; wsgui itself sets another
    }
    package = Path(wsgui.__file__).parent
    found = {}
    for path in package.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        streams = {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute)
            and node.attr in ("stdout", "stderr", "__stdout__", "__stderr__")
            and isinstance(node.value, ast.Name)
            and node.value.id == "sys"
        }
        streams |= {"print" for node in nodes if isinstance(node, ast.Name) and node.id == "print"}
        if streams:
            found[path.relative_to(package).as_posix()] = streams
    assert found == allowed
