"""The command line as people use it: real processes, real pipes, real signals."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import wsgui
from tests.engine.raw import Raw, answer_to, raw_server
from tests.patience import PATIENCE
from tests.programs import PYTHON, WSGUI, end, join_watchers, run, serving, start
from wsgui import cli
from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.engine import ConnectionClosedError, connect, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def watchers_end() -> Iterator[None]:
    yield
    join_watchers()


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


# --- serve


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_until_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    async with asyncio.timeout(PATIENCE), serving("--capture", str(path)) as served:
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+/", served.url)
        async with connect(served.url) as ws:
            await ws.send("hi")
            assert await ws.receive() == "hi"
            await served.stop(number)
            await ws.wait_closed()
            assert ws.closed is not None
            assert ws.closed.code == 1001
    assert (served.code, served.out, served.err) == (0, "", "")
    assert rows(path, "SELECT payload FROM frames WHERE opcode = 1") == [(b"hi",), (b"hi",)]
    assert rows(path, "SELECT code FROM connections") == [(1001,)]
    assert not path.with_name("x.wscap-wal").exists()


async def test_serve_stops_though_a_peer_does_not_answer() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        host, port = served.url[5:-1].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        await served.stop()
        await reader.read()
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("behaviour", ["echo", "broadcast", "clock", "silent"])
async def test_serve_with_each_behaviour(behaviour: str) -> None:
    async with asyncio.timeout(PATIENCE), serving("--behaviour", behaviour) as served, connect(served.url) as ws:
        await ws.send("hi")
        if behaviour == "silent":
            await ws.ping()
        elif behaviour == "clock":
            assert re.match(r"\d{4}-\d\d-\d\dT", str(await ws.receive()))
        else:
            assert await ws.receive() == "hi"


async def test_serve_with_options_and_routes(tmp_path: Path) -> None:
    options = tmp_path / "options"
    options.write_text("template={n} of {unix}\n\ninterval=1h\n")
    words = ("--behaviour", "clock", "--set", f"@{options}", "--set", "template= {n}", "--route", "/others=broadcast")
    async with asyncio.timeout(PATIENCE), serving(*words) as served:
        async with connect(served.url) as ws, connect(f"{served.url}others") as other:
            assert await ws.receive() == " 1"
            await other.send("hi")
            assert await other.receive() == "hi"


async def test_serve_a_chat_and_a_ticker_on_paths_of_their_own() -> None:
    words = ("--route", "/chat=chat", "--route", "/ticks=ticker rate=5000", "--behaviour", "rpc", "--set", "users=a:b")
    async with asyncio.timeout(PATIENCE), serving(*words) as served:
        async with (
            connect(f"{served.url}chat?name=Ann") as ann,
            connect(f"{served.url}ticks") as ticks,
            connect(served.url) as caller,
        ):
            assert await ann.receive() == "* Ann joined chat"
            for number in range(1, 100):
                assert str(await ticks.receive()).startswith(f'{{"seq":{number},"time":')
            await caller.send('{"method":"auth","args":["a","b"]}')
            assert str(await caller.receive()).startswith('{"result": {"user": "a", "token": "')


async def test_serve_on_a_port_in_use(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    async with serve(port=0) as server:
        port = server.addresses[0][1]
        code, out, err = await run("serve", "--port", str(port), "--capture", str(path))
    assert (code, out) == (2, "")
    assert err.startswith(f"wsgui: Port {port} on 127.0.0.1 is in use")
    assert not path.exists()  # nothing is in it: the next attempt may have the name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "--port", "65536"], "a number from 0 to 65535, not '65536'"),
        (["serve", "--port", "http"], "a number from 0 to 65535, not 'http'"),
        (["serve", "--behaviour", "dance"], "invalid choice: 'dance'"),
        (["serve", "--set", "x=1"], "wsgui: The behaviour echo has no option 'x'.\n"),
        (["serve", "--behaviour", "clock", "--set", "interval=x"], "interval: Expected a time, such as 500ms or 2s"),
        (["serve", "--behaviour", "clock", "--set", "interval"], "written KEY=VALUE, not 'interval'"),
        (
            ["serve", "--route", "/a=dance"],
            "wsgui: The route /a: There is no behaviour 'dance'; there are asyncapi, broadcast,",
        ),
        (["serve", "--route", "chat"], "A route is written /PATH=NAME KEY=VALUE, not 'chat'."),
        (["serve", "--host", "nowhere.invalid"], "The address nowhere.invalid was not found."),
        (["serve", "there"], "unrecognized arguments: there"),
        (["connect"], "Say which URL to connect to."),
        (["connect", "http://localhost/"], "A WebSocket URL starts with ws:// or wss://: try ws://localhost/"),
        (["connect", "localhost:80"], "The URL has no scheme: try ws://localhost:80"),
        (["http://localhost/"], "A WebSocket URL starts with ws:// or wss://"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
async def test_wrong_use(words: list[str], said: str) -> None:
    code, out, err = await run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


async def test_the_version_and_help() -> None:
    assert await run("--version") == (0, f"wsgui {wsgui.__version__}\n", "")
    for words in (["--help"], ["serve", "--help"], ["connect", "--help"]):
        code, out, err = await run(*words)
        assert (code, err) == (0, "")
        assert out.startswith("usage: wsgui")


async def test_without_a_screen_the_window_says_so() -> None:
    code, out, err = await run()
    assert (code, out) == (2, "")
    assert "There is no screen" in err


async def test_an_argument_that_is_no_text() -> None:
    process = await start(*WSGUI, "connect", "ws://127.0.0.1:9/", "--send", b"caf\xe9")  # type: ignore[arg-type]
    _, err = await process.communicate()
    assert process.returncode == 2
    assert b"not valid UTF-8" in err
    process = await start(*WSGUI, b"ws://caf\xe9/")  # type: ignore[arg-type]
    _, err = await process.communicate()
    assert process.returncode == 2
    assert b"not valid UTF-8" in err


async def test_the_subcommands_do_not_load_qt() -> None:
    script = (
        "import sys; from wsgui.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(sorted({name.split('.')[0] for name in sys.modules} & {'PySide6', 'qasync', 'shiboken6'}))"
    )
    for words in (["connect", "ws://nowhere.invalid/"], ["serve", "--host", "nowhere.invalid"]):
        process = await start(*PYTHON, "-c", script, *words)
        out, err = await process.communicate()
        assert out == b"[]\n", err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
async def test_a_capture_for_which_there_is_no_room(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    command = f"ulimit -f 400; exec '{sys.executable}' -m wsgui serve --port 0 --capture '{path}'"
    process = await start("sh", "-c", command)
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        url = (await process.stdout.readline()).decode().split()[2]
        async with connect(url) as ws:
            await ws.send("x" * 1_000_000)
            said = (await process.stderr.readline()).decode()
            await ws.receive()
            await ws.send("the connection goes on")
            await ws.receive()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 1  # the capture is not complete
        await end(process)
    assert "Recording to x.wscap stopped" in said or "recording to x.wscap stopped" in said
    assert rows(path, "SELECT count(*) FROM frames WHERE length > 100000") == [(0,)]


# --- connect


async def test_texts_lines_and_a_ping() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        code, out, err = await run(
            "connect", served.url, "--send", "one", "--send", "Grüße", "--ping", stdin="three\r\n\nfünf".encode()
        )
    assert (code, err) == (0, "")
    lines = out.split("\n")
    pong = next(line for line in lines if line.startswith("pong after "))
    assert re.fullmatch(r"pong after [0-9.]+ (µs|ms|s)", pong)
    lines.remove(pong)
    assert lines == ["one", "Grüße", "three", "", "fünf", ""]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX"])
async def test_messages_are_utf8_whatever_the_locale(locale: str) -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        code, out, err = await run("connect", served.url, stdin="Grüße 👋\n".encode(), LC_ALL=locale)
    assert (code, out, err) == (0, "Grüße 👋\n", "")


async def test_many_lines() -> None:
    count = 50_000
    text = "".join(f"line {number}\n" for number in range(count))
    async with asyncio.timeout(PATIENCE), serving() as served:
        code, out, err = await run("connect", served.url, stdin=text.encode())
    assert (code, err) == (0, "")
    assert out == text


async def test_binary_is_printed_as_hex() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x82\x03\x00\xff\x10" + b"\x81\x02hi" + b"\x88\x02\x03\xe8")
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/")
        assert process.stdout is not None
        assert await process.stdout.read() == b"00ff10\nhi\n"
        # It ends though standard input is still open and somebody waits for a line.
        assert await process.wait() == 0
        await end(process)


async def test_echo_and_capture(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi\x82\x01\x00\x01\x01a\x80\x01b")
        got.extend([await raw.frame() for _ in range(3)])
        raw.send(b"\x88\x05\x0f\xa0bye")
        got.append(await raw.frame())

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--echo", "--capture", str(path))
    assert (code, out, err) == (1, "", "wsgui: The peer closed: 4000 private use, “bye”.\n")
    assert got == [(0x81, b"hi"), (0x82, b"\x00"), (0x81, b"ab"), (0x88, b"\x0f\xa0")]
    assert rows(path, "SELECT count(*) FROM frames WHERE opcode >= 0") == [(9,)]
    assert rows(path, "SELECT role, code, reason FROM connections") == [("client", 4000, "bye")]


async def test_a_capture_that_is_there_already(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    path.write_text("mine")
    async with asyncio.timeout(PATIENCE), serving() as served:
        for words in (["connect", served.url], ["serve", "--port", "0"]):
            code, out, err = await run(*words, "--capture", str(path))
            assert (code, out, err) == (2, "", "wsgui: x.wscap exists already.\n")
    assert path.read_text() == "mine"


async def test_a_capture_that_cannot_be_made(tmp_path: Path) -> None:
    code, _, err = await run("connect", "ws://127.0.0.1:9/", "--capture", str(tmp_path / "no" / "x.wscap"))
    assert code == 2
    assert "x.wscap cannot be made" in err


async def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        path = tmp_path / "x.wscap"
        code, out, err = await run("connect", f"ws://127.0.0.1:{port}/", "--capture", str(path))
    assert (code, out) == (1, "")
    assert err == f"wsgui: Connection refused: nothing listens on 127.0.0.1:{port}.\n"
    assert not path.exists()


async def test_a_server_that_says_no() -> None:
    async def refuse(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    async with asyncio.timeout(PATIENCE), raw_server(refuse) as place:
        code, out, err = await run("connect", f"ws://{place}/")
    assert (code, out) == (1, "")
    assert err == "wsgui: The server answered 403, not 101 Switching Protocols.\n"


async def test_the_connection_is_lost() -> None:
    async def cut(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi")
        assert await raw.frame() == (0x81, b"hi")  # unread bytes would make a reset of the end

    async with asyncio.timeout(PATIENCE), raw_server(cut) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--echo")
    assert (code, out) == (1, "")
    assert err == "wsgui: TCP ended without a close frame: 1006 abnormal closure.\n"


async def test_the_peer_breaks_a_rule() -> None:
    async def break_it(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x83\x00")
        assert (await raw.frame())[0] == 0x88

    async with asyncio.timeout(PATIENCE), raw_server(break_it) as place:
        code, _, err = await run("connect", f"ws://{place}/", "--echo")
    assert code == 1
    assert err == ("wsgui: Reserved data opcode 0x3. This breaks RFC 6455 §5.2; the connection was failed with 1002.\n")


async def test_standard_input_that_is_not_utf8() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        code, out, err = await run("connect", served.url, stdin=b"good\ncaf\xe9\nnever sent\n")
    assert (code, out) == (1, "good\n")
    assert err == "wsgui: line 2 of standard input is not UTF-8: reading stopped there.\n"


async def test_nobody_reads_standard_output_any_more() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        process = await start(*WSGUI, "connect", served.url, "--send", "one")
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert await process.stdout.readline() == b"one\n"
        process.stdout._transport.close()  # type: ignore[attr-defined]
        process.stdin.write(b"two\n" * 1000)
        assert await process.stderr.read() == b""
        assert await process.wait() == 1
        await end(process)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
async def test_standard_output_on_a_full_disk() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        with Path("/dev/full").open("wb") as full:  # noqa: ASYNC230
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(
                *WSGUI, "connect", served.url, "--send", "one", stdin=pipe, stdout=full, stderr=pipe
            )
            assert process.stderr is not None
            assert (
                await process.stderr.read() == b"wsgui: Standard output cannot be written: no space left on device.\n"
            )
            assert await process.wait() == 1
            await end(process)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
async def test_standard_streams_that_are_closed() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        process = await asyncio.create_subprocess_exec(
            "sh",
            "-c",
            f"'{sys.executable}' -m wsgui connect {served.url} --send one <&- >&-",
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_the_connection(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi")
        got.append(await raw.frame())
        raw.send(b"\x88\x02\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/", "--capture", str(path))
        assert process.stdout is not None
        assert await process.stdout.readline() == b"hi\n"
        process.send_signal(number)
        assert await process.wait() == 0
        await end(process)
    assert got == [(0x88, b"\x03\xe8")]
    assert rows(path, "SELECT code FROM connections") == [(1000,)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_a_program_whose_output_nobody_reads(number: signal.Signals) -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + (b"\x82\x7f" + (1 << 20).to_bytes(8, "big") + bytes(1 << 20)))
        assert (await raw.frame())[0] == 0x88
        raw.send(b"\x88\x02\x03\xe9")

    reader, writer = os.pipe()
    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        words = [*WSGUI, "connect", f"ws://{place}/", "--stay"]
        process = await asyncio.create_subprocess_exec(*words, stdout=writer, stderr=asyncio.subprocess.PIPE)
        os.close(writer)
        await asyncio.to_thread(os.read, reader, 1)  # it writes, and a pipe does not hold a mebibyte
        process.send_signal(number)
        _, said = await process.communicate()
    os.close(reader)
    assert said == (b"wsgui: Standard output cannot be written: nobody read it, and the program was told to stop.\n")
    assert process.returncode == 1


async def test_a_second_signal_does_not_wait_for_the_peer() -> None:
    asked = asyncio.Event()

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi")
        assert (await raw.frame())[0] == 0x88
        asked.set()
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/")
        assert process.stdout is not None
        assert await process.stdout.readline() == b"hi\n"
        process.send_signal(signal.SIGINT)
        await asked.wait()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 1
        await end(process)


async def test_a_signal_while_connecting() -> None:
    asked = asyncio.Event()

    async def say_nothing(raw: Raw) -> None:
        await raw.head()
        asked.set()
        await raw.rest()

    async with asyncio.timeout(PATIENCE), raw_server(say_nothing) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/")
        await asked.wait()
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert await process.stderr.read() == b""
        assert await process.wait() == 130
        await end(process)


async def test_control_characters_do_not_steer_a_terminal() -> None:
    pty = pytest.importorskip("pty", reason="terminals are POSIX's")

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x07\x1b[2Jbad" + b"\x88\x02\x03\xe8")
        await raw.frame()

    ours, theirs = pty.openpty()
    try:
        async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
            process = await asyncio.create_subprocess_exec(
                *WSGUI, "connect", f"ws://{place}/", "--echo", stdin=asyncio.subprocess.DEVNULL, stdout=theirs
            )
            assert await process.wait() == 0
            process = await asyncio.create_subprocess_exec(
                *WSGUI, "connect", f"ws://{place}/", stdin=theirs, stdout=theirs
            )
            assert await process.wait() == 0
        shown = os.read(ours, 1000)
    finally:
        os.close(ours)
        os.close(theirs)
    assert b"bad" in shown
    assert b"\x1b" not in shown


# --- in this process


def test_main_takes_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["connect", "no url"]) == 2
    assert capsys.readouterr().err == "wsgui: The URL has a blank or a control character in it.\n"


def test_a_window_without_its_libraries(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("wsgui.system_libraries.what_is_missing", lambda: "Qt needs libEGL.so.1.\n  Debian: apt")
    assert cli.main([]) == 2
    assert capsys.readouterr().err == "wsgui: Qt needs libEGL.so.1.\n    Debian: apt\n"


def test_a_window_without_qt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("wsgui.system_libraries.what_is_missing", str)
    monkeypatch.setitem(sys.modules, "wsgui.app", None)
    assert cli.main([]) == 2
    assert capsys.readouterr().err.startswith("wsgui: The window cannot be opened: ")


def test_the_window_gets_url_files_and_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    opened: list[str | None] = []

    def run_window(url: str | None, *, demo: bool, files: list[Path], endpoint: str | None) -> int:
        asked.append((url, demo, [path.name for path in files]))
        opened.append(endpoint)
        return 0

    monkeypatch.setattr("wsgui.system_libraries.what_is_missing", str)
    monkeypatch.setattr("wsgui.app.run_window", run_window)
    assert cli.main(["ws://127.0.0.1:1/"]) == 0
    assert cli.main(["--demo"]) == 0
    (tmp_path / "odd").write_bytes(b"")
    assert cli.main(["a.wscap", str(tmp_path / "odd"), "b.HAR"]) == 0
    assert asked == [("ws://127.0.0.1:1/", False, []), (None, True, []), (None, False, ["a.wscap", "odd", "b.HAR"])]
    monkeypatch.setattr("wsgui.session.folders.config_folder", lambda: tmp_path)
    EndpointStore(tmp_path / FILE_NAME).add("chat", EndpointSettings(url="ws://a/"), "F")
    assert cli.main(["--endpoint", "F/chat"]) == 0
    assert opened == [None, None, None, "F/chat"]
    assert cli.main(["--endpoint", "talk"]) == 2
    assert capsys.readouterr().err == "wsgui: There is no saved endpoint talk.\n"
    assert cli.main(["ws://a/", "ws://b/"]) == 2
    assert cli.main(["a\0b"]) == 2
    assert cli.main(["\udcff"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "wsgui: Give one URL, or any number of files."
    assert err[1] == "wsgui: The URL has a blank or a control character in it."
    assert "not valid UTF-8" in err[2]


async def test_the_program_serves_what_the_engine_connects_to() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served:
        ws_closed = None
        async with connect(served.url) as ws:
            await ws.close(4000, "bye")
            with pytest.raises(ConnectionClosedError):
                await ws.send("late")
            ws_closed = ws.closed
        assert ws_closed is not None
        assert ws_closed.code == 4000


async def test_a_capture_is_shown_exported_and_imported(tmp_path: Path) -> None:
    capture, lines, copy = tmp_path / "a.wscap", tmp_path / "a.jsonl", tmp_path / "b.wscap"
    async with serving("--capture", str(capture)) as server:
        code, out, _ = await run("connect", server.url, "--send", "hi", stdin=b"")
        assert (code, out) == (0, "hi\n")
    code, out, err = await run("show", str(capture), "--filter", "opcode == text")
    assert (code, err) == (0, "")
    assert [line.split()[-1] for line in out.splitlines()] == ["hi", "hi"]
    code, out, err = await run("export", str(capture), str(lines))
    assert (code, out) == (0, "")
    assert err == "wsgui: Wrote 6 frames to a.jsonl.\n"
    code, out, err = await run("import", str(lines), str(copy))
    assert (code, out) == (0, "")
    assert "Imported 6 frames" in err
    code, out, err = await run("show", str(copy), "--filter", "lenth > 3")
    assert (code, out) == (2, "")
    assert "Did you mean length" in err
    code, out, err = await run("show", str(tmp_path / "nothing.wscap"))
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_defects_and_ctrl_c_at_a_prompt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("platformdirs.user_log_dir", lambda *_, **__: str(tmp_path))
    monkeypatch.delenv("WSGUI_DEV", raising=False)

    def stop(words: list[str]) -> int:
        raise KeyboardInterrupt

    def fail(words: list[str]) -> int:
        raise LookupError("a\x1b")

    monkeypatch.setattr("wsgui.commands.connect.connect", stop)
    assert cli.main(["connect", "--user", "me"]) == 130
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("wsgui.commands.connect.connect", fail)
    assert cli.main(["connect"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("wsgui: something went wrong inside wsgui (LookupError: a␛). Details are in ")
    assert "LookupError" in (tmp_path / "defects.log").read_text()
    if sys.platform != "win32":
        assert (tmp_path / "defects.log").stat().st_mode & 0o777 == 0o600
