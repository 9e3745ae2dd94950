"""JSON Lines, out and in."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import (
    CLOSE,
    CONVERSATION,
    KEY,
    RECEIVED,
    SENT,
    START,
    conversations,
    notes_of,
    rows_of,
    write,
)
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange import export_capture, import_file, jsonl_import
from wsgui.capture.exchange.lines import row_payload
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionClosed, ConnectionOpened, EndedBy, FramesSeen

if TYPE_CHECKING:
    from wsgui.capture.exchange.report import ImportReport
    from wsgui.records import Record


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_lines(path: Path, tmp_path: Path) -> None:
    report = export_capture(write(path), tmp_path / "out.jsonl", kind="jsonl")
    assert report.frames == 11
    head, connection, request, response, hello, first, ping, last, *_ = lines_of(tmp_path / "out.jsonl")
    assert head["type"] == "capture"
    assert (head["name"], head["role"], head["format"]) == ("chat", "client", 1)
    assert connection == {
        "type": "connection",
        "connection": 1,
        "opened_ns": START,
        "role": "client",
        "url": "ws://example.org/chat?token=***",
        "local": "127.0.0.1:5000",
        "remote": "127.0.0.1:8765",
        "closed_ns": START + 100,
        "code": 1000,
        "reason": "bye",
        "ended_by": "local",
        "text": "Closed.",
    }
    assert request["type"] == "http"
    assert "Cookie: sid=***; theme=***\r\n" in str(request["text"])
    assert request["length"] == len(str(request["text"]))
    assert response["direction"] == "received"
    assert hello == {
        "type": "frame",
        "id": 3,
        "connection": 1,
        "time_ns": START + 30,
        "direction": "sent",
        "opcode": 1,
        "fin": True,
        "rsv1": False,
        "rsv2": False,
        "rsv3": False,
        "key": "37fa213d",
        "form": 7,
        "length": 5,
        "message": 1,
        "fragment": 0,
        "text": "Hello",
    }
    assert (first["text"], first["message"], first["fragment"], first["fin"]) == ("Gr\u00fc", 1, 0, False)
    assert (ping["text"], ping["message"], ping["fragment"]) == ("beat", None, None)
    assert (last["message"], last["fragment"]) == (1, 1)
    binary, _, close, _, rest = lines_of(tmp_path / "out.jsonl")[8:]
    assert binary["base64"] == "AAAAAAAAAAAA"
    assert binary["violations"] == [
        {
            "rule": "mask.client-unmasked",
            "section": "5.1",
            "severity": 2,
            "close_code": 1002,
            "text": "This frame came from a client.",
        }
    ]
    assert (close["code"], close["reason"], close["base64"]) == (1000, "bye", "A+hieWU=")
    assert (rest["type"], rest["base64"]) == ("bytes", "gQ==")


def test_a_payload_is_text_only_where_its_bytes_come_back() -> None:
    assert row_payload(1, b'a"\xc3\xa9\n\xe2\x80\xae') == ',"text":"a\\"\\u00e9\\n\\u202e"'
    assert row_payload(1, b"\xff") == ',"base64":"/w=="'
    assert row_payload(2, b"a") == ',"base64":"YQ=="'
    assert row_payload(8, b"\xff") == ',"base64":"/w=="'
    assert row_payload(1, b"a" * (1 << 20)).startswith(',"base64":"')


def round_trip(records: list[Record], folder: Path) -> tuple[bytes, bytes, ImportReport]:
    source = write(folder / "a.wscap", records)
    export_capture(source, folder / "a.jsonl", kind="jsonl")
    report = import_file(folder / "a.jsonl", folder / "b.wscap")
    export_capture(folder / "b.wscap", folder / "b.jsonl", kind="jsonl")
    return (folder / "a.jsonl").read_bytes(), (folder / "b.jsonl").read_bytes(), report


def test_round_trip(tmp_path: Path) -> None:
    first, second, report = round_trip(CONVERSATION, tmp_path)
    assert first == second
    assert (report.frames, report.connections, report.problems, report.complete) == (11, 1, [], True)
    assert rows_of(tmp_path / "a.wscap")[2:] == rows_of(tmp_path / "b.wscap")[2:]
    with CaptureReader(tmp_path / "a.wscap") as a, CaptureReader(tmp_path / "b.wscap") as b:
        assert a.rows(3, 99) == b.rows(3, 99)
        assert a.meta() == b.meta()
        assert a.message_of(6) == b.message_of(6)
        assert a.violations(0) == b.violations(0)


@settings(max_examples=30, deadline=None)
@given(conversations())
def test_any_capture_comes_back(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        first, second, report = round_trip(records, Path(name))
        assert first == second
        assert report.complete
        kept = Path(name) / "kept.jsonl"
        export_capture(Path(name) / "a.wscap", kept, kind="jsonl", keep_secrets=True)
        import_file(kept, Path(name) / "kept.wscap")
        assert rows_of(Path(name) / "a.wscap") == rows_of(Path(name) / "kept.wscap")


def test_secrets_are_kept_on_demand(path: Path, tmp_path: Path) -> None:
    report = export_capture(write(path), tmp_path / "out.jsonl", kind="jsonl", keep_secrets=True)
    assert "Bearer xyz" in (tmp_path / "out.jsonl").read_text()
    assert report.notice == ""


def test_masked_secrets_are_counted(path: Path, tmp_path: Path) -> None:
    report = export_capture(write(path), tmp_path / "out.jsonl", kind="jsonl")
    text = (tmp_path / "out.jsonl").read_text()
    assert not any(secret in text for secret in ("xyz", "s3cret", "=abc", "=def", "dark"))
    assert report.masked == {"Authorization": 1, "Cookie": 2, "Set-Cookie": 1, "token in the URL": 1}
    assert report.notice == (
        "5 secrets are masked in out.jsonl (Authorization, Cookie, Set-Cookie, token in the URL). "
        "Messages are exported as they are."
    )


def test_chosen_rows_count_anew(path: Path, tmp_path: Path) -> None:
    second = [record._replace(connection=2) for record in CONVERSATION]
    write(path, [*CONVERSATION, *second])
    report = export_capture(path, tmp_path / "out.jsonl", kind="jsonl", ids=[10, 6, 3, 6, 0, 999])
    lines = lines_of(tmp_path / "out.jsonl")
    assert report.frames == 3
    assert [line["type"] for line in lines] == ["capture", "connection", "frame", "frame", "frame"]
    assert [(line["id"], line["message"]) for line in lines[2:]] == [(1, 1), (2, None), (3, None)]


def test_a_long_payload_goes_in_pieces(path: Path, tmp_path: Path) -> None:
    payload = bytes(range(256)) * 8000
    assert len(payload) > 2 * CHUNK
    long = FramesSeen(1, START, SENT, [Frame(0x82, 64, KEY, payload), Frame(0x81, 64, KEY, b"x" * CHUNK)] * 2)
    first, second, _ = round_trip([long, ConnectionOpened(2, START, "client", "ws://b/", "", "")], tmp_path)
    assert first == second
    rows = rows_of(tmp_path / "b.wscap")
    assert [row[-1] for row in rows] == [payload, b"x" * CHUNK] * 2


def test_notes(tmp_path: Path) -> None:
    head = '{"type":"capture","format":1,"program":"p","name":"n","role":"r","created_ns":5}\n'
    frame = (
        '{"type":"frame","id":1,"connection":1,"time_ns":1,"direction":"sent","opcode":1,"fin":true,"rsv1":false,'
        '"rsv2":false,"rsv3":false,"key":null,"form":7,"length":1,"message":1,"fragment":0,"text":"a"'
    )
    http = '{"type":"http","id":2,"connection":1,"time_ns":1,"direction":"sent","length":1,"text":"a"'
    text = f'{head}{frame},"notes":["one","two"]}}\n{http},"notes":["three"]}}\n{{"type":"note","text":"last"}}\n'
    (tmp_path / "a.jsonl").write_text(text)
    import_file(tmp_path / "a.jsonl", tmp_path / "a.wscap")
    assert notes_of(tmp_path / "a.wscap") == [(1, "one"), (1, "two"), (2, "three"), (3, "last")]
    export_capture(tmp_path / "a.wscap", tmp_path / "b.jsonl", kind="jsonl")
    assert (tmp_path / "b.jsonl").read_text() == text


def test_frames_after_the_end_of_their_connection(tmp_path: Path) -> None:
    frame = FramesSeen(1, START, SENT, [Frame(0x81, 7, KEY, b"a")])
    end = ConnectionClosed(1, START, 1000, "", EndedBy.PEER, "")
    opened = ConnectionOpened(1, START, "client", "ws://a/", "", "")
    first, second, _ = round_trip([opened, frame, end, frame], tmp_path)
    assert first == second


GOOD = {
    "type": "frame",
    "id": 1,
    "connection": 1,
    "time_ns": 5,
    "direction": "received",
    "opcode": 2,
    "fin": True,
    "rsv1": True,
    "rsv2": False,
    "rsv3": False,
    "key": "37fa213d",
    "form": 16,
    "length": 3,
    "message": 1,
    "fragment": 0,
    "base64": "AQID",
}


def imported(tmp_path: Path, *lines: object) -> tuple[ImportReport, list[tuple[object, ...]]]:
    head = {"type": "capture", "format": 1, "program": "", "name": "", "role": "", "created_ns": 0}
    text = "".join(f"{json.dumps(line) if isinstance(line, dict) else line}\n" for line in (head, *lines))
    (tmp_path / "in.jsonl").write_text(text)
    report = import_file(tmp_path / "in.jsonl", tmp_path / "in.wscap", overwrite=True)
    return report, rows_of(tmp_path / "in.wscap")


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_both_ways_of_reading_a_frame(tmp_path: Path, separators: tuple[str, str]) -> None:
    report, rows = imported(tmp_path, json.dumps(GOOD, separators=separators), "")
    assert report.complete
    assert rows == [(1, 5, RECEIVED, 2, 0xC, KEY, 16, b"\1\2\3")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"time_ns": "5"}, "'time_ns' is no number that can be"),
        ({"time_ns": 2**63}, "'time_ns' is no number that can be"),
        ({"connection": True}, "'connection' is no number that can be"),
        ({"direction": "up"}, "'direction' is neither sent nor received"),
        ({"direction": 1}, "'direction' is no text"),
        ({"opcode": 16}, "an opcode is 0 to 15, not 16"),
        ({"fin": 1}, "'fin' is neither true nor false"),
        ({"key": "37"}, "a masking key has 4 bytes, not 1"),
        ({"key": "xy"}, "non-hexadecimal number found in fromhex() arg at position 0"),
        ({"form": 8}, "a length form is 7, 16 or 64 bits, not 8"),
        ({"form": 7, "text": "x" * 200}, "200 bytes do not fit the 7-bit length form"),
        ({"base64": "AQI"}, "Incorrect padding"),
        ({"text": "\ud800"}, "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"),
        ({"type": "music"}, "its type is unknown"),
        ({"violations": [3]}, "a violation is no object"),
        ({"violations": 3}, "'int' object is not iterable"),
        ({"notes": [3]}, "'note' is no text"),
    ],
)
def test_a_frame_that_is_not_understood(tmp_path: Path, change: dict[str, object], why: str) -> None:
    for separators in ((",", ":"), (", ", ": ")):
        report, rows = imported(tmp_path, json.dumps(GOOD | change, separators=separators), GOOD)
        assert [str(problem) for problem in report.problems] == [f"At byte 89: This line is not understood: {why}."]
        assert len(rows) == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[1]", "it is no object"),
        ("{", "Expecting property name enclosed in double quotes (character 3)"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"type":"note"}', "it has no 'text'"),
    ],
)
def test_a_line_that_is_not_understood(tmp_path: Path, line: str, why: str) -> None:
    report, rows = imported(tmp_path, line, GOOD)
    assert [str(problem) for problem in report.problems] == [f"At byte 89: This line is not understood: {why}."]
    assert len(rows) == 1
    assert not report.complete


def test_violations_without_a_close_code(tmp_path: Path) -> None:
    broken = {"rule": "a", "section": "b", "severity": 0, "close_code": None, "text": "c"}
    report, _ = imported(tmp_path, GOOD | {"violations": [broken]})
    assert report.complete
    with CaptureReader(tmp_path / "in.wscap") as reader:
        ((frame, violation),) = reader.violations(0)
    assert (frame, violation._asdict()) == (1, broken)


def test_a_connection_that_is_open(tmp_path: Path) -> None:
    line = {"type": "connection", "connection": 7, "opened_ns": 1, "role": "r", "url": "u", "local": "l", "remote": "m"}
    closed = line | {"connection": 8, "closed_ns": 5}
    report, _ = imported(tmp_path, line, closed, closed | {"ended_by": "me"})
    assert [str(problem) for problem in report.problems] == [
        "At byte 199: This line is not understood: it has no 'ended_by'.",
        "At byte 325: This line is not understood: 'ended_by' is unknown.",
    ]
    with CaptureReader(tmp_path / "in.wscap") as reader:
        assert [row.id for row in reader.connections()] == [7]


def test_only_so_many_problems_are_kept(tmp_path: Path) -> None:
    report, _ = imported(tmp_path, *["[]"] * 150)
    assert len(report.problems) == 100
    assert report.problem_count == 150


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl_import, "LINE_LIMIT", 400)
    monkeypatch.setattr(jsonl_import, "_SKIP", 50)
    report, rows = imported(tmp_path, "x" * 1000, GOOD, "y" * 5000 + "z")
    assert [str(problem) for problem in report.problems] == [
        "At byte 89: This line is longer than 400 bytes.",
        "At byte 1334: This line is longer than 400 bytes.",
    ]
    assert len(rows) == 1


def test_a_long_line_at_the_end_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl_import, "LINE_LIMIT", 400)
    (tmp_path / "in.jsonl").write_text('{"type":"note",' + " " * 900)
    report = import_file(tmp_path / "in.jsonl", tmp_path / "in.wscap")
    assert [problem.offset for problem in report.problems] == [0]


def test_a_newer_format(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"type":"capture","format":2}\n')
    with pytest.raises(CaptureError, match=r"in\.jsonl was made by a newer wsgui \(format 2; this one reads up to 1\)"):
        import_file(tmp_path / "in.jsonl", tmp_path / "in.wscap")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([*json.dumps(GOOD), "{", "}", '"', "\n", "null", "1e400", "[[", "\\ud800"])).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_any_bytes(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "in.jsonl"
        source.write_bytes(b'{"type":"note","text":""}\n' + data)
        report = import_file(source, Path(name) / "in.wscap")
        assert report.frames == len(rows_of(report.target))


def test_close_frames_come_back(tmp_path: Path) -> None:
    export_capture(write(tmp_path / "a.wscap"), tmp_path / "a.jsonl", kind="jsonl")
    import_file(tmp_path / "a.jsonl", tmp_path / "b.wscap")
    assert rows_of(tmp_path / "b.wscap")[8][-1] == CLOSE


def test_lines_of_other_programs(path: Path, tmp_path: Path) -> None:
    """A byte order mark, members in another order, line ends of Windows, blank lines, zeros of a power failure."""
    export_capture(write(path), tmp_path / "ours.jsonl", kind="jsonl", keep_secrets=True)
    lines = [json.dumps(dict(reversed(line.items()))) for line in lines_of(tmp_path / "ours.jsonl")]
    text = "\r\n  \r\n".join(lines) + "\r\n"
    (tmp_path / "other.txt").write_bytes(b"\xef\xbb\xbf" + text.encode() + bytes(100))
    report = import_file(tmp_path / "other.txt", tmp_path / "other.wscap")
    assert report.complete
    assert rows_of(tmp_path / "other.wscap") == rows_of(path)


def test_a_har_is_not_taken_for_lines(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_text('{"log": {"x": {"type": "note"}, "entries": []}}')
    report = import_file(tmp_path / "a.har", tmp_path / "a.wscap")
    assert [problem.text for problem in report.problems] == ["There is no WebSocket connection in it."]
