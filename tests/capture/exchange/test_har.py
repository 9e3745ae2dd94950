"""HAR, out and in."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import (
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
from wsgui.capture.exchange import export_capture, har_import, import_file, json_stream, run
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.frames import Frame
from wsgui.records import ConnectionOpened, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from wsgui.capture.exchange.report import ImportReport
    from wsgui.records import Record


AT = 1_700_000_000


def exported(folder: Path, records: list[Record], **options: Any) -> list[dict[str, Any]]:
    write(folder / "in.wscap", records)
    export_capture(folder / "in.wscap", folder / "out.har", kind="har", **options)
    log = json.loads((folder / "out.har").read_text("ascii"))["log"]
    assert (log["version"], log["creator"]["name"], log["pages"]) == ("1.2", "wsgui", [])
    entries: list[dict[str, Any]] = log["entries"]
    return entries


def test_an_entry_as_chrome_writes_it(tmp_path: Path) -> None:
    (entry,) = exported(tmp_path, CONVERSATION)
    assert entry["_resourceType"] == "websocket"
    assert entry["startedDateTime"] == "2023-11-14T22:13:20.123Z"
    assert entry["time"] == 0.0001
    assert entry["serverIPAddress"] == "127.0.0.1"
    assert entry["_webSocketMessages"] == [
        {"type": "send", "time": 1700000000.123457, "opcode": 1, "data": "Hello"},
        {"type": "receive", "time": 1700000000.123457, "opcode": 1, "data": "Grüße"},
        {"type": "send", "time": 1700000000.123457, "opcode": 2, "data": "AAAAAAAAAAAA"},
    ]
    request, response = entry["request"], entry["response"]
    assert (request["method"], request["url"]) == ("GET", "ws://example.org/chat?token=***")
    assert {"name": "Authorization", "value": "Bearer ***"} in request["headers"]
    assert request["queryString"] == [{"name": "token", "value": "***"}, {"name": "room", "value": "7"}]
    assert request["cookies"] == [{"name": "sid", "value": "***"}, {"name": "theme", "value": "***"}]
    assert (response["status"], response["statusText"]) == (101, "Switching Protocols")
    assert response["cookies"] == [{"name": "sid", "value": "***"}]


def test_what_chrome_has_no_word_for(tmp_path: Path) -> None:
    (entry,) = exported(tmp_path, CONVERSATION)
    ours = entry["_wsgui"]
    assert ours["connection"]["reason"] == "bye"
    assert [frame["type"] for frame in ours["frames"]] == ["http"] * 2 + ["frame"] * 8 + ["bytes"]
    assert [frame.get("opcode") for frame in ours["frames"]] == [None, None, 1, 1, 9, 0, 2, 10, 8, 8, None]
    assert ours["frames"][2]["key"] == "37fa213d"
    assert [frame["id"] for frame in ours["frames"]] == list(range(1, 12))


def test_a_connection_without_a_row_of_its_own(tmp_path: Path) -> None:
    (entry,) = exported(tmp_path, [FramesSeen(7, START, SENT, [Frame(0x81, 7, KEY, b"a")])])
    assert (entry["connection"], entry["request"]["url"], entry["response"]["status"]) == ("7", "", 0)
    assert entry["_wsgui"]["connection"] is None
    assert entry["time"] == 0


def test_a_head_that_is_no_http(tmp_path: Path) -> None:
    head = HandshakeSeen(1, START, SENT, b"Hello\nno header\nA:b\n\nC: d")
    (entry,) = exported(tmp_path, [ConnectionOpened(1, START, "client", "ws://a/?x=y%20z&", "", ""), head])
    assert (entry["request"]["method"], entry["request"]["headers"]) == ("Hello", [{"name": "A", "value": "b"}])
    assert entry["request"]["queryString"] == [{"name": "x", "value": "y z"}]


def test_a_body_is_no_header_however_the_head_ends(tmp_path: Path) -> None:
    answer = HandshakeSeen(1, START, RECEIVED, b"HTTP/1.1 404 No\nA: b\n\r\nC: d\r\n")
    (entry,) = exported(tmp_path, [ConnectionOpened(1, START, "client", "ws://a/", "", ""), answer])
    assert entry["response"]["headers"] == [{"name": "A", "value": "b"}]


def test_a_server(tmp_path: Path) -> None:
    opened = ConnectionOpened(1, START, "server", "ws://a/", "[::1]:80", "[::2]:9")
    frame = FramesSeen(1, START, SENT, [Frame(0x81, 7, None, b"a")])
    (entry,) = exported(tmp_path, [opened, frame])
    assert entry["serverIPAddress"] == "::1"
    assert entry["_webSocketMessages"][0]["type"] == "send"


def test_messages(tmp_path: Path) -> None:
    frames = [
        Frame(0x80, 7, KEY, b"nothing was open"),
        Frame(0xC1, 7, KEY, b"zip"),  # compressed: not text yet
        Frame(0x81, 7, KEY, b"\xff\xc3"),
        Frame(0x01, 7, KEY, b"never ends"),
        Frame(0x02, 7, KEY, b"a"),
        Frame(0x89, 7, KEY, b""),
        Frame(0x00, 7, KEY, b"bc"),
        Frame(0x80, 7, KEY, b"d"),
    ]
    (entry,) = exported(tmp_path, [FramesSeen(1, START, SENT, frames)])
    assert [(message["opcode"], message["data"]) for message in entry["_webSocketMessages"]] == [
        (1, "emlw"),
        (1, "\ufffd\ufffd"),
        (2, "YWJjZA=="),
    ]
    (entry,) = exported_again(tmp_path, [7, 8])
    assert entry["_webSocketMessages"] == []  # its beginning was not chosen
    assert len(entry["_wsgui"]["frames"]) == 2


def exported_again(folder: Path, ids: list[int]) -> list[dict[str, Any]]:
    export_capture(folder / "in.wscap", folder / "again.har", kind="har", ids=ids)
    entries: list[dict[str, Any]] = json.loads((folder / "again.har").read_text("ascii"))["log"]["entries"]
    return entries


def test_long_messages_go_in_pieces(tmp_path: Path) -> None:
    text = "é€😀" * (CHUNK // 4)
    binary = bytes(range(256)) * 4000
    frames = [Frame(0x81, 64, KEY, text.encode()), Frame(0x02, 64, None, binary), Frame(0x80, 64, None, binary)]
    (entry,) = exported(tmp_path, [FramesSeen(1, START, SENT, frames)])
    first, second = entry["_webSocketMessages"]
    assert first["data"] == text
    assert base64.b64decode(second["data"]) == binary * 2
    import_file(tmp_path / "out.har", tmp_path / "back.wscap")
    assert rows_of(tmp_path / "back.wscap") == rows_of(tmp_path / "in.wscap")


def test_our_own_comes_back_whole(tmp_path: Path) -> None:
    exported(tmp_path, CONVERSATION, keep_secrets=True)
    report = import_file(tmp_path / "out.har", tmp_path / "back.wscap")
    assert report.complete
    assert rows_of(tmp_path / "back.wscap") == rows_of(tmp_path / "in.wscap")
    with CaptureReader(tmp_path / "back.wscap") as back, CaptureReader(tmp_path / "in.wscap") as before:
        assert back.connections() == before.connections()
        assert back.violations(0) == before.violations(0)


@settings(max_examples=25, deadline=None)
@given(conversations())
def test_any_capture_comes_back(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exported(folder, records, keep_secrets=True)
        report = import_file(folder / "out.har", folder / "back.wscap")
        before = rows_of(folder / "in.wscap")
        after = rows_of(folder / "back.wscap")
        if before:
            assert report.complete
        assert sorted(repr(row[1:]) for row in before) == sorted(repr(row[1:]) for row in after)


CHROME: dict[str, Any] = {
    "_resourceType": "websocket",
    "_webSocketMessages": [
        {"type": "send", "time": 1700000000.123456, "opcode": 1, "data": "hé"},
        {"type": "receive", "time": 1700000001.5, "opcode": 2, "data": "AQI="},
        {"type": "error", "time": 1700000002.5, "opcode": -1, "data": "gone\n"},
    ],
    "request": {
        "method": "GET",
        "url": "wss://echo.example:444/x?a=1",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Host", "value": "echo.example"}, {"name": "Upgrade", "value": "websocket"}],
    },
    "response": {
        "status": 101,
        "statusText": "Switching Protocols",
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Upgrade", "value": "websocket"}],
    },
    "serverIPAddress": "192.0.2.1",
    "startedDateTime": "2023-11-14T22:13:19.5Z",
}


def har(*entries: Any, creator: Any = None) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": creator or {"name": "WebInspector"}, "entries": entries}})


def imported(folder: Path, text: str | bytes) -> ImportReport:
    (folder / "in.har").write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_file(folder / "in.har", folder / "back.wscap", overwrite=True)


def test_chrome(tmp_path: Path) -> None:
    report = imported(tmp_path, har({"request": {"url": "https://example/"}}, CHROME))
    assert report.complete
    assert (report.frames, report.connections) == (4, 1)
    assert rows_of(tmp_path / "back.wscap") == [
        (
            1,
            1699999999_500_000_000,
            SENT,
            -1,
            0,
            None,
            0,
            b"GET /x?a=1 HTTP/1.1\r\nHost: echo.example\r\nUpgrade: websocket\r\n\r\n",
        ),
        (
            1,
            1699999999_500_000_000,
            RECEIVED,
            -1,
            0,
            None,
            0,
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        ),
        (1, 1700000000_123_456_000, SENT, 1, 8, None, 7, "hé".encode()),
        (1, 1700000001_500_000_000, RECEIVED, 2, 8, None, 7, b"\1\2"),
    ]
    assert notes_of(tmp_path / "back.wscap") == [(4, "The browser noted an error: 'gone\\n'")]
    with CaptureReader(tmp_path / "back.wscap") as reader:
        (row,) = reader.connections()
    assert (row.role, row.url, row.remote) == ("client", "wss://echo.example:444/x?a=1", "192.0.2.1:444")


def test_firefox_writes_no_messages(tmp_path: Path) -> None:
    entry = {
        "request": {"url": "wss://a/", "headers": [{"name": "Host", "value": "a"}], "httpVersion": "HTTP/1.1"},
        "response": {"status": 101, "headers": [{"name": "Upgrade", "value": "websocket"}], "httpVersion": "HTTP/1.1"},
        "startedDateTime": "2023-11-14T23:13:20.000+01:00",
        "_securityState": "secure",
    }
    report = imported(tmp_path, har(entry, entry | {"request": {"url": "https://a/"}}, creator={"name": "Firefox"}))
    assert [problem.text for problem in report.problems] == ["Firefox wrote no messages for this connection."] * 2
    assert (report.frames, report.connections) == (3, 2)
    assert {row[1] for row in rows_of(tmp_path / "back.wscap")} == {1_700_000_000_000_000_000}


def test_connections_are_brought_into_the_order_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early = CHROME | {"_webSocketMessages": [CHROME["_webSocketMessages"][0] | {"time": 1700000001}]}
    late = CHROME | {
        "_webSocketMessages": [
            CHROME["_webSocketMessages"][0] | {"time": second} for second in (1700000000, 1700000002)
        ]
    }
    imported(tmp_path, har(late, early))
    assert [row[0] for row in rows_of(tmp_path / "back.wscap") if row[3] == 1] == [1, 2, 1]
    monkeypatch.setattr(har_import, "_MERGED", 1)
    imported(tmp_path, har(late, early))
    assert [row[0] for row in rows_of(tmp_path / "back.wscap") if row[3] == 1] == [1, 1, 2]


def test_without_a_websocket(tmp_path: Path) -> None:
    report = imported(tmp_path, har({"request": {"url": "https://example/"}, "response": {"status": 200}}, 3))
    assert [str(problem) for problem in report.problems] == ["There is no WebSocket connection in it."]


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (3, "it is no object"),
        ({"type": "send"}, "it has no 'data'"),
        ({"data": ""}, "it has no 'type'"),
        ({"type": ["send"], "opcode": 1, "data": ""}, "its type is neither send nor receive"),
        ({"type": "up", "opcode": 1, "data": ""}, "its type is neither send nor receive"),
        ({"type": "send", "opcode": "x", "data": ""}, "its opcode or data is of the wrong type"),
        ({"type": "send", "opcode": "111", "data": ""}, "its opcode or data is of the wrong type"),
        ({"type": "send", "opcode": 1.5, "data": ""}, "its opcode or data is of the wrong type"),
        ({"type": "send", "opcode": [1], "data": ""}, "its opcode or data is of the wrong type"),
        ({"type": "send", "opcode": 1, "data": None}, "its opcode or data is of the wrong type"),
        ({"type": "send", "opcode": 77, "data": ""}, "an opcode is 0 to 15, not 77"),
    ],
)
def test_a_message_that_is_not_understood(tmp_path: Path, message: object, why: str) -> None:
    good = CHROME["_webSocketMessages"][0]
    text = har(CHROME | {"_webSocketMessages": [good, message, good]})
    report = imported(tmp_path, text)
    offset = text.index(json.dumps([good, message, good])) + len(json.dumps([good])) + 1
    assert [str(problem) for problem in report.problems] == [
        f"At byte {offset}: This message is not understood: {why}."
    ]
    assert report.frames == 4


def test_bad_json_inside_a_message(tmp_path: Path) -> None:
    text = har(CHROME).replace('"data": "AQI="', '"data": nil')
    report = imported(tmp_path, text)
    (problem,) = report.problems
    assert problem.text.startswith("This message is not understood: Expecting value near byte ")
    assert report.frames == 3


def test_a_message_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har_import, "LINE_LIMIT", 100)
    monkeypatch.setattr(json_stream, "READ", 64)
    report = imported(tmp_path, har(CHROME | {"_webSocketMessages": [{"type": "send", "data": "x" * 500}]}))
    assert [problem.text for problem in report.problems] == [
        "This message is not understood: it has more than 100 bytes."
    ]


def test_base64_or_text(tmp_path: Path) -> None:
    messages = [{"type": "send", "time": 1, "opcode": 2, "data": data} for data in ("AQI=", "not base64!")]
    imported(tmp_path, har(CHROME | {"_webSocketMessages": messages}))
    assert [row[-1] for row in rows_of(tmp_path / "back.wscap")[2:]] == [b"\1\2", b"not base64!"]
    text = "Some of these messages are binary and not in base64: that their characters are their bytes is a guess."
    assert notes_of(tmp_path / "back.wscap")[-1] == (4, text)


@pytest.mark.parametrize("name", ["webSocketMessages", "_WebSocketMessages"])
def test_other_spellings(tmp_path: Path, name: str) -> None:
    messages = [
        {"type": "SEND", "opcode": "1", "data": "a"},
        {"type": "Inbound", "opcode": "Binary", "data": "AQI="},
        {"type": "outbound", "opcode": 9.0, "data": ""},
    ]
    entry = {key: value for key, value in CHROME.items() if key != "_webSocketMessages"} | {name: messages}
    assert imported(tmp_path, har(entry)).complete
    assert [row[2:4] + row[7:] for row in rows_of(tmp_path / "back.wscap")[2:]] == [
        (SENT, 1, b"a"),
        (RECEIVED, 2, b"\1\2"),
        (SENT, 9, b""),
    ]


def test_headers_by_name(tmp_path: Path) -> None:
    request = {"method": "GET", "url": "ws://a/x", "headers": {"Host": "a", "bad name": "b", "X": 5}}
    imported(tmp_path, har(CHROME | {"request": request}))
    assert rows_of(tmp_path / "back.wscap")[0][7] == b"GET /x HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"


@pytest.mark.parametrize("time", [None, "soon", 1e300, -1e300, True])
def test_a_time_that_is_none(tmp_path: Path, time: object) -> None:
    good = CHROME["_webSocketMessages"][0]
    imported(tmp_path, har(CHROME | {"_webSocketMessages": [good, good | {"time": time}]}))
    times = [row[1] for row in rows_of(tmp_path / "back.wscap")]
    assert times[2] == times[3] or time is True


@pytest.mark.parametrize(
    "started",
    [
        AT,
        AT * 1000,
        float(AT),
        str(AT * 1000),
        "20231114T221320Z",
        "Tue, 14 Nov 2023 22:13:20 GMT",
        "2023-11-14 22:13:20",
    ],
)
def test_a_start_of_any_kind(tmp_path: Path, started: object) -> None:
    imported(tmp_path, har(CHROME | {"startedDateTime": started}))
    assert [row[1] for row in rows_of(tmp_path / "back.wscap")[:3]] == [
        AT * 10**9,
        AT * 10**9,
        AT * 10**9 + 123_456_000,
    ]


def test_a_start_in_milliseconds_that_reads_like_a_date(tmp_path: Path) -> None:
    # 17121225T00:00, as datetime.fromisoformat has it.
    message = {"type": "send", "opcode": 1, "data": "x"}
    imported(tmp_path, har(CHROME | {"startedDateTime": "1712122500000", "_webSocketMessages": [message]}))
    assert rows_of(tmp_path / "back.wscap")[2][1] == 1_712_122_500_000_000_000


@pytest.mark.parametrize(
    "started", [None, "never", 5, "9999-99-99", "0001-01-01T00:00:00+23:59", "1970-01-01T00:00:00Z", "2290-01-01"]
)
def test_a_start_that_is_none(tmp_path: Path, started: object) -> None:
    imported(tmp_path, har(CHROME | {"startedDateTime": started}))
    assert rows_of(tmp_path / "back.wscap")[2][1] == 1700000000_123_456_000


@pytest.mark.parametrize(
    ("change", "remote"),
    [
        ({"serverIPAddress": "::1"}, "[::1]:444"),
        ({"serverIPAddress": "[::1]"}, "[::1]:444"),
        ({"serverIPAddress": None}, ""),
        ({"serverIPAddress": ""}, ""),
        ({"serverIPAddress": "ü"}, ""),
        ({"request": {"url": "https://a/"}}, "192.0.2.1:443"),
        ({"request": {"url": "ws://a/"}}, "192.0.2.1:80"),
        ({"request": {"url": "ws://a:b/"}}, "192.0.2.1:80"),
        ({"request": {"url": 5}}, "192.0.2.1:80"),
        ({"request": None}, "192.0.2.1:80"),
    ],
)
def test_the_servers_address(tmp_path: Path, change: dict[str, object], remote: str) -> None:
    imported(tmp_path, har(CHROME | change))
    with CaptureReader(tmp_path / "back.wscap") as reader:
        assert reader.connections()[0].remote == remote


@pytest.mark.parametrize(
    ("request_", "raw"),
    [
        ({"url": "ws://a", "headers": [{"name": "A", "value": "b"}]}, b"GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        ({"url": "ws://[", "headers": [{"name": "A", "value": "b"}]}, b"GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        (
            {"method": "POST", "url": "/x y", "httpVersion": "h2", "headers": [{"name": "A", "value": "b\r\nC: d"}, 3]},
            b"POST /x y HTTP/2\r\nA: b C: d\r\n\r\n",
        ),
        (
            {"httpVersion": "http/1.0", "headers": [{"name": ":path", "value": "/"}, {"name": "A"}]},
            b"GET / HTTP/1.0\r\nA: \r\n\r\n",
        ),
        ({"headers": 5}, None),
    ],
)
def test_requests(tmp_path: Path, request_: dict[str, object], raw: bytes | None) -> None:
    imported(tmp_path, har(CHROME | {"request": request_}))
    rows = rows_of(tmp_path / "back.wscap")
    assert (rows[0][-1] if rows[0][2] is SENT and rows[0][3] == -1 else None) == raw


@pytest.mark.parametrize(("status", "seen"), [(101, True), (0, False), ("101", False), (True, False), (1000, False)])
def test_responses(tmp_path: Path, status: object, seen: bool) -> None:
    imported(tmp_path, har(CHROME | {"response": CHROME["response"] | {"status": status}}))
    assert (rows_of(tmp_path / "back.wscap")[1][3] == -1) is seen


def test_frames_of_ours_that_are_not_understood(tmp_path: Path) -> None:
    (entry,) = exported(tmp_path, CONVERSATION)
    entry["_wsgui"]["frames"][2]["opcode"] = 99
    entry["_wsgui"]["frames"][3]["time_ns"] = "late"
    entry["_wsgui"]["connection"]["role"] = 5
    report = imported(tmp_path, har(entry))
    assert [problem.text for problem in report.problems] == [
        "This frame is not understood: an opcode is 0 to 15, not 99.",
        "This frame is not understood: 'time_ns' is no number that can be.",
    ]
    with CaptureReader(tmp_path / "back.wscap") as reader:
        assert reader.connections()[0].role == "client"
        assert reader.last_id() == 9


# --- times: seconds, milliseconds, none, or since nobody knows when


@pytest.mark.parametrize(
    ("times", "more", "offsets_us"),
    [
        ([AT + 0.25, AT + 1.75], {}, [250_000, 1_750_000]),  # Chrome
        ([AT * 1000 + 250, AT * 1000 + 1750], {}, [250_000, 1_750_000]),  # Playwright
        ([AT * 1000 + 250.125, AT * 1000 + 1750], {}, [250_125, 1_750_000]),
        ([AT * 1_000_000 + 5, AT * 1_000_000 + 6], {}, [5, 6]),
        ([AT * 1_000_000_000 + 5000, AT * 1_000_000_000 + 6000], {}, [5, 6]),
        ([-1, -1], {}, [0, 0]),
        ([None, AT + 2], {}, [0, 2_000_000]),
        ([AT + 2, -1], {}, [2_000_000, 2_000_000]),
        ([0.25, 1.75], {"time": 5000}, [250_000, 1_750_000]),  # since the start, in seconds
        ([250, 1750], {"time": 5000}, [250_000, 1_750_000]),  # or in milliseconds
        ([86_400.5, 86_402], {"time": 5000}, [0, 1_500_000]),  # a clock that runs for a day
        ([86_400.5, 86_402], {}, [0, 1_500_000]),
        ([123_456_789, 123_457_789], {}, [0, 1_000_000]),  # and one in milliseconds
        ([1e13, 1e14], {}, [0, 0]),
        ([True, float("inf")], {}, [0, 0]),
        ([f"{AT}.25", f"{AT * 1000 + 1750}"], {}, [250_000, 1_750_000]),  # in quotes
        (["0.25", "1.75"], {"time": 5000}, [250_000, 1_750_000]),
        (["2023-11-14T22:13:20.250Z", "2023-11-15T00:13:21.750+02:00"], {}, [250_000, 1_750_000]),
        (["Tue, 14 Nov 2023 22:13:21 GMT", "soon"], {}, [1_000_000, 1_000_000]),
        (["1" * 61, "0001-01-01T00:00:00+23:59"], {}, [0, 0]),
    ],
)
def test_times(tmp_path: Path, times: list[object], more: dict[str, object], offsets_us: list[int]) -> None:
    messages = [{"type": "send", "opcode": 1, "time": time, "data": "x"} for time in times]
    entry = CHROME | {"startedDateTime": "2023-11-14T22:13:20Z", "_webSocketMessages": messages} | more
    report = imported(tmp_path, har(entry))
    assert report.complete
    assert [(row[1] - AT * 10**9) // 1000 for row in rows_of(tmp_path / "back.wscap")[2:]] == offsets_us


def test_guesses_are_said_to_be_guesses(tmp_path: Path) -> None:
    messages = [{"type": "sent", "time": 5, "data": "a"}, {"type": "incoming", "data": "b"}]
    report = imported(tmp_path, har(CHROME | {"_webSocketMessages": messages}))
    assert [row[2:4] + row[7:] for row in rows_of(tmp_path / "back.wscap")[2:]] == [
        (SENT, 1, b"a"),
        (RECEIVED, 1, b"b"),
    ]
    texts = [
        "The file has no times for some of these messages: they stand where the one before does.",
        "The file's times do not say since when they count: that they count from the start is a guess.",
        "The file does not say whether these messages are text or binary: that they are text is a guess.",
    ]
    assert report.remarks == [f"Connection 1: {text}" for text in texts]
    assert notes_of(tmp_path / "back.wscap") == [(4, text) for text in texts]
    assert report.complete


def test_binary_without_an_opcode(tmp_path: Path) -> None:
    messages = [{"type": "send", "time": AT, "data": "AQI=", "encoding": "base64"}]
    messages.append({"type": "send", "time": AT, "data": "AQI=", "isBinary": True, "opcode": None})  # type: ignore[dict-item]
    report = imported(tmp_path, har(CHROME | {"_webSocketMessages": messages}))
    assert [row[7] for row in rows_of(tmp_path / "back.wscap")[2:]] == [b"\1\2", b"\1\2"]
    assert report.remarks == []


def test_no_time_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har_import.time, "time_ns", lambda: 77)
    entry = {"_webSocketMessages": [{"type": "send", "data": "a"}]}
    imported(tmp_path, har(entry))
    assert [row[1] for row in rows_of(tmp_path / "back.wscap")] == [77]
    imported(tmp_path, har(entry, CHROME))
    assert rows_of(tmp_path / "back.wscap")[0][1] == 1699999999_500_000_000


# --- how connections end


def ends(folder: Path) -> list[tuple[object, ...]]:
    with CaptureReader(folder / "back.wscap") as reader:
        return [(row.code, row.reason, row.ended_by, row.text) for row in reader.connections()]


@pytest.mark.parametrize(
    ("close", "end"),
    [
        (
            {"code": 4001, "reason": "kicked", "timestamp": AT + 1.5},
            (4001, "kicked", EndedBy.PEER, "It was closed with 4001 private use; the file does not say by whom."),
        ),
        (
            {"code": 1000},
            (1000, "", EndedBy.PEER, "It was closed with 1000 normal closure; the file does not say by whom."),
        ),
        ("aborted", (1006, "", EndedBy.LOSS, "The file says that it was cut without a close frame (1006).")),
        (
            {"code": 1006, "reason": None},
            (1006, "", EndedBy.LOSS, "The file says that it was cut without a close frame (1006)."),
        ),
        ({"code": "1000"}, (None, None, None, None)),
        ({"code": 70_000}, (None, None, None, None)),
        ({"code": 1000, "reason": 5}, (None, None, None, None)),
    ],
)
def test_http_toolkits_close(tmp_path: Path, close: object, end: tuple[object, ...]) -> None:
    report = imported(tmp_path, har(CHROME | {"_webSocketMessages": [], "_webSocketClose": close}))
    assert ends(tmp_path) == [end]
    assert report.complete is (end[0] is not None)


def test_attempts_that_failed(tmp_path: Path) -> None:
    refused = "Error in connection establishment: net::ERR_CONNECTION_REFUSED"
    failed = CHROME | {"response": {"status": 0}}
    failed["_webSocketMessages"] = [{"type": "error", "time": AT + 1, "opcode": -1, "data": refused}]
    silent = {**CHROME, "response": {"status": 0, "_error": "net::ERR_FAILED"}}
    del silent["_webSocketMessages"]
    nothing = {"_webSocketMessages": failed["_webSocketMessages"], "startedDateTime": "2023-11-14T22:13:20Z"}
    lasting = CHROME | {"_webSocketMessages": [*failed["_webSocketMessages"], CHROME["_webSocketMessages"][1]]}
    report = imported(tmp_path, har(failed, silent, nothing, CHROME, lasting))
    assert report.complete
    text = f"The browser noted an error: {refused!r}."
    assert ends(tmp_path) == [
        (1006, "", EndedBy.HANDSHAKE, text),
        (1006, "", EndedBy.HANDSHAKE, "The browser noted an error: 'net::ERR_FAILED'."),
        (1006, "", EndedBy.HANDSHAKE, text),
        (1006, "", EndedBy.LOSS, "The browser noted an error: 'gone\\n'."),
        (None, None, None, None),
    ]
    rows = rows_of(tmp_path / "back.wscap")
    assert [(rows[id_ - 1][0], note) for id_, note in notes_of(tmp_path / "back.wscap")] == [
        (1, text[:-1]),
        (2, "The browser noted an error: 'net::ERR_FAILED'"),
        (4, "The browser noted an error: 'gone\\n'"),
    ]


# --- messages in a file of their own

ATTACHED: dict[str, Any] = {
    **{name: value for name, value in CHROME.items() if name != "_webSocketMessages"},
    "response": CHROME["response"] | {"content": {"_file": "abc.jsonl"}},
}


def test_attached_messages(tmp_path: Path) -> None:
    lines = [json.dumps(one) for one in CHROME["_webSocketMessages"][:2]]
    (tmp_path / "abc.jsonl").write_text("\n".join([lines[0], "", "{", "[]", lines[1]]))
    report = imported(tmp_path, har(ATTACHED))
    assert [row[7] for row in rows_of(tmp_path / "back.wscap")[2:]] == ["hé".encode(), b"\1\2"]
    assert [problem.text for problem in report.problems] == [
        "Line 3 of 'abc.jsonl' is not understood: Expecting property name enclosed in double quotes (character 2).",
        "Line 4 of 'abc.jsonl' is not understood: it is no object.",
    ]


@pytest.mark.parametrize("name", ["gone.jsonl", "../abc.jsonl", "/etc/passwd", "link.jsonl", "folder"])
def test_attached_messages_that_are_not_beside_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "abc.jsonl").write_text("{}")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "abc.jsonl")
    (tmp_path / "folder").mkdir()
    entry = ATTACHED | {"response": CHROME["response"] | {"content": {"_file": name}}}
    report = imported(tmp_path, har(entry))
    assert [problem.text for problem in report.problems] == [f"Its messages stand in {name!r}, which is not there."]


def test_attached_messages_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run, "beside", lambda _: fail)
    report = imported(tmp_path, har(ATTACHED))
    assert [problem.text for problem in report.problems] == [
        "The file 'abc.jsonl' with its messages cannot be read: Permission denied."
    ]


def test_an_archive_with_attached_messages(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("har.har", har(ATTACHED, ATTACHED | {"response": {"content": {"_file": "no.jsonl"}}}))
        file.writestr("abc.jsonl", "".join(json.dumps(one) + "\n" for one in CHROME["_webSocketMessages"]))
    report = imported(tmp_path, out.getvalue())
    assert report.frames == 5
    assert [problem.text for problem in report.problems] == ["Its messages stand in 'no.jsonl', which is not there."]


# --- handshakes


def test_a_websocket_over_http_2(tmp_path: Path) -> None:
    entry = {
        "startedDateTime": "2023-11-14T22:13:20Z",
        "request": {
            "method": "GET",
            "url": "https://a/chat",
            "httpVersion": "h2",
            "headers": [
                {"name": ":method", "value": "CONNECT"},
                {"name": ":protocol", "value": "websocket"},
                {"name": "sec-websocket-version", "value": "13"},
            ],
        },
        "response": {"status": 200, "httpVersion": "h2", "headers": [{"name": ":status", "value": "200"}]},
        "_webSocketMessages": [{"type": "send", "time": AT, "opcode": 1, "data": "a"}],
    }
    assert imported(tmp_path, har(entry)).complete
    rows = rows_of(tmp_path / "back.wscap")
    assert [row[7] for row in rows] == [
        b"CONNECT /chat HTTP/2\r\n:method: CONNECT\r\n:protocol: websocket\r\nsec-websocket-version: 13\r\n\r\n",
        b"HTTP/2 200\r\n:status: 200\r\n\r\n",
        b"a",
    ]
    note = "This handshake went over HTTP/2 or HTTP/3 (RFC 8441): what is shown is a list of its headers."
    assert notes_of(tmp_path / "back.wscap") == [(1, note), (2, note)]
    with CaptureReader(tmp_path / "back.wscap") as reader:
        assert reader.violations(0) == []
    export_capture(tmp_path / "back.wscap", tmp_path / "again.har", kind="har")
    (again,) = json.loads((tmp_path / "again.har").read_text())["log"]["entries"]
    assert again["request"]["httpVersion"] == "HTTP/2"
    assert again["request"]["headers"][1] == {"name": ":protocol", "value": "websocket"}


def test_a_websocket_over_http_3_that_has_no_messages(tmp_path: Path) -> None:
    entry = {
        "request": {"url": "https://a/", "httpVersion": "h3", "headers": [{"name": ":protocol", "value": "websocket"}]},
        "response": {"status": 200, "httpVersion": "http/3.0"},
    }
    report = imported(tmp_path, har(entry))
    assert [row[7] for row in rows_of(tmp_path / "back.wscap")] == [
        b"GET / HTTP/3\r\n:protocol: websocket\r\n\r\n",
        b"HTTP/3 200\r\n\r\n",
    ]
    assert report.connections == 1


def test_names_that_are_no_headers(tmp_path: Path) -> None:
    entry = CHROME | {"request": {"headers": [{"name": "a b", "value": "c"}, {"name": "D", "value": "e"}]}}
    imported(tmp_path, har(entry))
    assert rows_of(tmp_path / "back.wscap")[0][7] == b"GET / HTTP/1.1\r\nD: e\r\n\r\n"


def test_an_error_and_a_close_and_a_guess_without_a_row(tmp_path: Path) -> None:
    error = {"type": "error", "opcode": -1, "data": "gone"}
    imported(tmp_path, har({"_webSocketMessages": [error], "_webSocketClose": {"code": 4000}}))
    assert [end[0] for end in ends(tmp_path)] == [4000]
    assert notes_of(tmp_path / "back.wscap") == []


def test_messages_are_judged(tmp_path: Path) -> None:
    messages = [
        {"type": "receive", "time": AT, "opcode": opcode, "data": data}
        for opcode, data in ((1, "fine"), (1, "\ud800"), (8, "A+g="), (1, "late"), (3, ""))
    ]
    imported(tmp_path, har(CHROME | {"_webSocketMessages": messages}))
    with CaptureReader(tmp_path / "back.wscap") as reader:
        found = [(id_, violation.rule) for id_, violation in reader.violations(0)]
    assert found == [
        (4, "utf8.invalid"),
        (6, "frame.after-close"),
        (7, "opcode.reserved-data"),
        (7, "frame.after-close"),
    ]


def test_every_cut(tmp_path: Path) -> None:
    text = har({"request": {"url": "https://example/"}}, CHROME).encode()
    most = 0
    for cut in [*range(text.index(b"[") + 1, len(text), 17), len(text) - 1]:
        report = imported(tmp_path, text[:cut])
        assert not report.complete
        assert report.problems[0].offset == cut
        assert report.frames >= most or cut > text.index(b'"request": {"method"')
        most = max(most, report.frames)
    assert most == 4


def test_every_cut_of_ours(tmp_path: Path) -> None:
    exported(tmp_path, CONVERSATION)
    data = (tmp_path / "out.har").read_bytes().rstrip()
    start = data.index(b'"entries"') + 12
    for cut in range(start, len(data), 53):
        report = imported(tmp_path, data[:cut])
        assert not report.complete
    report = imported(tmp_path, data[:-3])
    assert report.frames == 11


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "in.har is no pcap, pcapng, JSON Lines or HAR file."),
        ("[]", "in.har is no pcap, pcapng, JSON Lines or HAR file."),
        ("{}", "in.har is no HAR file: it has no log with entries."),
        ('{"log": 5}', "in.har is no HAR file: it has no log with entries."),
        ('{"log": {"entries": {}}}', "in.har is no HAR file: it has no log with entries."),
        ('{"log"', "in.har is no HAR file: at byte 6 the file ends here."),
        ('{"log": }', "in.har is no HAR file: at byte 8 a value is expected, not '}'."),
        ('{"log": {"a": 1 "b"', "in.har is no HAR file: at byte 16 ',' is expected, not '\"'."),
        ('{"log": {3: 4}}', "in.har is no HAR file: at byte 9 a name in quotes is expected, not '3'."),
        ('{"log": {"a" 4}}', "in.har is no HAR file: at byte 13 ':' is expected, not '4'."),
    ],
)
def test_what_is_no_har(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CaptureError) as caught:
        imported(tmp_path, text)
    assert str(caught.value) == why
    assert [path.name for path in tmp_path.iterdir()] == ["in.har"]


def test_odd_but_valid(tmp_path: Path) -> None:
    entry = json.dumps(CHROME)
    text = (
        '\ufeff {"x": [], "log": {"creator": {"name": 5}, "\\ud800": 1, "\\x": 2, "a\\"b": {}, "entries": ['
        f'{entry}, [], {{"request": [1, "2", {{"a": "]}}"}}, tru]}}, '
        '{"_wsgui": 5, "_webSocketMessages": 6}, {"_wsgui": {"x": 1}}]}, '
        '"y": -1.5} '
    )
    report = imported(tmp_path, text)
    assert report.connections == 1
    assert [problem.text.split(" near")[0] for problem in report.problems] == [
        "This is not understood: Expecting value"
    ]


def test_messages_that_are_broken_inside_their_list(tmp_path: Path) -> None:
    text = har(CHROME).replace("}, {", "} {", 1)
    report = imported(tmp_path, text)
    assert [problem.text for problem in report.problems] == [
        "The messages are broken from here on: ',' is expected, not '{'."
    ]
    assert report.frames == 3


def test_a_creator_without_a_name(tmp_path: Path) -> None:
    entry = CHROME | {"_webSocketMessages": 0}
    for creator in ({"name": 5}, [1], {"x": 1}):
        report = imported(tmp_path, har(entry, creator=creator))
        assert report.problems[0].text == "The program that wrote the file wrote no messages for this connection."


def test_nested_too_deeply(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    report = imported(tmp_path, har(CHROME).replace('"serverIPAddress": "192.0.2.1"', f'"serverIPAddress": {deep}'))
    assert [problem.text for problem in report.problems] == ["This is not understood: it is nested too deeply."]
    assert report.frames == 4


@pytest.mark.parametrize("read", [1, 2, 3, 7, 64])
def test_reads_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: int) -> None:
    entry = CHROME | {"_x": 'a\\"b\\\\', "_y": [1, {"z": "]"}], "_z": 12345}
    expected = imported(tmp_path, har(entry))
    rows = rows_of(tmp_path / "back.wscap")
    monkeypatch.setattr(json_stream, "READ", read)
    assert imported(tmp_path, har(entry)) == expected
    assert rows_of(tmp_path / "back.wscap") == rows


def test_a_number_at_the_end_of_the_file(tmp_path: Path) -> None:
    report = imported(tmp_path, '{"log": {"entries": [12')
    assert [problem.offset for problem in report.problems] == [23, None]


TOKENS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    '"log":',
    '"entries":',
    '"_webSocketMessages":',
    '"_wsgui":',
    '"frames":',
]
TOKENS += [
    '{"log":{"entries":[',
    '"request":',
    '"url":',
    '"ws://a"',
    '"headers":',
    "1",
    "null",
    " ",
    json.dumps(CHROME),
]
TOKENS += [
    '"connection":',
    '{"type":"send","opcode":1,"time":1,"data":"x"}',
    '"type":"frame"',
    '"creator":{"name":"x"}',
]


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=30).map(lambda parts: "".join(parts).encode())
)
def test_any_bytes(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        for text in (data, b'{"log":{"entries":[{' + data, b'{"log":{"entries":[{"_webSocketMessages":[' + data):
            try:
                report = imported(Path(name), text)
            except CaptureError:
                continue
            assert report.frames == len(rows_of(report.target))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_byte_changed(data: st.DataObject) -> None:
    text = bytearray(har(CHROME).encode())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as name, suppress(CaptureError):
        imported(Path(name), bytes(text))
