"""``wsgui export``, ``import`` and ``show``: their work, on the files of a person."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.capture.exchange.samples import CONVERSATION, START, rows_of, write
from tests.capture.exchange.test_inflated import RECORDS
from wsgui.commands import exchange
from wsgui.commands.exchange import run_export, run_import, run_show
from wsgui.commands.exchange_parsers import export_parser, import_parser, show_parser
from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, ConnectionOpened, Direction, FramesSeen

pytestmark = pytest.mark.e2e

ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "in.wscap")


def export(*words: object) -> int:
    return run_export(export_parser().parse_args([str(word) for word in words]))


def show(*words: object) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = run_show(show_parser().parse_args([str(word) for word in words]), out)
    return code, out.getvalue().splitlines()


def test_export(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(capture, tmp_path / "out.jsonl") == 0
    assert capsys.readouterr().err == (
        "wsgui: 5 secrets are masked in out.jsonl (Authorization, Cookie, Set-Cookie, token in the URL). "
        "Messages are exported as they are. Use --keep-secrets to keep them.\n"
        "wsgui: Wrote 11 frames to out.jsonl.\n"
    )
    assert export(capture, tmp_path / "kept.jsonl", "--keep-secrets") == 0
    assert capsys.readouterr().err == "wsgui: Wrote 11 frames to kept.jsonl.\n"
    assert "Bearer xyz" in (tmp_path / "kept.jsonl").read_text()


def test_export_of_what_a_filter_takes(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(capture, tmp_path / "out.csv", "--filter", "opcode == ping") == 0
    assert capsys.readouterr().err == "wsgui: Wrote 1 frame to out.csv.\n"
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1].startswith("5,")


def test_compressed_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture = write(tmp_path / "in.wscap", RECORDS)
    assert export(capture, tmp_path / "out.pcapng", "--decompressed") == 0
    code, lines = show(tmp_path / "out.pcapng")
    assert (code, lines[2][-5:]) == (0, "Hello")
    assert "permessage-deflate" not in lines[0]
    _, lines = show(capture)
    assert "FIN RSV 100" in lines[2]
    assert lines[2].endswith("    7>5 Hello")
    assert lines[6].endswith("    4>3 …llo")
    _, lines = show(capture, "--json")
    assert json.loads(lines[2])["inflated"] == {"length": 5, "text": "Hello"}
    capsys.readouterr()
    assert export(capture, tmp_path / "out.har", "--decompressed") == 2
    assert capsys.readouterr().err == (
        "wsgui: --decompressed is for .pcapng: the others have compressed messages in both forms.\n"
    )


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("in.wscap", "out.txt", "out.txt should end in .pcapng, .jsonl, .har or .csv, or say --format."),
        ("nix.wscap", "out.csv", "nix.wscap does not exist."),
        ("in.wscap", "in.csv", "in.csv exists already."),
    ],
)
def test_export_that_cannot_be(
    capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, target: str, why: str
) -> None:
    (tmp_path / "in.csv").touch()
    assert export(tmp_path / source, tmp_path / target) == 2
    assert capsys.readouterr().err == f"wsgui: {why}\n"


def test_a_filter_that_is_none(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        show(capture, "--filter", "opcode == nonsense")
    assert ended.value.code == 2
    assert "argument --filter: " in capsys.readouterr().err


def test_import(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(capture, tmp_path / "a.har")
    capsys.readouterr()
    words = [str(tmp_path / "a.har"), str(tmp_path / "b.wscap")]
    assert run_import(import_parser().parse_args(words)) == 0
    assert capsys.readouterr().err == "wsgui: Imported 11 frames of 1 connection to b.wscap.\n"
    assert len(rows_of(tmp_path / "b.wscap")) == 11
    assert run_import(import_parser().parse_args(words)) == 2
    assert capsys.readouterr().err == "wsgui: b.wscap exists already.\n"


def test_import_of_what_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text('{"type":"note","text":"x"}\n' + "[]\n" * 102)
    assert run_import(import_parser().parse_args([str(tmp_path / "a.jsonl"), str(tmp_path / "b.wscap")])) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "wsgui: a.jsonl: At byte 27: This line is not understood: it is no object."
    assert lines[100:] == [
        "wsgui: a.jsonl: 2 more of that kind.",
        "wsgui: Imported 0 frames of 0 connections to b.wscap.",
    ]


def test_show(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "clock_text", lambda _: "T")
    code, lines = show(capture)
    assert code == 0
    assert lines == [
        " 1 T -> HTTP                                230 GET /chat?token=***&room=7 HTTP/1.1 · Upgrade: websocket",
        f" 2 T <- HTTP                                158 101 Switching Protocols · {ACCEPT}",
        " 3 T -> TEXT         FIN         masked       5 Hello",
        " 4 T <- TEXT         ---                      4 Grü…",
        " 5 T <- PING         FIN                      4 beat",
        " 6 T <- CONTINUATION FIN                      3 …ße",
        f" 7 T -> BINARY       FIN                      9 {'00 ' * 9} ......... [mask.client-unmasked]",
        " 8 T -> PONG         FIN         masked       4 beat",
        ' 9 T -> CLOSE        FIN         masked       5 1000 normal closure · "bye"',
        '10 T <- CLOSE        FIN                      5 1000 normal closure · "bye"',
        "11 T <- no frame                              1 81  . [mask.client-unmasked]",
    ]


def test_show_for_programs(capture: Path, tmp_path: Path) -> None:
    code, lines = show(capture, "--json", "--filter", "length == 4")
    assert code == 0
    assert [json.loads(line)["id"] for line in lines] == [4, 5, 8]
    (tmp_path / "again.jsonl").write_text("\n".join(lines))
    assert [json.loads(line)["text"] for line in show(tmp_path / "again.jsonl", "--json")[1]] == ["Grü", "beat", "beat"]


def test_show_with_several_connections(tmp_path: Path) -> None:
    records = [*CONVERSATION, ConnectionOpened(2, START, "client", "ws://b/", "", "")]
    write(tmp_path / "in.wscap", [*records, BytesSeen(2, START, Direction.SENT, b"\x1b[2J")])
    _, lines = show(tmp_path / "in.wscap")
    assert " 1 -> HTTP" in lines[0]
    assert " 2 -> no frame" in lines[-1]
    assert "\x1b" not in lines[-1]


def test_show_what_must_be_imported(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(capture, tmp_path / "a.pcapng")
    (tmp_path / "cut.pcapng").write_bytes((tmp_path / "a.pcapng").read_bytes()[:-5])
    capsys.readouterr()
    assert len(show(tmp_path / "a.pcapng")[1]) == 11
    code, lines = show(tmp_path / "cut.pcapng")
    assert (code, len(lines)) == (1, 11)
    assert capsys.readouterr().err.endswith("The file ends inside a block.\n")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nix", "nix does not exist."),
        ("odd.wscap", "odd.wscap is not a wsgui capture."),
        ("odd.txt", "odd.txt is no pcap, pcapng, JSON Lines or HAR file."),
    ],
)
def test_show_what_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, why: str) -> None:
    (tmp_path / "odd.wscap").write_text("odd")
    (tmp_path / "odd.txt").write_text("odd")
    assert show(tmp_path / name) == (2, [])
    assert capsys.readouterr().err == f"wsgui: {why}\n"


def test_progress_on_a_terminal(
    capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert export(capture, tmp_path / "out.csv", "--filter", "opcode == ping") == 0
    assert capsys.readouterr().err.startswith("\r100 % exported\r" + " " * 14 + "\r")
    assert export(tmp_path / "nix.wscap", tmp_path / "new.csv") == 2
    assert capsys.readouterr().err == "wsgui: nix.wscap does not exist.\n"


def test_ctrl_c(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exchange, "export_capture", stop)
    assert export(capture, tmp_path / "out.csv") == 130


def test_show_on_standard_output(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_show(show_parser().parse_args([str(capture), "--filter", "opcode == ping"])) == 0
    assert "PING" in capsys.readouterr().out


def command(*words: object) -> list[str]:
    program = (
        "import sys; from wsgui.commands.exchange import run_show; from wsgui.commands.exchange_parsers import "
        "show_parser; sys.exit(run_show(show_parser().parse_args()))"
    )
    return [sys.executable, "-c", program, *map(str, words)]


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", [FramesSeen(1, START, Direction.SENT, [Frame(0x81, 7, None, b"a" * 100)] * 20_000)])
    with subprocess.Popen(command(tmp_path / "in.wscap"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as shown:
        assert shown.stdout is not None
        assert shown.stderr is not None
        assert b"TEXT" in shown.stdout.readline()
        shown.stdout.close()
        assert shown.stderr.read() == b""
        assert shown.wait(30) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written(capture: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command(capture), stdout=full, stderr=subprocess.PIPE, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr == b"wsgui: The output cannot be written: No space left on device.\n"


def test_other_locales_show_the_same(capture: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(command(capture), capture_output=True, env=environment, timeout=30, check=True)
    assert "Grü…" in done.stdout.decode()
